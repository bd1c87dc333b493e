//! What the program computes: the default run, and one digest wherever it is run.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::figure::Figure;
use crate::shell::{is_on_path, output, root};

/// The least test accuracy of the default run, in per cent.
const DEFAULT: f64 = 95.0;

/// The short training whose digest is kept in `tests/src/golden.rs`.
const SHORT: &str = "train --steps 200";

/// Emulated boards that train 784-30-10 as a whole.
const BOARDS: [&str; 2] = ["mps2-an386", "mps2-an385"];

/// A folder that goes with this.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, String> {
        let path = std::env::temp_dir().join(format!("gradito-report-{}", std::process::id()));
        std::fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(path))
    }

    /// What a command line prints as JSON; models are files of the folder.
    fn json(&self, program: &Path, line: &str) -> Result<Value, String> {
        let mut command = Command::new(program);
        command.current_dir(root());
        for word in line.split_whitespace() {
            match word.ends_with(".gradito") {
                true => command.arg(self.0.join(word)),
                false => command.arg(word),
            };
        }
        let said = output(command.arg("--json"))?;
        serde_json::from_str(&said).map_err(|error| error.to_string())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The run of the README's first command.
pub fn default_run(program: &Path) -> Result<Vec<Figure>, String> {
    let folder = Folder::new()?;
    let said = folder.json(program, "train --out digits.gradito")?;
    let accuracy = 100.0 * said["test_accuracy"].as_f64().unwrap_or(0.0);
    let seconds = said["seconds_per_epoch"].as_f64().unwrap_or(0.0);
    let by = "gradito train --json";
    Ok(vec![
        Figure::plain("default run, test accuracy", format!("{accuracy:.2} %"), by)
            .held(accuracy >= DEFAULT, format!("at least {DEFAULT} %")),
        Figure::plain("default run, an epoch", format!("{:.0} ms", 1000.0 * seconds), by),
        Figure::plain("default run, digest", short(&said["digest"]), by),
    ])
}

/// The first digits of a digest.
fn short(digest: &Value) -> String {
    digest.as_str().unwrap_or("none").chars().take(16).collect()
}

/// The short training's digest with each kind of vector instructions, with threads, and on boards.
pub fn platforms(program: &Path) -> Result<Vec<Figure>, String> {
    let golden = golden()?;
    let folder = Folder::new()?;
    let mut figures = Vec::new();
    let mut add = |what: String, said: &Value, by| {
        let same = said["digest"] == *golden;
        let found = short(&said["digest"]);
        figures.push(Figure::plain(what, found, by).held(same, short(&golden.clone().into())));
    };
    for level in ["baseline", "avx2", "avx512"] {
        let line = format!("{SHORT} --simd {level} --out short.gradito");
        // What the machine does not have is refused.
        if let Ok(said) = folder.json(program, &line) {
            add(format!("200 steps, {level}"), &said, "gradito train --steps 200 --simd");
        }
    }
    let said = folder.json(program, &format!("{SHORT} --threads 2 --out short.gradito"))?;
    add("200 steps, 2 threads".into(), &said, "gradito train --steps 200 --threads");
    if is_on_path("qemu-system-arm") {
        folder.json(program, "train --steps 0 --out start.gradito")?;
        for board in BOARDS {
            let line = format!("device train start.gradito --emulate {board} --bulk --steps 200");
            let said = folder.json(program, &line)?;
            add(format!("200 steps, {board}"), &said, "gradito device train --emulate");
        }
    }
    Ok(figures)
}

/// The digest that every machine must reach.
fn golden() -> Result<String, String> {
    let path = root().join("tests/src/golden.rs");
    let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
    let digest = text.split("DIGEST: &str = \"").nth(1).and_then(|rest| rest.split('"').next());
    digest.map(str::to_owned).ok_or_else(|| format!("{}: no DIGEST", path.display()))
}
