//! `gradito train --stage`, and what becomes of a model with stages.

use serde_json::Value;

use super::samples::points;
use super::sandbox::Sandbox;

const LINE: &str = "train --layers 196-12-10 --epochs 4 --validation 57003 \
                    --stage deskew,pool2";

#[test]
fn a_model_carries_its_stages() {
    let sandbox = Sandbox::new();
    let report = sandbox.json(&format!("{LINE} --out m.gradito"));
    assert_eq!(report["stage"], "deskew,pool2");
    let accuracy = &report["test_accuracy"];
    assert!(accuracy.as_f64().unwrap() > 0.8, "{accuracy}");
    let input = sandbox.json("inspect m.gradito")["input"].clone();
    assert_eq!((&input["width"], &input["height"]), (&28.into(), &28.into()));
    assert_eq!(input["stages"], "deskew,pool2");
    assert!(sandbox.done("inspect m.gradito").out.contains("; then deskew,pool2"));
    sandbox.done("inspect m.gradito --board all");
    // The same answers wherever it is asked.
    assert_eq!(sandbox.json("eval m.gradito")["accuracy"], *accuracy);
    let quantized = sandbox.json("quantize m.gradito --weights i4 --out q.gradito");
    assert_eq!(quantized["parent_accuracy"], *accuracy);
    assert_eq!(sandbox.json("inspect q.gradito")["input"], input);
    assert_eq!(sandbox.json("eval q.gradito")["accuracy"], quantized["test_accuracy"]);
    let predicted = sandbox.json("predict q.gradito test:0 test:1");
    let names: Vec<&Value> =
        predicted["images"].as_array().unwrap().iter().map(|image| &image["name"]).collect();
    assert_eq!(names, ["7", "2"]);
    // Training goes on with them, and with them alone.
    sandbox.json("train --from m.gradito --steps 5 --out on.gradito");
    assert_eq!(sandbox.json("inspect on.gradito")["input"], input);
}

#[test]
fn images_are_staged_after_they_are_deformed() {
    let sandbox = Sandbox::new();
    let digest = |options: &str| {
        sandbox.json(&format!("{LINE} --out m.gradito {options}"))["digest"].clone()
    };
    let plain = digest("");
    assert_eq!(digest("--augment rotate=0"), plain);
    let deformed = digest("--augment light --threads 1");
    assert_ne!(deformed, plain);
    assert_eq!(digest("--augment light --threads 2"), deformed);
}

#[test]
fn what_has_no_stages_says_so() {
    let sandbox = Sandbox::new();
    let error = sandbox.fails("train --layers 16-10 --stage pool3");
    assert!(error.contains("pool3 does not fit images of 28x28"), "{error}");
    let error = sandbox.fails("train --stage deskew,pool2");
    assert!(error.contains("use --layers 196-30-10"), "{error}");
    sandbox.write("points.csv", points(40));
    let error = sandbox.fails("train --data points.csv --layers 2-4-2 --stage deskew");
    assert!(error.contains("no images"), "{error}");
    sandbox.json(&format!("{LINE} --steps 5 --out m.gradito"));
    for format in ["c", "safetensors", "onnx"] {
        let error = sandbox.fails(&format!("export m.gradito --format {format}"));
        assert!(error.contains("after the stages deskew,pool2"), "{error}");
    }
    sandbox.done("export m.gradito --format rust");
    let source = String::from_utf8(sandbox.read("m.rs")).unwrap();
    assert!(source.contains("the stages 'deskew,pool2'"), "{source}");
}

#[test]
fn a_sweep_is_of_its_stages() {
    let sandbox = Sandbox::new();
    let line = "sweep --layers 49-{3,4}-10 --stage pool4 --epochs 1 --seeds 1 --validation 57003";
    let swept = sandbox.json(&format!("{line} --out results"));
    let lines = String::from_utf8(sandbox.read("results/runs.jsonl")).unwrap();
    assert_eq!(lines.matches("\"stage\":\"pool4\"").count(), 2, "{lines}");
    assert!(swept.to_string().contains("--stage pool4"), "{swept}");
    // Another stage is another sweep.
    let other = line.replace("pool4", "deskew,pool4");
    let error = sandbox.fails(&format!("{other} --out results"));
    assert!(error.contains("--stage is pool4 there, deskew,pool4 here"), "{error}");
}
