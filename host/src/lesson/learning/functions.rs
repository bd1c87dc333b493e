//! The functions of the book's program and those of gradito, called here and now.

use gradito_core::activation::{self, Elementwise};
use gradito_core::cost::{Class, Cost, Quadratic, Target};
use gradito_core::kind::InitKind;
use gradito_core::network::{Feedforward, Network, argmax};
use gradito_core::optimizer::Sgd;
use gradito_core::report::{BatchReport, Diverged};
use gradito_core::sgd;
use gradito_core::signal::Pixels;

use super::NAME;
use crate::data::{self, DataOptions, Source};
use crate::figure::Label;
use crate::lesson::digits::{self, Digits};
use crate::lesson::gradients::norm;
use crate::lesson::{Context, Findings, LessonError, Table, minus, pixels};
use crate::network::Machine;
use crate::simd::Level;
use crate::training::{self, Execution, Samples, Settings, Trainer};

/// With the core's own exponential.
type Sigmoid = activation::Sigmoid;

/// The book's η.
const ETA: f32 = 3.0;

/// The samples of the mini-batch.
const BATCH: usize = 10;

/// Calls a function: its name as it is written here, and what it returned.
macro_rules! call {
    ($function:path; $($argument:expr),*) => {
        (stringify!($function).replace(' ', ""), $function($($argument),*))
    };
}

pub fn compute(context: &Context, found: &mut Findings) -> Result<(), LessonError> {
    let mnist = context.mnist()?;
    let diverged = |fault: Diverged| LessonError::Compute { lesson: NAME, what: fault.to_string() };
    let mut table = Table::new(["book", "gradito", "answered"].map(Label::key));
    let mut row = |book: &str, function: String, answered: Label| {
        table.row([Label::plain(book).into(), Label::plain(function).into(), answered.into()]);
    };

    let (name, loaded) = call!(data::load; &DataOptions::new(Source::Mnist));
    let images = loaded?.train.len();
    row("load_data()", name, Label::key("images").with(images));

    let (name, class) = call!(Class; 3);
    let target: Vec<String> = (0..10).map(|at| class.at(at).to_string()).collect();
    row("vectorized_result(3)", name, Label::plain(target.join(" ")));

    let mut network = digits::zero();
    let network: &mut Digits = &mut network;
    let (name, ()) = call!(Network::initialize; network, InitKind::Scaled, 1);
    row("Network([784, 30, 10])", name, Label::key("parameters").with(Digits::PARAMETERS));

    let (name, a) = call!(Sigmoid::value; 1.0);
    row("sigmoid(1)", name, Label::plain(format!("{a:.4}")));
    let (name, slope) = call!(Sigmoid::derivative; a);
    row("sigmoid_prime(1)", name, Label::plain(format!("{slope:.4}")));

    let samples = samples(context)?;
    let (x, class) = &samples[0];
    let mut trace = Digits::TRACE;
    let (name, ()) = call!(Feedforward::forward; network, x, &mut trace);
    let outputs = trace.tail.outputs;
    row("feedforward(a)", name, Label::key("says").with(argmax(&outputs)).with(class.0));

    let mut deltas = [0.0; 10];
    let (name, ()) = call!(Cost::<Sigmoid>::delta; &Quadratic, class, &outputs, &mut deltas);
    let right = deltas[class.0];
    row(
        "cost_derivative(a, y)",
        name,
        Label::plain(format!("δ = {}", minus(format!("{right:.4}")))),
    );

    let mut gradient = digits::zero();
    let gradient: &mut Digits = &mut gradient;
    let (name, report) = call!(sgd::gradient; network, &Quadratic, x, class, &mut trace, gradient);
    let mut values = Vec::new();
    gradient.visit(&mut |piece| {
        values.extend(piece.into_values().iter().copied().map(f64::from));
    });
    let length = norm(&values);
    let answered = format!("C = {:.4}, ‖∇C‖ = {length:.4}", report.cost);
    row("backprop(x, y)", name, Label::plain(answered));

    let batch = samples.iter().map(|(x, class)| (x, *class));
    let mut traces = vec![Digits::TRACE; BATCH];
    let mut plain = Sgd::new();
    let (name, report) =
        call!(sgd::step; network, &mut plain, &Quadratic, batch.clone(), &mut traces, ETA);
    let before = report.map_err(diverged)?.mean_cost().unwrap_or(0.0);
    let mut after = BatchReport::default();
    for (x, class) in batch {
        after.add(&sgd::evaluate(network, &Quadratic, x, &class, &mut trace));
    }
    let after = after.mean_cost().unwrap_or(0.0);
    let answered = format!("C: {before:.4} → {after:.4}");
    row("update_mini_batch(batch, 3.0)", name, Label::plain(answered));

    let settings = Settings { epochs: 1, ..Settings::default() };
    let parts = &mnist.parts;
    let (name, trained) = call!(training::train; &settings, &Execution::default(), parts, &mut ());
    let trained = trained?;
    let answered = Label::key("steps").with(trained.steps);
    row("SGD(training_data, 1, 10, 3.0)", name, answered);

    let machine = Machine::single(Level::best());
    let count = parts.train.len();
    let trainer = Trainer::with_parameters(&settings, &trained.parameters, count, machine)?;
    let (name, evaluation) = call!(Trainer::evaluate; &trainer, &parts.test);
    let right = evaluation.map_err(diverged)?.report.correct;
    let answered = Label::key("right").with(right).with(parts.test.len());
    row("evaluate(test_data)", name, answered);

    found.number("step_before", before, 4);
    found.number("step_after", after, 4);
    found.table("functions", table);
    Ok(())
}

/// The first training images, as the core reads them, and their classes.
fn samples(context: &Context) -> Result<Vec<(Pixels<784>, Class)>, LessonError> {
    let train = &context.mnist()?.data.train;
    let sample =
        |index: usize| (digits::image(pixels(train, index)), Class(train.labels()[index].into()));
    Ok((0..BATCH).map(sample).collect())
}
