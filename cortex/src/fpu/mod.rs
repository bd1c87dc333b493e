//! The kernels: a list of rows, a chunk at a time, block by block.

mod blocks;
mod list;

use gradito_core::kernels::{Kernels, Portable};
use gradito_core::signal::Signal;

use self::blocks::{Steps, Sums, in_blocks};
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
        let sums = z.as_mut_ptr();
        in_chunks(
            weights.as_ptr(),
            weights.len(),
            x,
            #[inline(always)]
            // SAFETY: entries are rows of `weights`, as long as `z`.
            |entries| unsafe { in_blocks::<W, Sums>(entries, sums) },
        );
    }

    #[inline(always)]
    fn backward<const W: usize>(weights: &[[f32; W]], delta: &[f32; W], d_x: &mut [f32]) {
        Portable::backward(weights, delta, d_x);
    }

    #[inline(never)]
    fn update<const W: usize>(
        weights: &mut [[f32; W]],
        x: &(impl Signal + ?Sized),
        step: &[f32; W],
    ) {
        let count = weights.len();
        in_chunks(
            weights.as_mut_ptr().cast_const(),
            count,
            x,
            #[inline(always)]
            // SAFETY: entries are rows of `weights`, borrowed to be written, as long as `step`,
            // which is read alone.
            |entries| unsafe { in_blocks::<W, Steps>(entries, step.as_ptr().cast_mut()) },
        );
    }
}
