//! The peers: what they are, and how they are compiled.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::run::{self, Figures};
use crate::shell::{self, root};

/// A network that is compared.
pub struct Network {
    pub name: &'static str,
    pub title: &'static str,
    /// How gradito trains it.
    pub training: &'static str,
    hidden: usize,
    /// Whether it is run in 8-bit numbers; peers make them of the trained `f32` by themselves.
    pub is_quantized: bool,
    pub peers: &'static [Peer],
}

/// A peer's program.
pub struct Peer {
    pub name: &'static str,
    source: &'static str,
    /// Of the compiler, besides what all have.
    options: &'static [&'static str],
    needs_emlearn: bool,
}

impl Peer {
    /// In C that was written for this comparison.
    const fn plain(
        name: &'static str,
        source: &'static str,
        options: &'static [&'static str],
    ) -> Self {
        Self { name, source, options, needs_emlearn: false }
    }
}

/// What is compared.
pub const NETWORKS: &[Network] = &[
    Network {
        name: "digits",
        title: "784-30-10 of f32, sigmoid; a step is of one sample",
        training: "--layers 784-30-10",
        hidden: 30,
        is_quantized: false,
        peers: &[
            Peer::plain("C, rows of outputs", "f32.c", &["-DTRAINS"]),
            Peer::plain("  not fused", "f32.c", &["-DTRAINS", UNFUSED]),
            Peer::plain("C, zeros skipped", "f32.c", &["-DTRAINS", "-DSKIP"]),
            Peer::plain("  not fused", "f32.c", &["-DTRAINS", "-DSKIP", UNFUSED]),
            Peer::plain("  unrolled", "f32.c", &["-DTRAINS", "-DSKIP", "-DUNROLL"]),
            Peer::plain(
                "  unrolled, not fused",
                "f32.c",
                &["-DTRAINS", "-DSKIP", "-DUNROLL", UNFUSED],
            ),
            Peer { name: "emlearn 0.23.2", source: "emlearn.c", options: &[], needs_emlearn: true },
        ],
    },
    Network {
        name: "bytes",
        title: "784-32-10 of i8, rectifier",
        training: "--layers 784-32-10 --activation relu --cost softmax --eta 0.1",
        hidden: 32,
        is_quantized: true,
        peers: &[
            Peer::plain("C, rows of outputs", "i8.c", &[]),
            Peer::plain("C, zeros skipped", "i8.c", &["-DSKIP"]),
            Peer::plain("  unrolled", "i8.c", &["-DSKIP", "-DUNROLL"]),
        ],
    },
];

/// Products and sums are rounded one by one, as gradito's are.
const UNFUSED: &str = "-ffp-contract=off";

/// For the Cortex-M4F, with newlib's files by semihosting.
const COMMON: &str = "-std=gnu11 -O3 -Wall -Wextra -Werror -mthumb -mcpu=cortex-m4 \
                      -mfpu=fpv4-sp-d16 -mfloat-abi=hard --specs=rdimon.specs";

/// The release of emlearn that is compared.
const EMLEARN: &str = "emlearn==0.23.2";

/// The folder with emlearn's headers, which its Python package brings; it is installed into `work`.
///
/// # Errors
///
/// If there is no Python, or the package cannot be had.
pub fn emlearn(work: &Path) -> Result<PathBuf, String> {
    let folder = work.join("emlearn");
    let headers = folder.join("emlearn");
    if !headers.join("eml_net.h").is_file() {
        let mut install = Command::new("python3");
        install.args(["-m", "pip", "install", "--quiet", "--no-deps", "--target"]);
        shell::run(install.arg(&folder).arg(EMLEARN))?;
    }
    Ok(headers)
}

impl Peer {
    /// The folder with headers that it needs, if it needs any; or why it is not there.
    pub fn headers<'a>(
        &self,
        emlearn: &'a Result<PathBuf, String>,
    ) -> Result<Option<&'a Path>, &'a str> {
        match (self.needs_emlearn, emlearn) {
            (false, _) => Ok(None),
            (true, Ok(folder)) => Ok(Some(folder)),
            (true, Err(why)) => Err(why),
        }
    }

    /// Compiles it for a network and runs it with the parameters of `model`.
    ///
    /// # Errors
    ///
    /// If it does not compile or run, or prints something else than it should.
    pub fn measure(
        &self,
        network: &Network,
        headers: Option<&Path>,
        work: &Path,
        model: &Path,
    ) -> Result<Figures, String> {
        let sources = root().join("tests/peers/device");
        let mut compiler = Command::new("arm-none-eabi-gcc");
        compiler.current_dir(&sources).args(COMMON.split_whitespace()).args(self.options);
        compiler.arg(format!("-DHIDDEN={}", network.hidden));
        if let Some(headers) = headers {
            // Their warnings are not ours.
            compiler.arg("-isystem").arg(headers);
        }
        let program = work.join("peer.elf");
        compiler.args(["-T", "board.ld", "bench.c", self.source, "-lm", "-o"]).arg(&program);
        shell::run(&mut compiler).map_err(|error| {
            format!("{error}; it needs gcc-arm-none-eabi and libnewlib-arm-none-eabi")
        })?;
        run::emulated(&program, work, model)
    }
}
