//! The winner, on the test set.
//!
//! No run of a sweep looks at the test set: what is chosen by it would be praised by it. The runs of
//! the configuration that was chosen are repeated, which must give the bits they gave before, and
//! tested at their end.

use std::ops::ControlFlow;

use super::key::hex;
use super::plan::{Follower, SweepError};
use super::run::{Observer, Outcome, Workers, run, work};
use super::table::{Row, Spread};
use crate::training::{IndexedParts, Settings};

/// What the winner is worth on the test set.
#[derive(Clone, Debug, PartialEq)]
pub struct Tested {
    /// The share of test samples recognised, seed by seed.
    pub accuracies: Vec<f64>,
    /// Mean and spread of these; none without test samples.
    pub spread: Option<Spread>,
}

/// Repeats the runs of `winner` on `parts`, and is what they are worth on the test set of these.
///
/// # Errors
///
/// [`SweepError::NotRepeated`] if a run does not end with the digest of its line;
/// [`SweepError::Stopped`] if `follower` stopped it.
pub fn test(
    winner: &Row,
    parts: &IndexedParts,
    workers: &Workers,
    follower: &impl Follower,
) -> Result<Tested, SweepError> {
    let runs: Vec<Settings> = winner
        .digests
        .iter()
        .map(|&(seed, _)| Settings { seed, ..winner.settings.clone() })
        .collect();
    let all_work = runs.iter().map(|settings| work(settings, parts.train_samples())).sum();
    follower.begin(0, all_work);
    let outcomes = run(&runs, parts, workers, &Repeat(follower))?;
    if outcomes.len() < runs.len() {
        return Err(SweepError::Stopped);
    }
    let mut accuracies = Vec::with_capacity(runs.len());
    for (outcome, (seed, digest)) in outcomes.iter().zip(&winner.digests) {
        let score = outcome.score();
        if score.map(|score| hex(&score.digest)) != *digest {
            let layers = winner.settings.topology.to_string();
            return Err(SweepError::NotRepeated { layers, seed: *seed });
        }
        accuracies.extend(score.and_then(|score| score.test_accuracy));
    }
    Ok(Tested { spread: Spread::of(&accuracies), accuracies })
}

/// Hands on the steps of runs that were done before.
struct Repeat<'a, F>(&'a F);

impl<F: Follower> Observer for Repeat<'_, F> {
    fn step(&self, work: u64) -> ControlFlow<()> {
        self.0.step(work)
    }

    fn finished(&self, _: &Outcome) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
