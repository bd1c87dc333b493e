//! How a step follows from the gradient: plain, with momentum, with weight decay.
//!
//! An optimiser brackets the rank-one updates of a batch: [`begin_batch`](Optimizer::begin_batch)
//! says what they are added to, [`end_batch`](Optimizer::end_batch) finishes. Both are empty for
//! [`Sgd`], which therefore costs nothing.
//!
//! Each also guards the parameters. A batch can change none by more than its
//! [growth](crate::report::BatchReport::growth); the sum of these is an estimate of the largest
//! parameter, and only if that comes within sight of overflow are the parameters looked at.
//! Whether a step is refused depends on the parameters and the batch alone.

mod nesterov;

use core::fmt::Debug;
use core::ops::DerefMut;

use crate::layer::Parameters;
use crate::network::Network;
use crate::report::Diverged;
use crate::signal::magnitude;

pub use nesterov::Nesterov;

/// Steps whose parameters could exceed this are refused: 2¹²⁶, a quarter of where `f32` overflows,
/// which leaves room for the rounding of the bound itself.
const LIMIT: f32 = 8.507_059e37;

/// Up to here, an eighth of [`LIMIT`], the running sum of growths is enough to admit a step.
///
/// That sum and the parameters round apart: a sum of 1.2 ulp counts as 1, while two updates by
/// 0.6 ulp move a parameter by 2. So the parameters grow at most about twice as fast, and where
/// the sum alone decides none of them can be near the limit.
const IN_SIGHT: f32 = LIMIT / 8.0;

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

    /// Shows every network, of the shape of the trained one, on which the next step depends besides
    /// that one: what a run must keep that is to be cut off and go on. Each has a name of its own;
    /// a wrapper shows its own and then those of what it wraps.
    ///
    /// The estimate of the largest parameter is none of it: it decides when the parameters are
    /// looked at, and never the verdict.
    fn visit_state(&mut self, visitor: &mut impl FnMut(&'static str, &mut N));
}

/// The largest parameter of `network`, or ∞.
fn largest<N: Network>(network: &N) -> f32 {
    let mut largest = 0;
    network.visit(&mut |parameters: Parameters<&[f32]>| {
        largest = magnitude(parameters.into_values()).max(largest);
    });
    f32::from_bits(largest)
}

/// The new estimate of the largest parameter of `network`, of which `bound` is one, after a change
/// by at most `growth`.
#[inline(always)]
fn admit<N: Network>(network: &N, bound: f32, growth: f32) -> Result<f32, Diverged> {
    let after = bound + growth;
    if after <= IN_SIGHT {
        return Ok(after);
    }
    let after = largest(network) + growth;
    if after <= LIMIT { Ok(after) } else { Err(Diverged::Parameter) }
}

/// w ← w − (η/m) Σ ∂C/∂w: the step itself.
#[derive(Clone, Copy, Debug)]
pub struct Sgd {
    /// No parameter is larger than about twice this.
    bound: f32,
}

impl Sgd {
    /// The optimiser of one network; it learns the size of the parameters at the first step.
    ///
    /// It goes with the parameters that it changes: who writes others into the network starts with
    /// a new one.
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

    fn visit_state(&mut self, _: &mut impl FnMut(&'static str, &mut N)) {}
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
    #[inline(always)]
    fn admit(&mut self, network: &N, growth: f32) -> Result<(), Diverged> {
        // A bound of the velocity would grow 1/(1 − μ)-fold beyond need; it is looked at every
        // time, for it is read and written every time anyway.
        let speed = self.mu * largest(&*self.velocity) + growth;
        self.bound = admit(network, self.bound, speed)?;
        Ok(())
    }

    #[inline(always)]
    fn begin_batch<'a>(&'a mut self, _: &'a mut N) -> &'a mut N {
        let mu = self.mu;
        self.velocity.visit_mut(&mut |parameters: Parameters<&mut [f32]>| {
            for value in parameters.into_values() {
                *value *= mu;
            }
        });
        &mut self.velocity
    }

    #[inline(always)]
    fn end_batch(&mut self, network: &mut N) {
        network.visit_pairs(&self.velocity, &mut |parameters, velocities| {
            for (parameter, velocity) in parameters.iter_mut().zip(velocities) {
                *parameter += velocity;
            }
        });
    }

    fn visit_state(&mut self, visitor: &mut impl FnMut(&'static str, &mut N)) {
        visitor("velocity", &mut self.velocity);
    }
}

/// L2 regularisation around another optimiser: first w ← (1 − ηλ/n)·w, weights only, biases not
/// (Nielsen, chapter 3).
#[derive(Clone, Copy, Debug)]
pub struct L2<O> {
    factor: f32,
    lambda: f32,
    samples: usize,
    optimizer: O,
}

impl<O> L2<O> {
    /// With the strength λ = `lambda`, the learning rate `eta` and n = `samples` in the whole
    /// training set.
    ///
    /// `None` unless 0 ≤ ηλ/n < 1: beyond that the weights would change sign at every step.
    pub fn new(optimizer: O, eta: f32, lambda: f32, samples: usize) -> Option<Self> {
        let factor = factor(eta, lambda, samples)?;
        Some(Self { factor, lambda, samples, optimizer })
    }

    /// Goes on with another learning rate, and the factor 1 − ηλ/n of it.
    ///
    /// `None`, and nothing changes, where [`new`](Self::new) would give none.
    pub fn set_eta(&mut self, eta: f32) -> Option<()> {
        self.factor = factor(eta, self.lambda, self.samples)?;
        Some(())
    }
}

/// 1 − ηλ/n, if 0 ≤ ηλ/n < 1.
fn factor(eta: f32, lambda: f32, samples: usize) -> Option<f32> {
    let decay = eta * lambda / samples as f32;
    (0.0..1.0).contains(&decay).then_some(1.0 - decay)
}

impl<N: Network, O: Optimizer<N>> Optimizer<N> for L2<O> {
    #[inline(always)]
    fn admit(&mut self, network: &N, growth: f32) -> Result<(), Diverged> {
        self.optimizer.admit(network, growth)
    }

    #[inline(always)]
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

    #[inline(always)]
    fn end_batch(&mut self, network: &mut N) {
        self.optimizer.end_batch(network);
    }

    fn visit_state(&mut self, visitor: &mut impl FnMut(&'static str, &mut N)) {
        self.optimizer.visit_state(visitor);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::{Class, Quadratic};
    use crate::sgd::step;
    use crate::{network, network::Feedforward};

    pub(super) type One = network!(1 => 1 Identity);

    pub(super) fn one(weight: f32, bias: f32) -> One {
        let mut network = One::ZERO;
        network.layers.weights = [[weight]];
        network.layers.biases = [bias];
        network
    }

    pub(super) fn parameters<const IN: usize, L: crate::layer::Layer<IN>>(
        network: &Feedforward<IN, L>,
    ) -> std::vec::Vec<f32> {
        let mut all = std::vec::Vec::new();
        network.visit(&mut |parameters| all.extend_from_slice(parameters.into_values()));
        all
    }

    /// Whether a step that changes parameters by up to `growth` is admitted.
    pub(super) fn admits(optimizer: &mut impl Optimizer<One>, network: &One, growth: f32) -> bool {
        optimizer.admit(network, growth).is_ok()
    }

    #[test]
    fn a_step_is_refused_where_a_parameter_could_overflow() {
        let below = f32::from_bits(LIMIT.to_bits() - 1);
        for (parameter, growth, fine) in [
            (0.0, 0.0, true),
            (1.0, 1e30, true),
            (0.0, LIMIT, true),
            (LIMIT, 0.0, true),
            (-LIMIT, 0.0, true),
            (below, 1.0, true),
            (LIMIT, LIMIT * f32::EPSILON, false),
            (0.5 * LIMIT, 0.75 * LIMIT, false),
            (-0.5 * LIMIT, 0.75 * LIMIT, false),
            (0.0, 2.0 * LIMIT, false),
            (1.0, f32::INFINITY, false),
            (1.0, f32::NAN, false),
            (f32::INFINITY, 1.0, false),
            (f32::NAN, 1.0, false),
        ] {
            for network in [one(parameter, 1.0), one(-1.0, parameter)] {
                let case = std::format!("{parameter:e} + {growth:e}");
                assert_eq!(admits(&mut Sgd::new(), &network, growth), fine, "{case}");
                let mut velocity = One::ZERO;
                let mut momentum = Momentum::new(&mut velocity, 0.9);
                assert_eq!(admits(&mut momentum, &network, growth), fine, "{case}");
                let mut l2 = L2::new(Sgd::new(), 0.5, 0.5, 1).unwrap();
                assert_eq!(admits(&mut l2, &network, growth), fine, "{case}");
            }
        }
        assert_eq!(LIMIT, 2.0_f32.powi(126));
    }

    /// The estimate lags behind the parameters by its rounding; the verdict must not.
    #[test]
    fn refusal_does_not_depend_on_what_was_before() {
        let ulp = LIMIT * 0.5 * f32::EPSILON;
        let mut sgd = Sgd::new();
        let mut network = one(LIMIT - 8.0 * ulp, 0.0);
        // Two samples of 0.6 ulp each: the estimate grows by 1 ulp, the weight by 2.
        let mut verdicts = [true; 6];
        for verdict in &mut verdicts {
            *verdict = admits(&mut Sgd::new(), &network, 1.2 * ulp);
            assert_eq!(admits(&mut sgd, &network, 1.2 * ulp), *verdict);
            if *verdict {
                network.layers.weights[0][0] += 0.6 * ulp;
                network.layers.weights[0][0] += 0.6 * ulp;
            }
        }
        assert_eq!(verdicts, [true, true, true, true, false, false]);
    }

    /// The same with steps small enough to be admitted unseen, thousands of them.
    #[test]
    fn an_estimate_never_admits_what_a_look_would_refuse() {
        let (mut sgd, mut network) = (Sgd::new(), one(1.0, 0.0));
        let mut steps = 0;
        loop {
            // An eighth of the weight, in 8 pieces.
            let piece = network.layers.weights[0][0] / 64.0;
            let fresh = admits(&mut Sgd::new(), &network, 8.0 * piece);
            assert_eq!(admits(&mut sgd, &network, 8.0 * piece), fresh, "after {steps} steps");
            if !fresh {
                break;
            }
            for _ in 0..8 {
                network.layers.weights[0][0] += piece;
            }
            steps += 1;
        }
        // (9/8)ⁿ = 2¹²⁶.
        assert!((739..=742).contains(&steps), "{steps}");
    }

    #[test]
    fn momentum_counts_the_velocity_it_has() {
        let mut velocity = one(0.75 * LIMIT, 0.0);
        let mut momentum = Momentum::new(&mut velocity, 0.5);
        assert!(admits(&mut momentum, &one(0.25 * LIMIT, 0.0), 0.25 * LIMIT));
        assert!(!admits(&mut momentum, &one(0.5 * LIMIT, 0.0), 0.25 * LIMIT));
        assert!(!admits(&mut momentum, &one(0.0, 0.0), LIMIT));
    }

    #[test]
    fn a_refused_step_changes_nothing() {
        let batch = [(&[1.0_f32], Class(0))];
        let mut network = one(0.5, -0.25);
        let mut velocity = one(3.0, -4.0);
        let mut traces = [One::TRACE];
        {
            let momentum = Momentum::new(&mut velocity, 0.9);
            let mut optimizer = L2::new(momentum, 1.0, 0.5, 1).unwrap();
            let batch = batch.into_iter();
            let result =
                step(&mut network, &mut optimizer, &Quadratic, batch, &mut traces, f32::MAX);
            assert_eq!(result.unwrap_err(), Diverged::Parameter);
        }
        assert_eq!(parameters(&network), [0.5, -0.25]);
        assert_eq!(parameters(&velocity), [3.0, -4.0]);
    }

    /// w = 1, b = 0, x = 2, y = 0: ∂C/∂w = 2(2w + b), ∂C/∂b = 2w + b; every number is exact.
    pub(super) fn after_steps(mut optimizer: impl Optimizer<One>, steps: usize) -> [f32; 2] {
        let mut network = one(1.0, 0.0);
        let mut traces = [One::TRACE];
        for _ in 0..steps {
            let batch = [(&[2.0_f32], [0.0_f32].as_slice())].into_iter();
            step(&mut network, &mut optimizer, &Quadratic, batch, &mut traces, 0.125).unwrap();
        }
        [network.layers.weights[0][0], network.layers.biases[0]]
    }

    #[test]
    fn steps_by_hand() {
        // The gradient is (4, 2), then at (½, −¼) it is (1½, ¾).
        assert_eq!(after_steps(Sgd::new(), 1), [0.5, -0.25]);
        assert_eq!(after_steps(Sgd::new(), 2), [0.3125, -0.34375]);
        // With μ = ½ the second step adds half of the first, (−½, −¼).
        let mut velocity = One::ZERO;
        assert_eq!(after_steps(Momentum::new(&mut velocity, 0.5), 2), [0.0625, -0.46875]);
        assert_eq!(parameters(&velocity), [-0.4375, -0.21875]);
        // ηλ/n = 0.125 · 4 / 2 = ¼: a weight shrinks to ¾ before its step, a bias does not.
        let l2 = |optimizer| L2::new(optimizer, 0.125, 4.0, 2).unwrap();
        assert_eq!(after_steps(l2(Sgd::new()), 1), [0.25, -0.25]);
        assert_eq!(after_steps(l2(Sgd::new()), 2), [0.125, -0.28125]);
        // Both: the shrinking stays out of the velocity.
        let mut velocity = One::ZERO;
        let both = L2::new(Momentum::new(&mut velocity, 0.5), 0.125, 4.0, 2).unwrap();
        assert_eq!(after_steps(both, 2), [-0.125, -0.40625]);
    }

    /// Steps by hand, cut in two: what an optimiser shows is all that the second half needs.
    #[test]
    fn what_is_shown_is_all_that_the_next_step_needs() {
        let batch = || [(&[2.0_f32], [0.0_f32].as_slice())].into_iter();
        let take = |network: &mut One, optimizer: &mut L2<Momentum<std::boxed::Box<One>>>| {
            step(network, optimizer, &Quadratic, batch(), &mut [One::TRACE], 0.125).unwrap();
        };
        let fresh = || {
            let momentum = Momentum::new(std::boxed::Box::new(One::ZERO), 0.5);
            L2::new(momentum, 0.125, 4.0, 2).unwrap()
        };
        let (mut network, mut first) = (one(1.0, 0.0), fresh());
        take(&mut network, &mut first);
        let mut shown = std::vec::Vec::new();
        first.visit_state(&mut |name, state: &mut One| shown.push((name, parameters(state))));
        assert_eq!(shown, [("velocity", std::vec![-0.5, -0.25])]);
        let mut second = fresh();
        second.visit_state(&mut |_, state: &mut One| *state = one(shown[0].1[0], shown[0].1[1]));
        take(&mut network, &mut second);
        assert_eq!(parameters(&network), [-0.125, -0.40625]);
        // Plain steps need nothing.
        let mut plain = L2::new(Sgd::new(), 0.125, 4.0, 2).unwrap();
        plain.visit_state(&mut |name, _: &mut One| panic!("{name}"));
    }

    #[test]
    fn l2_shrinks_by_less_than_all() {
        let factor = |eta, lambda, samples| Some(L2::new((), eta, lambda, samples)?.factor);
        assert_eq!(factor(0.5, 5.0, 50_000), Some(1.0 - 0.5 * 5.0 / 50_000.0));
        assert_eq!(factor(0.5, 0.0, 10), Some(1.0));
        assert_eq!(factor(1.0, 3.0, 4), Some(0.25));
        for (eta, lambda, samples) in [
            (1.0, 4.0, 4),
            (1.0, 5.0, 4),
            (1.0, -1.0, 4),
            (-1.0, 1.0, 4),
            (1.0, 1.0, 0),
            (0.0, 0.0, 0),
            (f32::NAN, 1.0, 4),
            (1.0, f32::NAN, 4),
            (1.0, f32::INFINITY, 4),
        ] {
            assert_eq!(factor(eta, lambda, samples), None, "{eta} {lambda} {samples}");
        }
    }

    #[test]
    fn l2_follows_the_learning_rate() {
        let mut l2 = L2::new((), 0.5, 0.5, 1).unwrap();
        assert_eq!((l2.set_eta(0.25), l2.factor), (Some(()), 0.875));
        for eta in [2.0, -1.0, f32::NAN] {
            assert_eq!((l2.set_eta(eta), l2.factor), (None, 0.875));
        }
        assert_eq!((l2.set_eta(0.0), l2.factor), (Some(()), 1.0));
    }
}
