//! The project's chores, run by `cargo xtask CHORE`; see [`CHORES`] for what there is.
//!
//! Every command is printed, on standard error, before it runs. A chore goes on after a failure
//! and lists all of them at its end. Exit codes: 0 all done, 1 something failed, 2 the command
//! line is wrong.

mod accuracy;
mod bench;
mod columns;
mod compare;
mod costs;
mod firmware;
mod fuzz;
mod licences;
mod lint;
mod machine;
mod nightly;
mod report;
mod setup;
mod shell;
mod steps;
mod test;

use std::process::ExitCode;

/// One thing that `cargo xtask` does.
struct Chore {
    name: &'static str,
    /// What may follow the name.
    arguments: &'static str,
    what: &'static str,
    run: fn(&[String]) -> Result<(), Failure>,
}

const CHORES: &[Chore] = &[
    Chore {
        name: "test",
        arguments: "[--all]",
        what: "installs what the tests need and runs them; with --all their long forms, and in the
      release build too",
        run: test::run,
    },
    Chore {
        name: "lint",
        arguments: "",
        what: "checks format, clippy, documentation and licences; a warning is an error",
        run: lint::run,
    },
    Chore {
        name: "fuzz",
        arguments: "[--minutes N]",
        what: "gives every reader bytes that are almost right, for 10 minutes unless told",
        run: fuzz::run,
    },
    Chore {
        name: "nightly",
        arguments: "",
        what: "with the nightly toolchain: builds with the oldest dependencies that are allowed, and has
      Miri run the tests that it can in minutes",
        run: nightly::run,
    },
    Chore {
        name: "size",
        arguments: costs::ARGUMENTS,
        what: "builds every kind of firmware and runs it in QEMU: flash and RAM; renews docs/costs.md",
        run: costs::size,
    },
    Chore {
        name: "instructions",
        arguments: costs::INSTRUCTIONS,
        what:
            "the same measurement, of which it prints instructions and cycles; with --check it holds
      the figures against those that are kept, with --fit it measures the constants of the
      estimates of gradito inspect --board",
        run: costs::instructions,
    },
    Chore {
        name: "accuracy",
        arguments: accuracy::ARGUMENTS,
        what: "trains every recipe with five seeds, as far as docs/accuracy.jsonl does not have it, and
      renews the table and the picture of docs/accuracy.md; with --device the networks also answer
      1000 test images on an emulated Cortex-M4F",
        run: accuracy::run,
    },
    Chore {
        name: "report",
        arguments: "",
        what: "prints in one table what holds: accuracy, digests, costs, speed, tests, lines; what takes
      long is read from docs/",
        run: report::run,
    },
    Chore {
        name: "compare",
        arguments: "",
        what: "counts the instructions of gradito and its peers on an emulated Cortex-M4F, side by side",
        run: compare::run,
    },
    Chore {
        name: "bench",
        arguments: bench::ARGUMENTS,
        what: "times training beside gradito's peers, in turn, and against the machine's limits;
      with --plots draws both, and how time grows with width, batch and threads",
        run: bench::run,
    },
];

/// Why a chore did not end well.
enum Failure {
    /// The command line is wrong.
    Usage(String),
    /// It could not be done, or a part of it failed.
    Chore(String),
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::Chore(message)
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (message, code) = match dispatch(&arguments) {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Chore(message)) => (message, 1),
        Err(Failure::Usage(message)) => (format!("{message}\n\n{}", usage()), 2),
    };
    eprintln!("xtask: {message}");
    ExitCode::from(code)
}

fn dispatch(arguments: &[String]) -> Result<(), Failure> {
    let Some((name, rest)) = arguments.split_first() else {
        return Err(Failure::Usage("no chore named".into()));
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        println!("{}", usage());
        return Ok(());
    }
    match CHORES.iter().find(|chore| chore.name == name) {
        Some(chore) => (chore.run)(rest),
        None => Err(Failure::Usage(format!("no chore is called '{name}'"))),
    }
}

fn usage() -> String {
    let mut text = String::from("usage: cargo xtask CHORE\n");
    for Chore { name, arguments, what, .. } in CHORES {
        text += &format!("\n  {}\n      {what}", format!("{name} {arguments}").trim_end());
    }
    text
}
