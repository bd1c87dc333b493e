//! What assembler does better than the compiler for [gradito](gradito_core) on Cortex-M: the sums of
//! its [quantised networks](mod@gradito_core::quantized), and those of its networks of `f32` where
//! there is an FPU; on every other target, those of the core.
//!
//! [`Native`] and [`NativeF32`] are what a target has. The results are those of
//! [`quantized::kernels::Portable`](gradito_core::quantized::kernels::Portable) and of
//! [`kernels::Portable`](gradito_core::kernels::Portable), which define them: whole numbers do not
//! care for an order, and the order of the others is kept.
//!
//! ```
//! use gradito_core::signal::Pixels;
//! use gradito_core::{network, quantized};
//! use gradito_cortex::{Native, NativeF32};
//!
//! type Small = quantized!(784 => 32 Sigmoid => 10 Sigmoid);
//! let mut trace = Small::TRACE;
//! Small::ZERO.infer::<Native, _>(&Pixels([128; 784]), &mut trace);
//!
//! type Digits = network!(NativeF32: 784 => 30 Sigmoid => 10 Sigmoid);
//! let mut trace = Digits::TRACE;
//! Digits::ZERO.forward(&Pixels([128; 784]), &mut trace);
//! ```
//!
//! | processors | how |
//! | --- | --- |
//! | Cortex-M4, M7 | the DSP extension: four products in three instructions, four sums in two |
//! | with an FPU | for `f32`, as much of a row as it has registers for is loaded at once; then a product and an addition a number, which are two instructions, since a fused one would round once |
//! | Cortex-M3 | multiplications that accumulate; two sums of bytes at a time |
//! | Cortex-M0, M0+ | the 16-bit instructions, sums in the high registers; two sums of bytes at a time |
//!
//! The blocks are functions of their own, without prologue, since inline assembly may not use all of
//! the 14 registers that they need.
#![no_std]

#[cfg(any(dsp, armv7m, thumb1))]
mod blocks;
#[cfg(fpu)]
mod fpu;
#[cfg(any(dsp, armv7m, thumb1))]
mod kernels;
#[cfg_attr(dsp, path = "dsp.rs")]
#[cfg_attr(armv7m, path = "armv7m.rs")]
#[cfg_attr(thumb1, path = "armv6m.rs")]
#[cfg(any(dsp, armv7m, thumb1))]
mod native;
#[cfg(any(dsp, armv7m))]
mod thumb2;

#[cfg(any(dsp, armv7m, thumb1))]
pub use kernels::Native;

/// The kernels of this target.
#[cfg(not(any(dsp, armv7m, thumb1)))]
pub use gradito_core::quantized::kernels::Portable as Native;

#[cfg(fpu)]
pub use fpu::Fpu as NativeF32;

/// The kernels of this target for `f32`.
#[cfg(not(fpu))]
pub use gradito_core::kernels::Portable as NativeF32;
