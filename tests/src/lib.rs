//! What crosses gradito's crates: an independent reference to compare them with, and the tests
//! that do so (`tests/tests`).
//!
//! The parts:
//!
//! - [`reference`](mod@reference): dense networks in `f64`, straight from the formulas;
//! - [`bridge`]: from a network of the core to that reference;
//! - [`tolerance`]: how far apart the two may be, and why;
//! - [`plain`]: training in `f32` by the definition, to which every path must be equal, bit for bit;
//! - [`golden`]: the values every machine must reach;
//! - [`desk`]: a device that runs on the desktop.
//! - [`models`]: models for tests that are not about training.
pub mod bridge;
pub mod desk;
pub mod golden;
pub mod models;
pub mod plain;
pub mod reference;
pub mod tolerance;
