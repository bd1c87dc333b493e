//! Lesson 1: the cost.

use std::array;

use gradito_core::activation::Identity;
use gradito_core::circuit::Real;
use gradito_core::cost::{Class, Cost, Quadratic, Target};
use gradito_core::layer::{Layer, Parameters};
use gradito_core::network::Network;
use gradito_core::sgd::{evaluate, pass};
use gradito_core::signal::Pixels;

use super::digits::{Digits, image, with_parameters, zero};
use super::{Cell, Context, Findings, LessonError, Mnist, Table, Value, pixels};
use crate::figure::chart::Form;
use crate::figure::{Axis, Chart, Figure, Label};
use crate::training::Settings;

/// The chapter's outputs for an image of a 0.
const OUTPUTS: [f32; 10] = [0.9, 0.1, 0.1, 0.2, 0.1, 0.1, 0.0, 0.0, 0.0, 0.0];

/// Test images whose mistakes are counted.
const IMAGES: usize = 500;

/// How far it is moved to either side, and at how many places it is looked at on the way.
const WAY: (f32, u16) = (4.0, 240);

pub fn compute(context: &Context) -> Result<Findings, LessonError> {
    let mut found = Findings::new();
    example(&mut found);
    along_one_output(&mut found);
    counting(&mut found, context, context.mnist()?)?;
    Ok(found)
}

/// −ln of what the output gives to what is wanted: y = 0 or 1.
fn cross_entropy(y: f64, a: f64) -> f64 {
    let given = if y == 1.0 { a } else { 1.0 - a };
    // Not −0 for a certain output.
    0.0 - <f64 as Real>::ln(given)
}

/// What each output of the chapter's example contributes.
fn example(found: &mut Findings) {
    let wanted: [f32; 10] = array::from_fn(|at| Class(0).at(at));
    let quadratic: [f32; 10] = array::from_fn(|at| {
        Cost::<Identity>::value(&Quadratic, &wanted[at..=at], &OUTPUTS[at..=at], &[])
    });
    let entropy: [f64; 10] =
        array::from_fn(|at| cross_entropy(f64::from(wanted[at]), f64::from(OUTPUTS[at])));
    let mut headings = vec![Label::key("digit"), Label::plain("y"), Label::plain("a")];
    headings.extend([Label::plain("(y − a)²/2"), Label::key("cross_entropy")]);
    let mut table = Table::new(headings);
    let number = |number: f64, decimals| Cell::Value(Value::Number { number, decimals });
    for at in 0..10 {
        table.row([
            Cell::Value(Value::count(at)),
            number(f64::from(wanted[at]), 0),
            number(f64::from(OUTPUTS[at]), 1),
            number(f64::from(quadratic[at]), 3),
            number(entropy[at], 3),
        ]);
    }
    found.table("example", table);
    let numbered = |numbers: [f64; 10]| (0_u8..).map(f64::from).zip(numbers);
    let chart = |key, numbers: [f64; 10]| {
        let x = Axis::named(Label::key("output"), (0..10).map(Label::plain));
        Chart::new(x, Axis::linear(Label::key(key))).with(
            Form::Bars,
            Label::none(),
            numbered(numbers),
        )
    };
    let terms = quadratic.map(f64::from);
    found.figure(
        "terms",
        Figure::panels(
            2,
            [
                (Label::key("quadratic_cost"), chart("contribution", terms).into()),
                (Label::key("cross_entropy"), chart("contribution", entropy).into()),
            ],
        ),
    );
    let cost = Cost::<Identity>::value(&Quadratic, &Class(0), &OUTPUTS, &[]);
    found.number("cost", cost, 3);
    found.number("entropy", entropy.iter().sum::<f64>(), 3);
    found.number("term_right", quadratic[0], 3);
    found.number("term_worst", quadratic[3], 3);
    found.share("share_worst", f64::from(quadratic[3] / cost), 0);
    found.number("perfect", Cost::<Identity>::value(&Quadratic, &Class(0), &wanted, &[]), 0);
}

/// Both costs as functions of one output.
fn along_one_output(found: &mut Findings) {
    let outputs = || (1..=99).map(|at| f64::from(at) / 100.0);
    let quadratic = |y: f64, a: f64| (y - a) * (y - a) / 2.0;
    let panel = |y: f64| {
        let x = Axis::linear(Label::plain("a")).from_to(0.0, 1.0);
        let up = Axis::linear(Label::key("of_output")).from_to(0.0, 5.0);
        let chart = Chart::new(x, up)
            .line(Label::key("quadratic_cost"), outputs().map(|a| (a, quadratic(y, a))))
            .line(Label::key("cross_entropy"), outputs().map(|a| (a, cross_entropy(y, a))));
        (Label::plain(format_args!("y = {y}")), chart.into())
    };
    found.figure("one_output", Figure::panels(2, [panel(1.0), panel(0.0)]));
    let headings = ["a", "(1 − a)²/2", "−ln a"].map(Label::plain);
    let slopes = [Label::key("slope_quadratic"), Label::key("slope_entropy")];
    let mut table = Table::new(headings.into_iter().chain(slopes));
    for a in [0.01, 0.1, 0.5, 0.9, 0.99] {
        let number = |number: f64, decimals| Cell::Value(Value::Number { number, decimals });
        table.row([
            number(a, 2),
            number(quadratic(1.0, a), 5),
            number(cross_entropy(1.0, a), 5),
            number(a - 1.0, 2),
            number(-1.0 / a, 2),
        ]);
    }
    found.table("one_output", table);
    found.number("far_quadratic", quadratic(1.0, 0.01), 2);
    found.number("far_entropy", cross_entropy(1.0, 0.01), 2);
    found.number("far_slope_quadratic", 0.01 - 1.0, 2);
    found.number("far_slope_entropy", -1.0 / 0.01, 0);
}

