//! Recipes, and trainings that end in whole numbers.

use super::samples::points;
use super::sandbox::Sandbox;

#[test]
fn a_recipe_is_its_flags() {
    let sandbox = Sandbox::new();
    let listed = sandbox.json("recipes");
    let recipes = listed["recipes"].as_array().unwrap();
    assert!(recipes.len() >= 6);
    let text = sandbox.done("recipes").out;
    for recipe in recipes {
        let [name, layers] = ["name", "layers"].map(|at| recipe[at].as_str().unwrap());
        let line = text.lines().find(|line| line.split_whitespace().next() == Some(name));
        assert!(line.unwrap().contains(layers), "{name}: {text}");
    }
    let flags: Vec<_> =
        recipes[0]["flags"].as_array().unwrap().iter().map(|flag| flag.as_str().unwrap()).collect();
    let name = recipes[0]["name"].as_str().unwrap();
    let by_name =
        sandbox.json(&format!("train --recipe {name} --steps 20 --seed 2 --out a.gradito"));
    let by_flags =
        sandbox.json(&format!("train {} --steps 20 --seed 2 --out b.gradito", flags.join(" ")));
    assert_eq!(by_name["digest"], by_flags["digest"]);
    assert_eq!(sandbox.read("a.gradito"), sandbox.read("b.gradito"));
}

#[test]
fn a_recipe_of_ones_own_is_a_file() {
    let sandbox = Sandbox::new();
    let text = "about = \"mine\"\n[train]\nlayers = \"784-5-10\"\nepochs = 1\neta = 0.5\n";
    sandbox.write("mine.toml", text);
    let report = sandbox.json("train --recipe mine.toml --steps 3 --eta 2");
    assert_eq!((&report["topology"], &report["eta"]), (&"784-5-10".into(), &2.0.into()));

    let error = sandbox.refuses("train --recipe 13k");
    assert!(error.contains("there is no recipe '13k'; there are 1k,"), "{error}");
    assert!(
        sandbox.refuses("train --recipe other.toml").contains("other.toml: there is no such file")
    );
    sandbox.write("rate.toml", text.replace("eta", "rate"));
    let error = sandbox.refuses("train --recipe rate.toml");
    assert!(error.contains("rate.toml: 'rate' is no flag of gradito train"), "{error}");
    sandbox.write("bad.toml", text.replace("0.5", "\"fast\""));
    let error = sandbox.refuses("train --recipe bad.toml");
    assert!(error.contains("bad.toml: invalid value 'fast' for '--eta <RATE>'"), "{error}");
}

/// In whole numbers at once or afterwards: the same model.
#[test]
fn a_training_can_end_in_whole_numbers() {
    let sandbox = Sandbox::new();
    let line = "train --layers 784-12-10 --activation relu --cost softmax --eta 0.2 --batch 32 \
                --epochs 1 --steps 400";
    for (weights, kind) in [("", "i8"), ("--weights i4", "i4")] {
        let whole = sandbox.json(&format!("{line} {weights} --quantize --out q.gradito"));
        sandbox.json(&format!("{line} {weights} --out m.gradito"));
        let after = sandbox.json(&format!("quantize m.gradito --weights {kind} --out a.gradito"));
        assert_eq!(whole["digest"], after["digest"]);
        assert_eq!(whole["test_accuracy"], after["test_accuracy"]);
        assert_eq!(sandbox.read("q.gradito"), sandbox.read("a.gradito"));
        assert_eq!(whole["quantized"], true);
        let inspected = sandbox.json("inspect q.gradito");
        assert_eq!((&inspected["dtype"], &inspected["digest"]), (&kind.into(), &whole["digest"]));
        let words = if kind == "i8" { 784 * 12 + 12 * 10 } else { 784 * 8 + 12 * 8 };
        assert_eq!(whole["parameter_bytes"], words + 8 * 22);
    }
}

#[test]
fn what_cannot_be_written_in_whole_numbers_is_kept() {
    let sandbox = Sandbox::new();
    sandbox.write("points.csv", points(40));
    let line = "train --data points.csv --layers 2-3-2 --activation relu --output identity \
                --eta 1e3 --steps 2";
    sandbox.done(&format!("{line} --out f.gradito --no-test"));
    let error = sandbox.fails(&format!("{line} --out q.gradito --no-test --quantize"));
    assert!(error.contains("q.gradito: layer 0"), "{error}");
    assert_eq!(sandbox.read("q.gradito"), sandbox.read("f.gradito"));
}

#[test]
fn the_test_set_can_be_left_alone() {
    let sandbox = Sandbox::new();
    for rest in ["", "--quantize"] {
        let report = sandbox.json(&format!("train --no-test --steps 5 {rest}"));
        assert_eq!(report["test_accuracy"], serde_json::Value::Null);
        assert_eq!(report["test_samples"], 0);
        let inspected = sandbox.json("inspect digits.gradito");
        assert_eq!(inspected["test_accuracy"], serde_json::Value::Null);
    }
}
