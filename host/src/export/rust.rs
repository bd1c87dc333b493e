//! A model as a Rust file: its image as a constant of the program.
//!
//! For programs that carry their model in their code, without slots and without any file; on a
//! device it stays in flash.

use std::fmt::Write;

use gradito_core::image::Image;
use gradito_core::kind::{ActivationKind, MathKind};
use gradito_core::layer::LayerShape;

use super::reads::Reads;
use super::{digest, summary};

/// Bytes of a line.
const LINE: usize = 16;

/// `image` as a module, `no_std` and without dependencies of its own.
pub fn write(image: &Image<'_>) -> String {
    let bytes = image.as_bytes();
    let mut text = format!(
        "\
//! A network {network}, as a model image.
//!
//! Written by gradito {version}; digest of the parameters (SHA-256):
//! {digest}
//!
//! With the crate `gradito-core` it is read in place, here as the module `model`:
//!
//! ```ignore
//! type Net = gradito_core::network!({layers});
//! let image = gradito_core::image::Image::from_bytes(&model::IMAGE.0)?;
//! let network: &Net = image.network()?;
//! ```
{inputs}
/// Bytes that lie as a network wants to be read.
#[derive(Clone, Debug)]
#[repr(C, align(16))]
pub struct Aligned<T>(pub T);

/// The model image.
#[rustfmt::skip]
pub static IMAGE: Aligned<[u8; {length}]> = Aligned([
",
        network = summary(image),
        version = env!("CARGO_PKG_VERSION"),
        digest = digest(image),
        layers = layers(image),
        inputs = inputs(image),
        length = bytes.len(),
    );
    for line in bytes.chunks(LINE) {
        text.push_str("   ");
        for byte in line {
            // Writing to a string does not fail.
            let _ = write!(text, " {byte:#04x},");
        }
        text.push('\n');
    }
    text.push_str("]);\n");
    text
}

/// What is to be said of the inputs besides their type: lines of the module's text.
fn inputs(image: &Image<'_>) -> String {
    let stages = image.provenance().input.stages();
    if !stages.is_none() {
        return format!(
            "//!\n//! It reads what the stages '{stages}' make of an image: the module `stage` of that \
             crate does them.\n"
        );
    }
    match Reads::of(image) {
        Reads::Bits(threshold) => format!(
            "//!\n//! The network was trained on black and white: of an image's pixels, those of {threshold} or more\n\
             //! are to be 255 in what it is given, and all others 0.\n"
        ),
        Reads::Shades | Reads::Features => String::new(),
    }
}

/// The layers as the macro `network!` takes them.
fn layers(image: &Image<'_>) -> String {
    let layer = |shape: LayerShape| {
        let activation = match shape.activation {
            ActivationKind::Sigmoid => "Sigmoid",
            ActivationKind::Tanh => "Tanh",
            ActivationKind::Relu => "Relu",
            ActivationKind::Softmax => "Softmax",
            ActivationKind::Identity => "Identity",
        };
        let math = match shape.math {
            MathKind::Libm => "<gradito_core::math::Libm>",
            MathKind::Micromath => "<gradito_core::math::Micromath>",
            MathKind::Poly => "",
        };
        format!(" => {} {activation}{math}", shape.outputs)
    };
    image.input_width().to_string() + &image.layers().map(layer).collect::<String>()
}
