//! The program as a person runs it: exit codes, standard output, standard error, files.
//!
//! These tests live beside the binary because cargo builds it for them, and says where, only here.

mod augment;
mod device;
mod errors;
mod eval;
mod export;
mod flash;
mod help;
mod inspect;
mod interrupt;
mod keep;
mod kill;
mod lesson;
mod memory;
mod method;
mod onward;
mod predict;
mod quantize;
mod recipe;
mod report;
mod samples;
mod sandbox;
mod slots;
mod stage;
mod sweep;
mod train;
