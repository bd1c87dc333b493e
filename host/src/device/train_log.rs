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

use std::path::{Path, PathBuf};

use flate2::Crc;
use gradito_core::kind::CostKind;
use gradito_link::message::Input;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::client::floats;
use crate::data::{Cause, Dataset, Inputs};
use crate::training::{Plan, Step};

/// The first bytes of every log.
const MAGIC: [u8; 8] = *b"\x89GRADLOG";

/// The format version.
const VERSION: u32 = 1;

/// Bytes before the first record.
const HEADER: usize = 56;

/// Bytes of the end, after the byte that says what it is.
const END: usize = 4 + 4 + 32 + 32 + 4;

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

/// A log that was read whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Log {
    /// What it is about.
    pub header: Header,
    /// The samples, in the order in which they were learnt from.
    pub samples: Dataset,
    /// The steps on these.
    pub plan: Plan,
    /// SHA-256 of the parameters that the device ended with, if it was heard.
    pub parameters: Option<[u8; 32]>,
    /// SHA-256 of the samples, as the device digests them.
    pub samples_digest: [u8; 32],
}

/// Why a log cannot be read.
#[derive(Debug, Error)]
pub enum LogError {
    /// The file cannot be read.
    #[error("{}: {}", path.display(), Cause(cause))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        cause: std::io::Error,
    },
    /// The file is no log, or a damaged one.
    #[error("{}: {fault}", path.display())]
    Fault {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: LogFault,
    },
}

/// What is wrong with a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LogFault {
    /// It begins with something else.
    #[error("is not a training log; gradito device train --log writes one")]
    Magic,
    /// It is of another version.
    #[error("is a training log of version {0}, and this gradito reads version {VERSION}")]
    Version(u32),
    /// It is cut off.
    #[error("is cut off; get a whole copy of the log")]
    Truncated,
    /// A byte was changed.
    #[error("is damaged (its checksum is wrong); get a good copy of the log")]
    Checksum,
    /// A value that it cannot have.
    #[error("is no valid training log: its {0} is wrong")]
    Field(&'static str),
}

impl Log {
    /// Reads the log in a file.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is no whole and sound log.
    pub fn read(path: &Path) -> Result<Self, LogError> {
        let failed = |cause| LogError::Read { path: path.to_owned(), cause };
        let bytes = std::fs::read(path).map_err(failed)?;
        Self::from_bytes(&bytes).map_err(|fault| LogError::Fault { path: path.to_owned(), fault })
    }

    /// The log that `bytes` are.
    ///
    /// # Errors
    ///
    /// What is wrong with it: magic and version before the checksum, that before the rest.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LogFault> {
        if bytes.len() < MAGIC.len() || bytes[..MAGIC.len()] != MAGIC {
            return Err(LogFault::Magic);
        }
        let mut reader = Reader(&bytes[MAGIC.len()..]);
        let version = reader.number()?;
        if version != VERSION {
            return Err(LogFault::Version(version));
        }
        if bytes.len() < HEADER + 1 + END {
            return Err(LogFault::Truncated);
        }
        let (whole, stored) = bytes.split_at(bytes.len() - 4);
        if stored != checksum(whole).to_le_bytes() {
            return Err(LogFault::Checksum);
        }
        let header = header(&mut reader)?;
        let mut records = Records::default();
        while records.take(&header, &mut reader)? {}
        let (steps, samples) = (reader.number()?, reader.number()?);
        let (parameters, samples_digest) = (reader.array()?, reader.array()?);
        if reader.0.len() != 4 {
            return Err(LogFault::Field("length"));
        }
        let Records { plan, labels, pixels, values } = records;
        let counted = (plan.steps.len() as u32, labels.len() as u32);
        if counted != (steps, samples) || plan.order.len() != labels.len() {
            return Err(LogFault::Field("number of steps or samples"));
        }
        let inputs = if header.pixels { Inputs::Pixels(pixels) } else { Inputs::Features(values) };
        Ok(Self {
            header,
            samples: Dataset::new(header.inputs as usize, inputs, labels),
            plan,
            parameters: (parameters != [0; 32]).then_some(parameters),
            samples_digest,
        })
    }

    /// SHA-256 of the samples that are in it, as the device digests them.
    pub fn digest_samples(&self) -> [u8; 32] {
        samples_digest(&self.samples, &self.plan)
    }
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
                crate::data::Sample::Pixels(pixels) => hash.update(pixels),
                crate::data::Sample::Features(values) => {
                    values.iter().for_each(|value| hash.update(value.to_le_bytes()));
                }
            }
        }
        hash.update(step.eta.to_le_bytes());
    }
    hash.finalize().into()
}

