//! What crosses gradito's crates: an independent reference to compare them with, and the tests
//! that do so (`tests/tests`).
//!
//! The parts:
//!
//! - [`reference`](mod@reference): dense networks in `f64`, straight from the formulas.
pub mod reference;
