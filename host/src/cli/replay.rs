//! `gradito replay`.

use std::fmt::Write;
use std::path::PathBuf;

use clap::{Args, ValueHint};
use gradito_core::kind::OptimizerKind;
use serde::Serialize;

use super::output::{count, hex, one_line, print, print_json};
use super::{CliError, start};
use crate::data::InputKind;
use crate::device::train_log::{Log, LogError, LogFault};
use crate::model::{Destination, Model, ModelError};
use crate::network::PackedNetwork;
use crate::training::{Settings, Start, follow};

/// Its flags.
#[derive(Args, Debug)]
pub struct ReplayArguments {
    /// The model image that the device started from
    #[arg(value_hint = ValueHint::FilePath)]
    pub parent: PathBuf,
    /// What gradito device train --log wrote
    #[arg(value_hint = ValueHint::FilePath)]
    pub log: PathBuf,
    /// Write the model that it ends with
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

/// What `replay --json` prints.
#[derive(Serialize)]
struct Report {
    steps: usize,
    samples: usize,
    frozen: u8,
    parent: String,
    digest: String,
    samples_digest: String,
    /// Whether the device ended with this digest; unknown if it was not heard.
    same: Option<bool>,
    /// Whether the samples are those that the device digested.
    same_samples: bool,
    model: Option<String>,
}

/// Repeats what a device learnt.
pub fn run(arguments: &ReplayArguments) -> Result<(), CliError> {
    let ReplayArguments { ref parent, ref log, ref out, json } = *arguments;
    let mut model = Model::read(parent)?;
    let name = log;
    let log = Log::read(name)?;
    let destination = out.as_deref().map(Destination::new).transpose()?;
    let misfit = |what| {
        let (model, log) = (parent.clone(), name.clone());
        CliError::OtherParent { log, what, model }
    };
    if log.header.parent != model.digest() {
        return Err(misfit("other parameters"));
    }
    let pixels = matches!(model.input, InputKind::Pixels { .. });
    let sizes = (log.header.inputs as usize, log.header.classes as usize);
    if (pixels, sizes) != (log.header.pixels, (model.input.width(), model.classes.len())) {
        return Err(misfit("other inputs or classes"));
    }
    if log.header.cost != model.provenance.cost {
        return Err(misfit("another cost"));
    }
    let eta = log.plan.steps.last().map_or(model.provenance.eta, |step| step.eta);
    if !(eta.is_finite() && eta > 0.0) {
        let fault = LogFault::Field("learning rate");
        return Err(LogError::Fault { path: name.clone(), fault }.into());
    }
    let settings = start::of_model(&model, parent, Settings { eta, ..Settings::default() })?;
    let parameters = model.network.parameters();
    let from = Start { parameters: &parameters, frozen: log.header.frozen.into() };
    let followed = follow(&settings, &from, log.samples.clone().staged(&model.input), &log.plan)?;

    let first = model.digest();
    model.network = PackedNetwork::with_parameters(&settings.shapes(), &followed.parameters)
        .expect("as many parameters as the network has");
    let digest = model.digest();
    let samples = log.digest_samples();
    let report = Report {
        steps: log.plan.steps.len(),
        samples: log.samples.len(),
        frozen: log.header.frozen,
        parent: hex(&first),
        digest: hex(&digest),
        samples_digest: hex(&samples),
        same: log.parameters.map(|parameters| parameters == digest),
        same_samples: samples == log.samples_digest,
        model: out.as_ref().map(|path| path.display().to_string()),
    };
    if let Some(destination) = &destination {
        let provenance = &mut model.provenance;
        provenance.parent_digest = first;
        provenance.optimizer = OptimizerKind::Sgd;
        (provenance.momentum, provenance.l2, provenance.eta) = (0.0, 0.0, eta);
        (provenance.steps, provenance.epochs) = (log.plan.steps.len() as u64, 0);
        provenance.train_samples = log.samples.len() as u32;
        provenance.data_digest = samples;
        (provenance.test_samples, provenance.test_correct) = (0, 0);
        provenance.gradito = crate::model::version();
        let path = out.clone().unwrap_or_default();
        let image = model.to_bytes().map_err(|cause| ModelError::Image { path, cause })?;
        destination.write(&image)?;
    }
    if json {
        print_json(&report)?;
    } else {
        print(&words(&report))?;
    }
    let differs = |what: &str, device: &[u8]| {
        let name = one_line(&name.display().to_string());
        CliError::Differs(format!("{name}: the device ended with {what} of digest {}", hex(device)))
    };
    if !report.same_samples {
        return Err(differs("samples", &log.samples_digest));
    }
    match log.parameters {
        Some(parameters) if parameters != digest => Err(differs("parameters", &parameters)),
        _ => Ok(()),
    }
}

/// A report for people.
fn words(report: &Report) -> String {
    let mut text = String::new();
    let steps = count(report.steps as u64, "step");
    let samples = count(report.samples as u64, "sample");
    let _ = writeln!(text, "repeated       {steps} on {samples}, from {}", report.parent);
    let same = match report.same {
        Some(true) => ": the device's, bit for bit",
        Some(false) => "",
        None => " (the log does not say with which the device ended)",
    };
    let _ = writeln!(text, "digest         {}{same}", report.digest);
    let same = if report.same_samples { ": the device's" } else { "" };
    let _ = writeln!(text, "samples        {}{same}", report.samples_digest);
    if let Some(path) = &report.model {
        let _ = writeln!(text, "model          {}", one_line(path));
    }
    text
}
