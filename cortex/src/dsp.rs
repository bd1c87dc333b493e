//! Blocks for the DSP extension, as Cortex-M4 and M7 have it.
//!
//! | instruction | does |
//! | --- | --- |
//! | `SMLAD` | two products of half words, added to a sum |
//! | `SXTB16` | bytes 0 and 2 of a word, as half words with their signs |
//! | `UXTAB16` | bytes 0 and 2, added to two half words; 1 and 3 once the word is rotated |
//!
//! A word of pairs is four products in three instructions, a word of rows four sums in two. Loops
//! have several turns, as far as a short branch reaches.

use core::arch::naked_asm;

use gradito_core::quantized::lit::Pair;

use crate::blocks::{MIDDLE, WORD};
use crate::thumb2::store_two_pairs;
pub use crate::thumb2::{BIT_STEP, PAIR_STEP, collect_bits, collect_pairs};

/// Entries of a list of bits at which it is worked off. With those of a word more, a sum of bytes
/// stays within 16 bits.
pub const FULL_BITS: usize = 128;

/// The same of pairs.
pub const FULL_PAIRS: usize = 64;

/// Adds the weights of a list of so many entries, each the middle of a row's first 8 words, and
/// two zeros.
///
/// # Safety
///
/// The rows have as many words as there are `sums`.
pub unsafe fn rows(list: *mut u32, count: usize, sums: &mut [[i32; 4]]) {
    let (mut blocks, mut at) = (sums.chunks_exact_mut(4), -MIDDLE);
    // SAFETY: the caller's; an entry and `at` are where the words of a block start.
    unsafe {
        for sums in blocks.by_ref() {
            if at > 0 {
                for index in 0..count {
                    *list.add(index) += 2 * MIDDLE as u32;
                }
                at = -MIDDLE;
            }
            let block = if at < 0 { rows4_before } else { rows4_behind };
            block(count, list, sums.as_mut_ptr());
            at += MIDDLE;
        }
        for sums in blocks.into_remainder() {
            rows1(at, list, sums, count);
            at += WORD;
        }
    }
}

/// Two words of pairs: r12 and lr, the inputs in r3. The first two registers are the sums of low
/// bytes and of half words of the first word, the last two those of the second.
macro_rules! two_pairs {
    ($low0:literal, $whole0:literal, $low1:literal, $whole1:literal) => {
        concat!(
            "smlad ",
            $whole0,
            ", r12, r3, ",
            $whole0,
            "\n",
            "sxtb16 r12, r12\n",
            "smlad ",
            $low0,
            ", r12, r3, ",
            $low0,
            "\n",
            "smlad ",
            $whole1,
            ", lr, r3, ",
            $whole1,
            "\n",
            "sxtb16 lr, lr\n",
            "smlad ",
            $low1,
            ", lr, r3, ",
            $low1,
            "\n",
        )
    };
}

/// One entry of a list of pairs: 4 words.
macro_rules! four_words_of_pairs {
    () => {
        concat!(
            "ldmia r1!, {{r2, r3}}\n",
            "cbz r3, 3f\n",
            "add r2, r2, r0\n",
            "ldmia r2!, {{r12, lr}}\n",
            two_pairs!("r4", "r5", "r6", "r7"),
            "ldmia r2, {{r12, lr}}\n",
            two_pairs!("r8", "r9", "r10", "r11"),
        )
    };
}

/// 4 words of pairs, 8 outputs.
#[unsafe(naked)]
pub unsafe extern "C" fn pairs4(weights: *const u32, list: *const Pair, sums: *mut [i32; 2]) {
    naked_asm!(
        "push {{r2, r4, r5, r6, r7, r8, r9, r10, r11, lr}}",
        "movs r4, #0",
        "movs r5, #0",
        "movs r6, #0",
        "movs r7, #0",
        "mov r8, r4",
        "mov r9, r4",
        "mov r10, r4",
        "mov r11, r4",
        "2:",
        four_words_of_pairs!(),
        four_words_of_pairs!(),
        "b 2b",
        "3:",
        "ldr r2, [sp]",
        store_two_pairs!("r4", "r5", "r6", "r7"),
        store_two_pairs!("r8", "r9", "r10", "r11"),
        "pop {{r2, r4, r5, r6, r7, r8, r9, r10, r11, pc}}",
    )
}

/// 2 words of pairs, 4 outputs.
#[unsafe(naked)]
pub unsafe extern "C" fn pairs2(weights: *const u32, list: *const Pair, sums: *mut [i32; 2]) {
    naked_asm!(
        "push {{r2, r4, r5, r6, r7, lr}}",
        "movs r4, #0",
        "movs r5, #0",
        "movs r6, #0",
        "movs r7, #0",
        "2:",
        "ldmia r1!, {{r2, r3}}",
        "cbz r3, 3f",
        "add r2, r2, r0",
        "ldmia r2, {{r12, lr}}",
        two_pairs!("r4", "r5", "r6", "r7"),
        "b 2b",
        "3:",
        "ldr r2, [sp]",
        store_two_pairs!("r4", "r5", "r6", "r7"),
        "pop {{r2, r4, r5, r6, r7, pc}}",
    )
}

