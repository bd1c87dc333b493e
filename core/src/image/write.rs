//! Writing model images.

use crc::{CRC_32_ISO_HDLC, Crc};

use super::check;
use super::header::{Layout, emit, field, parse};
use super::{
    ALIGNMENT, Element, HEADER_LENGTH, ImageError, InputKind, LAYER_LENGTH, Provenance,
    SCALE_LENGTH, Scale,
};
use crate::checksum::Checksum;
use crate::layer::{LayerShape, Parameters};
use crate::network::Network;
use crate::quantized::weights::WeightKind;

/// With a table of 1 KiB, for the desktop.
static CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// CRC-32 of `bytes`.
pub(super) fn checksum(bytes: &[u8]) -> u32 {
    // A microcontroller, whose flash is small, checks an image once.
    if cfg!(target_arch = "arm") { Checksum::of(bytes) } else { CRC.checksum(bytes) }
}

/// What hands the bytes of all parameters, piece by piece, to whom it is given.
type Pieces<'p> = dyn Fn(&mut dyn FnMut(&[u8])) + 'p;

/// All of a model image but its parameters.
#[derive(Clone, Copy, Debug)]
pub struct Description<'a> {
    /// What it is and where it comes from.
    pub provenance: Provenance,
    /// The layers, first to last.
    pub layers: &'a [LayerShape],
    /// The name of each output.
    pub classes: &'a [&'a str],
    /// The scale of each feature; empty for pixels.
    pub scaling: &'a [Scale],
    /// The name of each feature; empty for pixels or if they have none.
    pub features: &'a [&'a str],
}

impl Description<'_> {
    /// Writes the image of `network`, piece by piece, to `sink`.
    ///
    /// What is written is what [`Image::from_bytes`](super::Image::from_bytes) takes. That the
    /// layers are those of the network is the caller's word; only the number of parameters is
    /// compared.
    ///
    /// # Errors
    ///
    /// [`ImageError::Field`] if the description contradicts itself or has a value that a reader
    /// refuses, [`ImageError::NotFinite`] for
    /// such a parameter, [`ImageError::TooLong`]; nothing is written then.
    pub fn write(
        &self,
        network: &impl Network,
        sink: &mut impl FnMut(&[u8]),
    ) -> Result<(), ImageError> {
        let layout = self.layout(Element::F32)?;
        let (mut count, mut bad) = (0, None);
        network.visit(&mut |parameters: Parameters<&[f32]>| {
            for value in parameters.into_values() {
                if !value.is_finite() && bad.is_none() {
                    bad = Some(count);
                }
                count += 1;
            }
        });
        if let Some(index) = bad {
            return Err(ImageError::NotFinite { index });
        }
        if count * 4 != layout.parameters_length as usize {
            return Err(ImageError::Field { name: "layer" });
        }
        self.write_layout(&layout, sink, &|sink| {
            network.visit(&mut |parameters: Parameters<&[f32]>| {
                for value in parameters.into_values() {
                    sink(&value.to_le_bytes());
                }
            });
        })
    }

    /// Writes the image of the [quantised](mod@crate::quantized) network that has weights of this kind
    /// and these parameters, as [`places`](crate::quantized::parameters::places) says.
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write).
    pub fn write_quantized(
        &self,
        kind: WeightKind,
        parameters: &[u32],
        sink: &mut impl FnMut(&[u8]),
    ) -> Result<(), ImageError> {
        let layout = self.layout(Element::of(kind))?;
        if parameters.len() * 4 != layout.parameters_length as usize {
            return Err(ImageError::Field { name: "layer" });
        }
        let (layers, words) = (self.layers.iter().copied(), parameters.iter().copied());
        check::outputs(&self.provenance, kind, layers, words)?;
        self.write_layout(&layout, sink, &|sink| {
            for word in parameters {
                sink(&word.to_le_bytes());
            }
        })
    }

    /// Writes everything, `parameters` last.
    fn write_layout(
        &self,
        layout: &Layout,
        sink: &mut impl FnMut(&[u8]),
        parameters: &Pieces<'_>,
    ) -> Result<(), ImageError> {
        let mut header = emit(layout, &self.provenance);
        // What a reader would refuse is not written.
        parse(&header)?;
        let mut digest = CRC.digest();
        digest.update(header.get(field::LENGTH.start..).unwrap_or(&[]));
        self.body(layout, parameters, &mut |bytes| digest.update(bytes));
        if let Some(checksum) = header.get_mut(field::CHECKSUM) {
            checksum.copy_from_slice(&digest.finalize().to_le_bytes());
        }
        sink(&header);
        self.body(layout, parameters, sink);
        Ok(())
    }

    /// Where everything lies.
    fn layout(&self, element: Element) -> Result<Layout, ImageError> {
        let wrong = |name| ImageError::Field { name };
        let layers = self.layers.iter().copied().map(Some);
        let sizes = check::layers(&self.provenance, element, layers)?;
        if self.classes.len() != sizes.outputs {
            return Err(wrong("class names"));
        }
        let scaled = match self.provenance.input {
            InputKind::Pixels { .. } => 0,
            InputKind::Features { count } => count as usize,
        };
        if self.scaling.len() != scaled {
            return Err(wrong("scaling"));
        }
        check::scaling(self.scaling.iter().copied())?;
        if !self.features.is_empty() && self.features.len() != scaled {
            return Err(wrong("features named"));
        }
        let names = self.classes.iter().chain(self.features);
        if names.clone().any(|name| name.len() > u16::MAX.into()) {
            return Err(wrong("names"));
        }
        // In 64 bits: many names may be the same bytes in memory, they are not in the image.
        let end = (HEADER_LENGTH + self.layers.len() * LAYER_LENGTH) as u64
            + (self.scaling.len() * SCALE_LENGTH) as u64
            + names.map(|name| 2 + name.len() as u64).sum::<u64>();
        let parameters_start = end.next_multiple_of(ALIGNMENT as u64);
        let length = parameters_start.saturating_add(sizes.parameters_length);
        let fits = |length: u64| u32::try_from(length).map_err(|_| ImageError::TooLong);
        Ok(Layout {
            length: fits(length)?,
            parameters_start: fits(parameters_start)?,
            parameters_length: fits(sizes.parameters_length)?,
            layers: self.layers.len().try_into().map_err(|_| wrong("layers"))?,
            classes: self.classes.len().try_into().map_err(|_| wrong("class names"))?,
            element,
            features_named: !self.features.is_empty(),
        })
    }

    /// Writes all that follows the header.
    fn body(&self, layout: &Layout, parameters: &Pieces<'_>, sink: &mut impl FnMut(&[u8])) {
        let mut written = HEADER_LENGTH;
        let mut put = |bytes: &[u8]| {
            written += bytes.len();
            sink(bytes);
        };
        for layer in self.layers {
            put(&layer.to_entry());
        }
        for scale in self.scaling {
            put(&scale.min.to_le_bytes());
            put(&scale.max.to_le_bytes());
        }
        for name in self.classes.iter().chain(self.features) {
            put(&(name.len() as u16).to_le_bytes());
            put(name.as_bytes());
        }
        let padding = (layout.parameters_start as usize).saturating_sub(written);
        sink([0; ALIGNMENT].get(..padding).unwrap_or(&[]));
        parameters(sink);
    }
}
