//! Blocks for Cortex-M3: the whole Thumb instruction set, without the DSP extension.
//!
//! A word of pairs is four products in eight instructions. A word of rows is four sums in three: bytes
//! 0 and 2 by a mask, and all that is above byte 0, in which byte 2 is between 1 and 3; what it adds
//! is known from the first sums.

use core::arch::naked_asm;

use gradito_core::quantized::lit::Pair;

use crate::thumb2::store_two_pairs;
pub use crate::thumb2::{BIT_STEP, PAIR_STEP, collect_bits, collect_pairs};

/// Entries of a list of bits at which it is worked off. With those of a word more, a sum of bytes
/// stays within 16 bits.
pub const FULL_BITS: usize = 128;

/// The same of pairs.
pub const FULL_PAIRS: usize = 64;

/// The word of pairs in the first register: inputs in the next two, one for what is found on the way,
/// sums of low bytes and of half words.
macro_rules! pair_word {
    ($word:literal, $first:literal, $second:literal, $found:literal, $low:literal, $whole:literal) => {
        concat!(
            "sxth ", $found, ", ", $word, "\n", "mla ", $whole, ", ", $found, ", ", $first, ", ",
            $whole, "\n", "sxtb ", $found, ", ", $word, "\n", "mla ", $low, ", ", $found, ", ",
            $first, ", ", $low, "\n", "asr ", $word, ", ", $word, ", #16\n", "mla ", $whole, ", ",
            $word, ", ", $second, ", ", $whole, "\n", "sxtb ", $word, ", ", $word, "\n", "mla ",
            $low, ", ", $word, ", ", $second, ", ", $low, "\n",
        )
    };
}

/// The next word of pairs of four.
macro_rules! next_pair_word {
    ($low:literal, $whole:literal) => {
        concat!("ldr lr, [r2], #4\n", pair_word!("lr", "r3", "r12", "r0", $low, $whole))
    };
}

/// 4 words of pairs, 8 outputs.
#[unsafe(naked)]
pub unsafe extern "C" fn pairs4(weights: *const u32, list: *const Pair, sums: *mut [i32; 2]) {
    naked_asm!(
        "push {{r0, r2, r4, r5, r6, r7, r8, r9, r10, r11, lr}}",
        "movs r4, #0",
        "movs r5, #0",
        "movs r6, #0",
        "movs r7, #0",
        "mov r8, r4",
        "mov r9, r4",
        "mov r10, r4",
        "mov r11, r4",
        "b 3f",
        "2:",
        "ldr r12, [sp]",
        "add r2, r2, r12",
        "lsr r12, r3, #16",
        "uxth r3, r3",
        next_pair_word!("r4", "r5"),
        next_pair_word!("r6", "r7"),
        next_pair_word!("r8", "r9"),
        next_pair_word!("r10", "r11"),
        "3:",
        "ldmia r1!, {{r2, r3}}",
        "cmp r3, #0",
        "bne 2b",
        "ldr r2, [sp, #4]",
        store_two_pairs!("r4", "r5", "r6", "r7"),
        store_two_pairs!("r8", "r9", "r10", "r11"),
        "pop {{r0, r2, r4, r5, r6, r7, r8, r9, r10, r11, pc}}",
    )
}

/// 1 word of pairs, 2 outputs.
#[unsafe(naked)]
pub unsafe extern "C" fn pairs1(weights: *const u32, list: *const Pair, sums: *mut [i32; 2]) {
    naked_asm!(
        "push {{r4, r5, r6, lr}}",
        "movs r4, #0",
        "movs r5, #0",
        "b 3f",
        "2:",
        "ldr r3, [r3, r0]",
        "lsr lr, r6, #16",
        "uxth r6, r6",
        pair_word!("r3", "r6", "lr", "r12", "r4", "r5"),
        "3:",
        "ldmia r1!, {{r3, r6}}",
        "cmp r6, #0",
        "bne 2b",
        "subs r5, r5, r4",
        "ldmia r2, {{r0, r1}}",
        "adds r0, r0, r4",
        "add r1, r1, r5, asr #8",
        "stmia r2!, {{r0, r1}}",
        "pop {{r4, r5, r6, pc}}",
    )
}

