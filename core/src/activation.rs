//! What a layer does to its sums: activations.
//!
//! | type | output a of pre-activation z | derivative, from the output |
//! | --- | --- | --- |
//! | [`Sigmoid`] | 1/(1 + e⁻ᶻ) | a(1 − a) |
//! | [`Tanh`] | tanh z | 1 − a² |
//! | [`Relu`] | max(z, 0) | 1 where a > 0, else 0 |
//! | [`Identity`] | z | 1 |
//! | [`Softmax`] | eᶻⁱ / Σⱼ eᶻʲ | (the cost's affair) |
//!
//! Activations are zero-sized types that carry their [`Math`] as a parameter.

use core::fmt::Debug;
use core::marker::PhantomData;

use crate::kernels;
use crate::kind::ActivationKind;
use crate::math::{Math, Poly};

/// The function between a layer's sums z and its outputs a.
pub trait Activation: Copy + Debug + Default + Send + Sync + 'static {
    /// The name under which a model image records this activation.
    const KIND: ActivationKind;

    /// The source of its transcendental functions.
    type Math: Math;

    /// `a[OUT]` = activation of `z[OUT]`.
    fn apply(z: &[f32], a: &mut [f32]);

    /// [`apply`](Self::apply) where the sums are not needed any more: `values[OUT]` is z, then a.
    fn apply_in_place(values: &mut [f32]);
}

/// An activation that treats every neuron alike, whatever the others do: all but [`Softmax`].
///
/// Hidden layers and the quadratic cost need one, because the gradient passes through it neuron by neuron.
#[diagnostic::on_unimplemented(
    message = "`{Self}` fits neither a hidden layer nor the quadratic cost",
    label = "the gradient does not pass through it neuron by neuron",
    note = "hidden layers and the quadratic cost take Sigmoid, Tanh, Relu or Identity; Softmax belongs in the output layer, with SoftmaxCrossEntropy"
)]
pub trait Elementwise: Activation {
    /// a of z.
    fn value(z: f32) -> f32;

    /// ∂a/∂z, given a.
    fn derivative(a: f32) -> f32;
}

/// `d[OUT]` ← `d[OUT]` · ∂a/∂z: from the gradient by a layer's outputs to that by its sums.
#[inline(always)]
pub fn through<A: Elementwise>(a: &[f32], d: &mut [f32]) {
    for (d, &a) in d.iter_mut().zip(a) {
        *d *= A::derivative(a);
    }
}

/// The logistic function σ(z) = 1/(1 + e⁻ᶻ); σ′ = σ(1 − σ).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sigmoid<M = Poly>(PhantomData<M>);

impl<M: Math> Activation for Sigmoid<M> {
    const KIND: ActivationKind = ActivationKind::Sigmoid;
    type Math = M;

    #[inline(always)]
    fn apply(z: &[f32], a: &mut [f32]) {
        kernels::map(z, a, Self::value);
    }

    #[inline(always)]
    fn apply_in_place(values: &mut [f32]) {
        kernels::map_in_place(values, Self::value);
    }
}

impl<M: Math> Elementwise for Sigmoid<M> {
    #[inline(always)]
    fn value(z: f32) -> f32 {
        1.0 / (1.0 + M::exp(-z))
    }

    #[inline(always)]
    fn derivative(a: f32) -> f32 {
        a * (1.0 - a)
    }
}

/// The hyperbolic tangent; tanh′ = 1 − tanh².
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tanh<M = Poly>(PhantomData<M>);

impl<M: Math> Activation for Tanh<M> {
    const KIND: ActivationKind = ActivationKind::Tanh;
    type Math = M;

    #[inline(always)]
    fn apply(z: &[f32], a: &mut [f32]) {
        kernels::map(z, a, Self::value);
    }

    #[inline(always)]
    fn apply_in_place(values: &mut [f32]) {
        kernels::map_in_place(values, Self::value);
    }
}

