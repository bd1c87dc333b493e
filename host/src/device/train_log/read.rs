//! Logs that are read.

use std::path::{Path, PathBuf};

use gradito_core::kind::CostKind;
use gradito_core::signal::read_runs;
use thiserror::Error;

use super::{HEADER, Header, MAGIC, VERSION, checksum, samples_digest};
use crate::data::{Cause, Dataset, Inputs};
use crate::device::client::floats;
use crate::training::{Plan, Step};

/// Bytes of the end, after the byte that says what it is.
const END: usize = 4 + 4 + 32 + 32 + 4;

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
            2 => read_runs(bytes, |piece| {
                // A run may claim more pixels than there is memory for.
                if self.pixels.len() - before <= inputs {
                    self.pixels.extend(piece);
                }
            })
            .ok_or(wrong)?,
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
