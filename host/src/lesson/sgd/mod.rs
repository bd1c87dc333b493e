//! Lesson 4: stochastic gradient descent, on MNIST.

mod angles;
mod reach;
mod sampling;

use super::{Context, Findings, LessonError};
use crate::training::{Plan, Settings};

/// What this lesson is called where something goes wrong.
const NAME: &str = "sgd";

pub fn compute(context: &Context) -> Result<Findings, LessonError> {
    let mut found = Findings::new();
    found.number("n", context.mnist()?.data.train.len() as f64, 0);
    angles::compute(context, &mut found)?;
    reach::compute(context, &mut found)?;
    sampling::compute(context, &mut found)?;
    count_steps(&mut found);
    Ok(found)
}

/// The steps of an epoch: 10 000 samples in batches of 10, and MNIST's.
fn count_steps(found: &mut Findings) {
    let steps = |batch, samples| {
        let settings = Settings { epochs: 1, batch, ..Settings::default() };
        Plan::new(&settings, samples).steps.len() as f64
    };
    found.number("steps_of_question", steps(10, 10_000), 0);
    found.number("steps_of_mnist", steps(10, 50_000), 0);
    found.number("steps_of_128", steps(128, 50_000), 0);
}
