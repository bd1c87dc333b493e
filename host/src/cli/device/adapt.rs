//! `gradito device adapt`.

use std::fmt::Write;
use std::time::Instant;

use gradito_core::network::argmax;
use gradito_link::message::{Reply, Request};
use indicatif::ProgressBar;
use serde::Serialize;

use super::arguments::AdaptArguments;
use super::connect::{Wanted, open_anew};
use crate::cli::CliError;
use crate::cli::output::{count, hex, percent, print, print_json};
use crate::cli::progress::{bar, seconds};
use crate::cli::start::{self, Parent};
use crate::data::{DataOptions, Dataset, InputKind, Source, load, load_for};
use crate::device::client::inference;
use crate::device::firmware::Variant;
use crate::device::input::input;
use crate::device::{DeviceError, Script};
use crate::terminal::{self, Style};
use crate::training::{Plan, Settings, Start, follow};

/// Times that accuracy is measured on the way, besides the first.
const MEASURES: usize = 5;

/// What `device adapt --json` prints.
#[derive(Serialize)]
struct Report {
    board: String,
    change: &'static str,
    /// Labelled samples that were learnt from, each several times.
    learnt_from: usize,
    passes: u32,
    steps: usize,
    frozen: usize,
    /// Samples that accuracy is measured on; none of them was learnt from.
    measured_on: usize,
    /// Accuracy on clean samples, before and after.
    clean: [f64; 2],
    /// Accuracy on changed samples, on the way.
    changed: Vec<Point>,
    digest: String,
    same: bool,
    seconds: f64,
}

/// Accuracy after so many steps.
#[derive(Clone, Copy, Serialize)]
struct Point {
    steps: usize,
    accuracy: f64,
}

/// One request of the course.
#[derive(Clone, Copy, Debug)]
enum Item {
    /// A sample of a set, and the number of the measurement it counts for.
    Measure(usize, usize),
    /// A labelled sample at a place in its batch.
    Sample(usize, usize),
    /// A step on so many samples.
    Step(usize),
    /// The digests at the end.
    Digest,
}

/// Measures, learns, measures again.
#[derive(Debug)]
struct Course<'a> {
    name: String,
    items: Vec<Item>,
    clean: &'a Dataset,
    changed: &'a Dataset,
    learnt: &'a Dataset,
    eta: f32,
    /// For each measurement whether it is of clean samples, and how many were recognised.
    measures: Vec<(bool, usize)>,
    digest: Option<[u8; 32]>,
    bar: ProgressBar,
}

impl<'a> Course<'a> {
    fn new(
        name: &str,
        [clean, changed, learnt]: [&'a Dataset; 3],
        plan: &Plan,
        eta: f32,
    ) -> (Self, Vec<usize>) {
        let mut items = Vec::new();
        let mut measures = Vec::new();
        let mut measure = |items: &mut Vec<Item>, is_clean: bool, set: &Dataset| {
            items.extend((0..set.len()).map(|sample| Item::Measure(measures.len(), sample)));
            measures.push((is_clean, 0));
        };
        measure(&mut items, true, clean);
        measure(&mut items, false, changed);
        let mut points = vec![0];
        for (index, step) in plan.steps.iter().enumerate() {
            let indices = plan.indices(step).iter().enumerate();
            items.extend(indices.map(|(slot, &sample)| Item::Sample(slot, sample as usize)));
            items.push(Item::Step(step.range.len()));
            let done = index + 1;
            if done * MEASURES / plan.steps.len() > index * MEASURES / plan.steps.len() {
                measure(&mut items, false, changed);
                points.push(done);
            }
        }
        measure(&mut items, true, clean);
        items.push(Item::Digest);
        let bar = bar(items.len() as u64);
        bar.set_message("adapting");
        let (name, digest) = (name.to_owned(), None);
        (Self { name, items, clean, changed, learnt, eta, measures, digest, bar }, points)
    }

    /// The set that a measurement is of.
    fn set(&self, measure: usize) -> &'a Dataset {
        if self.measures[measure].0 { self.clean } else { self.changed }
    }
}

impl Script for Course<'_> {
    fn len(&self) -> usize {
        self.items.len()
    }

    fn request<'s>(&'s self, index: usize, scratch: &'s mut Vec<u8>) -> Request<'s> {
        match self.items[index] {
            Item::Measure(measure, sample) => {
                Request::Infer(input(self.set(measure).sample(sample), scratch))
            }
            Item::Sample(slot, sample) => Request::Sample {
                slot: slot as u8,
                label: self.learnt.labels()[sample],
                input: input(self.learnt.sample(sample), scratch),
            },
            Item::Step(samples) => Request::Step { samples: samples as u8, eta: self.eta },
            Item::Digest => Request::Digest,
        }
    }

    fn reply(&mut self, index: usize, reply: &Reply<'_>) -> Result<(), DeviceError> {
        self.bar.inc(1);
        match (self.items[index], reply) {
            (Item::Measure(measure, sample), reply) => {
                let found = inference(reply)
                    .ok_or_else(|| DeviceError::Unexpected { name: self.name.clone() })?;
                let label = usize::from(self.set(measure).labels()[sample]);
                self.measures[measure].1 += usize::from(argmax(&found.outputs) == label);
            }
            (Item::Sample(..), Reply::Done) | (Item::Step(_), Reply::Stepped { .. }) => {}
            (Item::Digest, Reply::Digest { parameters, .. }) => self.digest = Some(*parameters),
            _ => return Err(DeviceError::Unexpected { name: self.name.clone() }),
        }
        Ok(())
    }
}

