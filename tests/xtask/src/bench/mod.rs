//! `cargo xtask bench`: gradito and its peers train the same networks, in turn.
//!
//! A round lets each train for a few epochs, one after the other, on one core; there are several
//! rounds. Speed drifts with the machine's other work and its clock, so ratios are taken within a
//! round, and the median over the rounds is what counts. The core's own limits are measured in the
//! same run, and every time is also given as a share of them.

mod contender;
mod data;
mod jobs;
mod limits;
mod measure;
mod options;
mod peers;
mod place;
pub mod plot;
mod record;
pub mod statistics;
mod sweep;
mod table;
mod work;

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::{Failure, machine};
use data::Lit;
use limits::Limits;
use measure::Outcome;
use options::Options;
use place::Place;

pub use options::ARGUMENTS;

/// What was measured on, and when.
pub struct Machine {
    processor: String,
    system: String,
    /// UTC.
    date: String,
    core: Option<usize>,
}

/// The file with the numbers, beside the pictures.
const RECORD: &str = "speed.json";

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let options = Options::parse(arguments).map_err(Failure::Usage)?;
    if let Some(file) = &options.redraw {
        let folder = options.plots.as_deref().or(file.parent()).unwrap_or(Path::new(""));
        return Ok(plot::draw(&read(file)?, folder)?);
    }
    let machine = Machine::new(options.core);
    let place = Place::new(&options)?;
    let limits = Limits::measure(&place)?;
    let mut outcomes = Vec::new();
    for job in &options.jobs {
        let lit = Lit::read(place.data(job.inputs))?;
        outcomes.push(measure::measure(job, &options, &place, &lit, &limits)?);
    }
    let panels = match options.plots {
        Some(_) => sweep::panels(&options, &place),
        None => Vec::new(),
    };
    let record = record::json(&machine, &limits, &outcomes, &panels);
    if options.json {
        println!("{record}");
    } else {
        print!("{}", table::text(&machine, &limits, &outcomes));
    }
    if let Some(folder) = &options.plots {
        write(&folder.join(RECORD), &record::spread(&record, 4))?;
        plot::draw(&record, folder)?;
    }
    let unlearnt: Vec<String> = outcomes.iter().flat_map(Outcome::unlearnt).collect();
    match unlearnt.is_empty() {
        true => Ok(()),
        false => Err(Failure::Chore(format!(
            "not learnt, so the times say nothing: {}",
            unlearnt.join(", ")
        ))),
    }
}

impl Machine {
    fn new(core: Option<usize>) -> Self {
        let (processor, system) = (machine::processor(), machine::system());
        Self { processor, system, date: machine::today(), core }
    }

    /// All of it in a line.
    fn line(&self) -> String {
        let Self { processor, system, date, core } = self;
        let place = core.map_or("any core".into(), |core| format!("core {core}"));
        format!("{processor}, {system}, {date} UTC; one thread on {place}")
    }
}

/// The numbers of an earlier run.
fn read(file: &Path) -> Result<Value, String> {
    let text = fs::read_to_string(file);
    let text = text.map_err(|error| format!("{}: {error}", file.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))
}

/// Writes a file, into a new folder if need be, and says so.
fn write(file: &Path, text: &str) -> Result<(), String> {
    let folder = file.parent().map_or(Ok(()), fs::create_dir_all);
    let written = folder.and_then(|()| fs::write(file, text));
    written.map_err(|error| format!("{}: {error}", file.display()))?;
    eprintln!("wrote {}", file.display());
    Ok(())
}
