//! The desktop library.
pub mod data;
