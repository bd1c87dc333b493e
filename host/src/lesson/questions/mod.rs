//! Lesson 11: the chapter's ten questions, each answered by an experiment.

mod batches;
mod costs;
mod passes;
mod rates;

use std::fmt::Display;
use std::time::Duration;

use super::{Context, Findings, LessonError, Mnist, Table, Value};
use crate::figure::Label;
use crate::model::Model;
use crate::training::{Execution, Settings, Topology, Trained, train};

pub fn compute(context: &Context) -> Result<Findings, LessonError> {
    let mnist = context.mnist()?;
    let mut found = Findings::new();
    batches::size(&mut found, mnist)?;
    batches::epochs(&mut found, mnist)?;
    costs::differentiable(&mut found, context, mnist)?;
    rates::too_large(&mut found, mnist)?;
    batches::steps(&mut found);
    costs::choice(&mut found, context, mnist)?;
    passes::kept(&mut found, context, mnist)?;
    passes::efficient(&mut found, mnist)?;
    passes::sum(&mut found)?;
    hidden(&mut found, mnist)?;
    Ok(found)
}

/// What an experiment of this lesson that fails says.
fn fault(cause: impl Display) -> LessonError {
    LessonError::Compute { lesson: "questions", what: cause.to_string() }
}

/// A training on all of MNIST, and its time.
fn trained(settings: &Settings, mnist: &Mnist) -> Result<(Trained, Duration), LessonError> {
    let trained = train(settings, &Execution::default(), &mnist.parts, &mut ())?;
    let time = trained.history.iter().map(|epoch| epoch.time).sum();
    Ok((trained, time))
}

/// The share of the test images that a training ended with.
fn tested(trained: &Trained) -> f64 {
    trained.test.report.accuracy().unwrap_or(0.0)
}

/// Question 10: what hidden neurons bring, and what they take.
fn hidden(found: &mut Findings, mnist: &Mnist) -> Result<(), LessonError> {
    let headings =
        ["column_hidden", "column_accuracy", "column_gradients", "column_ram", "column_time"];
    let mut table = Table::new(headings.map(Label::key));
    for width in [2, 10, 30, 100] {
        let topology = format!("784-{width}-10").parse::<Topology>().map_err(fault)?;
        let settings = Settings { topology, eta: 1.0, epochs: 3, ..Settings::default() };
        let (trained, time) = trained(&settings, mnist)?;
        let model = Model::untrained(&settings, &mnist.data);
        found.share(format!("hidden_{width}"), tested(&trained), 1);
        table.row([
            Value::count(width).into(),
            Value::Share { share: tested(&trained), decimals: 1 }.into(),
            Value::count(trained.parameters.len()).into(),
            Value::Word(crate::terminal::bytes(model.ram().training as u64)).into(),
            Value::time(time).into(),
        ]);
    }
    found.table("hidden", table);
    Ok(())
}
