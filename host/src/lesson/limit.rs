//! Lesson 3: derivatives by the limit.

use std::hint::black_box;
use std::time::{Duration, Instant};

use gradito_core::circuit::{Circuit, CircuitError, Node, Real};
use gradito_core::cost::{Class, Quadratic};
use gradito_core::layer::{Layer, Parameters};
use gradito_core::network::Network;
use gradito_core::sgd::{evaluate, gradient, pass};

use super::digits::{Digits, image, untrained, zero};
use super::{Cell, Context, Findings, LessonError, Mnist, Table, Value};
use crate::figure::{Axis, Chart, Label};

/// The chapter's sigmoid neuron: w₀, w₁, w₂.
const WEIGHTS: [f64; 3] = [2.0, -3.0, -3.0];

/// Its inputs x₀, x₁.
const INPUTS: [f64; 2] = [-1.0, -2.0];

/// The step with which the network's gradient is computed: 2⁻⁸, where the V of `f32` is lowest.
const STEP: f32 = 1.0 / 256.0;

pub fn compute(context: &Context) -> Result<Findings, LessonError> {
    let mut found = Findings::new();
    secants(&mut found)?;
    errors(&mut found)?;
    price(&mut found, context.mnist()?);
    Ok(found)
}

/// The sigmoid neuron in the numbers `T`, with its weight w₀ to be moved.
struct Neuron<T: Real> {
    from: fn(f64) -> T,
}

impl<T: Real + Into<f64>> Neuron<T> {
    fn build<'c>(&self, circuit: &'c Circuit<16, T>) -> (Node<'c, T>, Node<'c, T>) {
        let [w0, w1, w2] = WEIGHTS.map(|weight| circuit.input((self.from)(weight)));
        let [x0, x1] = INPUTS.map(|input| circuit.input((self.from)(input)));
        (w0, (w0 * x0 + w1 * x1 + w2).sigmoid())
    }

    /// f with w₀ moved by `by`.
    fn value(&self, by: T) -> Result<T, LessonError> {
        let circuit = Circuit::new();
        let (w0, f) = self.build(&circuit);
        w0.set((self.from)(WEIGHTS[0]) + by).and_then(|()| circuit.forward()).map_err(failed)?;
        Ok(f.value())
    }

    /// ∂f/∂w₀ by backpropagation.
    fn derivative(&self) -> Result<T, LessonError> {
        let circuit = Circuit::new();
        let (w0, f) = self.build(&circuit);
        circuit.forward().and_then(|()| circuit.backward(f)).map_err(failed)?;
        Ok(w0.gradient())
    }

    /// (f(w₀ + h) − f(w₀))/h, all in `T`.
    fn forward_difference(&self, h: f64) -> Result<f64, LessonError> {
        let h = (self.from)(h);
        Ok(((self.value(h)? + -self.value(T::ZERO)?) / h).into())
    }

    /// (f(w₀ + h) − f(w₀ − h))/2h, all in `T`.
    fn central_difference(&self, h: f64) -> Result<f64, LessonError> {
        let h = (self.from)(h);
        Ok(((self.value(h)? + -self.value(-h)?) / (h + h)).into())
    }
}

const SINGLE: Neuron<f32> = Neuron { from: |number| number as f32 };
const DOUBLE: Neuron<f64> = Neuron { from: |number| number };

fn failed(error: CircuitError) -> LessonError {
    LessonError::Compute { lesson: "limit", what: error.to_string() }
}

