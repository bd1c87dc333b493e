//! `cargo xtask test`: every test there is.

use crate::Failure;
use crate::costs;
use crate::firmware;
use crate::nightly;
use crate::setup;
use crate::shell::cargo;
use crate::steps::Steps;

/// One package at a time: built together they would share features, and the core would be tested
/// with `std` features of its dependencies that a device does not have.
const PACKAGES: [&str; 6] = [
    "gradito-core",
    "gradito-cortex",
    "gradito-link",
    "gradito-device",
    "gradito",
    "gradito-tests",
];

/// The devices' targets on which the core must build without `std` and without an allocator.
const DEVICES: [&str; 2] = ["thumbv7em-none-eabihf", "thumbv6m-none-eabi"];

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let all = match arguments {
        [] => false,
        [flag] if flag == "--all" => true,
        _ => return Err(Failure::Usage("test takes --all or nothing".into())),
    };
    let mut steps = Steps::default();
    setup::install(setup::TESTS, &mut steps);
    // The development profile is optimised, and checks overflows and assertions.
    packages(&mut steps, &[]);
    steps.run("xtask", &mut cargo(["test", "--package", "xtask"]));
    // One after the other: each emulated board takes a whole processor.
    let on_target = ["test", "--no-fail-fast", "--package", "gradito-tests"];
    let command = &mut cargo(on_target);
    command.args([
        "--features",
        "on-target",
        "--test",
        "on_target",
        "--test",
        "budget",
        "--test",
        "c_export",
    ]);
    command.args(["--", "--test-threads=1"]);
    if all {
        // Every image over every board's serial line.
        command.env("GRADITO_ALL_SAMPLES", "1");
    }
    steps.run("emulated boards", command);
    costs::check(&mut steps);
    let pages =
        ["test", "--package", "gradito-tests", "--features", "browser", "--test", "lessons"];
    let command = &mut cargo(pages);
    if all {
        // All lessons twice: two runs write the same bytes.
        command.env("GRADITO_ALL_SAMPLES", "1");
    }
    steps.run("lessons", command);
    for device in DEVICES {
        let command = &mut cargo(["build", "--package", "gradito-core", "--target", device]);
        steps.run(&format!("gradito-core for {device}"), command);
    }
    firmware::link_without_panics(&mut steps);
    firmware::compare_kernels(&mut steps);
    if all {
        // The same bits whatever the optimiser does: once more as it is shipped.
        packages(&mut steps, &["--release"]);
        // A hundred kills, and two hundred epochs of MNIST.
        let long = ["test", "--release", "--package", "gradito", "--test", "cli"];
        let command = &mut cargo(long);
        command.args(["--", "killed_at_any", "memory"]).env("GRADITO_ALL_SAMPLES", "1");
        steps.run("long runs", command);
        nightly::checks(&mut steps);
    }
    steps.finish()
}

fn packages(steps: &mut Steps, profile: &[&'static str]) {
    // The README's first command, in short: plain `cargo run` has to mean gradito.
    let name = format!("gradito-xtask-{}.gradito", std::process::id());
    let model = std::env::temp_dir().join(name);
    let train = ["--", "train", "--epochs", "1", "--out"];
    let command = &mut cargo(["run"]);
    steps.run(&label("cargo run", profile), command.args(profile).args(train).arg(&model));
    // Where training failed there is none.
    let _ = std::fs::remove_file(model);
    for package in PACKAGES {
        let test = ["test", "--no-fail-fast", "--package", package];
        steps.run(&label(package, profile), cargo(test).args(profile));
    }
}

fn label(name: &str, profile: &[&str]) -> String {
    [&[name], profile].concat().join(" ")
}
