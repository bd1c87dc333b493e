//! From a neuron's sum to its byte or its score.

use core::ops::RangeInclusive;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// A score is z times 2 to the power of this.
pub const SCORE_BITS: u32 = 16;

/// What a score of 1 is.
pub const SCORE_UNIT: f32 = 1.0 / (1_u32 << SCORE_BITS) as f32;

/// The largest sum, cut to fewer bits, that is multiplied.
const WIDEST: i32 = u16::MAX as i32;

/// The largest multiplier.
pub const MULTIPLIER: u16 = i16::MAX as u16;

/// What belongs to one output besides its weights.
///
/// All offsets are in the bias: that of inputs whose 0 is another byte, that of the activation's
/// table, and the halves that make the two floors of [`rescale`](Self::rescale) roundings.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable,
)]
#[repr(C)]
pub struct Output {
    /// Where the sum starts.
    pub bias: i32,
    /// The factor, at most [`MULTIPLIER`].
    pub multiplier: u16,
    /// Bits cut off the sum before it is multiplied, at most 31.
    pub before: u8,
    /// Bits cut off the product, at most 31.
    pub after: u8,
}

impl Output {
    /// A bias of 0 and a factor of 0.
    pub const ZERO: Self = Self { bias: 0, multiplier: 0, before: 0, after: 0 };

    /// q = ⌊⌊sum / 2^before⌋ · multiplier / 2^after⌋.
    #[inline(always)]
    pub const fn rescale(self, sum: i32) -> i32 {
        let narrow = sum.wrapping_shr(self.before as u32);
        narrow.wrapping_mul(self.multiplier as i32).wrapping_shr(self.after as u32)
    }

    /// Between what its sums lie, whatever the inputs, each from 0 to `largest`; `None` if one could
    /// leave `i32`.
    ///
    /// Each input adds between 0 and `largest` times its weight, so that what is added on the way
    /// is between the same bounds.
    pub fn sums(
        self,
        weights: impl Iterator<Item = i16>,
        largest: u8,
    ) -> Option<RangeInclusive<i32>> {
        let (mut low, mut high) = (i64::from(self.bias), i64::from(self.bias));
        for weight in weights {
            let most = i64::from(weight) * i64::from(largest);
            *if weight < 0 { &mut low } else { &mut high } += most;
        }
        Some(i32::try_from(low).ok()?..=i32::try_from(high).ok()?)
    }

    /// Whether it rescales every sum between these bounds without leaving `i32`.
    pub fn holds(self, sums: &RangeInclusive<i32>) -> bool {
        let narrow = |sum: i32| sum.wrapping_shr(self.before.into());
        let fits = -WIDEST <= narrow(*sums.start()) && narrow(*sums.end()) <= WIDEST;
        fits && self.is_sound()
    }

    /// Whether its shifts and its factor are in their range.
    pub const fn is_sound(self) -> bool {
        self.multiplier <= MULTIPLIER
            && self.before < i32::BITS as u8
            && self.after < i32::BITS as u8
    }

    /// The fewest bits to be cut off sums between these bounds before they are multiplied.
    pub fn narrowing(sums: &RangeInclusive<i32>) -> u8 {
        let sound = |before: &u8| Self { before: *before, ..Self::ZERO }.holds(sums);
        (0..i32::BITS as u8).find(sound).unwrap_or(i32::BITS as u8 - 1)
    }
}
