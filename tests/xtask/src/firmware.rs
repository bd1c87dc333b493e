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

/// Lints the firmware of every board, with training and with a profile.
pub fn lint(steps: &mut Steps) {
    for folder in ["firmware", "firmware/probe", "firmware/kernels", "firmware/circuits"] {
        let mut command = shell::cargo(["fmt", "--check"]);
        command.current_dir(shell::root().join(folder));
        steps.run(&format!("format of {folder}"), &mut command);
    }
    for Board { name, target, trains } in BOARDS {
        let features = format!("{name},train");
        let arguments = ["clippy", "--release", "--target", target, "--features", &features];
        let mut command = cargo(arguments.into_iter().chain(["--", "-D", "warnings"]));
        if *trains == Trains::LastLayer {
            command.env("GRADITO_FREEZE", "1");
        }
        steps.run(&format!("clippy of the firmware for {name}"), &mut command);
        let features = format!("{name},profile");
        let arguments = ["clippy", "--release", "--target", target, "--features", &features];
        let mut command = cargo(arguments.into_iter().chain(["--", "-D", "warnings"]));
        steps.run(&format!("clippy of the profile for {name}"), &mut command);
    }
}

/// Links the probe, which does so only if the core's inference and training cannot panic; and makes
/// sure that it does not link if it can.
pub fn link_without_panics(steps: &mut Steps) {
    for target in ["thumbv7em-none-eabihf", "thumbv6m-none-eabi"] {
        steps.run(&format!("no panic in the core for {target}"), &mut probe(target));
        steps.attempt(&format!("a panic would be found for {target}"), || {
            let mut command = probe(target);
            command.args(["--features", "can-panic"]);
            eprintln!("+ {} (must not link)", shell::show(&command));
            let output = command.output().map_err(|error| error.to_string())?;
            let complaint = String::from_utf8_lossy(&output.stderr);
            if !output.status.success() && complaint.contains("error(panic-never)") {
                Ok(())
            } else {
                Err(format!("a program that can panic: {}: {complaint}", output.status))
            }
        });
    }
}

/// Holds the kernels of each kind of processor to the ones that define them, emulated.
pub fn compare_kernels(steps: &mut Steps) {
    for (target, machine) in [
        ("thumbv7em-none-eabihf", "mps2-an386"),
        ("thumbv7m-none-eabi", "mps2-an385"),
        ("thumbv6m-none-eabi", "microbit"),
    ] {
        let qemu = format!(
            "qemu-system-arm -machine {machine} -display none -monitor none -serial none \
             -semihosting-config enable=on,target=native -kernel"
        );
        let mut command = shell::cargo(["run", "--release", "--target", target]);
        command.current_dir(shell::root().join("firmware/kernels"));
        command.args(["--config", &format!("target.{target}.runner='{qemu}'")]);
        steps.run(&format!("kernels for {target}"), &mut command);
    }
}

fn probe(target: &str) -> Command {
    let mut command = shell::cargo(["build", "--release", "--target", target]);
    command.current_dir(shell::root().join("firmware/probe"));
    command
}
