//! What cannot be done, and what is said about it.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use gradito::model::Model;

use super::samples::{idx, idx_folder, image_folder, points, trained};
use super::sandbox::Sandbox;

/// Asserts that `message` contains all `words`.
#[track_caller]
fn says(message: &str, words: &[&str]) {
    for word in words {
        assert!(message.contains(word), "`{word}` is not in: {message}");
    }
}

#[test]
fn wrong_values_are_named_with_what_is_right() {
    let sandbox = Sandbox::new();
    for (line, words) in [
        ("--batch 0", "it must be a whole number, at least 1"),
        ("--batch -3", "it must be a whole number, at least 1"),
        ("--steps -1", "it must be a whole number, at least 0"),
        ("--freeze 2", "freezing 2 of 2 layers leaves none to be trained"),
        ("--epochs 1.5", "it must be a whole number, at least 1"),
        ("--seed 18446744073709551616", "it is too large"),
        ("--eta nan", "it must be a positive number"),
        ("--eta -1", "it must be a positive number"),
        ("--eta 0", "it must be a positive number"),
        ("--l2 -1", "it must be 0 or a positive number"),
        ("--momentum 1", "it must be at least 0 and below 1"),
        ("--nesterov", "nesterov is a kind of momentum, and momentum is 0"),
        ("--schedule linear", "invalid value 'linear'"),
        ("--warmup 30", "warmup takes 30 of 30 epochs; it must leave at least one"),
        ("--end-factor 2", "it must be from 0 to 1"),
        ("--schedule step --step-factor 0", "the factor of a step must be above 0"),
        ("--ema 1", "it must be at least 0 and below 1"),
        ("--threads 0", "it must be a whole number from 1 to 1024"),
        ("--threads 100000", "it must be a whole number from 1 to 1024"),
        ("--layers 784", "at least two widths"),
        ("--layers 784-0-10", "from 1 to 16777216, and one is 0"),
        ("--layers 784-99999999999999999999-10", "from 1 to 16777216, and one is 9999"),
        ("--layers 784x30x10", "'784x30x10' is not a width"),
        ("--layers 16777216-16777216", "more than 268435456 parameters"),
        ("--activation softmax", "softmax is for outputs only"),
        ("--activation step", "it must be sigmoid, tanh, relu or identity"),
        ("--cost mse", "there are quadratic, cross-entropy, softmax"),
        ("--simd mmx", "this machine has baseline"),
        ("--size 28", "as in 28x28"),
        ("--output softmax", "gradito: the cost quadratic does not fit softmax outputs"),
        ("--cost softmax --output tanh", "leave out --output to get softmax"),
    ] {
        says(&sandbox.wrong(&format!("train {line}")), &[words]);
    }
    assert_eq!(sandbox.names(), [""; 0]);
}

#[test]
fn settings_that_do_not_fit_the_data_are_named_with_what_does() {
    let sandbox = Sandbox::new();
    sandbox.write("points.csv", points(100));
    let points = "train --data points.csv --layers 2-3-2";
    for (line, words) in [
        ("train --data points.csv --layers 784-30-10", "use --layers 2-30-2"),
        ("train --data points.csv --layers 2-30-10", "use --layers 2-30-2"),
        (&format!("{points} --batch 71"), "the 70 training samples of points.csv"),
        (&format!("{points} --l2 1e30"), "an l2 of 1e30 is too strong"),
        (&format!("{points} --validation 100"), "points.csv"),
        (&format!("{points} --label size"), "no column is called `size`"),
        (&format!("{points} --prepare"), "there are no images"),
    ] {
        says(&sandbox.refuses(line), &[words]);
    }
}

