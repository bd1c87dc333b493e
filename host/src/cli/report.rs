//! `gradito report`.

use std::fmt::Write;
use std::path::PathBuf;

use clap::{Args, ValueHint};
use serde::Serialize;

use super::CliError;
use super::output::{count, one_line, percent, print, print_json};
use crate::figure::{Figure, png, svg, text};
use crate::model::Destination;
use crate::report::{Run, figure};
use crate::terminal::Style;

/// `gradito report`.
#[derive(Args, Debug)]
pub struct ReportArguments {
    /// What gradito train --metrics wrote, a file a run
    #[arg(required = true, value_name = "RUN", value_hint = ValueHint::FilePath)]
    pub runs: Vec<PathBuf>,
    /// Write the picture to this file: .svg or .png
    #[arg(long, value_name = "FILE", value_parser = picture, value_hint = ValueHint::FilePath)]
    pub out: Option<Picture>,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

/// A file for a picture.
#[derive(Clone, Debug)]
pub struct Picture {
    path: PathBuf,
    draw: fn(&Figure) -> Result<Vec<u8>, CliError>,
}

/// The file of that name, whose extension says how it is drawn.
fn picture(text: &str) -> Result<Picture, String> {
    let path = PathBuf::from(text);
    let extension = path.extension().and_then(|extension| extension.to_str());
    let draw: fn(&Figure) -> _ = match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("svg") => |figure| Ok(svg(figure, &())?.into_bytes()),
        Some("png") => |figure| Ok(png(figure, &())?),
        _ => return Err("it must end in .svg or .png".to_owned()),
    };
    Ok(Picture { path, draw })
}

/// What `report --json` prints.
#[derive(Serialize)]
struct Report {
    runs: Vec<Entry>,
    picture: Option<String>,
}

/// A run of the report.
#[derive(Serialize)]
struct Entry {
    name: String,
    epochs: u32,
    train_cost: f64,
    train_accuracy: f64,
    validation_accuracy: Option<f64>,
    best_validation_accuracy: Option<f64>,
    best_epoch: Option<u32>,
    seconds: f64,
}

/// Draws runs.
pub fn run(arguments: &ReportArguments) -> Result<(), CliError> {
    let mut runs = Vec::with_capacity(arguments.runs.len());
    for path in &arguments.runs {
        let run = Run::read(path)?;
        runs.push(Run { name: one_line(&run.name), ..run });
    }
    // Two runs of one name are told apart by their folders.
    let shared: Vec<bool> = runs
        .iter()
        .map(|run| runs.iter().filter(|other| other.name == run.name).count() > 1)
        .collect();
    for ((run, path), _) in runs.iter_mut().zip(&arguments.runs).zip(shared).filter(|it| it.1) {
        run.name = one_line(&path.with_extension("").display().to_string());
    }
    let picture = figure(&runs);
    if let Some(Picture { path, draw }) = &arguments.out {
        Destination::new(path)?.write(&draw(&picture)?)?;
    }
    let out = arguments.out.as_ref().map(|picture| picture.path.display().to_string());
    let entries: Vec<Entry> = runs.iter().filter_map(entry).collect();
    if arguments.json {
        return print_json(&Report { runs: entries, picture: out });
    }
    let mut words = String::new();
    if out.is_none() {
        words = text(&picture, &(), &Style::of_stdout())?;
        words.push('\n');
    }
    for entry in &entries {
        words += &line(entry);
    }
    if let Some(out) = out {
        let _ = writeln!(words, "picture        {}", one_line(&out));
    }
    print(&words)
}

fn entry(run: &Run) -> Option<Entry> {
    let (last, best) = (run.epochs.last()?, run.best());
    Some(Entry {
        name: run.name.clone(),
        epochs: last.epoch,
        train_cost: last.cost,
        train_accuracy: last.train_accuracy,
        validation_accuracy: last.validation_accuracy,
        best_validation_accuracy: best.and_then(|best| best.validation_accuracy),
        best_epoch: best.map(|best| best.epoch),
        seconds: run.epochs.iter().map(|epoch| epoch.seconds).sum(),
    })
}

/// A run in a line.
fn line(entry: &Entry) -> String {
    let Entry { name, epochs, train_cost, train_accuracy, .. } = entry;
    let epochs = count(u64::from(*epochs), "epoch");
    let mut line =
        format!("{name}: {epochs}, cost {train_cost:.5}, training {}", percent(*train_accuracy));
    if let Some(accuracy) = entry.validation_accuracy {
        let _ = write!(line, ", validation {}", percent(accuracy));
    }
    if let (Some(accuracy), Some(epoch)) = (entry.best_validation_accuracy, entry.best_epoch) {
        let _ = write!(line, " (best {} in epoch {epoch})", percent(accuracy));
    }
    line + "\n"
}
