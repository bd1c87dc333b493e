//! Lesson 10: how many hidden neurons.

use std::fmt::Display;
use std::time::Duration;

use super::{Context, Findings, LessonError, Mnist, Table, Value};
use crate::data::Data;
use crate::figure::chart::Form;
use crate::figure::{Axis, Chart, Label, Shade};
use crate::model::Model;
use crate::sweep::{self, Outcome, Workers};
use crate::terminal;
use crate::training::{IndexedParts, Settings, Topology};

/// The widths that are tried.
const WIDTHS: [usize; 10] = [1, 2, 5, 10, 20, 30, 50, 100, 200, 300];

/// Starts for each width: seeds 1 to 5.
const SEEDS: u64 = 5;

/// The learning rate: one at which the widest learns as well.
const ETA: f32 = 1.0;

/// RAM of boards that are drawn for comparison, in KiB.
const BOARDS: [(&str, f64); 2] = [("STM32F405: 128 KiB", 128.0), ("nRF52840: 256 KiB", 256.0)];

/// What a run came to, and its time.
#[derive(Clone, Copy)]
struct Run {
    validation: f64,
    test: f64,
    time: Duration,
}

/// What the runs of one width came to.
struct Row {
    width: usize,
    runs: Vec<Run>,
    parameters: usize,
    /// Bytes of its image, and of RAM to run and to train it.
    flash: usize,
    inference: usize,
    training: usize,
}

pub fn compute(context: &Context) -> Result<Findings, LessonError> {
    let mnist = context.mnist()?;
    let mut all = Vec::new();
    for width in WIDTHS {
        for seed in 1..=SEEDS {
            all.push(settings(width, ETA, seed)?);
        }
    }
    // What the chapter's own learning rate does to a usual width and to the widest.
    all.extend([settings(30, 3.0, 1)?, settings(300, 3.0, 1)?]);
    let Data { train, validation, test, .. } = mnist.data.clone();
    let parts = IndexedParts::new(train, validation, test);
    let workers = Workers { jobs: context.threads(), ..Workers::default() };
    let outcomes = sweep::run(&all, &parts, &workers, &()).map_err(fault)?;
    let mut runs = outcomes.iter().map(Run::of).collect::<Result<Vec<_>, _>>()?;
    let at_3 = runs.split_off(runs.len() - 2);

    let mut rows = Vec::new();
    for (width, runs) in WIDTHS.into_iter().zip(runs.chunks(SEEDS as usize)) {
        rows.push(Row::new(width, runs, mnist)?);
    }
    let mut found = Findings::new();
    found.number("eta", ETA, 0);
    found.value("seeds", Value::count(SEEDS as usize));
    found.number("epochs", f64::from(all[0].epochs), 0);
    found.value("runs", Value::count(all.len() - 2));
    found.share("at_3_30", at_3[0].test, 1);
    found.share("at_3_300", at_3[1].test, 1);
    for row in &rows {
        let Spread { mean, .. } = row.spread(|run| run.validation);
        found.share(format!("accuracy_{}", row.width), mean, 1);
    }
    found.table("widths", accuracies(&rows));
    found.table("needs", needs(&rows));
    found.figure("accuracy", accuracy_chart(&rows));
    found.figure("memory", memory_chart(&rows));
    verdict(&mut found, &rows);
    Ok(found)
}

/// What a computation of this lesson that fails says.
fn fault(cause: impl Display) -> LessonError {
    LessonError::Compute { lesson: "width", what: cause.to_string() }
}

fn settings(width: usize, eta: f32, seed: u64) -> Result<Settings, LessonError> {
    let topology = format!("784-{width}-10").parse::<Topology>().map_err(fault)?;
    Ok(Settings { topology, eta, seed, epochs: 10, ..Settings::default() })
}

impl Run {
    fn of(outcome: &Outcome) -> Result<Self, LessonError> {
        let score = outcome.score().ok_or_else(|| {
            fault(format!("the training of {} diverged", outcome.settings.topology))
        })?;
        Ok(Self {
            validation: score.validation_accuracy.unwrap_or(0.0),
            test: score.test_accuracy.unwrap_or(0.0),
            time: outcome.time,
        })
    }
}

/// Mean, standard deviation and ends of a few numbers.
#[derive(Clone, Copy, Debug)]
struct Spread {
    mean: f64,
    deviation: f64,
    low: f64,
    high: f64,
}

impl Spread {
    fn of(numbers: impl Iterator<Item = f64> + Clone) -> Self {
        let count = numbers.clone().count().max(1) as f64;
        let mean = numbers.clone().sum::<f64>() / count;
        let squares: f64 = numbers.clone().map(|number| (number - mean) * (number - mean)).sum();
        Self {
            mean,
            deviation: (squares / (count - 1.0).max(1.0)).sqrt(),
            low: numbers.clone().fold(f64::INFINITY, f64::min),
            high: numbers.fold(f64::NEG_INFINITY, f64::max),
        }
    }
}

impl Row {
    fn new(width: usize, runs: &[Run], mnist: &Mnist) -> Result<Self, LessonError> {
        let settings = settings(width, ETA, 1)?;
        let model = Model::untrained(&settings, &mnist.data);
        let image = model
            .to_bytes()
            .map_err(|cause| LessonError::Compute { lesson: "width", what: cause.to_string() })?;
        let ram = model.ram();
        Ok(Self {
            width,
            runs: runs.to_vec(),
            parameters: model.network.parameters().len(),
            flash: image.len(),
            inference: ram.inference,
            training: ram.training,
        })
    }

