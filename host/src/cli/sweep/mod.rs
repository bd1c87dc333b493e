//! `gradito sweep`.

mod arguments;
mod bench;
mod command;
mod finish;
mod merge;
mod progress;
mod report;

use std::path::Path;

use super::CliError;
use super::arguments::DataArguments;
use super::output::{count, one_line};
use super::start;
use crate::data::Data;
use crate::sweep::{Folder, Manifest, Plan, SweepError, Workers, columns};
use crate::training::Settings;
pub use arguments::SweepArguments;
use arguments::SweepCommand;
use bench::Bench;
use finish::{Searched, finish};
use progress::Progress;

/// Searches, or joins what was found.
pub fn run(arguments: &SweepArguments) -> Result<(), CliError> {
    match &arguments.command {
        Some(SweepCommand::Merge(arguments)) => merge::run(arguments),
        None => search(arguments),
    }
}

/// Does the runs of a sweep that are not done yet, and chooses among all.
fn search(arguments: &SweepArguments) -> Result<(), CliError> {
    let SweepArguments { data: ref data_arguments, ref results, shard, .. } = *arguments;
    let search = arguments.search();
    let plan = Plan::new(arguments.space(), search, shard).map_err(CliError::SweepSpace)?;
    check_validation(data_arguments)?;
    let configurations = plan.configurations();
    let data = start::data(data_arguments, &configurations[0], None)?;
    configurations.iter().try_for_each(|settings| check_data(settings, &data))?;
    let bench = Bench::new(data);
    // Before the work: what a model image cannot hold.
    bench.needs(&configurations[0])?;
    let (count, digests) = (configurations.len(), &bench.digests);
    let manifest = Manifest::new(plan.space(), search, count, bench.name(), digests, shard);
    let mut folder = Folder::open(&results.out, &manifest)?;
    let workers = arguments.machine.workers();
    let over = folder.lines().len();
    let progress = Progress::new(plan.runs(), over, columns(configurations).0)?;
    progress.line(&beginning(&plan, &bench, &workers));
    if over > 0 {
        progress.line(&format!("{} holds {over} of them", one_line(&name(&results.out))));
    }
    let rows = plan
        .complete(&mut folder, digests, &bench.parts, &workers, &progress)
        .map_err(|error| failed(error, &progress, &folder, &results.out))?;
    match shard {
        None => finish(Searched {
            manifest: &manifest,
            rows: &rows,
            folder: &folder,
            bench,
            data: data_arguments,
            results,
            workers: &workers,
            progress: &progress,
        }),
        Some(shard) => {
            progress.finish();
            report::print_shard(shard, plan.runs(), &manifest, results)
        }
    }
}

/// Refuses to choose by nothing.
fn check_validation(arguments: &DataArguments) -> Result<(), CliError> {
    if arguments.validation == Some(0) { Err(CliError::NoValidation) } else { Ok(()) }
}

/// Whether `settings` fit `data`.
fn check_data(settings: &Settings, data: &Data) -> Result<(), CliError> {
    settings
        .check_data(&data.name, data.train.len(), data.input.inputs(), data.classes.len())
        .map_err(CliError::Settings)
}

/// What begins, in a line.
fn beginning(plan: &Plan, bench: &Bench, workers: &Workers) -> String {
    let [train, validation, test] = bench.sizes;
    let seeds = u64::from(plan.space().seeds.get());
    format!(
        "sweep of {} with {}: {}, {} at a time, on {}: {}, {validation} for validation, {test} for \
         the test",
        count(plan.configurations().len() as u64, "configuration"),
        count(seeds, "seed"),
        count(plan.runs() as u64, "run"),
        workers.jobs,
        one_line(bench.name()),
        count(train as u64, "sample"),
    )
}

/// Takes the bar away; is what is said of a sweep that did not come to its end.
fn failed(error: SweepError, progress: &Progress, folder: &Folder, out: &Path) -> CliError {
    progress.finish();
    match error {
        SweepError::Stopped => {
            CliError::SweepInterrupted { out: out.to_owned(), done: folder.lines().len() }
        }
        error => error.into(),
    }
}

/// A path as it was typed.
fn name(path: &Path) -> String {
    path.display().to_string()
}
