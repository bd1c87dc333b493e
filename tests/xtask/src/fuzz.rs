//! `cargo xtask fuzz`: every reader, given bytes that are almost right, for as long as one likes.

use crate::Failure;
use crate::shell::cargo;
use crate::steps::Steps;

/// How long unless told.
const MINUTES: u32 = 10;

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let minutes = match arguments {
        [] => Some(MINUTES),
        [flag, minutes] if flag == "--minutes" => minutes.parse().ok(),
        _ => None,
    };
    let usage = || Failure::Usage("fuzz takes --minutes and a whole number, or nothing".into());
    let minutes = minutes.ok_or_else(usage)?;
    let mut steps = Steps::default();
    // Not as it is shipped: with overflow checks and assertions.
    let arguments = ["test", "--package", "gradito-tests", "--test", "fuzz", "--", "--nocapture"];
    let command = &mut cargo(arguments);
    steps.run("fuzz", command.env("GRADITO_FUZZ_MINUTES", minutes.to_string()));
    steps.finish()
}
