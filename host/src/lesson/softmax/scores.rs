//! From scores to probabilities, and the gradient back.

use gradito_core::activation::{Activation, Softmax};
use gradito_core::circuit::{Circuit, CircuitError, Node};
use gradito_core::cost::{Class, Cost, SoftmaxCrossEntropy, Target};
use gradito_core::math::{Math, Poly};

use super::NAME;
use crate::figure::{Axis, Chart, Label, chart::Form};
use crate::lesson::{Findings, LessonError, Table, Value};

/// The scores of the example: three classes.
const SCORES: [f32; 3] = [2.0, 1.0, -1.0];

/// The class that is right, in the example of the gradient.
const RIGHT: usize = 1;

/// Temperatures.
const TEMPERATURES: [f32; 4] = [0.25, 1.0, 4.0, 100.0];

pub fn compute(found: &mut Findings) -> Result<(), LessonError> {
    probabilities(found);
    temperature(found);
    gradient(found)?;
    costs(found);
    Ok(())
}

/// The probabilities of three classes.
fn softmax(scores: [f32; 3]) -> [f32; 3] {
    let mut shares = [0.0; 3];
    Softmax::<Poly>::apply(&scores, &mut shares);
    shares
}

fn number(number: f32, decimals: usize) -> Value {
    Value::Number { number: number.into(), decimals }
}

fn probabilities(found: &mut Findings) {
    let shares = softmax(SCORES);
    let mut table =
        Table::new([Label::key("class"), Label::plain("z"), Label::plain("eᶻ"), Label::plain("p")]);
    let mut sum = 0.0;
    for (class, (&score, &share)) in (1_u8..).zip(SCORES.iter().zip(&shares)) {
        let power = Poly::exp(score);
        sum += power;
        found.number(format!("z_{class}"), score, 0);
        found.number(format!("power_{class}"), power, 3);
        found.number(format!("p_{class}"), share, 3);
        table.row([
            Value::count(class.into()).into(),
            number(score, 0).into(),
            number(power, 3).into(),
            number(share, 3).into(),
        ]);
    }
    found.number("power_sum", sum, 3);
    found.number("ratio", shares[0] / shares[1], 3);
    found.table("scores", table);

    let difference = |other: [f32; 3]| {
        shares.iter().zip(other).map(|(share, other)| (share - other).abs()).fold(0.0, f32::max)
    };
    found.number("shifted", difference(softmax(SCORES.map(|score| score + 100.0))), 0);
}

fn temperature(found: &mut Findings) {
    let names = (1..=SCORES.len()).map(Label::plain);
    let y = Axis::linear(Label::plain("p")).from_to(0.0, 1.0);
    let mut chart = Chart::new(Axis::named(Label::key("class"), names), y);
    for (at, temperature) in (1_u8..).zip(TEMPERATURES) {
        let shares = softmax(SCORES.map(|score| score / temperature));
        found.number(format!("temperature_{at}"), shares[0], 3);
        let points = (0..).map(f64::from).zip(shares.map(f64::from));
        chart = chart.with(Form::Bars, Label::plain(format!("T = {temperature}")), points);
    }
    found.figure("temperature", chart);
}

/// ∂C/∂z by the core's formula and by a circuit.
fn gradient(found: &mut Findings) -> Result<(), LessonError> {
    let shares = softmax(SCORES);
    let mut deltas = [0.0; 3];
    Cost::<Softmax>::delta(&SoftmaxCrossEntropy, &Class(RIGHT), &shares, &mut deltas);
    let cost = Cost::<Softmax>::value(&SoftmaxCrossEntropy, &Class(RIGHT), &shares, &SCORES);
    let circuit = of_circuit()
        .map_err(|fault| LessonError::Compute { lesson: NAME, what: fault.to_string() })?;
    found.number("right", (RIGHT + 1) as f64, 0);
    found.number("cost", cost, 3);
    let mut table = Table::new([
        Label::key("class"),
        Label::plain("p"),
        Label::plain("y"),
        Label::plain("p − y"),
        Label::key("by_circuit"),
    ]);
    for class in 0..SCORES.len() {
        found.number(format!("delta_{}", class + 1), deltas[class], 3);
        table.row([
            Value::count(class + 1).into(),
            number(shares[class], 3).into(),
            number(Class(RIGHT).at(class), 0).into(),
            number(deltas[class], 3).into(),
            Value::Number { number: circuit[class], decimals: 3 }.into(),
        ]);
    }
    found.table("gradient", table);
    Ok(())
}

/// ∂C/∂z of −ln softmax, gate by gate.
fn of_circuit() -> Result<[f64; 3], CircuitError> {
    let circuit = Circuit::<16, f64>::new();
    let scores = SCORES.map(|score| circuit.input(score.into()));
    let [first, second, third] = scores.map(Node::exp);
    let cost = (first + second + third).ln() - scores[RIGHT];
    circuit.forward()?;
    circuit.backward(cost)?;
    Ok(scores.map(Node::gradient))
}

/// The cost of the right class's probability.
fn costs(found: &mut Findings) {
    let cost = |share: f32| -Poly::ln(share);
    for (name, share) in [("half", 0.5), ("tenth", 0.1), ("thousandth", 0.001)] {
        found.number(format!("cost_{name}"), cost(share), 2);
    }
    let shares = (1_u8..=200).map(|at| f32::from(at) / 200.0);
    let x = Axis::linear(Label::key("right_share")).from_to(0.0, 1.0);
    let chart = Chart::new(x, Axis::linear(Label::key("cost")))
        .line(Label::plain("C = −ln p"), shares.map(|share| (share.into(), cost(share).into())));
    found.figure("cost", chart);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_circuit_finds_p_minus_y() {
        let shares = softmax(SCORES);
        for (class, found) in of_circuit().unwrap().into_iter().enumerate() {
            let expected = f64::from(shares[class] - Class(RIGHT).at(class));
            // Roundings of f32 numbers below 1.
            assert!((found - expected).abs() < 2e-7, "{class}: {found} for {expected}");
        }
    }
}
