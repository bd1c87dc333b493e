//! The flags, and their help.
//!
//! The first paragraph of a flag's comment is its line in `-h`, which fits 79 columns together with
//! the default that clap adds; the second follows in `--help`.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{ArgGroup, Args, Parser, Subcommand, ValueHint};
use gradito_core::kind::{ActivationKind, CostKind, InitKind, MathKind};
use gradito_core::quantized::weights::WeightKind;
use gradito_link::board::{BOARDS, Board};

use super::augment::AugmentArguments;
use super::device::DeviceCommand;
use super::keep::KeepArguments;
use super::report::ReportArguments;
use super::sweep::SweepArguments;
use super::train::MethodArguments;
use crate::data::{LabelColumn, Source, Stages};
use crate::export::Format;
use crate::lesson::{LESSONS, Language, Lesson};
use crate::simd::Level;
use crate::training::{SettingsError, Topology};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default());

/// Train small neural networks on the desktop, run them on microcontrollers
#[derive(Debug, Parser)]
#[command(name = "gradito", version, styles = STYLES, max_term_width = 100)]
#[command(after_help = "\
Start with: gradito train, then gradito predict digits.gradito test:0
Each flag at length: gradito train --help")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What gradito can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train a network and write a model image
    ///
    /// With no flags: 784-30-10 with sigmoids and quadratic cost, for 30 epochs on MNIST, which is
    /// inside the program. Ctrl-C ends a run after its step and keeps the model as of the last
    /// whole epoch; with --checkpoint the run can go on from there.
    Train(Box<TrainArguments>),
    /// Train many networks side by side, and choose one by validation
    ///
    /// With no flags: how many hidden neurons? Every finished run is a line of a file at once; a
    /// sweep that was stopped goes on from there when it is started again. The test set is looked at
    /// once, for the winner.
    Sweep(Box<SweepArguments>),
    /// List the recipes: trainings that are known to come out well
    ///
    /// Each is a network for so many bytes of flash, tuned on validation samples. The accuracy is that
    /// of all test samples, the mean of five seeds.
    Recipes(RecipesArguments),
    /// Draw what training images become under --augment
    ///
    /// A row for each image: itself, then what the first nine epochs of gradito train --augment with
    /// this seed are given in its place.
    Augment(AugmentArguments),
    /// Draw how runs went: cost, accuracy, learning rate, epoch by epoch
    ///
    /// A run is what gradito train --metrics wrote, or is writing. Without --out it is drawn in the
    /// terminal.
    Report(ReportArguments),
    /// Report a model's accuracy, cost and confusions on labelled data
    ///
    /// Evaluates on the test set: MNIST's; that of an IDX folder; or, of the data the model was
    /// trained on, the part that training put aside. Data it was not trained on is taken whole.
    Eval(EvalArguments),
    /// Say what a model sees in images, or in the rows of a CSV file
    ///
    /// Photographs are prepared the way MNIST was: paper and ink are found, the digit is cut out,
    /// scaled and centred. What is drawn is what the network was given.
    Predict(PredictArguments),
    /// Show what a model is, where it comes from and what it needs
    Inspect(InspectArguments),
    /// Turn a trained model into one of 8-bit numbers
    ///
    /// It takes a quarter of the flash, or less with --weights, and a fraction of the time, and gives
    /// the same scores on every machine, in whole numbers. The ranges of activations are measured on
    /// training samples alone; that no sum can overflow, whatever the inputs, is proved from the
    /// weights.
    Quantize(QuantizeArguments),
    /// Run and train a model on a board, real or emulated
    ///
    /// The board runs gradito's firmware and is reached over a serial port; --emulate starts one in
    /// QEMU, with firmware built for the model.
    #[command(subcommand)]
    Device(DeviceCommand),
    /// Repeat on this machine what a device has learnt, from its log
    ///
    /// Ends with the digests of the device, bit for bit, or says which differ.
    Replay(ReplayArguments),
    /// Write a model in the format of another tool
    ///
    /// The same parameters, to the last bit. bin is the model image as it lies in flash, hex and uf2
    /// put it at its address on a board, and rust is a source file that holds it. c is a header and
    /// a source that infer without any library, and give gradito's outputs to the last bit.
    /// safetensors and onnx are what Python libraries read.
    Export(ExportArguments),
    /// Walk through the chapter's lessons: numbers, pictures, what to try
    ///
    /// Without a name, lists them. Every number and every figure is computed when it is shown. With
    /// --html, writes all lessons as pages that need no network, in English and Spanish.
    Lesson(LessonArguments),
    /// Write a model to a board, through a debug probe
    ///
    /// The firmware stays as it is, and uses the new model from its next start on, which follows at
    /// once. probe-rs, a program of its own, does the work.
    Flash(FlashArguments),
}

