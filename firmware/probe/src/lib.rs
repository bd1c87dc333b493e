//! What is measured and checked on a device: inference and a training step of 784-30-10.
//!
//! - `probe` counts the instructions of both in QEMU, over real images, and prints digests of what
//!   they computed;
//! - `panic-free` is them and nothing else, and links only if no path in them leads to a panic.
#![no_std]

use gradito_core::cost::{Class, Quadratic};
use gradito_core::layer::Layer;
use gradito_core::network;
use gradito_core::network::Feedforward;
use gradito_core::optimizer::Sgd;
use gradito_core::report::{BatchReport, Diverged};
use gradito_core::sgd;
use gradito_core::signal::Pixels;

/// Pixels of an image.
pub const PIXELS: usize = 784;

/// The largest batch.
pub const BATCH: usize = 10;

/// The network of the benchmark.
pub type Digits = network!(784 => 30 Sigmoid => 10 Sigmoid);

/// What a sample leaves behind in [`Digits`].
pub type Trace = <<Digits as Layers>::Layers as Layer<PIXELS>>::Trace;

/// The layers of a network.
pub trait Layers {
    /// All of them.
    type Layers: Layer<PIXELS>;
}

impl<L: Layer<PIXELS>> Layers for Feedforward<PIXELS, L> {
    type Layers = L;
}

/// A labelled image.
pub type Sample = (Pixels<PIXELS>, Class);

/// Inference: fills `trace` with the outputs for `image`.
#[inline(never)]
pub fn infer(network: &Digits, image: &Pixels<PIXELS>, trace: &mut Trace) {
    network.forward(image, trace);
}

/// A training step on the samples of `batch`: forward, backward, update.
///
/// # Errors
///
/// [`Diverged`]; the network is then as it was.
#[inline(never)]
pub fn step(
    network: &mut Digits,
    sgd: &mut Sgd,
    batch: &[Sample],
    traces: &mut [Trace; BATCH],
    eta: f32,
) -> Result<BatchReport, Diverged> {
    let batch = batch.iter().map(|(image, class)| (image, *class));
    sgd::step(network, sgd, &Quadratic, batch, traces, eta)
}