/// The word of rows in the first register, of which nothing is left: to the sums of bytes 0 and 2,
/// and to those of what is above byte 0.
macro_rules! row_word {
    ($word:literal, $even:literal, $odd:literal) => {
        concat!(
            "add ",
            $odd,
            ", ",
            $odd,
            ", ",
            $word,
            ", lsr #8\n",
            "and ",
            $word,
            ", ",
            $word,
            ", #0x00ff00ff\n",
            "add ",
            $even,
            ", ",
            $even,
            ", ",
            $word,
            "\n",
        )
    };
}

/// Where sums of rows start in r4 and r5: at −128 for each of the entries in r3, in all bytes.
macro_rules! begin_row_words {
    () => {
        concat!(
            "lsls r3, r3, #7\n",
            "negs r3, r3\n",
            "add r4, r3, r3, lsl #16\n",
            "add r5, r4, r3, lsl #8\n",
        )
    };
}

/// Adds what was found for a word of rows to its sums at r2, and moves on.
macro_rules! store_row_word {
    ($even:literal, $odd:literal) => {
        concat!(
            "ldmia r2, {{r0, r1, r3, r12}}\n",
            "sxth lr, ",
            $even,
            "\n",
            "add r0, r0, lr\n",
            "sub ",
            $even,
            ", ",
            $even,
            ", lr\n",
            "add r3, r3, ",
            $even,
            ", asr #16\n",
            "sub ",
            $odd,
            ", ",
            $odd,
            ", ",
            $even,
            ", asr #8\n",
            "sxth lr, ",
            $odd,
            "\n",
            "add r1, r1, lr\n",
            "sub ",
            $odd,
            ", ",
            $odd,
            ", lr\n",
            "add r12, r12, ",
            $odd,
            ", asr #16\n",
            "stmia r2!, {{r0, r1, r3, r12}}\n",
        )
    };
}

/// 4 words of rows, 16 outputs.
#[unsafe(naked)]
pub unsafe extern "C" fn rows4(at: isize, list: *const u32, sums: *mut [i32; 4], count: usize) {
    naked_asm!(
        "push {{r2, r4, r5, r6, r7, r8, r9, r10, r11, lr}}",
        "mov lr, r0",
        begin_row_words!(),
        "mov r6, r4",
        "mov r7, r5",
        "mov r8, r4",
        "mov r9, r5",
        "mov r10, r4",
        "mov r11, r5",
        "b 3f",
        "2:",
        "add r2, r2, lr",
        "ldmia r2, {{r0, r2, r3, r12}}",
        row_word!("r0", "r4", "r5"),
        row_word!("r2", "r6", "r7"),
        row_word!("r3", "r8", "r9"),
        row_word!("r12", "r10", "r11"),
        "3:",
        "ldr r2, [r1], #4",
        "cmp r2, #0",
        "bne 2b",
        "ldr r2, [sp]",
        store_row_word!("r4", "r5"),
        store_row_word!("r6", "r7"),
        store_row_word!("r8", "r9"),
        store_row_word!("r10", "r11"),
        "pop {{r2, r4, r5, r6, r7, r8, r9, r10, r11, pc}}",
    )
}

/// 1 word of rows, 4 outputs.
#[unsafe(naked)]
pub unsafe extern "C" fn rows1(at: isize, list: *const u32, sums: *mut [i32; 4], count: usize) {
    naked_asm!(
        "push {{r3, r4, r5, lr}}",
        begin_row_words!(),
        "b 3f",
        "2:",
        "ldr r12, [r3, r0]",
        row_word!("r12", "r4", "r5"),
        "3:",
        "ldr r3, [r1], #4",
        "cmp r3, #0",
        "bne 2b",
        store_row_word!("r4", "r5"),
        "pop {{r3, r4, r5, pc}}",
    )
}
