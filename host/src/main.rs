//! The `gradito` program: see `gradito --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    gradito::cli::run(std::env::args_os())
}
