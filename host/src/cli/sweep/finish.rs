//! The end of a sweep: the winner on the test set, pictures, report.

use super::arguments::OutputArguments;
use super::bench::{Bench, Needs};
use super::command::train_command;
use super::progress::Progress;
use super::report::Report;
use super::{failed, name};
use crate::cli::CliError;
use crate::cli::arguments::DataArguments;
use crate::sweep::{
    Folder, Manifest, Mark, Row, Tested, Workers, against_eta, against_hidden, page, svg, test,
};
use crate::training::Settings;

/// A sweep whose runs are over.
#[derive(Debug)]
pub struct Searched<'a> {
    /// Which sweep.
    pub manifest: &'a Manifest,
    /// What came of it, the best first.
    pub rows: &'a [Row],
    /// Where its lines are.
    pub folder: &'a Folder,
    /// The data, and how it was asked for.
    pub bench: Bench,
    pub data: &'a DataArguments,
    /// What is to come of it.
    pub results: &'a OutputArguments,
    pub workers: &'a Workers,
    pub progress: &'a Progress,
}

/// Tests the winner, draws, and reports.
pub fn finish(searched: Searched<'_>) -> Result<(), CliError> {
    let Searched { manifest, rows, folder, bench, data, results, workers, progress } = searched;
    let Some(winner) = rows.first().filter(|row| row.validation.is_some()) else {
        progress.finish();
        return Err(CliError::NoWinner);
    };
    let needs: Result<Vec<Needs>, CliError> =
        rows.iter().map(|row| bench.needs(&row.settings)).collect();
    let needs = needs.inspect_err(|_| progress.finish())?;
    let sizes = bench.sizes;
    progress.message("the winner");
    let tested: Tested = test(winner, &bench.into_tested(), workers, progress)
        .map_err(|error| failed(error, progress, folder, &results.out))?;
    progress.finish();

    // Of configurations drawn by chance few lie at one place.
    let mark = if manifest.search().starts_with("random") { Mark::Dots } else { Mark::Line };
    let plots = [("hidden.svg", against_hidden(rows, mark)), ("eta.svg", against_eta(rows, mark))];
    let (mut files, mut pictures) = (Vec::new(), Vec::new());
    for (file, plot) in plots {
        if let Some(plot) = plot {
            let picture = svg(&plot)?;
            folder.write(file, &picture)?;
            files.push(file.to_owned());
            pictures.push(picture);
        }
    }
    let seed = manifest.seed().unwrap_or(winner.settings.seed);
    let command = train_command(&Settings { seed, ..winner.settings.clone() }, data);
    if results.html {
        files.push("index.html".to_owned());
    }
    let out = name(&results.out);
    let report = Report::new(manifest, rows, &needs, &tested, sizes, command, out, files);
    if results.html {
        folder.write("index.html", &page(&report.page(rows, pictures)))?;
    }
    report.print(rows, results.json)
}
