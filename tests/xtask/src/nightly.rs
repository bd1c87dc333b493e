//! `cargo xtask nightly`: what only the nightly toolchain does.

use std::process::Command;

use crate::Failure;
use crate::setup;
use crate::shell::{self, root, target};
use crate::steps::Steps;

/// What Miri, which takes some hundred times as long as the processor, runs within minutes: tests of
/// what reads bytes that were sent. No crate but `cortex` and the firmware has `unsafe` code, and those
/// are assembler and registers, which Miri cannot run; it looks at that of the libraries behind the rest.
const MIRI: [&[&str]; 2] =
    [&["--package", "gradito-link"], &["--package", "gradito-core", "--lib", "signal::"]];

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    if !arguments.is_empty() {
        return Err(Failure::Usage("nightly takes no arguments".into()));
    }
    let mut steps = Steps::default();
    checks(&mut steps);
    steps.finish()
}

/// The checks, a step each.
pub fn checks(steps: &mut Steps) {
    setup::install(setup::NIGHTLY, steps);
    steps.attempt("oldest dependencies", oldest);
    for part in MIRI {
        let words = ["miri", "test"].iter().chain(part.iter());
        let name = format!("miri: {}", part[1..].join(" "));
        // Tests let go of what must live as long as the program.
        let flags = "-Zmiri-ignore-leaks";
        steps.attempt(&name, || shell::run(nightly(words.copied())?.env("MIRIFLAGS", flags)));
    }
}

/// Builds everything with the oldest dependencies that the manifests allow, by a lock file beside the
/// project's.
fn oldest() -> Result<(), String> {
    let folder = target()?.join("oldest");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let lock = format!("resolver.lockfile-path={:?}", folder.join("Cargo.lock"));
    let beside = ["-Zlockfile-path", "--config", lock.as_str()];
    let update = ["update", "-Zdirect-minimal-versions"];
    shell::run(&mut nightly(update.into_iter().chain(beside))?)?;
    let check = ["check", "--workspace", "--all-targets"];
    shell::run(&mut nightly(check.into_iter().chain(beside))?)
}

/// The nightly cargo, with a target folder of its own.
fn nightly<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Result<Command, String> {
    let mut command = Command::new("rustup");
    command.current_dir(root()).args(["run", "nightly", "cargo"]).args(arguments);
    command.env("CARGO_TARGET_DIR", target()?.join("nightly"));
    Ok(command)
}
