//! Training that goes on from a model: all of it, or its last layers.

use super::sandbox::Sandbox;

#[test]
fn no_step_writes_the_starting_point() {
    let sandbox = Sandbox::new();
    let start = sandbox.json("train --steps 0 --out start.gradito");
    assert_eq!((&start["steps"], &start["epochs"]), (&0.into(), &0.into()));
    // From there on it is the same run.
    let onward = sandbox.json("train --from start.gradito --steps 40 --out a.gradito");
    let whole = sandbox.json("train --steps 40 --out b.gradito");
    assert_eq!(onward["digest"], whole["digest"]);
    assert_ne!(onward["digest"], start["digest"]);
    let (onward, whole) = (sandbox.json("inspect a.gradito"), sandbox.json("inspect b.gradito"));
    assert_eq!((&onward["parent_digest"], &onward["steps"]), (&start["digest"], &40.into()));
    assert_eq!(whole["parent_digest"], serde_json::Value::Null);
}

#[test]
fn layers_and_cost_are_the_model_s() {
    let sandbox = Sandbox::new();
    sandbox.done("train --layers 784-12-10 --cost softmax --activation tanh --steps 3 --eta 0.1 --out a.gradito");
    let onward = sandbox.json("train --from a.gradito --steps 2 --eta 0.1 --out b.gradito");
    assert_eq!(onward["topology"], "784-12-10");
    let kinds = [&onward["activation"], &onward["output"], &onward["cost"]];
    assert_eq!(kinds, ["tanh", "softmax", "softmax"]);
    let error = sandbox.wrong("train --from a.gradito --layers 784-10");
    assert!(error.contains("--from <MODEL>' cannot be used with '--layers"), "{error}");
}

#[test]
fn frozen_layers_stay() {
    let sandbox = Sandbox::new();
    sandbox.done("train --layers 784-12-11-10 --steps 0 --out a.gradito");
    for (freeze, options) in [(1, "--momentum 0.5"), (2, "--l2 0.1")] {
        let line = format!("train --from a.gradito --freeze {freeze} {options} --steps 30");
        let run = sandbox.json(&format!("{line} --out b.gradito"));
        assert_eq!(
            run["digest"],
            sandbox.json(&format!("{line} --threads 2 --out c.gradito"))["digest"]
        );
        let (before, after) = (sandbox.read("a.gradito"), sandbox.read("b.gradito"));
        // From the end, where the parameters are: the last layer, the one before, the first.
        let (last, middle) = (4 * 12 * 10, 4 * 13 * 11);
        let trained = if freeze == 2 { last } else { last + middle };
        let (start, length) = (before.len() - trained, after.len());
        assert_eq!(length, before.len());
        assert_eq!(before[start - 4 * 785 * 12..start], after[start - 4 * 785 * 12..start]);
        assert_ne!(
            before[start..start + middle.min(trained)],
            after[start..start + middle.min(trained)]
        );
        assert_ne!(before[length - last..], after[length - last..]);
        // What is evaluated is the whole network.
        let accuracy = sandbox.json("eval b.gradito")["accuracy"].clone();
        assert_eq!(accuracy, run["test_accuracy"]);
    }
}

#[test]
fn data_of_another_kind_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("a.csv", "x,y,label\n0,1,a\n4,3,b\n2,2,b\n1,5,a\n3,4,b\n1,1,a\n");
    sandbox.write("b.csv", "x,y,label\n0,1,a\n4,30,c\n2,2,c\n1,5,a\n3,4,c\n1,1,a\n");
    sandbox.write("c.csv", "x,y,label\n0,10,a\n40,3,b\n2,20,b\n1,5,a\n3,40,b\n1,1,a\n");
    let options = "--batch 1 --epochs 1";
    sandbox.done(&format!("train --data a.csv --layers 2-2 {options} --out m.gradito"));
    sandbox.done(&format!("train --data a.csv --from m.gradito {options} --out n.gradito"));
    let refused =
        |data| sandbox.refuses(&format!("train --data {data} --from m.gradito {options}"));
    assert!(refused("b.csv").contains("b.csv: its classes are not those of m.gradito"));
    assert!(refused("c.csv").contains("c.csv: its inputs, or their scaling, are not those of"));
}