fn header(reader: &mut Reader<'_>) -> Result<Header, LogFault> {
    let parent = reader.array()?;
    let [cost, frozen, inputs, zero] = reader.array()?;
    let header = Header {
        parent,
        cost: CostKind::from_code(cost).ok_or(LogFault::Field("cost"))?,
        frozen,
        pixels: match inputs {
            1 => true,
            2 => false,
            _ => return Err(LogFault::Field("kind of inputs")),
        },
        inputs: reader.number()?,
        classes: reader.number()?,
    };
    match header {
        _ if zero != 0 => Err(LogFault::Field("padding")),
        Header { inputs: 0, .. } => Err(LogFault::Field("number of inputs")),
        Header { classes: 0, .. } => Err(LogFault::Field("number of classes")),
        header => Ok(header),
    }
}

/// What is still to be read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, count: usize) -> Result<&'a [u8], LogFault> {
        let (bytes, rest) = self.0.split_at_checked(count).ok_or(LogFault::Truncated)?;
        self.0 = rest;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], LogFault> {
        let (array, rest) = self.0.split_first_chunk().ok_or(LogFault::Truncated)?;
        self.0 = rest;
        Ok(*array)
    }

    fn number(&mut self) -> Result<u32, LogFault> {
        self.array().map(u32::from_le_bytes)
    }
}

/// The records so far.
#[derive(Default)]
struct Records {
    plan: Plan,
    labels: Vec<u16>,
    pixels: Vec<u8>,
    values: Vec<f32>,
}

impl Records {
    /// Takes the next record; `false` if it is the end.
    fn take(&mut self, header: &Header, reader: &mut Reader<'_>) -> Result<bool, LogFault> {
        let [kind] = reader.array()?;
        match kind {
            0 => return Ok(false),
            1..=3 => self.sample(kind, header, reader)?,
            4 => {
                let eta = f32::from_le_bytes(reader.array()?);
                let range = self.plan.order.len()..self.labels.len();
                if range.is_empty() || !eta.is_finite() {
                    return Err(LogFault::Field("step"));
                }
                self.plan.order.extend(range.start as u32..range.end as u32);
                self.plan.steps.push(Step { range, eta });
            }
            _ => return Err(LogFault::Field("record")),
        }
        Ok(true)
    }

    fn sample(
        &mut self,
        kind: u8,
        header: &Header,
        reader: &mut Reader<'_>,
    ) -> Result<(), LogFault> {
        let wrong = LogFault::Field("sample");
        let label = u16::from_le_bytes(reader.array()?);
        let length = reader.number()? as usize;
        let bytes = reader.bytes(length)?;
        if u32::from(label) >= header.classes || header.pixels != (kind < 3) {
            return Err(wrong);
        }
        self.labels.push(label);
        let inputs = header.inputs as usize;
        let before = self.pixels.len();
        match kind {
            1 => self.pixels.extend(bytes),
            2 => expand(bytes, inputs, &mut self.pixels).ok_or(wrong)?,
            _ => {
                let values = floats(bytes);
                if bytes.len() != 4 * inputs || !values.iter().all(|value| value.is_finite()) {
                    return Err(wrong);
                }
                self.values.extend(values);
                return Ok(());
            }
        }
        if self.pixels.len() - before == inputs { Ok(()) } else { Err(wrong) }
    }
}

