//! `gradito device profile`.

use std::fmt::Write;

use gradito_core::layer::LayerShape;
use gradito_link::message::{Reply, Request};
use indicatif::ProgressBar;
use serde::Serialize;

use super::arguments::{Place, ProfileArguments};
use super::connect::{Wanted, open};
use super::measure::{Clock, Cost, calibrate};
use crate::cli::CliError;
use crate::cli::eval::samples;
use crate::cli::output::{count, one_line, print, print_json};
use crate::cli::progress::bar;
use crate::data::Dataset;
use crate::device::client::inference;
use crate::device::firmware::Variant;
use crate::device::input::{bits, input};
use crate::device::{DeviceError, Identity, Misfit, Script};
use crate::footprint::lit;
use crate::model::{AnyModel, Imaged, Model};
use crate::terminal::{self, Style};

/// What `device profile --json` prints.
#[derive(Serialize)]
struct Report {
    board: String,
    samples: usize,
    layers: Vec<Part>,
    /// Of a whole inference, the median.
    cost: Option<Cost>,
}

/// A layer of an inference.
#[derive(Clone, Debug, Serialize)]
struct Part {
    inputs: usize,
    outputs: usize,
    activation: &'static str,
    /// Inputs that are not zero, the median; where they are known.
    lit: Option<usize>,
    /// The median.
    cost: Option<Cost>,
    /// Its part of the time of all inferences.
    share: f64,
}

/// Of an inference, the ticks of each layer: from its beginning to that of the next one, but from the
/// start to the end of all. `readings` are the start, the beginnings and the end.
fn ticks_of_layers(readings: &[u32], layers: usize) -> Option<Vec<u32>> {
    let (&start, rest) = readings.split_first()?;
    if rest.len() != layers + 1 {
        return None;
    }
    let mut from = start;
    // The first layer begins with the inference.
    let ends = rest.iter().skip(1);
    Some(ends.map(|&end| end.wrapping_sub(std::mem::replace(&mut from, end))).collect())
}

/// Sends samples, and asks after each how long its layers took.
#[derive(Debug)]
struct Course<'a> {
    name: String,
    set: &'a Dataset,
    /// Whether it goes out a bit a pixel.
    bits: bool,
    count: usize,
    /// One a layer.
    clocks: Vec<Clock>,
    /// Of all ticks, those of each layer.
    totals: Vec<u64>,
    /// Of whole inferences.
    clock: Clock,
    /// Whether the device knows what is asked.
    profiles: bool,
    bar: ProgressBar,
}

impl Course<'_> {
    /// Takes the readings of an inference.
    fn took(&mut self, bytes: &[u8]) -> Option<()> {
        let (numbers, rest) = bytes.as_chunks();
        let readings: Vec<u32> = numbers.iter().map(|&bytes| u32::from_le_bytes(bytes)).collect();
        let layers = ticks_of_layers(&readings, self.clocks.len()).filter(|_| rest.is_empty())?;
        for ((clock, total), &ticks) in self.clocks.iter_mut().zip(&mut self.totals).zip(&layers) {
            clock.took(ticks);
            *total += u64::from(ticks);
        }
        Some(())
    }
}

/// Readings from before; then, for each sample, the inference and its readings.
impl Script for Course<'_> {
    fn len(&self) -> usize {
        1 + 2 * self.count
    }

    fn request<'s>(&'s self, index: usize, scratch: &'s mut Vec<u8>) -> Request<'s> {
        if index.is_multiple_of(2) {
            return Request::Profile;
        }
        let sample = self.set.sample(index / 2);
        Request::Infer(if self.bits { bits(sample, scratch) } else { input(sample, scratch) })
    }

    fn reply(&mut self, index: usize, reply: &Reply<'_>) -> Result<(), DeviceError> {
        let taken = match reply {
            Reply::Bytes(_) if index == 0 => {
                self.profiles = true;
                Some(())
            }
            Reply::Bytes(bytes) if index.is_multiple_of(2) => {
                self.bar.inc(1);
                self.took(bytes)
            }
            reply => inference(reply).map(|found| self.clock.took(found.ticks)),
        };
        taken.ok_or_else(|| DeviceError::Unexpected { name: self.name.clone() })
    }
}

