//! `gradito sweep merge`.

use super::arguments::MergeArguments;
use super::bench::Bench;
use super::finish::{Searched, finish};
use super::progress::Progress;
use super::{check_validation, name};
use crate::cli::CliError;
use crate::cli::output::{count, one_line};
use crate::cli::start;
use crate::sweep::{Shards, SweepError, rows};

/// Joins the results of shards, and chooses among them.
pub fn run(arguments: &MergeArguments) -> Result<(), CliError> {
    let MergeArguments { ref data, output: ref results, .. } = *arguments;
    check_validation(data)?;
    let shards = Shards::read(&arguments.shards)?;
    let manifest = shards.manifest().clone();
    let first = || arguments.shards[0].clone();
    // The data is divided by the first seed, whatever the settings.
    let settings = shards.first_settings().map_err(SweepError::from)?;
    let Some(settings) = settings else {
        let of = manifest.runs().unwrap_or(0);
        return Err(CliError::SweepUnfinished { out: first(), there: 0, of });
    };
    let bench = Bench::new(start::data(data, &settings, None)?);
    if bench.digests != *manifest.digests() {
        let name = bench.name().to_owned();
        return Err(CliError::SweepData { name, shards: first() });
    }
    let folder = shards.write(&results.out)?;
    let there = folder.lines().len();
    let rows = rows(folder.lines()).map_err(SweepError::from)?;
    let of = manifest.runs().unwrap_or(there);
    if there < of {
        return Err(CliError::SweepUnfinished { out: results.out.clone(), there, of });
    }
    let progress = Progress::new(of, there, Vec::new())?;
    progress.line(&format!(
        "{} joined in {}",
        count(there as u64, "run"),
        one_line(&name(&results.out))
    ));
    finish(Searched {
        manifest: &manifest,
        rows: &rows,
        folder: &folder,
        bench,
        data,
        results,
        workers: &arguments.machine.workers(),
        progress: &progress,
    })
}
