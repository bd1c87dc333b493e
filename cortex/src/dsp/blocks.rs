//! Sums of a few words while a whole list passes: they stay in registers.
//!
//! All of these take the address of the block's first word in row 0, a list that is ended by an
//! entry of zeros, and the block's sums. r0 to r3 and r12 are theirs by the procedure call standard
//! (Arm, "Procedure Call Standard for the Arm Architecture", IHI 0042), the others are kept.
//!
//! An entry is two words for pairs, the first word of its row and its two inputs as half words; one
//! for rows, the first word of its row plus 1. Loops have two turns, as far as a short branch
//! reaches.

use core::arch::naked_asm;

use gradito_core::quantized::lit::{Bit, Pair};

/// A block of words: weights, list and sums.
pub type Block<E, S> = unsafe extern "C" fn(*const u32, *const E, *mut S);

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

/// Adds what was found for two words of pairs to their sums at r2, and moves on.
macro_rules! store_two_pairs {
    ($low0:literal, $whole0:literal, $low1:literal, $whole1:literal) => {
        concat!(
            "sub ",
            $whole0,
            ", ",
            $whole0,
            ", ",
            $low0,
            "\n",
            "sub ",
            $whole1,
            ", ",
            $whole1,
            ", ",
            $low1,
            "\n",
            "ldmia r2, {{r0, r1, r3, r12}}\n",
            "add r0, r0, ",
            $low0,
            "\n",
            "add r1, r1, ",
            $whole0,
            ", asr #8\n",
            "add r3, r3, ",
            $low1,
            "\n",
            "add r12, r12, ",
            $whole1,
            ", asr #8\n",
            "stmia r2!, {{r0, r1, r3, r12}}\n",
        )
    };
}

