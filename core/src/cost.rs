//! What training makes small: costs of one sample, and their gradients.
//!
//! | type | cost of one sample | with outputs | δ = ∂C/∂z of an output |
//! | --- | --- | --- | --- |
//! | [`Quadratic`] | ½ Σ (y − a)² | any but softmax | (a − y)·activation′ |
//! | [`CrossEntropy`] | −Σ [y ln a + (1 − y) ln(1 − a)] | sigmoid | a − y |
//! | [`SoftmaxCrossEntropy`] | −Σ y ln a | softmax | a − y |
//!
//! The cost of n samples is the mean: for the quadratic one C = 1/(2n) Σ ‖y − a‖². The logarithms
//! are taken of the sums z, never of saturated outputs, so that every cost is finite whenever the
//! sums are.

use core::fmt::Debug;

use crate::activation::{Elementwise, Sigmoid, Softmax, largest, through};
use crate::math::Math;
use crate::network::argmax;

/// The desired outputs y of one sample.
pub trait Target {
    /// y of output `index`.
    fn at(&self, index: usize) -> f32;

    /// The class: the output that should be the largest.
    fn class(&self) -> usize;
}

/// A class as desired outputs, one-hot: 1 for the class, 0 for every other.
///
/// ```
/// use gradito_core::cost::{Class, Target};
///
/// let three: [f32; 10] = core::array::from_fn(|index| Class(3).at(index));
/// assert_eq!(three, [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class(pub usize);

impl Target for Class {
    #[inline(always)]
    fn at(&self, index: usize) -> f32 {
        if index == self.0 { 1.0 } else { 0.0 }
    }

    #[inline(always)]
    fn class(&self) -> usize {
        self.0
    }
}

/// Desired outputs as they are; 0 beyond the end.
impl Target for [f32] {
    #[inline(always)]
    fn at(&self, index: usize) -> f32 {
        self.get(index).copied().unwrap_or(0.0)
    }

    #[inline(always)]
    fn class(&self) -> usize {
        argmax(self)
    }
}

impl<T: Target + ?Sized> Target for &T {
    #[inline(always)]
    fn at(&self, index: usize) -> f32 {
        (**self).at(index)
    }

    #[inline(always)]
    fn class(&self) -> usize {
        (**self).class()
    }
}

/// A cost for output layers of the activation `A`.
#[diagnostic::on_unimplemented(
    message = "the cost `{Self}` does not fit outputs of `{A}`",
    label = "this cost has no gradient here",
    note = "cross-entropy goes with Sigmoid outputs, softmax cross-entropy with Softmax, the quadratic cost with all others"
)]
pub trait Cost<A>: Debug + Send + Sync {
    /// C of one sample, from its outputs a and their sums z.
    fn value(&self, target: &(impl Target + ?Sized), a: &[f32], z: &[f32]) -> f32;

    /// δ = ∂C/∂z of one sample, from its outputs a. What `deltas` held before is not read.
    fn delta(&self, target: &(impl Target + ?Sized), a: &[f32], deltas: &mut [f32]);
}

/// The mean squared error, C = 1/(2n) Σ ‖y − a‖².
///
/// ```
/// use gradito_core::activation::Sigmoid;
/// use gradito_core::cost::{Class, Cost, Quadratic};
///
/// let a = [0.9, 0.1, 0.1, 0.2, 0.1, 0.1, 0.0, 0.0, 0.0, 0.0];
/// let cost = Cost::<Sigmoid>::value(&Quadratic, &Class(0), &a, &[]);
/// assert!((cost - 0.045).abs() < 1e-8);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quadratic;

impl<A: Elementwise> Cost<A> for Quadratic {
    #[inline(always)]
    fn value(&self, target: &(impl Target + ?Sized), a: &[f32], _: &[f32]) -> f32 {
        let mut sum = 0.0;
        for (index, a) in a.iter().enumerate() {
            let error = target.at(index) - a;
            sum += error * error;
        }
        0.5 * sum
    }

    #[inline(always)]
    fn delta(&self, target: &(impl Target + ?Sized), a: &[f32], deltas: &mut [f32]) {
        difference(target, a, deltas);
        through::<A>(a, deltas);
    }
}

/// The cross-entropy of independent yes/no outputs, C = −1/n Σ [y ln a + (1 − y) ln(1 − a)].
///
/// With a = σ(z) this is max(z, 0) − yz + ln(1 + e^−|z|), which no saturated output can spoil.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CrossEntropy;

impl<M: Math> Cost<Sigmoid<M>> for CrossEntropy {
    #[inline(always)]
    fn value(&self, target: &(impl Target + ?Sized), _: &[f32], z: &[f32]) -> f32 {
        let mut sum = 0.0;
        for (index, &z) in z.iter().enumerate() {
            let rectified = if z <= 0.0 { 0.0 } else { z };
            sum += (rectified - target.at(index) * z) + M::ln(1.0 + M::exp(-z.abs()));
        }
        sum
    }

