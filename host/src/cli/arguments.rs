//! The flags, and their help.

use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueHint};
use gradito_core::kind::{ActivationKind, CostKind, InitKind, MathKind};

use crate::data::{LabelColumn, Source};
use crate::simd::Level;
use crate::training::Topology;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default());

/// Train small neural networks on the desktop; run them, and go on training, on a
/// microcontroller. The same bits everywhere.
#[derive(Debug, Parser)]
#[command(name = "gradito", version, styles = STYLES, max_term_width = 100)]
#[command(after_help = "Start with: gradito train, then gradito predict digits.gradito test:0")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What gradito can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train a network and write a model image
    Train(Box<TrainArguments>),
    /// Report a model's accuracy, cost and confusions on labelled data
    Eval(EvalArguments),
    /// Say what a model sees in images, or in the rows of a CSV file
    Predict(PredictArguments),
    /// Show what a model is, where it comes from and what it needs
    Inspect(InspectArguments),
}

/// `gradito train`.
///
/// With no flags: the chapter's 784-30-10 sigmoid network on MNIST, which is inside the program.
#[derive(Args, Debug)]
pub struct TrainArguments {
    /// Widths: inputs, hidden layers, outputs
    #[arg(long, value_name = "WIDTHS", default_value = "784-30-10", help_heading = "Network")]
    pub layers: Topology,
    /// Activation of the hidden layers: sigmoid, tanh, relu, identity
    #[arg(long, value_name = "NAME", default_value_t = ActivationKind::Sigmoid, help_heading = "Network")]
    pub activation: ActivationKind,
    /// What training makes small: quadratic, cross-entropy, softmax
    #[arg(long, value_name = "NAME", default_value_t = CostKind::Quadratic, help_heading = "Network")]
    pub cost: CostKind,
    /// Activation of the outputs [default: sigmoid, or softmax for that cost]
    #[arg(long, value_name = "NAME", help_heading = "Network")]
    pub output: Option<ActivationKind>,
    /// First weights: scaled (variance 1/inputs) or unit (variance 1)
    #[arg(long, value_name = "NAME", default_value_t = InitKind::Scaled, help_heading = "Network")]
    pub init: InitKind,
    /// Software for exp and tanh: poly, libm, micromath
    #[arg(long, value_name = "NAME", default_value_t = MathKind::Poly, help_heading = "Network")]
    pub math: MathKind,

    /// Passes over the training samples
    #[arg(long, value_name = "N", default_value_t = 30, help_heading = "Training")]
    pub epochs: u32,
    /// Samples in a mini-batch
    #[arg(long, value_name = "N", default_value = "10", help_heading = "Training")]
    pub batch: NonZeroUsize,
    /// Learning rate η
    #[arg(long, value_name = "RATE", default_value = "3.0", allow_negative_numbers = true, value_parser = positive, help_heading = "Training")]
    pub eta: f32,
    /// Momentum coefficient μ, from 0 to below 1
    #[arg(long, value_name = "MU", default_value = "0", allow_negative_numbers = true, value_parser = below_one, help_heading = "Training")]
    pub momentum: f32,
    /// Strength λ of L2 regularisation
    #[arg(long, value_name = "LAMBDA", default_value = "0", allow_negative_numbers = true, value_parser = not_negative, help_heading = "Training")]
    pub l2: f32,
    /// Seed of all chance: first weights, order, division of data
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Training")]
    pub seed: u64,
    /// Stop after so many mini-batches
    #[arg(long, value_name = "N", help_heading = "Training")]
    pub steps: Option<NonZeroU64>,

    /// mnist, a folder of IDX files or of image folders, or a CSV file
    #[arg(long, value_name = "DATA", default_value = "mnist", value_hint = ValueHint::AnyPath, help_heading = "Data")]
    pub data: Source,
    /// Test set of its own: a folder or CSV file like --data
    #[arg(long, value_name = "DATA", value_hint = ValueHint::AnyPath, help_heading = "Data")]
    pub test: Option<PathBuf>,
    /// Validation samples [default: 10000 of MNIST, else 15 %]
    #[arg(long, value_name = "N", help_heading = "Data")]
    pub validation: Option<usize>,
    /// Column of the label in a CSV file: first, last or its name
    #[arg(long, value_name = "COLUMN", help_heading = "Data")]
    pub label: Option<LabelColumn>,
    /// Prepare images like MNIST: crop, scale, centre
    #[arg(long, help_heading = "Data")]
    pub prepare: bool,
    /// Prepare images to this size [default with --prepare: 28x28]
    #[arg(long, value_name = "WxH", value_parser = size, help_heading = "Data")]
    pub size: Option<(u16, u16)>,

