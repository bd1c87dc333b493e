//! What is measured and checked on a device: inference and a training step of 784-30-10.
//!
//! - `probe` counts the instructions of both in QEMU, over real images, and prints digests of what
//!   they computed;
//! - `panic-free` is them and nothing else, and links only if no path in them leads to a panic.
#![no_std]

use gradito_core::cost::{Class, Cost, Quadratic};
use gradito_core::layer::Layer;
use gradito_core::network::Feedforward;
use gradito_core::optimizer::Sgd;
use gradito_core::report::{BatchReport, Diverged};
use gradito_core::sgd;
use gradito_core::signal::Pixels;
use gradito_core::{network, network_layers};

/// Pixels of an image.
pub const PIXELS: usize = 784;

/// The largest batch.
pub const BATCH: usize = 10;

/// The network of the benchmark.
pub type Digits = network!(784 => 30 Sigmoid => 10 Sigmoid);

/// The same, of which only the last layer is trained.
pub type Tuned = network!(784 => frozen 30 Sigmoid => 10 Sigmoid);

/// What a sample leaves behind in [`Digits`].
pub type Trace = <network_layers!(784 => 30 Sigmoid => 10 Sigmoid) as Layer<PIXELS>>::Trace;

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
pub fn step<L>(
    network: &mut Feedforward<PIXELS, L>,
    sgd: &mut Sgd,
    batch: &[Sample],
    traces: &mut [L::Trace],
    eta: f32,
) -> Result<BatchReport, Diverged>
where
    L: Layer<PIXELS>,
    Quadratic: Cost<L::Activation>,
{
    let batch = batch.iter().map(|(image, class)| (image, *class));
    sgd::step(network, sgd, &Quadratic, batch, traces, eta)
}
