//! `gradito inspect`.

mod board;

use std::fmt::Write;
use std::num::{NonZero, NonZeroUsize};
use std::path::PathBuf;

use clap::{Args, ValueHint};
use gradito_core::image::Element;
use gradito_core::layer::LayerShape;
use gradito_link::board::Board;
use serde::Serialize;

use super::CliError;
use super::output::{count, hex, one_line, percent, print, print_json};
use super::values::{at_least_one, board, source, whole};
use crate::data::{InputKind, LabelColumn, Source};
use crate::model::{AnyModel, Evaluate, Model, ModelError, polarity_name};
use crate::terminal;

/// Its flags.
#[derive(Args, Debug)]
pub struct InspectArguments {
    /// The model image
    #[arg(value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// Estimate what it takes of a board, or of all
    ///
    /// Flash, RAM with the stack, and instructions, each measured once on emulated boards and
    /// reckoned for this network; whether it fits and, if not, what would.
    #[arg(long, value_name = "BOARD", value_parser = board_choice)]
    pub board: Option<BoardChoice>,
    /// Its data: mnist, a folder or CSV file
    ///
    /// Typical instructions are those of the median of its first 100 test samples; without data
    /// that fits the model, only the worst case is told, in which no input is 0.
    #[arg(long, value_name = "DATA", requires = "board", value_parser = source, value_hint = ValueHint::AnyPath)]
    pub data: Option<Source>,
    /// Label of a CSV file: first, last or the column's name
    #[arg(long, value_name = "COLUMN", requires = "data")]
    pub label: Option<LabelColumn>,
    /// Samples in a batch of its training there
    ///
    /// Unless given: as many as the model was trained with.
    #[arg(long, value_name = "N", requires = "board", allow_negative_numbers = true, value_parser = at_least_one::<NonZeroUsize>)]
    pub batch: Option<NonZeroUsize>,
    /// Do not train the first so many layers
    #[arg(long, value_name = "N", requires = "board", default_value = "0", allow_negative_numbers = true, value_parser = whole::<usize>)]
    pub freeze: usize,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

/// One board, or all.
#[derive(Clone, Copy, Debug)]
pub enum BoardChoice {
    /// Every board there is.
    All,
    /// This one.
    One(&'static Board),
}

/// The board of that name, or all.
fn board_choice(name: &str) -> Result<BoardChoice, String> {
    match name {
        "all" => Ok(BoardChoice::All),
        name => board(name).map(BoardChoice::One).map_err(|error| error + ", or all"),
    }
}

/// What `inspect --json` prints.
#[derive(Serialize)]
struct Report {
    topology: String,
    dtype: &'static str,
    bytes: usize,
    parameters: usize,
    digest: String,
    ram_inference: usize,
    ram_training: Option<usize>,
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
    /// What it takes of the boards that were asked for.
    costs: Option<board::Costs>,
}

/// The kind of inputs.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Input {
    Pixels {
        width: u16,
        height: u16,
        inverted: bool,
        prepared: bool,
        threshold: Option<u8>,
        stages: Option<String>,
    },
    Features {
        count: usize,
        names: Option<Vec<String>>,
        min: Vec<f32>,
        max: Vec<f32>,
    },
}

/// What depends on the type of the parameters.
struct Facts {
    element: Element,
    bytes: usize,
    digest: [u8; 32],
    ram_inference: usize,
    /// `None` for what cannot be trained.
    ram_training: Option<usize>,
}

/// Shows a model.
pub fn run(arguments: &InspectArguments) -> Result<(), CliError> {
    let failed = |cause| ModelError::Image { path: arguments.model.clone(), cause };
    let any = AnyModel::read(&arguments.model)?;
    let facts = match &any {
        AnyModel::F32(model) => {
            let ram = model.ram();
            Facts {
                element: Element::F32,
                bytes: model.to_bytes().map_err(failed)?.len(),
                digest: model.digest(),
                ram_inference: ram.inference,
                ram_training: Some(ram.training),
            }
        }
        AnyModel::Quantized(model) => Facts {
            element: Element::of(model.network.weights()),
            bytes: model.to_bytes().map_err(failed)?.len(),
            digest: model.digest(),
            ram_inference: model.ram(),
            ram_training: None,
        },
    };
    let (costs, on_boards) = board::costs(arguments, &any, facts.bytes)?.unzip();
    let (report, words) = match &any {
        AnyModel::F32(model) => described(model, &facts),
        AnyModel::Quantized(model) => described(model, &facts),
    };
    if arguments.json {
        print_json(&Report { costs, ..report })
    } else {
        print(&(words + on_boards.as_deref().unwrap_or_default()))
    }
}

/// The report on a model, and the same for people.
fn described<N: Evaluate>(model: &Model<N>, facts: &Facts) -> (Report, String) {
    let report = Report::new(model, facts);
    let words = text(model, &report);
    (report, words)
}

impl Report {
    fn new<N: Evaluate>(model: &Model<N>, facts: &Facts) -> Self {
        let provenance = &model.provenance;
        let shapes = model.network.shapes();
        Self {
            topology: model.topology().to_string(),
            dtype: facts.element.name(),
            bytes: facts.bytes,
            parameters: shapes.iter().map(LayerShape::parameters).sum(),
            digest: hex(&facts.digest),
            ram_inference: facts.ram_inference,
            ram_training: facts.ram_training,
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
                &InputKind::Pixels { width, height, polarity, prepared, threshold, stages } => {
                    Input::Pixels {
                        width,
                        height,
                        inverted: polarity == crate::data::Polarity::InkLow,
                        prepared,
                        threshold: threshold.map(NonZero::get),
                        stages: (!stages.is_none()).then(|| stages.to_string()),
                    }
                }
                InputKind::Features { scaling, names } => Input::Features {
                    count: scaling.len(),
                    names: names.clone(),
                    min: scaling.iter().map(|scale| scale.min).collect(),
                    max: scaling.iter().map(|scale| scale.max).collect(),
                },
            },
            classes: model.classes.clone(),
            gradito: provenance.gradito_version().to_owned(),
            costs: None,
        }
    }
}

