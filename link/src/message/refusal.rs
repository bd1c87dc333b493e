//! What a device refuses, and why.

use core::fmt;

use gradito_core::image::{ImageError, VERSION};
use gradito_core::report::Diverged;

use crate::wire::wire_enum;

/// Why something cannot be done.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Refusal<'a> {
    /// The request is none that this firmware knows.
    Unknown,
    /// There is no usable model.
    NoModel(ModelFault<'a>),
    /// The inputs are of another kind or number than the network reads.
    Input,
    /// There is no such class.
    Label,
    /// Samples are kept in the order of their slots, and so many are.
    Slot {
        /// Kept so far.
        kept: u8,
    },
    /// The firmware was built without training.
    NotTraining,
    /// The step was not taken: numbers left the finite ones. See [`diverged`].
    Diverged(u8),
    /// There is no such layer, parameter or byte.
    Range,
    /// This board's flash cannot be written.
    ReadOnly,
    /// The image does not fit in a slot.
    TooLong {
        /// The bytes that fit.
        room: u32,
    },
    /// Pieces of an image come in order.
    Offset {
        /// The offset expected.
        expected: u32,
    },
    /// The flash did not take what was written.
    Flash,
    /// What was written is no model that this firmware can use; the one before stays in use.
    Model(ModelFault<'a>),
}

/// What is wrong with a model image, as [`ImageError`] says it, and what only a device finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum ModelFault<'a> {
    /// The flash is empty where a model should be.
    Empty,
    /// The image is cut off.
    Truncated {
        /// Bytes the image needs.
        needed: u32,
        /// Bytes there are.
        found: u32,
    },
    /// The bytes are no model image.
    Magic,
    /// The image is of another format version.
    Version {
        /// Its version.
        found: u32,
    },
    /// A byte was changed.
    Checksum {
        /// The checksum in the image.
        stored: u32,
        /// That of its bytes.
        computed: u32,
    },
    /// A field has a value that it cannot have.
    Field {
        /// Its name.
        name: &'a str,
    },
    /// The image does not start at a multiple of 4.
    Alignment,
    /// A parameter is infinite or no number.
    NotFinite {
        /// Which.
        index: u32,
    },
    /// The parameters are of another type than the firmware was built for.
    Element,
    /// The network is another than the firmware was built for.
    Topology {
        /// The first layer that differs.
        layer: u8,
    },
    /// The network reads another kind of inputs than the firmware was built for.
    Inputs,
    /// The network was trained with another cost than the firmware was built for.
    Cost,
    /// Something that this version has no name for.
    Other,
}

impl From<ImageError> for ModelFault<'static> {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Truncated { needed, found } => {
                Self::Truncated { needed: needed as u32, found: found as u32 }
            }
            ImageError::Magic => Self::Magic,
            ImageError::Version { found } => Self::Version { found },
            ImageError::Checksum { stored, computed } => Self::Checksum { stored, computed },
            ImageError::Field { name } => Self::Field { name },
            ImageError::Alignment => Self::Alignment,
            ImageError::NotFinite { index } => Self::NotFinite { index: index as u32 },
            ImageError::Topology { layer } => Self::Topology { layer: layer as u8 },
            ImageError::Element { .. } => Self::Element,
            ImageError::Inputs => Self::Inputs,
            _ => Self::Other,
        }
    }
}

impl fmt::Display for ModelFault<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there is no model in its flash"),
            Self::Truncated { needed, found } => {
                write!(f, "its model image is cut off: {found} bytes of {needed}")
            }
            Self::Magic => f.write_str("what is in its flash is not a model image"),
            Self::Version { found } => write!(
                f,
                "its model image is of format version {found}, the firmware reads version {VERSION}"
            ),
            Self::Checksum { stored, computed } => write!(
                f,
                "its model image is damaged: checksum {stored:08x}, its bytes give {computed:08x}"
            ),
            Self::Field { name } => {
                write!(f, "its model image has no valid value in its field '{name}'")
            }
            Self::Alignment => f.write_str("its model image does not start at a multiple of 4"),
            Self::NotFinite { index } => {
                write!(f, "parameter {index} of its model image is not a finite number")
            }
            Self::Topology { layer } => write!(
                f,
                "its model image is of another network than the firmware: layer {layer} (the first \
                 is 0) differs"
            ),
            Self::Inputs => f.write_str(
                "its model image reads other inputs (pixels, bits or features, or through stages) than the firmware",
            ),
            Self::Element => f.write_str(
                "its model image has parameters of another type (f32, i8, i4, i2 or ternary) than the firmware",
            ),
            Self::Cost => {
                f.write_str("its model image was trained with another cost than the firmware's")
            }
            Self::Other => f.write_str("its model image is not one that the firmware can use"),
        }
    }
}

impl core::error::Error for ModelFault<'_> {}

impl fmt::Display for Refusal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("its firmware does not know this request"),
            Self::NoModel(fault) | Self::Model(fault) => fault.fmt(f),
            Self::Input => f.write_str("its network does not read inputs of this kind or number"),
            Self::Label => f.write_str("its network has no such class"),
            Self::Slot { kept } => {
                write!(f, "a sample came out of order: the device keeps {kept} of this batch")
            }
            Self::NotTraining => f.write_str("its firmware was built without training"),
            Self::Diverged(code) => match diverged(*code) {
                Some(cause) => write!(f, "training diverged: {cause}; try a smaller --eta"),
                None => f.write_str("training diverged; try a smaller --eta"),
            },
            Self::Range => f.write_str("its network has no such layer, parameter or byte"),
            Self::ReadOnly => f.write_str("its flash is read-only to the firmware"),
            Self::TooLong { room } => write!(f, "the model image is longer than its {room} bytes"),
            Self::Offset { expected } => {
                write!(f, "a piece of the model image came out of order: byte {expected} is next")
            }
            Self::Flash => f.write_str("its flash did not take what was written"),
        }
    }
}

impl core::error::Error for Refusal<'_> {}

/// The causes of [`Refusal::Diverged`], in the order of their codes.
pub(super) const CAUSES: [Diverged; 4] =
    [Diverged::Output, Diverged::Cost, Diverged::Gradient, Diverged::Parameter];

/// What a code of [`Refusal::Diverged`] stands for.
pub fn diverged(code: u8) -> Option<Diverged> {
    CAUSES.get(usize::from(code)).copied()
}

impl From<Diverged> for Refusal<'_> {
    fn from(cause: Diverged) -> Self {
        let code = CAUSES.iter().position(|known| *known == cause).unwrap_or(CAUSES.len());
        Self::Diverged(code as u8)
    }
}

wire_enum! {
    Refusal<'a>:
    0 Unknown;
    1 NoModel(fault);
    2 Input;
    3 Label;
    4 Slot { kept };
    5 NotTraining;
    6 Diverged(cause);
    7 Range;
    8 ReadOnly;
    9 TooLong { room };
    10 Offset { expected };
    11 Flash;
    12 Model(fault);
    else Self::Unknown
}

wire_enum! {
    ModelFault<'a>:
    0 Empty;
    1 Truncated { needed found };
    2 Magic;
    3 Version { found };
    4 Checksum { stored computed };
    5 Field { name };
    6 Alignment;
    7 NotFinite { index };
    8 Element;
    9 Topology { layer };
    10 Inputs;
    11 Cost;
    12 Other;
    else Self::Other
}
