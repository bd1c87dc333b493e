//! The program whose figures these are, and a folder for its files.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::shell::{gradito, output, root};

/// How often a run is tried that ends without an answer: on a busy machine an emulator can be too
/// slow for the link's patience.
const TRIES: usize = 3;

/// The release build of gradito, and a folder that goes with this.
pub struct Program {
    path: PathBuf,
    folder: PathBuf,
}

impl Program {
    /// Builds it.
    pub fn build() -> Result<Self, String> {
        let path = gradito()?;
        let folder = std::env::temp_dir().join(format!("gradito-costs-{}", std::process::id()));
        std::fs::create_dir_all(&folder)
            .map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Self { path, folder })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A file in the folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The program, run where it finds the firmware; words that end in `.gradito` are files of the
    /// folder, as are those that begin with `@`.
    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(&self.path);
        command.current_dir(root());
        for word in line.split_whitespace() {
            match word.strip_prefix('@') {
                Some(name) => command.arg(self.file(name)),
                None if word.ends_with(".gradito") => command.arg(self.file(word)),
                None => command.arg(word),
            };
        }
        command
    }

    /// Runs a line, unless its model is there already.
    pub fn model(&self, name: &str, line: &str) -> Result<(), String> {
        if self.file(name).is_file() {
            return Ok(());
        }
        output(&mut self.command(line)).map(drop)
    }

    /// What a line prints as JSON.
    pub fn json(&self, line: &str) -> Result<Value, String> {
        let text = output(&mut self.command(&format!("{line} --json")))?;
        serde_json::from_str(&text).map_err(|error| format!("{line}: {error}"))
    }

    /// The same of something that an emulator answers.
    pub fn emulated(&self, line: &str) -> Result<Value, String> {
        eprintln!("+ gradito {line}");
        let mut tries = 1;
        loop {
            match self.json(line) {
                Err(error) if tries < TRIES => eprintln!("xtask: {error}; once more"),
                result => return result,
            }
            tries += 1;
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // What is left lies among temporary files.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The firmware that was built last for a target.
pub fn firmware(triple: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR");
    let target = target.map_or_else(|| root().join("firmware/target"), Into::into);
    Path::new(&target).join(triple).join("release").join("gradito-firmware")
}
