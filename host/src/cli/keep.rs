//! Checkpoints of a training run: whether, where and when it is kept.

use std::num::NonZeroU64;
use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::CliError;
use super::values::at_least_one;
use crate::checkpoint::{Checkpoint, CheckpointError, Found, Identity, Store};
use crate::training::Snapshot;

/// How a run is kept.
#[derive(Args, Debug)]
pub struct KeepArguments {
    /// Keep the run in this file, to go on from it later
    ///
    /// It holds all that the run depends on, and is written after each epoch and when Ctrl-C stops
    /// the run after its step, in one step each time. The one before stays beside it, as
    /// FILE.before.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub checkpoint: Option<PathBuf>,
    /// Keep it after every so many mini-batches, too
    #[arg(long, value_name = "STEPS", requires = "checkpoint", allow_negative_numbers = true, value_parser = at_least_one::<NonZeroU64>, help_heading = "Output")]
    pub every: Option<NonZeroU64>,
    /// Go on from the checkpoint, if there is one
    ///
    /// The run ends with the model, the metrics and the report it would have ended with had it never
    /// been stopped, times apart, on any number of threads. A checkpoint of other settings or other
    /// data is refused.
    #[arg(long, requires = "checkpoint", help_heading = "Output")]
    pub resume: bool,
}

/// Keeps a run.
#[derive(Debug)]
pub struct Keep {
    name: PathBuf,
    store: Store,
    identity: Identity,
    every: Option<NonZeroU64>,
    /// The steps in the checkpoint that was written last.
    kept: Option<u64>,
}

/// What is known of a run before it begins.
#[derive(Debug, Default)]
pub struct Kept {
    /// What keeps it, if it is to be kept.
    pub keep: Option<Keep>,
    /// Where it was cut off, if it was.
    pub snapshot: Option<Snapshot>,
    /// What is to be said about that.
    pub remark: Option<String>,
}

impl Kept {
    /// What the arguments ask for, for the run that `identity` identifies.
    ///
    /// # Errors
    ///
    /// If the run cannot be kept there, or cannot go on from what is there.
    pub fn open(
        arguments: &KeepArguments,
        identity: impl FnOnce() -> Identity,
    ) -> Result<Self, CliError> {
        let Some(path) = &arguments.checkpoint else { return Ok(Self::default()) };
        let mut store = Store::new(path)?;
        let identity = identity();
        let shown = path.display();
        let (snapshot, remark) = if arguments.resume {
            match store.resume(&identity)? {
                Found::Nothing => {
                    (None, Some(format!("{shown}: is not there yet; starting at the beginning")))
                }
                Found::Newest(checkpoint) => (Some(checkpoint.snapshot), None),
                Found::Before(checkpoint, fault) => {
                    let fault = fault.map_or("is not there".to_owned(), |fault| fault.to_string());
                    let remark = format!("warning: {shown}: {fault}; going on from the one before");
                    (Some(checkpoint.snapshot), Some(remark))
                }
            }
        } else {
            store.begin()?;
            (None, None)
        };
        let every = arguments.every;
        let keep = Keep { name: path.clone(), store, identity, every, kept: None };
        Ok(Self { keep: Some(keep), snapshot, remark })
    }
}

impl Keep {
    /// Whether the run is to be kept after that step.
    pub fn wants(&self, step: u64) -> bool {
        self.every.is_some_and(|every| step.is_multiple_of(every.get()))
    }

    /// Writes it down.
    ///
    /// # Errors
    ///
    /// If that cannot be done; what was written before is still there then.
    pub fn write(&mut self, snapshot: Snapshot) -> Result<(), CheckpointError> {
        let (identity, steps) = (self.identity.clone(), snapshot.position.steps);
        self.kept = None;
        self.store.write(&Checkpoint { identity, snapshot })?;
        self.kept = Some(steps);
        Ok(())
    }

    /// Where the run is, and how many of its steps, if its last state could be written.
    pub fn last(self) -> Option<(PathBuf, u64)> {
        Some((self.name, self.kept?))
    }
}
