//! The four functions of real numbers that networks need, in software.
//!
//! A platform's own `exp` differs from machine to machine in the last bit, so none is used: each
//! implementation of [`Math`] is the same source on every target, made of plain `f32` additions,
//! multiplications and divisions, which IEEE 754 defines to the bit.
//!
//! | | `exp` | `tanh` | use |
//! | --- | --- | --- | --- |
//! | [`Poly`] | ≤ 1 ulp, branch-free, vectorises | ≤ 2 ulp, branch-free | the default |
//! | [`Libm`] | ≤ 1 ulp | ≤ 2 ulp | what other `libm`-based code computes |
//! | [`Micromath`] | within 2.4e-3 of the value | within 1.2e-3 | small code on parts without FPU |
//!
//! The largest errors are found by the tests of this module, which name them.

use core::f32::consts::LOG2_E;
use core::fmt::Debug;

use micromath::F32;

use crate::kind::MathKind;

/// `exp`, `ln`, `sqrt` and `tanh` in one consistent set, chosen by type.
///
/// All four return NaN for NaN: a network that has diverged must not look healthy.
pub trait Math: Copy + Debug + Default + Send + Sync + 'static {
    /// The name under which a model image records this implementation.
    const KIND: MathKind;

    /// eˣ; +∞ where it overflows (x > 88.72), 0 where it vanishes.
    fn exp(x: f32) -> f32;

    /// The natural logarithm of x; −∞ at 0, NaN below.
    fn ln(x: f32) -> f32;

    /// √x; NaN below 0.
    fn sqrt(x: f32) -> f32;

    /// The hyperbolic tangent of x, in [−1, 1].
    fn tanh(x: f32) -> f32;
}

/// The default: branch-free polynomials that a compiler turns into vector code of any width, with
/// the same bits in each.
///
/// [`exp`](Math::exp) is within 1 ulp of the true value (0.991 at worst, at x = 70.4031) for every
/// `f32`, subnormal results included; `ln` and `sqrt` are [`Libm`]'s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Poly;

impl Math for Poly {
    const KIND: MathKind = MathKind::Poly;

    /// eˣ = 2ⁿ·eʳ with n = ⌊x·log₂e⌉ and |r| ≤ ½ ln 2.
    ///
    /// The polynomial for eʳ, (eʳ − 1 − r)/r² to degree 5, and the two-part ln 2 are those of the
    /// Cephes library's `expf` (S. L. Moshier). 2ⁿ is applied as two factors, so that the largest
    /// and the subnormal results need no branch.
    #[inline(always)]
    fn exp(x: f32) -> f32 {
        /// Beyond these the result is +∞ or 0 whatever x is; inside them n fits the two factors.
        /// Written as comparisons, not `clamp`, so that NaN passes and one instruction does.
        const MAX: f32 = 89.0;
        const MIN: f32 = -104.0;
        /// 1.5·2²³ (`0x4b40_0000`): adding it rounds to a whole number, which is then in the low
        /// bits of the sum.
        const ROUND: f32 = 12_582_912.0;
        /// 0.693359375: 9 significant bits, so that n·`LN2_HIGH` is exact.
        const LN2_HIGH: f32 = 355.0 / 512.0;
        /// ln 2 − `LN2_HIGH`, rounded.
        const LN2_LOW: f32 = -2.121_944_4e-4;

        let x = if x > MAX { MAX } else { x };
        let x = if x < MIN { MIN } else { x };
        let shifted = x * LOG2_E + ROUND;
        let n = shifted - ROUND;
        let r = (x - n * LN2_HIGH) - n * LN2_LOW;
        let mut p = 1.987_569_1e-4;
        p = p * r + 1.398_2e-3;
        p = p * r + 8.333_452e-3;
        p = p * r + 4.166_579_6e-2;
        p = p * r + 1.666_666_5e-1;
        p = p * r + 0.5;
        let exp_r = p * (r * r) + r + 1.0;

        let exponent = shifted.to_bits().wrapping_sub(ROUND.to_bits()) as i32;
        let half = exponent >> 1;
        exp_r * power_of_two(half) * power_of_two(exponent.wrapping_sub(half))
    }

    #[inline(always)]
    fn ln(x: f32) -> f32 {
        libm::logf(x)
    }

    #[inline(always)]
    fn sqrt(x: f32) -> f32 {
        libm::sqrtf(x)
    }

    /// Below 0.625 an odd polynomial (Cephes `tanhf`), above 1 − 2/(e²ˣ + 1); both are computed
    /// and one is chosen.
    #[inline(always)]
    fn tanh(x: f32) -> f32 {
        const BORDER: f32 = 0.625;
        let magnitude = x.abs();
        let square = x * x;
        let mut p = -5.704_988_7e-3;
        p = p * square + 2.063_909e-2;
        p = p * square - 5.373_971_5e-2;
        p = p * square + 1.333_144_2e-1;
        p = p * square - 3.333_328e-1;
        let near = p * square * x + x;
        let far = 1.0 - 2.0 / (Self::exp(magnitude + magnitude) + 1.0);
        if magnitude < BORDER { near } else { far.copysign(x) }
    }
}

/// 2ⁿ for −127 < n < 128, by its bits.
#[inline(always)]
fn power_of_two(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) as u32) << 23)
}

/// The [`libm`] crate: a port of musl's and `FreeBSD`'s C functions, with branches and tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Libm;

impl Math for Libm {
    const KIND: MathKind = MathKind::Libm;

    fn exp(x: f32) -> f32 {
        libm::expf(x)
    }

    fn ln(x: f32) -> f32 {
        libm::logf(x)
    }

    fn sqrt(x: f32) -> f32 {
        libm::sqrtf(x)
    }

    fn tanh(x: f32) -> f32 {
        libm::tanhf(x)
    }
}

/// The [`micromath`] crate: small and coarse.
///
/// Its logarithm misbehaves at and below 0 and its square root is a guess within 5 %, so the first
/// is guarded and the second followed by two Newton steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Micromath;

impl Math for Micromath {
    const KIND: MathKind = MathKind::Micromath;

    fn exp(x: f32) -> f32 {
        // Beyond ±89 the crate's whole-number part of x·log₂e is of no use (and NaN becomes 0).
        if x > 89.0 {
            f32::INFINITY
        } else if x < -89.0 {
            0.0
        } else if x.is_nan() {
            x
        } else {
            F32(x).exp().0
        }
    }

    fn ln(x: f32) -> f32 {
        if x > 0.0 && x < f32::INFINITY { F32(x).ln().0 } else { libm::logf(x) }
    }

    fn sqrt(x: f32) -> f32 {
        if x > 0.0 && x < f32::INFINITY {
            let guess = F32(x).sqrt().0;
            let guess = 0.5 * (guess + x / guess);
            0.5 * (guess + x / guess)
        } else {
            libm::sqrtf(x)
        }
    }

    fn tanh(x: f32) -> f32 {
        if x.abs() < 0.04 {
            // 1 − 2/(e²ˣ + 1) has no correct digit left where e²ˣ is coarse and near 1.
            return x;
        }
        1.0 - 2.0 / (Self::exp(x + x) + 1.0)
    }
}
