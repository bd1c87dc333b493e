//! What `gradito sweep` says in the end.

use std::fmt::Write;
use std::time::Duration;

use serde::Serialize;

use super::arguments::OutputArguments;
use super::bench::Needs;
use super::name;
use crate::cli::CliError;
use crate::cli::output::{count, one_line, percent, print, print_json};
use crate::sweep::{Manifest, Page, Row, Shard, Spread, Table, Tested, columns};
use crate::terminal::{self, Style, table};
use crate::training::Settings;

/// What `sweep --json` prints. All but `measured` follows from the flags and the data.
#[derive(Debug, Serialize)]
pub struct Report {
    search: String,
    data: String,
    configurations: usize,
    train_samples: usize,
    validation_samples: usize,
    test_samples: usize,
    winner: Winner,
    /// A row a configuration, the best by validation first.
    table: Vec<Entry>,
    /// Seconds a run, row by row.
    measured: Vec<f64>,
    out: String,
    files: Vec<String>,
}

/// The best by validation, on the test set.
#[derive(Debug, Serialize)]
struct Winner {
    layers: String,
    validation_accuracy: Option<f64>,
    /// The mean over the seeds, the spread, and each.
    test_accuracy: Option<f64>,
    test_deviation: Option<f64>,
    test_accuracies: Vec<f64>,
    command: String,
}

/// A row of the table.
#[derive(Debug, Serialize)]
struct Entry {
    layers: String,
    activation: &'static str,
    output: &'static str,
    cost: &'static str,
    init: &'static str,
    math: &'static str,
    batch: usize,
    eta: f32,
    momentum: f32,
    l2: f32,
    epochs: u32,
    steps: Option<u64>,
    seeds: Vec<u64>,
    validation_accuracy: Option<f64>,
    validation_deviation: Option<f64>,
    diverged: usize,
    parameters: usize,
    flash: usize,
    ram_inference: usize,
    ram_training: usize,
    digests: Vec<Option<String>>,
}

impl Entry {
    fn new(row: &Row, needs: &Needs) -> Self {
        let settings = &row.settings;
        Self {
            layers: settings.topology.to_string(),
            activation: settings.activation.name(),
            output: settings.output_activation().name(),
            cost: settings.cost.name(),
            init: settings.init.name(),
            math: settings.math.name(),
            batch: settings.batch,
            eta: settings.eta,
            momentum: settings.momentum,
            l2: settings.l2,
            epochs: settings.epochs,
            steps: settings.steps,
            seeds: row.digests.iter().map(|(seed, _)| *seed).collect(),
            validation_accuracy: row.validation.map(|spread| spread.mean),
            validation_deviation: row.validation.and_then(|spread| spread.deviation),
            diverged: row.diverged(),
            parameters: row.parameters,
            flash: needs.flash,
            ram_inference: needs.ram.inference,
            ram_training: needs.ram.training,
            digests: row.digests.iter().map(|(_, digest)| digest.clone()).collect(),
        }
    }
}

impl Report {
    /// The report of a sweep, whose rows have these needs.
    #[expect(clippy::too_many_arguments, reason = "the parts of a report, each once")]
    pub fn new(
        manifest: &Manifest,
        rows: &[Row],
        needs: &[Needs],
        tested: &Tested,
        [train_samples, validation_samples, test_samples]: [usize; 3],
        command: String,
        out: String,
        files: Vec<String>,
    ) -> Self {
        let winner = &rows[0];
        Self {
            search: manifest.search().to_owned(),
            data: manifest.data().to_owned(),
            configurations: rows.len(),
            train_samples,
            validation_samples,
            test_samples,
            winner: Winner {
                layers: winner.settings.topology.to_string(),
                validation_accuracy: winner.validation.map(|spread| spread.mean),
                test_accuracy: tested.spread.map(|spread| spread.mean),
                test_deviation: tested.spread.and_then(|spread| spread.deviation),
                test_accuracies: tested.accuracies.clone(),
                command,
            },
            table: rows.iter().zip(needs).map(|(row, needs)| Entry::new(row, needs)).collect(),
            measured: rows.iter().map(|row| row.seconds).collect(),
            out,
            files,
        }
    }

    /// Prints it, for people or for scripts.
    pub fn print(&self, rows: &[Row], json: bool) -> Result<(), CliError> {
        if json { print_json(self) } else { print(&self.text(rows, &Style::of_stdout())) }
    }

    fn text(&self, rows: &[Row], style: &Style) -> String {
        let mut full = self.table(rows);
        let mut text = table(&full.head, &full.rows);
        // What does not fit is at the right, and in the other forms of the report.
        let least = columns(rows.iter().map(|row| &row.settings)).0.len() + 2;
        while full.head.len() > least && text.lines().any(|line| line.chars().count() > style.width)
        {
            full.head.pop();
            full.rows.iter_mut().for_each(|row| drop(row.pop()));
            text = table(&full.head, &full.rows);
        }
        text.push('\n');
        for (name, value) in self.winner(rows) {
            let _ = writeln!(text, "{name:<14} {}", one_line(&value));
        }
        let mut files = vec!["runs.jsonl"];
        files.extend(self.files.iter().map(String::as_str));
        let _ = writeln!(text, "{:<14} {}: {}", "results", one_line(&self.out), files.join(", "));
        let seconds = |row: &Row| terminal::duration(Duration::from_secs_f64(row.seconds));
        let by_time = |one: &&Row, other: &&Row| one.seconds.total_cmp(&other.seconds);
        if let (Some(fast), Some(slow)) = (rows.iter().min_by(by_time), rows.iter().max_by(by_time))
        {
            let _ = writeln!(
                text,
                "{:<14} a run took {} ({}) to {} ({})",
                "measured",
                seconds(fast),
                fast.settings.topology,
                seconds(slow),
                slow.settings.topology,
            );
        }
        text
    }

