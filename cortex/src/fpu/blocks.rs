//! What is done with a list of rows, for a few numbers of each: these, or what they grow by, stay in
//! registers while the whole list passes.
//!
//! A block of any length is one text, in which the assembler leaves out the lanes beyond it. The order
//! is such that hardly an instruction takes what the one before it calculates, which costs a cycle
//! (Arm, "Cortex-M4 Technical Reference Manual", DDI 0439, 7.2.3).

use core::arch::asm;
use core::marker::PhantomData;
use core::ops::Range;

use super::list::Entry;

/// Something that is done with a block of each of several rows.
pub trait Kernel {
    /// Numbers in the longest block.
    const MOST: usize;

    /// What there is one of for each row.
    type Item;

    /// Does it for the blocks of `L::LANES` numbers at `weights`, in row 0, and in the rows after it;
    /// `lanes` are as many numbers.
    ///
    /// # Safety
    ///
    /// There is an item, and for each item a row; and numbers as said.
    unsafe fn block<L: Length>(items: Range<*mut Self::Item>, weights: *mut f32, lanes: *mut f32);
}

/// The length of a block.
pub trait Length {
    /// How many numbers.
    const LANES: usize;

    /// Bytes from a row to the next.
    const ROW: usize;
}

/// Does a kernel for whole rows: in the fewest blocks, of nearly equal length.
///
/// # Safety
///
/// As of a block, for all `W` numbers of a row.
#[inline(never)]
pub unsafe fn in_blocks<const W: usize, K: Kernel>(
    items: Range<*mut K::Item>,
    rows: *mut [f32; W],
    lanes: *mut f32,
) {
    let (weights, mut at) = (rows.cast::<f32>(), 0);
    // SAFETY: the blocks are, together, a row.
    unsafe {
        for _ in 0..const { W % W.div_ceil(K::MOST) } {
            K::block::<Longer<W, K>>(items.clone(), weights.add(at), lanes.add(at));
            at += Longer::<W, K>::LANES;
        }
        while at < W {
            K::block::<Other<W, K>>(items.clone(), weights.add(at), lanes.add(at));
            at += Other::<W, K>::LANES;
        }
    }
}

/// The first blocks of a row, if their lengths are not equal.
struct Longer<const W: usize, K>(PhantomData<K>);

impl<const W: usize, K: Kernel> Length for Longer<W, K> {
    const LANES: usize = W.div_ceil(W.div_ceil(K::MOST));
    const ROW: usize = size_of::<[f32; W]>();
}

/// The other blocks of a row.
struct Other<const W: usize, K>(PhantomData<K>);

impl<const W: usize, K: Kernel> Length for Other<W, K> {
    const LANES: usize = W / W.div_ceil(K::MOST);
    const ROW: usize = size_of::<[f32; W]>();
}

/// Instructions of a lane each, for those lanes that there are.
macro_rules! lanes {
    ($($lane:literal: $instruction:literal)+) => {
        concat!($(".if {lanes} > ", $lane, "\n", $instruction, "\n.endif\n",)+)
    };
}

/// A block's text; then its operands, besides the registers of the FPU, all of which change.
macro_rules! block {
    ($($text:expr),+; $($operands:tt)*) => {
        asm!(
            $($text,)+
            $($operands)*
            out("d0") _, out("d1") _, out("d2") _, out("d3") _,
            out("d4") _, out("d5") _, out("d6") _, out("d7") _,
            out("d8") _, out("d9") _, out("d10") _, out("d11") _,
            out("d12") _, out("d13") _, out("d14") _, out("d15") _,
            options(nostack),
        )
    };
}

/// The next entry: its value in s0, its row in `{row}`.
macro_rules! next_row {
    () => {
        "ldrd {row}, {value}, [{entry}], #8\nvmov s0, {value}\nmla {row}, {row}, {length}, {weights}"
    };
}

/// A [`block`] for the row of each of some entries: these, the weights and the bytes of a row first.
macro_rules! each_row {
    (($entries:ident, $weights:ident, $length:expr) $($text:expr),+; $($operands:tt)*) => {
        block!(
            $($text),+;
            entry = inout(reg) $entries.start => _,
            end = in(reg) $entries.end,
            weights = in(reg) $weights,
            length = in(reg) $length,
            row = out(reg) _,
            value = out(reg) _,
            $($operands)*
        )
    };
}

/// Adds multiples of rows to sums.
pub enum Sums {}

impl Kernel for Sums {
    const MOST: usize = 16;

    type Item = Entry;

