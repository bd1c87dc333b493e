//! `gradito eval`.

use std::fmt::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueHint};
use gradito_core::layer::LayerShape;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::arguments::TestSetArguments;
use super::output::{count, hex, note, one_line, percent, print, print_json};
use super::{CliError, values};
use crate::data::{
    self, DataError, DataOptions, Dataset, InputKind, LabelColumn, Sample, Shades, Source,
};
use crate::model::{AnyModel, Evaluate, Model};
use crate::network::{Machine, threads};
use crate::simd::Level;
use crate::terminal::{self, Style, Tile};
use crate::training::{Evaluation, TrainError};

/// Its flags.
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
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = values::threads)]
    pub threads: Option<NonZeroUsize>,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

/// The mistakes that are drawn.
const DRAWN: usize = 8;

/// What `eval --json` prints.
#[derive(Serialize)]
struct Report<'a> {
    accuracy: f64,
    cost: f64,
    samples: u32,
    classes: &'a [String],
    confusion: Vec<&'a [u64]>,
    outputs_digest: String,
}

/// Evaluates a model.
pub fn run(arguments: &EvalArguments) -> Result<(), CliError> {
    match AnyModel::read(&arguments.model)? {
        AnyModel::F32(model) => evaluate(arguments, &model),
        AnyModel::Quantized(model) => evaluate(arguments, &model),
    }
}

fn evaluate<N: Evaluate>(arguments: &EvalArguments, model: &Model<N>) -> Result<(), CliError> {
    let (set, name) = samples(&arguments.set, model)?;
    if set.is_empty() {
        return Err(CliError::Empty { name });
    }
    let images = set.clone();
    let labels = set.labels().to_vec();
    let parameters = model.network.shapes().iter().map(LayerShape::parameters).sum();
    let threads = arguments.threads.unwrap_or_else(|| threads(parameters, labels.len()));
    let machine = Machine::new(Level::best(), threads.get()).map_err(TrainError::Threads)?;
    let evaluation = model
        .evaluate(set, &machine)
        .map_err(|cause| CliError::NotFinite { model: arguments.model.clone(), cause })?;
    let classes = model.classes.len();
    let mut confusion = vec![0; classes * classes];
    for (&label, &answer) in labels.iter().zip(&evaluation.answers) {
        confusion[usize::from(label) * classes + usize::from(answer)] += 1;
    }
    let accuracy = evaluation.report.accuracy().unwrap_or(0.0);
    let cost = evaluation.report.mean_cost().unwrap_or(0.0);
    if arguments.json {
        return print_json(&Report {
            accuracy,
            cost,
            samples: evaluation.report.samples,
            classes: &model.classes,
            confusion: confusion.chunks_exact(classes).collect(),
            outputs_digest: hex(&outputs_digest(&evaluation.outputs)),
        });
    }
    let style = Style::of_stdout();
    let samples = evaluation.report.samples.into();
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{}: {} of {}, cost {cost:.5}\n",
        one_line(&name),
        percent(accuracy),
        count(samples, "sample")
    );
    text += &terminal::confusion(&confusion, &model.classes, &style);
    text += &mistakes(model, &images, &evaluation, &style);
    print(&text)
}

/// SHA-256 of outputs, sample after sample, each an `f32`, little-endian.
pub fn outputs_digest(outputs: &[f32]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for output in outputs {
        hash.update(output.to_le_bytes());
    }
    hash.finalize().into()
}

