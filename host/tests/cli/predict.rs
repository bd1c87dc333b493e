//! `gradito predict`.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::samples::{half, image_folder, pgm, trained};
use super::sandbox::{GRADITO, Run, Sandbox};

/// A sandbox with a model that has seen a little of MNIST.
fn digits() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done("train --layers 784-10 --steps 2000 --out m.gradito");
    sandbox
}

#[test]
fn json_has_an_answer_for_each_image_in_order() {
    let sandbox = digits();
    let report = sandbox.json("predict m.gradito test:0 test:17");
    let images = report["images"].as_array().unwrap();
    assert_eq!(images.len(), 2);
    for (image, (source, label)) in images.iter().zip([("test:0", "7"), ("test:17", "7")]) {
        assert_eq!(image["source"], source);
        assert_eq!(image["label"], label);
        let scores: Vec<f64> = image["scores"]
            .as_array()
            .unwrap()
            .iter()
            .map(|score| score.as_f64().unwrap())
            .collect();
        assert_eq!(scores.len(), 10);
        let class = image["class"].as_u64().unwrap() as usize;
        assert!(scores.iter().all(|&score| score <= scores[class]));
        assert_eq!(image["name"], class.to_string());
    }
}

#[test]
fn people_see_the_image_its_label_and_ten_bars() {
    let text = digits().done("predict m.gradito test:17").out;
    assert!(text.starts_with("test:17: "), "{text}");
    assert!(text.lines().next().unwrap().ends_with("labelled 7"), "{text}");
    assert!(text.lines().count() > 20, "{text}");
}

#[test]
fn verbose_says_how_a_photograph_was_prepared() {
    let sandbox = digits();
    // A one, dark on light, of another size than MNIST's.
    let mut page = b"P5 40 60 255\n".to_vec();
    page.extend((0..2400).map(|at| match (at % 40, at / 40) {
        (18..23, 10..50) => 30,
        _ => 230,
    }));
    sandbox.write("one.pgm", page);
    let quiet = sandbox.done("predict m.gradito one.pgm").out;
    let verbose = sandbox.done("predict -v m.gradito one.pgm").out;
    assert!(verbose.contains("40") && verbose.contains("60"), "{verbose}");
    assert!(verbose.lines().count() > quiet.lines().count());
    assert_eq!(verbose.lines().next(), quiet.lines().next());
}

#[test]
fn rows_of_a_csv_file_are_named_by_line_and_class() {
    let sandbox = trained();
    // Named columns are found in any order, without a label as well.
    sandbox.write("new.csv", "y,x\n0.1,0.9\n0.9,0.1\n");
    let report = sandbox.json("predict points.gradito new.csv");
    assert_eq!(report["images"][0]["line"], 2);
    assert_eq!(report["images"][0]["name"], "below");
    assert_eq!(report["images"][1]["name"], "above");
    assert_eq!(report["images"][1]["class"], 0);
    let text = sandbox.done("predict points.gradito new.csv").out;
    assert!(text.contains("new.csv:2: below ("), "{text}");
}

#[test]
fn an_image_is_named_by_its_class() {
    let sandbox = Sandbox::new();
    image_folder(&sandbox);
    sandbox.done("train --data halves --layers 30-2 --epochs 20 --batch 4 --out m.gradito");
    sandbox.write("new.pgm", pgm(&half(true, 7)));
    let report = sandbox.json("predict m.gradito new.pgm");
    assert_eq!(report["images"][0]["source"], "new.pgm");
    assert_eq!(report["images"][0]["name"], "right");
    assert_eq!(report["images"][0]["class"], 1);
    sandbox.write("small.pgm", "P5 2 2 255\nabcd");
    let error = sandbox.refuses("predict m.gradito small.pgm");
    assert!(
        error.contains("small.pgm") && error.contains("2x2") && error.contains("6x5"),
        "{error}"
    );
    assert!(sandbox.refuses("predict m.gradito test:0").contains("not 28x28 digits"));
}

#[test]
fn names_cannot_break_a_line() {
    let sandbox = Sandbox::new();
    let rows: String = (0..40).map(|row| format!("{row},\"a\nb{}\"\n", row % 2)).collect();
    sandbox.write("odd.csv", format!("x,kind\n{rows}"));
    sandbox.done("train --data odd.csv --layers 1-2 --batch 2 --epochs 1 --out m.gradito");
    let text = sandbox.done("predict m.gradito odd.csv").out;
    assert_eq!(text.lines().count(), 40, "{text}");
    let run = sandbox.run_with(["predict", "m.gradito", "a\n\u{1b}[31mb.csv"]);
    assert_eq!(run.code, Some(1));
    assert!(run.error().contains("a\\n\\u{1b}[31mb.csv"), "{}", run.err);
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let sandbox = digits();
    // Far more than a pipe holds.
    let images: Vec<String> = (0..500).map(|number| format!("test:{number}")).collect();
    let mut child = Command::new(GRADITO)
        .current_dir(sandbox.path(""))
        .args(["predict", "m.gradito"])
        .args(images)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut reader = BufReader::with_capacity(16, child.stdout.take().unwrap());
    reader.read_line(&mut line).unwrap();
    drop(reader);
    let run = Run::of(child.wait_with_output().unwrap());
    assert!(line.starts_with("test:0: "), "{line}");
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error() {
    let sandbox = digits();
    for line in ["predict m.gradito test:0", "inspect m.gradito --json", "train -h"] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = Command::new(GRADITO)
            .current_dir(sandbox.path(""))
            .args(line.split_whitespace())
            .stdout(full)
            .output()
            .unwrap();
        let run = Run::of(output);
        assert_eq!(run.code, Some(1), "{line}");
        assert_eq!(run.error(), "gradito: standard output: there is no space left; make room");
    }
}
