mod errors;
mod figures;
mod gates;
mod passes;
