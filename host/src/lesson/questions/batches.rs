//! Questions 1, 2 and 5: samples in batches.

use std::collections::BTreeSet;
use std::time::Instant;

use gradito_core::circuit::Real;
use gradito_core::random::{Stream, below, permutation};

use super::{fault, tested, trained};
use crate::figure::Label;
use crate::lesson::digits::{
    accuracy, cosine, mean_gradient, parameters, untrained, with_parameters,
};
use crate::lesson::{Findings, LessonError, Mnist, Table, Value};
use crate::training::{Plan, Settings, Start, Step, follow};

/// The samples that stand for all when gradients are compared.
const ALL: usize = 10_000;

/// Question 1: how good an estimate m samples give, and what that is worth.
pub fn size(found: &mut Findings, mnist: &Mnist) -> Result<(), LessonError> {
    let settings = Settings { epochs: 1, ..Settings::default() };
    let start = untrained(settings.seed);
    let set = &mnist.data.train;
    let (full, _) = mean_gradient(&start, set, 0..ALL);
    let full = parameters(&full);
    let headings = ["column_m", "column_cosine", "column_steps", "column_epoch", "column_time"];
    let mut table = Table::new(headings.map(Label::key));
    for m in [1, 3, 10, 100, 1000] {
        let batches = (ALL / m).min(50);
        let cosines = (0..batches).map(|batch| {
            let (estimate, _) = mean_gradient(&start, set, batch * m..(batch + 1) * m);
            cosine(&parameters(&estimate), &full)
        });
        let mean = cosines.sum::<f64>() / batches as f64;
        let (trained, time) = trained(&Settings { batch: m, ..settings.clone() }, mnist)?;
        found.number(format!("cosine_{m}"), mean, 2);
        found.share(format!("epoch_{m}"), tested(&trained), 1);
        table.row([
            Value::count(m).into(),
            Value::Number { number: mean, decimals: 2 }.into(),
            Value::count(trained.steps as usize).into(),
            Value::Share { share: tested(&trained), decimals: 1 }.into(),
            Value::time(time).into(),
        ]);
    }
    found.table("size", table);
    Ok(())
}

/// Question 2: epochs against draws with replacement.
pub fn epochs(found: &mut Findings, mnist: &Mnist) -> Result<(), LessonError> {
    const EPOCHS: u32 = 3;
    let settings = Settings { epochs: EPOCHS, ..Settings::default() };
    let samples = mnist.data.train.len();
    let mut rng = Stream::Epoch(0).rng(settings.seed);
    let start = Instant::now();
    let drawn: Vec<u32> =
        (0..samples * EPOCHS as usize).map(|_| below(samples as u32, &mut rng)).collect();
    let draw = start.elapsed();
    let start = Instant::now();
    let mut order = vec![0; samples];
    for epoch in 0..EPOCHS {
        permutation(&mut order, &mut Stream::Epoch(epoch).rng(settings.seed));
    }
    let shuffle = start.elapsed();
    found.value("draw_time", Value::time(draw));
    found.value("shuffle_time", Value::time(shuffle));
    let distinct: BTreeSet<u32> = drawn[..samples].iter().copied().collect();
    found.share("seen", distinct.len() as f64 / samples as f64, 1);
    found.share("seen_expected", 1.0 - <f64 as Real>::exp(-1.0), 1);
    let three: BTreeSet<u32> = drawn.iter().copied().collect();
    found.value("unseen_3", Value::count(samples - three.len()));

    let network = untrained(settings.seed);
    let parameters = parameters(&network);
    let start = Start { parameters: &parameters, frozen: 0 };
    let steps = (0..drawn.len() / settings.batch).map(|step| Step {
        range: step * settings.batch..(step + 1) * settings.batch,
        eta: settings.eta,
    });
    let with = Plan { steps: steps.collect(), order: drawn };
    let set = || mnist.data.train.clone();
    let followed = follow(&settings, &start, set(), &with).map_err(fault)?;
    found.share("replaced", accuracy(&with_parameters(&followed.parameters), &mnist.data.test), 1);
    let (without, _) = trained(&settings, mnist)?;
    found.share("shuffled", tested(&without), 1);
    found.number("epochs_compared", EPOCHS, 0);
    Ok(())
}

/// Question 5: steps of an epoch.
pub fn steps(found: &mut Findings) {
    let settings = Settings { epochs: 1, batch: 10, ..Settings::default() };
    found.value("steps", Value::count(Plan::new(&settings, ALL).steps.len()));
    // 10 000 are no multiple of every batch: the last may be short.
    let settings = Settings { batch: 128, ..settings };
    let plan = Plan::new(&settings, ALL);
    found.value("steps_128", Value::count(plan.steps.len()));
    found.value("last_128", Value::count(plan.steps.last().map_or(0, |step| step.range.len())));
}
