//! `cargo xtask lint`: format, clippy, documentation, licences.

use crate::Failure;
use crate::firmware;
use crate::licences;
use crate::setup;
use crate::shell::cargo;
use crate::steps::Steps;

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    if !arguments.is_empty() {
        return Err(Failure::Usage("lint takes no arguments".into()));
    }
    let mut steps = Steps::default();
    setup::install(setup::LINTS, &mut steps);
    steps.run("format", &mut cargo(["fmt", "--all", "--check"]));
    let clippy = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    steps.run("clippy", &mut cargo(clippy));
    let on_target = ["clippy", "--package", "gradito-tests", "--all-targets"];
    let on_target =
        on_target.into_iter().chain(["--features", "on-target,browser", "--", "-D", "warnings"]);
    steps.run("clippy of the tests on targets", &mut cargo(on_target));
    firmware::lint(&mut steps);
    let doc = &mut cargo(["doc", "--workspace", "--no-deps"]);
    steps.run("documentation", doc.env("RUSTDOCFLAGS", "-D warnings"));
    steps.attempt("licences", licences::check);
    steps.finish()
}
