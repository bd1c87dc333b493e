//! The arithmetic of dense layers, over slices: the one place where sums are formed.
//!
//! Every network, of compile-time or of run-time widths, computes the bits of [`Portable`], whatever
//! [`Kernels`] it computes through. They take a matrix as a slice of rows `&[[f32; W]]`, one row per
//! input (input-major). On the desktop they are inlined into the caller, whose vectors they then use;
//! on a microcontroller they are functions, so that each has all registers to itself and lies in
//! flash once.
//!
//! The order of every sum is fixed: for each output, bias first, then the inputs by rising index.
//! Vectors lie *across* outputs, so their width does not change the order. There is no fused
//! multiply-add.
//!
//! With vectors, a row whose width is no power of two is worked in two blocks that overlap: the
//! lanes they share are computed twice, with equal results, which is cheaper than a ragged end. On a
//! microcontroller, which has none, a row is cut into blocks of nearly equal length, small enough
//! that their sums stay in registers while all inputs pass.

use core::fmt::Debug;

use crate::signal::Signal;

/// The largest block of outputs whose sums are held in registers, twice, while all inputs pass.
const BLOCK: usize = 32;

/// Whether the core has vectors.
const VECTORS: bool = !cfg!(target_arch = "arm");

/// Without vectors, the largest block: the other half of an FPU's 32 registers is for weights on
/// their way. Cores without an FPU take the same: few passes over the inputs.
const HELD: usize = 16;

/// Lanes of one vector of the portable element-wise loops; 1 on cores that have no vectors.
const LANES: usize = if VECTORS { 8 } else { 1 };

/// Does `$body` with `$size`, which must be a constant from 1 to 16, as the constant `$name`; with
/// another it does nothing.
macro_rules! with_constant {
    ($size:expr, $name:ident => $body:expr) => {
        with_constant!(@each 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; $size, $name => $body)
    };
    (@each $($known:literal)+; $size:expr, $name:ident => $body:expr) => {
        match $size {
            $($known => {
                const $name: usize = $known;
                $body
            })+
            _ => {}
        }
    };
}

/// Does `$pass` for each of the fewest blocks, at most [`HELD`] long and nearly equal, that a row of
/// `$width` can be cut into: `$size` is the length of the block, `$at` its position.
macro_rules! in_blocks {
    ($width:ident, $size:ident, $at:ident => $pass:expr) => {
        let blocks = $width.div_ceil(HELD);
        // So many of them, the first ones, are longer by 1 than the others.
        let longer = $width % blocks;
        with_constant!(const { $width / $width.div_ceil(HELD) + 1 }, $size => {
            for block in 0..longer {
                let $at = block * $size;
                $pass;
            }
        });
        with_constant!(const { $width / $width.div_ceil(HELD) }, $size => {
            for block in longer..blocks {
                let $at = block * $size + longer;
                $pass;
            }
        });
    };
}

/// Something that forms the sums of dense layers.
///
/// [`Portable`] defines what they are, to the bit. A crate for a processor may have faster kernels:
/// of the same products, added in the same order.
pub trait Kernels: Debug + Send + Sync + 'static {
    /// `z[W]` = `biases[W]` + Σᵢ xᵢ · `weights[i][W]`.
    fn forward<const W: usize>(
        weights: &[[f32; W]],
        biases: &[f32; W],
        x: &(impl Signal + ?Sized),
        z: &mut [f32; W],
    );

    /// `d_x[i]` = Σₒ `weights[i][o]` · `delta[o]`, by rising o from 0.
    fn backward<const W: usize>(weights: &[[f32; W]], delta: &[f32; W], d_x: &mut [f32]);

    /// `weights[i][W]` ← `weights[i][W]` + xᵢ · `step[W]`.
    ///
    /// `step` is the sample's delta times −η/m.
    fn update<const W: usize>(
        weights: &mut [[f32; W]],
        x: &(impl Signal + ?Sized),
        step: &[f32; W],
    );
}

/// The kernels of plain Rust.
#[derive(Clone, Copy, Debug)]
pub enum Portable {}

impl Kernels for Portable {
    #[cfg_attr(target_arch = "arm", inline(never))]
    #[cfg_attr(not(target_arch = "arm"), inline(always))]
    fn forward<const W: usize>(
        weights: &[[f32; W]],
        biases: &[f32; W],
        x: &(impl Signal + ?Sized),
        z: &mut [f32; W],
    ) {
        const {
            assert!(W > 0, "a layer needs at least one output");
        }
        if !VECTORS {
            return forward_in_blocks(weights, biases, x, z);
        }
        // The two blocks of a pass start at `at` and at `at + B` or, in the last pass, where they
        // end with the row.
        match W {
            1 => forward_pass::<1, W>(weights, biases, x, z, [0, 0]),
            2 => forward_pass::<1, W>(weights, biases, x, z, [0, 1]),
            3..=4 => forward_pass::<2, W>(weights, biases, x, z, [0, W - 2]),
            5..=8 => forward_pass::<4, W>(weights, biases, x, z, [0, W - 4]),
            9..=16 => forward_pass::<8, W>(weights, biases, x, z, [0, W - 8]),
            17..=32 => forward_pass::<16, W>(weights, biases, x, z, [0, W - 16]),
            _ => {
                let mut at = 0;
                while at < W {
                    let first = if at + BLOCK <= W { at } else { W - BLOCK };
                    let second = if first + 2 * BLOCK <= W { first + BLOCK } else { W - BLOCK };
                    forward_pass::<BLOCK, W>(weights, biases, x, z, [first, second]);
                    at += 2 * BLOCK;
                }
            }
        }
    }

