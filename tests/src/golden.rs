//! Values that every machine must reach, in one place.
//!
//! The short training is `gradito train --steps 200`: 784-30-10, sigmoid, quadratic cost, seed 1,
//! batches of 10 at η = 3, the first 50 000 images of MNIST. A change of this digest is a change of
//! every result gradito ever gave: of the exponential, of the order of a sum, of the random numbers.

/// Mini-batches of the short training.
pub const STEPS: u64 = 200;

/// SHA-256 of its parameters.
pub const DIGEST: &str = "c4da959b670a07bc9934dd342fe43119a690563a3ea1f3439add9793a6516bf7";
