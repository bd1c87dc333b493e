//! A chore's steps: all are run, and a summary says which failed.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::Failure;
use crate::shell;

/// What was run so far.
#[derive(Default)]
pub struct Steps {
    done: Vec<Step>,
}

struct Step {
    name: String,
    time: Duration,
    failure: Option<String>,
}

impl Steps {
    /// Runs a command as a step of that name; a failure is kept for the end.
    pub fn run(&mut self, name: &str, command: &mut Command) {
        self.attempt(name, || shell::run(command));
    }

    /// Does anything else as a step.
    pub fn attempt(&mut self, name: &str, action: impl FnOnce() -> Result<(), String>) {
        let start = Instant::now();
        let failure = action().err();
        if let Some(failure) = &failure {
            eprintln!("xtask: {failure}");
        }
        self.done.push(Step { name: name.into(), time: start.elapsed(), failure });
    }

    /// Ends without a summary, for chores whose output is for programs.
    ///
    /// # Errors
    ///
    /// The first failure.
    pub fn quietly(self) -> Result<(), Failure> {
        match self.done.into_iter().find_map(|step| step.failure) {
            Some(failure) => Err(Failure::Chore(failure)),
            None => Ok(()),
        }
    }

    /// Prints the summary.
    ///
    /// # Errors
    ///
    /// If a step failed; the message names those that did.
    pub fn finish(self) -> Result<(), Failure> {
        println!();
        for step in &self.done {
            let verdict = if step.failure.is_none() { "ok" } else { "FAILED" };
            println!("{verdict:>6} {:>7.1} s  {}", step.time.as_secs_f64(), step.name);
        }
        let failed = self.done.iter().filter(|step| step.failure.is_some());
        let failed: Vec<&str> = failed.map(|step| step.name.as_str()).collect();
        match (failed.len(), self.done.len()) {
            (0, all) => {
                println!("all {all} steps passed");
                Ok(())
            }
            (some, all) => {
                let names = failed.join(", ");
                Err(Failure::Chore(format!("{some} of {all} steps failed: {names}")))
            }
        }
    }
}
