//! `gradito quantize`, `train --bits`, and what takes a model of 8-bit numbers.

use super::samples::trained;
use super::sandbox::Sandbox;

/// A third of the parameters' bytes, and next to the accuracy.
#[test]
fn a_quantised_model_is_small_and_as_good() {
    let sandbox = Sandbox::new();
    sandbox
        .json("train --epochs 1 --layers 784-32-16-10 --activation relu --eta 0.5 --out m.gradito");
    let report = sandbox.json("quantize m.gradito");
    assert_eq!(report["model"], "m-int8.gradito");
    assert_eq!(
        (&report["calibration_samples"], &report["test_samples"]),
        (&50000.into(), &10000.into())
    );
    let [before, after] =
        ["parent_accuracy", "test_accuracy"].map(|at| report[at].as_f64().unwrap());
    assert!((before - after).abs() < 0.005, "{before} {after}");
    let bytes = sandbox.read("m-int8.gradito");
    assert!(bytes.len() < 784 * 32 + 32 * 16 + 16 * 10 + 8 * 58 + 300);
    // The same numbers each time.
    sandbox.json("quantize m.gradito --out again.gradito");
    assert_eq!(sandbox.read("again.gradito"), bytes);

    let inspected = sandbox.json("inspect m-int8.gradito");
    assert_eq!((&inspected["dtype"], &inspected["digest"]), (&"i8".into(), &report["digest"]));
    assert_eq!(inspected["parent_digest"], sandbox.json("inspect m.gradito")["digest"]);
    assert_eq!(inspected["test_accuracy"], report["test_accuracy"]);
    assert_eq!(inspected["ram_training"], serde_json::Value::Null);
    assert_eq!(inspected["ram_inference"], 784 + 5 * 58);
    let eval = sandbox.json("eval m-int8.gradito");
    assert_eq!(eval["accuracy"], report["test_accuracy"]);
    let predicted = sandbox.json("predict m-int8.gradito test:0 test:1");
    assert_eq!(predicted["images"].as_array().unwrap().len(), 2);
}

#[test]
fn pixels_of_one_bit_are_trained_on_and_quantised() {
    let sandbox = Sandbox::new();
    let train = sandbox.json("train --bits --epochs 1 --layers 784-16-10 --out m.gradito");
    let threshold = sandbox.json("inspect m.gradito")["input"]["threshold"].clone();
    assert!((64..192).contains(&threshold.as_u64().unwrap()), "{threshold}");
    assert_eq!(sandbox.json("eval m.gradito")["accuracy"], train["test_accuracy"]);
    let report = sandbox.json("quantize m.gradito --out q.gradito");
    assert_eq!(report["threshold"], threshold);
    let [before, after] =
        ["parent_accuracy", "test_accuracy"].map(|at| report[at].as_f64().unwrap());
    assert_eq!(train["test_accuracy"], before);
    assert!((before - after).abs() < 0.005, "{before} {after}");
    assert_eq!(sandbox.json("eval q.gradito")["accuracy"], report["test_accuracy"]);
    // Training goes on with the model's threshold.
    sandbox.json("train --from m.gradito --steps 5 --out on.gradito");
    assert_eq!(sandbox.json("inspect on.gradito")["input"]["threshold"], threshold);
    // A model of all shades can be asked to do with two.
    sandbox.json("train --epochs 1 --layers 784-16-10 --out all.gradito");
    let report = sandbox.json("quantize all.gradito --bits --out two.gradito");
    assert_eq!(report["threshold"], threshold);
    assert_eq!(sandbox.json("inspect two.gradito")["input"]["threshold"], threshold);
}

/// Trained for few bits a weight, a network keeps its accuracy in them, and what it takes is told.
#[test]
fn weights_of_few_bits_are_trained_for_and_packed() {
    let sandbox = Sandbox::new();
    let line = "train --epochs 1 --layers 784-16-10 --activation relu --cost softmax --batch 32 \
                --eta 0.5";
    for (kind, bits, least) in [("i4", 4_usize, 0.85), ("i2", 2, 0.8)] {
        sandbox.json(&format!("{line} --weights {kind} --out m.gradito"));
        let report = sandbox.json(&format!("quantize m.gradito --weights {kind}"));
        let model = format!("m-{kind}.gradito");
        assert_eq!((&report["model"], &report["weights"]), (&model.clone().into(), &kind.into()));
        let [before, after] =
            ["parent_accuracy", "test_accuracy"].map(|at| report[at].as_f64().unwrap());
        assert!(before > least && (before - after).abs() < 0.005, "{kind}: {before} {after}");
        let words = 784 * 16 * bits / 32 + 16 * (10 * bits).div_ceil(32);
        assert_eq!(sandbox.read(&model).len(), 240 + 4 * words + 8 * 26);
        let inspected = sandbox.json(&format!("inspect {model}"));
        assert_eq!((&inspected["dtype"], &inspected["digest"]), (&kind.into(), &report["digest"]));
        let eval = sandbox.json(&format!("eval {model}"));
        assert_eq!(eval["accuracy"], report["test_accuracy"]);
        sandbox.json(&format!("predict {model} test:0"));
    }
    // Of one that was not trained for it, more is lost, and it works all the same.
    sandbox.json(&format!("{line} --bits --out plain.gradito"));
    let report = sandbox.json("quantize plain.gradito --weights ternary --out t.gradito");
    assert!(report["test_accuracy"].as_f64() < report["parent_accuracy"].as_f64());
    assert_eq!(sandbox.json("eval t.gradito")["accuracy"], report["test_accuracy"]);
    for wrong in ["quantize plain.gradito --weights i3", "train --weights f32"] {
        let error = sandbox.wrong(wrong);
        assert!(error.contains("it must be i8, i4, i2, ternary"), "{error}");
    }
}

#[test]
fn features_are_quantised_too() {
    let sandbox = trained();
    let report = sandbox.json("quantize points.gradito --data points.csv --out q.gradito");
    assert!(
        report["test_accuracy"].as_f64().unwrap()
            >= report["parent_accuracy"].as_f64().unwrap() - 0.1
    );
    sandbox.json("predict q.gradito points.csv");
    let error = sandbox.fails("quantize points.gradito --data points.csv --bits --out b.gradito");
    assert!(error.contains("points.csv: "), "{error}");
}

#[test]
fn what_cannot_be_done_is_said() {
    let sandbox = Sandbox::new();
    sandbox.json("train --steps 1 --layers 784-8-10 --out m.gradito");
    sandbox.json("quantize m.gradito --out q.gradito");
    for line in ["quantize q.gradito", "train --from q.gradito"] {
        let error = sandbox.fails(line);
        assert!(error.contains("q.gradito: the model image has i8 parameters"), "{error}");
    }
    let error = sandbox.fails("export q.gradito --format c");
    assert!(error.contains("has i8 weights, and C99 source and header holds f32"), "{error}");
    sandbox.json("quantize m.gradito --weights ternary --out t.gradito");
    for line in ["quantize t.gradito", "train --from t.gradito"] {
        let error = sandbox.fails(line);
        assert!(error.contains("t.gradito: the model image has ternary parameters"), "{error}");
    }
    // As it lies in flash it can be written.
    sandbox.json("export t.gradito --format bin --out t.bin");
    let mut bytes = sandbox.read("q.gradito");
    let at = bytes.len() - 1;
    bytes[at] ^= 1;
    sandbox.write("q.gradito", &bytes);
    assert!(sandbox.fails("eval q.gradito").contains("is damaged"));
}
