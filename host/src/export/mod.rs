//! A trained model in the formats of other tools: the same parameters, to the last bit.
//!
//! | format | is |
//! | --- | --- |
//! | [`bin`](Format::Bin) | the model image as it lies in flash |
//! | [`hex`] | Intel HEX: the image at its address on a board |
//! | [`uf2`] | the same for bootloaders that are a USB drive |
//! | [`c`] | a header and a source in C99 that infer, with gradito's bits |
//! | [`rust`] | a Rust file that holds the image |
//! | [`safetensors`] | the tensors by name |
//! | [`onnx`] | the network as a graph |
//!
//! All start from a checked [`Image`], so what is wrong with a model is found before. What none of
//! them does: quantise, or train.

pub mod c;
mod error;
pub mod hex;
mod layers;
pub mod onnx;
mod reads;
pub mod rust;
pub mod safetensors;
pub mod slots;
pub mod uf2;

use std::fmt;
use std::str::FromStr;

pub use error::ExportError;
use gradito_core::image::Image;

/// The formats, each named as on a command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The model image.
    Bin,
    /// Intel HEX.
    Hex,
    /// UF2.
    Uf2,
    /// A header and a source in C.
    C,
    /// A Rust file.
    Rust,
    /// Tensors by name.
    Safetensors,
    /// A graph.
    Onnx,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Bin, Self::Hex, Self::Uf2, Self::C, Self::Rust, Self::Safetensors, Self::Onnx];

    /// The name on a command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bin => "bin",
            Self::Hex => "hex",
            Self::Uf2 => "uf2",
            Self::C => "c",
            Self::Rust => "rust",
            Self::Safetensors => "safetensors",
            Self::Onnx => "onnx",
        }
    }

    /// How names of its files end; a header besides goes with [`C`](Self::C).
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Rust => "rs",
            _ => self.name(),
        }
    }

    /// What it is, in words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Bin => "model image",
            Self::Hex => "Intel HEX",
            Self::Uf2 => "UF2",
            Self::C => "C99 source and header",
            Self::Rust => "Rust source",
            Self::Safetensors => "safetensors",
            Self::Onnx => "ONNX",
        }
    }

    /// Whether the file is for a slot in a board's flash.
    pub const fn is_for_slot(self) -> bool {
        matches!(self, Self::Bin | Self::Hex | Self::Uf2)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("unknown format; there are {names}")
        })
    }
}

/// What an image says of its network in one line, as `784-30-10 sigmoid, sigmoid`.
fn summary(image: &Image<'_>) -> String {
    let mut widths = image.input_width().to_string();
    let mut activations = Vec::new();
    for shape in image.layers() {
        widths += &format!("-{}", shape.outputs);
        activations.push(shape.activation.name());
    }
    format!("{widths} {}", activations.join(", "))
}

/// The SHA-256 of the parameters, in hexadecimal.
fn digest(image: &Image<'_>) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(image.parameters()).iter().map(|byte| format!("{byte:02x}")).collect()
}
