//! The ranges of hidden activations, from samples.

use gradito_core::kind::ActivationKind;

use crate::data::Dataset;
use crate::network::PackedNetwork;
use crate::training::activations;

/// Samples that go through the network at a time: a few MiB of activations.
const AT_ONCE: usize = 4096;

/// The smallest and the largest output of a layer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Range {
    /// At most 0.
    pub low: f32,
    /// At least 0.
    pub high: f32,
}

/// The range of the outputs of each hidden layer of `network` on `samples`, which are to be those it
/// was trained on: 0 to 0 for layers whose activation has a range of its own.
pub fn calibrate(network: &PackedNetwork, samples: &Dataset) -> Vec<Range> {
    let shapes = network.shapes();
    let hidden = &shapes[..shapes.len() - 1];
    let mut ranges = vec![Range::default(); hidden.len()];
    let open = |kind| matches!(kind, ActivationKind::Relu | ActivationKind::Identity);
    if !hidden.iter().any(|shape| open(shape.activation)) {
        return ranges;
    }
    let rows: Vec<u32> = (0..samples.len() as u32).collect();
    for rows in rows.chunks(AT_ONCE) {
        let layers = activations(network, samples.select(rows));
        for ((range, shape), outputs) in ranges.iter_mut().zip(hidden).zip(&layers) {
            if open(shape.activation) {
                range.low = outputs.iter().copied().fold(range.low, f32::min);
                range.high = outputs.iter().copied().fold(range.high, f32::max);
            }
        }
    }
    ranges
}
