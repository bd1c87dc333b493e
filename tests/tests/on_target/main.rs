//! The firmware on emulated boards, asked by the program that people use.
//!
//! Needs qemu-system-arm and the targets of the boards; `cargo xtask test` installs them and runs
//! this. Where one is missing, the tests fail with the words of `gradito`, which say what to do.

mod answers;
mod bench;
#[path = "../../../firmware/circuits/src/worked.rs"]
mod circuits;
mod costs;
mod learning;
mod line;
