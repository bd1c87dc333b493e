//! How many inputs of each layer are not zero.

use gradito_core::layer::LayerShape;
use gradito_core::quantized::layout::Layout;

use super::Purpose;
use crate::data::{Dataset, Sample};
use crate::model::AnyModel;
use crate::network::PackedNetwork;
use crate::quantize::QuantizedNetwork;
use crate::training::activations;

/// For each layer, how many entries its kernel lists: of `f32`, inputs that are not 0; of bytes,
/// pairs that are not all 0; of bits, those that are set.
pub type Lit = Vec<usize>;

/// What the layers of `model` list for every sample of `set`, which is not empty.
pub fn of_samples(model: &AnyModel, set: &Dataset) -> Vec<Lit> {
    match model {
        AnyModel::F32(model) => of_floats(&model.network, set),
        AnyModel::I8(model) => {
            (0..set.len()).map(|index| of_integers(&model.network, set.sample(index))).collect()
        }
    }
}

/// What layers of these shapes list if nothing is 0.
pub fn all(shapes: &[LayerShape], purpose: Purpose) -> Lit {
    let entries = |(index, shape): (usize, &LayerShape)| match purpose {
        Purpose::Inference | Purpose::Training => shape.inputs,
        Purpose::Bits if index == 0 => shape.inputs,
        Purpose::Bytes | Purpose::Bits => shape.inputs.div_ceil(2),
    };
    shapes.iter().enumerate().map(entries).collect()
}

fn of_floats(network: &PackedNetwork, set: &Dataset) -> Vec<Lit> {
    fn lit(values: &[f32]) -> usize {
        values.iter().filter(|&&value| value != 0.0).count()
    }
    let inputs = (0..set.len()).map(|index| match set.sample(index) {
        Sample::Pixels(pixels) => pixels.iter().filter(|&&pixel| pixel != 0).count(),
        Sample::Features(features) => lit(features),
    });
    let mut all: Vec<Lit> = inputs.map(|count| vec![count]).collect();
    let shapes = network.shapes();
    let hidden = &shapes[..shapes.len() - 1];
    for (shape, outputs) in hidden.iter().zip(activations(network, set.clone())) {
        for (counts, outputs) in all.iter_mut().zip(outputs.chunks_exact(shape.outputs)) {
            counts.push(lit(outputs));
        }
    }
    all
}

fn of_integers(network: &QuantizedNetwork, sample: Sample<'_>) -> Lit {
    let mut lit = Vec::new();
    network.visit_inputs(sample, |bytes, layout| {
        lit.push(match layout {
            Layout::Rows => bytes.iter().map(|byte| byte.count_ones() as usize).sum(),
            Layout::Pairs => {
                bytes.chunks(2).filter(|pair| pair.iter().any(|&byte| byte != 0)).count()
            }
        });
    });
    lit
}
