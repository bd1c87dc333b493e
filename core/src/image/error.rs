//! What can be wrong with a model image.

use core::fmt;

use super::Element;

/// What to do about an image that lost or gained bytes.
const COPY_AGAIN: &str = "copy it again or train anew";

/// Why bytes are not a model image that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ImageError {
    /// The bytes end before the image does.
    Truncated {
        /// Bytes the image needs.
        needed: usize,
        /// Bytes there are.
        found: usize,
    },
    /// The first 8 bytes are not those of a model image.
    Magic,
    /// The image is of another format version.
    Version {
        /// The version it names.
        found: u32,
    },
    /// Bytes follow the end of the image.
    TrailingBytes {
        /// How many.
        count: usize,
    },
    /// The checksum is wrong: a byte was changed.
    Checksum {
        /// The checksum in the image.
        stored: u32,
        /// That of its bytes.
        computed: u32,
    },
    /// A field has a value that this version does not know or that contradicts another.
    Field {
        /// The field's name.
        name: &'static str,
    },
    /// The bytes do not start at a multiple of 4 in memory.
    Alignment,
    /// A parameter is infinite or no number.
    NotFinite {
        /// Its position among the parameters.
        index: usize,
    },
    /// The parameters are of another type than they are to be.
    Element {
        /// Their type.
        found: Element,
        /// What they are to be.
        wanted: Element,
    },
    /// The network reads other inputs than it is to: bits or bytes, pixels or features.
    Inputs,
    /// The image is of another network than the one it is to be.
    Topology {
        /// The first layer, from 0, that differs; it may be one that only one of the two has.
        layer: usize,
    },
    /// The image is, or would be, longer than its 32-bit length field can say.
    TooLong,
}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated { needed, found } => {
                write!(f, "the model image is cut off: {found} bytes of {needed}; {COPY_AGAIN}")
            }
            Self::Magic => f.write_str(
                "this is not a model image (its first 8 bytes differ); gradito train writes one",
            ),
            Self::Version { found } => write!(
                f,
                "model image of format version {found}, this gradito reads version {}; \
                 use the gradito that wrote it",
                super::VERSION
            ),
            Self::TrailingBytes { count } => {
                write!(f, "{count} bytes follow the end of the model image; {COPY_AGAIN}")
            }
            Self::Checksum { stored, computed } => write!(
                f,
                "the model image is damaged: checksum {stored:08x}, its bytes give {computed:08x}; \
                 {COPY_AGAIN}"
            ),
            Self::Field { name } => write!(
                f,
                "the model image has no valid value in its field '{name}'; \
                 train anew, or correct it by the description of the format"
            ),
            Self::Alignment => f.write_str(
                "the model image does not start at a multiple of 4; move it to an aligned address",
            ),
            Self::NotFinite { index } => {
                write!(f, "parameter {index} of the model image is not a finite number; train anew")
            }
            Self::Element { found, wanted } => write!(
                f,
                "the model image has {found} parameters, and {wanted} ones are needed; \
                 gradito quantize makes i8, i4, i2 and ternary ones of f32 ones"
            ),
            Self::Inputs => f.write_str(
                "the model image reads other inputs (pixels, bits or features) than this program \
                 gives it; use a model of the inputs that it expects",
            ),
            Self::Topology { layer } => write!(
                f,
                "the model image is of another network: layer {layer} (the first is 0) differs; \
                 use a model of the layers that this program expects"
            ),
            Self::TooLong => f.write_str(
                "longer than a model image can be (4 GiB); use narrower layers, or another file",
            ),
        }
    }
}

impl core::error::Error for ImageError {}
