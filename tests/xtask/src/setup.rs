//! What chores need on the machine beyond Rust and a linker, and how to get it.

use std::io::IsTerminal;
use std::path::Path;
use std::process::Command;

use crate::shell;
use crate::steps::Steps;

/// Something a chore needs. Where it is missing, its name and purpose are said before it is
/// installed.
pub struct Need {
    pub what: What,
    pub why: &'static str,
}

/// The kinds of things that are needed.
pub enum What {
    /// A compilation target, by rustup.
    Target(&'static str),
    /// A component of the toolchain, by rustup; `program` shows that it is there.
    Component { name: &'static str, program: &'static str },
    /// The nightly toolchain with Miri, by rustup.
    Nightly,
    /// A program of the distribution, by apt; by hand where there is no apt.
    Package { name: &'static str, program: &'static str },
}

const M4F: Need = Need {
    what: What::Target("thumbv7em-none-eabihf"),
    why: "to build the firmware for a Cortex-M4F, hard floats",
};

const M3: Need = Need {
    what: What::Target("thumbv7m-none-eabi"),
    why: "to build the firmware for a Cortex-M3, no FPU",
};

const M0: Need = Need {
    what: What::Target("thumbv6m-none-eabi"),
    why: "to build the firmware for a Cortex-M0, no FPU",
};

/// What the tests need.
pub const TESTS: &[Need] = &[
    M4F,
    M3,
    M0,
    EMULATOR,
    CROSS_COMPILER,
    Need {
        what: What::Package { name: "chromium", program: "chromium" },
        why: "to look at the lessons' pages as their readers do",
    },
];

/// What runs firmware without a board.
const EMULATOR: Need = Need {
    what: What::Package { name: "qemu-system-arm", program: "qemu-system-arm" },
    why: "to run the firmware on emulated boards",
};

/// What compiles C for microcontrollers.
const CROSS_COMPILER: Need = Need {
    what: What::Package { name: "gcc-arm-none-eabi", program: "arm-none-eabi-gcc" },
    why: "to compile C for emulated microcontrollers, and to list a firmware's symbols",
};

/// What comparing the firmware with others needs.
pub const COMPARISON: &[Need] = &[M4F, EMULATOR, CROSS_COMPILER];

/// What an emulated Cortex-M4F needs.
pub const EMULATION: &[Need] = &[M4F, EMULATOR];

/// What measuring the firmware needs.
pub const COSTS: &[Need] = &[M4F, M3, M0, EMULATOR, CROSS_COMPILER];

/// What the checks of the nightly toolchain need.
pub const NIGHTLY: &[Need] =
    &[Need { what: What::Nightly, why: "to build with the oldest dependencies, and for Miri" }];

/// What the lints need.
pub const LINTS: &[Need] = &[
    M4F,
    M3,
    M0,
    Need {
        what: What::Component { name: "rustfmt", program: "cargo-fmt" },
        why: "to check the format",
    },
    Need { what: What::Component { name: "clippy", program: "cargo-clippy" }, why: "to lint" },
];

/// The C compiler of the benchmarks. They only say how to get it.
pub const C_COMPILER: Need =
    Need { what: What::Package { name: "gcc", program: "cc" }, why: "to compile the C peer" };

/// Installs what is missing, a step each.
pub fn install(needs: &[Need], steps: &mut Steps) {
    for need in needs.iter().filter(|need| !need.is_there()) {
        eprintln!("{} is missing: it is needed {}", need.name(), need.why);
        steps.attempt(&format!("set-up: {}", need.name()), || {
            need.commands()?.iter_mut().try_for_each(shell::run)
        });
    }
}

impl Need {
    pub fn name(&self) -> &'static str {
        match self.what {
            What::Nightly => "nightly Rust",
            What::Target(name) | What::Component { name, .. } | What::Package { name, .. } => name,
        }
    }

    pub fn is_there(&self) -> bool {
        match self.what {
            What::Target(triple) => {
                shell::output(Command::new("rustc").args(["--print", "sysroot"])).is_ok_and(
                    |sysroot| Path::new(sysroot.trim()).join("lib/rustlib").join(triple).is_dir(),
                )
            }
            // Run, not looked up: rustup puts a stand-in on the PATH for what it could install.
            What::Component { program, .. } => {
                shell::output(Command::new(program).arg("--version")).is_ok()
            }
            What::Nightly => {
                let miri = ["run", "nightly", "cargo", "miri", "--version"];
                shell::output(Command::new("rustup").args(miri)).is_ok()
            }
            What::Package { program, .. } => shell::is_on_path(program),
        }
    }

    /// What would install it, as one would type it.
    pub fn hint(&self) -> String {
        match self.commands() {
            Ok(commands) => commands.iter().map(shell::show).collect::<Vec<_>>().join(" && "),
            Err(message) => message,
        }
    }

    /// The commands that install it.
    ///
    /// # Errors
    ///
    /// If the installer is not on this machine; the message says what to do by hand.
    fn commands(&self) -> Result<Vec<Command>, String> {
        match self.what {
            What::Target(triple) => Ok(vec![rustup("target", &["add", triple])?]),
            What::Component { name, .. } => Ok(vec![rustup("component", &["add", name])?]),
            What::Nightly => {
                let install = ["install", "nightly", "--profile", "minimal"];
                let parts = ["--component", "miri", "--component", "rust-src"];
                Ok(vec![rustup("toolchain", &[install, parts].concat())?])
            }
            What::Package { name, .. } => {
                Ok(vec![apt(name, &["update"])?, apt(name, &["install", "--yes", name])?])
            }
        }
    }
}

fn rustup(kind: &str, arguments: &[&str]) -> Result<Command, String> {
    if !shell::is_on_path("rustup") {
        let what = arguments.get(1).unwrap_or(&"");
        return Err(format!(
            "rustup is not on the PATH, so the {kind} {what} cannot be installed: \
             install rustup, or {what} the way this Rust was installed"
        ));
    }
    let mut command = Command::new("rustup");
    command.arg(kind).args(arguments);
    Ok(command)
}

fn apt(package: &str, arguments: &[&str]) -> Result<Command, String> {
    if !shell::is_on_path("apt-get") {
        return Err(format!("install {package} with this system's package manager"));
    }
    let is_root = shell::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let mut command = Command::new(if is_root { "apt-get" } else { "sudo" });
    if !is_root {
        // Without a terminal nobody could type a password: fail instead of waiting for one.
        command.args((!std::io::stdin().is_terminal()).then_some("--non-interactive"));
        command.arg("apt-get");
    }
    command.args(arguments);
    Ok(command)
}
