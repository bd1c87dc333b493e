//! `gradito device test`.

use std::fmt::{self, Write};
use std::time::Instant;

use gradito_core::network::argmax;
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
use crate::device::input::input;
use crate::device::{DeviceError, Script};
use crate::model::Model;
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

/// The first output of which two bit patterns differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    sample: usize,
    output: usize,
    device: f32,
    desktop: f32,
}

impl Difference {
    /// The first of some outputs, `width` of each sample, that are not the desktop's.
    pub fn first(device: &[f32], desktop: &[f32], width: usize) -> Option<Self> {
        let pairs = device.iter().zip(desktop).enumerate();
        pairs.map(|(at, (&device, &desktop))| (at, device, desktop)).find_map(
            |(at, device, desktop)| {
                let (sample, output) = (at / width, at % width);
                (device.to_bits() != desktop.to_bits()).then_some(Self {
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
        let Self { sample, output, device, desktop } = *self;
        write!(
            f,
            "sample {sample}, output {output}: the device computes {:08x} ({device}), this machine \
             {:08x} ({desktop})",
            device.to_bits(),
            desktop.to_bits()
        )
    }
}

/// Sends every sample, and holds the outputs against those of the desktop.
#[derive(Debug)]
struct Exam<'a> {
    name: String,
    set: &'a Dataset,
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
            Request::Infer(input(self.set.sample(index), scratch))
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
        if found.class != argmax(&found.outputs) {
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
    let model = Model::read(&arguments.model)?;
    let (set, data_name) = samples(&arguments.set, &model)?;
    let wanted_count = arguments.samples.map_or(usize::MAX, Into::into);
    let size = set.len().min(wanted_count);
    if size == 0 {
        return Err(CliError::Empty { name: data_name });
    }
    let desktop = model
        .evaluate(set.clone(), &Machine::single(Level::best()))
        .map_err(|cause| CliError::NotFinite { model: arguments.model.clone(), cause })?;
    let variant = Variant::inference(&model);
    let wanted = Wanted { variant: Some(&variant), model: Some((&model, &arguments.model)) };
    let (mut link, identity) = open(&arguments.target, &wanted)?;
    let link = &mut *link;
    let mut exam = Exam {
        name: link.name().to_owned(),
        set: &set,
        count: size,
        width: model.network.outputs(),
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
    let difference = Difference::first(&exam.outputs, &desktop.outputs, exam.width);
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
