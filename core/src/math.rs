//! The four functions of real numbers that networks need, in software.
//!
//! A platform's own `exp` differs from machine to machine in the last bit, so none is used: each
//! implementation of [`Math`] is the same source on every target, made of plain `f32` additions,
//! multiplications and divisions, which IEEE 754 defines to the bit.
//!
//! The largest errors, in units in the last place (ulp) of the true value or as a part of it:
//!
//! | | `exp` | `tanh` | `ln` | `sqrt` | use |
//! | --- | --- | --- | --- | --- | --- |
//! | [`Poly`] | 0.991 ulp | 1.34 ulp | 0.835 ulp | ½ ulp | the default: vectorises |
//! | [`Libm`] | 0.911 ulp | 2.19 ulp | 0.835 ulp | ½ ulp | as other code on `libm` |
//! | [`Micromath`] | 0.24 % | 0.101 % | 7.3e-5 absolute | 1.6e-6 | small code on parts without FPU |
//!
//! Those are over all of `f32`, subnormal numbers and results included, except that
//! [`Micromath`]'s `exp` gives 0 for a subnormal result. The tests of this module have them as a
//! table and say where each occurs.

use core::f32::consts::{LN_2, LOG2_E};
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
/// [`exp`](Math::exp) is within 1 ulp of the true value (0.9904 at worst, at x = 70.4031) for every
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
/// Some of it is of no use as it is, so its results are guarded and completed: its `exp` is no
/// number where it should overflow and garbage where it is subnormal (both are cut off), its `ln`
/// takes numbers below 1 through a reciprocal that is 12 % off (here through a division), its
/// `sqrt` is a guess within 5 % (two Newton steps follow), and neither knows subnormal numbers
/// (scaled first).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Micromath;

impl Micromath {
    /// `x` as a normal number, and the even n with which that is x·2ⁿ.
    fn normal(x: f32) -> (f32, i32) {
        if x < f32::MIN_POSITIVE { (x * power_of_two(24), 24) } else { (x, 0) }
    }
}

impl Math for Micromath {
    const KIND: MathKind = MathKind::Micromath;

    fn exp(x: f32) -> f32 {
        /// The largest `f32` below 128·ln 2 (`0x42b1_7217`).
        const MAX: f32 = 88.722_83;
        /// The smallest `f32` above −126·ln 2 (`0xc2ae_ac4f`).
        const MIN: f32 = -87.336_54;
        if x > MAX {
            f32::INFINITY
        } else if x < MIN {
            0.0
        } else if x.is_nan() {
            // The crate's is 0.
            x
        } else {
            F32(x).exp().0
        }
    }

    fn ln(x: f32) -> f32 {
        if x > 0.0 && x < f32::INFINITY {
            let (x, n) = Self::normal(x);
            let ln = if x < 1.0 { -F32(1.0 / x).ln().0 } else { F32(x).ln().0 };
            ln - n as f32 * LN_2
        } else {
            libm::logf(x)
        }
    }

    fn sqrt(x: f32) -> f32 {
        if x > 0.0 && x < f32::INFINITY {
            let (x, n) = Self::normal(x);
            let guess = F32(x).sqrt().0;
            let guess = 0.5 * (guess + x / guess);
            0.5 * (guess + x / guess) * power_of_two(-n / 2)
        } else {
            libm::sqrtf(x)
        }
    }

