//! The program, in a folder of its own, and the boards.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use gradito::device::emulator::Launch;
use gradito::device::firmware::Variant;
use gradito::device::{emulator, firmware};
use gradito::model::Model;
use serde_json::Value;
use tempfile::TempDir;

/// Boards that read files: whole data sets in a second.
pub const WITH_FILES: [&str; 2] = ["mps2-an386", "mps2-an385"];

/// Every board.
pub const BOARDS: [&str; 4] = ["mps2-an386", "mps2-an385", "stm32f405", "microbit"];

/// No run takes longer.
pub const PATIENCE: Duration = Duration::from_secs(600);

/// The checkout: where the firmware is looked for.
pub fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The program, built as these tests are.
pub fn gradito() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let mut build = Command::new(env!("CARGO"));
        build.current_dir(checkout()).args(["build", "--package", "gradito", "--quiet"]);
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        let output = build.args(["--message-format", "json"]).stderr(Stdio::inherit()).output();
        let output = String::from_utf8(output.unwrap().stdout).unwrap();
        let messages = output.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut programs =
            messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from));
        programs.next_back().expect("cargo says where the program is")
    })
}

/// A folder with models: `start.gradito` as training begins, `digits.gradito` after it.
pub struct Bench(TempDir);

impl Bench {
    pub fn new() -> Self {
        let bench = Self(TempDir::new().unwrap());
        bench.done("train --steps 0 --out start.gradito");
        bench.done("train --epochs 1 --out digits.gradito");
        bench
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The arguments of `line`, names of files in the folder.
    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(gradito());
        // In the checkout, for the firmware; files are elsewhere.
        command.current_dir(checkout());
        for word in line.split_whitespace() {
            let is_file = word.ends_with(".gradito") || word.ends_with(".log");
            command.arg(if is_file { self.path(word) } else { word.into() });
        }
        command
    }

    /// Exit code, standard output and standard error of a run.
    pub fn run(&self, line: &str) -> (Option<i32>, String, String) {
        let mut command = assert_cmd::Command::from_std(self.command(line));
        let output = command.timeout(PATIENCE).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    pub fn done(&self, line: &str) -> String {
        let (code, out, err) = self.run(line);
        assert_eq!(code, Some(0), "gradito {line}\n{err}");
        out
    }

    pub fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.done(&format!("{line} --json"))).unwrap()
    }

    /// The line that says why a run failed.
    pub fn fails(&self, line: &str) -> String {
        let (code, _, err) = self.run(line);
        assert_eq!(code, Some(1), "gradito {line}\n{err}");
        err.lines().last().unwrap().to_owned()
    }

    /// A board with a firmware for `digits.gradito`, which is in its flash.
    pub fn start(&self, board: &str) -> (emulator::Emulated, Model) {
        let model = Model::read(&self.path("digits.gradito")).unwrap();
        let board = emulator::board(board).unwrap();
        let folder = firmware::folder(checkout()).unwrap();
        let variant = Variant::inference(&model);
        let firmware = firmware::build(&folder, board, Some(&variant)).unwrap();
        let launch = Launch::new(board, &firmware, Some(&model.to_bytes().unwrap())).unwrap();
        (launch.serial().unwrap(), model)
    }
}

/// Whether everything is to be run, whatever it takes.
pub fn takes_all() -> bool {
    std::env::var_os("GRADITO_ALL_SAMPLES").is_some()
}
