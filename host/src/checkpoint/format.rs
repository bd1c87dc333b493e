//! Checkpoints as bytes.

use std::time::Duration;

use gradito_core::layer::Magnitudes;
use gradito_core::report::BatchReport;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::bytes::{Reader, Writer};
use super::identity::Identity;
use crate::training::{Array, EpochReport, Position, Snapshot};

/// What a checkpoint begins with. The first byte is no text, and the last is changed by programs
/// that take the file for one.
pub const MAGIC: [u8; 8] = *b"\x89GRADCP\n";

/// The version of the format.
const VERSION: u32 = 1;

/// Magic, version and length.
const HEAD: usize = 20;

/// The bytes of an epoch of the history.
const EPOCH: usize = 41;

/// A run that was cut off.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// Which run it is.
    pub identity: Identity,
    /// Where it was.
    pub snapshot: Snapshot,
}

/// Why bytes are no checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// They begin differently.
    #[error("is no checkpoint")]
    Magic,
    /// They are of another version.
    #[error("is a checkpoint of format {found}, and this gradito reads format {VERSION}")]
    Version {
        /// The version they name.
        found: u32,
    },
    /// There are more or fewer than they say.
    #[error("is damaged: it is {found} bytes long, not {stated}")]
    Length {
        /// How many there are.
        found: u64,
        /// How many they say there are.
        stated: u64,
    },
    /// They are not those that were written.
    #[error("is damaged: its digest is not that of its bytes")]
    Digest,
    /// What they hold cannot be, although they were sealed.
    #[error("is damaged: its {0} cannot be read")]
    Field(&'static str),
}

impl Checkpoint {
    /// Its bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Snapshot { position, history, kept, state } = &self.snapshot;
        let mut to = Writer::default();
        to.0.extend(MAGIC);
        to.u32(VERSION);
        // The length, when it is known.
        to.u64(0);
        to.u64(self.identity.0.len() as u64);
        for (name, value) in &self.identity.0 {
            to.text(name);
            to.text(value);
        }
        write_position(&mut to, position);
        to.u64(history.len() as u64);
        history.iter().for_each(|report| write_epoch(&mut to, report));
        to.floats(kept);
        to.u64(state.len() as u64);
        for Array { name, values } in state {
            to.text(name);
            to.floats(values);
        }
        let Writer(mut bytes) = to;
        let digest_size = Sha256::output_size();
        let length = (bytes.len() + digest_size) as u64;
        bytes[HEAD - size_of::<u64>()..HEAD].copy_from_slice(&length.to_le_bytes());
        let digest = Sha256::digest(&bytes);
        bytes.extend(digest);
        bytes
    }

    /// The checkpoint of these bytes, which may be any.
    ///
    /// # Errors
    ///
    /// The first [`Fault`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Fault> {
        check_head(bytes, bytes.len() as u64)?;
        let end = bytes.len().checked_sub(Sha256::output_size());
        let (body, digest) =
            end.and_then(|end| bytes.split_at_checked(end)).ok_or(Fault::Digest)?;
        if Sha256::digest(body)[..] != *digest {
            return Err(Fault::Digest);
        }
        let mut from = Reader(body.get(HEAD..).ok_or(Fault::Field("length"))?);
        let identity = from.list(8, |from| Some((from.text()?, from.text()?)));
        let identity = Identity(identity.ok_or(Fault::Field("settings"))?);
        let position = read_position(&mut from).ok_or(Fault::Field("position"))?;
        let history = from.list(EPOCH, read_epoch).ok_or(Fault::Field("history"))?;
        let kept = from.floats().ok_or(Fault::Field("parameters"))?;
        let array =
            |from: &mut Reader<'_>| Some(Array { name: from.text()?, values: from.floats()? });
        let state = from.list(12, array).ok_or(Fault::Field("state"))?;
        if !from.0.is_empty() {
            return Err(Fault::Field("end"));
        }
        Ok(Self { identity, snapshot: Snapshot { position, history, kept, state } })
    }
}

/// Checks the first bytes of a file of so many, before the others are read.
///
/// # Errors
///
/// The first [`Fault`].
pub(super) fn check_head(head: &[u8], found: u64) -> Result<(), Fault> {
    let mut from = Reader(head);
    if from.bytes(MAGIC.len()) != Some(&MAGIC) {
        return Err(Fault::Magic);
    }
    let cut_off = Fault::Length { found, stated: (HEAD + Sha256::output_size()) as u64 };
    match from.u32() {
        Some(VERSION) => {}
        Some(found) => return Err(Fault::Version { found }),
        None => return Err(cut_off),
    }
    match from.u64() {
        Some(stated) if stated == found => Ok(()),
        Some(stated) => Err(Fault::Length { found, stated }),
        None => Err(cut_off),
    }
}

fn write_position(to: &mut Writer, position: &Position) {
    let Position { epoch, steps, seen, time, .. } = position;
    to.u32(*epoch);
    to.u64(*steps);
    to.u32(seen.samples);
    to.f64(seen.cost);
    to.u32(seen.correct);
    to.u32(seen.magnitudes.signals);
    to.u32(seen.magnitudes.deltas);
    to.u64(time.as_nanos() as u64);
}

fn read_position(from: &mut Reader<'_>) -> Option<Position> {
    let (epoch, steps) = (from.u32()?, from.u64()?);
    let (samples, cost, correct) = (from.u32()?, from.f64()?, from.u32()?);
    let magnitudes = Magnitudes { signals: from.u32()?, deltas: from.u32()? };
    let seen = BatchReport { samples, cost, correct, magnitudes };
    let time = Duration::from_nanos(from.u64()?);
    Some(Position { epoch, steps, seen, time, ..Position::default() })
}

/// Only whole epochs are kept.
fn write_epoch(to: &mut Writer, report: &EpochReport) {
    let EpochReport { epoch, cost, train_accuracy, validation_accuracy, eta, time, .. } = report;
    to.u32(*epoch);
    to.f64(*cost);
    to.f64(*train_accuracy);
    to.u8(u8::from(validation_accuracy.is_some()));
    to.f64(validation_accuracy.unwrap_or(0.0));
    to.u32(eta.to_bits());
    to.u64(time.as_nanos() as u64);
}

fn read_epoch(from: &mut Reader<'_>) -> Option<EpochReport> {
    let (epoch, cost, train_accuracy) = (from.u32()?, from.f64()?, from.f64()?);
    let validation_accuracy = match (from.u8()?, from.f64()?) {
        (0, _) => None,
        (1, accuracy) => Some(accuracy),
        _ => return None,
    };
    let (eta, time) = (f32::from_bits(from.u32()?), Duration::from_nanos(from.u64()?));
    let whole = true;
    let report = EpochReport {
        epoch,
        whole,
        cost,
        train_accuracy,
        validation_accuracy,
        eta,
        time,
        // Of no use to a run that goes on.
        deforming: Duration::ZERO,
    };
    Some(report)
}