    /// What the winner is, and what it came to.
    fn winner(&self, rows: &[Row]) -> Vec<(String, String)> {
        let winner = &rows[0];
        let seeds = count(winner.digests.len() as u64, "seed");
        let (varied, mut fixed) = columns(rows.iter().map(|row| &row.settings));
        fixed.retain(|column| !column.goes_without_saying(&winner.settings));
        let list = |columns: &[crate::sweep::Column], settings: &Settings| {
            let named = columns.iter().map(|column| match column.name {
                "layers" => column.value(settings),
                name => format!("{name} {}", column.value(settings)),
            });
            named.collect::<Vec<_>>().join(", ")
        };
        let shares = |spread: Option<Spread>| {
            let Some(Spread { mean, deviation }) = spread else { return "-".to_owned() };
            let deviation = deviation.map(|share| format!(" ± {:.2}", 100.0 * share));
            percent(mean) + &deviation.unwrap_or_default()
        };
        let tested = self
            .winner
            .test_accuracy
            .map(|mean| Spread { mean, deviation: self.winner.test_deviation });
        let samples = count(self.test_samples as u64, "test sample");
        let all = [
            ("winner", list(&varied, &winner.settings)),
            ("for all", list(&fixed, &winner.settings)),
            ("validation", format!("{}, the best of {}", shares(winner.validation), rows.len())),
            ("test accuracy", format!("{} of {samples}, over {seeds}", shares(tested))),
            ("train it", self.winner.command.clone()),
        ];
        all.map(|(name, value)| (name.to_owned(), value)).into()
    }

    /// The table, in words.
    fn table(&self, rows: &[Row]) -> Table {
        let (varied, _) = columns(rows.iter().map(|row| &row.settings));
        let mut head: Vec<String> = varied.iter().map(|column| column.name.to_owned()).collect();
        let figures = ["validation", "±", "parameters", "flash", "RAM", "to train"];
        head.extend(figures.map(str::to_owned));
        let cells = rows.iter().zip(&self.table).map(|(row, entry)| {
            let mut cells: Vec<String> =
                varied.iter().map(|column| column.value(&row.settings)).collect();
            let validation = match row.validation {
                Some(spread) => percent(spread.mean),
                None => format!("{} diverged", entry.diverged),
            };
            let deviation = row.validation.and_then(|spread| spread.deviation);
            cells.extend([
                validation,
                deviation.map_or("-".to_owned(), |share| format!("{:.2}", 100.0 * share)),
                entry.parameters.to_string(),
            ]);
            let sizes = [entry.flash, entry.ram_inference, entry.ram_training];
            cells.extend(sizes.map(|bytes| terminal::bytes(bytes as u64)));
            cells
        });
        Table { head, rows: cells.collect() }
    }

    /// The page.
    pub fn page(&self, rows: &[Row], pictures: Vec<String>) -> Page {
        let (varied, _) = columns(rows.iter().map(|row| &row.settings));
        let mut head: Vec<String> = varied.iter().map(|column| column.name.to_owned()).collect();
        head.push("seconds a run".to_owned());
        let measured = rows.iter().map(|row| {
            let cells = varied.iter().map(|column| column.value(&row.settings));
            cells.chain([format!("{:.2}", row.seconds)]).collect()
        });
        Page {
            about: format!(
                "{} of {} on {}: {}, {} for validation, {} for the test.",
                self.search,
                count(self.configurations as u64, "configuration"),
                self.data,
                count(self.train_samples as u64, "training sample"),
                self.validation_samples,
                self.test_samples
            ),
            winner: self.winner(rows),
            table: self.table(rows),
            measured: Table { head, rows: measured.collect() },
            pictures,
        }
    }
}

/// What `sweep --shard --json` prints.
#[derive(Serialize)]
struct ShardReport {
    shard: String,
    runs: usize,
    of: Option<usize>,
    out: String,
}

/// Says that a shard is done, and what to do with it.
pub fn print_shard(
    shard: Shard,
    runs: usize,
    manifest: &Manifest,
    results: &OutputArguments,
) -> Result<(), CliError> {
    let out = name(&results.out);
    if results.json {
        let of = manifest.runs();
        return print_json(&ShardReport { shard: shard.to_string(), runs, of, out });
    }
    print(&format!(
        "shard {shard} is done: {} in {}; when all are, join them: gradito sweep merge FOLDER... \
         --out FOLDER\n",
        count(runs as u64, "run"),
        one_line(&out)
    ))
}