impl<M: Math> Elementwise for Tanh<M> {
    #[inline(always)]
    fn value(z: f32) -> f32 {
        M::tanh(z)
    }

    #[inline(always)]
    fn derivative(a: f32) -> f32 {
        1.0 - a * a
    }
}

/// The rectifier max(z, 0); its derivative at 0 is taken as 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relu<M = Poly>(PhantomData<M>);

impl<M: Math> Activation for Relu<M> {
    const KIND: ActivationKind = ActivationKind::Relu;
    type Math = M;

    #[inline(always)]
    fn apply(z: &[f32], a: &mut [f32]) {
        kernels::map(z, a, Self::value);
    }

    #[inline(always)]
    fn apply_in_place(values: &mut [f32]) {
        kernels::map_in_place(values, Self::value);
    }
}

impl<M: Math> Elementwise for Relu<M> {
    #[inline(always)]
    fn value(z: f32) -> f32 {
        // Not `max`: a NaN has to stay one.
        if z <= 0.0 { 0.0 } else { z }
    }

    #[inline(always)]
    fn derivative(a: f32) -> f32 {
        if a > 0.0 { 1.0 } else { 0.0 }
    }
}

/// The sums themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Identity<M = Poly>(PhantomData<M>);

impl<M: Math> Activation for Identity<M> {
    const KIND: ActivationKind = ActivationKind::Identity;
    type Math = M;

    #[inline(always)]
    fn apply(z: &[f32], a: &mut [f32]) {
        a.copy_from_slice(z);
    }

    #[inline(always)]
    fn apply_in_place(_: &mut [f32]) {}
}

impl<M: Math> Elementwise for Identity<M> {
    #[inline(always)]
    fn value(z: f32) -> f32 {
        z
    }

    #[inline(always)]
    fn derivative(_: f32) -> f32 {
        1.0
    }
}

/// eᶻⁱ / Σⱼ eᶻʲ: positive outputs whose sum is 1, for classes that exclude each other.
///
/// The largest z is subtracted first, so that no exponential overflows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Softmax<M = Poly>(PhantomData<M>);

impl<M: Math> Activation for Softmax<M> {
    const KIND: ActivationKind = ActivationKind::Softmax;
    type Math = M;

    #[inline(always)]
    fn apply(z: &[f32], a: &mut [f32]) {
        let largest = largest(z);
        kernels::map(
            z,
            a,
            #[inline(always)]
            |z| M::exp(z - largest),
        );
        normalize(a);
    }

    #[inline(always)]
    fn apply_in_place(values: &mut [f32]) {
        let largest = largest(values);
        kernels::map_in_place(
            values,
            #[inline(always)]
            |z| M::exp(z - largest),
        );
        normalize(values);
    }
}

/// Divides `values` by their sum.
#[inline(always)]
fn normalize(values: &mut [f32]) {
    let sum = values.iter().fold(0.0, |sum: f32, &value| sum + value);
    for value in values {
        *value /= sum;
    }
}