    #[cfg_attr(target_arch = "arm", inline(never))]
    #[cfg_attr(not(target_arch = "arm"), inline(always))]
    fn backward<const W: usize>(weights: &[[f32; W]], delta: &[f32; W], d_x: &mut [f32]) {
        for (row, d_x) in weights.iter().zip(d_x) {
            let mut sum = 0.0;
            for (weight, delta) in row.iter().zip(delta) {
                sum += weight * delta;
            }
            *d_x = sum;
        }
    }

    #[cfg_attr(target_arch = "arm", inline(never))]
    #[cfg_attr(not(target_arch = "arm"), inline(always))]
    fn update<const W: usize>(
        weights: &mut [[f32; W]],
        x: &(impl Signal + ?Sized),
        step: &[f32; W],
    ) {
        if !VECTORS {
            return update_in_blocks(weights, x, step);
        }
        x.for_each(
            #[inline(always)]
            |index, value| {
                if let Some(row) = weights.get_mut(index) {
                    update_row(row, value, step);
                }
            },
        );
    }
}

/// [`Kernels::forward`] without vectors.
#[inline(always)]
fn forward_in_blocks<const W: usize>(
    weights: &[[f32; W]],
    biases: &[f32; W],
    x: &(impl Signal + ?Sized),
    z: &mut [f32; W],
) {
    in_blocks!(W, B, at => forward_block::<B, W>(weights, biases, x, z, at));
}

/// [`Kernels::forward`] for the `B` outputs from position `at`: their sums stay in registers.
#[inline(always)]
fn forward_block<const B: usize, const W: usize>(
    weights: &[[f32; W]],
    biases: &[f32; W],
    x: &(impl Signal + ?Sized),
    z: &mut [f32; W],
    at: usize,
) {
    let Some(mut sums) = block::<B>(biases, at) else { return };
    x.for_each(
        #[inline(always)]
        |index, value| {
            if let Some(row) = weights.get(index)
                && let Some(weights) = block::<B>(row, at)
            {
                for lane in 0..B {
                    sums[lane] += value * weights[lane];
                }
            }
        },
    );
    store(z, at, sums);
}

/// [`Kernels::forward`] for the `B` outputs from each of the two positions in `at`, which may be one.
#[inline(always)]
fn forward_pass<const B: usize, const W: usize>(
    weights: &[[f32; W]],
    biases: &[f32; W],
    x: &(impl Signal + ?Sized),
    z: &mut [f32; W],
    at: [usize; 2],
) {
    let (Some(mut first), Some(mut second)) =
        (block::<B>(biases, at[0]), block::<B>(biases, at[1]))
    else {
        return;
    };
    x.for_each(
        #[inline(always)]
        |index, value| {
            if let Some(row) = weights.get(index)
                && let (Some(low), Some(high)) = (block::<B>(row, at[0]), block::<B>(row, at[1]))
            {
                for lane in 0..B {
                    first[lane] += value * low[lane];
                }
                for lane in 0..B {
                    second[lane] += value * high[lane];
                }
            }
        },
    );
    store(z, at[0], first);
    store(z, at[1], second);
}

/// The `B` values from position `at`.
#[inline(always)]
fn block<const B: usize>(row: &[f32], at: usize) -> Option<[f32; B]> {
    row.get(at..)?.first_chunk().copied()
}

/// Writes `block` from position `at`.
#[inline(always)]
fn store<const B: usize>(row: &mut [f32], at: usize, block: [f32; B]) {
    if let Some(target) = row.get_mut(at..).and_then(|row| row.first_chunk_mut()) {
        *target = block;
    }
}

/// [`Kernels::update`] without vectors.
#[inline(always)]
fn update_in_blocks<const W: usize>(
    weights: &mut [[f32; W]],
    x: &(impl Signal + ?Sized),
    step: &[f32; W],
) {
    in_blocks!(W, B, at => update_pass::<B, W>(weights, x, step, at));
}

