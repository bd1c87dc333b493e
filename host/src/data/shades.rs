//! Pixels of one bit: ink or paper.

use std::num::NonZero;

use super::{Data, DataError, Dataset, InputKind, Misfit};

/// How many shades a pixel has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shades {
    /// All 256.
    #[default]
    All,
    /// Two, divided where the training images say: by Otsu's method.
    Two,
    /// Two: ink from this byte on.
    TwoFrom(NonZero<u8>),
}

impl Shades {
    /// Leaves `data` its shades, or makes its images black (255) and white (0).
    pub(super) fn apply(self, mut data: Data) -> Result<Data, DataError> {
        let chosen = match self {
            Self::All => return Ok(data),
            Self::Two => threshold(&data.train),
            Self::TwoFrom(threshold) => threshold,
        };
        let InputKind::Pixels { threshold, .. } = &mut data.input else {
            return Err(DataError::Misfit { name: data.name, fault: Misfit::NoImages });
        };
        *threshold = Some(chosen);
        for part in [&mut data.train, &mut data.validation, &mut data.test] {
            part.blacken(chosen);
        }
        Ok(data)
    }
}

/// The byte from which on a pixel of `images` is ink.
///
/// It divides all pixels into two groups of the largest variance between them (Otsu, "A threshold
/// selection method from gray-level histograms", 1979). Of equals the lowest; 128 if all pixels are
/// alike.
pub fn threshold(images: &Dataset) -> NonZero<u8> {
    let mut histogram = [0_u64; 256];
    if let super::Inputs::Pixels(pixels) = images.inputs() {
        for &pixel in pixels {
            histogram[usize::from(pixel)] += 1;
        }
    }
    let count: u64 = histogram.iter().sum();
    let moment: u64 = histogram.iter().zip(0..).map(|(count, byte)| count * byte).sum();
    let (mut best, mut largest) = (NonZero::new(128).expect("it is not 0"), 0.0);
    let (mut below, mut moment_below) = (0, 0);
    for byte in 1..=u8::MAX {
        let last = usize::from(byte) - 1;
        below += histogram[last];
        moment_below += histogram[last] * last as u64;
        let above = count - below;
        if below == 0 || above == 0 {
            continue;
        }
        let (below, above) = (below as f64, above as f64);
        let apart = (moment - moment_below) as f64 / above - moment_below as f64 / below;
        let variance = below * above * apart * apart;
        if variance > largest
            && let Some(byte) = NonZero::new(byte)
        {
            (best, largest) = (byte, variance);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Inputs;

    fn images(pixels: &[u8]) -> Dataset {
        Dataset::new(1, Inputs::Pixels(pixels.to_vec()), vec![0; pixels.len()])
    }

    #[test]
    fn the_threshold_lies_between_two_groups() {
        let found = |pixels: &[u8]| threshold(&images(pixels)).get();
        assert_eq!(found(&[10, 12, 11, 200, 210]), 13);
        assert_eq!(found(&[0, 255]), 1);
        assert_eq!(found(&[7, 7, 7]), 128);
        assert_eq!(found(&[]), 128);
    }

    #[test]
    fn images_become_black_and_white() {
        let mut set = images(&[0, 9, 10, 255]);
        set.blacken(NonZero::new(10).unwrap());
        assert_eq!(set.inputs(), &Inputs::Pixels(vec![0, 0, 255, 255]));
    }
}
