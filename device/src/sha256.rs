//! SHA-256, by little code and memory.
//!
//! NIST, FIPS 180-4, sections 5.1.1, 5.3.3 and 6.2.2. Code made for speed would be a tenth of all code
//! on a microcontroller, and take twice the memory on its stack.

/// The first 32 bits of the fractions of the cube roots of the first 64 primes.
static K: [u32; 64] = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];

/// The first 32 bits of the fractions of the square roots of the first 8 primes.
const START: [u32; 8] = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

/// Words of a block.
const BLOCK: usize = 16;

/// The digest of bytes that come piece by piece.
#[derive(Clone, Debug)]
pub(crate) struct Sha256 {
    state: [u32; 8],
    /// The block that is being filled. Bytes are pushed into a word from below.
    block: [u32; BLOCK],
    /// Bytes so far.
    length: u64,
}

impl Sha256 {
    /// Of no bytes.
    pub const fn new() -> Self {
        Self { state: START, block: [0; BLOCK], length: 0 }
    }

    /// Adds bytes.
    #[inline(never)]
    pub fn update(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            let at = self.length as usize % size_of_val(&self.block);
            let word = &mut self.block[at / 4 % BLOCK];
            *word = *word << 8 | u32::from(byte);
            self.length = self.length.wrapping_add(1);
            if at + 1 == size_of_val(&self.block) {
                self.compress();
            }
        }
    }

    /// Works the block in; it becomes its own message schedule.
    #[inline(never)]
    fn compress(&mut self) {
        let Self { state, block, .. } = self;
        let before = *state;
        for (round, &k) in K.iter().enumerate() {
            let at = |ahead: usize| (round + ahead) % BLOCK;
            let [a, b, c, d, e, f, g, h] = *state;
            let choice = e & f ^ !e & g;
            let sum = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let one = h.wrapping_add(sum).wrapping_add(choice).wrapping_add(k);
            let one = one.wrapping_add(block[at(0)]);
            let majority = a & b ^ a & c ^ b & c;
            let sum = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            *state = [
                one.wrapping_add(sum).wrapping_add(majority),
                a,
                b,
                c,
                d.wrapping_add(one),
                e,
                f,
                g,
            ];
            // The word that is used 16 rounds later.
            let (early, late) = (block[at(1)], block[at(14)]);
            let early = early.rotate_right(7) ^ early.rotate_right(18) ^ early >> 3;
            let late = late.rotate_right(17) ^ late.rotate_right(19) ^ late >> 10;
            let next =
                block[at(0)].wrapping_add(early).wrapping_add(block[at(9)]).wrapping_add(late);
            block[at(0)] = next;
        }
        for (word, before) in state.iter_mut().zip(before) {
            *word = word.wrapping_add(before);
        }
    }

    /// Writes the digest of the bytes so far, and is used up.
    #[inline(never)]
    pub fn finish(&mut self, digest: &mut [u8; 32]) {
        let bits = self.length << 3;
        self.update(&[0x80]);
        while self.length % 64 != 56 {
            self.update(&[0]);
        }
        self.update(&bits.to_be_bytes());
        for (bytes, word) in digest.as_chunks_mut().0.iter_mut().zip(&self.state) {
            *bytes = word.to_be_bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::Digest;

    #[test]
    fn it_is_that_of_any_other() {
        let bytes: [u8; 300] = core::array::from_fn(|index| (index * index / 5) as u8);
        for length in 0..bytes.len() {
            let (first, second) = bytes[..length].split_at(length / 3);
            let mut hash = Sha256::new();
            hash.update(first);
            hash.update(second);
            let mut digest = [0; 32];
            hash.finish(&mut digest);
            assert_eq!(digest[..], sha2::Sha256::digest(&bytes[..length])[..], "{length}");
        }
    }
}
