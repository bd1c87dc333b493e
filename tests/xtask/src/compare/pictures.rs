//! The first pictures of MNIST's test set: raw for the peers, as IDX files for gradito.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell;

/// How many.
pub const PICTURES: usize = 20;

/// Pixels of a picture, and those of its side.
const PIXELS: usize = 784;
const SIDE: u32 = 28;

/// Folders with IDX files.
pub struct Folders {
    /// The pictures, to be tested on and to be learnt from.
    pub digits: PathBuf,
    /// One picture without a black pixel.
    pub white: PathBuf,
}

/// Writes `pictures` and `labels` to `work`, where peers look for them, and the folders.
///
/// # Errors
///
/// If one cannot be written.
pub fn write(work: &Path) -> Result<Folders, String> {
    let mnist = mnist(work)?;
    let read = |name: &str, header: usize, length: usize| {
        let path = mnist.join(name);
        let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let part = bytes.get(header..header + length).map(<[u8]>::to_vec);
        part.ok_or_else(|| format!("{}: is cut off", path.display()))
    };
    let pictures = read("t10k-images-idx3-ubyte", 16, PICTURES * PIXELS)?;
    let labels = read("t10k-labels-idx1-ubyte", 8, PICTURES)?;
    save(&work.join("pictures"), &pictures)?;
    save(&work.join("labels"), &labels)?;
    let digits = folder(work, "digits", &pictures, &labels)?;
    let white = folder(work, "white", &[u8::MAX; PIXELS], &[8])?;
    Ok(Folders { digits, white })
}

/// The folder with gradito's own MNIST, unpacked.
fn mnist(work: &Path) -> Result<PathBuf, String> {
    let folder = work.join("mnist");
    if !folder.join("t10k-labels-idx1-ubyte").is_file() {
        let build = ["build", "--package", "gradito-tests", "--example", "write-mnist"];
        shell::run(&mut shell::cargo(build))?;
        let example = format!("debug/examples/write-mnist{}", std::env::consts::EXE_SUFFIX);
        shell::run(Command::new(shell::target()?.join(example)).arg(&folder))?;
    }
    Ok(folder)
}

/// A folder of IDX files that has the same pictures to learn from and to be tested on.
fn folder(work: &Path, name: &str, pictures: &[u8], labels: &[u8]) -> Result<PathBuf, String> {
    let folder = work.join(name);
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let count = labels.len() as u32;
    for set in ["train", "t10k"] {
        let images = [&header(&[0x803, count, SIDE, SIDE]), pictures].concat();
        save(&folder.join(format!("{set}-images-idx3-ubyte")), &images)?;
        let named = [&header(&[0x801, count]), labels].concat();
        save(&folder.join(format!("{set}-labels-idx1-ubyte")), &named)?;
    }
    Ok(folder)
}

/// Big-endian numbers.
fn header(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

fn save(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}
