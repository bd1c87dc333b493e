//! What it takes to recognise nine digits of ten, against the size of the mini-batch.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use gradito_core::random::{Stream, permutation};

use super::NAME;
use crate::data::Dataset;
use crate::figure::{Axis, Chart, Figure, Label};
use crate::lesson::{Cell, Context, Findings, LessonError, Table, Value};
use crate::network::{Machine, threads};
use crate::simd::Level;
use crate::training::{Indexed, LitImages, Samples, Settings, TrainError, Trainer};

/// The accuracy to be reached.
const GOAL: f64 = 0.9;

/// Steps after which all ways are compared, and as many as the longest steps are given.
const FEW: u64 = 12;

/// The most images that short steps see.
const PATIENCE: u64 = 60_000;

/// Validation images that are looked at again and again on the way.
const LOOKED_AT: u32 = 2000;

/// Mini-batches, each with an η that takes it on: single samples do not bear the η of the others.
const WAYS: [(usize, f32); 7] =
    [(1, 1.0), (1, 3.0), (10, 3.0), (100, 3.0), (1000, 3.0), (10_000, 3.0), (50_000, 3.0)];

/// The way of one network.
struct Way {
    batch: usize,
    eta: f32,
    /// Steps done, and the accuracy then; from look to look they grow by a twentieth.
    looks: Vec<(u64, f64)>,
    /// The passes alone, without the looks.
    time: Duration,
}

pub fn compute(context: &Context, found: &mut Findings) -> Result<(), LessonError> {
    let mnist = context.mnist()?;
    let (train, validation) = (&mnist.parts.train, &mnist.data.validation);
    let rows: Vec<u32> = (0..LOOKED_AT.min(validation.len() as u32)).collect();
    let looked_at = images(validation.select(&rows))?;
    let mut ways = Vec::with_capacity(WAYS.len());
    for (batch, eta) in WAYS {
        let limit = match batch {
            0..100 => PATIENCE / batch as u64,
            100..10_000 => u64::MAX,
            _ => FEW,
        };
        let settings = Settings { batch, eta, ..Settings::default() };
        ways.push(Way::take(&settings, limit, train, &looked_at)?);
    }
    found.share("goal", GOAL, 0);
    found.number("looked_at", LOOKED_AT, 0);
    found.number("few", FEW as f64, 0);
    let headings = ["m", "eta", "steps", "epochs", "time", "few"].map(|name| match name {
        "m" => Label::plain("m"),
        "eta" => Label::plain("η"),
        "few" => Label::key(name).with(FEW),
        name => Label::key(name),
    });
    let mut table = Table::new(headings);
    for way in &ways {
        table.row(way.row(train.len()));
        let name = way.name();
        if let Some(steps) = way.reached() {
            found.number(format!("steps_{name}"), steps as f64, 0);
            found.number(format!("images_{name}"), (steps * way.batch as u64) as f64, 0);
            found.value(format!("time_{name}"), Value::time(way.time));
        } else if way.batch == 1 {
            let best = way.looks.iter().map(|look| look.1).fold(0.0, f64::max);
            found.share("best_1_fast", best, 1);
        }
        if let Some(accuracy) = way.after(FEW) {
            found.share(format!("few_{name}"), accuracy, 1);
        }
    }
    found.table("reach", table);
    found.figure("reach", figure(&ways));
    Ok(())
}

fn images(set: Dataset) -> Result<LitImages, LessonError> {
    match set.into() {
        Indexed::Images(images) => Ok(images),
        Indexed::Features(_) => {
            Err(LessonError::Compute { lesson: NAME, what: "MNIST has no images".into() })
        }
    }
}

