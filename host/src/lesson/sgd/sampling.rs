//! Every sample once an epoch, or as many samples at random.

use std::ops::ControlFlow;

use gradito_core::random::{Stream, below, permutation};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::figure::{Axis, Chart, Figure, Label, Shade, chart::Form};
use crate::lesson::{Context, Findings, LessonError, Table, Value};
use crate::network::Machine;
use crate::simd::Level;
use crate::training::{LitImages, Parts, Samples, Settings, TrainError, Trainer};

/// Seeds, each of which draws a start and an order of its own.
const SEEDS: u64 = 5;

/// Drawn more often than this counts as this.
const OFTEN: usize = 5;

/// How the samples of an epoch are chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Sampling {
    /// All, in random order.
    Epoch,
    /// As many, each drawn among all.
    Replacement,
}

/// An epoch of one seed.
struct Epoch {
    /// The share of samples that were seen.
    seen: f64,
    /// On the validation samples, after the epoch.
    accuracy: f64,
}

pub fn compute(context: &Context, found: &mut Findings) -> Result<(), LessonError> {
    let parts = &context.mnist()?.parts;
    let all = |sampling| -> Result<Vec<Epoch>, LessonError> {
        let seeds = (1..=SEEDS).into_par_iter();
        seeds.map(|seed| epoch(sampling, seed, parts)).collect()
    };
    let (once, replaced) = (all(Sampling::Epoch)?, all(Sampling::Replacement)?);
    found.number("seeds", SEEDS as f64, 0);
    found.share("seen", mean(&replaced, |epoch| epoch.seen), 1);
    let accuracies = |epochs: &[Epoch]| mean(epochs, |epoch| epoch.accuracy);
    let better = once.iter().zip(&replaced).filter(|(once, other)| once.accuracy > other.accuracy);
    found.number("better", better.count() as f64, 0);
    found.share("once", accuracies(&once), 2);
    found.share("replaced", accuracies(&replaced), 2);

    let mut table = Table::new(["seed", "once", "replaced", "share_seen"].map(Label::key));
    for (seed, (once, replaced)) in (1..).zip(once.iter().zip(&replaced)) {
        table.row([
            Value::count(seed).into(),
            Value::Share { share: once.accuracy, decimals: 2 }.into(),
            Value::Share { share: replaced.accuracy, decimals: 2 }.into(),
            Value::Share { share: replaced.seen, decimals: 2 }.into(),
        ]);
    }
    found.table("sampling", table);
    found.figure("sampling", figure(parts.train.len(), &once, &replaced));
    Ok(())
}

fn figure(samples: usize, once: &[Epoch], replaced: &[Epoch]) -> Figure {
    let counted = counts(&order(Sampling::Replacement, 1, samples));
    // The chance to be drawn k times in n draws of n, for large n: Poisson's, e⁻¹/k!.
    let mut chance = (-1.0_f64).exp();
    let mut left = 1.0;
    let poisson = (0..=OFTEN).map(|times| {
        chance /= times.max(1) as f64;
        left -= chance;
        (times as f64, 100.0 * if times == OFTEN { left + chance } else { chance })
    });
    let names = (0..OFTEN).map(Label::plain).chain([Label::plain(format!("≥ {OFTEN}"))]);
    let often = Chart::new(
        Axis::named(Label::key("times"), names),
        Axis::linear(Label::key("samples_share")),
    )
    .with(
        Form::Bars,
        Label::key("replaced"),
        counted
            .iter()
            .enumerate()
            .map(|(times, &count)| (times as f64, 100.0 * count as f64 / samples as f64)),
    )
    .shaded(Shade::Ink, Form::Points, Label::plain("e⁻¹/k!"), poisson);
    let points = |epochs: &[Epoch]| -> Vec<_> {
        (1..).map(f64::from).zip(epochs.iter().map(|epoch| 100.0 * epoch.accuracy)).collect()
    };
    let accuracy = Chart::new(
        Axis::linear(Label::key("seed")).from_to(0.5, SEEDS as f64 + 0.5),
        Axis::linear(Label::key("accuracy")),
    )
    .with(Form::Points, Label::key("once"), points(once))
    .with(Form::Points, Label::key("replaced"), points(replaced));
    Figure::panels(
        2,
        [(Label::key("how_often"), often.into()), (Label::key("and_learnt"), accuracy.into())],
    )
}

fn mean(epochs: &[Epoch], of: impl Fn(&Epoch) -> f64) -> f64 {
    epochs.iter().map(of).sum::<f64>() / epochs.len() as f64
}

/// The samples of the first epoch.
fn order(sampling: Sampling, seed: u64, samples: usize) -> Vec<u32> {
    let mut order = vec![0; samples];
    let mut rng = Stream::Epoch(0).rng(seed);
    match sampling {
        Sampling::Epoch => permutation(&mut order, &mut rng),
        Sampling::Replacement => {
            order.iter_mut().for_each(|index| *index = below(samples as u32, &mut rng));
        }
    }
    order
}

/// How many samples are drawn 0, 1, 2, … times.
fn counts(order: &[u32]) -> [usize; OFTEN + 1] {
    let mut times = vec![0; order.len()];
    order.iter().for_each(|&index| times[index as usize] += 1);
    let mut counts = [0; OFTEN + 1];
    times.into_iter().for_each(|times: usize| counts[times.min(OFTEN)] += 1);
    counts
}

fn epoch(sampling: Sampling, seed: u64, parts: &Parts<LitImages>) -> Result<Epoch, LessonError> {
    let samples = parts.train.len();
    let settings = Settings { seed, ..Settings::default() };
    let mut trainer = Trainer::new(&settings, samples, Machine::single(Level::best()))?;
    let order = order(sampling, seed, samples);
    let diverged = |cause| TrainError::Diverged { cause, epoch: 1 };
    let trained = trainer.train(&parts.train, &order, &mut |_| ControlFlow::Continue(()));
    let _ = trained.map_err(diverged)?;
    let evaluation = trainer.evaluate(&parts.validation).map_err(diverged)?;
    Ok(Epoch {
        seen: 1.0 - counts(&order)[0] as f64 / samples as f64,
        accuracy: evaluation.report.accuracy().unwrap_or(0.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_sees_all_and_replacement_two_thirds() {
        assert_eq!(counts(&order(Sampling::Epoch, 3, 1000)), [0, 1000, 0, 0, 0, 0]);
        let counts = counts(&order(Sampling::Replacement, 3, 100_000));
        assert_eq!(counts.iter().sum::<usize>(), 100_000);
        // (1 − 1/n)ⁿ = 0.3679; five standard errors of less than 0.0012.
        assert!((counts[0] as f64 / 1e5 - 0.3679).abs() < 0.006, "{counts:?}");
    }
}