    fn tanh(x: f32) -> f32 {
        let magnitude = x.abs();
        if magnitude < 0.04 {
            // 1 − 2/(e²ˣ + 1) has no correct digit left where e²ˣ is coarse and near 1.
            return x;
        }
        // Of |x|, so that tanh −x = −tanh x and e²ˣ is on its better side.
        (1.0 - 2.0 / (Self::exp(magnitude + magnitude) + 1.0)).copysign(x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Function = fn(f32) -> f32;

    /// The largest error of a function, and in what it is counted.
    #[derive(Clone, Copy, Debug)]
    enum Largest {
        /// In units in the last place of the `f32` nearest to the true value.
        Ulp(f64),
        /// In parts of the true value.
        Relative(f64),
        /// As it is.
        Absolute(f64),
    }
    use Largest::{Absolute, Relative, Ulp};

    impl Largest {
        /// By how much `value` is wrong, as a part of what is allowed.
        fn used(self, value: f32, exact: f64) -> f64 {
            if f64::from(value) == exact {
                return 0.0;
            }
            let difference = (f64::from(value) - exact).abs();
            match self {
                Ulp(largest) => difference / ulp(exact) / largest,
                Relative(largest) => difference / exact.abs() / largest,
                Absolute(largest) => difference / largest,
            }
        }
    }

    /// The distance of neighbouring `f32` at `exact`: 2^(e − 23), 2⁻¹⁴⁹ among subnormal numbers.
    fn ulp(exact: f64) -> f64 {
        let exponent = (exact.abs().to_bits() >> 52) as i32 - 1023;
        2.0_f64.powi(exponent.clamp(-126, 127) - 23)
    }

    /// A function, where it is looked at, its largest error, and the x of that.
    ///
    /// The figures come from scans of every `f32` in the range.
    struct Bound {
        name: &'static str,
        function: Function,
        exact: fn(f64) -> f64,
        range: [f32; 2],
        largest: Largest,
        at: f32,
    }

    const fn bound(
        name: &'static str,
        function: Function,
        exact: fn(f64) -> f64,
        range: [f32; 2],
        largest: Largest,
        at: f32,
    ) -> Bound {
        Bound { name, function, exact, range, largest, at }
    }

    /// From below where eˣ rounds to 0 to the last `f32` before it overflows.
    const EXP: [f32; 2] = [-110.0, 88.722_83];
    /// From where it is not 0 on.
    const MICROMATH_EXP: [f32; 2] = [-87.336_54, 88.722_83];
    /// Beyond ±9.02 tanh x is ±1 in `f32`.
    const TANH: [f32; 2] = [-10.0, 10.0];
    /// Subnormal numbers included.
    const POSITIVE: [f32; 2] = [0.0, f32::MAX];

    const BOUNDS: [Bound; 11] = [
        bound("Poly::exp", Poly::exp, f64::exp, EXP, Ulp(0.9904), 70.4031),
        bound("Poly::exp < 1", Poly::exp, f64::exp, [EXP[0], 0.0], Ulp(0.9820), -81.394_79),
        bound("Poly::tanh", Poly::tanh, f64::tanh, TANH, Ulp(1.3304), 0.628_309_55),
        bound("Libm::exp", Libm::exp, f64::exp, EXP, Ulp(0.9101), -37.776_226),
        bound("Libm::tanh", Libm::tanh, f64::tanh, TANH, Ulp(2.1886), 0.233_295_62),
        bound("Libm::ln", Libm::ln, f64::ln, POSITIVE, Ulp(0.8348), 1.405_459_5),
        bound("Libm::sqrt", Libm::sqrt, f64::sqrt, POSITIVE, Ulp(0.5), 4.701_977e-38),
        bound("exp", Micromath::exp, f64::exp, MICROMATH_EXP, Relative(2.391e-3), -85.950_25),
        bound("tanh", Micromath::tanh, f64::tanh, TANH, Relative(1.004e-3), 0.346_571_98),
        bound("ln", Micromath::ln, f64::ln, POSITIVE, Absolute(7.27e-5), 2.226_54e-39),
        bound("sqrt", Micromath::sqrt, f64::sqrt, POSITIVE, Relative(1.565e-6), 2.350_988e-38),
    ];

    /// About `count` numbers between `from` and `to`, both of one sign, evenly by their bits, with
    /// both ends. The stride is odd, so that all patterns of low bits occur.
    fn spread(from: f32, to: f32, count: u32) -> impl Iterator<Item = f32> {
        let (low, high) = (from.to_bits(), to.to_bits());
        let stride = ((high - low) / count) | 1;
        (low..=high).step_by(stride as usize).chain([high]).map(f32::from_bits)
    }

    /// Numbers all over the `range`, most of them where they have most bits to get wrong.
    fn samples([from, to]: [f32; 2]) -> impl Iterator<Item = f32> {
        let negative = (from < 0.0).then(|| spread(-0.0, from, 200_000)).into_iter().flatten();
        let positive = (to > 0.0).then(|| spread(0.0, to, 200_000)).into_iter().flatten();
        let dense = [-1.0, 1.0].map(|sign| spread(sign * 1e-4, sign * 110.0, 1_000_000));
        let dense = dense.into_iter().flatten().filter(move |x| (from..=to).contains(x));
        negative.chain(positive).chain(dense)
    }

    #[test]
    fn largest_errors() {
        for Bound { name, function, exact, range, largest, at } in BOUNDS {
            let used = |x: f32| {
                let (value, exact) = (function(x), exact(f64::from(x)));
                largest.used(value, exact)
            };
            let mut count = 0;
            for x in samples(range).filter(|&x| x != 0.0) {
                let used = used(x);
                assert!(used <= 1.0, "{name}({x:e}) is off by {used} times {largest:?}");
                count += 1;
            }
            assert!(count > 1_000_000, "{name}: {count}");
            // The figure is not larger than it need be.
            assert!((0.999..=1.0).contains(&used(at)), "{name}({at:e}): {} of it", used(at));
        }
    }

    /// What holds for every implementation, apart from accuracy.
    fn special_values<M: Math>() {
        let infinity = f32::INFINITY;
        for function in [M::exp, M::ln, M::sqrt, M::tanh] {
            assert!(function(f32::NAN).is_nan() && function(-f32::NAN).is_nan(), "{:?}", M::KIND);
        }
        for zero in [0.0, -0.0] {
            assert_eq!(M::exp(zero), 1.0);
            assert_eq!(M::ln(zero), -infinity);
            assert_eq!(M::sqrt(zero).to_bits(), zero.to_bits());
            assert_eq!(M::tanh(zero), 0.0);
        }
        // Just below and above the true borders, and far out.
        assert!(M::exp(88.722_83).is_finite());
        for x in [88.722_84, 88.73, 89.0, 100.0, 1000.0, f32::MAX, infinity] {
            assert_eq!(M::exp(x), infinity, "{:?} {x}", M::KIND);
        }
        for x in [-103.98, -104.0, -1000.0, f32::MIN, -infinity] {
            assert_eq!(M::exp(x).to_bits(), 0, "{:?} {x}", M::KIND);
        }
        assert_eq!((M::ln(infinity), M::sqrt(infinity)), (infinity, infinity));
        for x in [-f32::MIN_POSITIVE, -1.0, f32::MIN, -infinity] {
            assert!(M::ln(x).is_nan() && M::sqrt(x).is_nan(), "{:?} {x}", M::KIND);
        }
        for x in [9.02, 20.0, 44.4, 60.0, 1000.0, f32::MAX, infinity] {
            assert_eq!((M::tanh(x), M::tanh(-x)), (1.0, -1.0), "{:?} {x}", M::KIND);
        }
        for x in spread(1e-45, 100.0, 100_000) {
            assert_eq!(M::tanh(-x).to_bits(), (-M::tanh(x)).to_bits(), "{:?} {x:e}", M::KIND);
            assert!(M::tanh(x) <= 1.0, "{:?} {x:e}", M::KIND);
        }
    }

    #[test]
    fn special_values_of_each() {
        special_values::<Poly>();
        special_values::<Libm>();
        special_values::<Micromath>();
    }

    #[test]
    fn poly_keeps_subnormal_results() {
        // e⁻¹⁰³ is 2⁻¹⁴⁹ · 1.327; e⁻⁹⁰ has 19 of its 24 bits left.
        assert_eq!(Poly::exp(-103.0).to_bits(), 1);
        assert_eq!(Poly::exp(-90.0), (-90.0_f64).exp() as f32);
        assert_eq!(Micromath::exp(-90.0), 0.0);
    }

    #[test]
    fn poly_shares_what_it_does_not_do_itself() {
        for x in spread(0.0, f32::MAX, 10_000) {
            assert_eq!(Poly::ln(x).to_bits(), Libm::ln(x).to_bits());
            assert_eq!(Poly::sqrt(x).to_bits(), Libm::sqrt(x).to_bits());
        }
    }

    /// The FNV-1a hash of a function's results all over a range.
    fn digest(function: Function, range: [f32; 2]) -> u64 {
        samples(range).fold(0xcbf2_9ce4_8422_2325, |hash, x| {
            (hash ^ u64::from(function(x).to_bits())).wrapping_mul(0x0100_0000_01b3)
        })
    }

    /// The bits themselves, on which every trained network depends: a change of these values makes
    /// all of them others. NaN stays out of the ranges, since its bits differ between machines.
    #[test]
    fn the_bits_are_these() {
        let expected: [(Function, [f32; 2], u64); 10] = [
            (Poly::exp, EXP, 0x7cf9_dea0_68ab_c746),
            (Poly::tanh, TANH, 0x49d4_9a04_79ca_5399),
            (Libm::exp, EXP, 0x51a1_ed49_d885_f59c),
            (Libm::tanh, TANH, 0x17e7_6942_6385_db39),
            (Libm::ln, POSITIVE, 0x54b3_65a3_8ff4_e272),
            (Libm::sqrt, POSITIVE, 0x61c9_67ad_6fdf_2842),
            (Micromath::exp, EXP, 0x2e87_c537_7c2b_72c9),
            (Micromath::tanh, TANH, 0xbf15_8e7f_c2ef_e2e1),
            (Micromath::ln, POSITIVE, 0xc7ce_51c4_e729_32e6),
            (Micromath::sqrt, POSITIVE, 0x345d_9b10_fb2a_d3a1),
        ];
        for (index, (function, range, expected)) in expected.into_iter().enumerate() {
            let found = digest(function, range);
            assert_eq!(found, expected, "{found:#018x} for {expected:#018x}, function {index}");
        }
    }

    /// By how much a function may fall where it should rise.
    fn falls(function: Function, from: f32, to: f32) -> f32 {
        let (mut largest, mut fall) = (f32::NEG_INFINITY, 0.0_f32);
        for x in spread(from, to, 1_000_000) {
            let value = function(x);
            fall = fall.max(largest - value);
            largest = largest.max(value);
        }
        fall
    }

    #[test]
    fn tanh_rises() {
        // Neighbours may change places by their rounding errors: at most an ulp below 1, 2⁻²⁴.
        let ulp = 0.5 * f32::EPSILON;
        assert!(falls(Poly::tanh, 1e-3, 20.0) <= ulp);
        assert!(falls(Libm::tanh, 1e-3, 20.0) <= ulp);
        // The largest fall is where x itself ends and the formula begins: tanh 0.04 = 0.03998.
        assert!(falls(Micromath::tanh, 1e-3, 20.0) <= 2.2e-5);
    }
}
