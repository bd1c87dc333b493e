//! gradito on the desktop: trains small dense networks, evaluates them, and speaks with people.
//!
//! The program is [`cli::run`]; everything it does is here to be used without it.

pub mod cli;
pub mod data;
pub mod model;
pub mod network;
pub mod picture;
pub mod simd;
pub mod terminal;
pub mod training;
