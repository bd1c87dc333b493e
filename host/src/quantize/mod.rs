//! Quantisation: from a trained network of `f32` to one of whole numbers, of 8 bits or fewer a weight.
//! Of 8 bits it loses next to nothing, of fewer if it was [trained for it](crate::network::grid).
//!
//! What such a network computes is [`gradito_core::quantized`](mod@gradito_core::quantized)'s affair; here its numbers are found,
//! from the parameters alone and, where activations have no range of their own (rectifier and
//! identity), from what they are on training samples.

mod calibrate;
mod column;
mod model;
mod network;
mod scale;
#[cfg(test)]
mod tests;

pub use calibrate::{Range, calibrate};
pub use network::{QuantizedNetwork, Unproved};
pub use scale::{QuantizeError, quantize};
