//! A model as C99: a header, and a source that needs no library, not even the mathematical one.
//!
//! The source computes what the core computes, operation by operation: sums by rising input, zeros
//! skipped, the core's own exponential. Its outputs therefore are gradito's to the last bit, on any
//! machine whose `float` is IEEE 754 single precision; what would change them (contraction,
//! fast-math, wider evaluation) is switched off or refused by the preprocessor.

mod literal;
mod name;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use gradito_core::image::Image;
use gradito_core::kind::{ActivationKind, MathKind};

use super::layers::{Layer, layers};
use super::reads::Reads;
use super::{ExportError, digest, summary};

/// The two files.
#[derive(Clone, Debug)]
pub struct Files {
    /// Where the header goes, beside the source.
    pub header_path: PathBuf,
    /// Its text.
    pub header: String,
    /// Where the source goes.
    pub source_path: PathBuf,
    /// Its text.
    pub source: String,
}

/// `image` as C, in files that are named after `path`, with or without its extension.
///
/// # Errors
///
/// If a layer computes with a math that is not written in C, or the name cannot be included.
pub fn write(image: &Image<'_>, path: &Path) -> Result<Files, ExportError> {
    let base = match path.extension() {
        Some(extension) if extension == "c" || extension == "h" => path.with_extension(""),
        _ => path.to_owned(),
    };
    let with = |extension: &str| {
        let mut path = base.clone().into_os_string();
        path.push(extension);
        PathBuf::from(path)
    };
    let (header_path, source_path) = (with(".h"), with(".c"));
    let file = header_path.file_name().and_then(|name| name.to_str()).ok_or(ExportError::Name)?;
    if file.contains(|character: char| character.is_control() || "\"\\?".contains(character)) {
        return Err(ExportError::Name);
    }
    for (layer, shape) in image.layers().enumerate() {
        let is_written = matches!(shape.math, MathKind::Poly | MathKind::Libm);
        if uses_math(shape.activation) && !is_written {
            return Err(ExportError::Math { layer, math: shape.math });
        }
    }
    let name = name::identifier(&source_path);
    let header = header(image, &name);
    let source = source(image, &name, file);
    Ok(Files { header_path, header, source_path, source })
}

/// Whether an activation has an exponential in it.
fn uses_math(activation: ActivationKind) -> bool {
    use ActivationKind::{Sigmoid, Softmax, Tanh};
    matches!(activation, Sigmoid | Tanh | Softmax)
}

/// What `predict` takes, as C declares it.
fn prototype(image: &Image<'_>, name: &str) -> String {
    let upper = name.to_ascii_uppercase();
    let input = match Reads::of(image) {
        Reads::Shades | Reads::Bits(_) => "uint8_t pixels",
        Reads::Features => "float features",
    };
    format!("size_t {name}_predict(const {input}[{upper}_INPUTS], float outputs[{upper}_OUTPUTS])")
}

