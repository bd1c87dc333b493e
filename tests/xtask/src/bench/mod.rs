//! `cargo xtask bench`: gradito and its peers train the same networks, in turn.
//!
//! A round lets each train for a few epochs, one after the other, on one core; there are several
//! rounds. Speed drifts with the machine's other work and its clock, so ratios are taken within a
//! round, and the median over the rounds is what counts.

mod contender;
mod data;
mod jobs;
mod peers;
mod table;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::{Failure, machine, shell};
use contender::{Contender, Report, Timing};
use jobs::{JOBS, Job, LEAST_ACCURACY};
use peers::Missing;

/// What may follow `bench` on the command line.
pub const ARGUMENTS: &str = "[--rounds N] [--epochs N] [--peers c,numpy,…] [--core N|any]
        [--data FOLDER] [--gradito FILE] [--json]";

/// The command line.
struct Options {
    rounds: usize,
    epochs: Option<usize>,
    peers: Vec<&'static str>,
    core: Option<usize>,
    data: Option<PathBuf>,
    gradito: Option<PathBuf>,
    json: bool,
}

/// What came of one job.
struct Outcome {
    job: &'static Job,
    /// gradito first.
    entries: Vec<Entry>,
    missing: Vec<Missing>,
}

/// A contender and its rounds.
struct Entry {
    contender: Contender,
    rounds: Vec<Timing>,
}

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let options = Options::parse(arguments).map_err(Failure::Usage)?;
    let work = work_folder()?;
    let gradito = match &options.gradito {
        Some(file) => {
            file.canonicalize().map_err(|error| format!("{}: {error}", file.display()))?
        }
        None => built_gradito()?,
    };
    let data = data::folder(options.data.as_deref(), &work)?;
    let mut outcomes = Vec::new();
    for job in JOBS {
        outcomes.push(measure(job, &options, &gradito, &work, &data)?);
    }
    let processor = machine::processor();
    if options.json {
        println!("{}", table::json(&processor, options.core, &outcomes));
    } else {
        print!("{}", table::text(&processor, options.core, &outcomes));
    }
    let unlearnt: Vec<&str> = (outcomes.iter().flat_map(|outcome| &outcome.entries))
        .filter(|entry| entry.accuracy() < LEAST_ACCURACY)
        .map(|entry| entry.contender.name)
        .collect();
    match unlearnt.is_empty() {
        true => Ok(()),
        false => Err(Failure::Chore(format!(
            "below an accuracy of {LEAST_ACCURACY}, so the times say nothing: {}",
            unlearnt.join(", ")
        ))),
    }
}

/// Runs one job's rounds.
fn measure(
    job: &'static Job,
    options: &Options,
    gradito: &Path,
    work: &Path,
    data: &Path,
) -> Result<Outcome, String> {
    let epochs = options.epochs.unwrap_or(job.epochs);
    let ours = Contender {
        name: "gradito",
        version: String::new(),
        program: gradito.to_string_lossy().into_owned(),
        arguments: ours(job, epochs),
        report: Report::Json,
    };
    let mut entries = vec![Entry { contender: ours, rounds: Vec::new() }];
    let mut missing = Vec::new();
    for name in &options.peers {
        match peers::prepare(name, job, epochs, work, data) {
            Ok(contender) => entries.push(Entry { contender, rounds: Vec::new() }),
            Err(absent) => missing.push(absent),
        }
    }
    for round in 1..=options.rounds {
        let mut failed = Vec::new();
        for (index, entry) in entries.iter_mut().enumerate() {
            match entry.contender.round(options.core, work) {
                Ok(timing) => {
                    let (name, Timing { seconds, accuracy }) = (entry.contender.name, timing);
                    eprintln!(
                        "{} round {round}: {name:<8} {seconds:.4} s an epoch, accuracy {accuracy:.4}",
                        job.layers
                    );
                    entry.rounds.push(timing);
                }
                // Without gradito there is nothing to compare; a peer that fails is left out.
                Err(why) if index == 0 => return Err(why),
                Err(why) => failed.push((index, why)),
            }
        }
        for (index, why) in failed.into_iter().rev() {
            let name = entries.remove(index).contender.name;
            missing.push(Missing { name, why, install: None });
        }
    }
    Ok(Outcome { job, entries, missing })
}

/// The arguments that make gradito do a job.
fn ours(job: &Job, epochs: usize) -> Vec<String> {
    let Job { layers, batch, eta, .. } = job;
    let line = format!(
        "train --json --layers {layers} --batch {batch} --eta {eta} --epochs {epochs} --validation 0 --threads 1"
    );
    line.split(' ').map(String::from).collect()
}

