//! A run under way, as numbers: all that it takes to go on with it.

use std::time::Duration;

use gradito_core::report::BatchReport;

use super::outcome::EpochReport;
use super::settings::Settings;

/// A list of numbers with a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// What they are.
    pub name: String,
    /// The numbers.
    pub values: Vec<f32>,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, Default)]
pub struct Position {
    /// Whole epochs that are over.
    pub epoch: u32,
    /// Mini-batches in all.
    pub steps: u64,
    /// What was seen since the last whole epoch.
    pub seen: BatchReport,
    /// The time of the training pass since then.
    pub time: Duration,
    /// The time in which images were deformed since then, or since the run was taken up again.
    pub deforming: Duration,
}

/// A run between two of its steps. Another run of the same settings on the same data goes on from
/// there to the same end, on any number of threads and with any vector instructions.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// How far it has come.
    pub position: Position,
    /// The whole epochs.
    pub history: Vec<EpochReport>,
    /// The parameters as of the last whole epoch: what is left of a run that is interrupted.
    pub kept: Vec<f32>,
    /// What the next step depends on.
    pub state: Vec<Array>,
}

impl Snapshot {
    /// What of it cannot be of a run of `settings` on so many training samples, apart from its
    /// state.
    pub(super) fn misfit(&self, settings: &Settings, samples: usize) -> Option<&'static str> {
        let Self { position: Position { epoch, steps, seen, .. }, history, kept, state } = self;
        let batch = settings.batch as u64;
        let in_epoch = u64::from(seen.samples);
        let before = u64::from(*epoch) * (samples as u64).div_ceil(batch);
        let whole = |(report, number): (&EpochReport, u32)| {
            report.epoch == number
                && [report.cost, report.train_accuracy].iter().all(|value| value.is_finite())
                && report.validation_accuracy.is_none_or(f64::is_finite)
                && report.eta.is_finite()
        };
        // A run is cut between two steps, so never within a mini-batch.
        let is_cut = in_epoch.is_multiple_of(batch) && in_epoch < samples as u64;
        if *epoch > settings.epochs || *epoch == settings.epochs && in_epoch > 0 || !is_cut {
            Some("epoch")
        } else if *steps != before + in_epoch / batch
            || settings.steps.is_some_and(|wanted| *steps > wanted)
        {
            Some("step")
        } else if history.len() != *epoch as usize || !history.iter().zip(1..).all(whole) {
            Some("history")
        } else if !seen.cost.is_finite() || seen.correct > seen.samples {
            Some("cost")
        } else if !kept.iter().chain(state.iter().flat_map(|a| &a.values)).all(|v| v.is_finite()) {
            Some("parameters")
        } else {
            None
        }
    }
}
