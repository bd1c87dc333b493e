//! `gradito train`.

use serde_json::Value;

use super::samples::{idx_folder, image_folder, points};
use super::sandbox::Sandbox;

/// The digest of a run.
fn digest(sandbox: &Sandbox, line: &str) -> String {
    sandbox.json(line)["digest"].as_str().unwrap().to_owned()
}

#[test]
fn json_has_the_keys_that_scripts_rely_on() {
    let sandbox = Sandbox::new();
    let report = sandbox.json("train --layers 784-15-10 --epochs 1 --out m.gradito");
    let text = |key: &str| report[key].as_str().unwrap_or_else(|| panic!("{key}: {report}"));
    let count = |key: &str| report[key].as_u64().unwrap_or_else(|| panic!("{key}: {report}"));
    let number = |key: &str| report[key].as_f64().unwrap_or_else(|| panic!("{key}: {report}"));
    assert_eq!(text("topology"), "784-15-10");
    assert_eq!(text("activation"), "sigmoid");
    assert_eq!(text("cost"), "quadratic");
    assert_eq!(text("model"), "m.gradito");
    assert_eq!(text("digest").len(), 64);
    assert_eq!((count("epochs"), count("batch"), count("seed"), count("threads")), (1, 10, 1, 1));
    assert_eq!(count("steps"), 5000);
    assert_eq!(count("train_samples"), 50000);
    assert_eq!(count("validation_samples"), 10000);
    assert_eq!(count("test_samples"), 10000);
    assert_eq!(number("eta"), 3.0);
    assert!((0.0..0.5).contains(&number("train_cost")));
    assert!((0.8..1.0).contains(&number("validation_accuracy")));
    assert!((0.8..1.0).contains(&number("test_accuracy")));
    assert!(number("seconds_per_epoch") > 0.0);
    assert_eq!(sandbox.names(), ["m.gradito"]);
}

#[test]
fn the_chapter_s_network_is_what_no_flags_mean() {
    let sandbox = Sandbox::new();
    let report = sandbox.json("train --steps 20");
    assert_eq!(report["topology"], "784-30-10");
    assert_eq!(report["eta"], 3.0);
    assert_eq!(report["batch"], 10);
    assert_eq!(report["train_samples"], 50000);
    assert_eq!(report["model"], "digits.gradito");
    let line = "train --layers 784-30-10 --activation sigmoid --cost quadratic --epochs 30 \
                --batch 10 --eta 3.0 --seed 1 --data mnist --steps 20 --out other.gradito";
    assert_eq!(digest(&sandbox, line), report["digest"].as_str().unwrap());
}

#[test]
fn without_validation_there_is_no_such_accuracy() {
    let sandbox = Sandbox::new();
    let report = sandbox.json("train --validation 0 --steps 20 --layers 784-10 --metrics m.jsonl");
    assert_eq!(report["validation_accuracy"], Value::Null);
    assert_eq!(report["validation_samples"], 0);
    assert_eq!(report["train_samples"], 60000);
    let line: Value = serde_json::from_slice(&sandbox.read("m.jsonl")).unwrap();
    assert_eq!(line["validation_accuracy"], Value::Null);
}

#[test]
fn each_epoch_is_a_line_and_a_line_of_metrics() {
    let sandbox = Sandbox::new();
    sandbox.write("points.csv", points(100));
    let line = "train --data points.csv --layers 2-3-2 --epochs 4 --metrics m.jsonl";
    let run = sandbox.done(line);
    let epochs: Vec<&str> = run.err.lines().filter(|line| line.starts_with("epoch ")).collect();
    assert_eq!(epochs.len(), 4, "{}", run.err);
    for (epoch, line) in epochs.iter().enumerate() {
        assert!(line.starts_with(&format!("epoch   {}/4  cost 0.", epoch + 1)), "{line}");
        assert!(line.contains("  training ") && line.contains("  validation "), "{line}");
        assert!(line.ends_with(" s"), "{line}");
    }
    // No terminal, so no bar.
    assert!(!run.err.contains('\u{1b}') && !run.err.contains('\r') && !run.err.contains('█'));
    let metrics = String::from_utf8(sandbox.read("m.jsonl")).unwrap();
    assert_eq!(metrics.lines().count(), 4);
    for (epoch, line) in metrics.lines().enumerate() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["epoch"], epoch + 1);
        for key in ["cost", "train_accuracy", "validation_accuracy", "seconds"] {
            assert!(line[key].is_number(), "{line}");
        }
    }
}

#[test]
fn what_was_there_is_replaced_when_the_model_is_whole() {
    let sandbox = Sandbox::new();
    sandbox.write("points.csv", points(100));
    sandbox.write("m.gradito", "what was there");
    let line = "train --data points.csv --layers 2-3-2 --out m.gradito";
    sandbox.fails(&format!("{line} --epochs 3 --activation relu --cost softmax --eta 1e30"));
    assert_eq!(sandbox.read("m.gradito"), b"what was there");
    sandbox.done(&format!("{line} --epochs 1"));
    let first = sandbox.read("m.gradito");
    assert!(first.starts_with(b"\x89GRADIT"));
    sandbox.done(&format!("{line} --epochs 2"));
    assert_ne!(sandbox.read("m.gradito"), first);
    assert_eq!(sandbox.names(), ["m.gradito", "points.csv"]);
}

