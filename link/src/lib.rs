//! What a desktop and a microcontroller that runs gradito say to each other.
//!
//! The host asks, the device answers: a [`Request`](message::Request), then a
//! [`Reply`](message::Reply), each in a [frame](mod@frame) of its own. Any stream of bytes carries
//! them: a serial line, USB, an emulator's socket, a file. [`board`] is the table of the boards that
//! both sides know: where a model lies in flash, how to emulate one, how to flash one.
//!
//! ```
//! use gradito_link::frame::{self, Receiver};
//! use gradito_link::message::{Input, Request};
//!
//! let mut line = [0; 32];
//! let request = Request::Infer(Input::Runs(&[0, 3, 255]));
//! let sent = frame::encode(7, &request, &mut line)?;
//!
//! let mut receiver = Receiver::<32>::new();
//! let mut frames = 0;
//! for &byte in sent {
//!     if let Some(packet) = receiver.push(byte) {
//!         assert_eq!(frame::decode(packet?)?, (7, request));
//!         frames += 1;
//!     }
//! }
//! assert_eq!(frames, 1);
//! # Ok::<(), frame::FrameError>(())
//! ```
//!
//! # The rules
//!
//! - The device speaks first: after a start it sends a [`Hello`](message::Hello) with the sequence
//!   number 0, unasked.
//! - A request carries a sequence number that its reply repeats. A request with the number of the
//!   one before is that one again: the device does nothing but repeat its reply. So a host may
//!   repeat whatever was not answered in time, a training step included. `Hello` is always answered
//!   anew, and ends what was before.
//! - Whatever is not a whole frame with the right checksum is dropped and counted. A frame begins
//!   and ends with a 0, so the next one is read again whatever came before.
//! - The host sends no more frames than the device says it can hold.
//!
//! No `postcard-rpc`: it wants an asynchronous executor on both sides and a hash of every type on
//! the device, which is more code than the network itself on a part with 16 KiB of RAM.
#![no_std]

#[cfg(test)]
extern crate std;

pub mod board;
pub mod frame;
pub mod message;
mod wire;
