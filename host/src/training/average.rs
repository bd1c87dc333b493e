//! The average of a network's parameters over the steps of its training.

use gradito_core::network::Network;
use gradito_core::quantized::weights::WeightKind;

use crate::network::PackedNetwork;

/// An exponential moving average of parameters: ā ← d·ā + (1 − d)·w, corrected for its start.
///
/// The correction is that of Kingma and Ba 2015, section 7.2 ("temporal averaging"), where ā starts
/// at 0 and is divided by 1 − dᵗ: the first average is the parameters after the first step, and
/// nothing of the start is left in it. Here ā is kept corrected: it moves by the share
/// (1 − d)/(1 − dᵗ) of the way to w, which is the same.
///
/// Where weights are to lie on a grid, what is averaged is what they are rounded from, and it is the
/// average that is rounded then.
#[derive(Clone, Debug)]
pub struct Average {
    network: PackedNetwork,
    decay: f64,
    /// dᵗ after t steps.
    power: f64,
    rounded: Option<Rounded>,
}

/// The average, rounded.
#[derive(Clone, Debug)]
struct Rounded {
    network: PackedNetwork,
    kind: WeightKind,
}

impl Average {
    /// The average with decay `decay`, from 0 to below 1, of parameters of which there are none but
    /// those of `start`; it is rounded if weights are to be of a kind.
    pub fn new(start: PackedNetwork, decay: f32, kind: Option<WeightKind>) -> Self {
        let rounded = kind.map(|kind| Rounded { network: start.clone(), kind });
        let mut average = Self { network: start, decay: decay.into(), power: 1.0, rounded };
        average.settle();
        average
    }

    /// Rounds the average to what [`network`](Self::network) shows, if its weights have a grid.
    pub fn settle(&mut self) {
        if let Some(Rounded { network, kind }) = &mut self.rounded {
            network.round_from(&self.network, *kind);
        }
    }

    /// Goes on from the average after so many steps.
    pub fn restore(&mut self, steps: u64) {
        self.power = 1.0;
        for _ in 0..steps {
            self.power *= self.decay;
        }
        self.settle();
    }

    /// What is averaged, before it is rounded.
    pub fn parameters(&mut self) -> &mut PackedNetwork {
        &mut self.network
    }

    /// Takes in the parameters after one more step.
    #[inline(always)]
    pub fn add(&mut self, network: &PackedNetwork) {
        self.power *= self.decay;
        let share = ((1.0 - self.decay) / (1.0 - self.power)) as f32;
        let rest = 1.0 - share;
        self.network.visit_pairs(network, &mut |averages, parameters| {
            for (average, parameter) in averages.iter_mut().zip(parameters) {
                *average = rest * *average + share * parameter;
            }
        });
    }

    /// The network of the average, as it was when it last [settled](Self::settle) if it is rounded.
    pub fn network(&self) -> &PackedNetwork {
        self.rounded.as_ref().map_or(&self.network, |rounded| &rounded.network)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradito_core::kind::{ActivationKind, MathKind};
    use gradito_core::layer::LayerShape;

    fn network(weight: f32) -> PackedNetwork {
        let (activation, math) = (ActivationKind::Identity, MathKind::Poly);
        let shape = LayerShape { inputs: 1, outputs: 1, activation, math };
        PackedNetwork::with_parameters(&[shape], &[weight, -weight]).unwrap()
    }

    /// The averages of these weights, one after the other.
    fn averages(decay: f32, weights: &[f32]) -> Vec<f32> {
        let mut average = Average::new(network(100.0), decay, None);
        let mut after = |&weight: &f32| {
            average.add(&network(weight));
            let parameters = average.network().parameters();
            assert_eq!(parameters[1], -parameters[0]);
            parameters[0]
        };
        weights.iter().map(&mut after).collect()
    }

    #[test]
    fn averages_by_hand() {
        // d = ½: 1; (½·1 + 4)/1½ = 3; (¼·1 + ½·4 + 10)/1¾ = 7. The start, 100, is in none.
        let found = averages(0.5, &[1.0, 4.0, 10.0]);
        let expected = [1.0, 3.0, 7.0];
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{found:?}");
        assert_eq!(found[0], 1.0);
    }

    #[test]
    fn without_memory_it_is_the_network_itself() {
        let weights = [0.1, -7.25, 3e-30, 1e30];
        assert_eq!(averages(0.0, &weights), weights);
        // Of equal numbers it is that number, to within rounding.
        let found = averages(0.999, &[0.3; 1000]);
        assert!(found.iter().all(|average| (average - 0.3).abs() < 1e-5));
    }

    /// Without the correction it would still be near the start: 1 − 0.999¹⁰ is a hundredth.
    #[test]
    fn a_short_run_is_averaged_evenly() {
        let weights: Vec<f32> = (1..=10).map(|step| step as f32).collect();
        let last = averages(0.999_9, &weights)[9];
        assert!((last - 5.5).abs() < 2e-3, "{last}");
        assert_eq!(Average::new(network(2.0), 0.9, None).network().parameters(), [2.0, -2.0]);
    }
}
