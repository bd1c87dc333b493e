//! Seconds per epoch as one thing grows: the hidden width, the batch, the threads.
//!
//! One round of one to three epochs a point: enough for a picture. What would take too long, going
//! by the point before, is left out, and the picture says so.

use serde_json::{Value, json};

use super::jobs::{Inputs, Task};
use super::options::Options;
use super::peers::{self, Missing};
use super::place::Place;
use super::statistics::rounded;

/// Curves over one quantity.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// What is trained, as `784-100-10`.
    pub title: String,
    /// What grows.
    pub quantity: String,
    pub lines: Vec<Line>,
    /// A sentence for each contender that does not have all points.
    pub notes: Vec<String>,
}

/// A contender's points: the quantity, and seconds per epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub name: String,
    pub points: Vec<(f64, f64)>,
}

/// What is measured for one panel, in an order in which an epoch takes longer and longer.
struct Plan {
    title: &'static str,
    quantity: &'static str,
    points: Vec<Point>,
}

struct Point {
    x: usize,
    task: Task,
    /// How many times longer than the point before it may take at most.
    growth: f64,
}

/// The longest epoch that is waited for, in seconds.
const LONGEST: f64 = 20.0;

/// Epochs are repeated while they take no longer than this.
const SHORT: f64 = 1.0;

const WIDTHS: [usize; 8] = [8, 16, 32, 64, 128, 256, 512, 1024];
const BATCHES: [usize; 12] = [1024, 512, 256, 128, 64, 32, 16, 10, 8, 4, 2, 1];

/// Measures all panels.
pub fn panels(options: &Options, place: &Place) -> Vec<Panel> {
    let plans = [widths(), batches(), threads(place.most_threads())];
    plans.iter().map(|plan| measure(plan, options, place)).collect()
}

fn widths() -> Plan {
    let points = WIDTHS.map(|width| Point { x: width, task: task(width, 128, 1), growth: 2.0 });
    Plan { title: "784-N-10, batch 128", quantity: "hidden width N", points: points.into() }
}

fn batches() -> Plan {
    let before = [BATCHES[0]].into_iter().chain(BATCHES);
    let points = BATCHES.into_iter().zip(before).map(|(batch, before)| Point {
        x: batch,
        task: task(100, batch, 1),
        // As many more steps, at the most: the work on samples stays the same.
        growth: before as f64 / batch as f64,
    });
    Plan { title: "784-100-10", quantity: "batch size", points: points.collect() }
}

/// 1, 2, 4 and so on up to all of them.
fn threads(most: usize) -> Plan {
    let powers = (0..).map(|power| 1 << power).take_while(|&threads| threads < most);
    let points = powers.chain([most]).map(|threads| Point {
        x: threads,
        task: task(512, 128, threads),
        growth: 1.0,
    });
    Plan { title: "784-512-10, batch 128", quantity: "threads", points: points.collect() }
}

/// The rate is small enough for every one of them; how much is learnt does not matter here.
fn task(width: usize, batch: usize, threads: usize) -> Task {
    let layers = vec![784, width, 10];
    Task { layers, batch, eta: 0.3, inputs: Inputs::Digits, threads }
}

fn measure(plan: &Plan, options: &Options, place: &Place) -> Panel {
    let names: Vec<&'static str> =
        std::iter::once("gradito").chain(options.peers.iter().copied()).collect();
    let mut panel = Panel {
        title: plan.title.into(),
        quantity: plan.quantity.into(),
        lines: names.iter().map(|&name| Line { name: name.into(), points: Vec::new() }).collect(),
        notes: Vec::new(),
    };
    let mut stopped = vec![false; names.len()];
    for Point { x, task, growth } in &plan.points {
        for ((&name, line), stopped) in names.iter().zip(&mut panel.lines).zip(&mut stopped) {
            if *stopped {
                continue;
            }
            let expected = line.points.last().map(|(_, seconds)| seconds * growth);
            match epochs(expected).and_then(|epochs| time(name, task, epochs, place)) {
                Ok(seconds) => {
                    eprintln!("{} {x}: {name:<8} {seconds:.4} s an epoch", plan.quantity);
                    line.points.push((*x as f64, seconds));
                }
                Err(LeftOut { why, detail }) => {
                    eprintln!("{} {x}: {name:<8} {why} {detail}", plan.quantity);
                    *stopped = true;
                    panel.notes.push(match line.points.is_empty() {
                        true => format!("{name}: {why}"),
                        false => format!("{name} stops before {x}: {why}"),
                    });
                }
            }
        }
    }
    panel
}