/// The samples to evaluate `model` on, and their name.
pub fn samples<N>(
    arguments: &TestSetArguments,
    model: &Model<N>,
) -> Result<(Dataset, String), CliError> {
    let TestSetArguments { data: source, label, all: takes_all } = arguments;
    let label = label.clone().unwrap_or_default();
    let all = || data::load_for(source, &label, &model.input, &model.classes);
    let path = match source {
        Source::Mnist if *takes_all => {
            let mut options = DataOptions::new(Source::Mnist);
            options.validation = Some(0);
            options.shades = shades(&model.input);
            let data = data::load(&options)?;
            all()?;
            return Ok((data.train, "mnist, training set".to_owned()));
        }
        Source::Mnist => return Ok((all()?, "mnist, test set".to_owned())),
        Source::Path(path) => path,
    };
    let name = path.display().to_string();
    if *takes_all {
        return Ok((all()?, format!("{name}, all samples")));
    }
    Ok(match put_aside(source, label.clone(), model)? {
        Some(test) => (test, format!("{name}, the part put aside from training")),
        None => {
            let set = all()?;
            note(
                "note: no part of this data was put aside for this model; its test set, or all \
                 of it, is taken",
            );
            (set, name)
        }
    })
}

/// The shades that a model's images have.
pub fn shades(input: &InputKind) -> Shades {
    match input {
        InputKind::Pixels { threshold: Some(threshold), .. } => Shades::TwoFrom(*threshold),
        _ => Shades::All,
    }
}

/// The test part that training on this very data put aside, if the model was trained on it.
fn put_aside<N>(
    source: &Source,
    label: LabelColumn,
    model: &Model<N>,
) -> Result<Option<Dataset>, DataError> {
    let (size, prepare) = match model.input {
        InputKind::Pixels { width, height, prepared: true, .. } => (Some((width, height)), true),
        _ => (None, false),
    };
    let mut options = DataOptions {
        label,
        size,
        prepare,
        shades: shades(&model.input),
        seed: model.provenance.seed,
        ..DataOptions::new(source.clone())
    };
    for _ in 0..2 {
        // Data that cannot be divided was not divided for this model.
        let Ok(data) = data::load(&options) else { return Ok(None) };
        if data.digest == model.provenance.data_digest && data.classes == model.classes {
            return Ok((!data.test.is_empty()).then_some(data.test));
        }
        // A run with --validation divides what is not for the test in another way.
        let taught = data.train.len() + data.validation.len();
        let learnt = model.provenance.train_samples as usize;
        if options.validation.is_some() || learnt == data.train.len() || learnt > taught {
            break;
        }
        options.validation = Some(taught - learnt);
    }
    Ok(None)
}

/// The mistakes of which the network was surest, drawn small.
fn mistakes<N>(model: &Model<N>, set: &Dataset, evaluation: &Evaluation, style: &Style) -> String {
    let InputKind::Pixels { width, height, .. } = model.input else { return String::new() };
    let rows = evaluation.outputs.chunks_exact(model.classes.len());
    let rows = rows.zip(&evaluation.answers).zip(set.labels());
    let mut wrong: Vec<(usize, usize, usize, f32)> = rows
        .enumerate()
        .map(|(index, ((outputs, &answer), &label))| {
            let answer = usize::from(answer);
            (index, usize::from(label), answer, outputs[answer])
        })
        .filter(|&(_, label, answer, _)| label != answer)
        .collect();
    if wrong.is_empty() {
        return String::new();
    }
    // Surest first; of equals the first sample.
    wrong.sort_by(|a, b| b.3.total_cmp(&a.3).then(a.0.cmp(&b.0)));
    let captions: Vec<String> = wrong
        .iter()
        .take(DRAWN)
        .map(|&(index, label, answer, score)| {
            let (label, answer) = (&model.classes[label], &model.classes[answer]);
            format!("#{index} is {label}, said {answer} ({score:.2})")
        })
        .collect();
    let tiles: Vec<Tile> = wrong
        .iter()
        .zip(&captions)
        .filter_map(|(&(index, ..), caption)| match set.sample(index) {
            Sample::Pixels(pixels) => {
                Some(Tile { pixels, width: width.into(), height: height.into(), caption })
            }
            Sample::Features(_) => None,
        })
        .collect();
    format!(
        "\n{} of {}, the surest first:\n\n{}",
        tiles.len(),
        count(wrong.len() as u64, "mistake"),
        terminal::draw_images(&tiles, style)
    )
}
