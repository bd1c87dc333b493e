//! `gradito device test`.

use std::fmt::{self, Write};
use std::time::Instant;

use gradito_core::network::argmax;
use gradito_core::quantized;
use gradito_link::message::{Reply, Request, Statistics};
use indicatif::ProgressBar;
use serde::Serialize;

use super::arguments::{Place, TestArguments};
use super::connect::{Wanted, open};
use super::measure::{Clock, Cost, Room, calibrate};
use crate::cli::CliError;
use crate::cli::eval::{outputs_digest, samples};
use crate::cli::output::{count, hex, one_line, percent, print, print_json};
use crate::cli::progress::{bar, seconds};
use crate::data::Dataset;
use crate::device::client::inference;
use crate::device::firmware::Variant;
use crate::device::input::{bits, input};
use crate::device::{DeviceError, Script};
use crate::model::{AnyModel, Imaged, Model};
use crate::network::Machine;
use crate::simd::Level;
use crate::terminal;

/// What `device test --json` prints.
#[derive(Serialize)]
struct Report {
    board: String,
    samples: usize,
    accuracy: f64,
    /// Whether every output bit is the desktop's.
    same: bool,
    outputs_digest: String,
    /// Of the forward pass of an image, the median.
    cost: Option<Cost>,
    memory: Room,
    requests: u32,
    repeated: u64,
    dropped: u32,
    seconds: f64,
}

/// What a network answers with: words of 32 bits that are the same on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// Outputs, `f32`.
    Outputs,
    /// Scores, `i32`.
    Scores,
}

/// The first output of which two bit patterns differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    answers: Answers,
    sample: usize,
    output: usize,
    device: f32,
    desktop: f32,
}

impl Difference {
    /// The first of some outputs, `width` of each sample, that are not the desktop's.
    pub fn first(answers: Answers, device: &[f32], desktop: &[f32], width: usize) -> Option<Self> {
        let pairs = device.iter().zip(desktop).enumerate();
        pairs.map(|(at, (&device, &desktop))| (at, device, desktop)).find_map(
            |(at, device, desktop)| {
                let (sample, output) = (at / width, at % width);
                (device.to_bits() != desktop.to_bits()).then_some(Self {
                    answers,
                    sample,
                    output,
                    device,
                    desktop,
                })
            },
        )
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { answers, sample, output, device, desktop } = *self;
        write!(f, "sample {sample}, output {output}: the device computes ")?;
        let (device_bits, desktop_bits) = (device.to_bits(), desktop.to_bits());
        match answers {
            Answers::Outputs => write!(
                f,
                "{device_bits:08x} ({device}), this machine {desktop_bits:08x} ({desktop})"
            ),
            Answers::Scores => {
                write!(f, "{}, this machine {}", device_bits as i32, desktop_bits as i32)
            }
        }
    }
}

/// Sends every sample, and holds the outputs against those of the desktop.
#[derive(Debug)]
struct Exam<'a> {
    name: String,
    set: &'a Dataset,
    /// Whether it goes out a bit a pixel.
    bits: bool,
    answers: Answers,
    count: usize,
    width: usize,
    outputs: Vec<f32>,
    correct: usize,
    clock: Clock,
    statistics: Statistics,
    bar: ProgressBar,
}

impl Script for Exam<'_> {
    fn len(&self) -> usize {
        self.count + 1
    }

    fn request<'s>(&'s self, index: usize, scratch: &'s mut Vec<u8>) -> Request<'s> {
        if index < self.count {
            let sample = self.set.sample(index);
            Request::Infer(if self.bits { bits(sample, scratch) } else { input(sample, scratch) })
        } else {
            Request::Statistics
        }
    }

    fn reply(&mut self, index: usize, reply: &Reply<'_>) -> Result<(), DeviceError> {
        let unexpected = || DeviceError::Unexpected { name: self.name.clone() };
        if index == self.count {
            let Reply::Statistics(statistics) = *reply else { return Err(unexpected()) };
            self.statistics = statistics;
            return Ok(());
        }
        let found = inference(reply).filter(|found| found.outputs.len() == self.width);
        let found = found.ok_or_else(unexpected)?;
        self.correct += usize::from(found.class == usize::from(self.set.labels()[index]));
        let class = match self.answers {
            Answers::Outputs => argmax(&found.outputs),
            Answers::Scores => quantized::argmax(&found.scores()),
        };
        if found.class != class {
            return Err(unexpected());
        }
        self.outputs.extend_from_slice(&found.outputs);
        self.clock.took(found.ticks);
        self.bar.inc(1);
        Ok(())
    }
}

