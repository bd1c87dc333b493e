//! Trainings, some at a time, and the emulated board.

use std::collections::VecDeque;
use std::process::Command;
use std::sync::Mutex;
use std::thread::{self, available_parallelism};
use std::time::Instant;

use serde_json::Value;

use super::Place;
use super::recipe::Recipe;
use super::record::{Device, Record, Run};
use crate::shell::{output, root, show};

/// The emulated board, a Cortex-M4F.
const BOARD: &str = "mps2-an386";

/// Images that it is shown.
const IMAGES: &str = "1000";

/// Trains what is missing, on as many threads as `jobs` says or the machine has, one for each.
pub fn train(
    place: &Place,
    record: &mut Record,
    missing: &[(&Recipe, u64)],
    jobs: Option<usize>,
) -> Result<(), String> {
    let jobs = jobs.unwrap_or_else(|| available_parallelism().map_or(1, usize::from));
    let waiting = Mutex::new(missing.iter().collect::<VecDeque<_>>());
    let record = Mutex::new(record);
    let work = || loop {
        let next = waiting.lock().map_err(|_| "another training has failed")?.pop_front();
        let Some((recipe, seed)) = next else { return Ok(()) };
        let (run, digest) = one(place, recipe, *seed)?;
        eprintln!("{} seed {seed}: {:.2} %, {:.0} s", recipe.name, run.accuracy, run.seconds);
        let mut record = record.lock().map_err(|_| "another training has failed")?;
        record.add_run(recipe, *seed, run, &digest)?;
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs.min(missing.len())).map(|_| scope.spawn(work)).collect();
        let done = workers.into_iter().map(|worker| {
            worker.join().unwrap_or_else(|_| Err("a training has panicked".to_owned()))
        });
        // All are waited for; the first failure is told.
        done.collect::<Vec<Result<(), String>>>().into_iter().collect()
    })
}

/// One training; and the digest of its parameters.
fn one(place: &Place, recipe: &Recipe, seed: u64) -> Result<(Run, String), String> {
    let mut command = Command::new(&place.program);
    command.args(["train", "--recipe", &recipe.name, "--seed", &seed.to_string()]);
    command.args(["--threads", "1", "--json", "--out"]).arg(place.model(recipe, seed));
    eprintln!("+ {}", show(&command));
    let start = Instant::now();
    let said = output(&mut command)?;
    let seconds = start.elapsed().as_secs_f64();
    let said: Value = serde_json::from_str(&said).map_err(|error| error.to_string())?;
    let told = || {
        let accuracy = (10_000.0 * said["test_accuracy"].as_f64()?).round() / 100.0;
        let run = Run { accuracy, bytes: said["parameter_bytes"].as_u64()?, seconds };
        Some((run, said["digest"].as_str()?.to_owned()))
    };
    told().ok_or_else(|| format!("{}: no accuracy", show(&command)))
}

/// Has the network of a recipe's first seed answer on an emulated board; trains it if it is not
/// there.
pub fn emulate(place: &Place, record: &mut Record, recipe: &Recipe) -> Result<(), String> {
    let model = place.model(recipe, 1);
    if !model.is_file() {
        one(place, recipe, 1)?;
    }
    let mut command = Command::new(&place.program);
    command.current_dir(root()).args(["device", "test"]).arg(model);
    command.args(["--emulate", BOARD, "--samples", IMAGES, "--json"]);
    eprintln!("+ {}", show(&command));
    let said = output(&mut command)?;
    let said: Value = serde_json::from_str(&said).map_err(|error| error.to_string())?;
    if said["same"] != true {
        return Err(format!("{}: {BOARD} has other outputs", recipe.name));
    }
    let samples = said["samples"].as_u64().unwrap_or_default();
    let instructions = said["cost"]["instructions"].as_u64();
    record.add_device(recipe, BOARD, Device { samples, instructions })
}
