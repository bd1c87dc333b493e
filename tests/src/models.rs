//! Models for tests that are not about training.

use gradito::data::InputKind;
use gradito::model::{Model, image_input};
use gradito::network::PackedNetwork;
use gradito_core::image::Provenance;
use gradito_core::kind::{ActivationKind, CostKind, MathKind};
use gradito_core::layer::LayerShape;
use gradito_core::random::Stream;
use rand_core::Rng;

/// A network of `inputs` and `layers`, with parameters of all sizes up to 2.
///
/// # Panics
///
/// If there is no layer, or one of no width.
pub fn drawn(inputs: usize, math: MathKind, layers: &[(usize, ActivationKind)]) -> PackedNetwork {
    let mut shapes = Vec::new();
    let mut width = inputs;
    for &(outputs, activation) in layers {
        shapes.push(LayerShape { inputs: width, outputs, activation, math });
        width = outputs;
    }
    let mut rng = Stream::Split.rng(layers.len() as u64);
    let count = shapes.iter().map(LayerShape::parameters).sum();
    let number = |_| {
        let bits = rng.next_u32();
        let unit = (bits >> 8) as f32 / 8_388_608.0 - 1.0;
        match bits % 16 {
            0 => 0.0,
            1 => -0.0,
            2 => f32::from_bits(bits >> 9),
            3 => unit * 1e-20,
            4 => unit * 2.0,
            _ => unit / 8.0,
        }
    };
    let parameters: Vec<f32> = (0..count).map(number).collect();
    PackedNetwork::with_parameters(&shapes, &parameters).expect("widths that meet")
}

/// A model of `network`, as if nothing were known of its training; its classes have odd names.
///
/// # Panics
///
/// If the network has no layer.
pub fn model(network: PackedNetwork, input: InputKind) -> Model {
    let shapes = network.shapes();
    let last = shapes.last().expect("a layer");
    let cost = match last.activation {
        ActivationKind::Softmax => CostKind::SoftmaxCrossEntropy,
        _ => CostKind::Quadratic,
    };
    let provenance = Provenance::untrained(image_input(&input), cost);
    let class = |class| format!("class \"{class}\" is sí\n\\");
    let classes = (0..last.outputs).map(class).collect();
    Model { network, provenance, input, classes }
}
