//! The numbers of a circuit.

use core::fmt::Debug;
use core::ops::{Add, Div, Mul, Neg, Sub};

use crate::math::{Math, Poly};

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// `f32` or `f64`, with functions in software: the same bits on every target.
///
/// | | `exp`, `tanh` | `ln` | `power` |
/// | --- | --- | --- | --- |
/// | `f32` | [`Poly`]'s, as in layers | [`Poly`]'s | `powf` of [`libm`] |
/// | `f64` | `exp`, `tanh` of [`libm`] | `log` | `pow` |
pub trait Real:
    sealed::Sealed
    + Copy
    + Debug
    + Default
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + Send
    + Sync
    + 'static
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// No number: what has not been computed.
    const NAN: Self;

    /// Whether this is neither infinite nor NaN.
    fn is_finite(self) -> bool;

    /// eˣ.
    fn exp(self) -> Self;

    /// The natural logarithm; NaN of negative numbers.
    fn ln(self) -> Self;

    /// The hyperbolic tangent.
    fn tanh(self) -> Self;

    /// This to the power of `exponent`; NaN of negative numbers with a broken exponent.
    fn power(self, exponent: Self) -> Self;
}

impl Real for f32 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    const NAN: Self = Self::NAN;

    #[inline(always)]
    fn is_finite(self) -> bool {
        self.is_finite()
    }

    #[inline(always)]
    fn exp(self) -> Self {
        <Poly as Math>::exp(self)
    }

    #[inline(always)]
    fn ln(self) -> Self {
        <Poly as Math>::ln(self)
    }

    #[inline(always)]
    fn tanh(self) -> Self {
        <Poly as Math>::tanh(self)
    }

    #[inline(always)]
    fn power(self, exponent: Self) -> Self {
        libm::powf(self, exponent)
    }
}

impl Real for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    const NAN: Self = Self::NAN;

    #[inline(always)]
    fn is_finite(self) -> bool {
        self.is_finite()
    }

    #[inline(always)]
    fn exp(self) -> Self {
        libm::exp(self)
    }

    #[inline(always)]
    fn ln(self) -> Self {
        libm::log(self)
    }

    #[inline(always)]
    fn tanh(self) -> Self {
        libm::tanh(self)
    }

    #[inline(always)]
    fn power(self, exponent: Self) -> Self {
        libm::pow(self, exponent)
    }
}
