//! Signs that a network does not learn.

use std::fmt;

use gradito_core::kind::ActivationKind;

use super::samples::Samples;
use crate::network::{Batch, Machine, PackedNetwork};
use crate::simd::Level;

/// The samples looked at.
pub const SAMPLES: usize = 1000;

/// A hidden neuron counts as saturated if its derivative is below this share of the largest it can
/// have on almost every sample.
const FLAT: f32 = 0.02;

/// Something that is wrong with a finite network.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    /// The network is no better than always answering the commonest class.
    Chance {
        /// The share of samples it recognises.
        accuracy: f64,
        /// The share of the commonest class.
        commonest: f64,
    },
    /// Half of the hidden neurons or more pass no gradient.
    Saturated {
        /// How many.
        neurons: usize,
        /// Of how many.
        hidden: usize,
        /// Whether they are rectifiers, which are dead rather than saturated.
        rectifiers: bool,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chance { accuracy, commonest } => write!(
                f,
                "the network has not learnt: it recognises {:.1} %, and always answering the \
                 commonest class would give {:.1} %; try a smaller --eta, then a larger one, or \
                 --init scaled",
                100.0 * accuracy,
                100.0 * commonest
            ),
            Self::Saturated { neurons, hidden, rectifiers } => write!(
                f,
                "{neurons} of {hidden} hidden neurons are {} and no longer learn; a smaller --eta \
                 usually helps, and --init scaled",
                if *rectifiers { "dead (0 for every sample)" } else { "saturated" }
            ),
        }
    }
}

/// The share of the commonest label.
fn commonest(labels: &[u16]) -> f64 {
    let mut counts = vec![0_u32; labels.iter().max().map_or(0, |&most| usize::from(most) + 1)];
    for &label in labels {
        counts[usize::from(label)] += 1;
    }
    f64::from(counts.into_iter().max().unwrap_or(0)) / labels.len().max(1) as f64
}

/// Whether `accuracy` on samples of these labels is what chance would give.
pub fn chance(accuracy: f64, labels: &[u16]) -> Option<Warning> {
    let commonest = commonest(labels);
    // Two points more may still be luck; a set of one class cannot be told from chance.
    (accuracy < commonest + 0.02 && commonest < 0.9)
        .then_some(Warning::Chance { accuracy, commonest })
}

/// Whether half of the hidden neurons or more pass no gradient on (up to 1000 of) the samples.
pub fn saturation<S: Samples>(network: &PackedNetwork, samples: &S) -> Option<Warning> {
    let mut shapes = network.shapes();
    // The outputs are to be sure of themselves.
    shapes.pop();
    let looked = samples.len().min(SAMPLES);
    let machine = Machine::single(Level::best());
    let mut batch = Batch::for_evaluation(network, looked, &machine);
    let indices: Vec<u32> = (0..looked as u32).collect();
    batch.forward(&machine, network, &indices, |indices, block, labels| {
        samples.fill(indices, block, labels);
    });
    let mut flat: Vec<_> = shapes.iter().map(|shape| vec![0_usize; shape.outputs]).collect();
    for (layer, (counts, shape)) in flat.iter_mut().zip(&shapes).enumerate() {
        batch.for_each_hidden(network, layer, |neuron, a| {
            let is_flat = match shape.activation {
                ActivationKind::Sigmoid => a * (1.0 - a) < 0.25 * FLAT,
                ActivationKind::Tanh => 1.0 - a * a < FLAT,
                ActivationKind::Relu => a == 0.0,
                ActivationKind::Identity | ActivationKind::Softmax => false,
            };
            counts[neuron] += usize::from(is_flat);
        });
    }
    // A rectifier is dead if it never fires; a sigmoid that is flat almost always hardly learns.
    let limit = looked - looked / 100;
    let hidden = flat.iter().map(Vec::len).sum();
    let neurons = flat.iter().flatten().filter(|&&count| count >= limit.max(1)).count();
    let rectifiers = shapes.first().is_some_and(|shape| shape.activation == ActivationKind::Relu);
    (hidden > 0 && 2 * neurons >= hidden).then_some(Warning::Saturated {
        neurons,
        hidden,
        rectifiers,
    })
}