/// One entry of a list of pairs: 1 word.
macro_rules! word_of_pairs {
    () => {
        concat!(
            "ldmia r1!, {{r3, r6}}\n",
            "cbz r6, 3f\n",
            "ldr r12, [r0, r3]\n",
            "smlad r5, r12, r6, r5\n",
            "sxtb16 r12, r12\n",
            "smlad r4, r12, r6, r4\n",
        )
    };
}

/// 1 word of pairs, 2 outputs.
#[unsafe(naked)]
pub unsafe extern "C" fn pairs1(weights: *const u32, list: *const Pair, sums: *mut [i32; 2]) {
    naked_asm!(
        "push {{r4, r5, r6, lr}}",
        "movs r4, #0",
        "movs r5, #0",
        "2:",
        word_of_pairs!(),
        word_of_pairs!(),
        "b 2b",
        "3:",
        "subs r5, r5, r4",
        "ldmia r2, {{r0, r1}}",
        "adds r0, r0, r4",
        "add r1, r1, r5, asr #8",
        "stmia r2!, {{r0, r1}}",
        "pop {{r4, r5, r6, pc}}",
    )
}

/// Adds the bytes of the word in the first register to two sums of half words each in the others.
macro_rules! row_word {
    ($word:literal, $even:literal, $odd:literal) => {
        concat!(
            "uxtab16 ",
            $even,
            ", ",
            $even,
            ", ",
            $word,
            "\n",
            "uxtab16 ",
            $odd,
            ", ",
            $odd,
            ", ",
            $word,
            ", ror #8\n",
        )
    };
}

/// Adds what was found for a word of rows to its sums at r2, and moves on.
macro_rules! store_row_word {
    ($even:literal, $odd:literal) => {
        concat!(
            "ldmia r2, {{r0, r1, r3, r12}}\n",
            "sxtah r0, r0, ",
            $even,
            "\n",
            "sxtah r1, r1, ",
            $odd,
            "\n",
            "add r3, r3, ",
            $even,
            ", asr #16\n",
            "add r12, r12, ",
            $odd,
            ", asr #16\n",
            "stmia r2!, {{r0, r1, r3, r12}}\n",
        )
    };
}

/// 4 words of rows where the first register points, to or from there, which may be the second.
macro_rules! four_words_of_a_row {
    ($load:literal, $at:literal, $first:literal) => {
        concat!(
            $load,
            " ",
            $at,
            ", {{",
            $first,
            ", r3, r12, lr}}\n",
            row_word!($first, "r4", "r5"),
            row_word!("r3", "r6", "r7"),
            row_word!("r12", "r8", "r9"),
            row_word!("lr", "r10", "r11"),
        )
    };
}

/// A block of 4 words of rows, 16 outputs: sums start at −128 for each entry.
///
/// Entries are read two at a time, after one alone if they are odd in number; there is one look for
/// the end in four, and the first turn is chosen so that it is in time.
macro_rules! rows4 {
    ($(#[$doc:meta])* $name:ident, $load:literal) => {
        $(#[$doc])*
        #[unsafe(naked)]
        unsafe extern "C" fn $name(count: usize, list: *const u32, sums: *mut [i32; 4]) {
            naked_asm!(
                "push {{r2, r4, r5, r6, r7, r8, r9, r10, r11, lr}}",
                "lsls r4, r0, #7",
                "negs r4, r4",
                "pkhbt r4, r4, r4, lsl #16",
                "mov r5, r4",
                "mov r6, r4",
                "mov r7, r4",
                "mov r8, r4",
                "mov r9, r4",
                "mov r10, r4",
                "mov r11, r4",
                "lsrs r3, r0, #1",
                "bcc 1f",
                "ldr r2, [r1], #4",
                four_words_of_a_row!($load, "r2", "r2"),
                "1:",
                "tst r0, #2",
                "beq 3f",
                "2:",
                "ldmia r1!, {{r0, r2}}",
                four_words_of_a_row!($load, "r0", "r0"),
                four_words_of_a_row!($load, "r2", "r2"),
                "3:",
                "ldmia r1!, {{r0, r2}}",
                "cbz r0, 4f",
                four_words_of_a_row!($load, "r0", "r0"),
                four_words_of_a_row!($load, "r2", "r2"),
                "b 2b",
                "4:",
                "ldr r2, [sp]",
                store_row_word!("r4", "r5"),
                store_row_word!("r6", "r7"),
                store_row_word!("r8", "r9"),
                store_row_word!("r10", "r11"),
                "pop {{r2, r4, r5, r6, r7, r8, r9, r10, r11, pc}}",
            )
        }
    };
}

rows4! {
    /// Of the words before where entries are.
    rows4_before, "ldmdb"
}

rows4! {
    /// Of the words from there on.
    rows4_behind, "ldmia"
}

/// 1 word of rows, so many bytes from where entries are, 4 outputs.
#[unsafe(naked)]
unsafe extern "C" fn rows1(at: isize, list: *const u32, sums: *mut [i32; 4], count: usize) {
    naked_asm!(
        "push {{r4, r5}}",
        "lsls r3, r3, #7",
        "negs r3, r3",
        "pkhbt r4, r3, r3, lsl #16",
        "mov r5, r4",
        "2:",
        "ldr r3, [r1], #4",
        "cbz r3, 3f",
        "ldr r12, [r3, r0]",
        row_word!("r12", "r4", "r5"),
        "b 2b",
        "3:",
        store_row_word!("r4", "r5"),
        "pop {{r4, r5}}",
        "bx lr",
    )
}
