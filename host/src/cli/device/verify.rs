//! `gradito device verify`.

use std::fmt;

use gradito_core::layer::LayerShape;
use serde::Serialize;

use super::arguments::VerifyArguments;
use super::connect::{Wanted, connect};
use crate::cli::CliError;
use crate::cli::output::{count, hex, print, print_json};
use crate::cli::progress::bar;
use crate::cli::start::{self, Parent};
use crate::device::Client;
use crate::device::firmware::Variant;
use crate::device::input::input;
use crate::training::{Plan, Settings, Start, activations, follow};

/// Steps unless told.
const STEPS: u64 = 10;

/// What `device verify --json` prints.
#[derive(Serialize)]
struct Report {
    board: String,
    /// Outputs compared, of all layers.
    activations: usize,
    steps: usize,
    /// Parameters compared.
    parameters: usize,
    digest: Option<String>,
    same: bool,
    difference: Option<String>,
}

/// A number that differs.
#[derive(Clone, Copy, Debug)]
struct Difference {
    place: Place,
    device: f32,
    desktop: f32,
}

/// Where a number belongs; layers, inputs and outputs from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// An output of a layer.
    Output(usize, usize),
    /// A weight of a layer, from an input to an output.
    Weight(usize, usize, usize),
    /// A bias of a layer.
    Bias(usize, usize),
}

impl Place {
    /// That of a parameter in the order of a model image.
    pub fn of_parameter(shapes: &[LayerShape], index: usize) -> Option<Self> {
        let mut rest = index;
        for (layer, shape) in shapes.iter().enumerate() {
            let weights = shape.inputs * shape.outputs;
            if rest < weights {
                return Some(Self::Weight(layer, rest / shape.outputs, rest % shape.outputs));
            }
            if rest < shape.parameters() {
                return Some(Self::Bias(layer, rest - weights));
            }
            rest -= shape.parameters();
        }
        None
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Output(layer, output) => write!(f, "layer {layer}, output {output}"),
            Self::Weight(layer, input, output) => {
                write!(f, "layer {layer}, weight [{input}][{output}]")
            }
            Self::Bias(layer, output) => write!(f, "layer {layer}, bias [{output}]"),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, device, desktop } = self;
        write!(
            f,
            "{place}: the device has {:08x} ({device}), this machine {:08x} ({desktop})",
            device.to_bits(),
            desktop.to_bits()
        )
    }
}

/// The first of two lists of numbers that differ.
fn first_difference(
    device: &[f32],
    desktop: &[f32],
    place: impl Fn(usize) -> Option<Place>,
) -> Option<Difference> {
    let mut pairs = device.iter().zip(desktop).enumerate();
    let (index, (&device, &desktop)) =
        pairs.find(|(_, (device, desktop))| device.to_bits() != desktop.to_bits())?;
    Some(Difference { place: place(index)?, device, desktop })
}

/// Compares layer by layer, then parameter by parameter.
pub fn run(arguments: &VerifyArguments) -> Result<(), CliError> {
    let VerifyArguments { ref model, ref training, ref data, ref target, json } = *arguments;
    let parent = Parent::read(model)?;
    let settings = start::settings_of(&parent, training)?;
    let settings = Settings { steps: settings.steps.or(Some(STEPS)), ..settings };
    let data = start::data(data, &settings, Some(&parent))?;
    let plan = Plan::new(&settings, data.train.len());
    let first = plan.order.first().map_or(0, |&index| index as usize);
    let sample = data.train.select(&[first as u32]);
    let layers = activations(&parent.model.network, sample.staged(&data.input));
    let parameters = parent.model.network.parameters();
    let from = Start { parameters: &parameters, frozen: training.freeze };
    let trains = !plan.steps.is_empty();
    let variant = match trains {
        true => Variant::training(&parent.model, settings.batch, training.freeze),
        false => Variant::inference(&parent.model),
    };
    let wanted = Wanted { variant: Some(&variant), model: Some((&parent.model, model)) };
    let (mut client, identity) = connect(target, &wanted)?;

    let mut scratch = Vec::new();
    client.infer(input(data.train.sample(first), &mut scratch))?;
    let mut compared = 0;
    let mut difference = None;
    for (layer, desktop) in layers.iter().enumerate() {
        let device = client.activations(layer, desktop.len())?;
        compared += device.len();
        difference = difference.or_else(|| {
            first_difference(&device, desktop, |output| Some(Place::Output(layer, output)))
        });
    }
    let mut digest = None;
    if trains {
        client.reset()?;
        let desktop = follow(&settings, &from, data.train.clone().staged(&data.input), &plan)?;
        teach(&mut client, &data.train, &plan)?;
        let device = client.parameters(desktop.parameters.len())?;
        let shapes = settings.shapes();
        difference = difference.or_else(|| {
            let place = |index| Place::of_parameter(&shapes, index);
            first_difference(&device, &desktop.parameters, place)
        });
        digest = Some(hex(&client.digests()?.parameters));
    }
    let report = Report {
        board: identity.board.clone(),
        activations: compared,
        steps: plan.steps.len(),
        parameters: if trains { identity.parameters() } else { 0 },
        digest,
        same: difference.is_none(),
        difference: difference.map(|difference| difference.to_string()),
    };
    if json {
        print_json(&report)?;
    } else if report.same {
        print(&words(&report))?;
    }
    match report.difference {
        Some(difference) => Err(CliError::Differs(format!("{}: {difference}", client.name()))),
        None => Ok(()),
    }
}

/// Teaches the device what is in `plan`.
fn teach(client: &mut Client, set: &crate::data::Dataset, plan: &Plan) -> Result<(), CliError> {
    let bar = bar(plan.steps.len() as u64);
    bar.set_message("training");
    let mut scratch = Vec::new();
    for step in &plan.steps {
        for (slot, &index) in plan.indices(step).iter().enumerate() {
            let index = index as usize;
            let label = set.labels()[index];
            client.sample(slot, label, input(set.sample(index), &mut scratch))?;
        }
        client.step(step.range.len(), step.eta)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

/// A report for people.
fn words(report: &Report) -> String {
    let mut text = format!(
        "forward        {} of all layers: every bit as on this machine\n",
        count(report.activations as u64, "output")
    );
    if let Some(digest) = &report.digest {
        let steps = count(report.steps as u64, "step");
        let parameters = count(report.parameters as u64, "parameter");
        text += &format!("training       {parameters} after {steps}: every bit as here\n");
        text += &format!("digest         {digest}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_has_a_place() {
        let shape = |inputs, outputs| LayerShape { inputs, outputs, ..LayerShape::default() };
        let shapes = [shape(3, 2), shape(2, 4)];
        let place = |index| Place::of_parameter(&shapes, index);
        assert_eq!(place(0), Some(Place::Weight(0, 0, 0)));
        assert_eq!(place(5), Some(Place::Weight(0, 2, 1)));
        assert_eq!(place(7), Some(Place::Bias(0, 1)));
        assert_eq!(place(8), Some(Place::Weight(1, 0, 0)));
        assert_eq!(place(15), Some(Place::Weight(1, 1, 3)));
        assert_eq!(place(19), Some(Place::Bias(1, 3)));
        assert_eq!(place(20), None);
    }

    #[test]
    fn the_first_difference_is_told_with_both_bit_patterns() {
        let found = first_difference(&[1.0, 0.0, 2.0], &[1.0, -0.0, 3.0], |output| {
            Some(Place::Output(1, output))
        });
        let words = "layer 1, output 1: the device has 00000000 (0), this machine 80000000 (-0)";
        assert_eq!(found.unwrap().to_string(), words);
    }
}
