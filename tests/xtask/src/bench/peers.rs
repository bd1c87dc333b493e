//! Finding the peers, and building the one that has to be built.

use std::path::Path;
use std::process::Command;

use super::contender::{Contender, Report};
use super::jobs::Job;
use crate::{setup, shell};

/// A peer that cannot take part.
pub struct Missing {
    pub name: &'static str,
    pub why: String,
    /// The command that would help.
    pub install: Option<String>,
}

/// The peers' names, in the order of their turns.
pub const NAMES: [&str; 5] = ["c", "c-skip", "numpy", "jax", "torch"];

/// A Python library with a peer written for it.
struct Library {
    peer: &'static str,
    /// The package to install; all of them read the data with `numpy` besides.
    package: &'static str,
    script: &'static str,
    /// Epochs before those that count: JAX compiles in its first.
    warm_up: usize,
    /// How many times fewer epochs than the others, because it is that slow.
    fewer: usize,
}

const LIBRARIES: &[Library] = &[
    Library { peer: "numpy", package: "numpy", script: "mlp_numpy.py", warm_up: 0, fewer: 1 },
    Library { peer: "jax", package: "jax", script: "mlp_jax.py", warm_up: 1, fewer: 1 },
    Library { peer: "torch", package: "torch", script: "mlp_torch.py", warm_up: 0, fewer: 3 },
];

/// Gets one peer ready for a job: compiled, or found.
///
/// `work` is a folder for what is built, `data` that of the uncompressed IDX files.
pub fn prepare(
    name: &'static str,
    job: &Job,
    epochs: usize,
    work: &Path,
    data: &Path,
) -> Result<Contender, Missing> {
    match LIBRARIES.iter().find(|library| library.peer == name) {
        Some(library) => python(library, job, epochs, data),
        None => c(name, job, epochs, work, data),
    }
}

/// `mlp_c.c`, compiled for this job; `c-skip` is the same with zero pixels passed over.
fn c(
    name: &'static str,
    job: &Job,
    epochs: usize,
    work: &Path,
    data: &Path,
) -> Result<Contender, Missing> {
    let missing = |why, install| Missing { name, why, install };
    let hidden = job.hidden();
    if hidden.parse::<usize>().is_err() {
        return Err(missing(format!("it has one hidden layer, not {hidden}"), None));
    }
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".into());
    let version = shell::output(Command::new(&compiler).arg("--version"))
        .map_err(|why| missing(why, Some(setup::C_COMPILER.hint())))?;
    let program = work.join(format!("{name}-{hidden}-{}", job.batch));
    let mut command = Command::new(&compiler);
    command.args(["-O3", "-march=native", "-ffast-math"]);
    command.args([format!("-DHIDDEN={hidden}"), format!("-DBATCH={}", job.batch)]);
    command.args((name == "c-skip").then_some("-DSKIP"));
    command.arg(peers().join("mlp_c.c")).arg("-o").arg(&program).arg("-lm");
    shell::run(&mut command).map_err(|why| missing(why, None))?;
    Ok(Contender {
        name,
        version: version.lines().next().unwrap_or_default().to_owned(),
        program: program.to_string_lossy().into_owned(),
        arguments: vec![text(data), job.eta.to_string(), epochs.to_string()],
        report: Report::Lines { warm_up: 0 },
    })
}

fn python(library: &Library, job: &Job, epochs: usize, data: &Path) -> Result<Contender, Missing> {
    let Library { peer: name, package, warm_up, .. } = *library;
    let both = |python: &str| version(python, "numpy").and(version(python, package));
    let found = pythons().find_map(|python| both(&python).map(|version| (python, version)));
    let Some((program, version)) = found else {
        let tried = pythons().collect::<Vec<_>>().join(", ");
        let packages = if package == "numpy" { package.into() } else { format!("numpy {package}") };
        let python =
            pythons().find(|python| shell::output(Command::new(python).arg("--version")).is_ok());
        return Err(Missing {
            name,
            why: format!("no Python with {package} (tried {tried}; GRADITO_PYTHON names another)"),
            install: Some(format!(
                "{} -m pip install {packages}",
                python.unwrap_or_else(|| "python3".into())
            )),
        });
    };
    let epochs = (epochs / library.fewer).max(1) + warm_up;
    let mut arguments = vec![text(&peers().join(library.script)), text(data)];
    arguments.extend([job.hidden().to_owned(), job.batch.to_string()]);
    arguments.extend([job.eta.to_string(), epochs.to_string()]);
    Ok(Contender {
        name,
        version: format!("{package} {version}"),
        program,
        arguments,
        report: Report::Lines { warm_up },
    })
}

/// The interpreters to try, in this order.
fn pythons() -> impl Iterator<Item = String> {
    let named = std::env::var("GRADITO_PYTHON").ok();
    let named = named.filter(|name| !name.is_empty());
    named.into_iter().chain(["python3", "python"].map(String::from))
}

/// The version of a package that this interpreter has.
fn version(python: &str, package: &str) -> Option<String> {
    let ask = "import sys, importlib.metadata as m; print(m.version(sys.argv[1]))";
    let version = shell::output(Command::new(python).args(["-c", ask, package]));
    version.ok().map(|version| version.trim().to_owned())
}

/// The folder of the peers' sources.
fn peers() -> std::path::PathBuf {
    shell::root().join("tests/peers")
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
