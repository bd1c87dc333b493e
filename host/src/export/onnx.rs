//! ONNX: the network as a graph that other runtimes execute.
//!
//! Input `pixels` (bytes, `[batch, inputs]`) or `features` (`f32`, in their own units), output
//! `outputs` (`f32`, `[batch, classes]`); the scaling of inputs is a part of the graph. Runtimes add
//! in any order and have exponentials of their own: outputs agree in the first digits, not to the
//! last bit.
//!
//! A model is a message of protocol buffers, of which few kinds are needed; the numbers of the
//! fields are those of <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>.

use gradito_core::image::Image;
use gradito_core::kind::ActivationKind;

use super::layers::layers;
use super::reads::Reads;
use super::{digest, summary};

/// The operators are those of this version; later ones mean the same.
const OPSET: u64 = 13;

/// The version of the format that came with it.
const IR_VERSION: u64 = 7;

/// Codes of element types.
const FLOAT: u64 = 1;
const UINT8: u64 = 2;

/// Code of an attribute that is a whole number.
const INT: u64 = 2;

/// A protocol-buffers message in the making.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    /// Seven bits a byte, the lowest first.
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    /// A field that is a number.
    fn number(mut self, field: u64, value: u64) -> Self {
        self.varint(field << 3);
        self.varint(value);
        self
    }

    /// A field that is text, bytes or a message.
    fn bytes(mut self, field: u64, bytes: impl AsRef<[u8]>) -> Self {
        self.varint(field << 3 | 2);
        self.varint(bytes.as_ref().len() as u64);
        self.0.extend_from_slice(bytes.as_ref());
        self
    }
}

impl AsRef<[u8]> for Message {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// `image` as an ONNX file.
pub fn write(image: &Image<'_>) -> Vec<u8> {
    let opset = Message::default().bytes(1, "").number(2, OPSET);
    let mut model = Message::default()
        .number(1, IR_VERSION)
        .bytes(2, "gradito")
        .bytes(3, env!("CARGO_PKG_VERSION"))
        .bytes(7, graph(image))
        .bytes(8, opset);
    let classes: Vec<_> = image.classes().collect();
    for (key, value) in
        [("digest", digest(image)), ("classes", serde_json::json!(classes).to_string())]
    {
        model = model.bytes(14, Message::default().bytes(1, key).bytes(2, value));
    }
    model.0
}

fn graph(image: &Image<'_>) -> Message {
    let (inputs, mut graph) = (image.input_width(), Message::default());
    let (input, kind) = match Reads::of(image) {
        Reads::Shades | Reads::Bits(_) => ("pixels", UINT8),
        Reads::Features => ("features", FLOAT),
    };
    let mut reads = "x".to_owned();
    let cast = |from, to| {
        let float = Message::default().bytes(1, "to").number(3, FLOAT).number(20, INT);
        node("Cast", &[from], to).bytes(5, float)
    };
    match Reads::of(image) {
        Reads::Shades => {
            graph = graph
                .bytes(1, cast(input, "bytes"))
                .bytes(1, node("Div", &["bytes", "white"], &reads))
                .bytes(5, tensor("white", &[], &[255.0]));
        }
        Reads::Bits(threshold) => {
            graph = graph
                .bytes(1, cast(input, "bytes"))
                .bytes(1, node("GreaterOrEqual", &["bytes", "threshold"], "ink"))
                .bytes(1, cast("ink", &reads))
                .bytes(5, tensor("threshold", &[], &[threshold.get().into()]));
        }
        Reads::Features => {
            let scaling = image.scaling();
            let min: Vec<_> = scaling.clone().map(|scale| scale.min).collect();
            // Over infinity whatever is finite becomes the 0 of a feature without a range.
            let range = |scale: gradito_core::image::Scale| match scale.max - scale.min {
                0.0 => f32::INFINITY,
                range => range,
            };
            let ranges: Vec<_> = scaling.map(range).collect();
            graph = graph
                .bytes(1, node("Sub", &[input, "min"], "above"))
                .bytes(1, node("Div", &["above", "range"], &reads))
                .bytes(5, tensor("min", &[inputs], &min))
                .bytes(5, tensor("range", &[inputs], &ranges));
        }
    }
    let layers = layers(image);
    let mut outputs = 0;
    for (number, layer) in layers.iter().enumerate() {
        outputs = layer.shape.outputs;
        let [weight, bias, z] = ["weight", "bias", "z"].map(|part| format!("layer{number}.{part}"));
        let last = number + 1 == layers.len();
        let a = if last { "outputs".to_owned() } else { format!("layer{number}.a") };
        let activation = match layer.shape.activation {
            ActivationKind::Sigmoid => "Sigmoid",
            ActivationKind::Tanh => "Tanh",
            ActivationKind::Relu => "Relu",
            ActivationKind::Softmax => "Softmax",
            ActivationKind::Identity => "Identity",
        };
        graph = graph
            .bytes(1, node("Gemm", &[&reads, &weight, &bias], &z))
            .bytes(1, node(activation, &[&z], &a))
            .bytes(5, tensor(&weight, &[layer.shape.inputs, outputs], &layer.weights))
            .bytes(5, tensor(&bias, &[outputs], &layer.biases));
        reads = a;
    }
    graph
        .bytes(2, "gradito")
        .bytes(10, summary(image))
        .bytes(11, value(input, kind, inputs))
        .bytes(12, value("outputs", FLOAT, outputs))
}

/// An operator and what it connects.
fn node(operator: &str, inputs: &[&str], output: &str) -> Message {
    let named = inputs.iter().fold(Message::default(), |node, input| node.bytes(1, input));
    named.bytes(2, output).bytes(4, operator)
}

/// Constant numbers.
fn tensor(name: &str, shape: &[usize], values: &[f32]) -> Message {
    let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let shape =
        shape.iter().fold(Message::default(), |tensor, &size| tensor.number(1, size as u64));
    shape.number(2, FLOAT).bytes(8, name).bytes(9, bytes)
}

/// What goes in or comes out: any number of rows of `width`.
fn value(name: &str, element: u64, width: usize) -> Message {
    let rows = Message::default().bytes(2, "batch");
    let columns = Message::default().number(1, width as u64);
    let shape = Message::default().bytes(1, rows).bytes(1, columns);
    let tensor = Message::default().number(1, element).bytes(2, shape);
    Message::default().bytes(1, name).bytes(2, Message::default().bytes(1, tensor))
}