#[test]
fn bad_csv_files_are_named_with_row_and_column() {
    let sandbox = Sandbox::new();
    for (content, words) in [
        ("", "the file is empty"),
        ("x,y,k\n", "no row of data"),
        ("x,y,k\n1,,a\n3,4,b\n", "row 2, column 2 (`y`): is empty"),
        ("x,y,k\n1,2,a\n3,NaN,b\n", "row 3, column 2 (`y`): `NaN` is not a finite"),
        ("x,y,k\n1,2,a\n3,four,b\n", "row 3, column 2 (`y`): `four` is not a number"),
        ("x,y,k\n1,2,a\n3,4,5,b\n", "row 3: has 4 columns"),
        ("x,y,k\n1,2,a\n3,4,a\n", "one class only, `a`"),
        ("\0\u{1}\u{2}", "is not a CSV file"),
    ] {
        sandbox.write("bad.csv", content);
        says(&sandbox.refuses("train --data bad.csv --layers 2-2"), &["gradito: bad.csv: ", words]);
    }
    let error = sandbox.refuses("train --data none.csv --layers 2-2");
    assert_eq!(error, "gradito: none.csv: there is no such file or folder");
}

#[test]
fn bad_idx_files_are_named_with_byte_and_row() {
    let sandbox = Sandbox::new();
    let labels: Vec<u8> = (0..40).map(|number| number % 2).collect();
    let images = vec![7; 40 * 30];
    let good = idx(&[40, 5, 6], &images);
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&good).unwrap();
    let packed = packed.finish().unwrap();
    let line = "train --data d --layers 30-2 --batch 4";
    for (name, bytes, words) in [
        ("train-images-idx3-ubyte", [b"GIF8", &good[4..]].concat(), "magic number"),
        ("train-images-idx3-ubyte", Vec::new(), "the file is empty"),
        ("train-images-idx3-ubyte", good[..1000].to_vec(), "ends after byte 1000"),
        ("train-images-idx3-ubyte", [&good[..], b"!"].concat(), "goes on after its last row"),
        ("train-images-idx3-ubyte", idx(&[40, 5, 0], &[]), "is 0"),
        ("train-labels-idx1-ubyte", idx(&[39], &labels[..39]), "39 labels for the 40 images"),
        ("train-labels-idx1-ubyte", idx(&[40], &[3; 40]), "label"),
        ("t10k-labels-idx1-ubyte", idx(&[10], &[9; 10]), "row 1: label 9 is out of range"),
        ("t10k-images-idx3-ubyte", idx(&[10, 6, 5], &[7; 300]), "5x6"),
    ] {
        idx_folder(&sandbox, "d", 40, 10);
        sandbox.write(&format!("d/{name}"), bytes);
        says(&sandbox.refuses(line), &["gradito: d/", name, words]);
    }
    idx_folder(&sandbox, "d", 40, 10);
    std::fs::remove_file(sandbox.path("d/train-images-idx3-ubyte")).unwrap();
    let name = "d/train-images-idx3-ubyte.gz";
    sandbox.write(name, &packed);
    sandbox.done(&format!("{line} --epochs 1"));
    sandbox.write(name, &packed[..packed.len() / 2]);
    says(&sandbox.refuses(line), &[name, "cut off"]);
}

#[test]
fn bad_folders_are_named() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path("empty")).unwrap();
    says(&sandbox.refuses("train --data empty"), &["gradito: empty: holds neither IDX files"]);
    image_folder(&sandbox);
    sandbox.write("halves/left/3.pgm", "P5 6 5 255\nshort");
    let line = "train --data halves --layers 30-2";
    says(&sandbox.refuses(line), &["halves/left/3.pgm", "ends too early"]);
    sandbox.write("halves/left/3.pgm", "P5 2 2 255\nabcd");
    says(&sandbox.refuses(line), &["halves/left", "6x5", "2x2"]);
    std::fs::remove_dir_all(sandbox.path("halves/left")).unwrap();
    says(&sandbox.refuses(line), &["halves", "class"]);
}