fn header(image: &Image<'_>, name: &str) -> String {
    let upper = name.to_ascii_uppercase();
    let shapes: Vec<_> = image.layers().collect();
    let outputs = shapes.last().map_or(0, |shape| shape.outputs);
    let parameters: usize = shapes.iter().map(|shape| shape.parameters()).sum();
    let hidden: usize = shapes.iter().rev().skip(1).map(|shape| shape.outputs).sum();
    let pixels = "`pixels`: one byte each, 0 = paper to 255 = ink, row after row from the top left";
    let inputs = match Reads::of(image) {
        Reads::Shades => format!("{pixels}."),
        Reads::Bits(threshold) => {
            format!("{pixels};\n   the network sees those of {threshold} or more, all alike.")
        }
        Reads::Features => "`features`: in their own units, in the order of the training data; \
                            they are scaled here."
            .to_owned(),
    };
    let mut text = format!(
        "\
/* {name}.h: a neural network, {network}.

   Written by gradito {version}. SHA-256 of the parameters:
   {digest}

   C99, no library; {flash} bytes of constants, and {stack} bytes of stack besides a few
   registers. The outputs are those of gradito to the last bit, on every machine. */
#ifndef {upper}_H
#define {upper}_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern \"C\" {{
#endif

#define {upper}_INPUTS {width}
#define {upper}_OUTPUTS {outputs}

/* The name of each class, UTF-8. */
extern const char *const {name}_classes[{upper}_OUTPUTS];
",
        network = summary(image),
        version = env!("CARGO_PKG_VERSION"),
        digest = digest(image),
        flash = 4 * (parameters + 2 * image.scaling().len()),
        stack = 4 * hidden,
        width = image.input_width(),
    );
    if image.features().next().is_some() {
        let _ = write!(
            text,
            "\n/* The name of each feature, UTF-8. */\n\
             extern const char *const {name}_features[{upper}_INPUTS];\n"
        );
    }
    let _ = write!(
        text,
        "
/* What the network makes of one sample: fills `outputs` and returns the class, the position of the
   largest of them (of equals the first). Needs no set-up and keeps nothing.

   {inputs} */
{prototype};

#ifdef __cplusplus
}}
#endif

#endif
",
        prototype = prototype(image, name)
    );
    text
}

fn source(image: &Image<'_>, name: &str, header: &str) -> String {
    let upper = name.to_ascii_uppercase();
    let layers = layers(image);
    let mut text = format!(
        "/* {name}.c: a neural network, {}; see {header}. */\n#include \"{header}\"\n\n\
         #include <float.h>\n\n{}\n",
        summary(image),
        include_str!("guards.c")
    );
    names(&mut text, &format!("{name}_classes"), &format!("{upper}_OUTPUTS"), image.classes());
    if image.features().next().is_some() {
        names(&mut text, &format!("{name}_features"), &format!("{upper}_INPUTS"), image.features());
    }
    let reads = Reads::of(image);
    if reads == Reads::Features {
        text += "/* The smallest value of each feature in the training data. */\n";
        array(&mut text, "least", image.scaling().map(|scale| scale.min));
        text += "/* The largest less the smallest. */\n";
        array(&mut text, "ranges", image.scaling().map(|scale| scale.max - scale.min));
    }
    for (number, layer) in layers.iter().enumerate() {
        let shape = layer.shape;
        let _ = writeln!(text, "/* [{}][{}] */", shape.inputs, shape.outputs);
        array(&mut text, &format!("weights_{number}"), layer.weights.iter().copied());
        array(&mut text, &format!("biases_{number}"), layer.biases.iter().copied());
    }
    for function in functions(&layers, reads) {
        text += &function;
        text.push('\n');
    }
    predict(&mut text, image, name, &layers);
    text
}

/// `static const float name[] = { … };`
fn array(text: &mut String, name: &str, values: impl ExactSizeIterator<Item = f32>) {
    const COLUMNS: usize = 6;
    let _ = write!(text, "static const float {name}[{}] = {{", values.len());
    for (index, value) in values.enumerate() {
        text.push_str(if index % COLUMNS == 0 { "\n    " } else { " " });
        text.push_str(&literal::float(value));
        text.push(',');
    }
    text.push_str("\n};\n\n");
}

/// `const char *const name[count] = { … };`
fn names<'a>(text: &mut String, name: &str, count: &str, names: impl Iterator<Item = &'a str>) {
    let _ = writeln!(text, "const char *const {name}[{count}] = {{");
    for name in names {
        let _ = writeln!(text, "    {},", literal::string(name));
    }
    text.push_str("};\n\n");
}

