//! The model image: a trained network as bytes, in a file or in flash.
//!
//! This page is the whole format, version 1: enough to write a reader in any language.
//!
//! All numbers are little-endian and unsigned, `f32` is IEEE 754 single precision, text is UTF-8,
//! and *zero* means that the bytes are 0. A reader refuses an image with a value that this page does
//! not name or that contradicts another. The parts follow one another without gaps:
//!
//! | part | bytes |
//! | --- | --- |
//! | header | 176 |
//! | layer table | 12 · layers |
//! | scaling | 8 · inputs, or none if the inputs are pixels or bits |
//! | class names | 2 + length of each, as many as the last layer has outputs |
//! | feature names | 2 + length of each, as many as inputs, or none |
//! | padding | 0 to 15, zero, up to the next multiple of 16 from the start |
//! | parameters | 4 · number of weights and biases; of element types from 3 on, [see below](#parameters-of-8-bits-or-fewer) |
//!
//! # Header
//!
//! | at | bytes | field |
//! | ---: | ---: | --- |
//! | 0 | 8 | magic: `89 47 52 41 44 49 54 4f` ("\x89GRADITO") |
//! | 8 | 4 | format version: 1 |
//! | 12 | 4 | checksum: CRC-32 (as in zlib and PNG: `cbf43926` for "123456789") of every byte from 16 to the end |
//! | 16 | 4 | length of the whole image |
//! | 20 | 4 | where the parameters start |
//! | 24 | 4 | length of the parameters; they end where the image ends |
//! | 28 | 2 | number of layers, at least 1 |
//! | 30 | 2 | number of class names |
//! | 32 | 1 | element type of the parameters, and their layout: 1 = `f32`, 3 = `i8` in pairs, of bits in rows (2: in rows with signs, read no more), 4 = of 4 bits, 5 = of 2 bits, 6 = ternary |
//! | 33 | 1 | cost: 1 = quadratic, 2 = cross-entropy, 3 = softmax with cross-entropy |
//! | 34 | 1 | optimiser: 1 = SGD, 2 = SGD with momentum, 3 = with Nesterov's |
//! | 35 | 1 | initialisation: 1 = weights of variance 1/inputs, 2 = of variance 1 |
//! | 36 | 1 | inputs: 1 = pixels, 2 = features, 3 = bits: pixels that are ink or not, 4 = pixels before [stages](#inputs) |
//! | 37 | 1 | polarity of source images: 0 = 255 is ink, 1 = 0 is ink (see below); 0 for features |
//! | 38 | 1 | 1 if source images are prepared like MNIST's (cropped, scaled, centred), else 0; 0 for features |
//! | 39 | 1 | features: 1 if they have names, else 0; pixels: 0; bits: the threshold, 1 to 255; pixels before stages: which, 1 to 127 |
//! | 40 | 4 | width of an image, or number of features |
//! | 44 | 4 | height of an image; 1 for features |
//! | 48 | 8 | seed |
//! | 56 | 8 | training steps (mini-batches) applied |
//! | 64 | 4 | whole epochs of training |
//! | 68 | 4 | samples in a mini-batch |
//! | 72 | 4 | learning rate η, the largest where it followed a schedule, `f32`, finite, not negative |
//! | 76 | 4 | momentum μ, `f32`, finite, not negative; 0 for the optimiser 1 |
//! | 80 | 4 | L2 strength λ, `f32`, finite, not negative; 0 without |
//! | 84 | 4 | number of training samples |
//! | 88 | 4 | number of test samples, 0 if not tested |
//! | 92 | 4 | how many of these were recognised; the test accuracy is their share |
//! | 96 | 16 | version of the gradito that wrote the image, printable ASCII, filled up with 0 |
//! | 112 | 32 | SHA-256 of the training data: equal for equal data, for comparison only |
//! | 144 | 32 | SHA-256 of the parameters training started from, if another model's, else zero |
//!
//! Width times height, after stages, is the number of inputs of the first layer. Class names are as
//! many as the outputs of the last. Cost 1 takes outputs of any activation but softmax, 2 sigmoid, 3
//! softmax.
//!
//! An image is judged in this order: magic, version, length, checksum, all else.
//!
//! # Layer table
//!
//! First layer first, 12 bytes each. The inputs of a layer are the outputs of the one before it.
//!
//! | at | bytes | field |
//! | ---: | ---: | --- |
//! | 0 | 4 | inputs, at least 1 |
//! | 4 | 4 | outputs, at least 1 |
//! | 8 | 1 | activation: 1 = sigmoid, 2 = tanh, 3 = rectifier, 4 = identity, 5 = softmax (last layer only) |
//! | 9 | 1 | math, which exp and tanh: 1 = poly, 2 = libm, 3 = micromath |
//! | 10 | 2 | zero |
//!
//! # Inputs
//!
//! A pixel is a byte, 0 = paper … 255 = ink, row after row from the top left; the network reads
//! v/255, correctly rounded. A byte b of a source image is the pixel b if the polarity is 0 and
//! 255 − b if it is 1; where images are prepared, preparing finds ink and paper by itself.
//!
//! *Stages* make other pixels of these before the first layer reads them: with bit 0 of the byte at
//! 39 set, they are deskewed; a border is left out, as many pixels wide as bits 4 to 6 say; then, bits
//! 1 to 3 being k − 1, each square of k×k pixels becomes one. What that is, to the last bit, is said
//! in [`stage`](crate::stage). Width and height are those of the image before, at most 64 each, and k
//! divides what is left of both.
//!
//! Of *bits*, which are pixels in all else, the network reads 1 where the pixel is not below the
//! threshold, and 0 elsewhere.
//!
//! For each feature the *scaling* is its smallest and its largest value in the training data, two
//! `f32`, the second not below the first and the difference finite. The network reads
//! (x − smallest)/(largest − smallest), every step rounded to `f32`; 0 where both are equal.
//!
//! # Names
//!
//! Each is a 2-byte length and that many bytes of text. Class names first, in the order of the
//! outputs, then, if there are any, feature names, in the order of the inputs.
//!
//! # Parameters
//!
//! Finite `f32`. For each layer its weights `[input][output]` (all weights of input 0 first), then
//! its biases `[output]`. The *digest* of a model is the SHA-256 of these bytes. Where the image
//! starts at a multiple of 4 in memory, they can be used in place.
//!
//! A layer computes z\[o\] = bias\[o\] + Σᵢ x\[i\]·weight\[i\]\[o\], each product and each sum
//! rounded to `f32`, by rising i, inputs equal to 0 left out; then its activation: sigmoid
//! 1/(1 + e⁻ᶻ), tanh z, rectifier max(z, 0), identity z, softmax e^(zᵢ − max z)/Σⱼ e^(zⱼ − max z).
//! The class is the first of the largest outputs. With the named [math](crate::math) the outputs
//! are gradito's to the last bit; with any good exp and tanh they differ from those of poly and
//! libm in the last digits only.
//!
//! # Parameters of 8 bits or fewer
//!
//! Of the element types from 3 on. For each layer its weights, in 32-bit words, then 8 bytes for each
//! output.
//!
//! Of the element type 3: a layer that reads bits, which is the first one where the inputs are, has rows of bytes: that of
//! input i has the weights \[i\]\[0\], \[i\]\[1\] …, each plus 128, filled up to the next multiple
//! of 4. Every other layer has pairs: for each two inputs 2p and 2p + 1 a row of words, of which word k
//! has two `i16`: w\[2p\]\[2k\] + 256·w\[2p\]\[2k + 1\] and w\[2p + 1\]\[2k\] +
//! 256·w\[2p + 1\]\[2k + 1\], the weights being from −127 to 127. What is there for an input or an
//! output that does not exist is not read; its bits are 0.
//!
//! Of the element types 4, 5 and 6: each input has a row of words, whatever is read, for 8, 16 or 20
//! outputs each. Of type 4 the weight of output 8k + j is bits 4j to 4j + 3 of word k, less 8: from −7
//! to 7. Of type 5 that of output 16k + j is bits 2j and 2j + 1, twice, less 3: −3, −1, 1 or 3. Of type
//! 6 byte j of word k has those of outputs 20k + 5j to 20k + 5j + 4, each from −1 to 1: with 1 added
//! they are the digits, first to last, of a number v to the base 3, and the byte is 256·v/243, rounded
//! up. (From a byte b: the first digit is ⌊3b/256⌋, and the low byte of 3b has the next ones.) Behind
//! the last output any bits may be; gradito writes 0.
//!
//! | at | bytes | of an output |
//! | ---: | ---: | --- |
//! | 0 | 4 | bias, `i32` |
//! | 4 | 2 | multiplier, at most 32767 |
//! | 6 | 1 | bits cut off the sum before it is multiplied, at most 31 |
//! | 7 | 1 | bits cut off the product, at most 31 |
//!
//! What a network computes from these, in whole numbers, is said in [`quantized`](mod@crate::quantized).
//! Its first layer reads the pixels' bytes v, the bits, or, of features, 255·x rounded to nearest,
//! x being scaled as above. The math of a layer is what outputs for people are made with.
//!
//! # An example
//!
//! Two features x and y, 2 tanh neurons (libm), 2 sigmoid outputs "no" and "sí". Its outputs for
//! (2, 0.625), which the network reads as (0.75, 0.5), are 0.78947 and 0.91207.
//!
//! ```text
//! 0000  89 47 52 41 44 49 54 4f 01 00 00 00 c2 d2 1e af  .GRADITO........
//! 0010  20 01 00 00 f0 00 00 00 30 00 00 00 02 00 02 00   .......0.......
//! 0020  01 02 02 01 02 00 00 01 02 00 00 00 01 00 00 00  ................
//! 0030  ef cd ab 89 67 45 23 01 a5 00 00 00 01 00 00 00  ....gE#.........
//! 0040  1e 00 00 00 0a 00 00 00 00 00 00 3f 00 00 60 3f  ...........?..`?
//! 0050  00 00 a0 40 69 00 00 00 17 00 00 00 16 00 00 00  ...@i...........
//! 0060  30 2e 31 2e 30 00 00 00 00 00 00 00 00 00 00 00  0.1.0...........
//! 0070  ba 78 16 bf 8f 01 cf ea 41 41 40 de 5d ae 22 23  .x......AA@.]."#
//! 0080  b0 03 61 a3 96 17 7a 9c b4 10 ff 61 f2 00 15 ad  ..a...z....a....
//! 0090  e3 b0 c4 42 98 fc 1c 14 9a fb f4 c8 99 6f b9 24  ...B.........o.$
//! 00a0  27 ae 41 e4 64 9b 93 4c a4 95 99 1b 78 52 b8 55  '.A.d..L....xR.U
//! 00b0  02 00 00 00 02 00 00 00 02 02 00 00 02 00 00 00  ................
//! 00c0  02 00 00 00 01 01 00 00 00 00 80 bf 00 00 40 40  ..............@@
//! 00d0  00 00 00 3f 00 00 40 3f 02 00 6e 6f 03 00 73 c3  ...?..@?..no..s.
//! 00e0  ad 01 00 78 01 00 79 00 00 00 00 00 00 00 00 00  ...x..y.........
//! 00f0  00 00 00 3f 00 00 80 bf 00 00 80 3e 00 00 00 40  ...?.......>...@
//! 0100  00 00 00 3e 00 00 00 bf 00 00 c0 3f 00 00 40 bf  ...>.......?..@.
//! 0110  00 00 00 c0 00 00 80 3f 00 00 00 80 00 00 40 40  .......?......@@
//! ```
//!
//! The layer table is at `b0`, the scaling at `c8`, class names at `d8`, feature names at `e1`,
//! padding at `e7`; parameters are at `f0` (weights), `100` (biases), `108` (weights) and `118`
//! (biases).
//!
//! # Reading one
//!
//! ```
//! use gradito_core::image::{Description, Image, InputKind, Polarity, Provenance};
//! use gradito_core::kind::{CostKind, InitKind};
//! use gradito_core::stage::Stages;
//! use gradito_core::{network, Network};
//!
//! type Net = network!(4 => 3 Sigmoid => 2 Sigmoid);
//! let mut network = Net::ZERO;
//! network.initialize(InitKind::Scaled, 1);
//!
//! let input = InputKind::Pixels {
//!     width: 2,
//!     height: 2,
//!     polarity: Polarity::InkHigh,
//!     prepared: false,
//!     threshold: None,
//!     stages: Stages::NONE,
//! };
//! let provenance = Provenance::untrained(input, CostKind::Quadratic);
//! let mut layers = [Default::default(); 2];
//! let mut slots = layers.iter_mut();
//! Net::shapes(|shape| *slots.next().unwrap() = shape);
//!
//! let mut bytes = Vec::new();
//! Description { provenance, layers: &layers, classes: &["cat", "dog"], scaling: &[], features: &[] }
//!     .write(&network, &mut |chunk| bytes.extend_from_slice(chunk))?;
//!
//! let image = Image::from_bytes(&bytes)?;
//! assert_eq!(image.classes().nth(1), Some("dog"));
//! # Ok::<(), gradito_core::image::ImageError>(())
//! ```

