//! What assembler does better than the compiler for [gradito](gradito_core) on Cortex-M: the sums of
//! its [quantised networks](mod@gradito_core::quantized) by the DSP extension of Cortex-M4 and M7, and
//! those of its networks of `f32` by their FPU; on every other target, those of the core.
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
//! | instruction | does |
//! | --- | --- |
//! | `SMLAD` | two products of half words, added to a sum |
//! | `SXTB16` | bytes 0 and 2 of a word, as half words |
//! | `SXTAB16` | the same, added to two half words; of bytes 1 and 3 once the word is rotated |
//! | `VLDM`, `VSTM` | numbers of a row, between memory and the FPU |
//!
//! A word of [pairs](gradito_core::quantized::layout) is four products in three instructions, a word
//! of rows four sums in two. The blocks are functions of their own, without prologue, since inline
//! assembly may not use all of the 14 registers that they need. Of `f32`, a block is as much of a row
//! as there are registers for: loaded at once, then a product and an addition a number, which are two
//! instructions, since a fused one would round once.
#![no_std]

#[cfg(dsp)]
mod dsp;
#[cfg(fpu)]
mod fpu;

#[cfg(dsp)]
pub use dsp::Dsp as Native;

/// The kernels of this target: of blocks for eight registers.
#[cfg(all(not(dsp), thumb1))]
pub type Native = gradito_core::quantized::kernels::Portable<2>;

/// The kernels of this target.
#[cfg(not(any(dsp, thumb1)))]
pub use gradito_core::quantized::kernels::Portable as Native;

#[cfg(fpu)]
pub use fpu::Fpu as NativeF32;

/// The kernels of this target for `f32`.
#[cfg(not(fpu))]
pub use gradito_core::kernels::Portable as NativeF32;
