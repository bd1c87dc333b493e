//! The recipes, trained: `cargo xtask accuracy`.
//!
//! Every recipe is trained with every seed, and each training that ends is a line of
//! `docs/accuracy.jsonl` at once: a chore that was stopped goes on from there. A recipe that is
//! changed begins anew. From the lines come the table and the picture of `docs/accuracy.md`, and what
//! the recipes say is to be expected.

mod expected;
mod picture;
mod recipe;
mod record;
mod runs;
mod table;

use std::path::{Path, PathBuf};

use crate::Failure;
use crate::setup;
use crate::shell::{gradito, root, target};
use crate::steps::Steps;

use recipe::Recipe;
use record::Record;

/// What may follow on the command line.
pub const ARGUMENTS: &str = "[--row RECIPE] [--seed S] [--jobs N] [--device]";

/// The seeds.
const SEEDS: std::ops::RangeInclusive<u64> = 1..=5;

/// The command line.
#[derive(Default)]
struct Options {
    row: Option<String>,
    seed: Option<u64>,
    jobs: Option<usize>,
    device: bool,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self, Failure> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut value =
                || rest.next().ok_or_else(|| Failure::Usage(format!("{argument} takes a value")));
            let number = |text: &String| {
                text.parse::<u64>()
                    .ok()
                    .filter(|&number| number > 0)
                    .ok_or_else(|| Failure::Usage(format!("{text} is no number from 1 on")))
            };
            match argument.as_str() {
                "--row" => options.row = Some(value()?.clone()),
                "--seed" => options.seed = Some(number(value()?)?),
                "--jobs" => options.jobs = Some(number(value()?)? as usize),
                "--device" => options.device = true,
                other => return Err(Failure::Usage(format!("this does not take {other}"))),
            }
        }
        Ok(options)
    }
}

/// The release build of gradito, where its models go, and where figures are kept.
struct Place {
    program: PathBuf,
    models: PathBuf,
    docs: PathBuf,
}

impl Place {
    fn build() -> Result<Self, String> {
        let program = gradito()?;
        let models = target()?.join("accuracy");
        std::fs::create_dir_all(&models).map_err(|error| told(&models, &error))?;
        let docs = root().join("docs");
        Ok(Self { program, models, docs })
    }

    /// The model of a recipe and a seed.
    fn model(&self, recipe: &Recipe, seed: u64) -> PathBuf {
        self.models.join(format!("{}-{seed}.gradito", recipe.name))
    }
}

/// What the system says of a file.
fn told(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let options = Options::parse(arguments)?;
    let mut steps = Steps::default();
    if options.device {
        setup::install(setup::EMULATION, &mut steps);
    }
    steps.attempt("accuracy", || accuracy(&options));
    steps.finish()
}

/// What a recipe has reached.
pub struct Reached {
    pub name: String,
    /// How many trainings there are.
    pub runs: usize,
    /// Their mean test accuracy, in per cent.
    pub accuracy: f64,
    /// What it is to be.
    pub goal: f64,
    pub bytes: u64,
    /// Bytes there may be.
    pub room: f64,
}

/// What the recipes of a program have reached, as far as it is kept.
///
/// # Errors
///
/// If the program does not list them, or the record cannot be read.
pub fn reached(program: &Path) -> Result<Vec<Reached>, String> {
    let recipes = Recipe::all(program)?;
    let record = Record::read(&root().join("docs"))?;
    let row = |recipe: &Recipe| {
        let (found, bar) = (record.summary(recipe)?, recipe.bar()?);
        Some(Reached {
            name: recipe.name.clone(),
            runs: found.runs,
            accuracy: found.accuracy,
            goal: bar.goal,
            bytes: found.bytes,
            room: bar.bytes,
        })
    };
    Ok(recipes.iter().filter_map(row).collect())
}

fn accuracy(options: &Options) -> Result<(), String> {
    let place = Place::build()?;
    let recipes = Recipe::all(&place.program)?;
    let wanted = |recipe: &&Recipe| options.row.as_ref().is_none_or(|row| *row == recipe.name);
    let chosen: Vec<&Recipe> = recipes.iter().filter(wanted).collect();
    if chosen.is_empty() {
        let names: Vec<_> = recipes.iter().map(|recipe| recipe.name.as_str()).collect();
        return Err(format!("there is no such row; there are {}", names.join(", ")));
    }
    let mut record = Record::read(&place.docs)?;
    let seeds = || SEEDS.filter(|&seed| options.seed.is_none_or(|wanted| wanted == seed));
    let missing = chosen.iter().flat_map(|recipe| seeds().map(move |seed| (*recipe, seed)));
    let missing: Vec<_> =
        missing.filter(|(recipe, seed)| record.run(recipe, *seed).is_none()).collect();
    runs::train(&place, &mut record, &missing, options.jobs)?;
    if options.device {
        for recipe in &chosen {
            if record.device(recipe).is_none() {
                runs::emulate(&place, &mut record, recipe)?;
            }
        }
    }
    print!("{}", table::text(&recipes, &record));
    expected::renew(&recipes, &record)?;
    table::renew(&place.docs, &recipes, &record)?;
    picture::renew(&place.docs, &recipes, &record)
}
