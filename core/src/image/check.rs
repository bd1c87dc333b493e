//! What must hold between the parts of a model image, whether it is read or written.

use super::{Element, ImageError, Provenance, Scale};
use crate::kind::ActivationKind;
use crate::layer::LayerShape;
use crate::quantized::parameters::{OUTPUT_WORDS, Place, output, places};
use crate::quantized::weights::WeightKind;

/// What follows from the layers.
pub(super) struct Sizes {
    /// The outputs of the last one.
    pub outputs: usize,
    /// The bytes of all parameters, which may be more than an image can have.
    pub parameters_length: u64,
}

/// Finds that every layer reads what the one before it gives, the first one the inputs, and that
/// the cost fits the last. An entry that is no layer is `None`.
pub(super) fn layers(
    provenance: &Provenance,
    element: Element,
    layers: impl ExactSizeIterator<Item = Option<LayerShape>>,
) -> Result<Sizes, ImageError> {
    let wrong = |name| ImageError::Field { name };
    let count = layers.len();
    if count == 0 {
        return Err(wrong("layers"));
    }
    let mut width = provenance.input.count().ok_or(wrong("width and height"))?;
    let mut words = 0_u64;
    for (index, shape) in layers.enumerate() {
        let (shape, last) = (shape.ok_or(wrong("layer"))?, index + 1 == count);
        let meets = shape.inputs == width as usize && shape.inputs > 0 && shape.outputs > 0;
        if !meets || (shape.activation == ActivationKind::Softmax && !last) {
            return Err(wrong("layer"));
        }
        if last && !provenance.cost.fits(shape.activation) {
            return Err(wrong("cost"));
        }
        let outputs = u32::try_from(shape.outputs).map_err(|_| ImageError::TooLong)?;
        // Below 2⁶⁴, as both factors are at most 2³².
        let layer = match element.weights() {
            None => (u64::from(width) + 1) * u64::from(outputs),
            Some(kind) => {
                // A row's words, then two words an output.
                let layout = kind.layout(index == 0 && provenance.input.is_bits());
                layout.rows(shape.inputs) as u64 * layout.row(shape.outputs) as u64
                    + 2 * u64::from(outputs)
            }
        };
        words = words.saturating_add(layer);
        width = outputs;
    }
    Ok(Sizes { outputs: width as usize, parameters_length: words.saturating_mul(4) })
}

/// Finds that every output of a quantised network can be rescaled; `words` are its parameters.
pub(super) fn outputs(
    provenance: &Provenance,
    kind: WeightKind,
    layers: impl Iterator<Item = LayerShape>,
    words: impl Iterator<Item = u32>,
) -> Result<(), ImageError> {
    let wrong = ImageError::Field { name: "rescaling" };
    let mut words = words;
    for place in places(layers, kind, provenance.input.is_bits()) {
        let Place { weights, outputs, .. } = place.ok_or(wrong)?;
        // They follow one another.
        let mut skipped = words.by_ref().skip(weights.len());
        for _ in 0..outputs.len() / OUTPUT_WORDS {
            let (bias, rest) = (skipped.next().ok_or(wrong)?, skipped.next().ok_or(wrong)?);
            if !output([bias, rest]).is_sound() {
                return Err(wrong);
            }
        }
    }
    Ok(())
}

/// Finds that every feature can be scaled without a result that is no number.
pub(super) fn scaling(mut scaling: impl Iterator<Item = Scale>) -> Result<(), ImageError> {
    if scaling.all(Scale::is_sound) { Ok(()) } else { Err(ImageError::Field { name: "scaling" }) }
}

/// Finds that all parameters are finite; `words` are theirs.
#[inline(always)]
pub(super) fn finite(words: impl Iterator<Item = u32>) -> Result<(), ImageError> {
    for (index, word) in words.enumerate() {
        if !f32::from_bits(word).is_finite() {
            return Err(ImageError::NotFinite { index });
        }
    }
    Ok(())
}
