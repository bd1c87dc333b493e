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
mod record;
mod statistics;
mod table;
mod work;

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

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let options = Options::parse(arguments).map_err(Failure::Usage)?;
    let machine = Machine::new(options.core);
    let place = Place::new(&options)?;
    let limits = Limits::measure(&place)?;
    let mut outcomes = Vec::new();
    for job in &options.jobs {
        let lit = Lit::read(place.data(job.inputs))?;
        outcomes.push(measure::measure(job, &options, &place, &lit, &limits)?);
    }
    let record = record::json(&machine, &limits, &outcomes);
    if options.json {
        println!("{record}");
    } else {
        print!("{}", table::text(&machine, &limits, &outcomes));
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
