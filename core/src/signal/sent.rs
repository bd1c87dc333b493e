//! Pixels as they are sent to a device, where they are read as they came.

use super::{PIXEL_VALUES, Signal, SignalOf};

/// An image of `N` pixels in one of the forms that it is sent in: a byte a pixel, or
/// [runs](write_runs).
///
/// What travels to a device is also what its network reads: there is no other copy. One loop reads
/// both forms. It is where a network's time goes, so it is there in full for each block of outputs.
///
/// ```
/// use gradito_core::signal::{SentPixels, Signal, write_runs};
///
/// let mut bytes = Vec::new();
/// write_runs(&[0, 0, 0, 255, 51, 0], &mut |byte| bytes.push(byte));
/// assert_eq!(bytes, [0, 3, 255, 51, 0, 1]);
///
/// let mut lit = Vec::new();
/// SentPixels::<6>::runs(&bytes).unwrap().for_each(|index, value| lit.push((index, value)));
/// assert_eq!(lit, [(3, 1.0), (4, 0.2)]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentPixels<'a, const N: usize> {
    bytes: &'a [u8],
    /// Whether the number of zeros follows each 0.
    counted: bool,
}

impl<'a, const N: usize> SentPixels<'a, N> {
    /// The image that `bytes` are, one a pixel; `None` if they are not `N`.
    pub fn plain(bytes: &'a [u8]) -> Option<Self> {
        (bytes.len() == N).then_some(Self { bytes, counted: false })
    }

    /// The image that `bytes` are as runs; `None` if they are not `N` pixels, or not written so.
    pub fn runs(bytes: &'a [u8]) -> Option<Self> {
        let mut pixels = 0;
        read_runs(bytes, |piece| pixels += piece.len())?;
        (pixels == N).then_some(Self { bytes, counted: true })
    }

    /// The bytes, as they were sent.
    #[inline(always)]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether the bytes are runs, in which the number of zeros follows each 0.
    #[inline(always)]
    pub const fn is_counted(&self) -> bool {
        self.counted
    }

    /// Writes the image out, pixel by pixel.
    pub fn expand(&self, pixels: &mut [u8; N]) {
        pixels.fill(0);
        self.for_each_lit(|index, byte| {
            if let Some(pixel) = pixels.get_mut(index) {
                *pixel = byte;
            }
        });
    }

    /// Calls `entry(index, byte)` for each pixel that is not 0.
    #[inline(always)]
    pub(crate) fn for_each_lit(&self, mut entry: impl FnMut(usize, u8)) {
        let (mut index, mut bytes) = (0, self.bytes);
        loop {
            // In a loop of its own, since most are: few instructions for each.
            while let [byte, rest @ ..] = bytes
                && *byte != 0
            {
                entry(index, *byte);
                (index, bytes) = (index + 1, rest);
            }
            let (zeros, rest) = match bytes {
                [0, zeros, rest @ ..] if self.counted => (usize::from(*zeros), rest),
                [_, rest @ ..] => (1, rest),
                [] => return,
            };
            (index, bytes) = (index + zeros, rest);
        }
    }
}

impl<const N: usize> Signal for SentPixels<'_, N> {
    #[inline(always)]
    fn for_each(&self, mut entry: impl FnMut(usize, f32)) {
        self.for_each_lit(
            #[inline(always)]
            |index, byte| entry(index, PIXEL_VALUES[usize::from(byte)]),
        );
    }

    #[inline(always)]
    fn magnitude(&self) -> u32 {
        1.0_f32.to_bits()
    }
}

impl<const N: usize> SignalOf<N> for SentPixels<'_, N> {}

/// Writes `pixels`, any number of them, as runs, a byte at a time: zeros are counted.
///
/// A byte that is not 0 is a pixel; a 0 is followed by the number of zeros that it stands for, 1 to
/// 255.
pub fn write_runs(pixels: &[u8], sink: &mut impl FnMut(u8)) {
    let mut zeros = 0;
    for &byte in pixels {
        if zeros > 0 && (byte != 0 || zeros == u8::MAX) {
            sink(0);
            sink(zeros);
            zeros = 0;
        }
        match byte {
            0 => zeros += 1,
            lit => sink(lit),
        }
    }
    if zeros > 0 {
        sink(0);
        sink(zeros);
    }
}

/// Shows the pixels that [`write_runs`] wrote, piece by piece; `None` where a 0 has no count, or
/// one of 0.
pub fn read_runs(runs: &[u8], mut sink: impl FnMut(&[u8])) -> Option<()> {
    static ZEROS: [u8; u8::MAX as usize] = [0; u8::MAX as usize];
    let mut rest = runs;
    while let Some(lit) = rest.split(|&byte| byte == 0).next() {
        sink(lit);
        rest = match rest.get(lit.len()..)? {
            [] => break,
            [_] | [_, 0, ..] => return None,
            [_, zeros, after @ ..] => {
                sink(ZEROS.get(..usize::from(*zeros))?);
                after
            }
        };
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::Pixels;
    use super::*;
    use std::vec::Vec;

    #[test]
    fn runs_come_back_as_they_were() {
        let mut longest = [0; 784];
        longest[700] = 1;
        let mixed = core::array::from_fn(|index| if index % 7 < 4 { 0 } else { index as u8 });
        for image in [[0; 784], [9; 784], longest, mixed] {
            let mut bytes = Vec::new();
            write_runs(&image, &mut |byte| bytes.push(byte));
            let mut pieces = Vec::new();
            read_runs(&bytes, |piece| pieces.extend_from_slice(piece)).unwrap();
            assert_eq!(pieces, image);
            let mut expected = Vec::new();
            Pixels(image).for_each(|index, value| expected.push((index, value)));
            let runs = SentPixels::<784>::runs(&bytes).unwrap();
            for sent in [runs, SentPixels::plain(&image).unwrap()] {
                let mut back = [0xa5; 784];
                sent.expand(&mut back);
                assert_eq!(back, image);
                let mut found = Vec::new();
                sent.for_each(|index, value| found.push((index, value)));
                assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn pixels_of_another_number_or_without_a_count_are_none() {
        assert!(SentPixels::<3>::runs(&[0, 2, 1]).is_some());
        for bytes in [&[][..], &[0, 2], &[0, 3, 1], &[0, 1, 1], &[1, 1, 0], &[0, 0, 1, 1, 1]] {
            assert_eq!(SentPixels::<3>::runs(bytes), None, "{bytes:?}");
        }
        assert!(SentPixels::<3>::plain(&[0, 2, 1]).is_some());
        for bytes in [&[][..], &[0, 2], &[0, 3, 1, 0]] {
            assert_eq!(SentPixels::<3>::plain(bytes), None, "{bytes:?}");
        }
    }
}
