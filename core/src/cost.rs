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
            wanted += target.at(index) * (z - largest);
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
