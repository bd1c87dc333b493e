//! Why a model cannot be exported.

use gradito_core::image::Element;
use gradito_core::kind::MathKind;
use gradito_core::stage::Stages;
use gradito_link::board::BOARDS;
use thiserror::Error;

/// Why a model cannot be exported to a format, or does not fit a board.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The image is longer than a slot.
    #[error(
        "the model image has {bytes} bytes, and a slot of the {board} takes {room}; train a \
         smaller network or name another board"
    )]
    Flash {
        /// The board.
        board: &'static str,
        /// Bytes of the image.
        bytes: usize,
        /// Bytes that fit.
        room: usize,
    },
    /// Even inference needs more memory.
    #[error(
        "the network needs {bytes} bytes of RAM, and the {board} has {room}; train a narrower \
         network or name another board"
    )]
    Ram {
        /// The board.
        board: &'static str,
        /// Bytes needed to infer.
        bytes: usize,
        /// Bytes there are.
        room: usize,
    },
    /// The board's bootloader takes no UF2.
    #[error("the {board} takes no UF2 files (boards that do: {}); use --format hex", uf2_boards())]
    NoFamily {
        /// The board.
        board: &'static str,
    },
    /// A layer computes with software that C code is not written for.
    #[error(
        "layer {layer} computes with {math}, which the C export has no code for; train with \
         --math poly or --math libm"
    )]
    Math {
        /// The layer; the first is 0.
        layer: usize,
        /// Its math.
        math: MathKind,
    },
    /// The network is quantised, and the format holds `f32`.
    #[error(
        "the model has {element} weights, and {format} holds f32; export the model that it was \
         quantised from, or use --format bin, hex or uf2"
    )]
    Quantized {
        /// What its weights are.
        element: Element,
        /// The format.
        format: &'static str,
    },
    /// The network reads what stages make of images, which the format has no place for.
    #[error(
        "the network reads images after the stages {stages}, which {format} files do not do; use \
         --format bin, hex, uf2 or rust"
    )]
    Stages {
        /// What is done to images.
        stages: Stages,
        /// The format.
        format: &'static str,
    },
    /// The name of a C file that cannot stand between the quotation marks of an `#include`.
    #[error("this name cannot be included in C; name a file of letters, digits, - and _")]
    Name,
}

/// The boards that take UF2, by name.
fn uf2_boards() -> String {
    let boards = BOARDS.iter().filter(|board| board.uf2_family.is_some());
    boards.map(|board| board.name).collect::<Vec<_>>().join(", ")
}
