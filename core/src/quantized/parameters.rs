//! Quantised networks of run-time widths: their layers, one after the other, as a model image has
//! them.

use core::ops::Range;

use super::layout::Layout;
use super::output::Output;
use super::weights::WeightKind;
use crate::layer::LayerShape;

/// Where the parameters of a layer lie in an image, in words of 32 bits.
///
/// First its weights, as its layout says, then 2 words for each output, an
/// [`Output`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// How the weights lie.
    pub layout: Layout,
    /// The words of the weights.
    pub weights: Range<usize>,
    /// The words of the outputs.
    pub outputs: Range<usize>,
}

/// Words of an output.
pub const OUTPUT_WORDS: usize = size_of::<Output>() / size_of::<u32>();

/// Where the parameters of each of `shapes` lie, the first of which reads bits or bytes. An entry
/// that would lie beyond what can be counted is `None`, and so are those after it.
pub fn places(
    shapes: impl Iterator<Item = LayerShape>,
    kind: WeightKind,
    bits: bool,
) -> impl Iterator<Item = Option<Place>> {
    let (mut at, mut layout) = (Some(0), kind.layout(bits));
    shapes.map(move |LayerShape { inputs, outputs, .. }| {
        let start: usize = at.take()?;
        let middle = start.checked_add(layout.words(inputs, outputs)?);
        at = middle.and_then(|end| end.checked_add(outputs.checked_mul(OUTPUT_WORDS)?));
        let place = Place { layout, weights: start..middle?, outputs: middle?..at? };
        layout = kind.layout(false);
        Some(place)
    })
}

/// The output whose words these are.
pub fn output([bias, rest]: [u32; OUTPUT_WORDS]) -> Output {
    let [low, high, before, after] = rest.to_le_bytes();
    Output { bias: bias as i32, multiplier: u16::from_le_bytes([low, high]), before, after }
}

/// The words of an output.
pub fn words(output: Output) -> [u32; OUTPUT_WORDS] {
    let [low, high] = output.multiplier.to_le_bytes();
    [output.bias as u32, u32::from_le_bytes([low, high, output.before, output.after])]
}