#[test]
fn models_that_are_none_are_named() {
    let sandbox = trained();
    sandbox.write("empty", "");
    for command in ["inspect", "eval", "predict"] {
        let image = if command == "predict" { "points.csv" } else { "" };
        let refuses = |model: &str| sandbox.refuses(&format!("{command} {model} {image}"));
        says(&refuses("none"), &["gradito: none: there is no such file", "gradito train writes"]);
        says(&refuses("."), &["gradito: .: cannot be read: it is not a file"]);
        says(&refuses("empty"), &["gradito: empty: the model image is cut off: 0 bytes"]);
        says(&refuses("points.csv"), &["gradito: points.csv: this is not a model image"]);
    }
    says(&sandbox.refuses("eval points.gradito"), &["mnist: holds images", "2 features"]);
    says(&sandbox.refuses("predict points.gradito test:0"), &["test:0", "2 features"]);
    says(&sandbox.wrong("predict points.gradito"), &["<IMAGE>"]);
}

#[test]
fn no_test_image_is_beyond_the_last() {
    let sandbox = Sandbox::new();
    sandbox.done("train --layers 784-10 --steps 1 --out m.gradito");
    for index in ["10000", "-1", "", "x", "99999999999999999999"] {
        let error = sandbox.refuses(&format!("predict m.gradito test:{index}"));
        says(&error, &["there are the images test:0 to test:9999"]);
    }
    says(&sandbox.refuses("eval m.gradito --data none"), &["none: there is no such file"]);
    says(&sandbox.refuses("predict m.gradito none.png"), &["none.png: there is no such file"]);
    says(&sandbox.refuses("predict m.gradito m.gradito"), &["m.gradito: is no PNG"]);
}

#[test]
fn a_model_that_is_cut_or_changed_anywhere_is_refused() {
    let sandbox = trained();
    let whole = sandbox.read("points.gradito");
    assert!(Model::from_bytes(&whole).is_ok());
    for end in 0..whole.len() {
        assert!(Model::from_bytes(&whole[..end]).is_err(), "cut after {end} bytes");
    }
    for at in 0..whole.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut changed = whole.clone();
            changed[at] ^= flip;
            assert!(Model::from_bytes(&changed).is_err(), "byte {at} changed by {flip:#x}");
        }
    }
    // And the program says so.
    let last = whole.len() - 1;
    let mut changed = whole.clone();
    changed[last] ^= 1;
    for (bytes, words) in [
        (&whole[..last], "is cut off"),
        (&whole[..20], "is cut off"),
        (&[&whole[..], b"\n"].concat(), "follow the end"),
        (&changed, "is damaged: checksum"),
    ] {
        sandbox.write("bad.gradito", bytes);
        says(&sandbox.refuses("inspect bad.gradito"), &["gradito: bad.gradito: ", words]);
    }
}

#[test]
fn places_that_cannot_hold_a_model_are_refused_before_training() {
    let sandbox = Sandbox::new();
    sandbox.write("points.csv", points(100));
    std::fs::create_dir(sandbox.path("folder")).unwrap();
    let line = "train --data points.csv --layers 2-2 --out";
    for (out, words) in [
        ("none/m.gradito", "its folder does not exist; create it"),
        ("folder", "is not a file"),
        ("new/", "is not a file"),
        ("points.csv/m.gradito", "its folder is not a folder"),
        ("points.csv", "is both --out and --data"),
        ("m --metrics m", "is both --out and --metrics"),
        ("m --checkpoint m", "is both --out and --checkpoint"),
        ("m.before --checkpoint m", "is both --out and the checkpoint before"),
        ("m --checkpoint points.csv", "is both --checkpoint and --data"),
        ("m --checkpoint none/c", "its folder does not exist; create it"),
        ("m --metrics folder", "folder: is a folder; name a file"),
        ("m --metrics none/m", "its folder does not exist; create it"),
    ] {
        says(&sandbox.refuses(&format!("{line} {out}")), &[words]);
    }
    assert_eq!(sandbox.names(), ["folder", "points.csv"]);
    assert_eq!(sandbox.read("points.csv"), points(100).as_bytes());
}

