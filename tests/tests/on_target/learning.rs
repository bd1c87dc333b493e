//! What boards learn, held against the desktop.

use gradito_tests::golden::{DIGEST, STEPS};
use serde_json::Value;

use super::bench::{Bench, WITH_FILES};

#[test]
fn the_golden_training_ends_with_its_digest_on_every_core() {
    let bench = Bench::new();
    for board in WITH_FILES {
        let line = format!("device train start.gradito --emulate {board} --bulk --steps {STEPS}");
        let train = bench.json(&line);
        assert_eq!((&train["digest"], &train["same"]), (&DIGEST.into(), &true.into()), "{board}");
    }
}

#[test]
fn a_whole_epoch_ends_with_the_desktop_s_digest() {
    let bench = Bench::new();
    let options = "--epochs 1 --validation 0";
    let train = bench.json(&format!("device train --emulate mps2-an386 --bulk {options}"));
    let desktop = bench.json(&format!("train {options} --out epoch.gradito"));
    assert_eq!((&train["samples"], &train["same"]), (&60_000.into(), &true.into()));
    assert_eq!(train["digest"], desktop["digest"]);
}

#[test]
fn what_a_board_learnt_is_repeated_from_its_log() {
    let bench = Bench::new();
    let files = "--log a.log --out learnt.gradito";
    let line = "device train digits.gradito --emulate stm32f405 --steps 20";
    let train = bench.json(&format!("{line} {files}"));
    assert_eq!(train["same"], true);
    let replay = bench.json("replay digits.gradito a.log");
    assert_eq!((&replay["same"], &replay["same_samples"]), (&true.into(), &true.into()));
    assert_eq!(replay["digest"], train["digest"]);
    let learnt = bench.json("inspect learnt.gradito");
    assert_eq!((&learnt["digest"], &learnt["steps"]), (&train["digest"], &20.into()));
    assert_eq!(learnt["parent_digest"], train["parent"]);
    let error = bench.fails("replay start.gradito a.log");
    assert!(error.contains("the training started from other parameters"), "{error}");
}

#[test]
fn the_smallest_board_trains_the_last_layer() {
    let bench = Bench::new();
    let line = "device train digits.gradito --emulate microbit --freeze 1 --steps 20";
    let train = bench.json(line);
    assert_eq!((&train["same"], &train["frozen"]), (&true.into(), &1.into()));
}

#[test]
fn layers_parameters_and_gradients_are_verified() {
    let bench = Bench::new();
    let verify = bench.json("device verify digits.gradito --emulate mps2-an385 --steps 3");
    assert_eq!((&verify["same"], &verify["parameters"]), (&true.into(), &23_860.into()));
    let check = bench.json("device gradcheck digits.gradito --emulate mps2-an386");
    assert_eq!(check["passed"], true);
    assert!(check["parameters"].as_array().unwrap().len() > 10);
}

#[test]
fn a_board_adapts() {
    let bench = Bench::new();
    let line = "device adapt digits.gradito --emulate mps2-an386 --bulk --samples 1000";
    let adapt = bench.json(line);
    assert_eq!(adapt["same"], true);
    let points = adapt["changed"].as_array().unwrap();
    let accuracy = |point: &Value| point["accuracy"].as_f64().unwrap();
    let (first, last) = (accuracy(&points[0]), accuracy(points.last().unwrap()));
    assert!(last > first + 0.1, "{first} to {last}");
}
