//! What processors with the whole Thumb instruction set share: lists of what is not zero, and how sums
//! of pairs are stored.

use core::arch::naked_asm;

use crate::blocks::Walk;

/// Bytes of bits that are looked at together.
pub const BIT_STEP: usize = 4;

/// Bytes of pairs that are looked at together.
pub const PAIR_STEP: usize = 4;

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

pub(crate) use store_two_pairs;

/// Lists the bits that are set until the bytes end or the list is full, and says how far it came.
#[unsafe(naked)]
pub unsafe extern "C" fn collect_bits(walk: *mut Walk) {
    naked_asm!(
        "push {{r0, r4, r5, r6, r7, r8, r9, lr}}",
        "ldmia r0, {{r1, r2, r3, r4, r5, r6}}",
        "mov r12, #0x80000000",
        "b 3f",
        "2:",
        "add r3, r3, r4, lsl #5",
        "3:",
        "cmp r1, r2",
        "beq 5f",
        "ldr r0, [r1], #4",
        "cmp r0, #0",
        "beq 2b",
        "rbit r0, r0",
        "4:",
        "clz r7, r0",
        "lsr r8, r12, r7",
        "mla r7, r7, r4, r3",
        "stmia r5!, {{r7}}",
        "bics r0, r0, r8",
        "bne 4b",
        "add r3, r3, r4, lsl #5",
        "cmp r5, r6",
        "bls 3b",
        "5:",
        "ldr r0, [sp]",
        "str r1, [r0]",
        "str r3, [r0, #8]",
        "str r5, [r0, #16]",
        "pop {{r0, r4, r5, r6, r7, r8, r9, pc}}",
    )
}

/// Lists the pairs that are not zero until the bytes end or the list is full, and says how far it
/// came.
#[unsafe(naked)]
pub unsafe extern "C" fn collect_pairs(walk: *mut Walk) {
    naked_asm!(
        "push {{r0, r4, r5, r6, r7, lr}}",
        "ldmia r0, {{r1, r2, r3, r4, r5, r6}}",
        "2:",
        "cmp r1, r2",
        "beq 6f",
        "ldr r0, [r1], #4",
        "cbnz r0, 3f",
        "add r3, r3, r4, lsl #1",
        "b 2b",
        "3:",
        "uxtb r7, r0",
        "ubfx r12, r0, #8, #8",
        "orrs r7, r7, r12, lsl #16",
        "beq 4f",
        "stmia r5!, {{r3, r7}}",
        "4:",
        "adds r3, r3, r4",
        "ubfx r7, r0, #16, #8",
        "lsrs r0, r0, #24",
        "orrs r7, r7, r0, lsl #16",
        "beq 5f",
        "stmia r5!, {{r3, r7}}",
        "5:",
        "adds r3, r3, r4",
        "cmp r5, r6",
        "bls 2b",
        "6:",
        "ldr r0, [sp]",
        "str r1, [r0]",
        "str r3, [r0, #8]",
        "str r5, [r0, #16]",
        "pop {{r0, r4, r5, r6, r7, pc}}",
    )
}
