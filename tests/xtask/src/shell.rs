//! Commands: shown as one would type them, then run.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The workspace's folder.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// The cargo that runs this program, in the workspace's folder.
pub fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()).args(arguments);
    command
}

/// Cargo's target folder, wherever it has been put.
///
/// # Errors
///
/// If cargo does not tell.
pub fn target() -> Result<PathBuf, String> {
    let metadata = ["metadata", "--no-deps", "--format-version", "1"];
    let metadata = output(&mut cargo(metadata))?;
    let metadata: Value = serde_json::from_str(&metadata).map_err(|error| error.to_string())?;
    let folder = metadata["target_directory"].as_str();
    folder.map(PathBuf::from).ok_or_else(|| "cargo metadata names no target folder".into())
}

/// Builds gradito as it is shipped, and returns where it is.
///
/// # Errors
///
/// If it does not build.
pub fn gradito() -> Result<PathBuf, String> {
    run(&mut cargo(["build", "--release", "--package", "gradito"]))?;
    Ok(target()?.join("release").join(format!("gradito{}", std::env::consts::EXE_SUFFIX)))
}

/// The command as one would type it: the program without its folder, spaces quoted.
pub fn show(command: &Command) -> String {
    let quoted = |text: &str| match text.contains([' ', '"', '&', '$']) {
        true => format!("'{text}'"),
        false => text.to_owned(),
    };
    let variables = command.get_envs().filter_map(|(name, value)| {
        Some(format!("{}={}", name.to_str()?, quoted(value?.to_str()?)))
    });
    let program = Path::new(command.get_program());
    let program = program.file_name().unwrap_or(program.as_os_str());
    let words = std::iter::once(program).chain(command.get_args());
    let words = words.map(|word| quoted(&word.to_string_lossy()));
    variables.chain(words).collect::<Vec<_>>().join(" ")
}

/// Shows the command and runs it; its output goes where this program's goes.
///
/// # Errors
///
/// If it cannot be started or ends with anything but 0; the message names the command.
pub fn run(command: &mut Command) -> Result<(), String> {
    eprintln!("+ {}", show(command));
    match command.stdin(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{}: {status}", show(command))),
        Err(error) => Err(format!("{}: {error}", show(command))),
    }
}

/// Runs the command in silence and returns what it printed.
///
/// # Errors
///
/// As [`run`]; the last line of its standard error is added, where compilers and Python say why.
pub fn output(command: &mut Command) -> Result<String, String> {
    let output = match command.stdin(Stdio::null()).output() {
        Ok(output) => output,
        Err(error) => return Err(format!("{}: {error}", show(command))),
    };
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let complaint = complaint.lines().last().unwrap_or_default();
    Err(format!("{}: {}: {complaint}", show(command), output.status))
}

/// Whether a program of that name is on the PATH.
pub fn is_on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path).any(|folder| folder.join(&file).is_file())
}