/// The report for people.
fn text<N>(model: &Model<N>, report: &Report) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{name:<12} {}", one_line(value));
    };
    line("network", &format!("{} {}", report.topology, report.activations.join(", ")));
    line("parameters", &format!("{} ({}, math {})", report.parameters, report.dtype, report.math));
    line("digest", &report.digest);
    line("inputs", &inputs(&model.input));
    line("classes", &model.classes.join(", "));
    let size = |bytes: usize| terminal::bytes(bytes as u64);
    line("flash", &format!("{} for the model image", size(report.bytes)));
    line("RAM", &format!("{} to run it from flash", size(report.ram_inference)));
    if let Some(training) = report.ram_training {
        line("", &format!("{} to train it in batches of {}", size(training), report.batch));
    }
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
        let is_trained = report.dtype == Element::F32.name();
        line(if is_trained { "started from" } else { "made from" }, parent);
    }
    let tested = report.test_accuracy.map_or("not tested".to_owned(), |accuracy| {
        format!("{} of {}", percent(accuracy), count(report.test_samples.into(), "test sample"))
    });
    line("accuracy", &tested);
    line("written by", &format!("gradito {}", report.gradito));
    text
}

/// What the inputs are.
fn inputs(input: &InputKind) -> String {
    match input {
        InputKind::Pixels { width, height, polarity, prepared, threshold, stages } => format!(
            "{width}x{height} pixels, {}{}{}{}",
            polarity_name(*polarity),
            if *prepared { ", prepared like MNIST" } else { "" },
            threshold.map_or(String::new(), |byte| format!(", of one bit: ink from {byte} on")),
            if stages.is_none() { String::new() } else { format!("; then {stages}") }
        ),
        InputKind::Features { scaling, names: Some(names) } => {
            format!("{} features, scaled: {}", scaling.len(), names.join(", "))
        }
        InputKind::Features { scaling, .. } => format!("{} features, scaled", scaling.len()),
    }
}
