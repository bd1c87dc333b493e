//! `gradito predict`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use serde::Serialize;

use super::CliError;
use super::output::{one_line, print, print_json};
use crate::data::{self, Dataset, InputKind, Inputs, LabelColumn, Polarity, Sample, mnist};
use crate::model::{AnyModel, Evaluate, Model};
use crate::network::Machine;
use crate::picture::{self, Steps};
use crate::simd::Level;
use crate::terminal::{self, Style};
use crate::training::Evaluation;

/// Its flags.
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

/// What `predict --json` prints.
#[derive(Serialize)]
struct Report<'a> {
    images: Vec<Answer<'a>>,
}

/// What the network says of one input.
#[derive(Serialize)]
struct Answer<'a> {
    /// As it was named.
    source: &'a str,
    /// The line of a CSV file.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    /// The position of the class.
    class: usize,
    /// Its name.
    name: &'a str,
    /// What it should be, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// The outputs.
    scores: Vec<f32>,
    /// The pixels the network was given.
    #[serde(skip)]
    pixels: Vec<u8>,
    /// How they were made.
    #[serde(skip)]
    steps: Option<Steps>,
}

/// What a network is given, and where it comes from.
pub struct Input<'a> {
    source: &'a str,
    line: Option<u64>,
    label: Option<String>,
    values: Values,
    steps: Option<Steps>,
}

enum Values {
    Pixels(Vec<u8>),
    Features(Vec<f32>),
}

/// Predicts.
pub fn run(arguments: &PredictArguments) -> Result<(), CliError> {
    match AnyModel::read(&arguments.model)? {
        AnyModel::F32(model) => predict(arguments, &model),
        AnyModel::Quantized(model) => predict(arguments, &model),
    }
}

fn predict<N: Evaluate>(arguments: &PredictArguments, model: &Model<N>) -> Result<(), CliError> {
    let inputs = inputs(&arguments.images, arguments.label.as_ref(), model)?;
    let set = dataset(&inputs, model);
    let evaluation = model
        .evaluate(set, &Machine::single(Level::best()))
        .map_err(|cause| CliError::NotFinite { model: arguments.model.clone(), cause })?;
    let Evaluation { outputs, answers, .. } = evaluation;
    report(inputs, &outputs, &answers, model, arguments.verbose, arguments.json)
}

/// What `sources` name.
pub fn inputs<'a, N: Evaluate>(
    sources: &'a [String],
    label: Option<&LabelColumn>,
    model: &Model<N>,
) -> Result<Vec<Input<'a>>, CliError> {
    let mut inputs = Vec::new();
    for source in sources {
        inputs.extend(read(source, label, model)?);
    }
    Ok(inputs)
}

/// Prints what the network says: its outputs for each input, one after the other, and its classes.
pub fn report<N>(
    inputs: Vec<Input<'_>>,
    scores: &[f32],
    answers: &[u16],
    model: &Model<N>,
    verbose: bool,
    json: bool,
) -> Result<(), CliError> {
    let scores = scores.chunks_exact(model.classes.len());
    let images: Vec<_> = inputs
        .into_iter()
        .zip(scores.zip(answers))
        .map(|(input, (scores, &class))| answer(input, scores, class.into(), model))
        .collect();
    if json {
        return print_json(&Report { images });
    }
    let style = Style::of_stdout();
    let mut text = String::new();
    for (position, answer) in images.iter().enumerate() {
        if position > 0 && !answer.pixels.is_empty() {
            text.push('\n');
        }
        text += &describe(answer, model, verbose, &style);
    }
    print(&text)
}

