//! `gradito quantize`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use gradito_core::quantized::weights::WeightKind;
use serde::Serialize;

use super::CliError;
use super::eval::shades;
use super::output::{count, hex, note, one_line, percent, print, print_json};
use super::values::{source, weights};
use crate::data::{self, Data, DataOptions, Dataset, InputKind, LabelColumn, Shades, Source};
use crate::model::{Destination, Evaluate, Model, ModelError};
use crate::network::Machine;
use crate::quantize::QuantizedNetwork;
use crate::simd::Level;
use crate::terminal;

/// Its flags.
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

/// What `quantize --json` prints.
#[derive(Serialize)]
struct Report {
    topology: String,
    weights: &'static str,
    /// From which byte on a pixel is 1, if pixels have one bit.
    threshold: Option<u8>,
    calibration_samples: usize,
    test_samples: usize,
    /// Of the model, on the same samples.
    parent_accuracy: Option<f64>,
    test_accuracy: Option<f64>,
    digest: String,
    parent_digest: String,
    bytes: usize,
    model: String,
}

/// Quantises a model.
pub fn run(arguments: &QuantizeArguments) -> Result<(), CliError> {
    let parent = Model::read(&arguments.model)?;
    let out = arguments.out.clone().unwrap_or_else(|| default_out(arguments));
    let destination = Destination::new(&out)?;
    let Data { train, test, digest, input, .. } = training_data(arguments, &parent)?;
    let calibration_samples = train.len();
    if digest != parent.provenance.data_digest {
        note("note: this is not the data that the model was trained on");
    }
    let parent = Model { input, ..parent };
    let mut model = parent
        .quantized(arguments.weights, train)
        .map_err(|cause| CliError::Quantize { model: arguments.model.clone(), cause })?;
    let before = accuracy(&parent, &test, &arguments.model)?;
    let after = accuracy(&model, &test, &arguments.model)?;
    model.provenance.test_samples = test.len() as u32;
    model.provenance.test_correct = after;
    let failed = |cause| ModelError::Image { path: out.clone(), cause };
    let bytes = Model::<QuantizedNetwork>::to_bytes(&model).map_err(failed)?;
    destination.write(&bytes)?;
    let share = |correct: u32| (!test.is_empty()).then(|| f64::from(correct) / test.len() as f64);
    let report = Report {
        topology: model.topology().to_string(),
        weights: arguments.weights.name(),
        threshold: match model.input {
            InputKind::Pixels { threshold, .. } => threshold.map(|threshold| threshold.get()),
            InputKind::Features { .. } => None,
        },
        calibration_samples,
        test_samples: test.len(),
        parent_accuracy: share(before),
        test_accuracy: share(after),
        digest: hex(&model.digest()),
        parent_digest: hex(&model.provenance.parent_digest),
        bytes: bytes.len(),
        model: out.display().to_string(),
    };
    if arguments.json { print_json(&report) } else { print(&words(&report)) }
}

/// The model's name and that of its weights, in the current folder.
fn default_out(arguments: &QuantizeArguments) -> PathBuf {
    let model = &arguments.model;
    let mut name = model.file_stem().unwrap_or(model.as_os_str()).to_owned();
    let kind = match arguments.weights {
        WeightKind::I8 => "int8",
        kind => kind.name(),
    };
    name.push(format!("-{kind}.gradito"));
    name.into()
}

/// The data, divided as for the training of `model`.
fn training_data(arguments: &QuantizeArguments, model: &Model) -> Result<Data, CliError> {
    let (size, prepare) = match model.input {
        InputKind::Pixels { width, height, prepared: true, .. } => (Some((width, height)), true),
        _ => (None, false),
    };
    let data = data::load(&DataOptions {
        label: arguments.label.clone().unwrap_or_default(),
        size,
        prepare,
        shades: match shades(&model.input) {
            Shades::All if arguments.bits => Shades::Two,
            shades => shades,
        },
        stages: model.input.stages(),
        seed: model.provenance.seed,
        ..DataOptions::new(arguments.data.clone())
    })?;
    // --bits changes the inputs, and nothing else may.
    let mut input = data.input.clone();
    if let (InputKind::Pixels { threshold, .. }, InputKind::Pixels { threshold: wanted, .. }) =
        (&mut input, &model.input)
    {
        *threshold = *wanted;
    }
    let what = match () {
        () if data.classes != model.classes => "classes",
        () if input != model.input => "inputs, or their scaling,",
        () => return Ok(data),
    };
    Err(CliError::OtherData { name: data.name, what, model: arguments.model.clone() })
}

/// How many of the samples are recognised.
fn accuracy<N: Evaluate>(model: &Model<N>, set: &Dataset, path: &Path) -> Result<u32, CliError> {
    let evaluation = model
        .evaluate(set.clone(), &Machine::single(Level::best()))
        .map_err(|cause| CliError::NotFinite { model: path.to_owned(), cause })?;
    Ok(evaluation.report.correct)
}

/// The report for people.
fn words(report: &Report) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| text += &format!("{name:<14} {value}\n");
    if let (Some(before), Some(after)) = (report.parent_accuracy, report.test_accuracy) {
        let samples = count(report.test_samples as u64, "test sample");
        line(
            "test accuracy",
            &format!("{} of {samples}, {} in f32", percent(after), percent(before)),
        );
    }
    if let Some(threshold) = report.threshold {
        line("inputs", &format!("pixels of one bit: ink from {threshold} on"));
    }
    line("weights", report.weights);
    line("sums", "proved to fit 32 bits, whatever the inputs");
    line("digest", &report.digest);
    let size = terminal::bytes(report.bytes as u64);
    line("model", &format!("{} ({size})", one_line(&report.model)));
    text
}