/// One entry of a list of pairs: 4 words.
macro_rules! four_words_of_pairs {
    () => {
        concat!(
            "ldmia r1!, {{r2, r3}}\n",
            "cbz r3, 3f\n",
            "add r2, r0, r2, lsl #2\n",
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
        "add r2, r0, r2, lsl #2",
        "ldmia r2, {{r12, lr}}",
        two_pairs!("r4", "r5", "r6", "r7"),
        "b 2b",
        "3:",
        "ldr r2, [sp]",
        store_two_pairs!("r4", "r5", "r6", "r7"),
        "pop {{r2, r4, r5, r6, r7, pc}}",
    )
}

/// 1 word of pairs, 2 outputs.
#[unsafe(naked)]
pub unsafe extern "C" fn pairs1(weights: *const u32, list: *const Pair, sums: *mut [i32; 2]) {
    naked_asm!(
        "push {{r4, r5, r6, lr}}",
        "movs r4, #0",
        "movs r5, #0",
        "2:",
        "ldmia r1!, {{r3, r6}}",
        "cbz r6, 3f",
        "ldr r12, [r0, r3, lsl #2]",
        "smlad r5, r12, r6, r5",
        "sxtb16 r12, r12",
        "smlad r4, r12, r6, r4",
        "ldmia r1!, {{r3, r6}}",
        "cbz r6, 3f",
        "ldr r12, [r0, r3, lsl #2]",
        "smlad r5, r12, r6, r5",
        "sxtb16 r12, r12",
        "smlad r4, r12, r6, r4",
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
            "sxtab16 ",
            $even,
            ", ",
            $even,
            ", ",
            $word,
            "\n",
            "sxtab16 ",
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

/// One entry of a list of bits: 4 words.
macro_rules! four_words_of_a_row {
    () => {
        concat!(
            "ldmia r1!, {{r2}}\n",
            "cbz r2, 3f\n",
            "add r2, r0, r2, lsl #2\n",
            "ldmia r2, {{r2, r3, r12, lr}}\n",
            row_word!("r2", "r4", "r5"),
            row_word!("r3", "r6", "r7"),
            row_word!("r12", "r8", "r9"),
            row_word!("lr", "r10", "r11"),
        )
    };
}

/// 4 words of rows, 16 outputs.
#[unsafe(naked)]
pub unsafe extern "C" fn rows4(weights: *const u32, list: *const Bit, sums: *mut [i32; 4]) {
    naked_asm!(
        "push {{r2, r4, r5, r6, r7, r8, r9, r10, r11, lr}}",
        "subs r0, r0, #4",
        "movs r4, #0",
        "movs r5, #0",
        "movs r6, #0",
        "movs r7, #0",
        "mov r8, r4",
        "mov r9, r4",
        "mov r10, r4",
        "mov r11, r4",
        "2:",
        four_words_of_a_row!(),
        four_words_of_a_row!(),
        "b 2b",
        "3:",
        "ldr r2, [sp]",
        store_row_word!("r4", "r5"),
        store_row_word!("r6", "r7"),
        store_row_word!("r8", "r9"),
        store_row_word!("r10", "r11"),
        "pop {{r2, r4, r5, r6, r7, r8, r9, r10, r11, pc}}",
    )
}

/// 2 words of rows, 8 outputs.
#[unsafe(naked)]
pub unsafe extern "C" fn rows2(weights: *const u32, list: *const Bit, sums: *mut [i32; 4]) {
    naked_asm!(
        "push {{r2, r4, r5, r6, r7, lr}}",
        "subs r0, r0, #4",
        "movs r4, #0",
        "movs r5, #0",
        "movs r6, #0",
        "movs r7, #0",
        "2:",
        "ldmia r1!, {{r2}}",
        "cbz r2, 3f",
        "add r2, r0, r2, lsl #2",
        "ldmia r2, {{r3, r12}}",
        row_word!("r3", "r4", "r5"),
        row_word!("r12", "r6", "r7"),
        "b 2b",
        "3:",
        "ldr r2, [sp]",
        store_row_word!("r4", "r5"),
        store_row_word!("r6", "r7"),
        "pop {{r2, r4, r5, r6, r7, pc}}",
    )
}

/// 1 word of rows, 4 outputs.
#[unsafe(naked)]
pub unsafe extern "C" fn rows1(weights: *const u32, list: *const Bit, sums: *mut [i32; 4]) {
    naked_asm!(
        "push {{r4, r5, r6, lr}}",
        "subs r0, r0, #4",
        "movs r4, #0",
        "movs r5, #0",
        "2:",
        "ldmia r1!, {{r3}}",
        "cbz r3, 3f",
        "ldr r12, [r0, r3, lsl #2]",
        row_word!("r12", "r4", "r5"),
        "b 2b",
        "3:",
        store_row_word!("r4", "r5"),
        "pop {{r4, r5, r6, pc}}",
    )
}

/// A walk over bits: what it goes through, and the list of those that are set.
#[repr(C)]
pub struct Walk {
    /// The next 32 bits, the lowest first.
    pub words: *const [u8; 4],
    /// Their end.
    pub end: *const [u8; 4],
    /// The entry of the next bit: the first word of its row, plus 1.
    pub first: u32,
    /// Words of a row.
    pub row: u32,
    /// Where the next entry goes.
    pub list: *mut u32,
    /// The walk stops before a word once the list is beyond this.
    pub full: *const u32,
}

/// Lists the bits that are set until the words end or the list is full, and says how far it came.
#[unsafe(naked)]
pub unsafe extern "C" fn collect(walk: *mut Walk) {
    naked_asm!(
        "push {{r0, r4, r5, r6, r7, r8, r9, lr}}",
        "ldmia r0, {{r1, r2, r3, r4, r5, r6}}",
        "mov r12, #0x80000000",
        "2:",
        "cmp r1, r2",
        "beq 5f",
        "cmp r5, r6",
        "bhi 5f",
        "ldr r0, [r1], #4",
        "cbz r0, 4f",
        "rbit r0, r0",
        "3:",
        "clz r7, r0",
        "lsr r8, r12, r7",
        "mla r7, r7, r4, r3",
        "stmia r5!, {{r7}}",
        "bics r0, r0, r8",
        "bne 3b",
        "4:",
        "add r3, r3, r4, lsl #5",
        "b 2b",
        "5:",
        "ldr r0, [sp]",
        "str r1, [r0]",
        "str r3, [r0, #8]",
        "str r5, [r0, #16]",
        "pop {{r0, r4, r5, r6, r7, r8, r9, pc}}",
    )
}
