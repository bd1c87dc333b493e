//! `gradito augment`, and `gradito train --augment`.

use super::samples::{image_folder, points};
use super::sandbox::Sandbox;

const LINE: &str = "train --layers 784-12-10 --activation relu --cost softmax --eta 0.1 --epochs 2 \
                    --validation 57003";

/// The digest of a run on 2997 images of MNIST with these options.
fn digest(sandbox: &Sandbox, options: &str) -> String {
    let report = sandbox.json(&format!("{LINE} --out m.gradito {options}"));
    assert_eq!(report["train_samples"], 2997);
    report["digest"].as_str().unwrap().to_owned()
}

#[test]
fn threads_and_vector_instructions_change_no_bit() {
    let sandbox = Sandbox::new();
    let standard = digest(&sandbox, "--augment standard --threads 1");
    for level in gradito::simd::Level::available() {
        let options = format!("--augment standard --threads 1 --simd {level}");
        assert_eq!(digest(&sandbox, &options), standard, "{level}");
    }
    for options in ["", "--threads 2", "--threads 3"] {
        assert_eq!(digest(&sandbox, &format!("--augment standard {options}")), standard);
    }
    let plain = digest(&sandbox, "");
    assert_ne!(standard, plain);
    // Ranges of 0 change nothing, though images go through all of it.
    assert_eq!(digest(&sandbox, "--augment shift=0,elastic=0:4"), plain);
    assert_ne!(digest(&sandbox, "--augment light"), standard);
}

#[test]
fn a_run_that_is_cut_off_has_seen_the_same_images() {
    let sandbox = Sandbox::new();
    // Whole epochs of 300 steps, and one cut off within a chunk of images.
    let report = sandbox.json(&format!("{LINE} --augment light --steps 300"));
    let whole =
        sandbox.json(&format!("{LINE} --augment light --epochs 1").replace("--epochs 2", ""));
    assert_eq!(report["digest"], whole["digest"]);
    let cut = |rest: &str| digest(&sandbox, &format!("--augment light --steps 123 {rest}"));
    assert_eq!(cut("--threads 1"), cut("--threads 2"));
}

#[test]
fn images_of_one_bit_stay_so() {
    let sandbox = Sandbox::new();
    let bits = digest(&sandbox, "--bits");
    let deformed = digest(&sandbox, "--bits --augment light");
    assert_ne!(deformed, bits);
    assert_eq!(digest(&sandbox, "--bits --augment rotate=0"), bits);
}

#[test]
fn it_is_said_how_and_how_long() {
    let sandbox = Sandbox::new();
    let report = sandbox.json(&format!("{LINE} --augment light"));
    assert_eq!(report["augment"], "shift=1,rotate=10,scale=0.1,shear=0.1");
    assert!(report["augment_seconds_per_epoch"].as_f64().unwrap() > 0.0, "{report}");
    let out = sandbox.done(&format!("{LINE} --augment light")).out;
    assert!(out.contains("\ndeforming      ") && out.contains(" of the training pass\n"), "{out}");
    assert!(!sandbox.done(LINE).out.contains("deforming"));
}

#[test]
fn what_cannot_be_deformed_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("points.csv", points(100));
    let error = sandbox.refuses("train --data points.csv --layers 2-2 --augment light");
    assert!(error.contains("augment deforms images, and the samples are features"), "{error}");
    let error = sandbox.refuses("augment --data points.csv");
    assert!(error.contains("the samples are features"), "{error}");
    for (ranges, words) in [
        ("heavy", "there is no 'heavy'; write light, standard, or any of shift=PIXELS"),
        ("rotate=200", "rotate must be from 0.0 to 180.0, as in rotate=15"),
        ("elastic=34", "sigma of elastic must be from 0.5 to 100.0, as in elastic=34:4"),
        ("shift=1,shift=2", "shift is given twice; give it once"),
    ] {
        for line in [format!("train --augment {ranges}"), format!("augment {ranges}")] {
            let error = sandbox.wrong(&line);
            assert!(error.contains(words), "{error}");
        }
    }
    let error = sandbox.wrong("train --freeze 1 --augment light");
    assert!(error.contains("cannot be used with"), "{error}");
}

#[test]
fn a_sheet_shows_originals_and_what_they_become() {
    let sandbox = Sandbox::new();
    let report = sandbox.json("augment --samples 3 --out sheet.png");
    assert_eq!((&report["samples"], &report["epochs"]), (&3.into(), &9.into()));
    assert!(report["seconds_per_image"].as_f64().unwrap() > 0.0);
    assert_eq!(sandbox.names(), ["sheet.png"]);
    let sheet = gradito::picture::read(&sandbox.path("sheet.png")).unwrap();
    assert_eq!((sheet.width, sheet.height), (10 * 60 + 4, 3 * 60 + 4));
    // The same by the same seed, and other originals never.
    let again = |options: &str| {
        sandbox.done(&format!("augment --samples 3 --out again.png {options}"));
        gradito::picture::read(&sandbox.path("again.png")).unwrap()
    };
    assert_eq!(again("--seed 1"), sheet);
    let other = again("--seed 2");
    let first = |sheet: &gradito::picture::Gray| -> Vec<u8> {
        sheet.pixels.chunks_exact(604).flat_map(|row| row[..60].to_vec()).collect()
    };
    assert!(other != sheet && first(&other) == first(&sheet));
    // Images of any size.
    image_folder(&sandbox);
    sandbox.done("augment shift=1 --data halves --out halves.png");
}
