//! What is around the program: a probe and a reset button, or an emulator.

#[cfg(feature = "emulated")]
mod emulator;
#[cfg(not(feature = "emulated"))]
mod probe;

#[cfg(feature = "emulated")]
pub use emulator::{fail, serve_files};
#[cfg(not(feature = "emulated"))]
pub use probe::{fail, serve_files};