/// The neuron along w₀, its tangent, and lines through two of its points.
fn secants(found: &mut Findings) -> Result<(), LessonError> {
    let (here, slope) = (DOUBLE.value(0.0)?, DOUBLE.derivative()?);
    found.number("value", here, 4);
    found.number("derivative", slope, 6);
    let curve: Result<Vec<_>, LessonError> = (-40..=60)
        .map(|at| f64::from(at) / 40.0)
        .map(|by| Ok((WEIGHTS[0] + by, DOUBLE.value(by)?)))
        .collect();
    let across = (-0.75, 1.25);
    let line =
        |slope: f64| [across.0, across.1].map(|by| (WEIGHTS[0] + by, here + slope * by)).to_vec();
    let mut chart = Chart::new(Axis::linear(Label::plain("w₀")), Axis::linear(Label::plain("f")))
        .line(Label::plain("f(w₀)"), curve?)
        .line(Label::key("tangent"), line(slope));
    for (h, name) in [(1.0, "secant_whole"), (0.5, "secant_half"), (0.25, "secant_quarter")] {
        let secant = DOUBLE.forward_difference(h)?;
        found.number(name, secant, 4);
        let ends = [(WEIGHTS[0], here), (WEIGHTS[0] + h, DOUBLE.value(h)?)];
        chart = chart.marked(Label::plain(format_args!("h = {h}")), ends);
    }
    found.figure("secants", chart);
    Ok(())
}

/// How far the numerical derivatives are from the true one, for all h.
fn errors(found: &mut Findings) -> Result<(), LessonError> {
    let exact = DOUBLE.derivative()?;
    let relative = |numerical: f64| ((numerical - exact) / exact).abs();
    type Difference = fn(f64) -> Result<f64, LessonError>;
    let kinds: [(&str, Difference); 4] = [
        ("single_forward", |h| SINGLE.forward_difference(h)),
        ("single_central", |h| SINGLE.central_difference(h)),
        ("double_forward", |h| DOUBLE.forward_difference(h)),
        ("double_central", |h| DOUBLE.central_difference(h)),
    ];
    // Four values of h a decade: enough to see that rounding is no smooth curve.
    let ladder: Vec<f64> =
        (0..=48).map(|quarter| <f64 as Real>::power(10.0, -f64::from(quarter) / 4.0)).collect();
    let x = Axis::log(Label::plain("h")).from_to(1e-12, 1.0);
    let mut chart = Chart::new(x, Axis::log(Label::key("relative_error")));
    let mut columns = Vec::new();
    for (name, difference) in kinds {
        let errors: Result<Vec<f64>, LessonError> =
            ladder.iter().map(|&h| Ok(relative(difference(h)?))).collect();
        let errors = errors?;
        let best = (0..ladder.len()).min_by(|&a, &b| errors[a].total_cmp(&errors[b])).unwrap_or(0);
        found.value(format!("{name}_h"), Value::scientific(ladder[best]));
        found.value(format!("{name}_error"), Value::scientific(errors[best]));
        chart = chart.marked(Label::key(name), ladder.iter().copied().zip(errors.iter().copied()));
        columns.push(errors);
    }
    found.figure("errors", chart);
    let mut headings = vec![Label::plain("h")];
    headings.extend(kinds.map(|(name, _)| Label::key(name)));
    let mut table = Table::new(headings);
    for decade in 0..=12 {
        let at = 4 * decade;
        let numbers = [ladder[at]].into_iter().chain(columns.iter().map(|errors| errors[at]));
        table.row(numbers.map(|number| Cell::Value(Value::scientific(number))));
    }
    found.table("errors", table);
    let smallest = ladder.len() - 1;
    found.share("single_smallest", columns[0][smallest], 0);
    found.value("double_smallest", Value::scientific(columns[2][smallest]));
    found.value("epsilon_single", Value::scientific(f64::from(f32::EPSILON)));
    found.value("epsilon_double", Value::scientific(f64::EPSILON));
    Ok(())
}