#[cfg(unix)]
#[test]
fn the_file_behind_a_link_is_replaced_not_the_link() {
    let sandbox = Sandbox::new();
    sandbox.write("points.csv", points(100));
    sandbox.write("m.gradito", "what was there");
    std::os::unix::fs::symlink("m.gradito", sandbox.path("link")).unwrap();
    sandbox.done("train --data points.csv --layers 2-2 --epochs 1 --out link");
    assert!(sandbox.path("link").is_symlink());
    assert_eq!(sandbox.json("inspect m.gradito")["topology"], "2-2");
}

#[test]
fn threads_and_vector_instructions_never_change_the_digest() {
    let sandbox = Sandbox::new();
    // 50007 samples: the last batch is one of 7.
    let line = "train --layers 784-15-10 --validation 9993 --epochs 1 --batch 50 --out m.gradito";
    let wanted = digest(&sandbox, line);
    let mut variants: Vec<String> = gradito::simd::Level::available()
        .into_iter()
        .map(|level| format!("--simd {}", level.name()))
        .collect();
    variants.extend(["--threads 1", "--threads 2", "--threads 5"].map(str::to_owned));
    for variant in variants {
        assert_eq!(digest(&sandbox, &format!("{line} {variant}")), wanted, "{variant}");
    }
}

#[test]
fn a_last_short_batch_is_a_step_of_its_own() {
    let sandbox = Sandbox::new();
    // 70 of them are trained on: 64 and 6.
    sandbox.write("points.csv", points(100));
    let line = "train --data points.csv --layers 2-3-2 --batch 64 --out m.gradito";
    let report = sandbox.json(&format!("{line} --epochs 2"));
    assert_eq!((&report["train_samples"], &report["steps"]), (&70.into(), &4.into()));
    // Its first step alone is something else than both.
    let half = sandbox.json(&format!("{line} --epochs 1 --steps 1"));
    let whole = sandbox.json(&format!("{line} --epochs 1"));
    assert_eq!((&half["epochs"], &half["steps"]), (&0.into(), &1.into()));
    assert_eq!((&whole["epochs"], &whole["steps"]), (&1.into(), &2.into()));
    assert_ne!(half["digest"], whole["digest"]);
}

#[test]
fn one_seed_is_one_model_and_another_seed_another() {
    let sandbox = Sandbox::new();
    sandbox.write("points.csv", points(100));
    let line = "train --data points.csv --layers 2-3-2 --epochs 1 --seed";
    let first = digest(&sandbox, &format!("{line} 1"));
    let file = sandbox.read("digits.gradito");
    assert_eq!(digest(&sandbox, &format!("{line} 1")), first);
    assert_eq!(sandbox.read("digits.gradito"), file);
    assert_ne!(digest(&sandbox, &format!("{line} 2")), first);
    assert_ne!(digest(&sandbox, &format!("{line} {}", u64::MAX)), first);
}

#[test]
fn a_csv_file_is_learnt() {
    let sandbox = Sandbox::new();
    sandbox.write("points.csv", points(200));
    let line = "train --data points.csv --label side --layers 2-6-2 --epochs 80 --out m.gradito";
    let report = sandbox.json(line);
    assert_eq!(report["train_samples"], 140);
    assert_eq!(report["validation_samples"], 30);
    assert_eq!(report["test_samples"], 30);
    assert!(report["test_accuracy"].as_f64().unwrap() > 0.8, "{report}");
    sandbox.write("test.csv", points(20));
    let report = sandbox.json(&format!("{line} --test test.csv"));
    assert_eq!((&report["test_samples"], &report["train_samples"]), (&20.into(), &170.into()));
}

#[test]
fn folders_of_images_are_learnt() {
    let sandbox = Sandbox::new();
    image_folder(&sandbox);
    idx_folder(&sandbox, "idx", 40, 10);
    let report = sandbox.json("train --data halves --layers 30-2 --batch 4 --epochs 20");
    assert_eq!((&report["train_samples"], &report["test_samples"]), (&28.into(), &6.into()));
    assert_eq!(report["test_accuracy"], 1.0);
    let report = sandbox.json("train --data idx --layers 30-4-2 --batch 4 --epochs 20");
    assert_eq!(report["test_samples"], 10);
    assert_eq!(report["test_accuracy"], 1.0);
    assert_eq!(sandbox.json("eval digits.gradito --data idx")["samples"], 10);
}

#[test]
fn a_dead_network_is_warned_of_and_written() {
    let sandbox = Sandbox::new();
    let line = "train --layers 784-20-10 --activation relu --eta 100 --epochs 1 --out m.gradito";
    let run = sandbox.done(line);
    assert!(run.err.contains("warning: "), "{}", run.err);
    assert!(run.err.contains("--eta"), "{}", run.err);
    assert_eq!(sandbox.json("inspect m.gradito")["epochs"], 1);
}

#[test]
fn a_diverging_run_ends_in_a_word_and_no_model() {
    let sandbox = Sandbox::new();
    let line = "train --activation relu --cost softmax --eta 1e30 --epochs 1 --out m.gradito";
    let error = sandbox.fails(line);
    assert!(error.contains("in epoch 1") && error.contains("smaller --eta"), "{error}");
    assert_eq!(sandbox.names(), [""; 0]);
}
