//! `gradito device gradcheck`.

use std::fmt::Write;

use gradito_core::layer::LayerShape;
use gradito_core::random::{Stream, below};
use serde::Serialize;

use super::arguments::GradcheckArguments;
use super::connect::{Wanted, connect};
use super::verify::Place;
use crate::cli::CliError;
use crate::cli::output::{count, print, print_json};
use crate::cli::start::{self, Parent};
use crate::data::Sample;
use crate::device::client::Derivative;
use crate::device::firmware::Variant;
use crate::device::input::input;
use crate::training::Settings;

/// Of the larger of both, how far they may lie apart: what the cost's third derivative adds at the
/// default distance.
const RELATIVE: f64 = 0.01;

/// In units of the cost's last place: how far a cost may be off. It is a sum of ten squares of
/// outputs that are good to a few units themselves.
const UNITS: f64 = 16.0;

/// What `device gradcheck --json` prints.
#[derive(Serialize)]
struct Report {
    board: String,
    h: f32,
    passed: bool,
    parameters: Vec<Row>,
}

/// A parameter.
#[derive(Serialize)]
struct Row {
    parameter: usize,
    place: String,
    /// By backpropagation.
    gradient: f32,
    /// By the difference of the device's own costs.
    difference: f64,
    tolerance: f64,
    passed: bool,
}

/// Holds the gradient of a device against differences of its own cost.
pub fn run(arguments: &GradcheckArguments) -> Result<(), CliError> {
    let GradcheckArguments { ref model, ref data, ref target, freeze, h, seed, json, .. } =
        *arguments;
    let parent = Parent::read(model)?;
    let others = Settings { seed, batch: 1, ..Settings::default() };
    let settings = start::of_model(&parent.model, model, others)?;
    start::check_freeze(&settings, freeze)?;
    let data = start::data(data, &settings, Some(&parent))?;
    let shapes = settings.shapes();
    let read = data.train.select(&[0]).staged(&data.input);
    let chosen = choose(&shapes, freeze, read.sample(0), arguments.parameters.get(), seed);
    let variant = Variant::training(&parent.model, 1, freeze);
    let wanted = Wanted { variant: Some(&variant), model: Some((&parent.model, model)) };
    let (mut client, identity) = connect(target, &wanted)?;
    client.reset()?;
    let mut scratch = Vec::new();
    let label = data.train.labels()[0];
    client.sample(0, label, input(data.train.sample(0), &mut scratch))?;
    let mut rows = Vec::new();
    for parameter in chosen {
        let found = client.derivative(parameter, h)?;
        let place = Place::of_parameter(&shapes, parameter).map(|place| place.to_string());
        rows.push(row(parameter, place.unwrap_or_default(), found));
    }
    let passed = rows.iter().all(|row| row.passed);
    let report = Report { board: identity.board, h, passed, parameters: rows };
    if json {
        print_json(&report)?;
    } else {
        print(&words(&report))?;
    }
    match report.parameters.iter().find(|row| !row.passed) {
        None => Ok(()),
        Some(row) => Err(CliError::Differs(format!(
            "{}: {}: backpropagation gives {}, the difference of costs {:.6}, which is more than \
             {:.6} away",
            client.name(),
            row.place,
            row.gradient,
            row.difference,
            row.tolerance
        ))),
    }
}

