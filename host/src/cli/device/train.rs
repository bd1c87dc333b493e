//! `gradito device train`.

use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

use gradito_core::kind::OptimizerKind;
use indicatif::ProgressBar;
use serde::Serialize;

use super::arguments::{Place, TrainArguments};
use super::connect::{Wanted, open_anew};
use super::measure::{Clock, Cost, Room, calibrate};
use super::parameters::pieces;
use crate::cli::CliError;
use crate::cli::output::{count, hex, one_line, percent, print, print_json};
use crate::cli::progress::{bar, seconds};
use crate::cli::start::{self, Parent};
use crate::data::Dataset;
use crate::device::client::Stepped;
use crate::device::firmware::Variant;
use crate::device::train_log::{Header, Writer, samples_digest};
use crate::device::training::{StepDifference, StepObserver, TrainingScript};
use crate::model::{Destination, Model, ModelError};
use crate::network::PackedNetwork;
use crate::terminal;
use crate::training::{Followed, Plan, Settings, Start, follow};

/// What `device train --json` prints.
#[derive(Serialize)]
struct Report {
    board: String,
    topology: String,
    frozen: usize,
    steps: usize,
    samples: usize,
    /// Digest of the parameters that training started from.
    parent: String,
    /// Digest of the parameters in the device.
    digest: String,
    samples_digest: String,
    /// Whether both digests are the desktop's.
    same: bool,
    /// The mean cost of a sample, and the share of samples recognised, each before its own step.
    train_cost: Option<f64>,
    train_accuracy: Option<f64>,
    /// Of a step, the median.
    cost: Option<Cost>,
    memory: Room,
    requests: u32,
    repeated: u64,
    seconds: f64,
    log: Option<String>,
    model: Option<String>,
}

/// Moves a bar, and takes the time of steps.
#[derive(Debug)]
struct Follower {
    bar: ProgressBar,
    clock: Clock,
}

impl StepObserver for Follower {
    fn step(&mut self, stepped: &Stepped) {
        self.bar.inc(1);
        self.clock.took(stepped.ticks);
    }
}

/// Trains on a device.
pub fn run(arguments: &TrainArguments) -> Result<(), CliError> {
    let TrainArguments { ref network, ref model, ref training, ref target, .. } = *arguments;
    let parent = model.as_deref().map(Parent::read).transpose()?;
    let settings = start::settings(network, parent.as_ref(), training)?;
    settings.check().map_err(CliError::CommandLine)?;
    if settings.batch > usize::from(u8::MAX) {
        return Err(CliError::DeviceBatch(settings.batch));
    }
    if parent.is_none() && matches!(target.device.place(), Place::Port(_)) {
        return Err(CliError::NoStart);
    }
    let destination = arguments.out.as_deref().map(Destination::new).transpose()?;
    let log_destination = arguments.log.as_deref().map(Destination::new).transpose()?;
    let data = start::data(&arguments.data, &settings, parent.as_ref())?;
    let mut first = start::model(&settings, &data, parent.as_ref());
    let plan = Plan::new(&settings, data.train.len());
    let set = &data.train;
    // Beside the device, and before it: what diverges need not be sent.
    let parameters = first.network.parameters();
    let from = Start { parameters: &parameters, frozen: training.freeze };
    let desktop = follow(&settings, &from, set.clone().staged(&data.input), &plan)?;

    let name = model.as_deref().unwrap_or(Path::new("the starting point"));
    let variant = Variant::training(&first, settings.batch, training.freeze);
    let wanted = Wanted { variant: Some(&variant), model: Some((&first, name)) };
    let (mut link, identity) = open_anew(target, &wanted)?;
    let link = &mut *link;
    let mut follower = Follower { bar: bar(plan.steps.len() as u64), clock: calibrate(link)? };
    follower.bar.set_message("training");
    let log = log_destination.as_ref().map(|_| Writer::new(&header(&first, training.freeze)));
    let pieces = match destination {
        Some(_) => pieces(link, &identity)?,
        None => Vec::new(),
    };
    let start = Instant::now();
    let device_name = link.name().to_owned();
    let mut script = TrainingScript::new(&device_name, set, &plan, pieces, log, &mut follower);
    let played = link.play(&mut script);
    let TrainingScript { steps, digests, statistics, parameters: read, log, .. } = script;
    follower.bar.finish_and_clear();
    let time = start.elapsed();
    if let (Some(destination), Some(log)) = (&log_destination, log) {
        let taken = Plan { steps: plan.steps[..steps.len()].to_vec(), order: plan.order.clone() };
        let parameters = digests.map(|digests| digests.parameters);
        destination.write(&log.finish(parameters, samples_digest(set, &taken)))?;
    }
    played?;
    let unexpected = || crate::device::DeviceError::Unexpected { name: device_name.clone() };
    let digests = digests.ok_or_else(unexpected)?;
    let learnt = digests.training.ok_or_else(unexpected)?;
    let wanted = with_parameters(&first, &desktop.parameters);
    let samples_wanted = samples_digest(set, &plan);
    let same = digests.parameters == wanted.digest() && learnt.samples_digest == samples_wanted;
    if let Some(destination) = &destination {
        let read = with_parameters(&first, &read);
        provenance(&mut first, &settings, &plan, set);
        first.network = read.network;
        let path = arguments.out.clone().unwrap_or_default();
        let image = first.to_bytes().map_err(|cause| ModelError::Image { path, cause })?;
        destination.write(&image)?;
    }
    let seen = plan.order.len();
    let share = |sum: f64| (seen > 0).then(|| sum / seen as f64);
    let path =
        |path: &Option<std::path::PathBuf>| path.as_ref().map(|path| path.display().to_string());
    let report = Report {
        board: identity.board.clone(),
        topology: settings.topology.to_string(),
        frozen: training.freeze,
        steps: steps.len(),
        samples: seen,
        parent: hex(&with_parameters(&first, &parameters).digest()),
        digest: hex(&digests.parameters),
        samples_digest: hex(&learnt.samples_digest),
        same,
        train_cost: share(steps.iter().map(|step| step.cost).sum()),
        train_accuracy: share(steps.iter().map(|step| f64::from(step.correct)).sum()),
        cost: follower.clock.median(&identity, matches!(target.device.place(), Place::Emulated(_))),
        memory: Room::of(&identity, &statistics),
        requests: statistics.requests,
        repeated: link.repeated(),
        seconds: seconds(time),
        log: path(&arguments.log),
        model: path(&arguments.out),
    };
    if arguments.json {
        print_json(&report)?;
    } else {
        print(&words(&report, &device_name))?;
    }
    if same { Ok(()) } else { Err(difference(&device_name, &steps, &desktop)) }
}

