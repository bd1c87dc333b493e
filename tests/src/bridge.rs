//! From a network of the core to a [`Reference`] with the same parameters.

use gradito_core::Network;
use gradito_core::kind::ActivationKind;
use gradito_core::layer::{Layer, LayerShape, Parameters};
use gradito_core::network::Feedforward;

use crate::reference::{Activation, LayerGradient, Reference, ReferenceLayer};

/// The parameters of `network` (or a gradient, which is shaped alike), a layer each.
pub fn parameters(network: &impl Network) -> Vec<LayerGradient> {
    let mut layers: Vec<LayerGradient> = Vec::new();
    network.visit(&mut |parameters| match parameters {
        Parameters::Weights { values, .. } => {
            layers.push(LayerGradient { weights: exact(values), biases: Vec::new() });
        }
        Parameters::Biases { values } => {
            let layer = layers.last_mut().expect("weights come before biases");
            layer.biases = exact(values);
        }
    });
    layers
}

/// The reference network that `network` is, number by number.
pub fn reference<const IN: usize, L: Layer<IN>>(network: &Feedforward<IN, L>) -> Reference {
    let mut shapes: Vec<LayerShape> = Vec::new();
    Feedforward::<IN, L>::shapes(|shape| shapes.push(shape));
    let layers = shapes.iter().zip(parameters(network)).map(|(shape, parameters)| ReferenceLayer {
        inputs: shape.inputs,
        outputs: shape.outputs,
        weights: parameters.weights,
        biases: parameters.biases,
        activation: activation(shape.activation),
    });
    Reference { layers: layers.collect() }
}

/// `f32` as `f64`: the same numbers.
pub fn exact(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&value| value.into()).collect()
}

fn activation(kind: ActivationKind) -> Activation {
    match kind {
        ActivationKind::Sigmoid => Activation::Sigmoid,
        ActivationKind::Tanh => Activation::Tanh,
        ActivationKind::Relu => Activation::Relu,
        ActivationKind::Identity => Activation::Identity,
        ActivationKind::Softmax => Activation::Softmax,
    }
}
