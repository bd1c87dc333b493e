//! Training logs: what a device was taught, sample by sample, so that it can be repeated.
//!
//! This page is the whole format, version 1. All numbers are little-endian, and the parts follow one
//! another without gaps.
//!
//! | at | bytes | field |
//! | ---: | ---: | --- |
//! | 0 | 8 | magic: `89 47 52 41 44 4c 4f 47` ("\x89GRADLOG") |
//! | 8 | 4 | format version: 1 |
//! | 12 | 32 | SHA-256 of the parameters that training started from |
//! | 44 | 1 | cost, as in a [model image](gradito_core::image) |
//! | 45 | 1 | how many of the first layers were not trained |
//! | 46 | 1 | inputs: 1 = pixels, 2 = features |
//! | 47 | 1 | zero |
//! | 48 | 4 | number of inputs of a sample, at least 1 |
//! | 52 | 4 | number of classes, at least 1 |
//! | 56 | … | records |
//!
//! A record is a byte that says what it is, and what follows:
//!
//! | byte | is | followed by |
//! | ---: | --- | --- |
//! | 1 | a sample of pixels | class (2), number of bytes (4), a byte a pixel |
//! | 2 | a sample of pixels, zeros counted | class (2), number of bytes (4), [runs](gradito_core::signal::write_runs) |
//! | 3 | a sample of features | class (2), number of bytes (4), an `f32` a feature, scaled |
//! | 4 | a step on all samples since the last | learning rate η (4, `f32`) |
//! | 0 | the end | see below |
//!
//! The end is once, and last: number of steps (4), number of samples (4), SHA-256 of the parameters
//! that the device ended with (32; zero if it was not heard), SHA-256 of the samples as the device
//! digests them (32), and the CRC-32 (as in zlib) of every byte before it (4).

mod read;
#[cfg(test)]
mod tests;

use flate2::Crc;
use gradito_core::kind::CostKind;
use gradito_link::message::Input;
use sha2::{Digest, Sha256};

pub use read::{Log, LogError, LogFault};

use crate::data::{Dataset, Sample};
use crate::training::Plan;

/// The first bytes of every log.
const MAGIC: [u8; 8] = *b"\x89GRADLOG";

/// The format version.
const VERSION: u32 = 1;

/// Bytes before the first record.
const HEADER: usize = 56;

/// What a log is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// SHA-256 of the parameters that training started from.
    pub parent: [u8; 32],
    /// The cost.
    pub cost: CostKind,
    /// How many of the first layers were not trained.
    pub frozen: u8,
    /// Whether inputs are pixels; else features.
    pub pixels: bool,
    /// Inputs of a sample.
    pub inputs: u32,
    /// Classes.
    pub classes: u32,
}

/// A log that is being written.
#[derive(Debug)]
pub struct Writer {
    bytes: Vec<u8>,
    /// Where the last whole step ends.
    whole: usize,
    steps: u32,
    samples: u32,
    samples_since: u32,
}

impl Writer {
    /// A log without records.
    pub fn new(header: &Header) -> Self {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(header.parent);
        bytes.extend([header.cost.code(), header.frozen, if header.pixels { 1 } else { 2 }, 0]);
        bytes.extend(header.inputs.to_le_bytes());
        bytes.extend(header.classes.to_le_bytes());
        Self { whole: bytes.len(), bytes, steps: 0, samples: 0, samples_since: 0 }
    }

    /// Records a sample that was handed over.
    pub fn sample(&mut self, label: u16, input: Input<'_>) {
        let (kind, bytes) = match input {
            Input::Pixels(bytes) => (1, bytes),
            Input::Runs(bytes) => (2, bytes),
            Input::Values(bytes) => (3, bytes),
            // What trains reads no bits.
            Input::Bits(_) => return,
        };
        self.bytes.push(kind);
        self.bytes.extend(label.to_le_bytes());
        self.bytes.extend((bytes.len() as u32).to_le_bytes());
        self.bytes.extend(bytes);
        self.samples_since += 1;
    }

    /// Records a step that was taken.
    pub fn step(&mut self, eta: f32) {
        self.bytes.push(4);
        self.bytes.extend(eta.to_le_bytes());
        self.whole = self.bytes.len();
        self.steps += 1;
        self.samples += std::mem::take(&mut self.samples_since);
    }

    /// The bytes of the log, which ends after its last step: with these parameters, if they are
    /// known, and this digest of its samples.
    pub fn finish(mut self, parameters: Option<[u8; 32]>, samples: [u8; 32]) -> Vec<u8> {
        self.bytes.truncate(self.whole);
        self.bytes.push(0);
        self.bytes.extend(self.steps.to_le_bytes());
        self.bytes.extend(self.samples.to_le_bytes());
        self.bytes.extend(parameters.unwrap_or_default());
        self.bytes.extend(samples);
        let checksum = checksum(&self.bytes);
        self.bytes.extend(checksum.to_le_bytes());
        self.bytes
    }
}

/// CRC-32, as in zlib.
fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// SHA-256 of the samples of all steps, as the device digests them: see
/// [`Training`](gradito_link::message::Training).
pub fn samples_digest(set: &Dataset, plan: &Plan) -> [u8; 32] {
    let mut hash = Sha256::new();
    for step in &plan.steps {
        for &index in plan.indices(step) {
            let index = index as usize;
            hash.update(set.labels()[index].to_le_bytes());
            match set.sample(index) {
                Sample::Pixels(pixels) => hash.update(pixels),
                Sample::Features(values) => {
                    values.iter().for_each(|value| hash.update(value.to_le_bytes()));
                }
            }
        }
        hash.update(step.eta.to_le_bytes());
    }
    hash.finalize().into()
}
