//! The lines that are kept: a training each, or what a device said.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::recipe::Recipe;
use super::{SEEDS, told};

/// The file, and its lines.
pub struct Record {
    path: PathBuf,
    lines: Vec<Value>,
}

/// A training.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    /// Test accuracy in per cent.
    pub accuracy: f64,
    /// Bytes of parameters.
    pub bytes: u64,
    /// Of one thread.
    pub seconds: f64,
}

/// All trainings of a recipe.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// How many there are.
    pub runs: usize,
    /// The mean, in per cent.
    pub accuracy: f64,
    /// The lowest and the highest.
    pub spread: [f64; 2],
    /// Bytes of parameters.
    pub bytes: u64,
    /// The mean.
    pub seconds: f64,
}

/// What a device made of a recipe's network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// Images that it was shown, and answered as the desktop did.
    pub samples: u64,
    /// Instructions of an inference.
    pub instructions: Option<u64>,
}

impl Record {
    /// Reads what is kept in a folder; nothing if there is no file.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let path = folder.join("accuracy.jsonl");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(told(&path, &error)),
        };
        let line = |(at, line): (usize, &str)| {
            serde_json::from_str(line)
                .map_err(|error| format!("{}, line {}: {error}", path.display(), at + 1))
        };
        let lines = text.lines().enumerate().map(line).collect::<Result<_, _>>()?;
        Ok(Self { path, lines })
    }

    /// Adds a line, in the file as well.
    fn add(&mut self, line: Value) -> Result<(), String> {
        let write = |mut file: File| writeln!(file, "{line}").and_then(|()| file.sync_data());
        let file = OpenOptions::new().create(true).append(true).open(&self.path);
        file.and_then(write).map_err(|error| told(&self.path, &error))?;
        self.lines.push(line);
        Ok(())
    }

    /// Adds a training.
    pub fn add_run(
        &mut self,
        recipe: &Recipe,
        seed: u64,
        run: Run,
        digest: &str,
    ) -> Result<(), String> {
        let Run { accuracy, bytes, seconds } = run;
        let seconds = (10.0 * seconds).round() / 10.0;
        self.add(json!({
            "recipe": recipe.name,
            "seed": seed,
            "accuracy": accuracy,
            "bytes": bytes,
            "seconds": seconds,
            "digest": digest,
            "flags": recipe.flags,
        }))
    }

    /// Adds what a device said.
    pub fn add_device(&mut self, recipe: &Recipe, board: &str, said: Device) -> Result<(), String> {
        self.add(json!({
            "recipe": recipe.name,
            "board": board,
            "samples": said.samples,
            "instructions": said.instructions,
            "flags": recipe.flags,
        }))
    }

    /// The lines of a recipe as it is now.
    fn of<'a>(&'a self, recipe: &'a Recipe) -> impl Iterator<Item = &'a Value> {
        let is_its = |line: &&Value| line["recipe"] == recipe.name && line["flags"] == recipe.flags;
        self.lines.iter().filter(is_its)
    }

    /// The training with a seed.
    pub fn run(&self, recipe: &Recipe, seed: u64) -> Option<Run> {
        let line = self.of(recipe).find(|line| line["seed"] == seed)?;
        Some(Run {
            accuracy: line["accuracy"].as_f64()?,
            bytes: line["bytes"].as_u64()?,
            seconds: line["seconds"].as_f64()?,
        })
    }

    /// What a device said.
    pub fn device(&self, recipe: &Recipe) -> Option<Device> {
        let line = self.of(recipe).find(|line| line["board"].is_string())?;
        Some(Device {
            samples: line["samples"].as_u64()?,
            instructions: line["instructions"].as_u64(),
        })
    }

    /// All trainings of a recipe; `None` if there is none.
    pub fn summary(&self, recipe: &Recipe) -> Option<Summary> {
        let runs: Vec<Run> = SEEDS.filter_map(|seed| self.run(recipe, seed)).collect();
        let mean = |of: fn(&Run) -> f64| runs.iter().map(of).sum::<f64>() / runs.len() as f64;
        let accuracies = || runs.iter().map(|run| run.accuracy);
        Some(Summary {
            runs: runs.len(),
            accuracy: mean(|run| run.accuracy),
            spread: [
                accuracies().fold(f64::INFINITY, f64::min),
                accuracies().fold(f64::NEG_INFINITY, f64::max),
            ],
            bytes: runs.first()?.bytes,
            seconds: mean(|run| run.seconds),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe(flags: &str) -> Recipe {
        let [name, layers, weights] = ["1k", "4-2", "i2"].map(str::to_owned);
        Recipe { name, layers, weights, flags: flags.to_owned() }
    }

    #[test]
    fn lines_come_back_and_belong_to_the_recipe_as_it_was() {
        let folder = std::env::temp_dir().join(format!("gradito-record-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut record = Record::read(&folder).unwrap();
        let (one, other) = (recipe("--eta 1"), recipe("--eta 2"));
        for (seed, accuracy) in [(1, 95.0), (2, 96.0)] {
            let run = Run { accuracy, bytes: 1000, seconds: 61.24 };
            record.add_run(&one, seed, run, "ab").unwrap();
        }
        let said = Device { samples: 1000, instructions: Some(7) };
        record.add_device(&one, "mps2-an386", said).unwrap();
        let record = Record::read(&folder).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let summary = record.summary(&one).unwrap();
        assert_eq!((summary.runs, summary.accuracy, summary.spread), (2, 95.5, [95.0, 96.0]));
        assert_eq!((summary.bytes, summary.seconds), (1000, 61.2));
        assert_eq!(record.device(&one), Some(said));
        assert_eq!((record.summary(&other), record.device(&other)), (None, None));
    }
}
