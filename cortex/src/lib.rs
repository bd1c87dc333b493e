//! What assembler does better than the compiler for [gradito](gradito_core) on Cortex-M: the sums of
//! its [quantised networks](mod@gradito_core::quantized) by the DSP extension of Cortex-M4 and M7; on
//! every other target, those of the core.
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
//! | instruction | does |
//! | --- | --- |
//! | `SMLAD` | two products of half words, added to a sum |
//! | `SXTB16` | bytes 0 and 2 of a word, as half words |
//! | `SXTAB16` | the same, added to two half words; of bytes 1 and 3 once the word is rotated |
//!
//! A word of [pairs](gradito_core::quantized::layout) is four products in three instructions, a word
//! of rows four sums in two. The blocks are functions of their own, without prologue, since inline
//! assembly may not use all of the 14 registers that they need.
#![no_std]

#[cfg(dsp)]
mod dsp;

#[cfg(dsp)]
pub use dsp::Dsp as Native;

/// The kernels of this target: of blocks for eight registers.
#[cfg(all(not(dsp), thumb1))]
pub type Native = gradito_core::quantized::kernels::Portable<2>;

/// The kernels of this target.
#[cfg(not(any(dsp, thumb1)))]
pub use gradito_core::quantized::kernels::Portable as Native;
