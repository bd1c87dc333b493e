//! The numbers of a quantised network, from those of its parent.

use gradito_core::kind::ActivationKind;
use gradito_core::layer::LayerShape;
use gradito_core::quantized::activation::{MIDDLE, SIGMOID_UNIT, TANH_RANGE, TANH_UNIT, TANH_ZERO};
use gradito_core::quantized::layout::Layout;
use gradito_core::quantized::output::{MULTIPLIER, Output, SCORE_BITS};
use gradito_core::quantized::parameters::{places, words};
use gradito_core::quantized::weights::WeightKind;
use thiserror::Error;

use super::calibrate::Range;
use super::column::Column;
use super::network::{QuantizedNetwork, Unproved};
use crate::network::PackedNetwork;

/// The largest bias, at least; a bias that were larger makes its output's scale coarser.
const LARGEST_BIAS: f64 = (1_u32 << 28) as f64;

/// Why a network cannot be quantised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum QuantizeError {
    /// An output that no factor rescales.
    #[error(
        "layer {layer}, output {output} (the first are 0): its sums reach values beyond what can \
         be rescaled; train with --l2, which keeps weights small"
    )]
    Scale {
        /// The layer, from 0.
        layer: usize,
        /// The output, from 0.
        output: usize,
    },
    /// Sums that could overflow.
    #[error("{0}; train with --l2, which keeps weights small")]
    Unproved(#[from] Unproved),
}

/// What the numbers of a layer's inputs stand for: (byte − zero) · scale.
#[derive(Clone, Copy, Debug)]
struct Bytes {
    scale: f64,
    zero: u8,
    /// The largest byte.
    largest: u8,
}

/// From z to what the activation takes: q = z · unit + offset.
#[derive(Clone, Copy, Debug)]
struct Target {
    unit: f64,
    offset: f64,
}

/// Quantises `network`, whose weights are to be of that kind and whose first layer is to read bits or
/// bytes; `ranges` are those of its hidden layers, see [`calibrate`](super::calibrate()).
///
/// # Errors
///
/// Which output's numbers cannot be proved to stay in their types.
///
/// # Panics
///
/// If there are not as many ranges as hidden layers.
pub fn quantize(
    network: &PackedNetwork,
    kind: WeightKind,
    bits: bool,
    ranges: &[Range],
) -> Result<QuantizedNetwork, QuantizeError> {
    let shapes = network.shapes();
    assert_eq!(ranges.len() + 1, shapes.len(), "a range for each hidden layer");
    let all = network.parameters();
    let mut rest = all.as_slice();
    let mut inputs = match bits {
        true => Bytes { scale: 1.0, zero: 0, largest: 1 },
        false => Bytes { scale: 1.0 / 255.0, zero: 0, largest: u8::MAX },
    };
    let mut parameters = Vec::new();
    for (layer, shape) in shapes.iter().enumerate() {
        let (these, behind) = rest.split_at(shape.parameters());
        rest = behind;
        let (target, next) = match ranges.get(layer) {
            Some(&range) => hidden(shape.activation, range),
            None => (Target { unit: f64::from(1 << SCORE_BITS), offset: 0.0 }, inputs),
        };
        let layout = kind.layout(layer == 0 && bits);
        quantize_layer(shape, (kind, layout), these, inputs, target, &mut parameters)
            .map_err(|output| QuantizeError::Scale { layer, output })?;
        inputs = next;
    }
    debug_assert_eq!(
        places(shapes.iter().copied(), kind, bits).last().flatten().map(|place| place.outputs.end),
        Some(parameters.len())
    );
    Ok(QuantizedNetwork::new(shapes, kind, bits, parameters)?)
}

