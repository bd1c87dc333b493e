//! The firmware: a package of its own, built for one board at a time.

use std::process::Command;

use crate::shell;
use crate::steps::Steps;

/// A board as the firmware's build knows it.
pub struct Board {
    /// Also the firmware's feature.
    pub name: &'static str,
    pub target: &'static str,
    /// Whether there is RAM to train a whole 784-30-10, or for its last layer only.
    pub trains: Trains,
}

/// How much of 784-30-10 a board has the RAM to train.
#[derive(Clone, Copy, PartialEq)]
pub enum Trains {
    All,
    LastLayer,
}

pub const BOARDS: &[Board] = &[
    Board { name: "mps2-an386", target: "thumbv7em-none-eabihf", trains: Trains::All },
    Board { name: "mps2-an385", target: "thumbv7m-none-eabi", trains: Trains::All },
    Board { name: "stm32f405", target: "thumbv7em-none-eabihf", trains: Trains::All },
    Board { name: "microbit", target: "thumbv6m-none-eabi", trains: Trains::LastLayer },
];

/// Cargo in the firmware's folder.
pub fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = shell::cargo(arguments);
    command.current_dir(shell::root().join("firmware"));
    command
}

/// Lints the firmware of every board, with training.
pub fn lint(steps: &mut Steps) {
    steps.run("format of the firmware", &mut cargo(["fmt", "--check"]));
    for Board { name, target, trains } in BOARDS {
        let features = format!("{name},train");
        let arguments = ["clippy", "--release", "--target", target, "--features", &features];
        let mut command = cargo(arguments.into_iter().chain(["--", "-D", "warnings"]));
        if *trains == Trains::LastLayer {
            command.env("GRADITO_FREEZE", "1");
        }
        steps.run(&format!("clippy of the firmware for {name}"), &mut command);
    }
}