/// Tests a model on a device.
pub fn run(arguments: &TestArguments) -> Result<(), CliError> {
    match AnyModel::read(&arguments.model)? {
        AnyModel::F32(model) => {
            let variant = Variant::inference(&model);
            test(arguments, &model, &variant, Answers::Outputs, |set| {
                let evaluation = model.evaluate(set.clone(), &Machine::single(Level::best()));
                let failed = |cause| CliError::NotFinite { model: arguments.model.clone(), cause };
                Ok(evaluation.map_err(failed)?.outputs)
            })
        }
        AnyModel::Quantized(model) => {
            let variant = Variant::quantized(&model);
            test(arguments, &model, &variant, Answers::Scores, |set| {
                // Both sides hold scores as bits, which nothing calculates with.
                let scores = model.scores(set.clone()).into_iter();
                Ok(scores.map(|score| f32::from_bits(score as u32)).collect())
            })
        }
    }
}

/// Holds what a device built for `variant` answers against what `desktop` does.
fn test<N>(
    arguments: &TestArguments,
    model: &Model<N>,
    variant: &Variant,
    answers: Answers,
    desktop: impl FnOnce(&Dataset) -> Result<Vec<f32>, CliError>,
) -> Result<(), CliError>
where
    Model<N>: Imaged,
{
    let (set, data_name) = samples(&arguments.set, model)?;
    let wanted_count = arguments.samples.map_or(usize::MAX, Into::into);
    let size = set.len().min(wanted_count);
    if size == 0 {
        return Err(CliError::Empty { name: data_name });
    }
    let desktop = desktop(&set)?;
    let wanted = Wanted { variant: Some(variant), model: Some((model, &arguments.model)) };
    let (mut link, identity) = open(&arguments.target, &wanted)?;
    let link = &mut *link;
    let mut exam = Exam {
        name: link.name().to_owned(),
        set: &set,
        bits: variant.bits,
        answers,
        count: size,
        width: model.classes.len(),
        outputs: Vec::new(),
        correct: 0,
        clock: calibrate(link)?,
        statistics: Statistics::default(),
        bar: bar(size as u64),
    };
    exam.bar.set_message("testing");
    let start = Instant::now();
    let played = link.play(&mut exam);
    exam.bar.finish_and_clear();
    played?;
    let difference = Difference::first(answers, &exam.outputs, &desktop, exam.width);
    let is_emulated = matches!(arguments.target.device.place(), Place::Emulated(_));
    let report = Report {
        board: identity.board.clone(),
        samples: size,
        accuracy: exam.correct as f64 / size as f64,
        same: difference.is_none(),
        outputs_digest: hex(&outputs_digest(&exam.outputs)),
        cost: exam.clock.median(&identity, is_emulated),
        memory: Room::of(&identity, &exam.statistics),
        requests: exam.statistics.requests,
        repeated: link.repeated(),
        dropped: exam.statistics.dropped,
        seconds: seconds(start.elapsed()),
    };
    if arguments.json {
        print_json(&report)?;
    } else {
        print(&words(&report, &exam.name, &data_name))?;
    }
    match difference {
        Some(difference) => Err(CliError::Differs(format!("{}: {difference}", exam.name))),
        None => Ok(()),
    }
}

/// A report for people.
fn words(report: &Report, name: &str, data: &str) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{name}, {}: {} of {}\n",
        one_line(data),
        percent(report.accuracy),
        count(report.samples as u64, "sample")
    );
    if report.same {
        let _ = writeln!(text, "outputs        every bit as on this machine");
    }
    let _ = writeln!(text, "digest         {} (of all outputs)", report.outputs_digest);
    if let Some(cost) = report.cost {
        let _ = writeln!(text, "an inference   {} (median)", cost.words());
    }
    text += &report.memory.lines();
    let time = terminal::duration(std::time::Duration::from_secs_f64(report.seconds));
    let _ = writeln!(
        text,
        "link           {} in {time}, {} repeated, {} dropped by the device",
        count(report.requests.into(), "request"),
        report.repeated,
        report.dropped
    );
    text
}