mod check;
mod entry;
mod error;
mod header;
mod names;
mod outline;
#[cfg(test)]
mod tests;
mod write;

pub use error::ImageError;
pub use header::{Element, HEADER_LENGTH, InputKind, Polarity, Provenance};
pub use outline::Outline;
pub use write::Description;

use core::fmt;

use zerocopy::{FromBytes, Immutable, KnownLayout};

use crate::layer::{Layer, LayerShape};
use crate::network::Feedforward;
use crate::quantized;
use crate::quantized::layer::QuantizedLayer;
use header::{bytes, field, u32_at};
use names::{Names, take_name};
use outline::{layer, words};

/// The first bytes of every model image: 0x89 (no text file starts so) and a name.
pub const MAGIC: [u8; 8] = *b"\x89GRADITO";

/// The format version this crate writes and reads.
pub const VERSION: u32 = 1;

/// Parameters start at a multiple of this.
pub const ALIGNMENT: usize = 16;

/// Bytes of an entry of the layer table.
pub const LAYER_LENGTH: usize = 12;

/// Bytes of an entry of the scaling.
const SCALE_LENGTH: usize = 8;

/// The smallest and the largest value of a feature in the training data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The smallest.
    pub min: f32,
    /// The largest.
    pub max: f32,
}

impl Scale {
    /// (x − min) / (max − min), and 0 where both are equal.
    pub fn apply(self, x: f32) -> f32 {
        let range = self.max - self.min;
        if range == 0.0 { 0.0 } else { (x - self.min) / range }
    }

