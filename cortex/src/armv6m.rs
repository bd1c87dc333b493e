//! Blocks for Cortex-M0 and M0+: 16-bit instructions, most of which reach r0 to r7 only; to the
//! others they can add.
//!
//! A word of pairs is four products in twelve instructions. A word of rows is four sums in four: bytes
//! 0 and 2 by a mask, and all that is above byte 0, in which byte 2 is between 1 and 3; what it adds
//! is known from the first sums. Lists are short: there is little memory.

use core::arch::naked_asm;

use gradito_core::quantized::lit::Pair;

use crate::blocks::Walk;

/// Entries of a list of bits at which it is worked off. With those of a step more, a sum of bytes
/// stays within 16 bits.
pub const FULL_BITS: usize = 24;

/// The same of pairs.
pub const FULL_PAIRS: usize = 16;

/// Bytes of bits that are looked at together.
pub const BIT_STEP: usize = 1;

/// Bytes of pairs that are looked at together.
pub const PAIR_STEP: usize = 2;

/// Keeps r8 to r11; r4 to r7 are lost and have to be kept before.
macro_rules! keep_high {
    () => {
        "mov r4, r8\nmov r5, r9\nmov r6, r10\nmov r7, r11\npush {{r4, r5, r6, r7}}\n"
    };
}

/// Gives back what [`keep_high`] kept.
macro_rules! restore_high {
    () => {
        "pop {{r4, r5, r6, r7}}\nmov r8, r4\nmov r9, r5\nmov r10, r6\nmov r11, r7\n"
    };
}

/// The word of pairs in the first register, of which nothing is left: inputs in the next two, one for
/// what is found on the way, sums of low bytes and of half words.
macro_rules! pair_word {
    ($word:literal, $first:literal, $second:literal, $found:literal, $low:literal, $whole:literal) => {
        concat!(
            "sxth ", $found, ", ", $word, "\n", "muls ", $found, ", ", $first, ", ", $found, "\n",
            "add ", $whole, ", ", $found, "\n", "sxtb ", $found, ", ", $word, "\n", "muls ",
            $found, ", ", $first, ", ", $found, "\n", "add ", $low, ", ", $found, "\n", "asrs ",
            $word, ", ", $word, ", #16\n", "sxtb ", $found, ", ", $word, "\n", "muls ", $found,
            ", ", $second, ", ", $found, "\n", "add ", $low, ", ", $found, "\n", "muls ", $word,
            ", ", $second, ", ", $word, "\n", "add ", $whole, ", ", $word, "\n",
        )
    };
}

/// The next word of pairs of four.
macro_rules! next_pair_word {
    ($low:literal, $whole:literal) => {
        concat!("ldmia r2!, {{r5}}\n", pair_word!("r5", "r4", "r3", "r0", $low, $whole))
    };
}

/// Adds what was found for a word of pairs to its sums at r2, and moves on.
macro_rules! store_pair_word {
    ($low:literal, $whole:literal) => {
        concat!(
            "mov r0, ",
            $low,
            "\n",
            "mov r1, ",
            $whole,
            "\n",
            "subs r1, r1, r0\n",
            "asrs r1, r1, #8\n",
            "ldr r3, [r2]\n",
            "adds r0, r0, r3\n",
            "ldr r3, [r2, #4]\n",
            "adds r1, r1, r3\n",
            "stmia r2!, {{r0, r1}}\n",
        )
    };
}

/// 4 words of pairs, 8 outputs.
#[unsafe(naked)]
pub unsafe extern "C" fn pairs4(weights: *const u32, list: *const Pair, sums: *mut [i32; 2]) {
    naked_asm!(
        "push {{r4, r5, r6, r7, lr}}",
        keep_high!(),
        "push {{r0, r2}}",
        "movs r6, #0",
        "movs r7, #0",
        "mov r8, r6",
        "mov r9, r6",
        "mov r10, r6",
        "mov r11, r6",
        "mov r12, r6",
        "mov lr, r6",
        "b 3f",
        "2:",
        "ldr r4, [sp]",
        "adds r2, r2, r4",
        "uxtb r4, r3",
        "lsrs r3, r3, #16",
        next_pair_word!("r6", "r7"),
        next_pair_word!("r8", "r9"),
        next_pair_word!("r10", "r11"),
        next_pair_word!("r12", "lr"),
        "3:",
        "ldmia r1!, {{r2, r3}}",
        "cmp r3, #0",
        "bne 2b",
        "ldr r2, [sp, #4]",
        store_pair_word!("r6", "r7"),
        store_pair_word!("r8", "r9"),
        store_pair_word!("r10", "r11"),
        store_pair_word!("r12", "lr"),
        "add sp, #8",
        restore_high!(),
        "pop {{r4, r5, r6, r7, pc}}",
    )
}

