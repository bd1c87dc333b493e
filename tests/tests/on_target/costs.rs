//! What is counted on boards, and what is estimated.

use gradito::device::firmware::Variant;
use gradito::device::{emulator, firmware};
use gradito::model::Model;
use serde_json::Value;

use super::bench::{Bench, checkout};

/// Of 784-30-10 in `f32`, on a core with an FPU: an inference, a sample of a step, and an image
/// without a white pixel, of which nothing is passed over. Medians; what they may take at most.
#[test]
fn networks_of_f32_take_few_instructions() {
    let bench = Bench::new();
    let black = bench.path("black");
    std::fs::create_dir(&black).unwrap();
    let write = |name: &str, header: &[u8], value: u8, count: usize| {
        let bytes = [header, &vec![value; count]].concat();
        std::fs::write(black.join(name), bytes).unwrap();
    };
    let header = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28];
    write("t10k-images-idx3-ubyte", &header, u8::MAX, 784);
    write("t10k-labels-idx1-ubyte", &[0, 0, 8, 1, 0, 0, 0, 1], 9, 1);

    let instructions = |line: &str| {
        let report = bench.json(&format!("device {line} --emulate mps2-an386"));
        assert_eq!(report["same"], true, "{line}");
        report["cost"]["instructions"].as_u64().unwrap()
    };
    let found = [
        instructions("test digits.gradito --samples 100"),
        instructions("train digits.gradito --steps 100") / 10,
        instructions(&format!("test digits.gradito --data {}", black.display())),
    ];
    let most = [17_000, 36_000, 90_000];
    assert!(found.iter().zip(most).all(|(found, most)| *found <= most), "{found:?} of {most:?}");
}

/// Of `f32` and of `i8`, bytes and bits: layer by layer as much as all of them together, and little
/// more than without a profile.
#[test]
fn layers_take_what_an_inference_takes() {
    let bench = Bench::new();
    bench.done("quantize digits.gradito --out bytes.gradito");
    bench.done("train --epochs 1 --layers 784-32-10 --bits --out trained.gradito");
    bench.done("quantize trained.gradito --out bits.gradito");
    for (model, board) in [
        ("digits.gradito", "mps2-an386"),
        ("digits.gradito", "stm32f405"),
        ("bytes.gradito", "mps2-an385"),
        ("bits.gradito", "microbit"),
    ] {
        let rest = format!("{model} --emulate {board} --samples 20");
        let profile = bench.json(&format!("device profile {rest}"));
        let count = |cost: &Value| cost["instructions"].as_u64().unwrap();
        let (all, layers) = (count(&profile["cost"]), profile["layers"].as_array().unwrap());
        let sum: u64 = layers.iter().map(|layer| count(&layer["cost"])).sum();
        // The clock goes by up to 62.5 instructions; medians are rounded to it.
        assert!(layers.len() == 2 && sum.abs_diff(all) <= 3 * 63, "{model} {board}: {profile}");
        let alone = count(&bench.json(&format!("device test {rest}"))["cost"]);
        assert!(alone <= all + 63 && all <= alone + 300, "{model} {board}: {all}, {alone} alone");
        let share = |layer: &Value| layer["share"].as_f64().unwrap();
        assert!((layers.iter().map(share).sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(share(&layers[0]) > 0.5, "{model} {board}: {profile}");
        let lit = layers[0]["lit"].as_u64().unwrap();
        assert!((50..300).contains(&lit), "{model} {board}: {lit}");
    }
}

#[test]
fn a_firmware_without_a_profile_is_told_with_the_features_to_build_it_with() {
    let bench = Bench::new();
    let folder = firmware::folder(checkout()).unwrap();
    let variant = Variant::inference(&Model::read(&bench.path("digits.gradito")).unwrap());
    let board = emulator::board("mps2-an386").unwrap();
    let elf = firmware::build(&folder, board, Some(&variant)).unwrap();
    let line = "device profile digits.gradito --emulate mps2-an386 --firmware";
    let error = bench.fails(&format!("{line} {}", elf.display()));
    assert!(error.contains("build it with --features mps2-an386,profile"), "{error}");
}

/// On networks that the constants of the estimates were not measured on.
#[test]
fn what_is_estimated_is_what_the_emulator_counts_to_within_a_tenth() {
    let bench = Bench::new();
    let networks = [
        "784-20-10",
        "784-64-32-10 --activation relu --cost softmax --eta 0.2",
        "784-25-10 --activation tanh --cost softmax --eta 0.1",
    ];
    let mut off = Vec::new();
    let mut compare = |model: &str, purpose: &str, board: &str| {
        let costs = bench.json(&format!("inspect {model} --board {board}"));
        let jobs = costs["costs"]["boards"][0]["jobs"].as_array().unwrap();
        let job = jobs.iter().find(|job| job["purpose"] == purpose).unwrap();
        let (line, samples) = match purpose {
            "f32 training" => ("train", 10),
            _ => ("test", 1),
        };
        let amount = if samples == 10 { "--steps 50" } else { "--samples 100" };
        let found = bench.json(&format!("device {line} {model} {amount} --emulate {board}"));
        let number = |value: &Value| value.as_u64().unwrap() as f64;
        let memory = &found["memory"];
        for (what, estimate, counted) in [
            (
                "instructions",
                number(&job["typical"]["instructions"]) * f64::from(samples),
                number(&found["cost"]["instructions"]),
            ),
            ("code", number(&job["code"]["needed"]), number(&memory["flash"])),
            (
                "RAM",
                number(&job["ram"]["needed"]),
                number(&memory["statics"]) + number(&memory["stack_used"]),
            ),
        ] {
            let error = estimate / counted - 1.0;
            if error.abs() > 0.1 {
                off.push(format!("{model} {purpose} on {board}: {what} {estimate}, not {counted}"));
            }
        }
    };
    for (index, network) in networks.into_iter().enumerate() {
        let model = format!("{index}.gradito");
        bench.done(&format!("train --layers {network} --epochs 1 --out {model}"));
        bench.done(&format!("quantize {model} --out i8-{model}"));
        compare(&model, "f32", "mps2-an386");
        compare(&model, "f32 training", "mps2-an386");
        compare(&format!("i8-{model}"), "i8", "mps2-an386");
        let (purpose, board) =
            [("f32", "microbit"), ("i8", "microbit"), ("i8", "mps2-an385")][index];
        let kind = if purpose == "f32" { "" } else { "i8-" };
        compare(&format!("{kind}{model}"), purpose, board);
    }
    bench.done("train --layers 784-40-10 --bits --epochs 1 --out parent.gradito");
    bench.done("quantize parent.gradito --out bits.gradito");
    compare("bits.gradito", "i8 bits", "mps2-an386");
    assert!(off.is_empty(), "{off:#?}");
}