/// The largest of `z` (of those that are no NaN), −∞ if there is none.
#[inline(always)]
pub(crate) fn largest(z: &[f32]) -> f32 {
    z.iter().fold(f32::NEG_INFINITY, |largest, &z| if z > largest { z } else { largest })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::{Libm, Micromath};

    /// An activation of every kind and `Math`, its formula in `f64`, and how far its value and its
    /// derivative may be from that, as parts of 1.
    struct Case {
        value: fn(f32) -> f32,
        derivative: fn(f32) -> f32,
        exact: fn(f64) -> f64,
        tolerance: f64,
    }

    fn case<A: Elementwise>(exact: fn(f64) -> f64, tolerance: f64) -> Case {
        Case { value: A::value, derivative: A::derivative, exact, tolerance }
    }

    /// The tolerances: a sigmoid or tanh is within 2 ulp below 1 (2 · 2⁻²⁴), and a(1 − a) or
    /// 1 − a² doubles that at most; `Micromath` is within 0.24 % of its exponential, of which a
    /// quarter reaches σ, and within 0.1 % for tanh, again doubled by the derivative. Relu and
    /// identity are exact.
    fn cases() -> [Case; 8] {
        let sigmoid = |z: f64| 1.0 / (1.0 + (-z).exp());
        let (fine, coarse) = (3e-7, 2.1e-3);
        [
            case::<Sigmoid>(sigmoid, fine),
            case::<Sigmoid<Libm>>(sigmoid, fine),
            case::<Sigmoid<Micromath>>(sigmoid, coarse),
            case::<Tanh>(f64::tanh, fine),
            case::<Tanh<Libm>>(f64::tanh, fine),
            case::<Tanh<Micromath>>(f64::tanh, coarse),
            case::<Relu>(|z| z.max(0.0), 0.0),
            case::<Identity>(|z| z, 0.0),
        ]
    }

    /// −20 to 20 in steps of 1/64 and a half: never at relu's kink.
    fn sums() -> impl Iterator<Item = f32> {
        (-1280..1280).map(|step| (step as f32 + 0.5) / 64.0)
    }

    #[test]
    fn values_agree_with_the_formulas() {
        for (index, Case { value, exact, tolerance, .. }) in cases().into_iter().enumerate() {
            for z in sums() {
                let (a, exact) = (f64::from(value(z)), exact(f64::from(z)));
                assert!((a - exact).abs() <= tolerance, "case {index} at {z}: {a} for {exact}");
            }
        }
    }

    /// The derivative, from an output, against central differences of the formula in `f64`.
    #[test]
    fn derivatives_agree_with_central_differences() {
        /// The difference itself is off by about h²/6 and 1e-16/h, both below 1e-10.
        const STEP: f64 = 1e-5;
        for (index, case) in cases().into_iter().enumerate() {
            for z in sums() {
                let derivative = f64::from((case.derivative)((case.value)(z)));
                let z = f64::from(z);
                let difference = (case.exact)(z + STEP) - (case.exact)(z - STEP);
                let error = (derivative - difference / (2.0 * STEP)).abs();
                assert!(error <= case.tolerance + 1e-9, "case {index} at {z}: {error}");
            }
        }
    }

    #[test]
    fn relu_is_flat_at_and_below_zero() {
        for z in [-f32::MIN_POSITIVE, -0.0, 0.0, -1000.0, f32::NEG_INFINITY] {
            assert_eq!(Relu::<Poly>::value(z).to_bits(), 0);
        }
        assert_eq!(Relu::<Poly>::derivative(0.0), 0.0);
        assert_eq!(Relu::<Poly>::derivative(f32::MIN_POSITIVE), 1.0);
    }

    /// At ±1000 outputs are 0, ±1 or ±1000, never NaN; a NaN stays one.
    fn extremes<A: Elementwise>(low: f32, high: f32) {
        for (z, expected) in [(-1000.0, low), (1000.0, high)] {
            let a = A::value(z);
            assert_eq!(a, expected, "{:?}", A::KIND);
            assert!(A::derivative(a).is_finite());
        }
        // Around where e^∓z overflows and vanishes.
        for step in 0..4000 {
            let z = 85.0 + step as f32 / 100.0;
            assert!(A::value(z).is_finite() && A::value(-z).is_finite(), "{:?} {z}", A::KIND);
        }
        assert!(A::value(f32::NAN).is_nan(), "{:?}", A::KIND);
    }

    #[test]
    fn extremes_of_each() {
        extremes::<Sigmoid>(0.0, 1.0);
        extremes::<Sigmoid<Libm>>(0.0, 1.0);
        extremes::<Sigmoid<Micromath>>(0.0, 1.0);
        extremes::<Tanh>(-1.0, 1.0);
        extremes::<Tanh<Libm>>(-1.0, 1.0);
        extremes::<Tanh<Micromath>>(-1.0, 1.0);
        extremes::<Relu>(0.0, 1000.0);
        extremes::<Identity>(-1000.0, 1000.0);
    }

    /// Layers call `apply` on all sums at once; it is `value` of each.
    fn applied<A: Elementwise>() {
        let z: [f32; 11] = core::array::from_fn(|index| index as f32 - 5.0);
        let mut a = [f32::NAN; 11];
        A::apply(&z, &mut a);
        assert_eq!(a.map(f32::to_bits), z.map(|z| A::value(z).to_bits()), "{:?}", A::KIND);
        for length in 0..=z.len() {
            let mut values = z;
            A::apply_in_place(&mut values[..length]);
            let expected = core::array::from_fn(|at| if at < length { a[at] } else { z[at] });
            assert_eq!(values.map(f32::to_bits), expected.map(f32::to_bits), "{:?}", A::KIND);
        }
    }

    #[test]
    fn apply_is_value_of_each() {
        applied::<Sigmoid>();
        applied::<Tanh<Micromath>>();
        applied::<Relu>();
        applied::<Identity>();
    }

    fn softmax<M: Math, const OUT: usize>(z: [f32; OUT]) -> [f32; OUT] {
        let mut a = [f32::NAN; OUT];
        Softmax::<M>::apply(&z, &mut a);
        let mut values = z;
        Softmax::<M>::apply_in_place(&mut values);
        // All NaNs are one here.
        let bits = |a: f32| if a.is_nan() { f32::NAN } else { a }.to_bits();
        assert_eq!(values.map(bits), a.map(bits));
        a
    }

    fn softmax_of_each_math<const OUT: usize>(z: [f32; OUT], tolerance: [f64; 3]) {
        let largest = z.iter().fold(f64::MIN, |largest, &z| largest.max(z.into()));
        let exponentials = z.map(|z| (f64::from(z) - largest).exp());
        let total: f64 = exponentials.iter().sum();
        let outputs =
            [softmax::<Poly, OUT>(z), softmax::<Libm, OUT>(z), softmax::<Micromath, OUT>(z)];
        for (a, tolerance) in outputs.into_iter().zip(tolerance) {
            let sum: f64 = a.iter().map(|&a| f64::from(a)).sum();
            // Every quotient and every addition rounds once: OUT · 2⁻²³ is generous.
            assert!((sum - 1.0).abs() <= OUT as f64 * f64::from(f32::EPSILON), "{sum}");
            for (&a, exponential) in a.iter().zip(exponentials) {
                let exact = exponential / total;
                assert!((f64::from(a) - exact).abs() <= tolerance, "{a} for {exact}");
            }
        }
    }

    #[test]
    fn softmax_agrees_with_the_formula_and_sums_to_1() {
        let tolerance = [3e-7, 3e-7, 2.1e-3];
        softmax_of_each_math([0.3], tolerance);
        softmax_of_each_math([0.3, -2.0, 1.5], tolerance);
        softmax_of_each_math([0.0; 10], tolerance);
        softmax_of_each_math([9.0, -3.0, 8.5, 0.0, 2.0, 1.0, -1.0, -20.0, 7.0, 3.0], tolerance);
        softmax_of_each_math([1000.0, -1000.0, 999.0, 0.0], tolerance);
        softmax_of_each_math([-1000.0; 4], tolerance);
        softmax_of_each_math([1000.0; 4], tolerance);
        softmax_of_each_math([f32::MAX, f32::MIN, 0.0], tolerance);
    }

    #[test]
    fn softmax_with_a_nan_is_all_nan() {
        for at in 0..3 {
            let mut z = [1000.0, 2.0, -3.0];
            z[at] = f32::NAN;
            assert!(softmax::<Poly, 3>(z).iter().all(|a| a.is_nan()), "{at}");
            let rest = z.iter().fold(f32::NEG_INFINITY, |largest, &z| largest.max(z));
            assert_eq!(largest(&z), rest);
        }
        assert_eq!(largest(&[f32::NAN]), f32::NEG_INFINITY);
    }
}