/// 1 word of pairs, 2 outputs.
#[unsafe(naked)]
pub unsafe extern "C" fn pairs1(weights: *const u32, list: *const Pair, sums: *mut [i32; 2]) {
    naked_asm!(
        "push {{r4, r5, r6, r7, lr}}",
        "movs r6, #0",
        "mov r7, r6",
        "mov r12, r2",
        "b 3f",
        "2:",
        "ldr r5, [r2, r0]",
        "uxtb r4, r3",
        "lsrs r3, r3, #16",
        pair_word!("r5", "r4", "r3", "r2", "r6", "r7"),
        "3:",
        "ldmia r1!, {{r2, r3}}",
        "cmp r3, #0",
        "bne 2b",
        "mov r2, r12",
        store_pair_word!("r6", "r7"),
        "pop {{r4, r5, r6, r7, pc}}",
    )
}

/// The word of rows in the first register, of which nothing is left: to the sums of bytes 0 and 2, by
/// the mask in r3, and to those of what is above byte 0; one for what is found on the way.
macro_rules! row_word {
    ($word:literal, $found:literal, $even:literal, $odd:literal) => {
        concat!(
            "lsrs ", $found, ", ", $word, ", #8\n", "add ", $odd, ", ", $found, "\n", "ands ",
            $word, ", ", $word, ", r3\n", "add ", $even, ", ", $word, "\n",
        )
    };
}

/// The next word of rows of four.
macro_rules! next_row_word {
    ($even:literal, $odd:literal) => {
        concat!("ldmia r2!, {{r4}}\n", row_word!("r4", "r5", $even, $odd))
    };
}

/// Where sums of rows start in r6 and r7: at −128 for each of the entries in r3, in all bytes. Then r3
/// is the mask of bytes 0 and 2.
macro_rules! begin_row_words {
    () => {
        concat!(
            "lsls r3, r3, #7\n",
            "lsls r6, r3, #16\n",
            "adds r6, r6, r3\n",
            "negs r6, r6\n",
            "lsls r3, r3, #8\n",
            "subs r7, r6, r3\n",
            "movs r4, #0xff\n",
            "lsls r3, r4, #16\n",
            "adds r3, r3, r4\n",
        )
    };
}

/// Adds what was found for a word of rows, in r3 and r5, to its sums at r2, and moves on; r0, r1 and
/// r4 are lost.
///
/// # Safety
///
/// Not to be called but by the blocks.
#[unsafe(naked)]
unsafe extern "C" fn store_row_word() {
    naked_asm!(
        "sxth r4, r3",
        "subs r3, r3, r4",
        "asrs r0, r3, #8",
        "subs r5, r5, r0",
        "sxth r0, r5",
        "subs r5, r5, r0",
        "asrs r3, r3, #16",
        "asrs r5, r5, #16",
        "ldr r1, [r2]",
        "adds r4, r4, r1",
        "ldr r1, [r2, #4]",
        "adds r0, r0, r1",
        "ldr r1, [r2, #8]",
        "adds r3, r3, r1",
        "ldr r1, [r2, #12]",
        "adds r5, r5, r1",
        "stmia r2!, {{r4}}",
        "stmia r2!, {{r0}}",
        "stmia r2!, {{r3, r5}}",
        "bx lr",
    )
}

