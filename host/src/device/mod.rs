//! The host's side of the link to a device, real or emulated.
//!
//! A [`Client`] asks one thing at a time over a [`Transport`]: a [serial port](serial), the socket of
//! an [emulator], a [pipe] in memory. What was damaged, lost or doubled on the way is repeated until
//! it is answered; a device that is not there is an error within three seconds. Where the questions
//! do not depend on the answers they are a [`Script`], and the emulated boards that can read files
//! may be given all of them at once: [`bulk`].
//!
//! | module | does |
//! | --- | --- |
//! | [`transport`] | what carries bytes |
//! | [`serial`], [`pipe`], [`emulator`] | what does so |
//! | [`client`] | requests and replies, one at a time |
//! | [`script`], [`bulk`] | many requests at once |
//! | [`identity`] | what a device says of itself |
//! | [`training`], [`train_log`] | training on the device, and the record of it |
//! | [`input`], [`change`] | samples as they travel; how a world may change |
//! | [`firmware`], [`fit`] | finds and builds the firmware for a model; whether a device has it |
//! | [`noise`] | a bad line, for tests |

pub mod bulk;
pub mod change;
pub mod client;
pub mod emulator;
mod error;
pub mod firmware;
pub mod fit;
pub mod identity;
pub mod input;
pub mod noise;
pub mod pipe;
pub mod script;
pub mod serial;
pub mod train_log;
pub mod training;
pub mod transport;

pub use client::{Client, Counts, Patience};
pub use error::DeviceError;
pub use fit::Misfit;
pub use identity::Identity;
pub use script::{Link, Script};
pub use transport::Transport;

#[cfg(test)]
mod tests;
