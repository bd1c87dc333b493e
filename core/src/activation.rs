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
}

/// An activation that treats every neuron alike, whatever the others do: all but [`Softmax`].
///
/// Hidden layers need one, because the gradient passes through it neuron by neuron.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the activation of a hidden layer",
    label = "the gradient does not pass through it neuron by neuron",
    note = "softmax belongs in the output layer; hidden layers take Sigmoid, Tanh, Relu or Identity"
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
        let sum = a.iter().fold(0.0, |sum: f32, &a| sum + a);
        for a in a {
            *a /= sum;
        }
    }
}

/// The largest of `z` (of those that are no NaN), −∞ if there is none.
#[inline(always)]
pub(crate) fn largest(z: &[f32]) -> f32 {
    z.iter().fold(f32::NEG_INFINITY, |largest, &z| if z <= largest { largest } else { z })
}
