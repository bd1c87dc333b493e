//! The kernels: a list of inputs, a chunk at a time, block by block.

mod blocks;
mod list;

use core::hint::black_box;

use gradito_core::kernels::Kernels;
use gradito_core::signal::Signal;

use self::blocks::{Kernel, Products, Steps, Sums, in_blocks};
use self::list::in_chunks;

/// The kernels of a processor whose FPU has 32 registers of single precision.
#[derive(Clone, Copy, Debug)]
pub enum Fpu {}

impl Kernels for Fpu {
    #[inline(never)]
    fn forward<const W: usize>(
        weights: &[[f32; W]],
        biases: &[f32; W],
        x: &(impl Signal + ?Sized),
        z: &mut [f32; W],
    ) {
        *z = *biases;
        let (rows, sums) = (weights.as_ptr().cast_mut(), z.as_mut_ptr());
        in_chunks(
            weights.len(),
            x,
            #[inline(always)]
            // SAFETY: entries are of rows that there are, which are read alone; sums are as long.
            |entries| unsafe { in_blocks::<W, Sums>(entries, rows, sums) },
        );
    }

    #[inline(never)]
    fn backward<const W: usize>(weights: &[[f32; W]], delta: &[f32; W], d_x: &mut [f32]) {
        let count = weights.len().min(d_x.len());
        let sums = d_x.get_mut(..count).unwrap_or_default();
        if W > Products::MOST {
            // Every block of a row adds to its sum. What is not known is written in words, by no call.
            sums.fill(black_box(0.0));
        }
        if !sums.is_empty() {
            let (rows, deltas) = (weights.as_ptr().cast_mut(), delta.as_ptr().cast_mut());
            // SAFETY: there is a row for each sum; deltas are as long; both are read alone.
            unsafe { in_blocks::<W, Products>(sums.as_mut_ptr_range(), rows, deltas) }
        }
    }

    #[inline(never)]
    fn update<const W: usize>(
        weights: &mut [[f32; W]],
        x: &(impl Signal + ?Sized),
        step: &[f32; W],
    ) {
        let count = weights.len();
        let (rows, steps) = (weights.as_mut_ptr(), step.as_ptr().cast_mut());
        in_chunks(
            count,
            x,
            #[inline(always)]
            // SAFETY: entries are of rows that there are; steps are as long, and are read alone.
            |entries| unsafe { in_blocks::<W, Steps>(entries, rows, steps) },
        );
    }
}