/// Profiles a model on a device.
pub fn run(arguments: &ProfileArguments) -> Result<(), CliError> {
    match AnyModel::read(&arguments.model)? {
        AnyModel::F32(model) => {
            let variant = Variant::inference(&model).profiled();
            profile(arguments, &model, &variant, |set| {
                let samples = lit::of_floats(&model.network, set);
                let layer = |index| samples.iter().map(|lit| lit.entries[index]).collect();
                (0..variant.layers.len()).map(|index| median(layer(index))).collect()
            })
        }
        AnyModel::Quantized(model) => {
            let variant = Variant::quantized(&model).profiled();
            // Of pixels and features: what later layers read is not looked at.
            profile(arguments, &model, &variant, |set| {
                let samples = (0..set.len()).map(|index| lit::inputs(set.sample(index)));
                vec![median(samples.collect())]
            })
        }
    }
}

fn median(mut counts: Vec<usize>) -> usize {
    let middle = counts.len() / 2;
    counts.sort_unstable();
    counts.get(middle).copied().unwrap_or(0)
}

/// Profiles `model` on a device built for `variant`; `lit` says how many inputs of the first layers are
/// not zero, of those of which it is known.
fn profile<N>(
    arguments: &ProfileArguments,
    model: &Model<N>,
    variant: &Variant,
    lit: impl FnOnce(&Dataset) -> Vec<usize>,
) -> Result<(), CliError>
where
    Model<N>: Imaged,
{
    let (set, data_name) = samples(&arguments.set, model)?;
    let size = set.len().min(arguments.samples.get());
    if size == 0 {
        return Err(CliError::Empty { name: data_name });
    }
    let set = set.select(&(0..size as u32).collect::<Vec<_>>());
    let wanted = Wanted { variant: Some(variant), model: Some((model, &arguments.model)) };
    let (mut link, identity) = open(&arguments.target, &wanted)?;
    let link = &mut *link;
    let name = link.name().to_owned();
    let clock = calibrate(link)?;
    let layers = &variant.layers;
    let mut course = Course {
        name: name.clone(),
        set: &set,
        bits: variant.bits,
        count: size,
        clocks: vec![clock.clone(); layers.len()],
        totals: vec![0; layers.len()],
        clock,
        profiles: false,
        bar: bar(size as u64),
    };
    course.bar.set_message("profiling");
    let played = link.play(&mut course);
    course.bar.finish_and_clear();
    match played {
        // What every such firmware answers is whether there are readings.
        Err(error) if error.is_refusal() && !course.profiles => {
            return Err(without_profile(&identity, variant, name).into());
        }
        played => played?,
    }
    let is_emulated = matches!(arguments.target.device.place(), Place::Emulated(_));
    let lit = lit(&set.clone().staged(&model.input)).into_iter().map(Some);
    let all: u64 = course.totals.iter().sum();
    let shares = course.totals.iter().map(|&total| total as f64 / all.max(1) as f64);
    let costs = course.clocks.iter_mut().map(|clock| clock.median(&identity, is_emulated));
    let parts = layers.iter().zip(lit.chain(std::iter::repeat(None))).zip(costs.zip(shares));
    let report =
        Report {
            board: identity.board.clone(),
            samples: size,
            layers: parts
                .map(|((&LayerShape { inputs, outputs, activation, .. }, lit), (cost, share))| {
                    Part { inputs, outputs, activation: activation.name(), lit, cost, share }
                })
                .collect(),
            cost: course.clock.median(&identity, is_emulated),
        };
    if arguments.json {
        print_json(&report)
    } else {
        print(&words(&report, &name, &data_name, &Style::of_stdout()))
    }
}

