//! Questions 3 and 6: what a cost has to be, and what its choice means.

use gradito_core::activation::Sigmoid;
use gradito_core::cost::{Class, Cost, CrossEntropy, Quadratic};
use gradito_core::kind::CostKind;
use gradito_core::network::argmax;
use gradito_core::sgd;

use super::tested;
use crate::data::Dataset;
use crate::figure::{Axis, Chart, Figure, Label};
use crate::lesson::digits::{
    Digits, mean_gradient, parameters, sample, untrained, with_parameters,
};
use crate::lesson::{Context, Findings, LessonError, Mnist, Table, Value};
use crate::training::Settings;

/// Samples on which costs are compared.
const SAMPLES: usize = 1000;

/// Epochs of every training here.
const EPOCHS: u32 = 3;

fn settings(cost: CostKind, seed: u64) -> Settings {
    // Without the factor σ′ the gradients of the cross-entropies are larger.
    let eta = if cost == CostKind::Quadratic { 3.0 } else { 0.5 };
    Settings { cost, eta, seed, epochs: EPOCHS, ..Settings::default() }
}

/// The mean quadratic cost of the first samples, and how many of them are mistaken.
fn judged(network: &Digits, set: &Dataset) -> (f64, usize) {
    let mut trace = Digits::TRACE;
    let (mut cost, mut mistakes) = (0.0, 0);
    for at in 0..SAMPLES.min(set.len()) {
        let (image, class) = sample(set, at);
        let report = sgd::evaluate(network, &Quadratic, &image, &class, &mut trace);
        cost += f64::from(report.cost);
        mistakes += usize::from(argmax(network.outputs(&trace)) != class.0);
    }
    (cost / SAMPLES as f64, mistakes)
}

/// Question 3: the cost has to be differentiable, and nothing else.
pub fn differentiable(
    found: &mut Findings,
    context: &Context,
    mnist: &Mnist,
) -> Result<(), LessonError> {
    let set = &mnist.data.test;
    let one = context.trained(&settings(CostKind::Quadratic, 1))?.network.parameters();
    let other = context.trained(&settings(CostKind::Quadratic, 2))?.network.parameters();

    // One weight, that of the steepest slope among those of the outputs, moved to both sides.
    let mut network = with_parameters(&one);
    let (gradient, _) = mean_gradient(&network, set, 0..SAMPLES);
    let slopes = gradient.layers.tail.weights.as_flattened();
    let steepest = (0..slopes.len()).max_by(|&a, &b| slopes[a].abs().total_cmp(&slopes[b].abs()));
    let (from, to) = steepest.map_or((0, 0), |at| (at / 10, at % 10));
    let weight = network.layers.tail.weights[from][to];
    let moves: Vec<f32> = (-20..=20).map(|step: i8| f32::from(step) * 0.05).collect();
    let (mut costs, mut mistakes) = (Vec::new(), Vec::new());
    for &moved in &moves {
        network.layers.tail.weights[from][to] = weight + moved;
        let (cost, wrong) = judged(&network, set);
        costs.push((f64::from(moved), cost));
        mistakes.push((f64::from(moved), wrong as f64));
    }
    network.layers.tail.weights[from][to] = weight;
    let steps: Vec<f64> = mistakes.iter().map(|&(_, wrong)| wrong).collect();
    let flat = steps.windows(2).filter(|pair| pair[0] == pair[1]).count();
    found.value("moves", Value::count(steps.len() - 1));
    found.value("flat", Value::count(flat));
    let unlike = costs.windows(2).filter(|pair| pair[0].1 != pair[1].1).count();
    found.value("cost_moves", Value::count(unlike));
    found.value("slope", Value::scientific(f64::from(gradient.layers.tail.weights[from][to])));
    let x = || Axis::linear(Label::key("moved"));
    let count =
        Chart::new(x(), Axis::linear(Label::key("mistakes"))).marked(Label::none(), mistakes);
    let cost = Chart::new(x(), Axis::linear(Label::key("quadratic"))).marked(Label::none(), costs);
    let panels =
        [(Label::key("count_panel"), count.into()), (Label::key("cost_panel"), cost.into())];
    found.figure("staircase", Figure::panels(2, panels));

    // On the straight way between two trained networks a convex cost would lie below its ends.
    let between = |share: f32| -> f64 {
        let mixed: Vec<f32> =
            one.iter().zip(&other).map(|(a, b)| (1.0 - share) * a + share * b).collect();
        judged(&with_parameters(&mixed), set).0
    };
    found.number("convex_one", between(0.0), 3);
    found.number("convex_middle", between(0.5), 3);
    found.number("convex_other", between(1.0), 3);
    Ok(())
}

/// Question 6: an error to be made small; different ones, different goals.
pub fn choice(found: &mut Findings, context: &Context, mnist: &Mnist) -> Result<(), LessonError> {
    let mut table = Table::new(["column_cost", "column_output", "column_accuracy"].map(Label::key));
    for (name, kind) in [
        ("quadratic_cost", CostKind::Quadratic),
        ("cross_entropy", CostKind::CrossEntropy),
        ("softmax", CostKind::SoftmaxCrossEntropy),
    ] {
        let trained = context.trained(&settings(kind, 1))?;
        let accuracy = tested(&trained.trained);
        found.share(name, accuracy, 1);
        table.row([
            Label::key(name).into(),
            Label::plain(kind.output_activation().name()).into(),
            Value::Share { share: accuracy, decimals: 1 }.into(),
        ]);
    }
    found.table("costs", table);

    // An output that is sure of the wrong answer: 0.99 where 0 is wanted.
    let (a, target) = ([0.99], Class(1));
    let mut delta = [0.0];
    Cost::<Sigmoid>::delta(&Quadratic, &target, &a, &mut delta);
    found.number("wrong_quadratic", delta[0], 4);
    Cost::<Sigmoid>::delta(&CrossEntropy, &target, &a, &mut delta);
    found.number("wrong_entropy", delta[0], 2);

    // A step against the gradient, and one along it.
    let set = &mnist.data.train;
    let which = 0..SAMPLES;
    let chapter = settings(CostKind::Quadratic, 1);
    let start = untrained(chapter.seed);
    let (gradient, before) = mean_gradient(&start, set, which.clone());
    let after = |eta: f32| {
        let moved: Vec<f32> = parameters(&start)
            .iter()
            .zip(parameters(&gradient))
            .map(|(parameter, gradient)| parameter - eta * gradient)
            .collect();
        mean_gradient(&with_parameters(&moved), set, which.clone()).1
    };
    found.number("cost_before", before, 3);
    found.number("cost_down", after(1.0), 3);
    found.number("cost_up", after(-1.0), 3);
    Ok(())
}