/// Parameters of the layers that are trained: of each as many weights, from inputs that the sample
/// lights, as biases or more, drawn by the seed.
fn choose(
    shapes: &[LayerShape],
    frozen: usize,
    sample: Sample<'_>,
    wanted: usize,
    seed: u64,
) -> Vec<usize> {
    let lit: Vec<usize> = match sample {
        Sample::Pixels(pixels) => (0..pixels.len()).filter(|&at| pixels[at] != 0).collect(),
        Sample::Features(values) => (0..values.len()).filter(|&at| values[at] != 0.0).collect(),
    };
    let mut rng = Stream::Split.rng(seed);
    let mut draw = |count: usize| below(count as u32, &mut rng) as usize;
    let mut chosen = Vec::new();
    let layers = shapes.len() - frozen;
    let mut start: usize = shapes[..frozen].iter().map(LayerShape::parameters).sum();
    for (layer, shape) in shapes.iter().enumerate().skip(frozen) {
        // What is left over goes to the first layers.
        let share = wanted / layers + usize::from(layer - frozen < wanted % layers);
        for index in 0..share.min(shape.parameters()) {
            let is_bias = index % 4 == 3 || layer == 0 && lit.is_empty();
            let output = draw(shape.outputs);
            let row = match () {
                () if is_bias => shape.inputs,
                () if layer == 0 => lit[draw(lit.len())],
                () => draw(shape.inputs),
            };
            chosen.push(start + row * shape.outputs + output);
        }
        start += shape.parameters();
    }
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

/// The verdict on a parameter.
fn row(parameter: usize, place: String, found: Derivative) -> Row {
    let Derivative { gradient, below, above, at } = found;
    let (below, above) = (f64::from(below), f64::from(above));
    // What the device rounded the parameter to, not what was asked for.
    let span = f64::from(at[1]) - f64::from(at[0]);
    let difference = (above - below) / span;
    let largest = difference.abs().max(f64::from(gradient).abs());
    let unit = f64::from(f32::EPSILON) * below.abs().max(above.abs());
    let tolerance = RELATIVE * largest + UNITS * unit / span;
    let passed = span > 0.0 && (difference - f64::from(gradient)).abs() <= tolerance;
    Row { parameter, place, gradient, difference, tolerance, passed }
}

/// A report for people.
fn words(report: &Report) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{:<28} {:>13} {:>13} {:>11}",
        "parameter", "backpropagat.", "by difference", "may be off"
    );
    for row in &report.parameters {
        let verdict = if row.passed { "" } else { "  WRONG" };
        let Row { place, gradient, difference, tolerance, .. } = row;
        let _ = writeln!(
            text,
            "{place:<28} {gradient:>13.8} {difference:>13.8} {tolerance:>11.8}{verdict}"
        );
    }
    let _ = writeln!(
        text,
        "\n{} of {} agree: within 1 % and {UNITS} units in the last place of the cost, at a \
         distance of {}",
        report.parameters.iter().filter(|row| row.passed).count(),
        count(report.parameters.len() as u64, "gradient"),
        report.h
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_of_every_trained_layer_and_of_lit_inputs() {
        let shape = |inputs, outputs| LayerShape { inputs, outputs, ..LayerShape::default() };
        let shapes = [shape(6, 3), shape(3, 2)];
        let pixels = [0, 0, 9, 0, 0, 0];
        let chosen = choose(&shapes, 0, Sample::Pixels(&pixels), 16, 1);
        assert!(chosen.is_sorted());
        for &index in &chosen {
            match Place::of_parameter(&shapes, index).unwrap() {
                Place::Weight(0, input, _) => assert_eq!(input, 2),
                Place::Output(..) => panic!("an output is no parameter"),
                _ => {}
            }
        }
        assert!(chosen.iter().any(|&index| index < 21) && chosen.iter().any(|&index| index >= 21));
        let chosen = choose(&shapes, 1, Sample::Pixels(&pixels), 16, 1);
        assert!(!chosen.is_empty() && chosen.iter().all(|&index| (21..29).contains(&index)));
    }

    #[test]
    fn a_wrong_gradient_is_seen() {
        let right = Derivative { gradient: 0.5, below: 0.995, above: 1.005, at: [0.99, 1.01] };
        assert!(row(0, String::new(), right).passed);
        assert!(!row(0, String::new(), Derivative { gradient: 0.52, ..right }).passed);
        assert!(!row(0, String::new(), Derivative { gradient: -0.5, ..right }).passed);
    }
}
