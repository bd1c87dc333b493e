//! `gradito inspect`.

use std::fmt::Write;

use gradito_core::Network;
use serde::Serialize;

use super::CliError;
use super::arguments::InspectArguments;
use super::output::{count, hex, one_line, percent, print, print_json};
use crate::data::InputKind;
use crate::model::{Model, polarity_name};
use crate::terminal;

/// What `inspect --json` prints.
#[derive(Serialize)]
struct Report {
    topology: String,
    dtype: &'static str,
    bytes: usize,
    parameters: usize,
    digest: String,
    ram_inference: usize,
    ram_training: usize,
    activations: Vec<&'static str>,
    math: &'static str,
    cost: &'static str,
    optimizer: &'static str,
    momentum: f32,
    l2: f32,
    init: &'static str,
    seed: u64,
    epochs: u32,
    steps: u64,
    batch: u32,
    eta: f32,
    train_samples: u32,
    test_samples: u32,
    test_accuracy: Option<f64>,
    data_digest: String,
    parent_digest: Option<String>,
    input: Input,
    classes: Vec<String>,
    gradito: String,
}

/// The kind of inputs.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Input {
    Pixels { width: u16, height: u16, inverted: bool, prepared: bool },
    Features { count: usize, names: Option<Vec<String>>, min: Vec<f32>, max: Vec<f32> },
}

/// Shows a model.
pub fn run(arguments: &InspectArguments) -> Result<(), CliError> {
    let model = Model::read(&arguments.model)?;
    let bytes = model.to_bytes().map_err(|cause| crate::model::ModelError::Image {
        path: arguments.model.clone(),
        cause,
    })?;
    let report = Report::new(&model, bytes.len());
    if arguments.json { print_json(&report) } else { print(&text(&model, &report)) }
}

impl Report {
    fn new(model: &Model, bytes: usize) -> Self {
        let provenance = &model.provenance;
        let shapes = model.network.shapes();
        let mut parameters = 0;
        model.network.visit(&mut |piece: gradito_core::layer::Parameters<&[f32]>| {
            parameters += piece.into_values().len();
        });
        let ram = model.ram();
        Self {
            topology: model.topology().to_string(),
            dtype: "f32",
            bytes,
            parameters,
            digest: hex(&model.digest()),
            ram_inference: ram.inference,
            ram_training: ram.training,
            activations: shapes.iter().map(|shape| shape.activation.name()).collect(),
            math: shapes.last().map_or("", |shape| shape.math.name()),
            cost: provenance.cost.name(),
            optimizer: provenance.optimizer.name(),
            momentum: provenance.momentum,
            l2: provenance.l2,
            init: provenance.init.name(),
            seed: provenance.seed,
            epochs: provenance.epochs,
            steps: provenance.steps,
            batch: provenance.batch,
            eta: provenance.eta,
            train_samples: provenance.train_samples,
            test_samples: provenance.test_samples,
            test_accuracy: provenance.test_accuracy(),
            data_digest: hex(&provenance.data_digest),
            parent_digest: (provenance.parent_digest != [0; 32])
                .then(|| hex(&provenance.parent_digest)),
            input: match &model.input {
                &InputKind::Pixels { width, height, polarity, prepared } => Input::Pixels {
                    width,
                    height,
                    inverted: polarity == crate::data::Polarity::InkLow,
                    prepared,
                },
                InputKind::Features { scaling, names } => Input::Features {
                    count: scaling.len(),
                    names: names.clone(),
                    min: scaling.iter().map(|scale| scale.min).collect(),
                    max: scaling.iter().map(|scale| scale.max).collect(),
                },
            },
            classes: model.classes.clone(),
            gradito: provenance.gradito_version().to_owned(),
        }
    }
}

/// The report for people.
fn text(model: &Model, report: &Report) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{name:<12} {}", one_line(value));
    };
    line("network", &format!("{} {}", report.topology, report.activations.join(", ")));
    line("parameters", &format!("{} ({}, math {})", report.parameters, report.dtype, report.math));
    line("digest", &report.digest);
    line("inputs", &inputs(model));
    line("classes", &model.classes.join(", "));
    let size = |bytes: usize| terminal::bytes(bytes as u64);
    line("flash", &format!("{} for the model image", size(report.bytes)));
    line("RAM", &format!("{} to run it from flash", size(report.ram_inference)));
    let training = size(report.ram_training);
    line("", &format!("{training} to train it in batches of {}", report.batch));
    let mut rule = format!("{}, {} cost, eta {:?}", report.optimizer, report.cost, report.eta);
    if report.momentum != 0.0 {
        let _ = write!(rule, ", momentum {:?}", report.momentum);
    }
    if report.l2 != 0.0 {
        let _ = write!(rule, ", L2 {:?}", report.l2);
    }
    line("trained by", &rule);
    line(
        "",
        &format!(
            "{}, {} of {}, seed {}, init {}",
            count(report.epochs.into(), "epoch"),
            count(report.steps, "step"),
            count(report.batch.into(), "sample"),
            report.seed,
            report.init
        ),
    );
    line(
        "data",
        &format!("{}, digest {}", count(report.train_samples.into(), "sample"), report.data_digest),
    );
    if let Some(parent) = &report.parent_digest {
        line("started from", parent);
    }
    let tested = report.test_accuracy.map_or("not tested".to_owned(), |accuracy| {
        format!("{} of {}", percent(accuracy), count(report.test_samples.into(), "test sample"))
    });
    line("accuracy", &tested);
    line("written by", &format!("gradito {}", report.gradito));
    text
}

/// What the inputs are.
fn inputs(model: &Model) -> String {
    match &model.input {
        InputKind::Pixels { width, height, polarity, prepared } => format!(
            "{width}x{height} pixels, {}{}",
            polarity_name(*polarity),
            if *prepared { ", prepared like MNIST" } else { "" }
        ),
        InputKind::Features { scaling, names: Some(names) } => {
            format!("{} features, scaled: {}", scaling.len(), names.join(", "))
        }
        InputKind::Features { scaling, .. } => format!("{} features, scaled", scaling.len()),
    }
}