/// What a hidden layer's activation takes, and what its bytes stand for.
fn hidden(activation: ActivationKind, range: Range) -> (Target, Bytes) {
    let middle = f64::from(MIDDLE);
    match activation {
        ActivationKind::Sigmoid => (
            Target { unit: f64::from(SIGMOID_UNIT), offset: middle },
            Bytes { scale: 1.0 / 255.0, zero: 0, largest: u8::MAX },
        ),
        ActivationKind::Tanh => (
            Target { unit: f64::from(TANH_UNIT), offset: middle },
            Bytes { scale: 1.0 / f64::from(TANH_RANGE), zero: TANH_ZERO, largest: u8::MAX },
        ),
        ActivationKind::Relu | ActivationKind::Identity | ActivationKind::Softmax => {
            let (low, high) = match activation {
                ActivationKind::Relu => (0.0, f64::from(range.high)),
                _ => (f64::from(range.low), f64::from(range.high)),
            };
            // A layer that was always 0 may as well have the scale of a pixel.
            let width = if high > low { high - low } else { 1.0 };
            let scale = width / 255.0;
            let zero = (-low / scale).round().clamp(0.0, 255.0) as u8;
            let target = Target { unit: 1.0 / scale, offset: f64::from(zero) };
            (target, Bytes { scale, zero, largest: u8::MAX })
        }
    }
}

/// Appends the words of a layer; or says which output cannot be rescaled.
fn quantize_layer(
    shape: &LayerShape,
    (kind, layout): (WeightKind, Layout),
    these: &[f32],
    inputs: Bytes,
    target: Target,
    parameters: &mut Vec<u32>,
) -> Result<(), usize> {
    let (weights, biases) = these.split_at(shape.inputs * shape.outputs);
    let count = layout.words(shape.inputs, shape.outputs).unwrap_or(0);
    let mut packed = vec![0; count];
    let mut outputs = Vec::with_capacity(shape.outputs);
    for (output, &bias) in biases.iter().enumerate() {
        let column: Vec<f32> =
            weights.iter().skip(output).step_by(shape.outputs).copied().collect();
        let bias = f64::from(bias);
        // Weights that are 0 where there is no 0 are to be so small that they count for nothing.
        let is_silent = kind.step() > 1 && column.iter().all(|&weight| weight == 0.0);
        let most = if is_silent { (target.offset + 0.5) / target.unit } else { 0.0 };
        let least = bias.abs().max(most) / inputs.scale / LARGEST_BIAS;
        let Column { scale, weights: column } = Column::of(&column, kind, least);
        for (input, &weight) in column.iter().enumerate() {
            layout.set(&mut packed, shape.outputs, [input, output], weight);
        }
        let sum: i64 = column.iter().copied().map(i64::from).sum();
        let unit = inputs.scale * scale;
        let factor = unit * target.unit;
        let bias = bias / unit - f64::from(inputs.zero) * sum as f64;
        let found = rescaling(bias, factor, target.offset, &column, inputs.largest);
        outputs.extend(words(found.ok_or(output)?));
    }
    parameters.extend(packed);
    parameters.extend(outputs);
    Ok(())
}

/// The numbers that make ⌊(sum + bias) · factor + offset + ½⌋ of a sum, as nearly as they can.
fn rescaling(bias: f64, factor: f64, offset: f64, column: &[i8], largest: u8) -> Option<Output> {
    // The half that makes the last floor a rounding; a floor of the sum takes half a unit of its own
    // away, which is given back.
    let bias = bias + (offset + 0.5) / factor;
    let with = |before: u8| {
        let half = f64::from((1_u32 << before) >> 1);
        let bias = (bias + half).round();
        (bias.abs() < f64::from(i32::MAX)).then_some(bias as i32)
    };
    for before in 0..i32::BITS as u8 {
        let found = Output { bias: with(before)?, multiplier: 0, before, after: 0 };
        let sums = found.sums(column.iter().copied().map(i16::from), largest)?;
        if !found.holds(&sums) {
            continue;
        }
        // factor = multiplier / 2^(after + before), with as many bits as there are.
        let narrow = factor * f64::from(1_u32 << before);
        let after = (0..i32::BITS as u8)
            .rev()
            .find(|&after| (narrow * f64::from(1_u32 << after)).round() <= f64::from(MULTIPLIER))?;
        let multiplier = (narrow * f64::from(1_u32 << after)).round() as u16;
        return Some(Output { multiplier, after, ..found });
    }
    None
}