/// Writes out at most `most` pixels whose zeros are counted; `None` if they are more, or not
/// written so.
fn expand(runs: &[u8], most: usize, pixels: &mut Vec<u8>) -> Option<()> {
    let end = pixels.len() + most;
    let mut bytes = runs.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            0 => match bytes.next() {
                Some(&zeros) if zeros > 0 => pixels.resize(pixels.len() + usize::from(zeros), 0),
                _ => return None,
            },
            lit => pixels.push(lit),
        }
        if pixels.len() > end {
            return None;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: Header = Header {
        parent: [7; 32],
        cost: CostKind::Quadratic,
        frozen: 1,
        pixels: true,
        inputs: 6,
        classes: 3,
    };

    fn log() -> Vec<u8> {
        let mut writer = Writer::new(&HEAD);
        writer.sample(2, Input::Runs(&[0, 4, 9, 8]));
        writer.sample(0, Input::Pixels(&[1, 2, 3, 4, 5, 6]));
        writer.step(0.5);
        writer.sample(1, Input::Runs(&[0, 6]));
        writer.step(0.25);
        // Of a step that was not taken.
        writer.sample(1, Input::Runs(&[0, 6]));
        writer.finish(Some([1; 32]), [2; 32])
    }

    /// `bytes` with a right checksum.
    fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
        bytes.truncate(bytes.len() - 4);
        let checksum = checksum(&bytes);
        bytes.extend(checksum.to_le_bytes());
        bytes
    }

    #[test]
    fn what_was_written_is_read() {
        let log = Log::from_bytes(&log()).unwrap();
        let pixels = vec![0, 0, 0, 0, 9, 8, 1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0];
        assert_eq!(log.header, HEAD);
        assert_eq!(log.samples, Dataset::new(6, Inputs::Pixels(pixels), vec![2, 0, 1]));
        assert_eq!(log.plan.order, [0, 1, 2]);
        assert_eq!(log.plan.steps[0], Step { range: 0..2, eta: 0.5 });
        assert_eq!(log.plan.steps[1], Step { range: 2..3, eta: 0.25 });
        assert_eq!((log.parameters, log.samples_digest), (Some([1; 32]), [2; 32]));
        // Labels, pixels written out, learning rate.
        let mut hash = Sha256::new();
        hash.update([2, 0, 0, 0, 0, 0, 9, 8, 0, 0, 1, 2, 3, 4, 5, 6]);
        hash.update(0.5_f32.to_le_bytes());
        hash.update([1, 0, 0, 0, 0, 0, 0, 0]);
        hash.update(0.25_f32.to_le_bytes());
        assert_eq!(log.digest_samples()[..], hash.finalize()[..]);
    }

    #[test]
    fn features_are_read_as_they_were() {
        let mut writer = Writer::new(&Header { pixels: false, inputs: 2, ..HEAD });
        let bytes: Vec<u8> = [1.5_f32, -0.0].iter().flat_map(|value| value.to_le_bytes()).collect();
        writer.sample(1, Input::Values(&bytes));
        writer.step(1.0);
        let log = Log::from_bytes(&writer.finish(None, [0; 32])).unwrap();
        let Inputs::Features(values) = log.samples.inputs() else { panic!("features") };
        assert_eq!(
            values.iter().map(|value| value.to_bits()).collect::<Vec<_>>(),
            [0x3fc0_0000, 0x8000_0000]
        );
        assert_eq!(log.parameters, None);
    }

    #[test]
    fn damage_is_refused() {
        let good = log();
        assert_eq!(Log::from_bytes(b""), Err(LogFault::Magic));
        assert_eq!(Log::from_bytes(b"\x89GRADITO and so on"), Err(LogFault::Magic));
        for at in 12..good.len() {
            let mut bytes = good.clone();
            bytes[at] ^= 0x10;
            assert_eq!(Log::from_bytes(&bytes), Err(LogFault::Checksum), "{at}");
        }
        for end in 8..good.len() {
            let fault = Log::from_bytes(&good[..end]).unwrap_err();
            assert!(matches!(fault, LogFault::Truncated | LogFault::Checksum), "{end}: {fault}");
        }
        let mut bytes = good.clone();
        bytes[8] = 2;
        assert_eq!(Log::from_bytes(&bytes), Err(LogFault::Version(2)));
    }

    #[test]
    fn a_right_checksum_is_not_enough() {
        let good = log();
        let changed = |at: usize, byte: u8| {
            let mut bytes = good.clone();
            bytes[at] = byte;
            Log::from_bytes(&sealed(bytes)).unwrap_err()
        };
        assert_eq!(changed(44, 9), LogFault::Field("cost"));
        assert_eq!(changed(46, 3), LogFault::Field("kind of inputs"));
        assert_eq!(changed(46, 2), LogFault::Field("sample"));
        assert_eq!(changed(47, 1), LogFault::Field("padding"));
        assert_eq!(changed(48, 0), LogFault::Field("number of inputs"));
        assert_eq!(changed(48, 7), LogFault::Field("sample"));
        assert_eq!(changed(52, 0), LogFault::Field("number of classes"));
        assert_eq!(changed(52, 2), LogFault::Field("sample"));
        assert_eq!(changed(56, 5), LogFault::Field("record"));
        // The step's place: a run of 0 zeros, and an endless length.
        assert_eq!(changed(64, 0), LogFault::Field("sample"));
        assert_eq!(changed(62, 0xff), LogFault::Truncated);
        let steps = good.len() - 76;
        assert_eq!(changed(steps, 9), LogFault::Field("number of steps or samples"));
        let mut longer = good.clone();
        longer.extend([0; 3]);
        assert_eq!(Log::from_bytes(&sealed(longer)), Err(LogFault::Field("length")));
    }
}
