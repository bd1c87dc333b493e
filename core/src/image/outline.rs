//! What a program has to know of a model image to work with it, and no more.

use core::fmt;

use super::header::{HeaderBytes, STAGED, bytes, field, u32_at};
use super::{
    ALIGNMENT, Element, HEADER_LENGTH, ImageError, LAYER_LENGTH, MAGIC, VERSION, check, write,
};
use crate::kind::CostKind;
use crate::layer::LayerShape;
use crate::stage::Stages;

/// A model image whose bytes are those that were written, and whose network can be used.
///
/// Unlike an [`Image`](super::Image) it was not looked at any further: where the network comes from
/// and what its classes are called is of no use to a microcontroller, and to check it would be as much
/// code as the network's own.
#[derive(Clone, Copy)]
pub struct Outline<'a> {
    header: &'a HeaderBytes,
    bytes: &'a [u8],
    parameters: &'a [u8],
}

impl<'a> Outline<'a> {
    /// The image that `bytes` begin with, as in a flash region, if its parameters are of the type
    /// `wanted`: what is needed for those of other types is no part of the program then.
    ///
    /// # Errors
    ///
    /// [`ImageError`]: what is wrong with magic, version, length, checksum and parameters.
    #[inline(always)]
    pub fn from_start_of(start: &'a [u8], wanted: Element) -> Result<Self, ImageError> {
        let wrong = |name| ImageError::Field { name };
        let (header, image, _) = whole(start)?;
        let [element] = bytes(header, field::ELEMENT);
        if element != wanted as u8 {
            let found = Element::from_code(element).ok_or(wrong("element type"))?;
            return Err(ImageError::Element { found, wanted });
        }
        let start = u32_at(header, field::PARAMETERS_START) as usize;
        if start < HEADER_LENGTH || !start.is_multiple_of(ALIGNMENT) {
            return Err(wrong("parameters' start"));
        }
        let parameters = image.get(start..).ok_or(wrong("parameters' start"))?;
        if parameters.len() != u32_at(header, field::PARAMETERS_LENGTH) as usize {
            return Err(wrong("parameters' length"));
        }
        if wanted == Element::F32 {
            check::finite(words(parameters))?;
        }
        Ok(Self { header, bytes: image, parameters })
    }

    /// The whole image.
    #[inline(always)]
    pub fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The checksum in its header, which is that of its bytes.
    #[inline(always)]
    pub fn checksum(&self) -> u32 {
        u32_at(self.header, field::CHECKSUM)
    }

    /// The parameters, as they are stored.
    #[inline(always)]
    pub fn parameters(&self) -> &'a [u8] {
        self.parameters
    }

    /// Whether the inputs are pixels, of eight bits or one, as they come; else they are features, or
    /// pixels before stages.
    #[inline(always)]
    pub fn reads_pixels(&self) -> bool {
        matches!(bytes(self.header, field::INPUT), [1 | 3])
    }

    /// Whether the inputs are pixels of one bit.
    #[inline(always)]
    pub fn reads_bits(&self) -> bool {
        matches!(bytes(self.header, field::INPUT), [3])
    }

    /// Whether the inputs are pixels of an image of that width and height, which goes through
    /// `stages`, of which there are some.
    #[inline(always)]
    pub fn reads_staged(&self, stages: Stages, width: u32, height: u32) -> bool {
        bytes(self.header, field::INPUT) == [STAGED]
            && bytes(self.header, field::NAMED) == [stages.code()]
            && u32_at(self.header, field::WIDTH) == width
            && u32_at(self.header, field::HEIGHT) == height
    }

    /// The cost it was trained with; `None` if it is one that is not known.
    #[inline(always)]
    pub fn cost(&self) -> Option<CostKind> {
        let [code] = bytes(self.header, field::COST);
        CostKind::from_code(code)
    }

    /// The layers, first to last; `None` for an entry of the table that is none.
    #[inline(always)]
    pub fn layers(&self) -> impl Iterator<Item = Option<LayerShape>> + use<'a> {
        let count = u16::from_le_bytes(bytes(self.header, field::LAYERS));
        let end = HEADER_LENGTH + usize::from(count) * LAYER_LENGTH;
        let table = self.bytes.get(HEADER_LENGTH..end).unwrap_or(&[]);
        table.chunks_exact(LAYER_LENGTH).map(layer)
    }
}

impl fmt::Debug for Outline<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outline").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

/// The header of the image that `bytes` begin with, if magic, version, length and checksum are right,
/// the image, and what follows it.
#[inline(always)]
pub(super) fn whole(bytes: &[u8]) -> Result<(&HeaderBytes, &[u8], &[u8]), ImageError> {
    let truncated = |needed| ImageError::Truncated { needed, found: bytes.len() };
    let Some(magic) = bytes.get(field::MAGIC) else {
        // Too short even to tell what it is, unless it differs already.
        let is_start = MAGIC.starts_with(bytes);
        return Err(if is_start { truncated(HEADER_LENGTH) } else { ImageError::Magic });
    };
    if magic != MAGIC {
        return Err(ImageError::Magic);
    }
    if bytes.len() >= field::VERSION.end {
        let found = u32_at(bytes, field::VERSION);
        if found != VERSION {
            return Err(ImageError::Version { found });
        }
    }
    let header = bytes.first_chunk().ok_or(truncated(HEADER_LENGTH))?;
    let length = u32_at(bytes, field::LENGTH) as usize;
    if length < HEADER_LENGTH {
        return Err(ImageError::Field { name: "length" });
    }
    let (bytes, rest) = bytes.split_at_checked(length).ok_or(truncated(length))?;
    let stored = u32_at(bytes, field::CHECKSUM);
    let computed = write::checksum(bytes.get(field::LENGTH.start..).unwrap_or(&[]));
    if stored == computed {
        Ok((header, bytes, rest))
    } else {
        Err(ImageError::Checksum { stored, computed })
    }
}

/// The parameters in words of 32 bits.
#[inline(always)]
pub(super) fn words(parameters: &[u8]) -> impl ExactSizeIterator<Item = u32> + Clone {
    parameters.chunks_exact(4).map(|word| u32_at(word, 0..4))
}

/// An entry of the layer table.
#[inline(always)]
pub(super) fn layer(entry: &[u8]) -> Option<LayerShape> {
    LayerShape::from_entry(entry.first_chunk()?)
}
