//! Momentum that looks ahead.

use core::fmt::Debug;
use core::ops::DerefMut;

use super::{Optimizer, admit, largest};
use crate::layer::Parameters;
use crate::network::Network;
use crate::report::Diverged;

/// v ← μv − (η/m) Σ ∂C/∂w at w + μv; w ← w + v (Nesterov 1983, in the form of Sutskever, Martens,
/// Dahl and Hinton 2013, equations 3 and 4).
///
/// Between two steps the network lies where the next gradient is taken, at w + μv, as in the
/// libraries that are in use (Bengio, Boulanger-Lewandowski and Pascanu 2013): a step goes back by
/// μv, then on by the new v, then ahead by μ times that. The velocity starts at 0, so the first step
/// begins at w itself.
///
/// `V` owns or borrows the velocity, as that of [`Momentum`](super::Momentum).
#[derive(Debug)]
pub struct Nesterov<V> {
    velocity: V,
    mu: f32,
    bound: f32,
}

impl<V> Nesterov<V> {
    /// With the coefficient `mu`, from 0 (plain SGD, at a higher price) to below 1.
    pub const fn new(velocity: V, mu: f32) -> Self {
        Self { velocity, mu, bound: f32::INFINITY }
    }
}

impl<N: Network, V: DerefMut<Target = N> + Debug + Send> Optimizer<N> for Nesterov<V> {
    #[inline(always)]
    fn admit(&mut self, network: &N, growth: f32) -> Result<(), Diverged> {
        // Back by no more than that, then on by the new velocity and ahead by μ times it.
        let back = self.mu * largest(&*self.velocity);
        let speed = back + growth;
        self.bound = admit(network, self.bound, back + speed + self.mu * speed)?;
        Ok(())
    }

    #[inline(always)]
    fn begin_batch<'a>(&'a mut self, network: &'a mut N) -> &'a mut N {
        let mu = self.mu;
        self.velocity.visit_mut(&mut |parameters: Parameters<&mut [f32]>| {
            for value in parameters.into_values() {
                *value *= mu;
            }
        });
        network.visit_pairs(&self.velocity, &mut |parameters, velocities| {
            for (parameter, velocity) in parameters.iter_mut().zip(velocities) {
                *parameter -= velocity;
            }
        });
        &mut self.velocity
    }

    #[inline(always)]
    fn end_batch(&mut self, network: &mut N) {
        let mu = self.mu;
        network.visit_pairs(&self.velocity, &mut |parameters, velocities| {
            for (parameter, velocity) in parameters.iter_mut().zip(velocities) {
                *parameter += velocity;
                *parameter += mu * velocity;
            }
        });
    }

    fn visit_state(&mut self, visitor: &mut impl FnMut(&'static str, &mut N)) {
        visitor("velocity", &mut self.velocity);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{One, admits, after_steps, one, parameters};
    use super::super::{L2, LIMIT, Momentum};
    use super::*;

    /// The network of `after_steps`: ∂C/∂w = 2(2w + b), ∂C/∂b = 2w + b, η = ⅛, from (1, 0) on.
    #[test]
    fn steps_by_hand() {
        let mut velocity = One::ZERO;
        // v = −⅛(4, 2) = (−½, −¼), w + v = (½, −¼), and half of v ahead.
        assert_eq!(after_steps(Nesterov::new(&mut velocity, 0.5), 1), [0.25, -0.375]);
        assert_eq!(parameters(&velocity), [-0.5, -0.25]);
        // There 2w + b = ⅛, the gradient (¼, ⅛): v = (−¼, −⅛) − (1/32, 1/64); from (½, −¼) that
        // is (7/32, −25/64), and ahead by (−9/64, −9/128).
        let mut velocity = One::ZERO;
        let after = after_steps(Nesterov::new(&mut velocity, 0.5), 2);
        assert_eq!(after, [5.0 / 64.0, -59.0 / 128.0]);
        assert_eq!(parameters(&velocity), [-9.0 / 32.0, -9.0 / 64.0]);
        // L2 shrinks the weight that the gradient was taken at: ¾ · 1 before the first step.
        let mut velocity = One::ZERO;
        let both = L2::new(Nesterov::new(&mut velocity, 0.5), 0.125, 4.0, 2).unwrap();
        assert_eq!(after_steps(both, 1), [0.0, -0.375]);
    }

    /// The two-line form of the paper, which keeps w and v apart, against the network that lies
    /// ahead: 30 steps, to within the rounding of numbers near 1.
    #[test]
    fn the_network_lies_ahead_of_the_papers_weights() {
        const MU: f64 = 0.875;
        let (mut w, mut v) = ([1.0_f64, 0.0], [0.0_f64; 2]);
        for _ in 0..30 {
            let ahead = [w[0] + MU * v[0], w[1] + MU * v[1]];
            let out = 2.0 * ahead[0] + ahead[1];
            v = [MU * v[0] - 0.125 * 2.0 * out, MU * v[1] - 0.125 * out];
            w = [w[0] + v[0], w[1] + v[1]];
        }
        let mut velocity = One::ZERO;
        let found = after_steps(Nesterov::new(&mut velocity, MU as f32), 30);
        for (found, (w, v)) in found.into_iter().zip(w.into_iter().zip(v)) {
            assert!((f64::from(found) - (w + MU * v)).abs() < 1e-5, "{found} {w} {v}");
        }
    }

    #[test]
    fn without_momentum_it_is_the_plain_step() {
        let (mut ahead, mut behind) = (One::ZERO, One::ZERO);
        assert_eq!(
            after_steps(Nesterov::new(&mut ahead, 0.0), 5),
            after_steps(Momentum::new(&mut behind, 0.0), 5)
        );
    }

    #[test]
    fn a_step_counts_the_way_back_and_the_way_ahead() {
        let limit = LIMIT / 4.0;
        // v = ¼ of the limit at μ = ½: back ⅛, on ⅛ + growth, ahead half of that.
        let mut velocity = one(limit, 0.0);
        let mut nesterov = Nesterov::new(&mut velocity, 0.5);
        assert!(admits(&mut nesterov, &one(limit, 0.0), limit / 4.0));
        let mut velocity = one(limit, 0.0);
        let mut nesterov = Nesterov::new(&mut velocity, 0.5);
        assert!(!admits(&mut nesterov, &one(2.0 * limit, 0.0), limit));
        assert!(!admits(&mut nesterov, &one(0.0, 0.0), f32::NAN));
    }
}
