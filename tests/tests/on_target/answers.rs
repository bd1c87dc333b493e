//! What boards answer, held against the desktop.

use gradito::device::emulator;
use serde_json::Value;

use super::bench::{BOARDS, Bench, PATIENCE, WITH_FILES, checkout, takes_all};
use super::circuits;

#[test]
fn every_board_says_who_it_is() {
    let bench = Bench::new();
    let digest = bench.json("inspect digits.gradito")["digest"].clone();
    for board in BOARDS {
        let info = bench.json(&format!("device info digits.gradito --emulate {board}"));
        assert_eq!((&info["board"], &info["topology"]), (&board.into(), &"784-30-10".into()));
        assert_eq!((&info["model"]["digest"], &info["fault"]), (&digest, &Value::Null));
        assert_eq!(info["trains"], false);
    }
    let info = bench.json("device info --emulate mps2-an386");
    assert_eq!(info["model"], Value::Null);
    assert_ne!(info["fault"], Value::Null);
}

#[test]
fn all_outputs_are_those_of_the_desktop() {
    let bench = Bench::new();
    let desktop = bench.json("eval digits.gradito");
    for board in WITH_FILES {
        let test = bench.json(&format!("device test digits.gradito --emulate {board} --bulk"));
        assert_eq!((&test["same"], &test["samples"]), (&true.into(), &10_000.into()));
        assert_eq!(test["outputs_digest"], desktop["outputs_digest"], "{board}");
        assert_eq!(test["accuracy"], desktop["accuracy"], "{board}");
        assert!(test["cost"]["instructions"].as_u64() > Some(1000));
    }
}

#[test]
fn outputs_are_those_of_the_desktop_over_the_serial_line() {
    let bench = Bench::new();
    for board in BOARDS {
        let samples = match board {
            _ if takes_all() => 10_000,
            "mps2-an386" => 1000,
            _ => 100,
        };
        let line = format!("device test digits.gradito --emulate {board} --samples {samples}");
        let test = bench.json(&line);
        assert_eq!((&test["same"], &test["samples"]), (&true.into(), &samples.into()), "{board}");
        let seconds = test["seconds"].as_f64().unwrap();
        assert!(seconds < 240.0, "{board}: {seconds} s");
    }
}

/// Whole numbers from the pixel to the class: on every kind of processor, bytes and bits.
#[test]
fn scores_of_quantised_networks_are_those_of_the_desktop() {
    let bench = Bench::new();
    bench.done("quantize digits.gradito --out bytes.gradito");
    bench.done("train --epochs 1 --layers 784-32-10 --bits --out trained.gradito");
    bench.done("quantize trained.gradito --out bits.gradito");
    for model in ["bytes.gradito", "bits.gradito"] {
        let desktop = bench.json(&format!("eval {model}"));
        for board in WITH_FILES {
            let test = bench.json(&format!("device test {model} --emulate {board} --bulk"));
            let samples = &test["samples"];
            assert_eq!((&test["same"], samples), (&true.into(), &10_000.into()), "{board}");
            assert_eq!(test["accuracy"], desktop["accuracy"], "{board}");
        }
        let samples = if takes_all() { 1000 } else { 100 };
        for board in ["stm32f405", "microbit"] {
            let line = format!("device test {model} --emulate {board} --samples {samples}");
            assert_eq!(bench.json(&line)["same"], true, "{board}");
        }
    }
    let written = bench.json("device write bits.gradito --emulate microbit");
    assert_eq!(written["digest"], bench.json("inspect bits.gradito")["digest"]);
}

/// Weights of 4 and 2 bits and ternary ones, taken apart where they lie: on a core that multiplies in
/// one clock, and on the smallest.
#[test]
fn scores_of_packed_weights_are_those_of_the_desktop() {
    let bench = Bench::new();
    bench.done("train --epochs 1 --layers 784-20-10 --bits --out bits.gradito");
    let kinds = [("digits", "i4"), ("digits", "i2"), ("digits", "ternary"), ("bits", "i4")];
    for (parent, kind) in kinds {
        let quantize = format!("quantize {parent}.gradito --weights {kind} --out packed.gradito");
        bench.done(&quantize);
        let desktop = bench.json("eval packed.gradito");
        let test = bench.json("device test packed.gradito --emulate mps2-an386 --bulk");
        let samples = &test["samples"];
        assert_eq!((&test["same"], samples), (&true.into(), &10_000.into()), "{parent} {kind}");
        assert_eq!(test["accuracy"], desktop["accuracy"], "{parent} {kind}");
        let line = "device test packed.gradito --emulate microbit --samples 100";
        assert_eq!(bench.json(line)["same"], true, "{parent} {kind}");
    }
}

/// Deskewed, cropped and pooled where the sample arrives: of packed weights on every kind of processor, and in
/// training.
#[test]
fn images_are_staged_as_on_the_desktop() {
    let bench = Bench::new();
    let line = "train --epochs 1 --layers 100-24-10 --activation relu --output identity --eta 0.1";
    bench.done(&format!("{line} --stage deskew,crop4,pool2 --out staged.gradito"));
    bench.done("quantize staged.gradito --weights i4 --out packed.gradito");
    let desktop = bench.json("eval packed.gradito");
    for board in WITH_FILES {
        let test = bench.json(&format!("device test packed.gradito --emulate {board} --bulk"));
        let samples = &test["samples"];
        assert_eq!((&test["same"], samples), (&true.into(), &10_000.into()), "{board}");
        assert_eq!(test["accuracy"], desktop["accuracy"], "{board}");
    }
    let test = bench.json("device test packed.gradito --emulate microbit --samples 100");
    assert_eq!(test["same"], true);
    let line = "device train staged.gradito --emulate mps2-an386 --steps 20 --log staged.log";
    assert_eq!(bench.json(line)["same"], true);
    assert_eq!(bench.json("replay staged.gradito staged.log")["same"], true);
    let line = "device verify staged.gradito --emulate mps2-an385 --steps 2";
    assert_eq!(bench.json(line)["same"], true);
}

/// On a core with an FPU for `f32`, and on one without.
#[test]
fn circuits_have_the_bits_of_the_desktop() {
    let mut desktop = String::new();
    circuits::report(&mut desktop).unwrap();
    for board in WITH_FILES {
        let target = emulator::board(board).unwrap().target;
        let folder = checkout().join("firmware/circuits");
        let mut build = assert_cmd::Command::new(env!("CARGO"));
        build.current_dir(&folder).args(["build", "--release", "--quiet", "--target", target]);
        build.args(["--target-dir", "target"]).assert().success();
        let program = folder.join("target").join(target).join("release/gradito-circuits");
        let mut emulator = assert_cmd::Command::new("qemu-system-arm");
        emulator.args(["-machine", board, "-display", "none", "-monitor", "none", "-serial"]);
        emulator.args(["none", "-semihosting-config", "enable=on,target=native", "-kernel"]);
        let run = emulator.arg(program).timeout(PATIENCE).assert().success();
        assert_eq!(String::from_utf8_lossy(&run.get_output().stdout), desktop, "{board}");
    }
}
