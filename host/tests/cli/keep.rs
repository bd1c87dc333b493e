//! Runs that are kept, stopped, and go on.

use serde_json::Value;

use super::samples::points;
use super::sandbox::Sandbox;

/// A sandbox with points to learn from.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("points.csv", points(100));
    sandbox
}

/// 70 samples, so 7 steps an epoch.
const TRAIN: &str = "train --data points.csv --layers 2-6-2 --momentum 0.5 --eta 1 --epochs 6";

/// A report without what was measured.
fn timeless(mut report: Value) -> Value {
    report["seconds_per_epoch"] = Value::Null;
    report
}

/// The lines of a metrics file without what was measured; each is whole.
pub fn metrics(sandbox: &Sandbox, name: &str) -> Vec<Value> {
    let text = String::from_utf8(sandbox.read(name)).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'), "{text}");
    let line = |text| {
        let mut line: Value = serde_json::from_str(text).unwrap();
        line["seconds"] = Value::Null;
        line
    };
    text.lines().map(line).collect()
}

#[test]
fn a_run_that_is_kept_is_the_run_that_is_not() {
    let sandbox = sandbox();
    let plain = sandbox.json(&format!("{TRAIN} --out m --metrics plain.jsonl"));
    let kept = sandbox.json(&format!("{TRAIN} --out m --metrics kept.jsonl --checkpoint run"));
    assert_eq!(timeless(kept), timeless(plain.clone()));
    assert_eq!(metrics(&sandbox, "kept.jsonl"), metrics(&sandbox, "plain.jsonl"));
    assert_eq!(
        sandbox.names(),
        ["kept.jsonl", "m", "plain.jsonl", "points.csv", "run", "run.before"]
    );
    // Once more from its end there is nothing left to do; the report is the same.
    let again = format!("{TRAIN} --out m --metrics kept.jsonl --checkpoint run --resume");
    let run = sandbox.done(&again);
    assert!(run.err.contains("going on after step 42 of 42"), "{}", run.err);
    assert!(!run.err.contains("epoch "), "{}", run.err);
    assert_eq!(timeless(sandbox.json(&again)), timeless(plain));
    assert_eq!(metrics(&sandbox, "kept.jsonl"), metrics(&sandbox, "plain.jsonl"));
}

#[test]
fn from_the_one_before_a_run_goes_on_to_the_same_end() {
    let sandbox = sandbox();
    let whole = timeless(sandbox.json(&format!("{TRAIN} --out m --metrics whole.jsonl")));
    let line = format!("{TRAIN} --out m --metrics m.jsonl --checkpoint run --every 3");
    sandbox.done(&line);
    // As a disk or a killed program may leave it: the newest gone, or torn.
    for torn in [None, Some(100), Some(0)] {
        let newest = sandbox.read("run");
        std::fs::remove_file(sandbox.path("run")).unwrap();
        if let Some(torn) = torn {
            sandbox.write("run", &newest[..torn]);
        }
        // A line without its end, and one that is there already.
        sandbox.write("m.jsonl", [sandbox.read("whole.jsonl"), b"{\"epoch\":".to_vec()].concat());
        let run = sandbox.done(&format!("{line} --resume --threads 3 --simd baseline --json"));
        let wrong = match torn {
            None => "run: is not there; going on from the one before",
            Some(0) => "run: is no checkpoint; going on from the one before",
            Some(_) => "run: is damaged: it is 100 bytes long, not ",
        };
        assert!(run.err.contains(&format!("warning: {wrong}")), "{}", run.err);
        let mut report = timeless(serde_json::from_str(&run.out).unwrap());
        for key in ["threads", "simd"] {
            report[key] = whole[key].clone();
        }
        assert_eq!(report, whole);
        assert_eq!(metrics(&sandbox, "m.jsonl"), metrics(&sandbox, "whole.jsonl"));
    }
}

#[test]
fn there_may_be_nothing_yet_to_go_on_from() {
    let sandbox = sandbox();
    let run = sandbox.done(&format!("{TRAIN} --out m --checkpoint run --resume"));
    let words = "run: is not there yet; starting at the beginning";
    assert!(run.err.lines().any(|line| line == words), "{}", run.err);
}