/// The functions that the layers need, and no others: an unused one is a warning.
fn functions(layers: &[Layer], reads: Reads) -> Vec<String> {
    use ActivationKind::{Relu, Sigmoid, Softmax, Tanh};
    let has = |kind| layers.iter().any(|layer| layer.shape.activation == kind);
    let mut functions = vec![include_str!("from_bits.c").to_owned()];
    let mut add = |text: &str, math: MathKind| functions.push(text.replace("@math", math.name()));
    if has(Sigmoid) || has(Tanh) || has(Softmax) {
        add(include_str!("to_bits.c"), MathKind::Poly);
        add(include_str!("times_power_of_two.c"), MathKind::Poly);
    }
    for math in [MathKind::Poly, MathKind::Libm] {
        let has = |kind| {
            let is = |layer: &Layer| layer.shape.activation == kind && layer.shape.math == math;
            layers.iter().any(is)
        };
        let exponential = has(Sigmoid) || has(Softmax);
        if math == MathKind::Libm {
            if exponential || has(Tanh) {
                add(include_str!("notice_libm.c"), math);
            }
            if exponential {
                add(include_str!("exp_libm.c"), math);
            }
            if has(Tanh) {
                add(include_str!("tanh_libm.c"), math);
            }
        } else {
            if exponential || has(Tanh) {
                add(include_str!("exp_poly.c"), math);
            }
            if has(Tanh) {
                add(include_str!("tanh_poly.c"), math);
            }
        }
        for (kind, text) in [
            (Sigmoid, include_str!("sigmoid.c")),
            (Tanh, include_str!("tanh.c")),
            (Softmax, include_str!("softmax.c")),
        ] {
            if has(kind) {
                add(text, math);
            }
        }
    }
    if has(Relu) {
        add(include_str!("relu.c"), MathKind::Poly);
    }
    add(include_str!("add_row.c"), MathKind::Poly);
    let first = match reads {
        Reads::Shades => include_str!("layer_of_pixels.c").to_owned(),
        Reads::Bits(threshold) => {
            include_str!("layer_of_bits.c").replace("@threshold", &threshold.to_string())
        }
        Reads::Features => include_str!("layer_of_features.c").to_owned(),
    };
    add(&first, MathKind::Poly);
    if layers.len() > 1 {
        add(include_str!("layer.c"), MathKind::Poly);
    }
    add(include_str!("largest.c"), MathKind::Poly);
    functions
}

/// The one function that others see.
fn predict(text: &mut String, image: &Image<'_>, name: &str, layers: &[Layer]) {
    let upper = name.to_ascii_uppercase();
    let _ = writeln!(text, "{}\n{{", prototype(image, name));
    let hidden = layers.len().saturating_sub(1);
    for (number, layer) in layers.iter().take(hidden).enumerate() {
        let _ = writeln!(text, "    float a_{number}[{}];", layer.shape.outputs);
    }
    if hidden > 0 {
        text.push('\n');
    }
    let mut reads = match Reads::of(image) {
        Reads::Shades | Reads::Bits(_) => "pixels",
        Reads::Features => "features",
    }
    .to_owned();
    for (number, layer) in layers.iter().enumerate() {
        let shape = layer.shape;
        let of = if number == 0 { format!("_of_{reads}") } else { String::new() };
        let writes = if number == hidden { "outputs".to_owned() } else { format!("a_{number}") };
        let _ = writeln!(
            text,
            "    layer{of}(weights_{number}, biases_{number}, {reads}, {}, {writes}, {});",
            shape.inputs, shape.outputs
        );
        let activation = match shape.activation {
            ActivationKind::Sigmoid => format!("sigmoid_{}", shape.math),
            ActivationKind::Tanh => format!("tanh_all_{}", shape.math),
            ActivationKind::Relu => "relu".to_owned(),
            ActivationKind::Softmax => format!("softmax_{}", shape.math),
            // The sums are the outputs.
            ActivationKind::Identity => String::new(),
        };
        if !activation.is_empty() {
            let _ = writeln!(text, "    {activation}({writes}, {});", shape.outputs);
        }
        reads = writes;
    }
    let _ = writeln!(text, "    return largest(outputs, {upper}_OUTPUTS);\n}}");
}