#[cfg(target_os = "linux")]
#[test]
fn folders_that_may_not_be_written_to_are_refused_before_training() {
    let sandbox = Sandbox::new();
    sandbox.write("points.csv", points(100));
    // Not even for root, whom permission bits do not stop.
    let line = "train --data points.csv --layers 2-2 --out /sys/m.gradito";
    says(&sandbox.refuses(line), &["gradito: /sys/m.gradito: ", "; name another place"]);
    says(
        &sandbox.refuses("train --data points.csv --layers 2-2 --out /dev/full"),
        &["gradito: /dev/full: is not a file"],
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full_leaves_what_was_there() {
    let sandbox = Sandbox::new();
    sandbox.write("m.gradito", "what was there");
    // A limit on the size of files: writing fails half-way, as it does where space runs out.
    let line = "trap '' XFSZ; ulimit -f 8; exec \"$0\" train --steps 5 --out m.gradito";
    let output = std::process::Command::new("sh")
        .current_dir(sandbox.path(""))
        .args(["-c", line, super::sandbox::GRADITO])
        .output()
        .unwrap();
    let run = super::sandbox::Run::of(output);
    assert_eq!((run.code, run.out.as_str()), (Some(1), ""), "{}", run.err);
    let error = run.err.lines().last().unwrap();
    says(error, &["gradito: m.gradito: cannot be written: "]);
    assert_eq!(sandbox.read("m.gradito"), b"what was there");
    assert_eq!(sandbox.names(), ["m.gradito"]);
}

#[cfg(target_os = "linux")]
#[test]
fn metrics_that_cannot_be_written_do_not_cost_the_model() {
    let sandbox = Sandbox::new();
    sandbox.write("points.csv", points(100));
    let run = sandbox.run("train --data points.csv --layers 2-2 --epochs 2 --metrics /dev/full");
    assert_eq!(run.code, Some(1));
    assert_eq!(run.error(), "gradito: /dev/full: there is no space left; make room");
    assert!(run.out.contains("digits.gradito"), "{}", run.out);
    assert_eq!(sandbox.json("inspect digits.gradito")["epochs"], 2);
}

#[test]
fn what_a_model_image_cannot_hold_is_said_before_training() {
    let sandbox = Sandbox::new();
    let name = "n".repeat(70_000);
    sandbox.write("long.csv", "x,label\n".to_owned() + &format!("0,a\n1,{name}\n").repeat(20));
    let run = sandbox.run("train --data long.csv --layers 1-2 --epochs 1 --out long.gradito");
    assert_eq!(run.code, Some(1), "{}", run.err);
    assert!(run.err.contains("long.gradito: ") && run.err.contains("names"), "{}", run.err);
    assert!(!run.err.contains("epoch"), "{}", run.err);
    assert_eq!(sandbox.names(), ["long.csv"]);
}

#[test]
fn files_of_the_data_are_not_written_over() {
    let sandbox = Sandbox::new();
    image_folder(&sandbox);
    let folder = sandbox.names().remove(0);
    let class = std::fs::read_dir(sandbox.path(&folder)).unwrap().next().unwrap().unwrap().path();
    let picture = std::fs::read_dir(class).unwrap().next().unwrap().unwrap().path();
    let before = std::fs::read(&picture).unwrap();
    for flag in ["--out", "--metrics"] {
        let run =
            sandbox.run(&format!("train --data {folder} --epochs 1 {flag} {}", picture.display()));
        assert_eq!(run.code, Some(1), "{flag}: {}", run.err);
        assert!(run.err.starts_with("gradito: ") && run.err.contains(flag), "{}", run.err);
        assert_eq!(std::fs::read(&picture).unwrap(), before, "{flag}");
    }
    // Two spellings of one file that is not there yet.
    let run = sandbox.run("train --epochs 1 --out m.gradito --metrics ./m.gradito");
    assert_eq!(run.code, Some(1), "{}", run.err);
    assert!(!sandbox.path("m.gradito").exists());
}
