//! Training by a plan: which samples make which step, known beforehand.
//!
//! A device is taught by such a plan, and the desktop follows the same one beside it, or later from
//! what was recorded.

use std::ops::{ControlFlow, Range};

use gradito_core::random::{Stream, permutation};
use gradito_core::report::{BatchReport, Diverged};
use thiserror::Error;

use super::freeze::{Start, freeze};
use super::samples::{Indexed, Samples};
use super::schedule::Rates;
use super::settings::{Settings, SettingsError};
use super::trainer::Trainer;
use crate::data::Dataset;
use crate::network::Machine;
use crate::simd::Level;

/// The steps of a training.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Samples, in the order in which they are learnt from.
    pub order: Vec<u32>,
    /// The steps.
    pub steps: Vec<Step>,
}

/// One step of mini-batch SGD.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Which of the order are its samples.
    pub range: Range<usize>,
    /// The learning rate η.
    pub eta: f32,
}

impl Plan {
    /// The steps that [`train`](super::train) takes on so many samples.
    pub fn new(settings: &Settings, samples: usize) -> Self {
        let mut plan = Self::default();
        let wanted = settings.steps.unwrap_or(u64::MAX);
        let rates = Rates::new(settings, samples);
        let mut order = vec![0; samples];
        for epoch in 0..settings.epochs {
            permutation(&mut order, &mut Stream::Epoch(epoch).rng(settings.seed));
            for indices in order.chunks(settings.batch) {
                if plan.steps.len() as u64 == wanted {
                    return plan;
                }
                let (start, eta) = (plan.order.len(), rates.eta(plan.steps.len() as u64));
                plan.order.extend_from_slice(indices);
                plan.steps.push(Step { range: start..plan.order.len(), eta });
            }
        }
        plan
    }

    /// The samples of a step.
    pub fn indices(&self, step: &Step) -> &[u32] {
        &self.order[step.range.clone()]
    }
}

/// What a plan leads to.
#[derive(Clone, Debug)]
pub struct Followed {
    /// Every parameter, in the order of a model image.
    pub parameters: Vec<f32>,
    /// What each step showed.
    pub reports: Vec<BatchReport>,
}

/// Why a plan cannot be followed to its end.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum FollowError {
    /// The settings do not fit.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The network left the finite numbers.
    #[error("training diverged: {cause}, at step {step}; try a smaller --eta")]
    Diverged {
        /// The step, from 0.
        step: usize,
        /// What showed it.
        cause: Diverged,
    },
}

/// Takes the steps of `plan` on the samples of `set`, from `start` on.
///
/// # Errors
///
/// If the settings do not fit, or training diverges.
pub fn follow(
    settings: &Settings,
    start: &Start<'_>,
    set: Dataset,
    plan: &Plan,
) -> Result<Followed, FollowError> {
    let machine = || Machine::single(Level::best());
    let frozen = freeze(settings, start)?;
    let set = match (&frozen.front, Indexed::from(set)) {
        (None, set) => set,
        (Some(front), Indexed::Images(images)) => {
            Indexed::Features(front.features(&images, &machine()))
        }
        (Some(front), Indexed::Features(rows)) => {
            Indexed::Features(front.features(&rows, &machine()))
        }
    };
    // Room for the largest step, whatever batch the settings name.
    let batch = plan.steps.iter().map(|step| step.range.len()).max().unwrap_or(1);
    let settings = Settings { batch, ..frozen.settings.clone() };
    let mut trainer =
        Trainer::with_parameters(&settings, frozen.parameters, plan.order.len().max(1), machine())?;
    let reports = match &set {
        Indexed::Images(images) => take(&mut trainer, images, plan)?,
        Indexed::Features(rows) => take(&mut trainer, rows, plan)?,
    };
    Ok(Followed { parameters: frozen.whole(trainer.network().parameters()), reports })
}

fn take(
    trainer: &mut Trainer,
    samples: &impl Samples,
    plan: &Plan,
) -> Result<Vec<BatchReport>, FollowError> {
    let mut reports = Vec::with_capacity(plan.steps.len());
    for (index, step) in plan.steps.iter().enumerate() {
        trainer.set_eta(step.eta)?;
        let taken = trainer.train(samples, plan.indices(step), &mut |report: &BatchReport| {
            reports.push(*report);
            ControlFlow::Continue(())
        });
        let _ = taken.map_err(|cause| FollowError::Diverged { step: index, cause })?;
    }
    Ok(reports)
}
