//! The device's side of gradito's [link](gradito_link), for any board: runs a network from flash,
//! trains it in RAM, keeps models in two slots.
//!
//! A [`Device`] takes bytes and gives frames. What a board adds is a [`Machine`](machine::Machine)
//! (clock, ticks, stack), a [`ModelFlash`](flash::ModelFlash) and a serial line; what a firmware is
//! built for is its [`Purpose`](purpose::Purpose): [`Inference`](inference::Inference), which takes
//! one trace of RAM, [`QuantizedInference`](quantized::QuantizedInference), or
//! [`Learning`](training::Learning), which takes the parameters and a batch besides. Nothing of the
//! other is in the program then. All that is large lies in statics that the caller lends; nothing is
//! allocated. For the desktop there is a board of [`memory`].
//!
//! ```
//! use gradito_core::network;
//! use gradito_device::inference::Inference;
//! use gradito_device::input::PixelInputs;
//! use gradito_device::memory::{MemoryFlash, MemoryMachine};
//! use gradito_device::parts::Parts;
//! use gradito_device::{Buffers, Device, receive_length, reply_length};
//!
//! type Net = network!(784 => 30 Sigmoid => 10 Sigmoid);
//! const INPUTS: usize = <Net as Parts>::INPUTS;
//! type Work<'m> = Inference<'m, INPUTS, <Net as Parts>::Layers, PixelInputs>;
//!
//! let mut trace = Net::TRACE;
//! let mut buffers = Buffers::<{ receive_length(INPUTS) }, { reply_length(10, 2) }>::ZERO;
//! let flash = MemoryFlash::new([0; 64], &[]);
//! let machine = MemoryMachine::default();
//! let mut device = Device::new(&mut buffers, Work::new(&mut trace), machine, flash);
//!
//! // It speaks first; here it says that it has no model.
//! assert!(!device.greet().is_empty());
//! ```
//!
//! Not here: what carries the bytes, and logs.
#![no_std]

#[cfg(test)]
extern crate std;

mod answer;
mod device;
pub mod flash;
pub mod front;
pub mod inference;
pub mod input;
pub mod machine;
pub mod memory;
pub mod parts;
pub mod profile;
pub mod purpose;
pub mod quantized;
mod sha256;
pub mod slots;
pub mod staged;
pub mod training;

pub use device::{Buffers, Device, receive_length, reply_length};
