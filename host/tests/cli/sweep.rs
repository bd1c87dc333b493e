//! `gradito sweep`.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::samples::{idx_folder, points};
use super::sandbox::Sandbox;

/// 30 short runs.
const SWEEP: &str = "sweep --data points.csv --layers 2-{1,2,4}-2 --eta 0.5,3 --epochs 300";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("points.csv", points(100));
    sandbox
}

/// What a report says but for the place of the results and what was measured.
fn timeless(mut report: Value) -> Value {
    let object = report.as_object_mut().unwrap();
    assert!(object.remove("measured").is_some() && object.remove("out").is_some());
    report
}

/// What people are told but for the place of the results and what was measured.
fn timeless_text(text: &str) -> String {
    let kept =
        text.lines().filter(|line| !line.starts_with("results ") && !line.starts_with("measured "));
    kept.collect::<Vec<_>>().join("\n")
}

/// The lines of a results folder, sorted, without what was measured.
fn lines(sandbox: &Sandbox, folder: &str) -> Vec<String> {
    let text = String::from_utf8(sandbox.read(&format!("{folder}/runs.jsonl"))).unwrap();
    let line = |line: &str| {
        let mut value: Value = serde_json::from_str(line).unwrap();
        assert!(value.as_object_mut().unwrap().remove("seconds").is_some());
        value.to_string()
    };
    let mut lines: Vec<_> = text.lines().map(line).collect();
    lines.sort();
    lines
}

#[test]
fn runs_are_those_of_train_and_the_best_by_validation_comes_first() {
    let sandbox = Sandbox::new();
    let line = "sweep --layers 784-{4,12}-10 --steps 300 --seeds 2 --html --out r";
    let report = sandbox.json(line);
    let table = report["table"].as_array().unwrap();
    assert_eq!(table[0]["layers"], "784-12-10");
    assert_eq!(table[1]["layers"], "784-4-10");
    for (row, epochs, parameters) in [(&table[0], 10, 9550), (&table[1], 10, 3190)] {
        assert_eq!((&row["epochs"], &row["steps"]), (&epochs.into(), &300.into()));
        assert_eq!(row["parameters"], parameters);
        assert_eq!(row["seeds"], serde_json::json!([1, 2]));
        assert!(row["validation_deviation"].as_f64().unwrap() > 0.0);
    }
    assert!(table[0]["validation_accuracy"].as_f64() > table[1]["validation_accuracy"].as_f64());
    // The same networks as gradito train makes, one by one.
    for seed in [1, 2] {
        let line = format!("train --layers 784-12-10 --steps 300 --seed {seed}");
        let trained = sandbox.json(&line);
        assert_eq!(trained["digest"], table[0]["digests"][seed - 1]);
        assert_eq!(trained["test_accuracy"], report["winner"]["test_accuracies"][seed - 1]);
    }
    let command = "gradito train --layers 784-12-10 --epochs 10 --steps 300";
    assert_eq!(report["winner"]["command"], command);
    let inspected = sandbox.json("inspect digits.gradito");
    for (key, wanted) in [("flash", "bytes"), ("ram_inference", "ram_inference")] {
        assert_eq!(table[0][key], inspected[wanted]);
    }
    assert_eq!(table[0]["ram_training"], inspected["ram_training"]);

    assert_eq!(report["files"], serde_json::json!(["hidden.svg", "index.html"]));
    let page = String::from_utf8(sandbox.read("r/index.html")).unwrap();
    let picture = String::from_utf8(sandbox.read("r/hidden.svg")).unwrap();
    assert!(page.contains(picture.trim()) && page.contains("<td>784-12-10</td>"));

    // Once more, nothing is left to be done.
    let again = sandbox.done(&line.replace("--html ", ""));
    assert!(again.err.contains("r holds 4 of them") && !again.err.contains("run 1/4"));
    assert!(again.out.starts_with("layers     validation"), "{}", again.out);
    assert!(again.out.lines().take(3).all(|line| line.chars().count() <= 80), "{}", again.out);
    assert!(again.out.contains(&format!("train it       {command}\n")), "{}", again.out);
}

#[test]
fn workers_change_nothing() {
    let sandbox = sandbox();
    let line = SWEEP.replace("300", "20");
    for search in ["", "--random 4", "--halving"] {
        let run = |jobs: usize| {
            let out = format!("{jobs}{}", search.replace(' ', ""));
            let report = sandbox.json(&format!("{line} {search} --jobs {jobs} --out {out}"));
            (timeless(report), lines(&sandbox, &out))
        };
        let one = run(1);
        assert_eq!(run(3), one);
        let count = one.0["table"].as_array().unwrap().len();
        assert_eq!(count, if search == "--random 4" { 4 } else { 6 });
    }
}

