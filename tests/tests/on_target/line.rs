//! Models and faults on the line to a board.

use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use gradito::data::mnist;
use gradito::device::firmware::Variant;
use gradito::device::input::input;
use gradito::device::noise::{Faults, Noise};
use gradito::device::{Client, DeviceError, Patience, Transport, emulator, firmware};
use gradito::model::Model;
use gradito::network::Machine;
use gradito::simd::Level;

use super::bench::{Bench, PATIENCE, checkout};

#[test]
fn models_are_written_and_read() {
    let bench = Bench::new();
    let digest = bench.json("inspect digits.gradito")["digest"].clone();
    for board in ["mps2-an386", "microbit"] {
        let written = bench.json(&format!("device write digits.gradito --emulate {board}"));
        assert_eq!((&written["digest"], &written["generation"]), (&digest, &1.into()), "{board}");
        let line = format!("device read read.gradito --model digits.gradito --emulate {board}");
        assert_eq!(bench.json(&line)["digest"], digest);
        let bytes = |name| std::fs::read(bench.path(name)).unwrap();
        assert_eq!(bytes("read.gradito"), bytes("digits.gradito"));
    }
}

#[test]
fn a_model_of_another_network_is_refused_with_the_line_to_change() {
    let bench = Bench::new();
    bench.done("train --layers 784-12-10 --steps 0 --out other.gradito");
    let folder = firmware::folder(checkout()).unwrap();
    let variant = Variant::inference(&Model::read(&bench.path("digits.gradito")).unwrap());
    let elf = firmware::build(&folder, emulator::board("mps2-an386").unwrap(), Some(&variant));
    let elf = elf.unwrap();
    let line = "device info other.gradito --emulate mps2-an386 --firmware";
    let line = format!("{line} {}", elf.display());
    let error = bench.fails(&line);
    let change = "GRADITO_NETWORK=\"784 => 12 Sigmoid => 10 Sigmoid\"";
    assert!(error.contains(change) && error.contains("firmware/network.rs"), "{error}");
}

#[test]
fn faults_on_the_line_cost_no_answer() {
    let bench = Bench::new();
    let (board, model) = bench.start("mps2-an386");
    let faults = Faults { frames: 10_000, bytes: 0 };
    let mut client =
        Client::new(Box::new(Noise::new(board, faults, 11)), Arc::default(), Patience::default());
    client.hello().unwrap();
    let set = mnist::test().unwrap();
    let desktop = model.evaluate(set.clone(), &Machine::single(Level::best())).unwrap().outputs;
    let mut scratch = Vec::new();
    for (index, wanted) in desktop.chunks_exact(10).take(2000).enumerate() {
        let found = client.infer(input(set.sample(index), &mut scratch)).unwrap().outputs;
        let same = found.iter().zip(wanted).all(|(a, b)| a.to_bits() == b.to_bits());
        assert!(same && found.len() == 10, "image {index}");
    }
    assert!(client.counts().repeated > 40, "{:?}", client.counts());
    assert!(client.statistics().unwrap().dropped > 20);
}

#[test]
fn an_emulator_that_is_killed_is_one_clear_error() {
    let bench = Bench::new();
    let (board, _) = bench.start("mps2-an386");
    let id = board.process().id().to_string();
    let name = board.name().to_owned();
    let mut client = Client::new(Box::new(board), Arc::default(), Patience::default());
    client.hello().unwrap();
    let set = mnist::test().unwrap();
    let mut scratch = Vec::new();
    client.infer(input(set.sample(0), &mut scratch)).unwrap();
    assert!(Command::new("kill").args(["-9", &id]).status().unwrap().success());
    let start = Instant::now();
    let error = client.infer(input(set.sample(1), &mut scratch)).unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(3));
    assert!(matches!(error, DeviceError::Ended { .. }), "{error}");
    assert_eq!(error.to_string(), format!("{name}: the emulator was killed"));
}

/// Ctrl-C ends the run, and the emulator with it.
#[test]
#[cfg(unix)]
fn an_interrupted_run_takes_its_emulator_along() {
    let bench = Bench::new();
    drop(bench.start("mps2-an386"));
    let mut child = bench
        .command("device test digits.gradito --emulate mps2-an386")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id().to_string();
    let emulator = || {
        let mut listed = Command::new("ps");
        listed.args(["-o", "pid=,comm=", "--ppid", &id]);
        let listed = String::from_utf8(listed.output().unwrap().stdout).unwrap();
        let qemu = listed.lines().find(|line| line.contains("qemu-system"));
        qemu.and_then(|line| line.split_whitespace().next().map(str::to_owned))
    };
    let start = Instant::now();
    let qemu = loop {
        assert!(start.elapsed() < PATIENCE, "the emulator never started");
        if let Some(id) = emulator() {
            break id;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    // Well into the transfer.
    std::thread::sleep(Duration::from_millis(1500));
    let interrupt = Command::new("kill").args(["-INT", &id]).status();
    assert!(interrupt.unwrap().success());
    let start = Instant::now();
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{err}");
    assert!(start.elapsed() < Duration::from_secs(3));
    assert_eq!(err.lines().last(), Some("gradito: interrupted"), "{err}");
    let mut left = Command::new("kill");
    assert!(!left.args(["-0", &qemu]).stderr(Stdio::null()).status().unwrap().success());
}
