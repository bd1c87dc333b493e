//! What a program has to know of a model image to work with it, and no more.

use core::fmt;
use core::ops::Range;

use super::header::{self, Layout, bytes, field, u32_at};
use super::{
    ALIGNMENT, Element, HEADER_LENGTH, ImageError, InputKind, LAYER_LENGTH, MAGIC, Provenance,
    SCALE_LENGTH, Scale, VERSION, check, write,
};
use crate::kind::{ActivationKind, CostKind, MathKind};
use crate::layer::LayerShape;

/// A model image that has been checked whole, like an [`Image`](super::Image), but for its
/// provenance, which a microcontroller does not ask for.
#[derive(Clone, Copy)]
pub struct Outline<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) layout: Layout,
    pub(super) names: &'a [u8],
}

/// What a program can work with: what other images need is no part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The type of the parameters.
    pub element: Element,
    /// Whether the inputs are pixels, of eight bits or one; else they are features.
    pub pixels: bool,
}

impl<'a> Outline<'a> {
    /// The image that `bytes` begin with, as in a flash region, and what follows it.
    ///
    /// # Errors
    ///
    /// As [`Image::take_from_bytes`](super::Image::take_from_bytes), and [`ImageError::Element`] or
    /// [`ImageError::Inputs`] for what is not `wanted`.
    #[inline(always)]
    pub fn take_from_bytes(
        bytes: &'a [u8],
        wanted: Wanted,
    ) -> Result<(Self, &'a [u8]), ImageError> {
        Self::take(bytes, Some(wanted))
    }

    #[inline(always)]
    pub(super) fn take(
        bytes: &'a [u8],
        wanted: Option<Wanted>,
    ) -> Result<(Self, &'a [u8]), ImageError> {
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
        if stored != computed {
            return Err(ImageError::Checksum { stored, computed });
        }
        let mut layout = header::check(header)?;
        if let Some(Wanted { element, pixels }) = wanted {
            if layout.element != element {
                return Err(ImageError::Element { found: layout.element, wanted: element });
            }
            // The same, but known when this is compiled.
            layout.element = element;
            if matches!(layout.input, InputKind::Pixels { .. }) != pixels {
                return Err(ImageError::Inputs);
            }
        }
        let (element, scaled) = (layout.element, wanted.is_none_or(|wanted| !wanted.pixels));
        Ok((Self { bytes, layout, names: &[] }.check(element, scaled)?, rest))
    }

    /// Checks what spans several fields, of an image with parameters of the type `element`, and whose
    /// inputs may be `scaled`.
    #[inline(always)]
    fn check(mut self, element: Element, scaled: bool) -> Result<Self, ImageError> {
        let wrong = |name| ImageError::Field { name };
        let Layout { input, cost, parameters_length, .. } = self.layout;
        let parameters_length = parameters_length as usize;
        let table = self.bytes.get(self.layers_range()).ok_or(wrong("layers"))?;
        let layers = table.chunks_exact(LAYER_LENGTH).map(layer);
        let sizes = check::layers(input, cost, element, layers)?;
        if sizes.parameters_length != Some(parameters_length) {
            return Err(wrong("parameters' length"));
        }
        if usize::from(self.layout.classes) != sizes.outputs {
            return Err(wrong("class names"));
        }
        let (mut names, mut features) = (self.layers_range().end, 0);
        if scaled {
            let scaling = self.scaling_range();
            names = scaling.end;
            self.bytes.get(scaling).ok_or(wrong("scaling"))?;
            check::scaling(self.scaling())?;
            features = match input {
                InputKind::Features { count } if self.layout.features_named => count as usize,
                _ => 0,
            };
        }
        self.names = self.bytes.get(names..).ok_or(wrong("names"))?;
        let mut rest = self.names;
        // No overflow: there are bytes for the scaling of every feature.
        for _ in 0..sizes.outputs + features {
            let name;
            (name, rest) = take_name(rest).ok_or(wrong("names"))?;
            if !check::is_text(name) {
                return Err(wrong("names"));
            }
        }
        let end = self.bytes.len() - rest.len();
        let start = end.next_multiple_of(ALIGNMENT);
        if self.layout.parameters_start as usize != start {
            return Err(wrong("parameters' start"));
        }
        let padding = self.bytes.get(end..start).ok_or(wrong("padding"))?;
        if padding.iter().any(|&byte| byte != 0) {
            return Err(wrong("padding"));
        }
        if self.parameters().len() != parameters_length {
            return Err(wrong("length"));
        }
        match element {
            Element::F32 => {
                for (index, word) in self.words().enumerate() {
                    if !f32::from_bits(word).is_finite() {
                        return Err(ImageError::NotFinite { index });
                    }
                }
            }
            Element::I8 => {
                let parameters = self.parameters();
                check::outputs(input, self.layers(), |at| {
                    let range = 4 * at..4 * at + 4;
                    parameters.get(range.clone()).map(|_| u32_at(parameters, range))
                })?;
            }
        }
        Ok(self)
    }

