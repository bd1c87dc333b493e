mod damage;
mod resume;
mod runs;
mod store;
