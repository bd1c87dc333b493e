//! Random numbers that are the same everywhere: one seed, several named streams.
//!
//! Every use of chance draws from its own [`Stream`] of the seed, so that one use never moves
//! another: the order of epoch 7 depends on the seed and on 7 alone, which is what lets a run be
//! cut off and go on, and lets a device repeat what a desktop did.
//!
//! The generator is Marsaglia's xorshift128 ([`XorShiftRng`]); all indices are drawn as `u32`, so
//! that 32- and 64-bit machines agree.

use rand_core::{Rng, SeedableRng};
use rand_xorshift::XorShiftRng;

use crate::math::{Libm, Math};

/// What a sequence of random numbers is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// The parameters a network starts from.
    Parameters,
    /// The order in which the samples of one epoch are visited.
    Epoch(u32),
    /// The division of a data set into training, validation and test part.
    Split,
    /// What a random search tries.
    Search,
    /// How the images of one epoch are deformed; of each by a [part](Stream::part) of its own.
    Deformation(u32),
}

impl Stream {
    /// A number no two streams share.
    const fn tag(self) -> u64 {
        match self {
            Self::Parameters => 1 << 32,
            Self::Split => 2 << 32,
            Self::Epoch(epoch) => 3 << 32 | epoch as u64,
            Self::Search => 4 << 32,
            Self::Deformation(epoch) => 5 << 32 | epoch as u64,
        }
    }

    /// The generator of this stream for `seed`.
    ///
    /// ```
    /// use gradito_core::random::Stream;
    /// use rand_core::Rng;
    ///
    /// let (mut first, mut again) = (Stream::Epoch(0).rng(1), Stream::Epoch(0).rng(1));
    /// assert_eq!(first.next_u32(), again.next_u32());
    /// assert_ne!(first.next_u32(), Stream::Epoch(1).rng(1).next_u32());
    /// ```
    pub fn rng(self, seed: u64) -> XorShiftRng {
        XorShiftRng::seed_from_u64(self.start(seed))
    }

    /// The generator of one of 2³² parts of this stream, none of which moves another.
    pub fn part(self, seed: u64, part: u32) -> XorShiftRng {
        XorShiftRng::seed_from_u64(mix(self.start(seed) ^ u64::from(part)))
    }

    /// What the generator of this stream starts from.
    const fn start(self, seed: u64) -> u64 {
        mix(seed ^ mix(self.tag()))
    }
}

/// The finaliser of `SplitMix64` (Steele, Lea and Flood 2014): a bijection of 64 bits in which every
/// input bit reaches every output bit.
const fn mix(mut bits: u64) -> u64 {
    bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// A whole number drawn evenly from `0..bound`; 0 if `bound` is 0 or 1.
///
/// Lemire, "Fast Random Integer Generation in an Interval" (2019): one multiplication, and the few
/// draws that would make some numbers likelier are thrown away.
pub fn below(bound: u32, rng: &mut impl Rng) -> u32 {
    loop {
        let product = u64::from(rng.next_u32()) * u64::from(bound);
        let fraction = product as u32;
        // 2³² mod bound draws are too many; only a fraction below `bound` can be among them.
        if fraction >= bound || fraction >= bound.wrapping_neg().checked_rem(bound).unwrap_or(0) {
            return (product >> 32) as u32;
        }
    }
}

/// Fills `order` with the numbers `0..order.len()`, each once, in random order (Fisher-Yates).
///
/// ```
/// use gradito_core::random::{permutation, Stream};
///
/// let mut order = [0; 10_000];
/// permutation(&mut order, &mut Stream::Epoch(0).rng(1));
/// order.sort_unstable();
/// assert!(order.iter().enumerate().all(|(position, &sample)| position == sample as usize));
/// ```
pub fn permutation(order: &mut [u32], rng: &mut impl Rng) {
    for (position, sample) in (0..).zip(order.iter_mut()) {
        *sample = position;
    }
    let mut rest = order;
    while let Some((last, earlier)) = rest.split_last_mut()
        && !earlier.is_empty()
    {
        // One of the earlier ones or, just beyond them, the last itself.
        if let Some(other) = earlier.get_mut(below(earlier.len() as u32 + 1, rng) as usize) {
            core::mem::swap(last, other);
        }
        rest = earlier;
    }
}

/// Draws from the normal distribution of mean 0 and standard deviation 1.
///
/// Marsaglia's polar method, with [`Libm`] whatever the network's own [`Math`], so that the same
/// seed starts every network from the same numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gaussian {
    /// The method yields two numbers at a time; the second waits here.
    spare: Option<f32>,
}