/// [`Kernels::update`] of the `B` weights from position `at` of each row: their steps stay in registers.
#[inline(always)]
fn update_pass<const B: usize, const W: usize>(
    weights: &mut [[f32; W]],
    x: &(impl Signal + ?Sized),
    step: &[f32; W],
    at: usize,
) {
    let Some(step) = block::<B>(step, at) else { return };
    x.for_each(
        #[inline(always)]
        |index, value| {
            if let Some(row) = weights.get_mut(index)
                && let Some(mut weights) = block::<B>(row, at)
            {
                for lane in 0..B {
                    weights[lane] += value * step[lane];
                }
                store(row, at, weights);
            }
        },
    );
}

/// `row[W]` ← `row[W]` + `value` · `step[W]`.
#[inline(always)]
fn update_row<const W: usize>(row: &mut [f32; W], value: f32, step: &[f32; W]) {
    match W {
        1 | 2 | 4 | 8 | 16 | 32 => update_blocks::<W, W>(row, value, step, [0, 0]),
        3 => update_blocks::<2, W>(row, value, step, [0, W - 2]),
        5..=7 => update_blocks::<4, W>(row, value, step, [0, W - 4]),
        9..=15 => update_blocks::<8, W>(row, value, step, [0, W - 8]),
        17..=31 => update_blocks::<16, W>(row, value, step, [0, W - 16]),
        _ => {
            // Whole blocks but the last, then the last together with what is left over.
            let mut at = 0;
            while at + 2 * BLOCK <= W {
                update_blocks::<BLOCK, W>(row, value, step, [at, at]);
                at += BLOCK;
            }
            update_blocks::<BLOCK, W>(row, value, step, [at, W - BLOCK]);
        }
    }
}

/// [`update_row`] for the `B` values from each of the two positions: both are read before either
/// is written, so that lanes in both are updated once.
#[inline(always)]
fn update_blocks<const B: usize, const W: usize>(
    row: &mut [f32; W],
    value: f32,
    step: &[f32; W],
    at: [usize; 2],
) {
    if let (Some(mut first), Some(mut second), Some(low), Some(high)) = (
        block::<B>(row, at[0]),
        block::<B>(row, at[1]),
        block::<B>(step, at[0]),
        block::<B>(step, at[1]),
    ) {
        for lane in 0..B {
            first[lane] += value * low[lane];
        }
        store(row, at[0], first);
        if at[1] != at[0] {
            for lane in 0..B {
                second[lane] += value * high[lane];
            }
            store(row, at[1], second);
        }
    }
}

/// `a[i]` = f(`z[i]`), in whole vectors: the last overlaps the one before it, so that a slow
/// scalar end is avoided. Both slices are equally long.
#[cfg_attr(target_arch = "arm", inline(never))]
#[cfg_attr(not(target_arch = "arm"), inline(always))]
pub fn map(z: &[f32], a: &mut [f32], f: impl Fn(f32) -> f32) {
    let mut at = 0;
    while let (Some(z), Some(a)) = (
        z.get(at..).and_then(|z| z.first_chunk::<LANES>()),
        a.get_mut(at..).and_then(|a| a.first_chunk_mut::<LANES>()),
    ) {
        map_vector(z, a, &f);
        at += LANES;
    }
    // Vectors of one number leave no end.
    if LANES > 1 && at < a.len() {
        if let (Some(z), Some(a)) = (z.last_chunk::<LANES>(), a.last_chunk_mut::<LANES>()) {
            map_vector(z, a, &f);
        } else {
            let (mut padded, mut mapped) = ([0.0; LANES], [0.0; LANES]);
            for (padded, &z) in padded.iter_mut().zip(z) {
                *padded = z;
            }
            map_vector(&padded, &mut mapped, &f);
            for (a, &mapped) in a.iter_mut().zip(&mapped) {
                *a = mapped;
            }
        }
    }
}

/// `values[i]` ← f(`values[i]`), in whole vectors; the last is filled up with zeros.
#[cfg_attr(target_arch = "arm", inline(never))]
#[cfg_attr(not(target_arch = "arm"), inline(always))]
pub fn map_in_place(values: &mut [f32], f: impl Fn(f32) -> f32) {
    let (vectors, rest) = values.as_chunks_mut::<LANES>();
    for vector in vectors {
        let values = *vector;
        map_vector(&values, vector, &f);
    }
    if !rest.is_empty() {
        let (mut padded, mut mapped) = ([0.0; LANES], [0.0; LANES]);
        for (padded, &value) in padded.iter_mut().zip(rest.iter()) {
            *padded = value;
        }
        map_vector(&padded, &mut mapped, &f);
        for (value, &mapped) in rest.iter_mut().zip(&mapped) {
            *value = mapped;
        }
    }
}

/// One vector of [`map`].
#[inline(always)]
fn map_vector(z: &[f32; LANES], a: &mut [f32; LANES], f: &impl Fn(f32) -> f32) {
    // By value, so that the compiler need not ask whether the two overlap.
    let (z, mut mapped) = (*z, [0.0; LANES]);
    for lane in 0..LANES {
        mapped[lane] = f(z[lane]);
    }
    *a = mapped;
}

#[cfg(test)]
mod tests;