    #[inline(always)]
    fn delta(&self, target: &(impl Target + ?Sized), a: &[f32], deltas: &mut [f32]) {
        difference(target, a, deltas);
    }
}

/// The cross-entropy of classes that exclude each other, C = −1/n Σ y ln a, for targets whose sum
/// is 1: the log-likelihood cost of a softmax output.
///
/// With a = softmax(z) this is ln Σⱼ eᶻʲ − Σ yz.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SoftmaxCrossEntropy;

impl<M: Math> Cost<Softmax<M>> for SoftmaxCrossEntropy {
    #[inline(always)]
    fn value(&self, target: &(impl Target + ?Sized), _: &[f32], z: &[f32]) -> f32 {
        let largest = largest(z);
        let (mut exponentials, mut wanted) = (0.0, 0.0);
        for (index, &z) in z.iter().enumerate() {
            exponentials += M::exp(z - largest);
            let y = target.at(index);
            if y != 0.0 {
                wanted += y * (z - largest);
            }
        }
        M::ln(exponentials) - wanted
    }

    #[inline(always)]
    fn delta(&self, target: &(impl Target + ?Sized), a: &[f32], deltas: &mut [f32]) {
        difference(target, a, deltas);
    }
}

/// `d[OUT]` = `a[OUT]` − `y[OUT]`.
#[inline(always)]
fn difference(target: &(impl Target + ?Sized), a: &[f32], d: &mut [f32]) {
    for (index, (d, a)) in d.iter_mut().zip(a).enumerate() {
        *d = a - target.at(index);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::{Activation, Identity, Relu, Tanh};
    use crate::math::{Libm, Micromath, Poly};

    /// What an output layer and a cost make of sums z and targets y.
    struct Found<const OUT: usize> {
        value: f32,
        deltas: [f32; OUT],
    }

    fn found<A: Activation, C: Cost<A>, const OUT: usize>(
        cost: &C,
        z: [f32; OUT],
        y: [f32; OUT],
    ) -> Found<OUT> {
        let (mut a, mut deltas) = ([0.0; OUT], [f32::NAN; OUT]);
        A::apply(&z, &mut a);
        let target = y.as_slice();
        cost.delta(target, &a, &mut deltas);
        Found { value: cost.value(target, &a, &z), deltas }
    }

    impl<const OUT: usize> Found<OUT> {
        /// Compares with `f64` formulas: `tolerance` is relative where numbers exceed 1.
        fn assert(&self, value: f64, deltas: [f64; OUT], tolerance: f64) {
            let found = self.deltas.map(f64::from);
            for (found, exact) in found.into_iter().zip(deltas).chain([(self.value.into(), value)])
            {
                let error = (found - exact).abs() / exact.abs().max(1.0);
                assert!(error <= tolerance, "{found} for {exact}, off by {error:e}");
            }
        }
    }

    /// A few roundings of numbers around 1, or in proportion of larger ones.
    const FINE: f64 = 1e-6;
    /// Half a per cent: two of `Micromath`'s exponentials.
    const COARSE: f64 = 5e-3;

    /// Sums of moderate and of extreme size, and targets that are no one-hot.
    const SUMS: [[f32; 4]; 5] = [
        [0.5, -1.25, 2.0, -0.125],
        [0.0, 0.0, -0.0, 0.0],
        [1000.0, -1000.0, 1000.0, -1000.0],
        [-1000.0, 1000.0, 20.0, -20.0],
        [88.7, -88.7, 88.8, -88.8],
    ];
    const TARGETS: [[f32; 4]; 4] =
        [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.25, 0.5, 0.0, 0.25], [0.25; 4]];

    fn each_case(test: impl Fn([f32; 4], [f32; 4])) {
        for z in SUMS {
            for y in TARGETS {
                test(z, y);
            }
        }
    }

    fn sum(values: [f64; 4]) -> f64 {
        values.iter().sum()
    }

    /// The quadratic cost of outputs a = f(z) with derivatives f′(z), both in `f64`.
    fn quadratic<A: Elementwise>(f: fn(f64) -> f64, slope: fn(f64) -> f64, tolerance: f64) {
        each_case(|z, y| {
            let (z64, y64) = (z.map(f64::from), y.map(f64::from));
            let errors: [f64; 4] = core::array::from_fn(|i| f(z64[i]) - y64[i]);
            let deltas = core::array::from_fn(|i| errors[i] * slope(z64[i]));
            let value = 0.5 * sum(errors.map(|error| error * error));
            found::<A, _, 4>(&Quadratic, z, y).assert(value, deltas, tolerance);
        });
    }

    #[test]
    fn quadratic_on_every_activation() {
        let sigmoid = |z: f64| 1.0 / (1.0 + (-z).exp());
        let sigmoid_slope = |z: f64| 1.0 / (2.0 + z.exp() + (-z).exp());
        let tanh_slope = |z: f64| z.cosh().powi(-2);
        quadratic::<Sigmoid>(sigmoid, sigmoid_slope, FINE);
        quadratic::<Sigmoid<Libm>>(sigmoid, sigmoid_slope, FINE);
        quadratic::<Sigmoid<Micromath>>(sigmoid, sigmoid_slope, COARSE);
        quadratic::<Tanh>(f64::tanh, tanh_slope, FINE);
        quadratic::<Relu>(|z| z.max(0.0), |z| f64::from(u8::from(z > 0.0)), FINE);
        quadratic::<Identity>(|z| z, |_| 1.0, FINE);
    }

    fn cross_entropy<M: Math>(tolerance: f64) {
        each_case(|z, y| {
            let (z64, y64) = (z.map(f64::from), y.map(f64::from));
            // −ln σ(z) = ln(1 + e⁻ᶻ) and −ln(1 − σ(z)) = ln(1 + eᶻ).
            let softplus = |z: f64| z.max(0.0) + (-z.abs()).exp().ln_1p();
            let value = sum(core::array::from_fn(|i| {
                y64[i] * softplus(-z64[i]) + (1.0 - y64[i]) * softplus(z64[i])
            }));
            let deltas = core::array::from_fn(|i| 1.0 / (1.0 + (-z64[i]).exp()) - y64[i]);
            found::<Sigmoid<M>, _, 4>(&CrossEntropy, z, y).assert(value, deltas, tolerance);
        });
    }

    #[test]
    fn cross_entropy_with_each_math() {
        cross_entropy::<Poly>(FINE);
        cross_entropy::<Libm>(FINE);
        cross_entropy::<Micromath>(COARSE);
    }

    fn softmax<M: Math>(tolerance: f64) {
        each_case(|z, y| {
            let (z64, y64) = (z.map(f64::from), y.map(f64::from));
            let largest = z64.into_iter().fold(f64::MIN, f64::max);
            let log_sum = largest + sum(z64.map(|z| (z - largest).exp())).ln();
            // −Σ y ln a, ln a = z − ln Σ eᶻ; the targets' sum is 1.
            let value = sum(core::array::from_fn(|i| y64[i] * (log_sum - z64[i])));
            let deltas = core::array::from_fn(|i| (z64[i] - log_sum).exp() - y64[i]);
            found::<Softmax<M>, _, 4>(&SoftmaxCrossEntropy, z, y).assert(value, deltas, tolerance);
        });
    }

    #[test]
    fn softmax_cross_entropy_with_each_math() {
        softmax::<Poly>(FINE);
        softmax::<Libm>(FINE);
        softmax::<Micromath>(COARSE);
    }

    /// Saturated outputs, right and wrong: every value exact, nothing infinite.
    #[test]
    fn saturated_outputs() {
        let (z, right, wrong) = ([1000.0, -1000.0], [1.0, 0.0], [0.0, 1.0]);
        let value = |y| found::<Sigmoid, _, 2>(&Quadratic, z, y).value;
        assert_eq!((value(right), value(wrong)), (0.0, 1.0));
        assert_eq!(found::<Sigmoid, _, 2>(&Quadratic, z, wrong).deltas, [0.0; 2]);
        let cross = |y| found::<Sigmoid, _, 2>(&CrossEntropy, z, y);
        assert_eq!((cross(right).value, cross(right).deltas), (0.0, [0.0; 2]));
        assert_eq!((cross(wrong).value, cross(wrong).deltas), (2000.0, [1.0, -1.0]));
        let soft = |y| found::<Softmax, _, 2>(&SoftmaxCrossEntropy, z, y);
        assert_eq!((soft(right).value, soft(right).deltas), (0.0, [0.0; 2]));
        assert_eq!((soft(wrong).value, soft(wrong).deltas), (2000.0, [1.0, -1.0]));
    }

    /// a = (0.9, 0.1, 0.1, 0.2, 0.1, 0.1, 0, 0, 0, 0) for a 0: ½ (0.1² + 4 · 0.1² + 0.2²).
    #[test]
    fn the_chapters_example() {
        let a = [0.9, 0.1, 0.1, 0.2, 0.1, 0.1, 0.0, 0.0, 0.0, 0.0];
        let cost = Cost::<Identity>::value(&Quadratic, &Class(0), &a, &[]);
        assert!((f64::from(cost) - 0.045).abs() < 1e-8, "{cost}");
    }

    #[test]
    fn targets() {
        let y = [0.25, 0.5, 0.125].as_slice();
        assert_eq!((y.at(1), y.at(2), y.at(3), y.class()), (0.5, 0.125, 0.0, 1));
        assert_eq!((Class(2).at(2), Class(2).at(1), Class(2).class()), (1.0, 0.0, 2));
        // A reference to a target is one.
        fn seen(target: impl Target) -> (f32, usize) {
            (target.at(1), target.class())
        }
        assert_eq!((seen(y), seen(Class(1))), ((0.5, 1), (1.0, 1)));
    }
}
