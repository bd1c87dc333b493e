//! What networks cost on boards: `cargo xtask size` and `cargo xtask instructions`.
//!
//! Both measure every [kind of firmware](row::ROWS) in QEMU, whose instruction counts are exact,
//! and keep what they find in `docs/costs.md` and `docs/costs.json`; [`check`] is the test that what
//! is kept there is still true.

mod cycles;
mod fit;
mod program;
mod record;
mod row;
mod sets;
mod squares;
mod table;
mod trace;

use std::path::PathBuf;

use crate::Failure;
use crate::setup;
use crate::shell::root;
use crate::steps::Steps;

pub use program::Program;
use record::Record;
use row::{Figures, ROWS, Row};

/// What may follow `size` and `instructions` on the command line.
pub const ARGUMENTS: &str = "[--board NAME] [--json] [--check]";

/// What may follow `instructions` besides.
pub const INSTRUCTIONS: &str = "[--board NAME] [--json] [--check] | --fit";

/// The columns that are printed.
#[derive(Clone, Copy, PartialEq)]
enum View {
    Size,
    Instructions,
}

/// The command line.
#[derive(Default)]
struct Options {
    board: Option<String>,
    json: bool,
    check: bool,
    fit: bool,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self, Failure> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--json" => options.json = true,
                "--check" => options.check = true,
                "--fit" => options.fit = true,
                "--board" => {
                    let name = rest.next().filter(|name| ROWS.iter().any(|row| row.board == *name));
                    let name = name.ok_or_else(|| {
                        Failure::Usage("--board takes the name of a board".to_owned())
                    })?;
                    options.board = Some(name.clone());
                }
                other => return Err(Failure::Usage(format!("this does not take {other}"))),
            }
        }
        Ok(options)
    }
}

pub fn size(arguments: &[String]) -> Result<(), Failure> {
    let options = Options::parse(arguments)?;
    if options.fit {
        return Err(Failure::Usage("only instructions takes --fit".to_owned()));
    }
    run(&options, View::Size)
}

pub fn instructions(arguments: &[String]) -> Result<(), Failure> {
    run(&Options::parse(arguments)?, View::Instructions)
}

/// Whether the figures that are kept are still true: the step of `test`.
pub fn check(steps: &mut Steps) {
    steps.attempt("figures of docs/costs.md", || compare(&measure(None)?));
}

fn run(options: &Options, view: View) -> Result<(), Failure> {
    let mut steps = Steps::default();
    setup::install(setup::COSTS, &mut steps);
    if options.fit {
        steps.attempt("fitting", fit::run);
        return steps.finish();
    }
    steps.attempt("measuring", || {
        let rows = measure(options.board.as_deref())?;
        if options.json {
            println!("{:#}", record::json(&rows));
        } else {
            print!("{}", table::text(&rows, view == View::Size));
        }
        if options.check {
            return compare(&rows);
        }
        if options.board.is_none() {
            Record::write(&folder(), &rows, &table::page(&rows))?;
            eprintln!("docs/costs.md and docs/costs.json are renewed");
        }
        Ok(())
    });
    if options.json {
        // Nothing but the object goes to standard output.
        return steps.quietly();
    }
    steps.finish()
}

/// The figures of every kind of firmware, or of those for one board.
fn measure(board: Option<&str>) -> Result<Vec<(&'static Row, Figures)>, String> {
    let program = Program::build()?;
    let rows = ROWS.iter().filter(|row| board.is_none_or(|board| board == row.board));
    rows.map(|row| Ok((row, row.measure(&program)?))).collect()
}

/// Holds what was measured against what is kept.
fn compare(rows: &[(&'static Row, Figures)]) -> Result<(), String> {
    let grown = Record::read(&folder())?.grown(rows);
    if grown.is_empty() {
        return Ok(());
    }
    Err(format!(
        "docs/costs.json is not true any more: {}; if this is meant, renew it with: \
         cargo xtask instructions",
        grown.join(", ")
    ))
}

/// Where the tables are kept.
fn folder() -> PathBuf {
    root().join("docs")
}
