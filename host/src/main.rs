//! The `gradito` program.
fn main() {}
