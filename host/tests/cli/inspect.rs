//! `gradito inspect`.

use super::samples::trained;
use super::sandbox::Sandbox;

#[test]
fn json_holds_the_header_and_the_provenance() {
    let sandbox = Sandbox::new();
    let train = sandbox.json("train --steps 3 --batch 7 --eta 0.5 --seed 9 --l2 2 --out m.gradito");
    let report = sandbox.json("inspect m.gradito");
    assert_eq!(report["topology"], "784-30-10");
    assert_eq!(report["dtype"], "f32");
    assert_eq!(report["bytes"], sandbox.read("m.gradito").len());
    assert_eq!(report["digest"], train["digest"]);
    // 40 neurons, an output and a delta each, and 784 bytes of pixels; for a batch of 7 that often.
    assert_eq!(report["ram_inference"], 320 + 784);
    assert_eq!(report["ram_training"], 4 * 23860 + 7 * (320 + 784));
    assert_eq!(report["cost"], "quadratic");
    assert_eq!(report["math"], "poly");
    assert_eq!(report["optimizer"], "sgd");
    assert_eq!(report["init"], "scaled");
    assert_eq!(report["seed"], 9);
    assert_eq!(report["steps"], 3);
    assert_eq!(report["epochs"], 0);
    assert_eq!(report["batch"], 7);
    assert_eq!(report["eta"], 0.5);
    assert_eq!(report["l2"], 2.0);
    assert_eq!(report["train_samples"], 50000);
    assert_eq!(report["test_samples"], 10000);
    assert_eq!(report["test_accuracy"], train["test_accuracy"]);
    assert_eq!(report["data_digest"].as_str().unwrap().len(), 64);
    assert_eq!(report["input"]["kind"], "pixels");
    assert_eq!(report["input"]["width"], 28);
    assert_eq!(report["input"]["prepared"], true);
    assert_eq!(report["classes"].as_array().unwrap().len(), 10);
    assert_eq!(report["gradito"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn momentum_takes_a_velocity_to_train() {
    let sandbox = Sandbox::new();
    sandbox.json("train --steps 1 --momentum 0.5 --out m.gradito");
    let report = sandbox.json("inspect m.gradito");
    assert_eq!(report["ram_training"], 2 * 4 * 23860 + 10 * (320 + 784));
}

#[test]
fn features_have_names_and_a_range() {
    let report = trained().json("inspect points.gradito");
    assert_eq!(report["input"]["kind"], "features");
    assert_eq!(report["input"]["names"], serde_json::json!(["x", "y"]));
    assert!(report["input"]["min"][0].as_f64() < report["input"]["max"][0].as_f64());
    assert_eq!(report["classes"], serde_json::json!(["above", "below"]));
}

#[test]
fn people_read_what_it_needs() {
    let text = trained().done("inspect points.gradito").out;
    for words in
        ["2-4-2 sigmoid, sigmoid", "above, below", "x, y", "to run it from flash", "seed 1"]
    {
        assert!(text.contains(words), "{text}");
    }
}