#[test]
fn shards_merge_to_the_whole() {
    let sandbox = sandbox();
    let line = SWEEP.replace("300", "20");
    let whole = sandbox.done(&format!("{line} --out whole")).out;
    for shard in 1..=2 {
        let run = sandbox.done(&format!("{line} --shard {shard}/2 --out s{shard}"));
        assert!(run.out.contains("15 runs in s"), "{}", run.out);
        assert!(run.out.contains("gradito sweep merge"), "{}", run.out);
    }
    let merged = sandbox.done("sweep merge s1 s2 --data points.csv --out merged").out;
    assert_eq!(timeless_text(&merged), timeless_text(&whole));
    assert_eq!(lines(&sandbox, "merged"), lines(&sandbox, "whole"));
    for picture in ["hidden.svg", "eta.svg"] {
        let read = |folder: &str| sandbox.read(&format!("{folder}/{picture}"));
        assert_eq!(read("merged"), read("whole"));
    }

    // One by one: the first alone is not the sweep, which says how to go on.
    let error = sandbox.refuses("sweep merge s1 --data points.csv --out slow");
    assert!(error.contains("gradito: slow: holds 15 of 30 runs; merge"), "{error}");
    let merged = sandbox.done("sweep merge s2 --data points.csv --out slow").out;
    assert_eq!(timeless_text(&merged), timeless_text(&whole));
    let done = sandbox.done(&format!("{line} --out slow"));
    assert!(done.err.contains("slow holds 30 of them"), "{}", done.err);
    assert_eq!(timeless_text(&done.out), timeless_text(&whole));

    let other = line.replace("--eta 0.5,3", "--eta 0.5,2");
    sandbox.done(&format!("{other} --shard 2/2 --out other"));
    let error = sandbox.refuses("sweep merge s1 other --data points.csv --out new");
    assert!(error.contains("other: holds another sweep: --eta is 0.5,2.0 there"), "{error}");
    let error = sandbox.refuses("sweep merge s1 s2 --data points.csv --validation 20 --out new");
    assert!(error.contains("the sweep was on other data"), "{error}");
    let error = sandbox.refuses("sweep merge s1 nowhere --data points.csv --out new");
    assert!(error.contains("nowhere/sweep.json: there is no such file"), "{error}");
    let error = sandbox.refuses("sweep merge s1 s2 --data points.csv --out s1");
    assert!(error.contains("it is shard 1/2 there, the whole sweep here"), "{error}");
}

/// Starts the sweep, and ends it by `end` when it has written so many lines.
#[cfg(unix)]
fn ended(sandbox: &Sandbox, line: &str, lines: usize, end: impl FnOnce(&mut Child)) -> Option<i32> {
    let mut child =
        sandbox.command(line).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut reader = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut runs = 0;
    while runs < lines {
        let line = reader.next().expect("the sweep ended before it was stopped").unwrap();
        runs += usize::from(line.starts_with("run "));
    }
    end(&mut child);
    let last = reader.map(Result::unwrap).last();
    let code = child.wait().unwrap().code();
    if code == Some(1) {
        let last = last.unwrap();
        assert!(last.starts_with("gradito: interrupted; r holds "), "{last}");
        assert!(last.ends_with(" runs so far; the same command goes on from there"), "{last}");
    }
    code
}

#[cfg(unix)]
#[test]
fn a_sweep_that_is_killed_three_times_ends_as_an_undisturbed_one() {
    let sandbox = sandbox();
    let whole = sandbox.done(&format!("{SWEEP} --out whole")).out;
    let line = format!("{SWEEP} --jobs 2 --out r");
    let interrupt = |child: &mut Child| {
        let id = child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    };
    assert_eq!(ended(&sandbox, &line, 5, |child| child.kill().unwrap()), None);
    // And a line without its end, as if it had been killed in the middle of it.
    let path = sandbox.path("r/runs.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{text}{}", &text[..100])).unwrap();
    assert_eq!(ended(&sandbox, &line, 6, interrupt), Some(1));
    assert_eq!(ended(&sandbox, &line, 4, |child| child.kill().unwrap()), None);
    let run = sandbox.done(&line);
    let before = run.err.lines().find(|line| line.starts_with("r holds ")).unwrap();
    let before: usize = before.split(' ').nth(2).unwrap().parse().unwrap();
    let done = run.err.lines().filter(|line| line.starts_with("run ")).count();
    assert!(before >= 15 && before + done == 30, "{}", run.err);
    assert_eq!(timeless_text(&run.out), timeless_text(&whole));
    assert_eq!(lines(&sandbox, "r"), lines(&sandbox, "whole"));
}

