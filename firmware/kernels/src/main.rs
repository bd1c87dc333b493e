//! Random weights and inputs through the kernels of the target and those that define them: ends with
//! the exit code 0 if all results are equal, with 1 if not, with 101 if it panics. For QEMU's
//! mps2-an386, mps2-an385 and microbit.
#![no_std]
#![no_main]

#[cfg(target_abi = "eabihf")]
mod f32s;

use core::hint::black_box;
use core::panic::PanicInfo;

use cortex_m as _;
use cortex_m_rt::entry;
use gradito_core::quantized::input::packed_length;
use gradito_core::quantized::kernels::{Kernels, Portable, add_pairs};
use gradito_core::quantized::layout::Layout;
use gradito_core::random::Stream;
use gradito_cortex::Native;
use rand_core::Rng;
use semihosting::process;

/// Inputs: several chunks of them, and an odd number of pairs.
const INPUTS: usize = 311;

/// The largest number of words of a row: three blocks of 4, and one.
const WORDS: usize = 13;

/// Words of weights: as many as a microbit has memory for.
const LENGTH: usize = 2500;

/// Random cases of each width.
const CASES: usize = 60;

#[entry]
fn main() -> ! {
    static mut WEIGHTS: [u32; LENGTH] = [0; LENGTH];
    let mut rng = Stream::Split.rng(1);
    for words in 1..=WORDS {
        for case in 0..CASES {
            for word in WEIGHTS.iter_mut() {
                *word = rng.next_u32();
            }
            let mut x = [0; INPUTS];
            // All shades of density, none and all among them; the last case is the largest sums.
            let density = rng.next_u32() % 9;
            for byte in &mut x {
                if rng.next_u32() % 8 < density {
                    *byte = rng.next_u32() as u8;
                }
            }
            if case == CASES - 1 {
                x.fill(u8::MAX);
                let extreme = [0x8000_8000, 0x7fff_7fff, 0x7f80_7f80, 0x8080_8080];
                let extreme = extreme[words % extreme.len()];
                WEIGHTS.fill(extreme);
            }
            if !bytes(black_box(WEIGHTS), &x, words) || !bits(black_box(WEIGHTS), &x, words) {
                process::exit(1);
            }
        }
    }
    // Without an FPU, both are the same.
    #[cfg(target_abi = "eabihf")]
    if !f32s::agree() {
        process::exit(1);
    }
    process::exit(0)
}

/// Whether both kernels add up the same of bytes, whether these lie in memory or are listed.
fn bytes(weights: &[u32], x: &[u8], words: usize) -> bool {
    type Sums = [[i32; 2]; WORDS];
    fn sums(words: usize, add: impl FnOnce(&mut [[i32; 2]])) -> Sums {
        let mut sums = [[7, -7]; WORDS];
        add(sums.get_mut(..words).unwrap_or_default());
        sums
    }
    // Of several lengths, and anywhere in memory.
    let pairs = (LENGTH / words).min(INPUTS.div_ceil(2));
    let x = x.get(words % 4..2 * pairs - words % 3).unwrap_or_default();
    let expected = sums(words, |sums| Portable::<4>::bytes(weights, pairs, x, sums));
    sums(words, |sums| Native::bytes(weights, pairs, x, sums)) == expected
        && sums(words, |sums| add_pairs::<Native>(weights, pairs, x, sums)) == expected
}

/// Whether both kernels add up the same of bits.
fn bits(weights: &[u32], x: &[u8], words: usize) -> bool {
    fn sums<K: Kernels>(weights: &[u32], x: &[u8], words: usize) -> [[i32; 4]; WORDS] {
        let mut sums = [[7, -7, i32::MAX, i32::MIN]; WORDS];
        // Of several lengths, whole words and not.
        let inputs = 8 * (words + 25).min(LENGTH / words / 8);
        let packed = x.get(..packed_length(inputs)).unwrap_or_default();
        K::bits(weights, inputs, packed, sums.get_mut(..words).unwrap_or_default());
        sums
    }
    // Of one weight, plainly, so that both are not wrong alike.
    let lit = x.first().is_some_and(|byte| byte & 1 == 1);
    let mut first = [[0; 4]; WORDS];
    let one = [u8::from(lit)];
    Native::bits(weights, 8, &one, first.get_mut(..words).unwrap_or_default());
    let expected = if lit { Layout::Rows.weight(weights, 4 * words, 0, 0) } else { 0 };
    first[0][0] == i32::from(expected)
        && sums::<Native>(weights, x, words) == sums::<Portable>(weights, x, words)
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    process::exit(101)
}
