//! What the program computes: the default run, and one digest wherever it is run.

#[path = "../../../src/golden.rs"]
mod golden;

use serde_json::Value;

use super::figure::Figure;
use crate::costs::Program;
use crate::shell::is_on_path;

use golden::{DIGEST, STEPS};

/// The least test accuracy of the default run, in per cent.
const DEFAULT: f64 = 95.0;

/// Emulated boards that train 784-30-10 as a whole.
const BOARDS: [&str; 2] = ["mps2-an386", "mps2-an385"];

/// The run of the README's first command.
pub fn default_run(program: &Program) -> Result<Vec<Figure>, String> {
    let said = program.json("train --out digits.gradito")?;
    let accuracy = 100.0 * said["test_accuracy"].as_f64().unwrap_or(0.0);
    let seconds = said["seconds_per_epoch"].as_f64().unwrap_or(0.0);
    let by = "gradito train --json";
    Ok(vec![
        Figure::plain("default run, test accuracy", format!("{accuracy:.2} %"), by)
            .held(accuracy >= DEFAULT, format!("at least {DEFAULT} %")),
        Figure::plain("default run, an epoch", format!("{:.0} ms", 1000.0 * seconds), by),
        Figure::plain(
            "default run, digest",
            short(said["digest"].as_str().unwrap_or_default()),
            by,
        ),
    ])
}

/// The first digits of a digest.
fn short(digest: &str) -> &str {
    digest.get(..16).unwrap_or(digest)
}

/// The short training's digest with each kind of vector instructions, with threads, and on boards.
pub fn platforms(program: &Program) -> Result<Vec<Figure>, String> {
    let mut figures = Vec::new();
    let mut add = |what: String, said: &Value, by| {
        let found = said["digest"].as_str().unwrap_or_default();
        figures.push(Figure::plain(what, short(found), by).held(found == DIGEST, short(DIGEST)));
    };
    for level in ["baseline", "avx2", "avx512"] {
        let line = format!("train --steps {STEPS} --simd {level} --out short.gradito");
        // What the machine does not have is refused.
        if let Ok(said) = program.json(&line) {
            add(format!("{STEPS} steps, {level}"), &said, "gradito train --steps --simd");
        }
    }
    let said = program.json(&format!("train --steps {STEPS} --threads 2 --out short.gradito"))?;
    add(format!("{STEPS} steps, 2 threads"), &said, "gradito train --steps --threads");
    if is_on_path("qemu-system-arm") {
        program.json("train --steps 0 --out start.gradito")?;
        for board in BOARDS {
            let line =
                format!("device train start.gradito --emulate {board} --bulk --steps {STEPS}");
            let said = program.emulated(&line)?;
            add(format!("{STEPS} steps, {board}"), &said, "gradito device train --emulate");
        }
    }
    Ok(figures)
}
