//! `gradito eval`.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::samples::{image_folder, points, trained};
use super::sandbox::Sandbox;

/// The sum of all fields of a table.
fn sum(table: &Value) -> u64 {
    let rows = table.as_array().unwrap().iter();
    rows.flat_map(|row| row.as_array().unwrap()).map(|field| field.as_u64().unwrap()).sum()
}

#[test]
fn json_counts_every_sample() {
    let sandbox = Sandbox::new();
    let train = sandbox.json("train --epochs 1 --steps 1000 --layers 784-10 --out m.gradito");
    let report = sandbox.json("eval m.gradito");
    assert_eq!(report["samples"], 10000);
    assert_eq!(report["accuracy"], train["test_accuracy"]);
    assert!(report["cost"].as_f64().unwrap() > 0.0);
    assert_eq!(report["outputs_digest"].as_str().unwrap().len(), 64);
    assert_eq!(sum(&report["confusion"]), 10000);
    let right: u64 = (0..10).map(|class| report["confusion"][class][class].as_u64().unwrap()).sum();
    assert_eq!(right as f64 / 1e4, report["accuracy"].as_f64().unwrap());
    // MNIST's test set has 980 zeros.
    let zeros: u64 = (0..10).map(|class| report["confusion"][0][class].as_u64().unwrap()).sum();
    assert_eq!(zeros, 980);
    assert_eq!(sandbox.json("eval m.gradito --threads 3"), report);
}

#[test]
fn outputs_digest_is_that_of_the_scores_that_predict_prints() {
    let sandbox = trained();
    let predicted = sandbox.json("predict points.gradito points.csv");
    let mut hash = Sha256::new();
    let images = predicted["images"].as_array().unwrap();
    for score in images.iter().flat_map(|image| image["scores"].as_array().unwrap()) {
        hash.update((score.as_f64().unwrap() as f32).to_le_bytes());
    }
    let digest: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let report = sandbox.json("eval points.gradito --data points.csv --all");
    assert_eq!(report["samples"], images.len());
    assert_eq!(report["outputs_digest"], digest);
}

#[test]
fn the_test_part_of_own_data_is_that_of_training() {
    let sandbox = trained();
    let trained = sandbox.json("inspect points.gradito");
    let report = sandbox.json("eval points.gradito --data points.csv");
    assert_eq!(report["samples"], 15);
    assert_eq!(report["accuracy"], trained["test_accuracy"]);
    // Data it was not trained on is taken whole.
    sandbox.write("more.csv", points(30));
    assert_eq!(sandbox.json("eval points.gradito --data more.csv")["samples"], 30);
}

#[test]
fn people_see_a_table_and_mistakes_that_fit_80_columns() {
    let sandbox = Sandbox::new();
    sandbox.done("train --steps 100 --layers 784-10 --out m.gradito");
    let text = sandbox.done("eval m.gradito").out;
    for words in
        ["mnist, test set", "of 10000 samples", "recall", "precision", "mistakes, the surest"]
    {
        assert!(text.contains(words), "{text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn images_are_evaluated_by_the_names_of_their_folders() {
    let sandbox = Sandbox::new();
    image_folder(&sandbox);
    sandbox.done("train --data halves --layers 30-2 --epochs 20 --batch 4 --out m.gradito");
    let text = sandbox.done("eval m.gradito --data halves --all").out;
    assert!(text.contains("of 40 samples"), "{text}");
    assert!(text.contains("left") && text.contains("right"), "{text}");
}