    /// The whole image.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The checksum in its header, which is that of its bytes.
    pub fn checksum(&self) -> u32 {
        u32_at(self.bytes, field::CHECKSUM)
    }

    /// What its inputs are.
    #[inline(always)]
    pub fn input(&self) -> InputKind {
        self.layout.input
    }

    /// The cost it was trained with.
    #[inline(always)]
    pub fn cost(&self) -> CostKind {
        self.layout.cost
    }

    /// The layers, first to last.
    #[inline(always)]
    pub fn layers(&self) -> impl ExactSizeIterator<Item = LayerShape> + Clone + use<'a> {
        let table = self.bytes.get(self.layers_range()).unwrap_or(&[]);
        // Every entry was checked: the default stands for none.
        table.chunks_exact(LAYER_LENGTH).map(|entry| layer(entry).unwrap_or_default())
    }

    /// The parameters, as they are stored.
    #[inline(always)]
    pub fn parameters(&self) -> &'a [u8] {
        self.bytes.get(self.layout.parameters_start as usize..).unwrap_or(&[])
    }

    /// The parameters in words of 32 bits.
    #[inline(always)]
    pub(super) fn words(&self) -> impl ExactSizeIterator<Item = u32> + Clone + use<'a> {
        self.parameters().chunks_exact(4).map(|word| u32_at(word, 0..4))
    }

    /// The scale of each feature.
    pub(super) fn scaling(&self) -> impl ExactSizeIterator<Item = Scale> + Clone + use<'a> {
        let table = self.bytes.get(self.scaling_range()).unwrap_or(&[]);
        table.chunks_exact(SCALE_LENGTH).map(|entry| Scale {
            min: f32::from_le_bytes(bytes(entry, 0..4)),
            max: f32::from_le_bytes(bytes(entry, 4..8)),
        })
    }

    /// All that its header says.
    pub(super) fn provenance(&self) -> Provenance {
        // It begins with one, that was checked.
        let header = self.bytes.first_chunk().unwrap_or(&[0; HEADER_LENGTH]);
        header::provenance(header, &self.layout)
    }

    #[inline(always)]
    fn layers_range(&self) -> Range<usize> {
        HEADER_LENGTH..HEADER_LENGTH + usize::from(self.layout.layers) * LAYER_LENGTH
    }

    #[inline(always)]
    fn scaling_range(&self) -> Range<usize> {
        let start = self.layers_range().end;
        let count = match self.layout.input {
            InputKind::Pixels { .. } => 0,
            InputKind::Features { count } => count as usize,
        };
        start..start.saturating_add(count.saturating_mul(SCALE_LENGTH))
    }
}

impl fmt::Debug for Outline<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outline")
            .field("bytes", &self.bytes.len())
            .field("layout", &self.layout)
            .finish_non_exhaustive()
    }
}

/// An entry of the layer table.
#[inline(always)]
fn layer(entry: &[u8]) -> Option<LayerShape> {
    let [activation, math, 0, 0] = bytes(entry, 8..LAYER_LENGTH) else { return None };
    Some(LayerShape {
        inputs: u32_at(entry, 0..4) as usize,
        outputs: u32_at(entry, 4..8) as usize,
        activation: ActivationKind::from_code(activation)?,
        math: MathKind::from_code(math)?,
    })
}

/// The bytes of the name that `bytes` begin with, and what follows it.
pub(super) fn take_name(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(u16::from_le_bytes(*length).into())
}
