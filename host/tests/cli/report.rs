//! `gradito report`.

use super::samples::points;
use super::sandbox::Sandbox;

/// A sandbox with the metrics of two runs.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("points.csv", points(100));
    for (name, eta, epochs) in [("slow", 0.5, 40), ("fast", 3.0, 12)] {
        sandbox.done(&format!(
            "train --data points.csv --layers 2-6-2 --eta {eta} --epochs {epochs} --out m \
             --metrics {name}.jsonl"
        ));
    }
    sandbox
}

#[test]
fn runs_are_drawn_in_the_terminal_and_to_files() {
    let sandbox = sandbox();
    let text = sandbox.done("report slow.jsonl fast.jsonl").out;
    for words in ["Cost", "Accuracy", "Learning rate", "slow: 40 epochs, cost ", "fast: 12 epochs"]
    {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    let said = sandbox.done("report slow.jsonl fast.jsonl --out runs.svg").out;
    assert!(said.ends_with("picture        runs.svg\n") && said.lines().count() == 3, "{said}");
    let svg = String::from_utf8(sandbox.read("runs.svg")).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("slow, validation"), "{svg}");
    sandbox.done("report slow.jsonl --out runs.PNG");
    assert!(sandbox.read("runs.PNG").starts_with(b"\x89PNG\r\n"));
    // The same runs, the same bytes.
    sandbox.done("report slow.jsonl fast.jsonl --out again.svg");
    assert_eq!(sandbox.read("again.svg"), svg.as_bytes());
}

#[test]
fn a_report_has_the_keys_that_scripts_rely_on() {
    let sandbox = sandbox();
    sandbox.write("deep/slow.jsonl", sandbox.read("slow.jsonl"));
    let report = sandbox.json("report slow.jsonl fast.jsonl deep/slow.jsonl");
    assert_eq!(report["picture"], serde_json::Value::Null);
    let runs = report["runs"].as_array().unwrap();
    let names: Vec<_> = runs.iter().map(|run| run["name"].as_str().unwrap()).collect();
    // What shares its name is known by its folder.
    assert_eq!(names, ["slow", "fast", "deep/slow"]);
    for key in ["epochs", "best_epoch"] {
        assert!(runs[0][key].is_u64(), "{report}");
    }
    for key in ["train_cost", "train_accuracy", "validation_accuracy", "best_validation_accuracy"] {
        assert!(runs[0][key].is_f64(), "{report}");
    }
    assert!(
        runs[0]["best_validation_accuracy"].as_f64() >= runs[0]["validation_accuracy"].as_f64()
    );
}

#[test]
fn what_is_no_run_is_refused() {
    let sandbox = sandbox();
    let error = sandbox.refuses("report points.csv");
    assert!(error.starts_with("gradito: points.csv, line 1: is no epoch of a run"), "{error}");
    assert_eq!(sandbox.refuses("report none"), "gradito: none: there is no such file or folder");
    assert!(sandbox.wrong("report slow.jsonl --out p.gif").contains("must end in .svg or .png"));
    assert!(sandbox.wrong("report").contains("<RUN>"));
}