    /// Whether it is a range whose width is a number; then both of its ends are.
    fn is_sound(self) -> bool {
        self.min <= self.max && (self.max - self.min).is_finite()
    }
}

/// A model image that has been checked whole; borrowed, not copied.
///
/// [`from_bytes`](Self::from_bytes) checks everything, so nothing that reads from an `Image` can
/// fail but [`network`](Self::network), which asks whether it is the network one thinks.
#[derive(Clone, Copy)]
pub struct Image<'a> {
    bytes: &'a [u8],
    layout: header::Layout,
    provenance: Provenance,
    names: &'a [u8],
}

impl<'a> Image<'a> {
    /// The image that `bytes` are, to the last.
    ///
    /// # Errors
    ///
    /// [`ImageError`]: the first of its reasons that holds, magic and version before the rest.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self, ImageError> {
        let (image, rest) = Self::take_from_bytes(bytes)?;
        if rest.is_empty() {
            Ok(image)
        } else {
            Err(ImageError::TrailingBytes { count: rest.len() })
        }
    }

    /// The image that `bytes` begin with, as in a flash region, and what follows it.
    ///
    /// # Errors
    ///
    /// As [`from_bytes`](Self::from_bytes), but bytes after the image are none.
    pub fn take_from_bytes(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), ImageError> {
        let (header, bytes, rest) = outline::whole(bytes)?;
        let (layout, provenance) = header::parse(header)?;
        let image = Self { bytes, layout, provenance, names: &[] };
        Ok((image.check()?, rest))
    }

    /// Checks what spans several fields.
    fn check(mut self) -> Result<Self, ImageError> {
        let wrong = |name| ImageError::Field { name };
        let table = self.bytes.get(self.layers_range()).ok_or(wrong("layers"))?;
        let layers = table.chunks_exact(LAYER_LENGTH).map(layer);
        let sizes = check::layers(&self.provenance, self.element(), layers)?;
        if sizes.parameters_length != u64::from(self.layout.parameters_length) {
            return Err(wrong("parameters' length"));
        }
        if usize::from(self.layout.classes) != sizes.outputs {
            return Err(wrong("class names"));
        }
        self.bytes.get(self.scaling_range()).ok_or(wrong("scaling"))?;
        check::scaling(self.scaling())?;
        let features = match self.provenance.input {
            InputKind::Features { count } if self.layout.features_named => count as usize,
            _ if self.layout.features_named => return Err(wrong("features named")),
            _ => 0,
        };
        let names = self.bytes.get(self.scaling_range().end..).ok_or(wrong("names"))?;
        let mut rest = names;
        // No overflow: there are bytes for the scaling of every feature.
        for _ in 0..sizes.outputs + features {
            let name;
            (name, rest) = take_name(rest).ok_or(wrong("names"))?;
            if core::str::from_utf8(name).is_err() {
                return Err(wrong("names"));
            }
        }
        self.names = names;
        let end = self.bytes.len() - rest.len();
        let start = end.next_multiple_of(ALIGNMENT);
        if self.layout.parameters_start as usize != start {
            return Err(wrong("parameters' start"));
        }
        let padding = self.bytes.get(end..start).ok_or(wrong("padding"))?;
        if padding.iter().any(|&byte| byte != 0) {
            return Err(wrong("padding"));
        }
        if self.parameters().len() != self.layout.parameters_length as usize {
            return Err(wrong("length"));
        }
        match self.element().weights() {
            None => check::finite(self.words())?,
            Some(kind) => check::outputs(&self.provenance, kind, self.layers(), self.words())?,
        }
        Ok(self)
    }

    /// The parameters in words of 32 bits.
    pub fn words(&self) -> impl ExactSizeIterator<Item = u32> + Clone + use<'a> {
        words(self.parameters())
    }

    fn layers_range(&self) -> core::ops::Range<usize> {
        HEADER_LENGTH..HEADER_LENGTH + usize::from(self.layout.layers) * LAYER_LENGTH
    }

    fn scaling_range(&self) -> core::ops::Range<usize> {
        let start = self.layers_range().end;
        let count = match self.provenance.input {
            InputKind::Pixels { .. } => 0,
            InputKind::Features { count } => count as usize,
        };
        start..start.saturating_add(count.saturating_mul(SCALE_LENGTH))
    }

    /// The whole image.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The checksum in its header, which is that of its bytes.
    pub fn checksum(&self) -> u32 {
        u32_at(self.bytes, field::CHECKSUM)
    }

    /// The type of its parameters.
    pub fn element(&self) -> Element {
        self.layout.element
    }

    /// What it is and where it comes from.
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// The number of values the network reads.
    pub fn input_width(&self) -> usize {
        self.provenance.input.count().unwrap_or(0) as usize
    }

    /// The layers, first to last.
    pub fn layers(&self) -> impl ExactSizeIterator<Item = LayerShape> + Clone + use<'a> {
        let table = self.bytes.get(self.layers_range()).unwrap_or(&[]);
        // Every entry was checked: the default stands for none.
        table.chunks_exact(LAYER_LENGTH).map(|entry| layer(entry).unwrap_or_default())
    }

    /// The scale of each feature; none if the inputs are pixels.
    pub fn scaling(&self) -> impl ExactSizeIterator<Item = Scale> + Clone + use<'a> {
        let table = self.bytes.get(self.scaling_range()).unwrap_or(&[]);
        table.chunks_exact(SCALE_LENGTH).map(|entry| Scale {
            min: f32::from_le_bytes(bytes(entry, 0..4)),
            max: f32::from_le_bytes(bytes(entry, 4..8)),
        })
    }

    /// The names of the classes, in the order of the outputs.
    pub fn classes(&self) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
        Names::of(self.names).take(self.layout.classes.into())
    }

    /// The names of the features, in the order of the inputs; none if they have none.
    pub fn features(&self) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
        let count = if self.layout.features_named { self.input_width() } else { 0 };
        Names::of(self.names).skip(self.layout.classes.into()).take(count)
    }

    /// The parameters as stored, of the type [`element`](Self::element). Their SHA-256 is the model's
    /// digest.
    pub fn parameters(&self) -> &'a [u8] {
        self.bytes.get(self.layout.parameters_start as usize..).unwrap_or(&[])
    }

    /// The parameters in place, as a network of the type one expects.
    ///
    /// # Errors
    ///
    /// [`ImageError::Element`] if they are no `f32`, [`ImageError::Topology`] if widths, activations
    /// or math differ, [`ImageError::Alignment`] if the bytes do not lie at a multiple of 4.
    pub fn network<const IN: usize, L>(&self) -> Result<&'a Feedforward<IN, L>, ImageError>
    where
        L: Layer<IN> + FromBytes + KnownLayout + Immutable,
    {
        self.expect(Element::F32)?;
        self.compare(|shape| L::shapes(&mut |found| shape(found)))?;
        Feedforward::ref_from_bytes(self.parameters()).map_err(|_| ImageError::Alignment)
    }

    /// The parameters in place, as a [quantised](mod@crate::quantized) network of the type one expects.
    ///
    /// # Errors
    ///
    /// [`ImageError::Element`] if its weights are of another kind, [`ImageError::Inputs`] if it reads bits instead
    /// of bytes or bytes instead of bits, else as [`network`](Self::network).
    pub fn quantized<L>(&self) -> Result<&'a quantized::Network<L>, ImageError>
    where
        L: QuantizedLayer + FromBytes + KnownLayout + Immutable,
    {
        self.expect(Element::of(L::WEIGHTS))?;
        if self.provenance.input.is_bits() != L::BITS {
            return Err(ImageError::Inputs);
        }
        self.compare(|shape| L::shapes(&mut |found| shape(found)))?;
        quantized::Network::ref_from_bytes(self.parameters()).map_err(|_| ImageError::Alignment)
    }

    fn expect(&self, wanted: Element) -> Result<(), ImageError> {
        const { assert!(cfg!(target_endian = "little"), "an image is read in place as it lies") };
        let found = self.element();
        if found == wanted { Ok(()) } else { Err(ImageError::Element { found, wanted }) }
    }

    /// Whether it has the layers that `visit` shows.
    fn compare(&self, visit: impl FnOnce(&mut dyn FnMut(LayerShape))) -> Result<(), ImageError> {
        let mut found = self.layers();
        let (mut layer, mut differs) = (0, None);
        visit(&mut |shape| {
            if found.next() != Some(shape) && differs.is_none() {
                differs = Some(layer);
            }
            layer += 1;
        });
        match differs.or(found.next().map(|_| layer)) {
            Some(layer) => Err(ImageError::Topology { layer }),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Image<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Image")
            .field("bytes", &self.as_bytes().len())
            .field("provenance", &self.provenance)
            .finish_non_exhaustive()
    }
}
