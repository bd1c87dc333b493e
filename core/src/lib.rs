//! Small dense neural networks, fixed in size: trained and run with the same bits on the desktop
//! and on a microcontroller.
//!
//! ```
//! use gradito_core::{network, Network};
//! use gradito_core::kind::InitKind;
//! use gradito_core::signal::Pixels;
//!
//! type Digits = network!(784 => 30 Sigmoid => 10 Sigmoid);
//!
//! let mut network = Digits::ZERO;
//! network.initialize(InitKind::Scaled, 1);
//! let mut trace = Digits::TRACE;
//! network.forward(&Pixels([128; 784]), &mut trace);
//! assert_eq!(network.outputs(&trace).len(), 10);
//! ```
//!
//! # Features
//!
//! `defmt`, off by default: errors, kinds and reports derive `defmt::Format`, for a device's log.
#![no_std]

#[cfg(test)]
extern crate std;

pub mod activation;
pub mod batch;
pub mod chain;
pub mod checksum;
pub mod circuit;
pub mod cost;
pub mod dense;
pub mod frozen;
pub mod image;
pub mod kernels;
pub mod kind;
pub mod layer;
pub mod math;
pub mod network;
pub mod optimizer;
pub mod quantized;
pub mod random;
pub mod report;
pub mod sgd;
pub mod signal;
pub mod stage;

pub use network::Network;