/// That the firmware cannot tell.
fn without_profile(identity: &Identity, variant: &Variant, name: String) -> Misfit {
    Misfit {
        name,
        model: "a profile".to_owned(),
        found: if identity.cost.is_some() { "training" } else { "inference alone" }.to_owned(),
        wanted: "one that notes when layers begin".to_owned(),
        change: format!("--features {}", variant.features(&identity.board)),
    }
}

/// A report for people.
fn words(report: &Report, name: &str, data: &str, style: &Style) -> String {
    let mut text = format!(
        "{name}, {}: medians of the first {}\n\n",
        one_line(data),
        count(report.samples as u64, "sample")
    );
    let unit = match report.cost {
        Some(Cost { instructions: Some(_), .. }) => "instructions",
        _ => "time",
    };
    let cost = |cost: Option<Cost>| match cost {
        Some(Cost { instructions: Some(count), .. }) => count.to_string(),
        Some(Cost { seconds, .. }) => {
            terminal::duration(std::time::Duration::from_secs_f64(seconds))
        }
        None => "-".to_owned(),
    };
    let names: Vec<String> = (1..)
        .zip(&report.layers)
        .map(|(number, layer)| {
            format!("{number}  {}-{} {}", layer.inputs, layer.outputs, layer.activation)
        })
        .collect();
    let width = names.iter().map(String::len).max().unwrap_or(0);
    let mut rows: Vec<Vec<String>> = names
        .iter()
        .zip(&report.layers)
        .map(|(name, layer)| {
            let lit = layer.lit.map_or_else(|| "-".to_owned(), |lit| lit.to_string());
            vec![name.clone(), lit, cost(layer.cost)]
        })
        .collect();
    rows.push(vec!["an inference".to_owned(), String::new(), cost(report.cost)]);
    text += &terminal::table(&["layer", "lit inputs", unit], &rows);
    let shares: Vec<f32> = report.layers.iter().map(|layer| layer.share as f32).collect();
    let _ = writeln!(text, "\nshares of the {unit}");
    // Bars have their labels at the right.
    let names: Vec<String> = names.iter().map(|name| format!("{name:<width$}")).collect();
    text + &terminal::bars(&names, &shares, style)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::Colour;

    #[test]
    fn layers_share_all_ticks_of_an_inference() {
        // It starts just before the counter starts anew.
        let readings = [u32::MAX - 1, 3, 10, 12, 20];
        assert_eq!(ticks_of_layers(&readings, 3), Some(vec![12, 2, 8]));
        assert_eq!(ticks_of_layers(&[5, 6, 9], 1), Some(vec![4]));
        for short in [&readings[..4], &[], &[1]] {
            assert_eq!(ticks_of_layers(short, 3), None);
        }
        assert_eq!(ticks_of_layers(&readings, 2), None);
    }

    #[test]
    fn a_report_has_a_row_and_a_bar_a_layer() {
        let cost = |instructions| {
            Some(Cost { ticks: 1, instructions: Some(instructions), seconds: 1.0, clock_hz: 1 })
        };
        let layer = |inputs, outputs, lit, count, share| Part {
            inputs,
            outputs,
            activation: "relu",
            lit,
            cost: cost(count),
            share,
        };
        let layers = vec![layer(784, 30, Some(101), 900, 0.75), layer(30, 10, None, 300, 0.25)];
        let report = Report { board: "b".into(), samples: 1, layers, cost: cost(1210) };
        let style = Style { colour: Colour::None, unicode: false, width: 50 };
        let bars = [("1  784-30 relu", 20, "0.75 <"), ("2  30-10 relu ", 7, "0.25")]
            .map(|(name, length, share)| format!("{name} {:<27}  {share}\n", "#".repeat(length)));
        let wanted = "board, mnist: medians of the first 1 sample\n\n\
             layer           lit inputs  instructions\n\
             1  784-30 relu         101           900\n\
             2  30-10 relu            -           300\n\
             an inference                        1210\n\n\
             shares of the instructions\n";
        let wanted = wanted.to_owned() + &bars.concat();
        assert_eq!(words(&report, "board", "mnist", &style), wanted);
    }
}
