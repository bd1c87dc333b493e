//! gradito and its peers: finding them, and building what has to be built.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::contender::{Contender, Report};
use super::jobs::{Inputs, Task};
use super::place::Place;
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

/// How the C peer is compiled.
const OPTIMISED: [&str; 3] = ["-O3", "-march=native", "-ffast-math"];

/// A Python library with a peer written for it.
struct Library {
    peer: &'static str,
    /// The package to install; all of them read the data with `numpy` besides.
    package: &'static str,
    script: &'static str,
    /// Epochs before those that count: JAX compiles in its first.
    warm_up: usize,
    /// How many times fewer epochs than the others in batches below [`LARGE`], because it is that
    /// slow there.
    fewer: usize,
}

/// A batch from which no peer is much slower than another.
const LARGE: usize = 100;

const LIBRARIES: &[Library] = &[
    Library { peer: "numpy", package: "numpy", script: "mlp_numpy.py", warm_up: 0, fewer: 1 },
    Library { peer: "jax", package: "jax", script: "mlp_jax.py", warm_up: 1, fewer: 1 },
    Library { peer: "torch", package: "torch", script: "mlp_torch.py", warm_up: 0, fewer: 3 },
];

/// gradito, on its own MNIST unless there is another.
pub fn gradito(task: &Task, epochs: usize, place: &Place) -> Contender {
    let Task { batch, eta, inputs, threads, .. } = task;
    let line = format!(
        "train --json --layers {} --batch {batch} --eta {eta} --epochs {epochs} --validation 0 --threads {threads}",
        task.topology()
    );
    let mut arguments: Vec<String> = line.split(' ').map(String::from).collect();
    if *inputs != Inputs::Digits {
        arguments.extend(["--data".into(), text(place.data(*inputs))]);
    }
    Contender {
        name: "gradito",
        version: String::new(),
        program: text(&place.gradito),
        arguments,
        report: Report::Json,
        threads: *threads,
    }
}

/// Gets one peer ready for a task: compiled, or found.
pub fn prepare(
    name: &'static str,
    task: &Task,
    epochs: usize,
    place: &Place,
) -> Result<Contender, Missing> {
    match LIBRARIES.iter().find(|library| library.peer == name) {
        Some(library) => python(library, task, epochs, place),
        None => c(name, task, epochs, place),
    }
}

/// `mlp_c.c`, compiled for this task; `c-skip` is the same with zero pixels passed over.
fn c(name: &'static str, task: &Task, epochs: usize, place: &Place) -> Result<Contender, Missing> {
    let missing = |why, install| Missing { name, why, install };
    let hidden = task.hidden();
    if hidden.parse::<usize>().is_err() {
        return Err(missing(format!("it has one hidden layer, not {hidden}"), None));
    }
    if task.threads > 1 {
        return Err(missing("it has one thread".into(), None));
    }
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".into());
    let version = shell::output(Command::new(&compiler).arg("--version"))
        .map_err(|why| missing(why, Some(setup::C_COMPILER.hint())))?;
    let program = place.work.join(format!("{name}-{hidden}-{}", task.batch));
    let mut command = Command::new(&compiler);
    command.args(OPTIMISED);
    command.args([format!("-DHIDDEN={hidden}"), format!("-DBATCH={}", task.batch)]);
    command.args((name == "c-skip").then_some("-DSKIP"));
    command.arg(peers().join("mlp_c.c")).arg("-o").arg(&program).arg("-lm");
    shell::run(&mut command).map_err(|why| missing(why, None))?;
    Ok(Contender {
        name,
        version: format!("{}, {}", version.lines().next().unwrap_or_default(), OPTIMISED.join(" ")),
        program: text(&program),
        arguments: vec![text(place.data(task.inputs)), task.eta.to_string(), epochs.to_string()],
        report: Report::Lines { warm_up: 0 },
        threads: 1,
    })
}

fn python(
    library: &Library,
    task: &Task,
    epochs: usize,
    place: &Place,
) -> Result<Contender, Missing> {
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
    let fewer = if task.batch < LARGE { library.fewer } else { 1 };
    let epochs = (epochs / fewer).max(1) + warm_up;
    let mut arguments =
        vec![text(&peers().join(library.script)), text(place.data(task.inputs)), task.hidden()];
    arguments.extend([task.batch.to_string(), task.eta.to_string()]);
    // Only PyTorch reads the last; the others do what their environment says.
    arguments.extend([epochs.to_string(), task.threads.to_string()]);
    Ok(Contender {
        name,
        version: format!("{package} {version}"),
        program,
        arguments,
        report: Report::Lines { warm_up },
        threads: task.threads,
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
fn peers() -> PathBuf {
    shell::root().join("tests/peers")
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