#[test]
fn another_run_is_refused_and_nothing_is_touched() {
    let sandbox = sandbox();
    sandbox.write("other.csv", points(90));
    sandbox.done(&format!("{TRAIN} --out m --checkpoint run"));
    let kept = sandbox.read("run");
    let error = sandbox.refuses(&format!("{TRAIN} --out m --checkpoint run"));
    assert_eq!(
        error,
        "gradito: run: holds a run; add --resume to go on with it, or remove it to begin anew"
    );
    let other = TRAIN.replace("points.csv", "other.csv").replace("--eta 1", "--eta 0.5");
    for (line, words) in [
        (format!("{TRAIN} --seed 2"), &["seed is 1 there, 2 here"][..]),
        (format!("{TRAIN} --l2 0.25"), &["is of another run: l2 is 0.0 there, 0.25 here; give"]),
        (format!("{TRAIN} --freeze 1"), &["freeze is 0 there, 1 here"]),
        (other, &["eta is 1.0 there, 0.5 here; ", "the digest of the training part is "]),
        (format!("{TRAIN} --test other.csv"), &["the digest of the test set is "]),
    ] {
        let error = sandbox.refuses(&format!("{line} --out m --checkpoint run --resume"));
        for words in words {
            assert!(error.starts_with("gradito: run: ") && error.contains(words), "{error}");
        }
    }
    sandbox.write("diary", "dear diary");
    for resume in ["", "--resume"] {
        let error = sandbox.refuses(&format!("{TRAIN} --out m --checkpoint diary {resume}"));
        assert!(error.contains("diary: is no checkpoint; name another file"), "{error}");
    }
    assert_eq!(sandbox.read("diary"), b"dear diary");
    assert_eq!(sandbox.read("run"), kept);
    assert!(sandbox.wrong("train --resume").contains("--checkpoint <FILE>"));
    assert!(sandbox.wrong("train --every 3").contains("--checkpoint <FILE>"));
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_goes_on_at_its_step() {
    use super::interrupt::interrupted;

    let sandbox = Sandbox::new();
    let line = "train --layers 784-10 --epochs 3 --out m --metrics m.jsonl --checkpoint run";
    let run = interrupted(&sandbox, line, "epoch   1/3");
    assert_eq!(run.code, Some(1), "{}", run.err);
    let error = run.error();
    let steps = error.strip_prefix("gradito: interrupted; run holds the run after step ").unwrap();
    let (steps, rest) = steps.split_once(' ').unwrap();
    assert_eq!(rest, "of 15000; the same command with --resume goes on from there");
    assert!((5000..15000).contains(&steps.parse::<u32>().unwrap()), "{steps}");
    // The model of the last whole epoch is there, too.
    assert_eq!(sandbox.json("inspect m")["steps"].as_u64().unwrap() % 5000, 0);
    let run = sandbox.done(&format!("{line} --resume --json"));
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert!(run.err.contains(&format!("going on after step {steps} of 15000")), "{}", run.err);
    let whole = sandbox.json("train --layers 784-10 --epochs 3 --out m --metrics whole.jsonl");
    assert_eq!(timeless(report), timeless(whole));
    assert_eq!(metrics(&sandbox, "m.jsonl"), metrics(&sandbox, "whole.jsonl"));
}

/// Before the first epoch is over there is no model, but there is a run.
#[cfg(unix)]
#[test]
fn a_run_goes_on_that_was_interrupted_in_its_first_epoch() {
    use super::interrupt::interrupted;

    let sandbox = Sandbox::new();
    let line = "train --layers 784-128-64-10 --epochs 1 --steps 3000 --out m --checkpoint run";
    let run = interrupted(&sandbox, line, "training ");
    assert!(run.error().contains("of 3000; the same command with --resume"), "{}", run.err);
    assert_eq!(sandbox.names(), ["run"]);
    let report = sandbox.json(&format!("{line} --resume"));
    let whole = sandbox.json("train --layers 784-128-64-10 --epochs 1 --steps 3000 --out m");
    assert_eq!(timeless(report), timeless(whole));
}