/// `gradito lesson`.
#[derive(Args, Debug)]
#[command(group(ArgGroup::new("how").args(["step", "html", "figures", "check"])))]
pub struct LessonArguments {
    /// The lesson: its name or number; without one, all of them
    #[arg(value_name = "LESSON", value_parser = lesson)]
    pub lesson: Option<&'static Lesson>,
    /// Wait for Enter before each step of a figure
    #[arg(long, requires = "lesson")]
    pub step: bool,
    /// Language in the terminal: en, es [default: the locale's]
    #[arg(long, value_name = "LANG", value_parser = Language::from_str)]
    pub lang: Option<Language>,
    /// Write the lessons as pages into this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub html: Option<PathBuf>,
    /// Write the figures into this folder: SVG, PNG, text
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub figures: Option<PathBuf>,
    /// Compare all numbers with what is expected
    #[arg(long)]
    pub check: bool,
    /// Print one JSON object: the lessons, or the numbers found
    #[arg(long)]
    pub json: bool,
}

/// A lesson by its name or number.
fn lesson(text: &str) -> Result<&'static Lesson, String> {
    Lesson::named(text).ok_or_else(|| {
        let names: Vec<_> = LESSONS.iter().map(|lesson| lesson.name).collect();
        format!("the lessons are 0 to {}: {}", names.len() - 1, names.join(", "))
    })
}

/// `gradito recipes`.
#[derive(Args, Debug)]
pub struct RecipesArguments {
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

/// `gradito train`.
#[derive(Args, Debug)]
pub struct TrainArguments {
    /// Train by a recipe: its name or a TOML file
    ///
    /// gradito recipes lists those there are. A recipe is a list of flags; those given besides override
    /// its own.
    #[arg(long, value_name = "RECIPE", help_heading = "Network")]
    pub recipe: Option<String>,
    /// The network.
    #[command(flatten)]
    pub network: NetworkArguments,
    /// Start from this model instead of a new network
    ///
    /// Layers and cost are the model's; the data must have its inputs and classes.
    #[arg(long, value_name = "MODEL", conflicts_with_all = ["layers", "activation", "cost", "output", "init", "math"], value_hint = ValueHint::FilePath, help_heading = "Network")]
    pub from: Option<PathBuf>,
    /// The training.
    #[command(flatten)]
    pub training: TrainingArguments,
    /// What goes beyond plain SGD.
    #[command(flatten)]
    pub method: MethodArguments,
    /// The data.
    #[command(flatten)]
    pub data: DataArguments,

    /// Where the model image goes
    #[arg(long, value_name = "FILE", default_value = "digits.gradito", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub out: PathBuf,
    /// Write a JSON line for each epoch to this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub metrics: Option<PathBuf>,
    /// How it is kept.
    #[command(flatten)]
    pub keep: KeepArguments,
    /// Do not look at the test set
    ///
    /// For choosing among trainings, which must not depend on it.
    #[arg(long, help_heading = "Output")]
    pub no_test: bool,
    /// Print one JSON object on standard output
    #[arg(long, help_heading = "Output")]
    pub json: bool,

    /// Worker threads [default: 1, or all cores if they gain]
    ///
    /// They gain on wide layers and large batches; a batch of 10 through a small network is done
    /// before a second thread has heard of it. The result is the same.
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = threads, help_heading = "Machine")]
    pub threads: Option<NonZeroUsize>,
    /// Vector instructions [default: the fastest]
    ///
    /// One of baseline, avx2 and avx512, as far as the machine has it; the result is the same.
    #[arg(long, value_name = "LEVEL", help_heading = "Machine")]
    pub simd: Option<Level>,
}