/// The gradient of 784-30-10 both ways, and the time that takes.
fn price(found: &mut Findings, mnist: &Mnist) {
    let (image, class) = (image(mnist.first(3)), Class(3));
    let (mut network, mut backward) = (untrained(1), zero());
    let mut trace = Digits::TRACE;
    gradient(&network, &Quadratic, &image, &class, &mut trace, &mut backward);
    let mut exact = Vec::with_capacity(Digits::PARAMETERS);
    backward.visit(&mut |piece: Parameters<&[f32]>| exact.extend_from_slice(piece.into_values()));

    let began = Instant::now();
    let here = evaluate(&network, &Quadratic, &image, &class, &mut trace).cost;
    let mut numerical = Vec::with_capacity(Digits::PARAMETERS);
    for index in 0..Digits::PARAMETERS {
        let Some(parameter) = network.parameter_mut(index) else { continue };
        let before = *parameter;
        *parameter = before + STEP;
        let moved = evaluate(&network, &Quadratic, &image, &class, &mut trace).cost;
        numerical.push((moved - here) / STEP);
        if let Some(parameter) = network.parameter_mut(index) {
            *parameter = before;
        }
    }
    let whole = began.elapsed();

    let square = |number: f32| f64::from(number) * f64::from(number);
    let length = exact.iter().map(|&d| square(d)).sum::<f64>().sqrt();
    let off = numerical.iter().zip(&exact).map(|(&by_limit, &d)| square(by_limit - d)).sum::<f64>();
    found.share("off", off.sqrt() / length, 2);
    found.value("parameters", Value::count(Digits::PARAMETERS));
    found.value("passes", Value::count(Digits::PARAMETERS + 1));
    found.number("step_power", -STEP.log2(), 0);

    // Backward as training does it: the derivatives of a sample are added to those of others.
    let one_forward = time_of(|| {
        let trace = &mut trace;
        evaluate(black_box(&network), &Quadratic, black_box(&image), &class, trace).cost
    });
    let both = time_of(|| {
        let (image, trace) = (black_box(&image), &mut trace);
        let report = pass(black_box(&network), &Quadratic, image, &class, trace);
        backward.layers.update(image, trace, 1.0);
        report.cost
    });
    let samples = mnist.data.train.len() as f64;
    let computed = one_forward.mul_f64((Digits::PARAMETERS + 1) as f64);
    let measured = |text: String| Value::Measured(text);
    let micros = |time: Duration| measured(format!("{:.1} µs", time.as_secs_f64() * 1e6));
    found.value("time_forward", micros(one_forward));
    found.value("time_both", micros(both));
    found.value("time_computed", Value::time(computed));
    found.value("time_whole", Value::time(whole));
    let ratio = |long: Duration, short: Duration| long.as_secs_f64() / short.as_secs_f64();
    found.value("ratio_both", measured(format!("{:.1}", ratio(both, one_forward))));
    found.value("ratio", measured(format!("{:.0}", ratio(whole, both))));
    found.value("epoch_limit", Value::time(whole.mul_f64(samples)));
    found.value("epoch_backward", Value::time(both.mul_f64(samples)));
    found.value("samples", Value::count(mnist.data.train.len()));

    let mut table = Table::new(["way", "one_gradient", "one_epoch"].map(Label::key));
    let mut row = |key, one: Value, time: Duration| {
        table.row([Label::key(key).into(), one.into(), Value::time(time.mul_f64(samples)).into()]);
    };
    row("by_limit", Value::time(whole), whole);
    row("by_backward", micros(both), both);
    found.table("price", table);
}

/// The time of one call, the least of many: what disturbs it only makes it longer.
fn time_of(mut call: impl FnMut() -> f32) -> Duration {
    const CALLS: u32 = 100;
    let rounds = (0..30).map(|_| {
        let began = Instant::now();
        for _ in 0..CALLS {
            black_box(call());
        }
        began.elapsed() / CALLS
    });
    rounds.min().unwrap_or_default().max(Duration::from_nanos(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_near_the_derivative() {
        // σ(1)(1 − σ(1))·x₀.
        let exact = DOUBLE.derivative().unwrap();
        assert!((exact + 0.196_611_933_241_481_85).abs() < 1e-15);
        assert!((DOUBLE.forward_difference(1e-4).unwrap() - exact).abs() < 1e-5);
        assert!((DOUBLE.central_difference(1e-4).unwrap() - exact).abs() < 1e-9);
        assert!((SINGLE.central_difference(1e-2).unwrap() - exact).abs() < 1e-5);
        // w₀ + h is w₀ there.
        assert_eq!(SINGLE.forward_difference(1e-8).unwrap(), 0.0);
    }
}