/// The inputs that `source` names: one, or the rows of a CSV file.
fn read<'a, N: Evaluate>(
    source: &'a str,
    label: Option<&LabelColumn>,
    model: &Model<N>,
) -> Result<Vec<Input<'a>>, CliError> {
    let InputKind::Pixels { width, height, polarity, prepared, threshold, .. } = model.input else {
        if source.starts_with("test:") {
            let wants = format!("{} features", model.topology().inputs());
            let (source_name, instead) = (source.to_owned(), "a CSV file");
            return Err(CliError::NotDigits { source_name, wants, instead });
        }
        let label = label.cloned().unwrap_or_default();
        let rows = data::read_features(Path::new(source), &label, &model.input)?;
        return Ok(rows
            .into_iter()
            .map(|row| Input {
                source,
                line: Some(row.line),
                label: row.label,
                values: Values::Features(row.features),
                steps: None,
            })
            .collect());
    };
    let (pixels, label, steps) = match source.strip_prefix("test:") {
        Some(index) => {
            if (width, height) != (mnist::SIDE, mnist::SIDE) {
                let wants = format!("{width}x{height} images");
                let (source_name, instead) = (source.to_owned(), "image files");
                return Err(CliError::NotDigits { source_name, wants, instead });
            }
            let (pixels, label) = test_image(index)?;
            (pixels, Some(label), None)
        }
        None => {
            let path = Path::new(source);
            let image = picture::read(path)?;
            if prepared {
                let prepared =
                    picture::prepare(&image, width, height).map_err(|error| error.at(path))?;
                (prepared.pixels, None, Some(prepared.steps))
            } else {
                if (image.width, image.height) != (width.into(), height.into()) {
                    return Err(CliError::PictureSize {
                        source_name: source.to_owned(),
                        found: format!("{}x{}", image.width, image.height),
                        wants: format!("{width}x{height} pixels"),
                    });
                }
                let byte = |&byte: &u8| match polarity {
                    Polarity::InkHigh => byte,
                    Polarity::InkLow => 255 - byte,
                };
                (image.pixels.iter().map(byte).collect(), None, None)
            }
        }
    };
    let pixels = match threshold {
        Some(ink) => pixels.iter().map(|&v| if v >= ink.get() { u8::MAX } else { 0 }).collect(),
        None => pixels,
    };
    Ok(vec![Input { source, line: None, label, values: Values::Pixels(pixels), steps }])
}

/// The MNIST test image of that number, and its label.
fn test_image(index: &str) -> Result<(Vec<u8>, String), CliError> {
    let set = mnist::test()?;
    let number = index.parse().ok().filter(|&number: &usize| number < set.len());
    let number = number.ok_or_else(|| CliError::NoTestImage {
        index: index.chars().take(20).collect(),
        last: set.len() - 1,
    })?;
    let pixels = match set.sample(number) {
        Sample::Pixels(pixels) => pixels.to_vec(),
        Sample::Features(_) => Vec::new(),
    };
    Ok((pixels, set.labels()[number].to_string()))
}

/// The inputs, before all stages.
pub fn dataset<N: Evaluate>(inputs: &[Input<'_>], model: &Model<N>) -> Dataset {
    let (mut pixels, mut features) = (Vec::new(), Vec::new());
    for input in inputs {
        match &input.values {
            Values::Pixels(values) => pixels.extend_from_slice(values),
            Values::Features(values) => features.extend_from_slice(values),
        }
    }
    // What their classes are is what is asked; any will do.
    let labels = vec![0; inputs.len()];
    let values = match model.input {
        InputKind::Pixels { .. } => Inputs::Pixels(pixels),
        InputKind::Features { .. } => Inputs::Features(features),
    };
    Dataset::new(model.input.width(), values, labels)
}

/// What the network says of an input.
fn answer<'a, N>(
    input: Input<'a>,
    scores: &[f32],
    class: usize,
    model: &'a Model<N>,
) -> Answer<'a> {
    let pixels = match input.values {
        Values::Pixels(pixels) => pixels,
        Values::Features(_) => Vec::new(),
    };
    Answer {
        source: input.source,
        line: input.line,
        class,
        name: model.classes.get(class).map_or("", String::as_str),
        label: input.label,
        scores: scores.to_vec(),
        pixels,
        steps: input.steps,
    }
}

/// An answer for people.
fn describe<N>(answer: &Answer<'_>, model: &Model<N>, verbose: bool, style: &Style) -> String {
    let mut text = one_line(answer.source);
    if let Some(line) = answer.line {
        let _ = write!(text, ":{line}");
    }
    let score = answer.scores.get(answer.class).copied().unwrap_or(0.0);
    let _ = write!(text, ": {} ({score:.3})", one_line(answer.name));
    if let Some(label) = &answer.label {
        let _ = write!(text, ", labelled {}", one_line(label));
    }
    text.push('\n');
    if verbose && let Some(steps) = &answer.steps {
        let _ = writeln!(text, "{steps}");
    }
    let InputKind::Pixels { width, height, .. } = model.input else {
        return text;
    };
    text += &terminal::draw_image(&answer.pixels, width.into(), height.into(), style);
    text + &terminal::bars(&model.classes, &answer.scores, style)
}