    /// Where the model image goes
    #[arg(long, value_name = "FILE", default_value = "digits.gradito", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub out: PathBuf,
    /// Write a JSON line for each epoch to this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub metrics: Option<PathBuf>,
    /// Print one JSON object on standard output
    #[arg(long, help_heading = "Output")]
    pub json: bool,

    /// Worker threads; the result never depends on them
    #[arg(long, value_name = "N", default_value = "1", help_heading = "Machine")]
    pub threads: NonZeroUsize,
    /// Vector instructions: baseline, avx2, avx512 [default: the fastest]
    #[arg(long, value_name = "LEVEL", help_heading = "Machine")]
    pub simd: Option<Level>,
    /// Do not use the code compiled for listed widths; same result
    #[arg(long, help_heading = "Machine")]
    pub runtime_widths: bool,
}

/// `gradito eval`.
///
/// Evaluates on the test set: MNIST's; that of an IDX folder; or of the data the model was trained
/// on, the part that training put aside. Data it was not trained on is taken whole.
#[derive(Args, Debug)]
pub struct EvalArguments {
    /// The model image
    #[arg(value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// mnist, a folder of IDX files or of image folders, or a CSV file
    #[arg(long, value_name = "DATA", default_value = "mnist", value_hint = ValueHint::AnyPath)]
    pub data: Source,
    /// Column of the label in a CSV file: first, last or its name
    #[arg(long, value_name = "COLUMN")]
    pub label: Option<LabelColumn>,
    /// Take all samples of --data, not the test part
    #[arg(long)]
    pub all: bool,
    /// Worker threads; the result never depends on them
    #[arg(long, value_name = "N", default_value = "1")]
    pub threads: NonZeroUsize,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

/// `gradito predict`.
///
/// Photographs are prepared the way MNIST was: paper and ink are found, the digit is cut out, scaled
/// and centred. What is drawn is what the network was given.
#[derive(Args, Debug)]
pub struct PredictArguments {
    /// The model image
    #[arg(value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// PNG or PGM files, MNIST test images (test:17), or a CSV file
    #[arg(required = true, value_name = "IMAGE", value_hint = ValueHint::FilePath)]
    pub images: Vec<String>,
    /// Column of the label in a CSV file: first, last or its name
    #[arg(long, value_name = "COLUMN")]
    pub label: Option<LabelColumn>,
    /// Say how each image was prepared
    #[arg(short, long)]
    pub verbose: bool,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

/// `gradito inspect`.
#[derive(Args, Debug)]
pub struct InspectArguments {
    /// The model image
    #[arg(value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

/// A number from `range`, or else what it must be.
fn number(text: &str, holds: impl Fn(f32) -> bool, must: &str) -> Result<f32, String> {
    match f32::from_str(text) {
        Ok(value) if value.is_finite() && holds(value) => Ok(value),
        _ => Err(format!("it must be {must}")),
    }
}

fn positive(text: &str) -> Result<f32, String> {
    number(text, |value| value > 0.0, "a positive number")
}

fn not_negative(text: &str) -> Result<f32, String> {
    number(text, |value| value >= 0.0, "0 or a positive number")
}

fn below_one(text: &str) -> Result<f32, String> {
    number(text, |value| (0.0..1.0).contains(&value), "at least 0 and below 1")
}

/// `28x28`.
fn size(text: &str) -> Result<(u16, u16), String> {
    let side = |text: &str| u16::from_str(text).ok().filter(|&side| (4..=1024).contains(&side));
    text.split_once('x')
        .and_then(|(width, height)| Some((side(width)?, side(height)?)))
        .ok_or_else(|| "write width x height, each from 4 to 1024, as in 28x28".to_owned())
}