/// What a network says to the first test images: the mean cost, and the mistakes.
struct Judged {
    cost: f64,
    mistakes: usize,
}

fn judge(network: &Digits, samples: &[(Pixels<784>, Class)]) -> Judged {
    let mut trace = Digits::TRACE;
    let mut judged = Judged { cost: 0.0, mistakes: 0 };
    for (image, class) in samples {
        let report = evaluate(network, &Quadratic, image, class, &mut trace);
        judged.cost += f64::from(report.cost) / samples.len() as f64;
        judged.mistakes += usize::from(!report.correct);
    }
    judged
}

/// The derivatives of the mean cost, in the order of a model image.
fn mean_gradient(network: &Digits, samples: &[(Pixels<784>, Class)]) -> Vec<f32> {
    let (mut trace, mut sum) = (Digits::TRACE, zero());
    for (image, class) in samples {
        pass(network, &Quadratic, image, class, &mut trace);
        sum.layers.update(image, &trace, 1.0 / samples.len() as f32);
    }
    let mut gradient = Vec::with_capacity(Digits::PARAMETERS);
    sum.visit(&mut |piece: Parameters<&[f32]>| gradient.extend_from_slice(piece.into_values()));
    gradient
}

/// The mistakes and the cost of a real network, along one of its weights.
fn counting(found: &mut Findings, context: &Context, mnist: &Mnist) -> Result<(), LessonError> {
    let trained = context.trained(&Settings { epochs: 1, ..Settings::default() })?;
    let mut network = with_parameters(&trained.trained.parameters);
    let test = &mnist.data.test;
    let samples: Vec<_> = test.labels()[..IMAGES.min(test.len())]
        .iter()
        .enumerate()
        .map(|(at, &label)| (image(pixels(test, at)), Class(usize::from(label))))
        .collect();
    let here = judge(&network, &samples);
    let gradient = mean_gradient(&network, &samples);
    // Of the weights to the outputs, the one that matters most.
    let steeper = |a: &usize, b: &usize| gradient[*a].abs().total_cmp(&gradient[*b].abs());
    let outputs = 784 * 30 + 30;
    let index = (outputs..outputs + 30 * 10).max_by(steeper).unwrap_or(outputs);
    let missing = || LessonError::Compute { lesson: "cost", what: "has no such weight".into() };
    let start = *network.parameter_mut(index).ok_or_else(missing)?;
    let (far, steps) = WAY;
    let mut way = Vec::with_capacity(usize::from(steps) + 1);
    for step in 0..=steps {
        let weight = start + far * (2.0 * f32::from(step) / f32::from(steps) - 1.0);
        *network.parameter_mut(index).ok_or_else(missing)? = weight;
        way.push((f64::from(weight), judge(&network, &samples)));
    }
    let flat = way.windows(2).filter(|pair| pair[0].1.mistakes == pair[1].1.mistakes).count();
    let counts = || way.iter().map(|(_, judged)| judged.mistakes);

    let axis = || Axis::linear(Label::key("weight"));
    let stairs = way.iter().map(|(weight, judged)| (*weight, judged.mistakes as f64));
    let smooth = way.iter().map(|(weight, judged)| (*weight, judged.cost));
    let mistakes = Axis::linear(Label::key("mistakes").with(samples.len()));
    let now = |height: f64| [(f64::from(start), height)];
    let mistakes = Chart::new(axis(), mistakes).line(Label::none(), stairs).with(
        Form::Points,
        Label::key("now"),
        now(here.mistakes as f64),
    );
    let cost = Chart::new(axis(), Axis::linear(Label::key("quadratic_cost")))
        .line(Label::none(), smooth)
        .with(Form::Points, Label::key("now"), now(here.cost));
    found.figure(
        "counting",
        Figure::panels(
            2,
            [(Label::key("counted"), mistakes.into()), (Label::key("measured"), cost.into())],
        ),
    );
    found.value("images", Value::count(samples.len()));
    found.value("neuron", Value::count((index - outputs) / 10));
    found.value("output", Value::count((index - outputs) % 10));
    found.number("weight", start, 3);
    found.value("mistakes", Value::count(here.mistakes));
    found.value("fewest", Value::count(counts().min().unwrap_or(0)));
    found.value("most", Value::count(counts().max().unwrap_or(0)));
    found.value("steps", Value::count(usize::from(steps)));
    found.number("step", 2.0 * far / f32::from(steps), 3);
    found.value("flat", Value::count(flat));
    found.number("mean_cost", here.cost, 4);
    found.number("slope", gradient[index], 4);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::digits::untrained;

    #[test]
    fn the_slope_is_that_of_the_cost() {
        let mut network = untrained(1);
        let mut bytes = [0; 784];
        bytes[300..400].fill(200);
        let samples = [(image(&bytes), Class(4)), (image(&[90; 784]), Class(1))];
        let index = 784 * 30 + 30 + 57;
        let found = mean_gradient(&network, &samples)[index];
        let weight = *network.parameter_mut(index).unwrap();
        let costs = [-0.125, 0.125].map(|step| {
            *network.parameter_mut(index).unwrap() = weight + step;
            judge(&network, &samples).cost
        });
        let slope = (costs[1] - costs[0]) / 0.25;
        assert!((f64::from(found) - slope).abs() < 1e-3, "{found} {slope}");
    }
}
