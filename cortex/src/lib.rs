//! What assembler does better than the compiler for [gradito](gradito_core) on Cortex-M: the sums of
//! its [quantised networks](mod@gradito_core::quantized); on every other target, those of the core.
//!
//! [`Native`] is what a target has. The results are those of
//! [`Portable`](gradito_core::quantized::kernels::Portable), which defines them: whole numbers do
//! not care for an order.
//!
//! ```
//! use gradito_core::quantized;
//! use gradito_core::signal::Pixels;
//! use gradito_cortex::Native;
//!
//! type Digits = quantized!(784 => 32 Sigmoid => 10 Sigmoid);
//! let mut trace = Digits::TRACE;
//! Digits::ZERO.infer::<Native, _>(&Pixels([128; 784]), &mut trace);
//! ```
//!
//! | processors | how |
//! | --- | --- |
//! | Cortex-M4, M7 | the DSP extension: four products in three instructions, four sums in two |
//! | Cortex-M3 | multiplications that accumulate; two sums of bytes at a time |
//! | Cortex-M0, M0+ | the 16-bit instructions, sums in the high registers; two sums of bytes at a time |
#![no_std]

#[cfg(any(dsp, armv7m, thumb1))]
mod blocks;
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
