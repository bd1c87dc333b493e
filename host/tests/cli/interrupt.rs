//! Runs that are stopped from outside.

#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use super::sandbox::{Run, Sandbox};

/// Starts a run that would take hours, interrupts it when it has written a line that starts with
/// `mark`, and is what it came to.
pub fn interrupted(sandbox: &Sandbox, line: &str, mark: &str) -> Run {
    let mut child =
        sandbox.command(line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut reader = BufReader::new(child.stderr.take().unwrap());
    let mut err = String::new();
    while !err.lines().last().is_some_and(|line| line.starts_with(mark)) {
        assert_ne!(reader.read_line(&mut err).unwrap(), 0, "{err}");
    }
    interrupt(&child);
    // Lines go on for some steps more; a run that does not stop is ended by its last epoch.
    reader.read_to_string(&mut err).unwrap();
    let mut run = Run::of(child.wait_with_output().unwrap());
    run.err = err;
    run
}

fn interrupt(child: &Child) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
}

#[test]
fn an_interrupted_run_leaves_its_last_whole_epoch() {
    let sandbox = Sandbox::new();
    let line = "train --layers 784-10 --epochs 500 --json --out m.gradito";
    let run = interrupted(&sandbox, line, "epoch   2/500");
    assert_eq!(run.code, Some(1), "{}", run.err);
    assert_eq!(run.out, "");
    let report = sandbox.json("inspect m.gradito");
    let epochs = report["epochs"].as_u64().unwrap();
    assert!((2..500).contains(&epochs), "{epochs}");
    assert_eq!(report["steps"], 5000 * epochs);
    let words =
        format!("gradito: interrupted; m.gradito holds the model as of epoch {epochs} of 500");
    assert_eq!(run.error(), words);
    assert_eq!(sandbox.names(), ["m.gradito"]);
    // The same as a run of so many epochs.
    let whole = sandbox.json(&format!("train --layers 784-10 --epochs {epochs} --out n.gradito"));
    assert_eq!(whole["digest"], report["digest"]);
}

#[test]
fn an_interrupted_run_can_leave_its_best_epoch() {
    let sandbox = Sandbox::new();
    let line = "train --layers 784-10 --eta 20 --epochs 500 --keep best --metrics m.jsonl";
    let run = interrupted(&sandbox, &format!("{line} --out m.gradito"), "epoch   5/500");
    let metrics = String::from_utf8(sandbox.read("m.jsonl")).unwrap();
    let accuracies: Vec<f64> = metrics
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|line| line["validation_accuracy"].as_f64().unwrap())
        .collect();
    let best = accuracies.iter().copied().fold(0.0, f64::max);
    let epoch = 1 + accuracies.iter().position(|&accuracy| accuracy == best).unwrap();
    let words =
        format!("gradito: interrupted; m.gradito holds the model as of epoch {epoch} of 500");
    assert_eq!(run.error(), words);
    assert_eq!(sandbox.json("inspect m.gradito")["steps"], 5000 * epoch);
}

#[test]
fn before_the_first_epoch_there_is_nothing_to_leave() {
    let sandbox = Sandbox::new();
    sandbox.write("m.gradito", "what was there");
    let line = "train --layers 784-512-512-10 --epochs 2 --out m.gradito";
    let run = interrupted(&sandbox, line, "training ");
    assert_eq!(run.code, Some(1), "{}", run.err);
    let words = "gradito: interrupted before the first epoch was over; no model was written";
    assert_eq!(run.error(), words);
    assert_eq!(sandbox.read("m.gradito"), b"what was there");
    assert_eq!(sandbox.names(), ["m.gradito"]);
}