/// Lets a network meet a changed world.
pub fn run(arguments: &AdaptArguments) -> Result<(), CliError> {
    let AdaptArguments { ref model, ref target, change, freeze, .. } = *arguments;
    let parent = Parent::read(model)?;
    let InputKind::Pixels { width, .. } = parent.model.input else {
        return Err(CliError::NoImages { model: model.clone() });
    };
    let settings = start::of_model(
        &parent.model,
        model,
        Settings {
            eta: arguments.eta,
            batch: arguments.batch.get(),
            epochs: arguments.passes.get(),
            seed: arguments.seed,
            ..Settings::default()
        },
    )?;
    settings.check().map_err(CliError::CommandLine)?;
    start::check_freeze(&settings, freeze)?;
    if settings.batch > usize::from(u8::MAX) {
        return Err(CliError::DeviceBatch(settings.batch));
    }
    // Learnt from: images that were put aside from training. Measured on: those of the test set.
    let put_aside = load(&DataOptions::new(Source::Mnist))?.validation;
    let label = Default::default();
    let test = load_for(&Source::Mnist, &label, &parent.model.input, &parent.model.classes)?;
    let width = usize::from(width);
    let learnt_from = arguments.learn.get().min(put_aside.len());
    let learnt = change.dataset(&put_aside, 0..learnt_from, width);
    let measured_on = arguments.samples.get().min(test.len());
    let rows: Vec<u32> = (0..measured_on as u32).collect();
    let clean = test.select(&rows);
    let changed = change.dataset(&test, 0..measured_on, width);
    let plan = Plan::new(&settings, learnt.len());
    let parameters = parent.model.network.parameters();
    let from = Start { parameters: &parameters, frozen: freeze };
    let desktop = follow(&settings, &from, learnt.clone().staged(&parent.model.input), &plan)?;

    let variant = Variant::training(&parent.model, settings.batch, freeze);
    let wanted = Wanted { variant: Some(&variant), model: Some((&parent.model, model)) };
    let (mut link, identity) = open_anew(target, &wanted)?;
    let link = &mut *link;
    let start = Instant::now();
    let name = link.name().to_owned();
    let (mut course, points) = Course::new(&name, [&clean, &changed, &learnt], &plan, settings.eta);
    let played = link.play(&mut course);
    course.bar.finish_and_clear();
    played?;
    let digest = course.digest.ok_or(DeviceError::Unexpected { name: name.clone() })?;
    let shares = |is_clean: bool| {
        let measures = course.measures.iter().filter(move |measure| measure.0 == is_clean);
        measures.map(|measure| measure.1 as f64 / measured_on as f64)
    };
    let wanted = super::train::with_parameters(&parent.model, &desktop.parameters).digest();
    let mut clean = shares(true);
    let report = Report {
        board: identity.board,
        change: change.name(),
        learnt_from,
        passes: settings.epochs,
        steps: plan.steps.len(),
        frozen: freeze,
        measured_on,
        clean: [clean.next().unwrap_or(0.0), clean.next().unwrap_or(0.0)],
        changed: points
            .into_iter()
            .zip(shares(false))
            .map(|(steps, accuracy)| Point { steps, accuracy })
            .collect(),
        digest: hex(&digest),
        same: digest == wanted,
        seconds: seconds(start.elapsed()),
    };
    if arguments.json {
        print_json(&report)?;
    } else {
        print(&words(&report, change.words(), &Style::of_stdout()))?;
    }
    if report.same {
        return Ok(());
    }
    let why = "the device's digest is not this machine's; gradito device verify finds the first \
               parameter that differs";
    Err(CliError::Differs(format!("{name}: {why}")))
}

/// A report for people.
fn words(report: &Report, change: &str, style: &Style) -> String {
    let mut text = String::new();
    let (first, last) = (report.changed.first(), report.changed.last());
    let share = |point: Option<&Point>| percent(point.map_or(0.0, |point| point.accuracy));
    let _ = writeln!(text, "clean digits   {} recognised", percent(report.clean[0]));
    let _ = writeln!(text, "{change}: {}", share(first));
    let _ = writeln!(
        text,
        "after {} from {}, {} times each: {}\n",
        count(report.steps as u64, "step"),
        count(report.learnt_from as u64, "labelled sample"),
        report.passes,
        share(last)
    );
    let names: Vec<String> =
        report.changed.iter().map(|point| format!("{:>5} steps", point.steps)).collect();
    let scores: Vec<f32> = report.changed.iter().map(|point| point.accuracy as f32).collect();
    text += &terminal::bars(&names, &scores, style);
    let [before, after] = report.clean.map(percent);
    let _ = writeln!(text, "\nclean digits   {before} before, {after} after");
    let _ = writeln!(
        text,
        "measured on    {} of the test set, none of them learnt from",
        count(report.measured_on as u64, "digit")
    );
    let same = if report.same { ": this machine's, bit for bit" } else { "" };
    let _ = writeln!(text, "digest         {}{same}", report.digest);
    text
}
