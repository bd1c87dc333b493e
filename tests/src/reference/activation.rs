//! Activations and their derivatives.

use super::LayerTrace;

/// What makes a layer's outputs a of its pre-activations z.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// a = 1 / (1 + e^−z)
    Sigmoid,
    /// a = tanh z
    Tanh,
    /// a = max(0, z)
    Relu,
    /// a = z
    Identity,
    /// aⱼ = e^zⱼ / Σₖ e^zₖ: the only one where every output depends on every z.
    Softmax,
}

impl Activation {
    /// a of z.
    pub fn value(self, z: &[f64]) -> Vec<f64> {
        match self {
            Self::Sigmoid => z.iter().map(|&z| 1.0 / (1.0 + (-z).exp())).collect(),
            Self::Tanh => z.iter().map(|&z| z.tanh()).collect(),
            Self::Relu => z.iter().map(|&z| z.max(0.0)).collect(),
            Self::Identity => z.to_vec(),
            Self::Softmax => {
                let log_sum = log_sum_exp(z);
                z.iter().map(|&z| (z - log_sum).exp()).collect()
            }
        }
    }

    /// ∂C/∂z from ∂C/∂a: the chain rule through the activation.
    ///
    /// For all but softmax that is ∂C/∂aⱼ · σ′(zⱼ). The kink of relu at z = 0 counts as flat.
    pub fn d_z(self, LayerTrace { z, a }: &LayerTrace, d_a: &[f64]) -> Vec<f64> {
        let through =
            |slope: &dyn Fn(usize) -> f64| (0..z.len()).map(|j| d_a[j] * slope(j)).collect();
        match self {
            Self::Sigmoid => through(&|j| sigmoid_slope(z[j])),
            Self::Tanh => through(&|j| 1.0 / z[j].cosh().powi(2)),
            Self::Relu => through(&|j| if z[j] > 0.0 { 1.0 } else { 0.0 }),
            Self::Identity => d_a.to_vec(),
            // ∂aₖ/∂zⱼ = aₖ (1[j = k] − aⱼ), summed over k.
            Self::Softmax => {
                let mean: f64 = a.iter().zip(d_a).map(|(a, d)| a * d).sum();
                a.iter().zip(d_a).map(|(a, d)| a * (d - mean)).collect()
            }
        }
    }
}

/// σ′ = σ(z) (1 − σ(z)) = σ(z) σ(−z), written so that nothing cancels when σ is close to 1.
fn sigmoid_slope(z: f64) -> f64 {
    let e = (-z.abs()).exp();
    e / (1.0 + e).powi(2)
}

/// ln Σ e^zₖ = m + ln Σ e^(zₖ − m), for any m; with m the largest z no exponential overflows.
pub(super) fn log_sum_exp(z: &[f64]) -> f64 {
    let largest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    largest + z.iter().map(|z| (z - largest).exp()).sum::<f64>().ln()
}
