//! The command line: what can be asked for, and how it ends.
//!
//! Exit codes: 0 done, 1 it could not be done (one line on standard error says what, where and what
//! to do), 2 the command line is wrong. With `--json`, standard output holds one JSON object and
//! nothing else; progress and notes go to standard error.

mod arguments;
mod augment;
mod device;
mod error;
mod eval;
mod export;
mod flash;
mod inspect;
mod interrupt;
mod keep;
mod lesson;
mod output;
mod predict;
mod progress;
mod quantize;
mod recipe;
mod replay;
mod report;
mod start;
mod sweep;
mod train;
mod values;

use std::ffi::OsString;
use std::io::ErrorKind;
use std::process::ExitCode;

use arguments::Command;
pub use error::CliError;
use output::note;
use recipe::Stop;

/// Runs the program with the command line `arguments`, the program's name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match recipe::read(arguments.into_iter().collect()) {
        Ok(cli) => cli,
        Err(Stop::Recipe(error)) => return failed(&error.into()),
        Err(Stop::Words(error)) => {
            // Help and version go to standard output and are no errors; a closed pipe is none either.
            return match error.print() {
                _ if error.use_stderr() => ExitCode::from(2),
                Err(cause) if cause.kind() != ErrorKind::BrokenPipe => {
                    failed(&CliError::Output(cause))
                }
                _ => ExitCode::SUCCESS,
            };
        }
    };
    let done = match &cli.command {
        Command::Train(arguments) => train::run(arguments),
        Command::Sweep(arguments) => sweep::run(arguments),
        Command::Recipes(arguments) => recipe::run(arguments),
        Command::Augment(arguments) => augment::run(arguments),
        Command::Eval(arguments) => eval::run(arguments),
        Command::Predict(arguments) => predict::run(arguments),
        Command::Inspect(arguments) => inspect::run(arguments),
        Command::Quantize(arguments) => quantize::run(arguments),
        Command::Device(command) => device::run(command),
        Command::Replay(arguments) => replay::run(arguments),
        Command::Report(arguments) => report::run(arguments),
        Command::Export(arguments) => export::run(arguments),
        Command::Lesson(arguments) => lesson::run(arguments),
        Command::Flash(arguments) => flash::run(arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

/// Says why it could not be done, in one line.
fn failed(error: &CliError) -> ExitCode {
    note(&format!("gradito: {error}"));
    match error {
        CliError::CommandLine(_)
        | CliError::SweepSpace(_)
        | CliError::NoValidation
        | CliError::NeedsBoard { .. } => ExitCode::from(2),
        _ => ExitCode::FAILURE,
    }
}