    /// The value in s0, sums in s1 to s15 and s31, weights and products in s16 to s30; the last lane's
    /// in s16.
    #[inline(never)]
    unsafe fn block<L: Length>(entries: Range<*mut Entry>, weights: *mut f32, sums: *mut f32) {
        // SAFETY: memory is read and written as the caller says, and every register that changes is
        // named.
        unsafe {
            each_row!(
                (entries, weights, L::ROW)
                "vldmia {sums}, {{s1-s{held}}}",
                lanes!(15: "vldr s31, [{sums}, #60]"),
                "2:",
                next_row!(),
                "vldmia {row}, {{s16-s{loaded}}}",
                lanes!(
                    0: "vmul.f32 s16, s0, s16"
                    1: "vmul.f32 s17, s0, s17"
                    2: "vmul.f32 s18, s0, s18"
                    3: "vmul.f32 s19, s0, s19"
                    4: "vmul.f32 s20, s0, s20"
                    5: "vmul.f32 s21, s0, s21"
                    6: "vmul.f32 s22, s0, s22"
                    7: "vmul.f32 s23, s0, s23"
                    8: "vmul.f32 s24, s0, s24"
                    9: "vmul.f32 s25, s0, s25"
                    10: "vmul.f32 s26, s0, s26"
                    11: "vmul.f32 s27, s0, s27"
                    12: "vmul.f32 s28, s0, s28"
                    13: "vmul.f32 s29, s0, s29"
                    14: "vmul.f32 s30, s0, s30"
                    0: "vadd.f32 s1, s1, s16"
                    15: "vldr s16, [{row}, #60]"
                    1: "vadd.f32 s2, s2, s17"
                    2: "vadd.f32 s3, s3, s18"
                    3: "vadd.f32 s4, s4, s19"
                    4: "vadd.f32 s5, s5, s20"
                    5: "vadd.f32 s6, s6, s21"
                    6: "vadd.f32 s7, s7, s22"
                    7: "vadd.f32 s8, s8, s23"
                    8: "vadd.f32 s9, s9, s24"
                    9: "vadd.f32 s10, s10, s25"
                    10: "vadd.f32 s11, s11, s26"
                    11: "vadd.f32 s12, s12, s27"
                    12: "vadd.f32 s13, s13, s28"
                    15: "vmul.f32 s16, s0, s16"
                    13: "vadd.f32 s14, s14, s29"
                    14: "vadd.f32 s15, s15, s30"
                    15: "vadd.f32 s31, s31, s16"
                ),
                "cmp {entry}, {end}",
                "bne 2b",
                "vstmia {sums}, {{s1-s{held}}}",
                lanes!(15: "vstr s31, [{sums}, #60]");
                lanes = const L::LANES,
                held = const if L::LANES < 15 { L::LANES } else { 15 },
                loaded = const 15 + if L::LANES < 15 { L::LANES } else { 15 },
                sums = in(reg) sums,
            );
        }
    }
}

/// Adds multiples of steps to rows.
pub enum Steps {}

impl Kernel for Steps {
    const MOST: usize = 16;

    type Item = Entry;

