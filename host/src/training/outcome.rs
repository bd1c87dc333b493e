//! What a run says while it goes on, and what comes of it.

use std::ops::ControlFlow;
use std::time::Duration;

use gradito_core::report::{BatchReport, Diverged};
use rayon::ThreadPoolBuildError;
use thiserror::Error;

use super::evaluate::Evaluation;
use super::health::Warning;
use super::settings::SettingsError;
use super::snapshot::Snapshot;

/// One epoch, as it was while the network learnt.
#[derive(Clone, Debug, PartialEq)]
pub struct EpochReport {
    /// Its number, from 1.
    pub epoch: u32,
    /// Whether all samples were seen, not only those up to the last step that was wanted.
    pub whole: bool,
    /// The mean cost of a sample, each before its own update.
    pub cost: f64,
    /// The share of samples recognised, each before its own update.
    pub train_accuracy: f64,
    /// The share of validation samples recognised after the epoch; none without such samples.
    pub validation_accuracy: Option<f64>,
    /// The learning rate η of its last step.
    pub eta: f32,
    /// The time of the training pass alone.
    pub time: Duration,
    /// The time in which images were deformed, by another thread or between steps.
    pub deforming: Duration,
}

/// Follows a run.
pub trait Observer: Send {
    /// A mini-batch was applied. [`ControlFlow::Break`] stops the run.
    fn step(&mut self, report: &BatchReport) -> ControlFlow<()>;

    /// An epoch is over.
    fn epoch(&mut self, report: &EpochReport);

    /// Something looks wrong.
    fn warning(&mut self, warning: &Warning);

    /// Whether the run is to be kept after the step of that number, counted from 1. It is kept after
    /// each whole epoch, and where it is stopped, in any case.
    fn keeps(&mut self, _steps: u64) -> bool {
        false
    }

    /// Keeps the run as it is now, which `snapshot` writes down.
    fn keep(&mut self, _snapshot: impl FnOnce() -> Snapshot) {}
}

/// Watches nothing.
impl Observer for () {
    fn step(&mut self, _: &BatchReport) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn epoch(&mut self, _: &EpochReport) {}

    fn warning(&mut self, _: &Warning) {}
}

/// How a run came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It did all epochs, or all steps.
    Done,
    /// Validation no longer became better.
    Stopped,
    /// The observer stopped it; the parameters are those of the last whole epoch, or of the best.
    Interrupted,
}

/// What a run ends with.
#[derive(Debug)]
pub struct Trained {
    /// Every parameter, in the order of a model image.
    pub parameters: Vec<f32>,
    /// How it ended.
    pub end: End,
    /// Whole epochs in the parameters.
    pub epochs: u32,
    /// Mini-batches in the parameters.
    pub steps: u64,
    /// Every epoch, a last unfinished one of `--steps` included.
    pub history: Vec<EpochReport>,
    /// Which of them left the parameters.
    pub kept: usize,
    /// On the test samples.
    pub test: Evaluation,
}

impl Trained {
    /// The epoch that left the parameters; none if there was no step.
    pub fn kept(&self) -> Option<&EpochReport> {
        self.history.get(self.kept)
    }

    /// The median time of a training pass over all samples.
    pub fn time_per_epoch(&self) -> Option<Duration> {
        median(self.whole().map(|report| report.time))
    }

    /// The median time in which the images of an epoch were deformed; none if none were, or if that
    /// was before the run was taken up again.
    pub fn deforming_per_epoch(&self) -> Option<Duration> {
        median(self.whole().map(|report| report.deforming).filter(|time| !time.is_zero()))
    }

    /// The whole epochs.
    fn whole(&self) -> impl Iterator<Item = &EpochReport> {
        self.history.iter().filter(|report| report.whole)
    }
}

/// The time in the middle, or the mean of both.
fn median(times: impl Iterator<Item = Duration>) -> Option<Duration> {
    let mut times: Vec<_> = times.collect();
    times.sort_unstable();
    let middle = times.len() / 2;
    match times.len() {
        0 => None,
        count if count % 2 == 1 => Some(times[middle]),
        _ => Some((times[middle - 1] + times[middle]) / 2),
    }
}

/// Why there is no trained network.
#[derive(Debug, Error)]
pub enum TrainError {
    /// The settings do not fit.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The network left the finite numbers.
    #[error("training diverged: {cause}, in epoch {epoch}; try a smaller --eta")]
    Diverged {
        /// What showed it.
        cause: Diverged,
        /// The epoch, from 1.
        epoch: u32,
    },
    /// The run was stopped before the first epoch was over.
    #[error("interrupted before the first epoch was over; no model was written")]
    Interrupted,
    /// A snapshot of something else.
    #[error("what was kept is no run of these settings: its {0} cannot be; start anew")]
    Snapshot(&'static str),
    /// The threads could not be started.
    #[error("the worker threads cannot be started ({0}); try fewer --threads")]
    Threads(#[from] ThreadPoolBuildError),
}
