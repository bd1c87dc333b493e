//! Gradients as vectors, to be compared; training never forms them.

use gradito_core::kind::CostKind;

use crate::network::{AnyActivation, AnyCost, Batch, Machine, PackedNetwork};
use crate::simd::Level;
use crate::training::Samples;

/// Samples whose gradients are added in `f32`, before their sum is added in `f64`.
const AT_ONCE: usize = 100;

/// Forms gradients of one network's cost.
#[derive(Debug)]
pub struct Gradients<'a> {
    network: &'a PackedNetwork,
    cost: AnyCost,
    machine: Machine,
    batch: Batch,
    zero: PackedNetwork,
}

impl<'a> Gradients<'a> {
    /// For the cost `cost` of `network`; `None` if it has no gradient for the network's outputs.
    pub fn new(network: &'a PackedNetwork, cost: CostKind) -> Option<Self> {
        let shapes = network.shapes();
        let last = shapes.last()?;
        let output = AnyActivation { kind: last.activation, math: last.math };
        let machine = Machine::single(Level::best());
        Some(Self {
            network,
            cost: AnyCost::new(cost, output)?,
            batch: Batch::for_training(network, AT_ONCE, &machine),
            zero: PackedNetwork::new(&shapes)?,
            machine,
        })
    }

    /// The mean gradient of the samples at `indices`, added in their order: every ∂C/∂p, in the
    /// order of a model image.
    pub fn mean(&mut self, samples: &impl Samples, indices: &[u32]) -> Vec<f64> {
        let mut mean = Vec::new();
        for indices in indices.chunks(AT_ONCE) {
            let Self { network, cost, machine, batch, zero } = self;
            // An update at rate 1 of a network of zeros is the sum of the gradients.
            batch.pass(machine, network, cost, 1.0, indices, |indices, block, labels| {
                samples.fill(indices, block, labels);
            });
            let mut sum = zero.clone();
            batch.update(machine, &mut sum);
            let sum = sum.parameters();
            mean.resize(sum.len(), 0.0);
            mean.iter_mut().zip(sum).for_each(|(mean, sum)| *mean += f64::from(sum));
        }
        mean.iter_mut().for_each(|sum| *sum /= indices.len() as f64);
        mean
    }
}

/// x · y.
pub fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

/// ‖x‖.
pub fn norm(x: &[f64]) -> f64 {
    dot(x, x).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Dataset, Inputs};
    use crate::training::{Indexed, Settings, Trainer};
    use std::ops::ControlFlow;

    /// A step of SGD takes η times the mean gradient away.
    #[test]
    fn a_mean_gradient_is_what_a_step_takes_away() {
        let pixels = (0..600_u32).map(|index| (index * index % 251) as u8).collect();
        let labels = (0..150).map(|index| index % 3).collect();
        let Indexed::Images(samples) = Dataset::new(4, Inputs::Pixels(pixels), labels).into()
        else {
            unreachable!("pixels are images")
        };
        let settings = Settings {
            topology: "4-5-3".parse().unwrap(),
            eta: 1.0,
            batch: 150,
            ..Settings::default()
        };
        let machine = Machine::single(Level::best());
        let mut trainer = Trainer::new(&settings, 150, machine).unwrap();
        let start = trainer.network().clone();
        let all: Vec<u32> = (0..150).collect();
        let gradient = Gradients::new(&start, settings.cost).unwrap().mean(&samples, &all);
        let flow = trainer.train(&samples, &all, &mut |_| ControlFlow::Continue(()));
        assert_eq!(flow, Ok(ControlFlow::Continue(())));
        let moved = start.parameters().into_iter().zip(trainer.network().parameters());
        for ((before, after), expected) in moved.zip(gradient) {
            // A hundred and fifty roundings of numbers below 4.
            assert!((f64::from(before) - f64::from(after) - expected).abs() < 2e-5);
        }
    }
}
