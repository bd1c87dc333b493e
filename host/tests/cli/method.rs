//! `gradito train` beyond plain SGD.

use super::samples::points;
use super::sandbox::Sandbox;

/// The digest of a run on points with these options.
fn digest(sandbox: &Sandbox, options: &str) -> String {
    let line = "train --data points.csv --layers 2-5-2 --epochs 6 --eta 1 --out m.gradito";
    sandbox.json(&format!("{line} {options}"))["digest"].as_str().unwrap().to_owned()
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("points.csv", points(100));
    sandbox
}

#[test]
fn each_option_is_another_training_and_its_neutral_value_none() {
    let sandbox = sandbox();
    let plain = digest(&sandbox, "");
    for neutral in [
        "--schedule constant --warmup 0",
        "--schedule cosine --end-factor 1",
        "--schedule step --step-factor 1",
        "--schedule step --step-epochs 6",
        "--ema 0",
    ] {
        assert_eq!(digest(&sandbox, neutral), plain, "{neutral}");
    }
    let mut found = vec![plain];
    for options in [
        "--schedule cosine",
        "--schedule cosine --end-factor 0.1",
        "--schedule cosine --warmup 2",
        "--schedule step --step-epochs 2",
        "--schedule step --step-epochs 2 --step-factor 0.5",
        "--schedule cosine --l2 0.1",
        "--warmup 2 --l2 0.1",
        "--momentum 0.5",
        "--momentum 0.5 --nesterov",
        "--momentum 0.5 --nesterov --l2 0.1",
        "--ema 0.9",
    ] {
        let digest = digest(&sandbox, options);
        assert!(!found.contains(&digest), "{options}");
        found.push(digest);
    }
}

#[test]
fn a_schedule_is_that_of_all_epochs() {
    let sandbox = sandbox();
    // 7 steps an epoch. η falls first behind the second epoch: up to there nothing differs.
    let falling = "--schedule step --step-epochs 2";
    let [constant, cut] = ["--steps 14", "--steps 15"].map(|steps| digest(&sandbox, steps));
    assert_eq!(digest(&sandbox, &format!("{falling} --steps 14")), constant);
    assert_ne!(digest(&sandbox, &format!("{falling} --steps 15")), cut);
    // Of a cosine, every step but the first depends on how long it is to go on.
    let cosine = |rest: &str| digest(&sandbox, &format!("--schedule cosine {rest}"));
    assert_eq!(cosine("--steps 1"), digest(&sandbox, "--steps 1"));
    assert_ne!(cosine("--steps 2"), digest(&sandbox, "--steps 2"));
}

#[test]
fn the_average_is_what_is_tested_and_written() {
    let sandbox = Sandbox::new();
    let line = "train --layers 784-15-10 --steps 500 --eta 8 --seed 3";
    let plain = sandbox.json(&format!("{line} --out a.gradito"));
    let average = sandbox.json(&format!("{line} --ema 0.98 --out b.gradito"));
    // While it learns, the network is the same; what is kept differs, and is better for the high η.
    assert_eq!(average["train_cost"], plain["train_cost"]);
    let accuracy = |report: &serde_json::Value| report["validation_accuracy"].as_f64().unwrap();
    assert!(accuracy(&average) > accuracy(&plain), "{average} {plain}");
    assert_eq!(sandbox.json("eval b.gradito")["accuracy"], average["test_accuracy"]);
    assert_eq!(average["ema"], 0.98);
    // Before the first step it is the starting point.
    let start = |out: &str| sandbox.json(&format!("train --steps 0 {out}"))["digest"].clone();
    assert_eq!(start("--ema 0.9 --out c.gradito"), start("--out d.gradito"));
}

#[test]
fn reports_and_models_say_how() {
    let sandbox = sandbox();
    let line = "train --data points.csv --layers 2-5-2 --epochs 3 --momentum 0.9 --nesterov";
    let report = sandbox.json(&format!("{line} --schedule cosine --warmup 1 --out m.gradito"));
    assert_eq!((&report["nesterov"], &report["schedule"]), (&true.into(), &"cosine".into()));
    assert_eq!((&report["warmup"], &report["ema"]), (&1.into(), &serde_json::Value::Null));
    let model = sandbox.json("inspect m.gradito");
    assert_eq!((&model["optimizer"], &model["eta"]), (&"nesterov".into(), &3.0.into()));
    // A velocity to train with, as for plain momentum.
    sandbox.done(&format!("{line} --out n.gradito").replace("--nesterov ", ""));
    assert_eq!(model["ram_training"], sandbox.json("inspect n.gradito")["ram_training"]);
}
