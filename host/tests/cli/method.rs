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

/// Two classes that a network of one layer forgets again: η is far too large.
const RESTLESS: &str =
    "train --data points.csv --layers 2-3-2 --epochs 12 --eta 60 --seed 2 --out m.gradito";

/// The validation accuracies of a run's epochs.
fn accuracies(sandbox: &Sandbox) -> Vec<f64> {
    let metrics = String::from_utf8(sandbox.read("m.jsonl")).unwrap();
    let lines =
        metrics.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    lines.map(|line| line["validation_accuracy"].as_f64().unwrap()).collect()
}

#[test]
fn the_best_epoch_is_kept() {
    let sandbox = sandbox();
    let best = sandbox.json(&format!("{RESTLESS} --keep best --metrics m.jsonl"));
    let all = accuracies(&sandbox);
    assert_eq!((all.len(), &best["epochs_done"]), (12, &12.into()));
    let highest = all.iter().copied().fold(0.0, f64::max);
    let epoch = 1 + all.iter().position(|&accuracy| accuracy == highest).unwrap();
    assert!((2..12).contains(&epoch), "choose another seed: {all:?}");
    assert_eq!(best["epochs"], epoch);
    assert_eq!(best["steps"], 7 * epoch);
    assert_eq!(best["validation_accuracy"], highest);
    // What is written and tested is the network that a run of so many epochs ends with.
    let short = RESTLESS.replace("--epochs 12", &format!("--epochs {epoch}"));
    let short = sandbox.json(&format!("{short} --keep last"));
    assert_eq!(best["digest"], short["digest"]);
    assert_eq!(best["test_accuracy"], short["test_accuracy"]);
    assert_eq!(sandbox.json("inspect m.gradito")["epochs"], epoch);
    assert_ne!(sandbox.json(RESTLESS)["digest"], best["digest"]);
    let out = sandbox.done(&format!("{RESTLESS} --keep best")).out;
    assert!(out.contains(&format!("kept           epoch {epoch} of 12, best in")), "{out}");
}

#[test]
fn a_run_stops_when_validation_is_no_longer_better() {
    let sandbox = sandbox();
    sandbox.done(&format!("{RESTLESS} --metrics m.jsonl"));
    let all = accuracies(&sandbox);
    let (mut best, mut since, mut wanted) = (f64::MIN, 0, 0);
    for &accuracy in &all {
        wanted += 1;
        since = if accuracy > best { 0 } else { since + 1 };
        best = best.max(accuracy);
        if since == 3 {
            break;
        }
    }
    assert!(wanted < 12, "choose another seed: {all:?}");
    let stopped = sandbox.json(&format!("{RESTLESS} --early-stop 3 --metrics m.jsonl"));
    assert_eq!(accuracies(&sandbox), all[..wanted]);
    assert_eq!((&stopped["epochs"], &stopped["epochs_done"]), (&wanted.into(), &wanted.into()));
    let short = RESTLESS.replace("--epochs 12", &format!("--epochs {wanted}"));
    assert_eq!(sandbox.json(&short)["digest"], stopped["digest"]);
    let out = sandbox.done(&format!("{RESTLESS} --early-stop 3")).out;
    assert!(out.contains(&format!("stopped        after epoch {wanted}: ")), "{out}");
    // Both: it stops, and goes back.
    let both = sandbox.json(&format!("{RESTLESS} --early-stop 3 --keep best"));
    assert_eq!((&both["epochs"], &both["epochs_done"]), (&(wanted - 3).into(), &wanted.into()));
    assert_eq!(both["early_stop"], 3);
}

#[test]
fn a_part_of_an_epoch_can_be_the_best() {
    let sandbox = sandbox();
    let report = sandbox.json(&format!("{RESTLESS} --keep best --steps 3"));
    assert_eq!((&report["epochs"], &report["steps"]), (&0.into(), &3.into()));
    assert_eq!(report["digest"], sandbox.json(&format!("{RESTLESS} --steps 3"))["digest"]);
    let none = sandbox.json(&format!("{RESTLESS} --keep best --early-stop 1 --steps 0"));
    assert_eq!((&none["epochs_done"], &none["train_cost"]), (&0.into(), &serde_json::Value::Null));
}

#[test]
fn without_validation_there_is_nothing_to_choose_by() {
    let sandbox = sandbox();
    for (options, words) in [
        ("--keep best", "keep best goes by validation, and there are no validation samples"),
        ("--early-stop 2", "early-stop goes by validation, and there are no validation samples"),
    ] {
        let error = sandbox.refuses(&format!("{RESTLESS} --validation 0 {options}"));
        assert!(error.contains(words), "{error}");
    }
}
