//! Where things are: gradito, the data, a folder to work in, and the cores to work on.

use std::fs;
use std::path::{Path, PathBuf};

use super::data;
use super::jobs::Inputs;
use super::options::Options;
use crate::{machine, shell};

/// What every contender needs to know.
pub struct Place {
    /// The program.
    pub gradito: PathBuf,
    /// A folder for compiled peers, data and models, kept from run to run.
    pub work: PathBuf,
    digits: PathBuf,
    no_zeros: PathBuf,
    /// The core to time on, then the others; empty where the system chooses.
    cores: Vec<usize>,
}

impl Place {
    /// Builds what has to be built, and writes the data that is not there yet.
    ///
    /// # Errors
    ///
    /// If a build fails, or the data named on the command line is not MNIST.
    pub fn new(options: &Options) -> Result<Self, String> {
        let work = shell::target()?.join("bench");
        fs::create_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))?;
        let gradito = match &options.gradito {
            Some(file) => {
                file.canonicalize().map_err(|error| format!("{}: {error}", file.display()))?
            }
            None => shell::gradito()?,
        };
        let digits = data::folder(options.data.as_deref(), &work)?;
        let no_zeros = data::without_zeros(&work)?;
        let cores = options.core.map(machine::cores_from).unwrap_or_default();
        Ok(Self { gradito, work, digits, no_zeros, cores })
    }

    /// The folder with the four IDX files.
    pub fn data(&self, inputs: Inputs) -> &Path {
        match inputs {
            Inputs::Digits => &self.digits,
            Inputs::NoZeros => &self.no_zeros,
        }
    }

    /// A core for each thread, as far as there are any; none where the system chooses.
    pub fn cores(&self, threads: usize) -> &[usize] {
        &self.cores[..threads.min(self.cores.len())]
    }

    /// The threads that can run at once.
    pub fn most_threads(&self) -> usize {
        match self.cores.len() {
            0 => std::thread::available_parallelism().map_or(1, Into::into),
            cores => cores,
        }
    }
}

/// Builds an example of the tests crate and returns where it is. Those link gradito; this program
/// does not, so that it is built in no time.
///
/// # Errors
///
/// If it cannot be built.
pub fn built_example(name: &str) -> Result<PathBuf, String> {
    let build = ["build", "--release", "--package", "gradito-tests", "--example", name];
    shell::run(&mut shell::cargo(build))?;
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    Ok(shell::target()?.join("release/examples").join(file))
}