    fn spread(&self, of: impl Fn(&Run) -> f64 + Clone) -> Spread {
        Spread::of(self.runs.iter().map(of))
    }
}

fn accuracies(rows: &[Row]) -> Table {
    let headings = [
        "column_width",
        "column_validation",
        "column_deviation",
        "column_low",
        "column_high",
        "column_test",
    ];
    let mut table = Table::new(headings.map(Label::key));
    for row in rows {
        let Spread { mean, deviation, low, high } = row.spread(|run| run.validation);
        let share = |share, decimals| Value::Share { share, decimals }.into();
        table.row([
            Value::count(row.width).into(),
            share(mean, 2),
            share(deviation, 2),
            share(low, 2),
            share(high, 2),
            share(row.spread(|run| run.test).mean, 2),
        ]);
    }
    table
}

fn needs(rows: &[Row]) -> Table {
    let headings = [
        "column_width",
        "column_parameters",
        "column_flash",
        "column_inference",
        "column_training",
        "column_time",
    ];
    let mut table = Table::new(headings.map(Label::key));
    for row in rows {
        let mut times: Vec<_> = row.runs.iter().map(|run| run.time).collect();
        times.sort_unstable();
        let time = times.get(times.len() / 2).copied().unwrap_or_default();
        let bytes = |bytes: usize| Value::Word(terminal::bytes(bytes as u64)).into();
        table.row([
            Value::count(row.width).into(),
            Value::count(row.parameters).into(),
            bytes(row.flash),
            bytes(row.inference),
            bytes(row.training),
            // Each run had one core.
            Value::time(time).into(),
        ]);
    }
    table
}

/// Validation accuracy against width, lowest and highest of the seeds around the mean.
fn accuracy_chart(rows: &[Row]) -> Chart {
    let points: Vec<_> = rows
        .iter()
        .map(|row| {
            let Spread { mean, low, high, .. } = row.spread(|run| run.validation);
            (row.width as f64, 100.0 * low, 100.0 * mean, 100.0 * high)
        })
        .collect();
    let y = Axis::linear(Label::key("validation")).from_to(0.0, 100.0);
    Chart::new(Axis::log(Label::key("hidden")), y).spread(Label::key("mean_of_seeds"), &points)
}

/// What each width takes on a microcontroller.
fn memory_chart(rows: &[Row]) -> Chart {
    let kib = |bytes: usize| bytes as f64 / 1024.0;
    let series = |of: fn(&Row) -> usize| -> Vec<(f64, f64)> {
        rows.iter().map(|row| (row.width as f64, kib(of(row)))).collect()
    };
    let mut chart = Chart::new(Axis::log(Label::key("hidden")), Axis::log(Label::plain("KiB")))
        .marked(Label::key("memory_training"), series(|row| row.training))
        .marked(Label::key("memory_flash"), series(|row| row.flash))
        .marked(Label::key("memory_inference"), series(|row| row.inference));
    let (first, last) = (WIDTHS[0] as f64, WIDTHS[WIDTHS.len() - 1] as f64);
    for (name, ram) in BOARDS {
        chart = chart
            .shaded(Shade::Faint, Form::Dashed, Label::none(), [(first, ram), (last, ram)])
            .note((first, ram), Label::plain(name));
    }
    chart
}

/// The narrowest that cannot be told from the best, and what each doubling brings.
fn verdict(found: &mut Findings, rows: &[Row]) {
    let spreads: Vec<_> = rows.iter().map(|row| row.spread(|run| run.validation)).collect();
    let best = (0..rows.len()).max_by(|&a, &b| spreads[a].mean.total_cmp(&spreads[b].mean));
    let best = best.unwrap_or(0);
    found.value("best", Value::count(rows[best].width));
    found.share("best_accuracy", spreads[best].mean, 2);
    found.share("best_test", rows[best].spread(|run| run.test).mean, 2);
    let enough = (0..rows.len()).find(|&at| spreads[at].high >= spreads[best].low).unwrap_or(best);
    found.value("enough", Value::count(rows[enough].width));
    found.share("enough_accuracy", spreads[enough].mean, 2);
    let gain = |from: usize, to: usize| {
        let at = |width: usize| WIDTHS.iter().position(|&known| known == width).unwrap_or(0);
        spreads[at(to)].mean - spreads[at(from)].mean
    };
    for (from, to) in [(5, 10), (10, 20), (50, 100), (100, 200), (200, 300)] {
        found.number(format!("gain_{from}_{to}"), 100.0 * gain(from, to), 2);
    }
    found.number(
        "times_parameters",
        rows[best].parameters as f64 / rows[enough].parameters as f64,
        1,
    );
    for (name, ram) in [("fits_128", 128), ("fits_256", 256)] {
        let fits = rows.iter().rev().find(|row| row.training <= ram * 1024);
        found.value(name, Value::count(fits.map_or(0, |row| row.width)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_has_the_sample_deviation() {
        let spread = Spread::of([1.0, 2.0, 3.0, 4.0].into_iter());
        assert_eq!((spread.mean, spread.low, spread.high), (2.5, 1.0, 4.0));
        assert!((spread.deviation - (5.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        assert_eq!(Spread::of([7.0].into_iter()).deviation, 0.0);
    }
}
