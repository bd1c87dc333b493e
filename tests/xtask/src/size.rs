//! `cargo xtask size`: what every firmware takes of its board, and what it costs there.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::Failure;
use crate::firmware::{BOARDS, Board, Trains};
use crate::setup;
use crate::shell::{self, cargo, output, root};
use crate::steps::Steps;

/// Images that are classified, and steps taken: their median counts.
const SAMPLES: &str = "100";

/// A line of the table.
struct Row {
    board: &'static str,
    build: String,
    /// Code and constants, static RAM, the stack ever in use, instructions.
    numbers: [Option<u64>; 4],
}

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    if !arguments.is_empty() {
        return Err(Failure::Usage("size takes no arguments".into()));
    }
    let mut steps = Steps::default();
    setup::install(setup::FIRMWARE, &mut steps);
    let mut rows = Vec::new();
    steps.attempt("measuring", || {
        shell::run(&mut cargo(["build", "--release", "--package", "gradito"]))?;
        let folder = tempfile()?;
        let model = folder.join("digits.gradito");
        let measured = measure_all(&model, &mut rows);
        let _ = std::fs::remove_dir_all(folder);
        measured
    });
    print(&rows);
    steps.finish()
}

/// A folder that nobody else has.
fn tempfile() -> Result<std::path::PathBuf, String> {
    let folder = std::env::temp_dir().join(format!("gradito-size-{}", std::process::id()));
    std::fs::create_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

fn measure_all(model: &Path, rows: &mut Vec<Row>) -> Result<(), String> {
    output(gradito(["train", "--epochs", "1", "--out"]).arg(model))?;
    for &Board { name, trains, .. } in BOARDS {
        let mut inference = gradito(["device", "test", "--json", "--samples", SAMPLES]);
        rows.push(measure(name, "inference", inference.args(["--emulate", name]).arg(model))?);
        let (build, freeze) = match trains {
            Trains::All => ("training, batch 10", "0"),
            Trains::LastLayer => ("training of the last layer", "1"),
        };
        let mut training = gradito(["device", "train", "--json", "--steps", SAMPLES]);
        training.args(["--freeze", freeze, "--emulate", name]).arg(model);
        rows.push(measure(name, build, &mut training)?);
    }
    Ok(())
}

/// The program, in its release build, in the folder from which it finds the firmware.
fn gradito<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
    let mut command = Command::new(target.join("release").join("gradito"));
    command.current_dir(root()).args(arguments);
    command
}

fn measure(board: &'static str, build: &str, command: &mut Command) -> Result<Row, String> {
    eprintln!("+ {}", shell::show(command));
    let report = output(command)?;
    let report: Value = serde_json::from_str(&report).map_err(|error| error.to_string())?;
    let memory = &report["memory"];
    let numbers = [
        &memory["flash"],
        &memory["statics"],
        &memory["stack_used"],
        &report["cost"]["instructions"],
    ];
    Ok(Row { board, build: build.into(), numbers: numbers.map(Value::as_u64) })
}

fn print(rows: &[Row]) {
    println!("784-30-10, f32; bytes, and the instructions of an inference or a step (medians)\n");
    println!(
        "{:<12} {:<27} {:>14} {:>10} {:>10} {:>10} {:>12}",
        "board", "build", "code+constants", "static RAM", "stack used", "RAM", "instructions"
    );
    for Row { board, build, numbers } in rows {
        let [flash, statics, stack, instructions] = *numbers;
        let ram = statics.zip(stack).map(|(statics, stack)| statics + stack);
        let [flash, statics, stack, ram, instructions] = [flash, statics, stack, ram, instructions]
            .map(|number| number.map_or_else(|| "-".into(), |number| number.to_string()));
        println!(
            "{board:<12} {build:<27} {flash:>14} {statics:>10} {stack:>10} {ram:>10} {instructions:>12}"
        );
    }
    println!("\nThe model, 95 632 bytes with its header, lies in a slot of its own.");
}
