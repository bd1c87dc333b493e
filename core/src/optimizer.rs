//! How a step follows from the gradient: plain, with momentum, with weight decay.
//!
//! An optimiser brackets the rank-one updates of a batch: [`begin_batch`](Optimizer::begin_batch)
//! says what they are added to, [`end_batch`](Optimizer::end_batch) finishes. Both are empty for
//! [`Sgd`], which therefore costs nothing.
//!
//! Each also guards the parameters. A batch can change none by more than its
//! [growth](crate::sgd::BatchReport::growth); the sum of these is a bound of the largest parameter,
//! and only if the bound nears overflow are the parameters looked at. Whether a step is refused
//! depends on the parameters and the batch alone.

use core::fmt::Debug;
use core::ops::DerefMut;

use crate::layer::Parameters;
use crate::network::Network;
use crate::sgd::Diverged;
use crate::signal::magnitude;

/// Steps whose parameters could exceed this are refused: 2¹²⁶, a quarter of where `f32` overflows,
/// which leaves room for the rounding of the bound itself.
const LIMIT: f32 = 8.507_059e37;

/// Turns the updates of a batch into a step.
pub trait Optimizer<N>: Debug + Send {
    /// Looks whether a step may be taken whose updates change no value by more than `growth`.
    ///
    /// # Errors
    ///
    /// [`Diverged::Parameter`] if a parameter could overflow.
    fn admit(&mut self, network: &N, growth: f32) -> Result<(), Diverged>;

    /// Prepares an admitted step and returns the network to which the updates are to be added:
    /// `network` itself or a velocity beside it.
    fn begin_batch<'a>(&'a mut self, network: &'a mut N) -> &'a mut N;

    /// Finishes the step after the updates.
    fn end_batch(&mut self, network: &mut N);
}

/// The largest parameter of `network`, or ∞.
fn largest<N: Network>(network: &N) -> f32 {
    let mut largest = 0;
    network.visit(&mut |parameters: Parameters<&[f32]>| {
        largest = magnitude(parameters.into_values()).max(largest);
    });
    f32::from_bits(largest)
}

/// The new bound of the parameters of `network`, of which `bound` is one, after a change by at most
/// `growth`.
#[inline(always)]
fn admit<N: Network>(network: &N, bound: f32, growth: f32) -> Result<f32, Diverged> {
    let after = bound + growth;
    if after <= LIMIT {
        return Ok(after);
    }
    let after = largest(network) + growth;
    if after <= LIMIT { Ok(after) } else { Err(Diverged::Parameter) }
}

/// w ← w − (η/m) Σ ∂C/∂w: the step itself.
#[derive(Clone, Copy, Debug)]
pub struct Sgd {
    /// No parameter is larger than this.
    bound: f32,
}

impl Sgd {
    /// The optimiser; it learns the size of the parameters at the first step.
    pub const fn new() -> Self {
        Self { bound: f32::INFINITY }
    }
}

impl Default for Sgd {
    fn default() -> Self {
        Self::new()
    }
}

impl<N: Network> Optimizer<N> for Sgd {
    #[inline(always)]
    fn admit(&mut self, network: &N, growth: f32) -> Result<(), Diverged> {
        self.bound = admit(network, self.bound, growth)?;
        Ok(())
    }

    #[inline(always)]
    fn begin_batch<'a>(&'a mut self, network: &'a mut N) -> &'a mut N {
        network
    }

    #[inline(always)]
    fn end_batch(&mut self, _: &mut N) {}
}

/// v ← μv − (η/m) Σ ∂C/∂w; w ← w + v (Nielsen, chapter 3; Polyak 1964).
///
/// `V` owns or borrows the velocity, a network of the same shape that starts at zero: a `&mut` to a
/// static on a device, a `Box` on a desktop.
#[derive(Debug)]
pub struct Momentum<V> {
    velocity: V,
    mu: f32,
    bound: f32,
}

impl<V> Momentum<V> {
    /// With the coefficient `mu`, from 0 (plain SGD, at a higher price) to below 1.
    pub const fn new(velocity: V, mu: f32) -> Self {
        Self { velocity, mu, bound: f32::INFINITY }
    }
}

impl<N: Network, V: DerefMut<Target = N> + Debug + Send> Optimizer<N> for Momentum<V> {
    fn admit(&mut self, network: &N, growth: f32) -> Result<(), Diverged> {
        // A bound of the velocity would grow 1/(1 − μ)-fold beyond need; it is looked at every
        // time, for it is read and written every time anyway.
        let speed = self.mu * largest(&*self.velocity) + growth;
        self.bound = admit(network, self.bound, speed)?;
        Ok(())
    }

    fn begin_batch<'a>(&'a mut self, _: &'a mut N) -> &'a mut N {
        let mu = self.mu;
        self.velocity.visit_mut(&mut |parameters: Parameters<&mut [f32]>| {
            for value in parameters.into_values() {
                *value *= mu;
            }
        });
        &mut self.velocity
    }

    fn end_batch(&mut self, network: &mut N) {
        network.visit_pairs(&self.velocity, &mut |parameters, velocities| {
            for (parameter, velocity) in parameters.iter_mut().zip(velocities) {
                *parameter += velocity;
            }
        });
    }
}

/// L2 regularisation around another optimiser: first w ← (1 − ηλ/n)·w, weights only, biases not
/// (Nielsen, chapter 3).
#[derive(Clone, Copy, Debug)]
pub struct L2<O> {
    factor: f32,
    optimizer: O,
}

impl<O> L2<O> {
    /// With the strength λ = `lambda`, the learning rate `eta` and n = `samples` in the whole
    /// training set.
    ///
    /// `None` unless 0 ≤ ηλ/n < 1: beyond that the weights would change sign at every step.
    pub fn new(optimizer: O, eta: f32, lambda: f32, samples: usize) -> Option<Self> {
        let decay = eta * lambda / samples as f32;
        (0.0..1.0).contains(&decay).then_some(Self { factor: 1.0 - decay, optimizer })
    }
}

impl<N: Network, O: Optimizer<N>> Optimizer<N> for L2<O> {
    fn admit(&mut self, network: &N, growth: f32) -> Result<(), Diverged> {
        self.optimizer.admit(network, growth)
    }

    fn begin_batch<'a>(&'a mut self, network: &'a mut N) -> &'a mut N {
        network.visit_mut(&mut |parameters| {
            if let Parameters::Weights { values, .. } = parameters {
                for value in values {
                    *value *= self.factor;
                }
            }
        });
        self.optimizer.begin_batch(network)
    }

    fn end_batch(&mut self, network: &mut N) {
        self.optimizer.end_batch(network);
    }
}