/// Why there is no point: in a word for the picture, and what else there is to say.
struct LeftOut {
    why: String,
    detail: String,
}

/// How many epochs to repeat, if one is expected to take so long.
fn epochs(expected: Option<f64>) -> Result<usize, LeftOut> {
    match expected {
        Some(seconds) if seconds > LONGEST => {
            Err(LeftOut { why: format!("above {LONGEST} s an epoch"), detail: String::new() })
        }
        Some(seconds) if seconds > SHORT => Ok(1),
        _ => Ok(3),
    }
}

fn time(name: &'static str, task: &Task, epochs: usize, place: &Place) -> Result<f64, LeftOut> {
    let contender = match name {
        "gradito" => peers::gradito(task, epochs, place),
        _ => peers::prepare(name, task, epochs, place).map_err(|missing| {
            let Missing { why, install, .. } = missing;
            match install {
                Some(_) => LeftOut { why: "not installed".into(), detail: why },
                None => LeftOut { why, detail: String::new() },
            }
        })?,
    };
    let timing = contender.round(place);
    let timing = timing.map_err(|detail| LeftOut { why: "failed".into(), detail })?;
    Ok(timing.seconds)
}

impl Panel {
    pub fn json(&self) -> Value {
        let lines = self.lines.iter().map(|Line { name, points }| {
            let points = points.iter().map(|(x, seconds)| json!([x, rounded(*seconds)]));
            json!({ "name": name, "seconds_per_epoch": points.collect::<Vec<_>>() })
        });
        json!({
            "title": self.title,
            "quantity": self.quantity,
            "lines": lines.collect::<Vec<_>>(),
            "notes": self.notes,
        })
    }

    /// What [`Self::json`] says.
    pub fn from_json(panel: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(String::from);
        let point = |point: &Value| Some((point[0].as_f64()?, point[1].as_f64()?));
        let line = |line: &Value| {
            let points = line["seconds_per_epoch"].as_array()?.iter().map(point);
            Some(Line { name: text(&line["name"])?, points: points.collect::<Option<_>>()? })
        };
        Some(Self {
            title: text(&panel["title"])?,
            quantity: text(&panel["quantity"])?,
            lines: panel["lines"].as_array()?.iter().map(line).collect::<Option<_>>()?,
            notes: panel["notes"].as_array()?.iter().map(text).collect::<Option<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_survive_json() {
        let line =
            |name: &str, points: &[(f64, f64)]| Line { name: name.into(), points: points.into() };
        let panel = Panel {
            title: "784-100-10".into(),
            quantity: "batch size".into(),
            lines: vec![line("gradito", &[(1.0, 0.5), (2.0, 0.25)]), line("c", &[])],
            notes: vec!["c: not installed".into()],
        };
        assert_eq!(Panel::from_json(&panel.json()), Some(panel));
        assert_eq!(Panel::from_json(&json!({ "title": "x" })), None);
    }

    #[test]
    fn long_epochs_are_not_repeated_and_longer_ones_not_run() {
        assert_eq!(
            [None, Some(0.5), Some(1.5)].map(|expected| epochs(expected).ok()),
            [Some(3), Some(3), Some(1)]
        );
        assert!(epochs(Some(21.0)).is_err_and(|left_out| left_out.why == "above 20 s an epoch"));
    }

    #[test]
    fn every_number_of_threads_is_a_power_of_two_or_all() {
        let counts = |most| threads(most).points.iter().map(|point| point.x).collect::<Vec<_>>();
        assert_eq!(counts(1), [1]);
        assert_eq!(counts(2), [1, 2]);
        assert_eq!(counts(6), [1, 2, 4, 6]);
        assert_eq!(counts(8), [1, 2, 4, 8]);
    }

    #[test]
    fn batches_halve_or_nearly_so() {
        let growths: Vec<f64> = batches().points.iter().map(|point| point.growth).collect();
        assert_eq!(growths[..3], [1.0, 2.0, 2.0]);
        assert!(growths.iter().all(|growth| *growth <= 2.0));
    }
}