    /// The value in s0, steps in s1 to s16, weights in s17 to s28, products in s29 to s31 by turns.
    #[inline(never)]
    unsafe fn block<L: Length>(entries: Range<*mut Entry>, weights: *mut f32, steps: *mut f32) {
        // SAFETY: as of the sums.
        unsafe {
            each_row!(
                (entries, weights, L::ROW)
                "vldmia {steps}, {{s1-s{held}}}",
                "2:",
                next_row!(),
                "vldmia {row}, {{s17-s{loaded}}}",
                lanes!(
                    0: "vmul.f32 s29, s0, s1"
                    1: "vmul.f32 s30, s0, s2"
                    0: "vadd.f32 s17, s17, s29"
                    2: "vmul.f32 s31, s0, s3"
                    1: "vadd.f32 s18, s18, s30"
                    3: "vmul.f32 s29, s0, s4"
                    2: "vadd.f32 s19, s19, s31"
                    4: "vmul.f32 s30, s0, s5"
                    3: "vadd.f32 s20, s20, s29"
                    5: "vmul.f32 s31, s0, s6"
                    4: "vadd.f32 s21, s21, s30"
                    6: "vmul.f32 s29, s0, s7"
                    5: "vadd.f32 s22, s22, s31"
                    7: "vmul.f32 s30, s0, s8"
                    6: "vadd.f32 s23, s23, s29"
                    8: "vmul.f32 s31, s0, s9"
                    7: "vadd.f32 s24, s24, s30"
                    9: "vmul.f32 s29, s0, s10"
                    8: "vadd.f32 s25, s25, s31"
                    10: "vmul.f32 s30, s0, s11"
                    9: "vadd.f32 s26, s26, s29"
                    11: "vmul.f32 s31, s0, s12"
                    10: "vadd.f32 s27, s27, s30"
                    11: "vadd.f32 s28, s28, s31"
                ),
                "vstmia {row}!, {{s17-s{loaded}}}",
                ".if {lanes} > 12",
                "vldmia {row}, {{s17-s{rest}}}",
                lanes!(
                    12: "vmul.f32 s29, s0, s13"
                    13: "vmul.f32 s30, s0, s14"
                    12: "vadd.f32 s17, s17, s29"
                    14: "vmul.f32 s31, s0, s15"
                    13: "vadd.f32 s18, s18, s30"
                    15: "vmul.f32 s29, s0, s16"
                    14: "vadd.f32 s19, s19, s31"
                    15: "vadd.f32 s20, s20, s29"
                ),
                "vstmia {row}, {{s17-s{rest}}}",
                ".endif",
                "cmp {entry}, {end}",
                "bne 2b";
                lanes = const L::LANES,
                held = const L::LANES,
                loaded = const 16 + if L::LANES < 12 { L::LANES } else { 12 },
                rest = const if L::LANES > 12 { 4 + L::LANES } else { 17 },
                steps = in(reg) steps,
            );
        }
    }
}

/// Adds the products of rows and deltas, number by number, to one sum a row: of a block that is all of
/// the row to 0.
pub enum Products {}

impl Kernel for Products {
    const MOST: usize = 14;

    type Item = f32;

    /// The sum in s0, deltas in s1 to s14, weights and products in s15 to s28, 0 in s31.
    #[inline(never)]
    unsafe fn block<L: Length>(sums: Range<*mut f32>, weights: *mut f32, deltas: *mut f32) {
        // SAFETY: as of the sums.
        unsafe {
            block!(
                "vmov s31, {zero}",
                "vldmia {deltas}, {{s1-s{held}}}",
                "2:",
                "vldmia {row}, {{s15-s{loaded}}}",
                ".if {whole}",
                "vmov.f32 s0, s31",
                ".else",
                "vldr s0, [{sum}]",
                ".endif",
                lanes!(
                    0: "vmul.f32 s15, s15, s1"
                    1: "vmul.f32 s16, s16, s2"
                    0: "vadd.f32 s0, s0, s15"
                    2: "vmul.f32 s17, s17, s3"
                    1: "vadd.f32 s0, s0, s16"
                    3: "vmul.f32 s18, s18, s4"
                    2: "vadd.f32 s0, s0, s17"
                    4: "vmul.f32 s19, s19, s5"
                    3: "vadd.f32 s0, s0, s18"
                    5: "vmul.f32 s20, s20, s6"
                    4: "vadd.f32 s0, s0, s19"
                    6: "vmul.f32 s21, s21, s7"
                    5: "vadd.f32 s0, s0, s20"
                    7: "vmul.f32 s22, s22, s8"
                    6: "vadd.f32 s0, s0, s21"
                    8: "vmul.f32 s23, s23, s9"
                    7: "vadd.f32 s0, s0, s22"
                    9: "vmul.f32 s24, s24, s10"
                    8: "vadd.f32 s0, s0, s23"
                    10: "vmul.f32 s25, s25, s11"
                    9: "vadd.f32 s0, s0, s24"
                    11: "vmul.f32 s26, s26, s12"
                    10: "vadd.f32 s0, s0, s25"
                    12: "vmul.f32 s27, s27, s13"
                    11: "vadd.f32 s0, s0, s26"
                    13: "vmul.f32 s28, s28, s14"
                    12: "vadd.f32 s0, s0, s27"
                    13: "vadd.f32 s0, s0, s28"
                ),
                "add {row}, {row}, {length}",
                "vstmia {sum}!, {{s0}}",
                "cmp {sum}, {end}",
                "bne 2b";
                lanes = const L::LANES,
                held = const L::LANES,
                loaded = const 14 + L::LANES,
                whole = const (size_of::<f32>() * L::LANES == L::ROW) as usize,
                zero = in(reg) 0_f32.to_bits(),
                deltas = in(reg) deltas,
                row = inout(reg) weights => _,
                length = in(reg) L::ROW,
                sum = inout(reg) sums.start => _,
                end = in(reg) sums.end,
            );
        }
    }
}