impl Gaussian {
    /// The next number.
    pub fn next(&mut self, rng: &mut impl Rng) -> f32 {
        if let Some(value) = self.spare.take() {
            return value;
        }
        loop {
            let (u, v) = (signed_unit(rng), signed_unit(rng));
            let square = u * u + v * v;
            if square > 0.0 && square < 1.0 {
                let factor = Libm::sqrt(-2.0 * Libm::ln(square) / square);
                self.spare = Some(v * factor);
                return u * factor;
            }
        }
    }
}

/// A number drawn evenly from the 2²⁴ multiples of 2⁻²³ in [−1, 1).
pub fn signed_unit(rng: &mut impl Rng) -> f32 {
    /// 2⁻²³: every step of the 24 random bits is exact in `f32`.
    const STEP: f32 = 1.0 / 8_388_608.0;
    (rng.next_u32() >> 8) as f32 * STEP - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn below_is_even() {
        let mut counts = [0_u32; 7];
        let mut rng = Stream::Split.rng(3);
        for _ in 0..70_000 {
            counts[below(7, &mut rng) as usize] += 1;
        }
        // Five standard deviations of a binomial count of 70 000 draws at 1/7: 5 · 92.6.
        assert!(counts.iter().all(|&count| count.abs_diff(10_000) < 463), "{counts:?}");
    }

    #[test]
    fn below_rejects_what_would_favour_some() {
        // 3·2³⁰: a quarter of all draws must be thrown away.
        let mut rng = Stream::Split.rng(4);
        let bound = 3 << 30;
        let low = (0..30_000).filter(|_| below(bound, &mut rng) < 1 << 30).count();
        assert!(low.abs_diff(10_000) < 409, "{low}");
        assert_eq!(below(0, &mut rng), 0);
        assert_eq!(below(1, &mut rng), 0);
    }

    #[test]
    fn gaussian_has_mean_0_and_variance_1() {
        let (mut gaussian, mut rng) = (Gaussian::default(), Stream::Parameters.rng(5));
        let (mut sum, mut squares, count) = (0.0_f64, 0.0_f64, 100_000);
        for _ in 0..count {
            let value = f64::from(gaussian.next(&mut rng));
            sum += value;
            squares += value * value;
        }
        let mean = sum / f64::from(count);
        // Five standard errors: 1/√n for the mean, √(2/n) for the variance.
        assert!(mean.abs() < 0.0158, "{mean}");
        assert!((squares / f64::from(count) - 1.0).abs() < 0.0224, "{squares}");
    }

    /// The order of draws and swaps is fixed: every golden value of a training follows from it.
    #[test]
    fn permutation_is_fisher_yates_from_the_end() {
        let (mut order, mut plain) = ([0; 100], [0; 100]);
        permutation(&mut order, &mut Stream::Epoch(0).rng(1));
        let mut rng = Stream::Epoch(0).rng(1);
        for (position, sample) in (0..).zip(&mut plain) {
            *sample = position;
        }
        for position in (1..plain.len()).rev() {
            plain.swap(position, below(position as u32 + 1, &mut rng) as usize);
        }
        assert_eq!(order, plain);
        // None is left where it was more often than chance would have it.
        let fixed = (0..).zip(&order).filter(|(position, sample)| position == *sample).count();
        assert!(fixed < 6, "{fixed}");
        permutation(&mut [], &mut rng);
    }

    #[test]
    fn streams_differ() {
        let first = |stream: Stream, seed| stream.rng(seed).next_u32();
        assert_ne!(first(Stream::Parameters, 1), first(Stream::Split, 1));
        assert_ne!(first(Stream::Epoch(0), 1), first(Stream::Parameters, 1));
        assert_ne!(first(Stream::Epoch(0), 1), first(Stream::Epoch(0), 2));
        assert_ne!(first(Stream::Epoch(7), 1), first(Stream::Deformation(7), 1));
    }

    #[test]
    fn parts_of_a_stream_differ() {
        let first = |epoch, seed, part| Stream::Deformation(epoch).part(seed, part).next_u64();
        let mut all = Vec::new();
        for (epoch, seed) in [(0, 1), (1, 1), (0, 2), (0, 0)] {
            all.extend((0..1000).map(|part| first(epoch, seed, part)));
            all.push(Stream::Deformation(epoch).rng(seed).next_u64());
        }
        all.sort_unstable();
        let count = all.len();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
