//! The checksum of model images and of frames: CRC-32, as in zlib and PNG.

/// CRC-32 of bytes that come piece by piece.
///
/// Bit by bit, without a table: 1 KiB is a lot on a microcontroller, which checks an image once and
/// waits longer for a frame than it takes to check it.
///
/// ```
/// use gradito_core::checksum::Checksum;
///
/// let mut checksum = Checksum::new();
/// checksum.update(b"12345");
/// checksum.update(b"6789");
/// assert_eq!(checksum.value(), 0xcbf4_3926);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checksum(u32);

/// x³² + x²⁶ + x²³ + x²² + x¹⁶ + x¹² + x¹¹ + x¹⁰ + x⁸ + x⁷ + x⁵ + x⁴ + x² + x + 1, its bits in the
/// reverse order.
const POLYNOMIAL: u32 = 0xedb8_8320;

impl Checksum {
    /// Of no bytes.
    pub const fn new() -> Self {
        Self(u32::MAX)
    }

    /// Adds bytes.
    #[inline(never)]
    pub fn update(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 ^= u32::from(byte);
            let mut bits = u8::BITS;
            while bits > 0 {
                let carry = self.0 & 1;
                self.0 = self.0 >> 1 ^ POLYNOMIAL & carry.wrapping_neg();
                bits -= 1;
            }
        }
    }

    /// That of the bytes so far.
    pub const fn value(self) -> u32 {
        !self.0
    }

    /// That of `bytes`.
    pub fn of(bytes: &[u8]) -> u32 {
        let mut checksum = Self::new();
        checksum.update(bytes);
        checksum.value()
    }
}

impl Default for Checksum {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crc::{CRC_32_ISO_HDLC, Crc};

    #[test]
    fn it_is_that_of_zlib() {
        let table = Crc::<u32>::new(&CRC_32_ISO_HDLC);
        let bytes: [u8; 600] = core::array::from_fn(|index| (index * index / 7) as u8);
        for length in 0..bytes.len() {
            assert_eq!(Checksum::of(&bytes[..length]), table.checksum(&bytes[..length]));
        }
    }
}
