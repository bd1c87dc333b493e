//! safetensors: tensors by name, as Python libraries read them.
//!
//! The format is that of <https://github.com/huggingface/safetensors>: eight bytes of length,
//! little-endian; so many of JSON; then the tensors, back to back.
//!
//! | tensor | shape | is |
//! | --- | --- | --- |
//! | `layer0.weight` | inputs, outputs | weights of the first layer: a = activation(x · weight + bias) |
//! | `layer0.bias` | outputs | its biases |
//! | `input.min`, `input.max` | inputs | the range of each feature; none for pixels |
//!
//! What else the image knows stands in `__metadata__`, as text.

use gradito_core::image::Image;
use serde_json::{Map, Value, json};

use super::layers::layers;
use super::reads::Reads;
use super::{digest, summary};

/// The length of the JSON is a multiple of this, so that tensors are aligned.
const ALIGNMENT: usize = 8;

/// `image` as a safetensors file.
pub fn write(image: &Image<'_>) -> Vec<u8> {
    let mut entries = Map::new();
    entries.insert("__metadata__".into(), metadata(image));
    let mut data: Vec<u8> = Vec::new();
    let mut tensor = |name: String, shape: &[usize], values: &[f32]| {
        let start = data.len();
        data.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        let entry = json!({ "dtype": "F32", "shape": shape, "data_offsets": [start, data.len()] });
        entries.insert(name, entry);
    };
    for (number, layer) in layers(image).iter().enumerate() {
        let [inputs, outputs] = [layer.shape.inputs, layer.shape.outputs];
        tensor(format!("layer{number}.weight"), &[inputs, outputs], &layer.weights);
        tensor(format!("layer{number}.bias"), &[outputs], &layer.biases);
    }
    let scaling: Vec<_> = image.scaling().collect();
    if !scaling.is_empty() {
        let [min, max]: [Vec<f32>; 2] = [
            scaling.iter().map(|scale| scale.min).collect(),
            scaling.iter().map(|scale| scale.max).collect(),
        ];
        tensor("input.min".into(), &[min.len()], &min);
        tensor("input.max".into(), &[max.len()], &max);
    }
    let mut header = Value::Object(entries).to_string();
    header
        .extend(std::iter::repeat_n(' ', header.len().next_multiple_of(ALIGNMENT) - header.len()));
    let length = (header.len() as u64).to_le_bytes();
    [&length[..], header.as_bytes(), &data].concat()
}

/// What is known besides the tensors; every value is text.
fn metadata(image: &Image<'_>) -> Value {
    let shapes = image.layers();
    let activations: Vec<_> = shapes.clone().map(|shape| shape.activation.name()).collect();
    let math: Vec<_> = shapes.map(|shape| shape.math.name()).collect();
    let classes: Vec<_> = image.classes().collect();
    let features: Vec<_> = image.features().collect();
    let input = match Reads::of(image) {
        Reads::Shades => "pixels / 255, row after row".to_owned(),
        Reads::Bits(threshold) => format!("1 where a pixel >= {threshold}, else 0, row after row"),
        Reads::Features => {
            "(features - input.min) / (input.max - input.min), 0 where both are equal".to_owned()
        }
    };
    json!({
        "format": "gradito",
        "gradito": env!("CARGO_PKG_VERSION"),
        "network": summary(image),
        "activations": activations.join(","),
        "math": math.join(","),
        "cost": image.provenance().cost.name(),
        "input": input,
        "classes": json!(classes).to_string(),
        "features": json!(features).to_string(),
        "digest": digest(image),
    })
}