/// 4 words of rows, 16 outputs.
#[unsafe(naked)]
pub unsafe extern "C" fn rows4(at: isize, list: *const u32, sums: *mut [i32; 4], count: usize) {
    naked_asm!(
        "push {{r4, r5, r6, r7, lr}}",
        keep_high!(),
        "push {{r2}}",
        begin_row_words!(),
        "mov r8, r6",
        "mov r9, r7",
        "mov r10, r6",
        "mov r11, r7",
        "mov r12, r6",
        "mov lr, r7",
        "b 3f",
        "2:",
        "adds r2, r2, r0",
        next_row_word!("r6", "r7"),
        next_row_word!("r8", "r9"),
        next_row_word!("r10", "r11"),
        next_row_word!("r12", "lr"),
        "3:",
        "ldmia r1!, {{r2}}",
        "cmp r2, #0",
        "bne 2b",
        "pop {{r2}}",
        "mov r3, r6",
        "mov r5, r7",
        "mov r7, lr",
        "bl {store}",
        "mov r3, r8",
        "mov r5, r9",
        "bl {store}",
        "mov r3, r10",
        "mov r5, r11",
        "bl {store}",
        "mov r3, r12",
        "mov r5, r7",
        "bl {store}",
        restore_high!(),
        "pop {{r4, r5, r6, r7, pc}}",
        store = sym store_row_word,
    )
}

/// 1 word of rows, 4 outputs.
#[unsafe(naked)]
pub unsafe extern "C" fn rows1(at: isize, list: *const u32, sums: *mut [i32; 4], count: usize) {
    naked_asm!(
        "push {{r4, r5, r6, r7, lr}}",
        begin_row_words!(),
        "mov r12, r2",
        "b 3f",
        "2:",
        "ldr r4, [r2, r0]",
        row_word!("r4", "r5", "r6", "r7"),
        "3:",
        "ldmia r1!, {{r2}}",
        "cmp r2, #0",
        "bne 2b",
        "mov r2, r12",
        "mov r3, r6",
        "mov r5, r7",
        "bl {store}",
        "pop {{r4, r5, r6, r7, pc}}",
        store = sym store_row_word,
    )
}

/// One bit, the lowest of r7: its entry in r3, that of the next r4 bytes on.
macro_rules! bit {
    () => {
        "lsrs r7, r7, #1\nbcc 4f\nstmia r5!, {{r3}}\n4:\nadds r3, r3, r4\n"
    };
}

/// Lists the bits that are set until the bytes end or the list is full, and says how far it came.
#[unsafe(naked)]
pub unsafe extern "C" fn collect_bits(walk: *mut Walk) {
    naked_asm!(
        "push {{r0, r4, r5, r6, r7, lr}}",
        "ldmia r0!, {{r1, r2, r3, r4, r5, r6}}",
        "lsls r0, r4, #3",
        "b 3f",
        "2:",
        "adds r3, r3, r0",
        "3:",
        "cmp r1, r2",
        "beq 5f",
        "ldrb r7, [r1]",
        "adds r1, #1",
        "cmp r7, #0",
        "beq 2b",
        bit!(),
        bit!(),
        bit!(),
        bit!(),
        bit!(),
        bit!(),
        bit!(),
        bit!(),
        "cmp r5, r6",
        "bls 3b",
        "5:",
        "pop {{r0}}",
        "str r1, [r0]",
        "str r3, [r0, #8]",
        "str r5, [r0, #16]",
        "pop {{r4, r5, r6, r7, pc}}",
    )
}

/// Lists the pairs that are not zero until the bytes end or the list is full, and says how far it
/// came.
#[unsafe(naked)]
pub unsafe extern "C" fn collect_pairs(walk: *mut Walk) {
    naked_asm!(
        "push {{r0, r4, r5, r6, r7, lr}}",
        "ldmia r0!, {{r1, r2, r3, r4, r5, r6}}",
        "b 3f",
        "2:",
        "adds r3, r3, r4",
        "3:",
        "cmp r1, r2",
        "beq 5f",
        "ldrb r0, [r1]",
        "ldrb r7, [r1, #1]",
        "adds r1, #2",
        "lsls r7, r7, #16",
        "orrs r7, r7, r0",
        "beq 2b",
        "stmia r5!, {{r3, r7}}",
        "adds r3, r3, r4",
        "cmp r5, r6",
        "bls 3b",
        "5:",
        "pop {{r0}}",
        "str r1, [r0]",
        "str r3, [r0, #8]",
        "str r5, [r0, #16]",
        "pop {{r4, r5, r6, r7, pc}}",
    )
}
