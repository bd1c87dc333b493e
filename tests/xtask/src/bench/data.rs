//! MNIST as the peers read it: four IDX files, not compressed.

use std::path::{Path, PathBuf};

use crate::shell;

/// The files and their sizes in bytes.
const FILES: [(&str, u64); 4] = [
    ("train-images-idx3-ubyte", 16 + 60_000 * 784),
    ("train-labels-idx1-ubyte", 8 + 60_000),
    ("t10k-images-idx3-ubyte", 16 + 10_000 * 784),
    ("t10k-labels-idx1-ubyte", 8 + 10_000),
];

/// The folder with the four files: `given`, or one in `work`, filled with gradito's own MNIST by a
/// small program of the tests crate (this one does not link gradito: it is to be built in no time).
///
/// # Errors
///
/// If a file is missing from `given` or has not MNIST's size, or if the program fails.
pub fn folder(given: Option<&Path>, work: &Path) -> Result<PathBuf, String> {
    if let Some(given) = given {
        let given =
            given.canonicalize().map_err(|error| format!("{}: {error}", given.display()))?;
        check(&given)?;
        return Ok(given);
    }
    let folder = work.join("mnist");
    if check(&folder).is_err() {
        let write =
            ["run", "--release", "--package", "gradito-tests", "--example", "write-mnist", "--"];
        shell::run(shell::cargo(write).arg(&folder))?;
        check(&folder)?;
    }
    Ok(folder)
}

fn check(folder: &Path) -> Result<(), String> {
    FILES.iter().try_for_each(|(name, size)| {
        let path = folder.join(name);
        match path.metadata() {
            Ok(file) if file.len() == *size => Ok(()),
            Ok(file) => Err(format!("{}: {} bytes, not {size}", path.display(), file.len())),
            Err(error) => {
                Err(format!("{}: {error}; uncompressed IDX files are needed", path.display()))
            }
        }
    })
}
