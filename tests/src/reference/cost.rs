//! Costs of one sample and their derivatives.
//!
//! Both cross-entropies are computed from z, not from a: ln a and ln(1 − a) lose all their digits
//! where a has rounded to 0 or 1, and nothing is lost in z.

use super::activation::log_sum_exp;
use super::{Activation, LayerTrace};

/// What is to be minimised. A batch's cost is the mean over its samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// C = ½ ‖y − a‖², with any output layer.
    Quadratic,
    /// C = −Σⱼ [yⱼ ln aⱼ + (1 − yⱼ) ln(1 − aⱼ)], with sigmoid outputs.
    CrossEntropy,
    /// C = −ln p, p the softmax output of the sample's label, with a one-hot y.
    SoftmaxCrossEntropy,
}

impl Cost {
    /// C of one sample, from what the output layer computed.
    ///
    /// # Panics
    ///
    /// If the cost does not fit the output layer's activation, or y the output's width.
    pub fn value(
        self,
        activation: Activation,
        LayerTrace { z, a }: &LayerTrace,
        target: &[f64],
    ) -> f64 {
        self.check(activation, a, target);
        match self {
            Self::Quadratic => {
                a.iter().zip(target).map(|(a, y)| (y - a).powi(2)).sum::<f64>() / 2.0
            }
            // −ln σ(z) = ln(1 + e^−z), and −ln(1 − σ(z)) = ln(1 + e^z).
            Self::CrossEntropy => z
                .iter()
                .zip(target)
                .map(|(z, y)| y * ln_1p_exp(-z) + (1.0 - y) * ln_1p_exp(*z))
                .sum(),
            // −ln p = ln Σ e^z − z of the label, picked out by y.
            Self::SoftmaxCrossEntropy => {
                let log_sum = log_sum_exp(z);
                z.iter().zip(target).map(|(z, y)| y * (log_sum - z)).sum()
            }
        }
    }

    /// δ = ∂C/∂z of the output layer.
    ///
    /// For the quadratic cost ∂C/∂a = a − y goes through the activation; in the two others the
    /// activation's slope cancels against the logarithm's, and what is left is a − y itself.
    ///
    /// # Panics
    ///
    /// As [`Cost::value`].
    pub fn d_z(self, activation: Activation, output: &LayerTrace, target: &[f64]) -> Vec<f64> {
        self.check(activation, &output.a, target);
        let difference: Vec<f64> = output.a.iter().zip(target).map(|(a, y)| a - y).collect();
        match self {
            Self::Quadratic => activation.d_z(output, &difference),
            Self::CrossEntropy | Self::SoftmaxCrossEntropy => difference,
        }
    }

    fn check(self, activation: Activation, a: &[f64], target: &[f64]) {
        assert_eq!(a.len(), target.len(), "the target's width");
        match self {
            Self::Quadratic => {}
            Self::CrossEntropy => assert_eq!(activation, Activation::Sigmoid),
            Self::SoftmaxCrossEntropy => {
                assert_eq!(activation, Activation::Softmax);
                let ones = target.iter().filter(|&&y| y == 1.0).count();
                let zeros = target.iter().filter(|&&y| y == 0.0).count();
                assert_eq!((ones, zeros), (1, target.len() - 1), "the target is one-hot");
            }
        }
    }
}

/// ln(1 + e^z) without overflow: for z > 0 it is z + ln(1 + e^−z).
fn ln_1p_exp(z: f64) -> f64 {
    z.max(0.0) + (-z.abs()).exp().ln_1p()
}
