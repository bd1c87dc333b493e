//! Mini-batch SGD, with momentum and L2 for those who want them.

use super::{Cost, LayerGradient, Reference, Sample};

/// Stochastic gradient descent over mini-batches.
///
/// One step over a batch of m samples, all of which see the old parameters:
///
/// ```text
/// w ← (1 − ηλ/n) w            weights only, and first; 1 without L2
/// v ← μv − (η/m) Σ ∂Cₓ/∂w      the same for biases; μ = 0 without momentum
/// w ← w + v                   the same for biases
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Sgd {
    eta: f64,
    momentum: f64,
    decay: f64,
    velocity: Vec<LayerGradient>,
}

impl Sgd {
    /// Plain SGD with learning rate η: w ← w − (η/m) Σ ∂Cₓ/∂w.
    pub fn new(eta: f64) -> Self {
        Self { eta, momentum: 0.0, decay: 1.0, velocity: Vec::new() }
    }

    /// With momentum μ; the velocity starts at zero.
    pub fn with_momentum(self, mu: f64) -> Self {
        Self { momentum: mu, ..self }
    }

    /// With L2 regularisation λ over a training set of n samples.
    pub fn with_l2(self, lambda: f64, n: usize) -> Self {
        Self { decay: 1.0 - self.eta * lambda / n as f64, ..self }
    }

    /// One step over one batch, whose length is m.
    ///
    /// # Panics
    ///
    /// If the batch is empty, or as [`Reference::cost`].
    pub fn step(&mut self, network: &mut Reference, cost: Cost, batch: &[Sample]) {
        assert!(!batch.is_empty(), "a batch has at least one sample");
        // All gradients first, with the old parameters.
        let mut sum: Vec<LayerGradient> =
            network.layers.iter().map(|layer| layer.zeros()).collect();
        for (input, target) in batch {
            for (sum, one) in sum.iter_mut().zip(network.gradient(cost, input, target)) {
                add(&mut sum.weights, 1.0, &one.weights);
                add(&mut sum.biases, 1.0, &one.biases);
            }
        }
        if self.velocity.is_empty() {
            self.velocity = network.layers.iter().map(|layer| layer.zeros()).collect();
        }
        let rate = self.eta / batch.len() as f64;
        for ((layer, v), sum) in network.layers.iter_mut().zip(&mut self.velocity).zip(&sum) {
            scale(&mut layer.weights, self.decay);
            scale(&mut v.weights, self.momentum);
            scale(&mut v.biases, self.momentum);
            add(&mut v.weights, -rate, &sum.weights);
            add(&mut v.biases, -rate, &sum.biases);
            add(&mut layer.weights, 1.0, &v.weights);
            add(&mut layer.biases, 1.0, &v.biases);
        }
    }
}

/// `v ← factor · v`
fn scale(v: &mut [f64], factor: f64) {
    v.iter_mut().for_each(|v| *v *= factor);
}

/// `v ← v + factor · x`
fn add(v: &mut [f64], factor: f64, x: &[f64]) {
    v.iter_mut().zip(x).for_each(|(v, x)| *v += factor * x);
}
