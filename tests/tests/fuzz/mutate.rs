//! Changes to sound bytes.

use gradito_core::random::{Stream, below};
use rand_core::Rng;

use super::readers::Reader;

/// No case is longer.
const LONGEST: usize = 1 << 16;

/// Numbers at which lengths and counts break.
const NUMBERS: [u64; 12] = [
    0,
    1,
    2,
    0x7f,
    0xff,
    0xffff,
    1 << 31,
    u32::MAX as u64,
    1 << 32,
    1 << 60,
    i64::MAX as u64,
    u64::MAX,
];

/// Chance, for one case.
struct Draw<R>(R);

impl<R: Rng> Draw<R> {
    fn below(&mut self, bound: usize) -> usize {
        below(bound as u32, &mut self.0) as usize
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// A piece of `bytes`, most often a short one.
    fn piece(&mut self, bytes: &[u8]) -> std::ops::Range<usize> {
        let start = self.below(bytes.len() + 1);
        let most = (bytes.len() - start).min(1 << self.below(12));
        start..start + self.below(most + 1)
    }
}

/// The bytes of the case of that number.
pub fn case(reader: &Reader, number: u32) -> Vec<u8> {
    let seed = reader.name.bytes().fold(0, |seed, byte| seed * 31 + u64::from(byte));
    let mut draw = Draw(Stream::Epoch(number).rng(seed));
    let mut bytes = draw.one_of(&reader.corpus).clone();
    // Some are left as they are: a reader that refuses everything would be no test.
    for _ in 0..draw.below(5) {
        change(&mut bytes, reader, &mut draw);
    }
    bytes.truncate(LONGEST);
    if draw.below(2) == 0 { (reader.seal)(bytes) } else { bytes }
}

/// Changes `bytes` in one of the ways there are.
fn change(bytes: &mut Vec<u8>, reader: &Reader, draw: &mut Draw<impl Rng>) {
    let at = draw.below(bytes.len() + 1);
    match draw.below(9) {
        0 if at < bytes.len() => bytes[at] ^= 1 << draw.below(8),
        1 if at < bytes.len() => bytes[at] = *draw.one_of(&NUMBERS) as u8,
        2 => bytes.truncate(at),
        3 => drop(bytes.drain(draw.piece(bytes))),
        // A piece of itself, or of another, in between or in place of what is there.
        4 | 5 => {
            let other = draw.one_of(&reader.corpus);
            let source = if draw.below(2) == 0 { &bytes[..] } else { &other[..] };
            let piece = source[draw.piece(source)].to_vec();
            let replaced = if draw.below(2) == 0 { 0 } else { piece.len() };
            let end = (at + replaced).min(bytes.len());
            bytes.splice(at..end, piece);
        }
        6 => {
            let number = *draw.one_of(&NUMBERS);
            let (little, big) = (number.to_le_bytes(), (number as u32).to_be_bytes());
            let written = match draw.below(4) {
                0 => &little[..2],
                1 => &little[..4],
                2 => &little[..],
                _ => &big[..],
            };
            let end = (at + written.len()).min(bytes.len());
            bytes.splice(at..end, written.iter().copied());
        }
        7 if !reader.words.is_empty() => {
            let word = draw.one_of(reader.words);
            bytes.splice(at..at, word.bytes());
        }
        _ => {
            let length = draw.below(16);
            let noise: Vec<u8> = (0..length).map(|_| draw.0.next_u32() as u8).collect();
            bytes.splice(at..at, noise);
        }
    }
}
