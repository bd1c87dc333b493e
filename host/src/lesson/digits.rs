//! The chapter's network, of widths known to the compiler: where a lesson looks at one sample at a
//! time, with the core's own code.

use gradito_core::cost::{Class, Quadratic};
use gradito_core::layer::{Layer, Parameters};
use gradito_core::network::{Network, argmax};
use gradito_core::signal::Pixels;
use gradito_core::{kind::InitKind, network, sgd};
use zerocopy::FromZeros;

use super::context::pixels;
use crate::data::Dataset;

/// Hidden neurons.
pub const HIDDEN: usize = 30;

/// 784-30-10.
pub type Digits = network!(784 => 30 Sigmoid => 10 Sigmoid);

/// A network with all parameters zero.
pub fn zero() -> Box<Digits> {
    Digits::new_box_zeroed().expect("there is memory for a small network")
}

/// The network that training with this seed starts from.
pub fn untrained(seed: u64) -> Box<Digits> {
    let mut network = zero();
    network.initialize(InitKind::Scaled, seed);
    network
}

/// The network of these parameters, in the order of a model image; 0 for what is missing.
pub fn with_parameters(mut parameters: &[f32]) -> Box<Digits> {
    let mut network = zero();
    network.visit_mut(&mut |piece: Parameters<&mut [f32]>| {
        for value in piece.into_values() {
            let Some((first, rest)) = parameters.split_first() else { return };
            (*value, parameters) = (*first, rest);
        }
    });
    network
}

/// An image as the network reads it: 0 = paper … 255 = ink.
pub fn image(bytes: &[u8]) -> Pixels<784> {
    Pixels(std::array::from_fn(|at| bytes.get(at).copied().unwrap_or(0)))
}

/// Every parameter, in the order of a model image.
pub fn parameters(network: &Digits) -> Vec<f32> {
    let mut values = Vec::with_capacity(Digits::PARAMETERS);
    network.visit(&mut |piece: Parameters<&[f32]>| values.extend_from_slice(piece.into_values()));
    values
}

/// The image number `at` of `set`, and its class.
pub fn sample(set: &Dataset, at: usize) -> (Pixels<784>, Class) {
    (image(pixels(set, at)), Class(usize::from(set.labels()[at])))
}

/// The share of `set` that `network` recognises.
pub fn accuracy(network: &Digits, set: &Dataset) -> f64 {
    let mut trace = Digits::TRACE;
    let right = (0..set.len()).filter(|&at| {
        let (image, Class(class)) = sample(set, at);
        network.forward(&image, &mut trace);
        argmax(network.outputs(&trace)) == class
    });
    right.count() as f64 / set.len().max(1) as f64
}

/// The mean gradient of the quadratic cost over the samples `which` of `set`, as a network, and the
/// mean cost.
pub fn mean_gradient(
    network: &Digits,
    set: &Dataset,
    which: impl Iterator<Item = usize> + Clone,
) -> (Box<Digits>, f64) {
    let count = which.clone().count().max(1);
    let (mut mean, mut trace) = (zero(), Digits::TRACE);
    let mut cost = 0.0;
    for at in which {
        let (image, class) = sample(set, at);
        cost += f64::from(sgd::pass(network, &Quadratic, &image, &class, &mut trace).cost);
        mean.layers.update(&image, &trace, 1.0 / count as f32);
    }
    (mean, cost / count as f64)
}

/// The cosine of the angle between two lists of numbers.
pub fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
    };
    let lengths = (dot(a, a) * dot(b, b)).sqrt();
    if lengths > 0.0 { dot(a, b) / lengths } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Inputs;

    #[test]
    fn parameters_lie_as_in_a_model_image() {
        let parameters: Vec<f32> = (0..Digits::PARAMETERS).map(|at| at as f32).collect();
        let mut network = with_parameters(&parameters);
        for at in [0, 784 * 30, 784 * 30 + 30, Digits::PARAMETERS - 1] {
            assert_eq!(network.parameter_mut(at), Some(&mut (at as f32)));
        }
    }

    #[test]
    fn a_mean_gradient_is_that_of_its_samples() {
        let bytes: Vec<u8> = (0..2 * 784).map(|at| (at % 251) as u8).collect();
        let set = Dataset::new(784, Inputs::Pixels(bytes), vec![3, 8]);
        let network = untrained(1);
        let (mean, cost) = mean_gradient(&network, &set, 0..2);
        let ones: Vec<_> = (0..2).map(|at| mean_gradient(&network, &set, at..at + 1)).collect();
        assert!((cost - (ones[0].1 + ones[1].1) / 2.0).abs() < 1e-7);
        let (mean, first) = (parameters(&mean), parameters(&ones[0].0));
        let second = parameters(&ones[1].0);
        for at in 0..mean.len() {
            assert!((mean[at] - (first[at] + second[at]) / 2.0).abs() < 1e-6, "{at}");
        }
        assert!((cosine(&mean, &mean) - 1.0).abs() < 1e-9);
    }
}
