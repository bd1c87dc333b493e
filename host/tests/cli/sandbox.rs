//! A folder of its own to run gradito in, and what a run came to.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::time::Duration;
use std::{fs, process};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// The program under test.
pub const GRADITO: &str = env!("CARGO_BIN_EXE_gradito");

/// No run takes longer, on any machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A temporary folder.
pub struct Sandbox(TempDir);

/// What a run came to.
pub struct Run {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Sandbox {
    pub fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// The names in the folder, sorted.
    pub fn names(&self) -> Vec<String> {
        let name = |entry: Result<fs::DirEntry, _>| entry.unwrap().file_name().into_string();
        let mut names: Vec<_> =
            fs::read_dir(self.0.path()).unwrap().map(|entry| name(entry).unwrap()).collect();
        names.sort();
        names
    }

    /// gradito with the words of `line`, to be started here and spoken with as it runs.
    pub fn command(&self, line: &str) -> process::Command {
        let mut command = process::Command::new(GRADITO);
        command.current_dir(self.0.path()).args(line.split_whitespace());
        command.stdin(process::Stdio::null());
        command
    }

    /// Runs gradito with the words of `line`.
    pub fn run(&self, line: &str) -> Run {
        self.run_with(line.split_whitespace())
    }

    /// Runs gradito with `arguments`.
    pub fn run_with<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Run {
        let mut command = Command::new(GRADITO);
        // The size of the terminal is part of the environment.
        command.env("COLUMNS", "80").current_dir(self.0.path()).timeout(PATIENCE);
        Run::of(command.args(arguments).output().unwrap())
    }

    /// Runs gradito where it is to succeed.
    pub fn done(&self, line: &str) -> Run {
        let run = self.run(line);
        assert_eq!(run.code, Some(0), "gradito {line}\n{}", run.err);
        run
    }

    /// Runs gradito where it is to succeed and print one JSON object, which this is.
    pub fn json(&self, line: &str) -> Value {
        let run = self.done(&format!("{line} --json"));
        assert!(run.out.ends_with('\n') && run.out.lines().count() == 1, "{}", run.out);
        let value: Value = serde_json::from_str(&run.out).unwrap();
        assert!(value.is_object());
        value
    }

    /// Runs gradito where it is to fail, and is the line that says why.
    pub fn fails(&self, line: &str) -> String {
        let run = self.run(line);
        assert_eq!(run.code, Some(1), "gradito {line}\n{}", run.err);
        assert_eq!(run.out, "", "gradito {line}");
        run.error()
    }

    /// Runs gradito where it is to fail before it has begun: the line that says why is the only one.
    pub fn refuses(&self, line: &str) -> String {
        let error = self.fails(line);
        assert_eq!(self.run(line).err.lines().count(), 1, "gradito {line}");
        error
    }

    /// Runs gradito with a wrong command line, and is what it says.
    pub fn wrong(&self, line: &str) -> String {
        let run = self.run(line);
        assert_eq!(run.code, Some(2), "gradito {line}\n{}{}", run.out, run.err);
        assert_eq!(run.out, "", "gradito {line}");
        run.check();
        run.err
    }
}

impl Run {
    pub fn of(output: process::Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Nothing of this belongs on a person's screen.
    pub fn check(&self) {
        for word in ["panicked", "backtrace", "os error", "\u{1b}", ".part", "18446744073709551615"]
        {
            assert!(!self.err.contains(word), "{}", self.err);
        }
    }

    /// The one line that says why it could not be done; the last.
    pub fn error(&self) -> String {
        self.check();
        let lines: Vec<_> = self.err.lines().filter(|line| line.starts_with("gradito: ")).collect();
        assert_eq!(lines.len(), 1, "{}", self.err);
        assert_eq!(self.err.lines().last(), Some(lines[0]), "{}", self.err);
        lines[0].to_owned()
    }
}
