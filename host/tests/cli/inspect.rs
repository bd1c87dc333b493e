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

#[test]
fn what_a_board_has_to_give_is_known_before_flashing() {
    let sandbox = Sandbox::new();
    sandbox.done("train --steps 3 --out m.gradito");
    let report = sandbox.json("inspect m.gradito --board stm32f405");
    let jobs = &report["costs"]["boards"][0]["jobs"];
    let names = [&jobs[0]["purpose"], &jobs[1]["purpose"]];
    assert_eq!(names, ["f32", "f32 training"]);
    for job in [&jobs[0], &jobs[1]] {
        assert_eq!((&job["fits"], &job["would_fit"]), (&true.into(), &serde_json::json!([])));
        assert_eq!(job["model"]["needed"], report["bytes"]);
        let count = |case: &str| job[case]["instructions"].as_u64().unwrap();
        assert!(count("typical") * 2 < count("worst"), "{job}");
        assert_eq!(job["typical"]["seconds"], count("typical") as f64 / 168e6, "{job}");
    }
    assert_eq!(report["costs"]["samples"], 100);

    let text = sandbox.done("inspect m.gradito --board all").out;
    for words in ["stm32f405: STM32F405RG", "microbit: BBC", "flash, model", "training, batch 10"] {
        assert!(text.contains(words), "{text}");
    }
    // 95 KB of parameters are too many for 16 KiB; its last layer is not.
    assert!(text.contains("bytes too many") && text.contains("(--freeze 1)"), "{text}");
    let frozen = sandbox.json("inspect m.gradito --board microbit --batch 4 --freeze 1");
    assert_eq!(frozen["costs"]["boards"][0]["jobs"][1]["fits"], true);

    sandbox.done("train --layers 784-300-10 --steps 0 --out wide.gradito");
    let wide = sandbox.json("inspect wide.gradito --board stm32f405");
    let job = &wide["costs"]["boards"][0]["jobs"][0];
    assert_eq!(job["fits"], false);
    let would = job["would_fit"].as_array().unwrap();
    // The largest that fits 128 KiB has 41 hidden neurons: 13 % of them are 39.
    assert_eq!(would[0], "784-39-10");
    sandbox.done("train --layers 784-39-10 --steps 0 --out narrow.gradito");
    let narrow = sandbox.json("inspect narrow.gradito --board stm32f405");
    assert_eq!(narrow["costs"]["boards"][0]["jobs"][0]["fits"], true);
}

#[test]
fn without_samples_only_the_worst_case_is_told() {
    let sandbox = trained();
    let report = sandbox.json("inspect points.gradito --board mps2-an386");
    assert_eq!(report["costs"]["samples"], 0);
    let text = sandbox.done("inspect points.gradito --board mps2-an386").out;
    assert!(text.contains("worst") && !text.contains("typical"), "{text}");
    let error = sandbox.refuses("inspect points.gradito --board mps2-an386 --data nowhere");
    assert!(error.contains("nowhere"), "{error}");
    let error = sandbox.refuses("inspect points.gradito --board mps2-an386 --freeze 2");
    assert!(error.contains("freezing 2 of 2 layers leaves none"), "{error}");
}
