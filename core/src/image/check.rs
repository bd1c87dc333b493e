//! What must hold between the parts of a model image, whether it is read or written.

use super::{Element, ImageError, InputKind, Scale};
use crate::kind::{ActivationKind, CostKind};
use crate::layer::LayerShape;
use crate::quantized::layout::Layout;
use crate::quantized::parameters::{OUTPUT_WORDS, output, places};

/// What follows from the layers.
pub(super) struct Sizes {
    /// The outputs of the last one.
    pub outputs: usize,
    /// The bytes of all parameters; `None` if they cannot be counted.
    pub parameters_length: Option<usize>,
}

/// Finds that every layer reads what the one before it gives, the first one the inputs, and that
/// the cost fits the last. An entry that is no layer is `None`.
#[inline(always)]
pub(super) fn layers(
    input: InputKind,
    cost: CostKind,
    element: Element,
    layers: impl ExactSizeIterator<Item = Option<LayerShape>>,
) -> Result<Sizes, ImageError> {
    let wrong = |name| ImageError::Field { name };
    let count = layers.len();
    if count == 0 {
        return Err(wrong("layers"));
    }
    let mut width = input.count().ok_or(wrong("width and height"))? as usize;
    let (mut bytes, mut bits) = (Some(0_usize), input.is_bits());
    for (index, shape) in layers.enumerate() {
        let (shape, last) = (shape.ok_or(wrong("layer"))?, index + 1 == count);
        let meets = shape.inputs == width && shape.inputs > 0 && shape.outputs > 0;
        if !meets || (shape.activation == ActivationKind::Softmax && !last) {
            return Err(wrong("layer"));
        }
        if last && !cost.fits(shape.activation) {
            return Err(wrong("cost"));
        }
        u32::try_from(shape.outputs).map_err(|_| ImageError::TooLong)?;
        bytes = bytes.and_then(|bytes| bytes.checked_add(length(element, bits, shape)?));
        (width, bits) = (shape.outputs, false);
    }
    Ok(Sizes { outputs: width, parameters_length: bytes })
}

/// The bytes of the parameters of a layer that reads bits or not.
#[inline(always)]
fn length(element: Element, bits: bool, shape: LayerShape) -> Option<usize> {
    let LayerShape { inputs, outputs, .. } = shape;
    let words = match element {
        Element::F32 => inputs.checked_add(1)?.checked_mul(outputs)?,
        Element::I8 => {
            let layout = if bits { Layout::Rows } else { Layout::Pairs };
            layout.words(inputs, outputs)?.checked_add(outputs.checked_mul(OUTPUT_WORDS)?)?
        }
    };
    words.checked_mul(size_of::<u32>())
}

/// Finds that every output of a quantised network can be rescaled; `word` gives those of its
/// parameters.
pub(super) fn outputs(
    input: InputKind,
    layers: impl Iterator<Item = LayerShape>,
    word: impl Fn(usize) -> Option<u32>,
) -> Result<(), ImageError> {
    let wrong = ImageError::Field { name: "rescaling" };
    for place in places(layers, input.is_bits()) {
        for at in place.ok_or(wrong)?.outputs.step_by(OUTPUT_WORDS) {
            let (bias, rest) = (word(at).ok_or(wrong)?, word(at + 1).ok_or(wrong)?);
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

/// Whether `bytes` are UTF-8 (Unicode 16, table 3-7).
///
/// `str::from_utf8` is made for speed: it would be a twentieth of all code on a microcontroller.
#[inline(always)]
pub(super) fn is_text(mut bytes: &[u8]) -> bool {
    loop {
        bytes = match bytes {
            [] => return true,
            [0x00..=0x7f, rest @ ..]
            | [0xc2..=0xdf, 0x80..=0xbf, rest @ ..]
            | [0xe0, 0xa0..=0xbf, 0x80..=0xbf, rest @ ..]
            | [0xe1..=0xec | 0xee..=0xef, 0x80..=0xbf, 0x80..=0xbf, rest @ ..]
            | [0xed, 0x80..=0x9f, 0x80..=0xbf, rest @ ..]
            | [0xf0, 0x90..=0xbf, 0x80..=0xbf, 0x80..=0xbf, rest @ ..]
            | [0xf1..=0xf3, 0x80..=0xbf, 0x80..=0xbf, 0x80..=0xbf, rest @ ..]
            | [0xf4, 0x80..=0x8f, 0x80..=0xbf, 0x80..=0xbf, rest @ ..] => rest,
            _ => return false,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_what_the_standard_library_takes() {
        // All of up to 2 bytes, and of 4 those whose first two tell something.
        let same = |bytes: &[u8]| {
            assert_eq!(is_text(bytes), core::str::from_utf8(bytes).is_ok(), "{bytes:x?}");
        };
        let edges = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];
        same(&[]);
        for first in 0..=u8::MAX {
            same(&[first]);
            for second in 0..=u8::MAX {
                same(&[first, second]);
                for third in edges {
                    same(&[first, second, third]);
                    for fourth in edges {
                        same(&[first, second, third, fourth]);
                    }
                }
            }
        }
        same("sí, 网络 🦀".as_bytes());
    }
}
