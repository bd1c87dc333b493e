//! The memory that networks need on a device.

use gradito_core::layer::LayerShape;
use gradito_core::quantized::input::packed_length;

/// Bytes of RAM that a network of `shapes` needs on a device, besides its code and stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ram {
    /// For inference with the weights in flash: a trace and an input.
    pub inference: usize,
    /// For training in batches by plain SGD: the parameters, and a trace and an input a sample.
    pub training: usize,
}

impl Ram {
    /// The RAM for the given layers, `pixels` or else features as inputs, and a batch size.
    pub fn of(shapes: &[LayerShape], pixels: bool, batch: usize) -> Self {
        let inputs = shapes.first().map_or(0, |shape| shape.inputs);
        let input = inputs * if pixels { 1 } else { size_of::<f32>() };
        // Outputs and deltas of every neuron.
        let trace = shapes.iter().map(|shape| 2 * size_of::<f32>() * shape.outputs).sum::<usize>();
        let parameters = shapes.iter().map(LayerShape::parameters).sum::<usize>();
        Self {
            inference: trace + input,
            // An image may name any batch.
            training: batch
                .saturating_mul(trace + input)
                .saturating_add(size_of::<f32>() * parameters),
        }
    }

    /// That of a network of 8-bit numbers, which reads `bits` or else bytes, for inference: a trace
    /// and an input.
    pub fn quantized(shapes: &[LayerShape], bits: bool) -> usize {
        let inputs = shapes.first().map_or(0, |shape| shape.inputs);
        let input = if bits { packed_length(inputs) } else { inputs };
        // A sum and a byte of every neuron.
        input + shapes.iter().map(|shape| (size_of::<i32>() + 1) * shape.outputs).sum::<usize>()
    }
}
