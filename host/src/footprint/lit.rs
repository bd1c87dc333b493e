//! How many inputs of each layer are not zero.

use gradito_core::layer::LayerShape;
use gradito_core::quantized::layout::Layout;
use gradito_link::message::Input;

use super::Purpose;
use crate::data::{Dataset, Sample};
use crate::device::input::input;
use crate::model::AnyModel;
use crate::network::PackedNetwork;
use crate::quantize::QuantizedNetwork;
use crate::training::activations;

/// What a sample gives the layers to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lit {
    /// For each layer, how many entries its kernel lists: of `f32`, inputs that are not 0; of bytes,
    /// pairs that are not all 0, or of packed weights bytes that are not 0; of bits, those that are
    /// set.
    pub entries: Vec<usize>,
    /// The bytes in which a device reads it, if it is sent as runs.
    pub runs: Option<usize>,
}

/// What the layers of `model` have to do for every sample of `set`, which is not empty.
pub fn of_samples(model: &AnyModel, set: &Dataset) -> Vec<Lit> {
    match model {
        AnyModel::F32(model) => of_floats(&model.network, set),
        AnyModel::Quantized(model) => {
            (0..set.len()).map(|index| of_integers(&model.network, set.sample(index))).collect()
        }
    }
}

/// What layers of these shapes have to do if nothing is 0.
pub fn all(shapes: &[LayerShape], purpose: Purpose) -> Lit {
    let entries = |(index, shape): (usize, &LayerShape)| match purpose {
        Purpose::Inference | Purpose::Training => shape.inputs,
        Purpose::Bits if index == 0 => shape.inputs,
        Purpose::Bytes | Purpose::Bits => shape.inputs.div_ceil(2),
    };
    Lit { entries: shapes.iter().enumerate().map(entries).collect(), runs: None }
}

/// The bytes of a sample that is sent as runs.
fn runs(sample: Sample<'_>) -> Option<usize> {
    let mut scratch = Vec::new();
    match input(sample, &mut scratch) {
        Input::Runs(bytes) => Some(bytes.len()),
        _ => None,
    }
}

/// How many inputs of a sample are not 0.
pub fn inputs(sample: Sample<'_>) -> usize {
    match sample {
        Sample::Pixels(pixels) => pixels.iter().filter(|&&pixel| pixel != 0).count(),
        Sample::Features(features) => lit(features),
    }
}

fn lit(values: &[f32]) -> usize {
    values.iter().filter(|&&value| value != 0.0).count()
}

/// What the layers of a network of `f32` have to do for every sample of `set`, which is not empty.
pub fn of_floats(network: &PackedNetwork, set: &Dataset) -> Vec<Lit> {
    let of_inputs = |sample| Lit { entries: vec![inputs(sample)], runs: runs(sample) };
    let mut all: Vec<Lit> = (0..set.len()).map(|index| of_inputs(set.sample(index))).collect();
    let shapes = network.shapes();
    let hidden = &shapes[..shapes.len() - 1];
    for (shape, outputs) in hidden.iter().zip(activations(network, set.clone())) {
        for (counts, outputs) in all.iter_mut().zip(outputs.chunks_exact(shape.outputs)) {
            counts.entries.push(lit(outputs));
        }
    }
    all
}

fn of_integers(network: &QuantizedNetwork, sample: Sample<'_>) -> Lit {
    let mut entries = Vec::new();
    network.visit_inputs(sample, |bytes, layout, bits| {
        entries.push(match layout {
            _ if bits => bytes.iter().map(|byte| byte.count_ones() as usize).sum(),
            Layout::Pairs => {
                bytes.chunks(2).filter(|pair| pair.iter().any(|&byte| byte != 0)).count()
            }
            _ => bytes.iter().filter(|&&byte| byte != 0).count(),
        });
    });
    let runs = if network.reads_bits() { None } else { runs(sample) };
    Lit { entries, runs }
}