impl Entry {
    /// Seconds per epoch, the median over the rounds.
    fn seconds(&self) -> f64 {
        median(self.rounds.iter().map(|round| round.seconds)).unwrap_or(f64::NAN)
    }

    /// The lowest accuracy of any round.
    fn accuracy(&self) -> f64 {
        self.rounds.iter().map(|round| round.accuracy).fold(1.0, f64::min)
    }

    /// How long gradito took in terms of this one: the median of the rounds' ratios.
    fn ratio(&self, ours: &Self) -> f64 {
        let rounds = ours.rounds.iter().zip(&self.rounds);
        median(rounds.map(|(ours, theirs)| ours.seconds / theirs.seconds)).unwrap_or(f64::NAN)
    }
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut options = Self {
            rounds: 5,
            epochs: None,
            peers: peers::NAMES.to_vec(),
            core: machine::core_to_time_on(),
            data: None,
            gradito: None,
            json: false,
        };
        let mut rest = arguments.iter();
        while let Some(flag) = rest.next() {
            if flag == "--json" {
                options.json = true;
                continue;
            }
            let mut value = || rest.next().ok_or(format!("{flag} takes a value"));
            match flag.as_str() {
                "--rounds" => options.rounds = count(flag, value()?)?,
                "--epochs" => options.epochs = Some(count(flag, value()?)?),
                "--peers" => options.peers = peer_list(value()?)?,
                "--core" => options.core = core(flag, value()?)?,
                "--data" => options.data = Some(value()?.into()),
                "--gradito" => options.gradito = Some(value()?.into()),
                _ => return Err(format!("bench does not take {flag}")),
            }
        }
        Ok(options)
    }
}

/// A number of times, at least 1.
fn count(flag: &str, value: &str) -> Result<usize, String> {
    match value.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err(format!("{flag} takes a number from 1")),
    }
}

/// The core to time on; `any` leaves the choice to the system. JAX is slower then, down to half its
/// speed where the other cores are busy, because it hands its work from one thread to another.
fn core(flag: &str, value: &str) -> Result<Option<usize>, String> {
    match (value, value.parse()) {
        ("any", _) => Ok(None),
        (_, Ok(number)) => Ok(Some(number)),
        _ => Err(format!("{flag} takes a core's number, or any")),
    }
}

/// Names of peers between commas.
fn peer_list(value: &str) -> Result<Vec<&'static str>, String> {
    let known = |name: &str| {
        let known = peers::NAMES.iter().find(|known| **known == name);
        let all = peers::NAMES.join(", ");
        known.copied().ok_or(format!("no peer is called '{name}'; there are {all}"))
    };
    value.split(',').map(known).collect()
}

/// Builds gradito as anyone would, and returns where it is.
fn built_gradito() -> Result<PathBuf, String> {
    shell::run(&mut shell::cargo(["build", "--release", "--package", "gradito"]))?;
    Ok(target()?.join("release").join(format!("gradito{}", std::env::consts::EXE_SUFFIX)))
}

/// A folder for compiled peers, data and models, kept from run to run.
fn work_folder() -> Result<PathBuf, String> {
    let folder = target()?.join("bench");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// Cargo's target folder, wherever it has been put.
fn target() -> Result<PathBuf, String> {
    let metadata = ["metadata", "--no-deps", "--format-version", "1"];
    let metadata = shell::output(&mut shell::cargo(metadata))?;
    let metadata: Value = serde_json::from_str(&metadata).map_err(|error| error.to_string())?;
    let folder = metadata["target_directory"].as_str();
    folder.map(PathBuf::from).ok_or_else(|| "cargo metadata names no target folder".into())
}

/// The middle value; of an even number, the mean of the two in the middle.
fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(values[middle]),
        _ => Some((values[middle - 1] + values[middle]) / 2.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median([].into_iter()), None);
        assert_eq!(median([3.0, 1.0, 2.0].into_iter()), Some(2.0));
        assert_eq!(median([4.0, 1.0, 2.0, 3.0].into_iter()), Some(2.5));
    }

    #[test]
    fn the_hidden_widths_of_every_job_are_what_lies_between() {
        for job in JOBS {
            assert_eq!(format!("784-{}-10", job.hidden()), job.layers);
            assert!(job.bars.iter().all(|(name, _)| peers::NAMES.contains(name)));
        }
    }
}