/// What a log of training `model` is about.
pub fn header(model: &Model, frozen: usize) -> Header {
    Header {
        parent: model.digest(),
        cost: model.provenance.cost,
        frozen: frozen as u8,
        pixels: matches!(model.input, crate::data::InputKind::Pixels { .. }),
        inputs: model.input.width() as u32,
        classes: model.classes.len() as u32,
    }
}

/// `model` with other parameters.
pub fn with_parameters(model: &Model, parameters: &[f32]) -> Model {
    let network = PackedNetwork::with_parameters(&model.network.shapes(), parameters)
        .expect("as many parameters as the network has");
    Model { network, ..model.clone() }
}

/// Tells where what was learnt from `model` comes from.
fn provenance(model: &mut Model, settings: &Settings, plan: &Plan, set: &Dataset) {
    let parent = model.digest();
    let provenance = &mut model.provenance;
    provenance.parent_digest = parent;
    provenance.optimizer = OptimizerKind::Sgd;
    (provenance.momentum, provenance.l2) = (0.0, 0.0);
    provenance.eta = settings.eta;
    provenance.batch = settings.batch as u32;
    provenance.steps = plan.steps.len() as u64;
    provenance.epochs = (plan.order.len() / set.len().max(1)) as u32;
    provenance.seed = settings.seed;
    (provenance.test_samples, provenance.test_correct) = (0, 0);
    provenance.gradito = crate::model::version();
}

/// Where the device and this machine part.
fn difference(name: &str, device: &[Stepped], desktop: &Followed) -> CliError {
    CliError::Differs(match StepDifference::first(device, &desktop.reports) {
        Some(difference) => format!("{name}: {difference}"),
        None => format!(
            "{name}: every step looked the same, but the device's digest is not this machine's; \
             gradito device verify finds the first parameter that differs"
        ),
    })
}

/// A report for people.
fn words(report: &Report, name: &str) -> String {
    let mut text = String::new();
    let layers = match report.frozen {
        0 => String::new(),
        1 => ", the first layer frozen".to_owned(),
        frozen => format!(", the first {frozen} layers frozen"),
    };
    let _ = writeln!(
        text,
        "{name}: trained {}{layers}, {} on {}\n",
        report.topology,
        count(report.steps as u64, "step"),
        count(report.samples as u64, "sample")
    );
    if let (Some(cost), Some(accuracy)) = (report.train_cost, report.train_accuracy) {
        let _ = writeln!(text, "while learning cost {cost:.5}, {} recognised", percent(accuracy));
    }
    let same = if report.same { ": this machine's, bit for bit" } else { "" };
    let _ = writeln!(text, "digest         {}{same}", report.digest);
    let _ = writeln!(text, "samples        {} (their digest)", report.samples_digest);
    if let Some(cost) = report.cost {
        let _ = writeln!(text, "a step         {} (median)", cost.words());
    }
    text += &report.memory.lines();
    let time = terminal::duration(std::time::Duration::from_secs_f64(report.seconds));
    let requests = count(report.requests.into(), "request");
    let _ = writeln!(text, "link           {requests} in {time}, {} repeated", report.repeated);
    for (name, path) in [("log", &report.log), ("model", &report.model)] {
        if let Some(path) = path {
            let _ = writeln!(text, "{name:<14} {}", one_line(path));
        }
    }
    text
}