/// A network that is not there yet.
#[derive(Args, Debug)]
pub struct NetworkArguments {
    /// Widths, inputs to outputs
    ///
    /// The first is that of the inputs (pixels or features), the last the number of classes; any
    /// number of hidden layers lies between.
    #[arg(long, value_name = "WIDTHS", default_value = "784-30-10", help_heading = "Network")]
    pub layers: Topology,
    /// Activation of the hidden layers
    ///
    /// One of sigmoid, tanh, relu and identity.
    #[arg(long, value_name = "NAME", default_value_t = ActivationKind::Sigmoid, value_parser = hidden, help_heading = "Network")]
    pub activation: ActivationKind,
    /// What training makes small
    ///
    /// One of quadratic, cross-entropy (both on sigmoid outputs) and softmax (cross-entropy on
    /// softmax outputs).
    #[arg(long, value_name = "NAME", default_value_t = CostKind::Quadratic, help_heading = "Network")]
    pub cost: CostKind,
    /// Activation of the outputs [default: the cost's]
    ///
    /// Unless given, it follows from the cost: sigmoid for quadratic and cross-entropy, softmax for
    /// softmax. The quadratic cost takes tanh, relu and identity as well.
    #[arg(long, value_name = "NAME", help_heading = "Network")]
    pub output: Option<ActivationKind>,
    /// Scheme of the first weights
    ///
    /// Normally distributed with variance 1/inputs (scaled) or 1 (unit).
    #[arg(long, value_name = "NAME", default_value_t = InitKind::Scaled, help_heading = "Network")]
    pub init: InitKind,
    /// Software for exp and tanh
    ///
    /// One of poly (fast, good to 2 ulp), libm and micromath (small, coarse). A device must use the
    /// same; the model image says which.
    #[arg(long, value_name = "NAME", default_value_t = MathKind::Poly, help_heading = "Network")]
    pub math: MathKind,
}

/// How it is trained.
#[derive(Args, Debug)]
pub struct TrainingArguments {
    /// Passes over the training samples
    #[arg(long, value_name = "N", default_value = "30", allow_negative_numbers = true, value_parser = at_least_one::<NonZeroU32>, help_heading = "Training")]
    pub epochs: NonZeroU32,
    /// Samples in a mini-batch
    #[arg(long, value_name = "N", default_value = "10", allow_negative_numbers = true, value_parser = at_least_one::<NonZeroUsize>, help_heading = "Training")]
    pub batch: NonZeroUsize,
    /// Learning rate η
    #[arg(long, value_name = "RATE", default_value = "3.0", allow_negative_numbers = true, value_parser = positive, help_heading = "Training")]
    pub eta: f32,
    /// Seed of all chance
    ///
    /// The first weights, the order of the samples and the division of data follow from it.
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true, value_parser = whole::<u64>, help_heading = "Training")]
    pub seed: u64,
    /// Stop after so many mini-batches
    ///
    /// With 0 the model is that of the starting point.
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole::<u64>, help_heading = "Training")]
    pub steps: Option<u64>,
    /// Do not train the first so many layers
    #[arg(long, value_name = "N", default_value = "0", allow_negative_numbers = true, value_parser = whole::<usize>, help_heading = "Training")]
    pub freeze: usize,
}

/// What it is trained on.
#[derive(Args, Debug)]
pub struct DataArguments {
    /// mnist, a folder, or a CSV file
    ///
    /// A folder holds IDX files as MNIST's (plain or gzip'd), or one sub-folder of PNG or PGM images
    /// for each class. Own data without a test set is divided 70/15/15 into training, validation
    /// and test part.
    #[arg(long, value_name = "DATA", default_value = "mnist", value_parser = source, value_hint = ValueHint::AnyPath, help_heading = "Data")]
    pub data: Source,
    /// Test set of its own: a folder or CSV file like --data
    #[arg(long, value_name = "DATA", value_hint = ValueHint::AnyPath, help_heading = "Data")]
    pub test: Option<Source>,
    /// Validation samples [default: 10000 of MNIST, else 15 %]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole::<usize>, help_heading = "Data")]
    pub validation: Option<usize>,
    /// Label of a CSV file: first, last or the column's name
    ///
    /// Unless given: the column called label, class, target or digit if there is one, else the last.
    #[arg(long, value_name = "COLUMN", help_heading = "Data")]
    pub label: Option<LabelColumn>,
    /// Prepare images like MNIST: crop, scale, centre
    #[arg(long, help_heading = "Data")]
    pub prepare: bool,
    /// Prepare images to this size
    ///
    /// Each side from 4 to 1024; 28x28 unless given with --prepare.
    #[arg(long, value_name = "WxH", value_parser = size, help_heading = "Data")]
    pub size: Option<(u16, u16)>,
    /// Make images black and white: pixels of one bit
    ///
    /// Where paper ends and ink begins is found in the training images, and stored in the model,
    /// which sees all its images so. With --from it is the model's.
    #[arg(long, help_heading = "Data")]
    pub bits: bool,
    /// Deskew, crop and pool images first
    ///
    /// What there is of deskew, crop1 to crop7 and pool2 to pool8, joined by commas in that order.
    /// Deskewing shifts the rows of an image so that what is written slanted stands upright; cropN
    /// leaves out a border of N pixels; poolK takes the mean of each square of K times K pixels, so
    /// that deskew,crop4,pool2 makes 10x10 of 28x28 images: --layers 100-30-10. For images of at most
    /// 64 pixels a side, of all shades. All models made from this one do the same, on a device as well;
    /// with --from it is the model's.
    #[arg(long, value_name = "HOW", default_value_t = Stages::NONE, conflicts_with = "bits", help_heading = "Data")]
    pub stage: Stages,
}