#[test]
fn wrong_flags_are_named_with_what_is_right() {
    let sandbox = Sandbox::new();
    for (line, words) in [
        ("--layers 784-{5,10-10", "'{' is not closed"),
        ("--layers 784-{5,x}-10", "'784-x-10': 'x' is not a width"),
        ("--layers 784-{5,5}-10", "784-5-10 is there twice"),
        ("--eta 0.1,,3", "'' is no number"),
        ("--eta 0.1,-3", "each must be a positive number"),
        ("--eta 3..1", "write LOW..HIGH"),
        ("--eta 1..3", "only --random can draw from"),
        ("--eta 3,3", "eta has 3 twice"),
        ("--l2 -1", "each must be 0 or a positive number"),
        ("--momentum 0,1", "it must be at least 0 and below 1"),
        ("--batch 10,0", "at least 1"),
        ("--activation relu,softmax", "softmax is for outputs only"),
        ("--cost quadratic,mse", "there are quadratic, cross-entropy, softmax"),
        ("--output softmax", "leave out --output"),
        ("--seeds 0", "at least 1"),
        ("--seed 18446744073709551614", "smaller --seed"),
        ("--seeds 4000000000", "more than 1000000 runs"),
        ("--random 0", "at least 1"),
        ("--random 8", "only 7 configurations to draw 8 from"),
        ("--random 2 --halving", "cannot be used with"),
        ("--halving --shard 1/2", "cannot be used with"),
        ("--halving --steps 5", "cannot be used with"),
        ("--shard 3/2", "as in 1/4"),
        ("--shard 2", "as in 1/4"),
        ("--jobs 0", "from 1 to 1024"),
        ("--validation 0", "give --validation at least 1"),
        ("merge", "<FOLDER>"),
        ("merge a --validation 0", "give --validation at least 1"),
        ("--seeds 2 merge a", "cannot be used with"),
    ] {
        let error = sandbox.wrong(&format!("sweep {line}"));
        assert!(error.contains(words), "{line}: {error}");
    }
    assert_eq!(sandbox.names(), [""; 0]);
}

#[test]
fn what_does_not_fit_is_refused_in_a_line() {
    let sandbox = sandbox();
    let line = "sweep --data points.csv --layers 2-3-2 --epochs 2 --seeds 1 --out r";
    sandbox.done(line);
    for (line, words) in [
        ("sweep --data points.csv --out x", "use --layers 2-5-2"),
        (&format!("{line} --batch 10,71"), "the 70 training samples of points.csv"),
        (&format!("{line} --seed 2"), "r: holds another sweep: the digest of the training part is"),
        (&format!("{line} --validation 20"), "the digest of the training part is"),
        (&format!("{line} --shard 1/2"), "it is the whole sweep there, shard 1/2 here"),
        (&line.replace("--seeds 1", "--seeds 2"), "--seeds is 1 there, 2 here"),
        (&line.replace("--out r", "--out ."), ".: is not empty and holds no sweep"),
        (&line.replace("--out r", "--out points.csv"), "points.csv: its folder is not a folder"),
        (
            &line.replace("--out r", "--out points.csv/r"),
            "points.csv/r: its folder is not a folder",
        ),
        (&line.replace("points.csv", "none.csv"), "none.csv: there is no such file"),
    ] {
        let error = sandbox.refuses(line);
        assert!(error.contains(words), "{line}: {error}");
    }
    assert_eq!(sandbox.names(), ["points.csv", "r"]);
    let text = String::from_utf8(sandbox.read("r/runs.jsonl")).unwrap();
    sandbox.write("r/runs.jsonl", text.replace("\"epochs\":2", "\"epochs\":3"));
    let error = sandbox.refuses(line);
    assert!(error.contains("r/runs.jsonl, line 1: was changed"), "{error}");
}

#[test]
fn what_diverges_is_a_result_and_never_the_winner() {
    let sandbox = sandbox();
    let line = "sweep --data points.csv --layers 2-3-2 --activation relu --cost softmax --epochs 3 \
                --seeds 2 --out r";
    let report = sandbox.json(&format!("{line} --eta 0.1,1e30"));
    assert_eq!(
        (&report["table"][0]["eta"], &report["table"][0]["diverged"]),
        (&0.1.into(), &0.into())
    );
    assert_eq!(report["table"][1]["diverged"], 2);
    assert_eq!(report["table"][1]["validation_accuracy"], Value::Null);
    let error = sandbox.fails(&format!("{line}2 --eta 1e30,2e30"));
    assert_eq!(error, "gradito: every configuration diverged; try a smaller --eta");
}

#[test]
fn images_are_swept_as_well() {
    let sandbox = Sandbox::new();
    idx_folder(&sandbox, "idx", 40, 10);
    let line = "sweep --data idx --layers 30-{,3-}2 --batch 4,5 --epochs 20 --seeds 1";
    let report = sandbox.json(line);
    assert_eq!((&report["data"], &report["test_samples"]), (&"idx".into(), &10.into()));
    assert_eq!(report["winner"]["test_accuracy"], 1.0);
    // Of equals the smaller network is the better.
    assert_eq!(report["winner"]["layers"], "30-2");
    assert_eq!(sandbox.names(), ["idx", "results"]);
}
