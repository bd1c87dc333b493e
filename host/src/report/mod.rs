//! The curves of runs: from metrics files to a figure.
//!
//! A [`Run`] is read from the lines that `gradito train --metrics` writes, one an epoch, and
//! [`figure()`] draws several of them over one another: cost, accuracy and learning rate.

mod curves;
mod run;

pub use curves::figure;
pub use run::{Epoch, ReportError, Run};
