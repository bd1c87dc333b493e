//! What crosses gradito's crates: an independent reference to compare them with, and the tests
//! that do so (`tests/tests`).
//!
//! The parts:
//!
//! - [`golden`]: the values every machine must reach.
//! - [`reference`](mod@reference): dense networks in `f64`, straight from the formulas.

pub mod golden;
pub mod reference;