/// `gradito eval`.
#[derive(Args, Debug)]
pub struct EvalArguments {
    /// The model image
    #[arg(value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// The samples.
    #[command(flatten)]
    pub set: TestSetArguments,
    /// Worker threads [default: 1, or all cores if they gain]
    ///
    /// The result is the same.
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = threads)]
    pub threads: Option<NonZeroUsize>,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

/// What a model is tested on.
#[derive(Args, Debug)]
pub struct TestSetArguments {
    /// mnist, a folder, or a CSV file
    ///
    /// A folder holds IDX files as MNIST's (plain or gzip'd), or one sub-folder of PNG or PGM images
    /// for each class.
    #[arg(long, value_name = "DATA", default_value = "mnist", value_parser = source, value_hint = ValueHint::AnyPath)]
    pub data: Source,
    /// Label of a CSV file: first, last or the column's name
    ///
    /// Unless given: the column called label, class, target or digit if there is one, else the last.
    #[arg(long, value_name = "COLUMN")]
    pub label: Option<LabelColumn>,
    /// Take all samples of --data, not the test part
    #[arg(long)]
    pub all: bool,
}

/// `gradito predict`.
#[derive(Args, Debug)]
pub struct PredictArguments {
    /// The model image
    #[arg(value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// PNG or PGM files, MNIST test images (test:17), or a CSV file
    #[arg(required = true, value_name = "IMAGE", value_hint = ValueHint::FilePath)]
    pub images: Vec<String>,
    /// Label of a CSV file: first, last or the column's name
    ///
    /// Unless given: the column called label, class, target or digit if there is one, else the last.
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

/// `gradito quantize`.
#[derive(Args, Debug)]
pub struct QuantizeArguments {
    /// The model image
    #[arg(value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// Its data: mnist, a folder or CSV file
    ///
    /// What it was trained on. Ranges are measured on its training part; the test part says what is lost.
    #[arg(long, value_name = "DATA", default_value = "mnist", value_parser = source, value_hint = ValueHint::AnyPath)]
    pub data: Source,
    /// Label of a CSV file: first, last or the column's name
    ///
    /// Unless given: the column called label, class, target or digit if there is one, else the last.
    #[arg(long, value_name = "COLUMN")]
    pub label: Option<LabelColumn>,
    /// Read pixels of one bit
    ///
    /// As a model does that was trained with --bits; another is given images it was not trained
    /// for, and loses more. Where paper ends and ink begins is found in the training images.
    #[arg(long)]
    pub bits: bool,
    /// Weights: i8, i4, i2, ternary
    ///
    /// i4 and i2 take 4 and 2 bits, ternary takes 1.6: words of 32 bits have 8, 16 or 20 of them,
    /// so that widths of these multiples waste none. They lose more, unless the model was trained
    /// with --weights of the same.
    #[arg(long, value_name = "KIND", default_value = "i8", value_parser = weights)]
    pub weights: WeightKind,
    /// Where it goes [default: MODEL-int8.gradito]
    ///
    /// Unless given, it goes to the current folder, under the name of the model and -int8, -i4, -i2
    /// or -ternary.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

/// `gradito replay`.
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

/// `gradito export`.
#[derive(Args, Debug)]
pub struct ExportArguments {
    /// The model image
    #[arg(value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// bin, hex, uf2, c, rust, safetensors or onnx
    #[arg(long, value_name = "FORMAT")]
    pub format: Format,
    /// Board that the model is for; hex and uf2 need one
    ///
    /// It says where in flash the model belongs. A model that does not fit the board is refused,
    /// whatever the format.
    #[arg(long, value_name = "BOARD", value_parser = board)]
    pub board: Option<&'static Board>,
    /// Where it goes [default: the model's name]
    ///
    /// Unless given, it goes to the current folder, under the name of the model with the extension
    /// of the format. c writes a header beside the source.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

/// `gradito flash`.
#[derive(Args, Debug)]
pub struct FlashArguments {
    /// The model image
    #[arg(value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// The board
    #[arg(long, value_name = "BOARD", value_parser = board)]
    pub board: &'static Board,
    /// Print the commands and run none
    #[arg(long)]
    pub dry_run: bool,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

/// The board of that name, or else the names there are.
fn board(text: &str) -> Result<&'static Board, String> {
    gradito_link::board::named(text)
        .ok_or_else(|| format!("unknown board; there are {}", board_names()))
}

/// The names of all boards.
pub fn board_names() -> String {
    BOARDS.iter().map(|board| board.name).collect::<Vec<_>>().join(", ")
}

/// Most worker threads: far more than help, few enough to be started.
const MOST_THREADS: usize = 1024;

/// A whole number, or else what it must be.
pub fn whole<T: FromStr>(text: &str) -> Result<T, String> {
    integer(text, "0")
}

/// A whole number that is not 0, or else what it must be.
pub fn at_least_one<T: FromStr>(text: &str) -> Result<T, String> {
    integer(text, "1")
}

fn integer<T: FromStr>(text: &str, least: &str) -> Result<T, String> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_large = digits && text.bytes().any(|byte| byte != b'0');
    text.parse().map_err(|_| {
        if is_large {
            "it is too large".to_owned()
        } else {
            format!("it must be a whole number, at least {least}")
        }
    })
}

pub fn threads(text: &str) -> Result<NonZeroUsize, String> {
    text.parse()
        .ok()
        .filter(|count: &NonZeroUsize| count.get() <= MOST_THREADS)
        .ok_or_else(|| format!("it must be a whole number from 1 to {MOST_THREADS}"))
}

/// An activation that a hidden layer can have.
pub fn hidden(text: &str) -> Result<ActivationKind, String> {
    match text.parse() {
        Ok(ActivationKind::Softmax) => Err(SettingsError::HiddenSoftmax.to_string()),
        Ok(kind) => Ok(kind),
        Err(_) => Err("it must be sigmoid, tanh, relu or identity".to_owned()),
    }
}

/// A kind of weights.
pub fn weights(text: &str) -> Result<WeightKind, String> {
    WeightKind::ALL
        .into_iter()
        .find(|kind| kind.name() == text)
        .ok_or_else(|| format!("it must be {}", WeightKind::ALL.map(WeightKind::name).join(", ")))
}

/// A source of data; an empty name is what an unset variable of a shell leaves.
pub fn source(text: &str) -> Result<Source, String> {
    match text {
        "" => Err("it is empty; name mnist, a folder or a CSV file".to_owned()),
        _ => Ok(Source::from_str(text).unwrap_or_else(|never| match never {})),
    }
}

/// A number that `holds`, or else what it must be.
fn number(text: &str, holds: impl Fn(f32) -> bool, must: &str) -> Result<f32, String> {
    match f32::from_str(text) {
        Ok(value) if value.is_finite() && holds(value) => Ok(value),
        _ => Err(format!("it must be {must}")),
    }
}

pub fn positive(text: &str) -> Result<f32, String> {
    number(text, |value| value > 0.0, "a positive number")
}

pub fn not_negative(text: &str) -> Result<f32, String> {
    number(text, |value| value >= 0.0, "0 or a positive number")
}

pub fn below_one(text: &str) -> Result<f32, String> {
    number(text, |value| (0.0..1.0).contains(&value), "at least 0 and below 1")
}

pub fn share(text: &str) -> Result<f32, String> {
    number(text, |value| (0.0..=1.0).contains(&value), "from 0 to 1")
}

/// `28x28`.
fn size(text: &str) -> Result<(u16, u16), String> {
    let side = |text: &str| u16::from_str(text).ok().filter(|&side| (4..=1024).contains(&side));
    text.split_once('x')
        .and_then(|(width, height)| Some((side(width)?, side(height)?)))
        .ok_or_else(|| "write width x height, each from 4 to 1024, as in 28x28".to_owned())
}