fn figure(ways: &[Way]) -> Figure {
    let chart = |x: &'static str, of: &dyn Fn(&Way, u64) -> f64| {
        let axis = Axis::linear(Label::key("accuracy")).from_to(0.0, 100.0);
        // One line for each size: the way that fails is told of in the table.
        let shown = ways.iter().filter(|way| (way.batch, way.eta) != (1, 3.0));
        shown.fold(Chart::new(Axis::log(Label::key(x)), axis), |chart, way| {
            // Every other look is enough to see, and the last.
            let shown = way.looks.iter().rev().step_by(2).rev();
            let points = shown.map(|&(steps, at)| (of(way, steps), 100.0 * at));
            chart.line(Label::plain(format!("m = {}", way.batch)), points)
        })
    };
    let images = chart("images", &|way, steps| (steps * way.batch as u64) as f64);
    let steps = chart("steps", &|_, steps| steps as f64);
    Figure::panels(
        2,
        [(Label::key("by_images"), images.into()), (Label::key("by_steps"), steps.into())],
    )
}

impl Way {
    /// Trains until the goal is reached, for at most `limit` steps.
    fn take(
        settings: &Settings,
        limit: u64,
        samples: &LitImages,
        looked_at: &LitImages,
    ) -> Result<Self, LessonError> {
        let &Settings { batch, eta, seed, .. } = settings;
        let parameters = settings.shapes().iter().map(|shape| shape.parameters()).sum();
        let machine = Machine::new(Level::best(), threads(parameters, batch).get());
        let machine = machine.map_err(TrainError::from)?;
        let mut trainer = Trainer::new(settings, samples.len(), machine)?;
        let mut way = Self { batch, eta, looks: Vec::new(), time: Duration::ZERO };
        let mut order = vec![0; samples.len()];
        let (mut steps, mut next) = (0, 1);
        for epoch in 0.. {
            permutation(&mut order, &mut Stream::Epoch(epoch).rng(seed));
            let diverged = |cause| TrainError::Diverged { cause, epoch: epoch + 1 };
            let mut rest = &order[..];
            while !rest.is_empty() {
                let wanted = usize::try_from(next - steps).unwrap_or(usize::MAX);
                let count = wanted.saturating_mul(batch).min(rest.len());
                let (indices, later) = rest.split_at(count);
                rest = later;
                let start = Instant::now();
                let trained = trainer.train(samples, indices, &mut |_| ControlFlow::Continue(()));
                way.time += start.elapsed();
                let _ = trained.map_err(diverged)?;
                steps += count.div_ceil(batch) as u64;
                if steps < next {
                    continue;
                }
                next = (steps + steps / 20).max(steps + 1).min(limit);
                let evaluation = trainer.evaluate(looked_at).map_err(diverged)?;
                let accuracy = evaluation.report.accuracy().unwrap_or(0.0);
                way.looks.push((steps, accuracy));
                if accuracy >= GOAL || steps >= limit {
                    return Ok(way);
                }
            }
        }
        Ok(way)
    }

    /// How it is called in the texts: the size, and `fast` if η is too large for it.
    fn name(&self) -> String {
        let fast = if (self.batch, self.eta) == (1, 3.0) { "_fast" } else { "" };
        format!("{}{fast}", self.batch)
    }

    /// The steps to the goal, if it was reached.
    fn reached(&self) -> Option<u64> {
        self.looks.last().filter(|look| look.1 >= GOAL).map(|look| look.0)
    }

    /// The accuracy after so many steps.
    fn after(&self, steps: u64) -> Option<f64> {
        self.looks.iter().find(|look| look.0 == steps).map(|look| look.1)
    }

    fn row(&self, samples: usize) -> Vec<Cell> {
        let none = || Cell::from(Label::plain("–"));
        let number = |number, decimals| Cell::from(Value::Number { number, decimals });
        let share = |share| Cell::from(Value::Share { share, decimals: 1 });
        let reached = self.reached();
        let epochs = reached.map(|steps| (steps * self.batch as u64) as f64 / samples as f64);
        vec![
            Value::count(self.batch).into(),
            number(self.eta.into(), 0),
            reached.map_or_else(none, |steps| number(steps as f64, 0)),
            epochs.map_or_else(none, |epochs| number(epochs, 2)),
            reached.map_or_else(none, |_| Value::time(self.time).into()),
            self.after(FEW).map_or_else(none, share),
        ]
    }
}
