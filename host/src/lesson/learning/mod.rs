//! Lesson 8: the network learns MNIST.

mod functions;
mod mistakes;
mod moving;

use super::{Context, Findings, LessonError, Value};
use crate::figure::{Axis, Chart, Figure, Label};
use crate::training::{EpochReport, Settings};

/// What this lesson is called where something goes wrong.
const NAME: &str = "learning";

pub fn compute(context: &Context) -> Result<Findings, LessonError> {
    let mut found = Findings::new();
    let settings = Settings { epochs: 10, ..Settings::default() };
    functions::compute(context, &mut found)?;
    history(context, &settings, &mut found)?;
    mistakes::compute(context, &settings, &mut found)?;
    moving::compute(context, &settings, &mut found)?;
    Ok(found)
}

fn history(
    context: &Context,
    settings: &Settings,
    found: &mut Findings,
) -> Result<(), LessonError> {
    let trained = context.trained(settings)?;
    let trained = &trained.trained;
    found.number("epochs", trained.epochs, 0);
    found.number("steps", trained.steps as f64, 0);
    found.number("parameters", trained.parameters.len() as f64, 0);
    found.value("time", Value::time(trained.history.iter().map(|report| report.time).sum()));
    for report in &trained.history {
        let epoch = report.epoch;
        if [1, 2, 10].contains(&epoch) {
            found.number(format!("cost_{epoch}"), report.cost, 4);
            found.share(format!("train_{epoch}"), report.train_accuracy, 2);
            found.share(format!("validation_{epoch}"), validation(report), 2);
        }
    }
    let report = &trained.test.report;
    found.share("test", report.accuracy().unwrap_or(0.0), 2);
    found.figure("history", figure(&trained.history));
    Ok(())
}

fn validation(report: &EpochReport) -> f64 {
    report.validation_accuracy.unwrap_or(0.0)
}

fn figure(history: &[EpochReport]) -> Figure {
    let over = |of: &dyn Fn(&EpochReport) -> f64| -> Vec<(f64, f64)> {
        history.iter().map(|report| (f64::from(report.epoch), of(report))).collect()
    };
    let epochs = || Axis::linear(Label::key("epoch")).from_to(0.0, history.len() as f64 + 0.5);
    let cost = Chart::new(epochs(), Axis::linear(Label::key("mean_cost")))
        .marked(Label::none(), over(&|report| report.cost));
    let accuracy = Chart::new(epochs(), Axis::linear(Label::key("percent")))
        .marked(Label::key("train"), over(&|report| 100.0 * report.train_accuracy))
        .marked(Label::key("validation"), over(&|report| 100.0 * validation(report)));
    let panels = [(Label::key("cost"), cost.into()), (Label::key("accuracy"), accuracy.into())];
    Figure::panels(2, panels)
}
