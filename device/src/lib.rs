//! The device's side of gradito's [link](gradito_link), for any board: runs a network from flash,
//! trains it in RAM, keeps models in two slots.
//!
//! A [`Device`] takes bytes and gives frames. What a board adds is a [`Machine`](machine::Machine)
//! (clock, ticks, stack), a [`ModelFlash`](flash::ModelFlash) and a serial line; what a firmware is
//! built for is its [`Purpose`](purpose::Purpose): [`Inference`](inference::Inference), which takes
//! one trace of RAM, [`QuantizedInference`](quantized::QuantizedInference), or
//! [`Learning`](training::Learning), which takes the parameters and a batch besides. Nothing of the other is in the program then. All that is large lies in statics that
//! the caller lends; nothing is allocated.
//!
//! ```
//! use gradito_core::network;
//! use gradito_device::inference::Inference;
//! use gradito_device::input::PixelInputs;
//! use gradito_device::parts::Parts;
//! use gradito_device::{Buffers, Device, receive_length, reply_length};
//! # use gradito_device::{flash::ModelFlash, machine::Machine};
//! # use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};
//! # use gradito_link::message::Memory;
//! # struct Board;
//! # impl Machine for Board {
//! #     fn name(&self) -> &'static str { "none" }
//! #     fn clock_hz(&self) -> u32 { 1 }
//! #     fn ticks_hz(&self) -> u32 { 1 }
//! #     fn ticks(&mut self) -> u32 { 0 }
//! #     fn spin(&mut self, _: u32) {}
//! #     fn memory(&self) -> Memory { Memory { flash: 0, statics: 0, stack: 0 } }
//! #     fn stack_used(&self) -> u32 { 0 }
//! # }
//! # struct Flash([u8; 256]);
//! # impl ErrorType for Flash { type Error = core::convert::Infallible; }
//! # impl ReadNorFlash for Flash {
//! #     const READ_SIZE: usize = 1;
//! #     fn read(&mut self, _: u32, _: &mut [u8]) -> Result<(), Self::Error> { Ok(()) }
//! #     fn capacity(&self) -> usize { 256 }
//! # }
//! # impl NorFlash for Flash {
//! #     const WRITE_SIZE: usize = 4;
//! #     const ERASE_SIZE: usize = 128;
//! #     fn erase(&mut self, _: u32, _: u32) -> Result<(), Self::Error> { Ok(()) }
//! #     fn write(&mut self, _: u32, _: &[u8]) -> Result<(), Self::Error> { Ok(()) }
//! # }
//! # impl ModelFlash for Flash {
//! #     fn bytes(&self) -> &[u8] { &self.0 }
//! #     fn is_writable(&self) -> bool { false }
//! # }
//!
//! type Net = network!(784 => 30 Sigmoid => 10 Sigmoid);
//! const INPUTS: usize = <Net as Parts>::INPUTS;
//! type Work<'m> = Inference<'m, INPUTS, <Net as Parts>::Layers, PixelInputs>;
//!
//! let mut trace = Net::TRACE;
//! let mut buffers = Buffers::<{ receive_length(INPUTS) }, { reply_length(10) }>::ZERO;
//! let mut device = Device::new(&mut buffers, Work::new(&mut trace), Board, Flash([0xff; 256]));
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
pub mod parts;
pub mod purpose;
pub mod quantized;
pub mod slots;
pub mod training;

pub use device::{Buffers, Device, receive_length, reply_length};
