//! Checkpoints: runs that are cut off and go on, to the same bits.
//!
//! A [`Checkpoint`] is a [`Snapshot`] of a run and the [`Identity`] of that run, which says what may
//! go on from it. Its [bytes](Checkpoint::to_bytes) are a file's, sealed by a digest, and a
//! [`Store`] keeps two such files: the newest and the one before, so that whatever happens to a disk
//! or a program while it writes, there is one to go on from.
//!
//! The bytes, all numbers little-endian; a *text* is its length in bytes, `u32`, and UTF-8; a *list*
//! is the number of its items, `u64`, and these:
//!
//! | bytes | what |
//! | --- | --- |
//! | 8 | magic: `89 47 52 41 44 43 50 0a` |
//! | 4 | version of the format: 1, `u32` |
//! | 8 | length of the file, `u64` |
//! | | identity: a list of a name and a value, both texts |
//! | 4, 8 | whole epochs, `u32`; steps in all, `u64` |
//! | 4, 8, 4 | of the samples since: number, `u32`; sum of costs, `f64`; recognised, `u32` |
//! | 4, 4 | the largest signal and delta of these, as the bits of an `f32` |
//! | 8 | nanoseconds of training since, `u64` |
//! | | history, a list of 41 bytes: epoch, `u32`; cost and training accuracy, `f64`; whether there is a validation accuracy, `u8` 0 or 1; that or 0, `f64`; the last learning rate, `f32`; nanoseconds, `u64` |
//! | | parameters as of the last whole epoch: a list of `f32` |
//! | | state: a list of a text and a list of `f32` |
//! | 32 | SHA-256 of all bytes before |

mod bytes;
mod format;
mod identity;
mod store;

pub use format::{Checkpoint, Fault, MAGIC};
pub use identity::Identity;
pub use store::{CheckpointError, Found, Store, before};

#[cfg(doc)]
use crate::training::Snapshot;

#[cfg(test)]
mod tests;
