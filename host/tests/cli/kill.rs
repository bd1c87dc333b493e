//! Runs that are killed: at no instant is there half a file, and each goes on to the same end.

#![cfg(unix)]

use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{env, fs};

use gradito::checkpoint::Checkpoint;
use gradito::model::Model;
use gradito_core::random::{Stream, below};

use super::keep::metrics;
use super::samples::points;
use super::sandbox::Sandbox;

/// A run that writes to the disk almost all of its time.
const TRAIN: &str = "train --data points.csv --layers 2-6-2 --momentum 0.5 --l2 0.1 --eta 1 \
                     --epochs 25 --out m --metrics m.jsonl --checkpoint run --every 2 --resume";

fn start(sandbox: &Sandbox) -> Child {
    sandbox.command(TRAIN).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Looks at every file that has its final name.
fn check(sandbox: &Sandbox) {
    for name in sandbox.names() {
        match name.as_str() {
            "run" | "run.before" => drop(Checkpoint::from_bytes(&sandbox.read(&name)).unwrap()),
            "m" => drop(Model::from_bytes(&sandbox.read(&name)).unwrap()),
            "m.jsonl" => drop(metrics(sandbox, &name)),
            "points.csv" => {}
            other => {
                assert!(other.starts_with(".gradito-") && other.ends_with(".part"), "{other}");
            }
        }
    }
}

/// 8 kills; 100 where all is tested.
#[test]
fn killed_at_any_instant_a_run_goes_on_to_the_same_end() {
    let kills = if env::var_os("GRADITO_ALL_SAMPLES").is_some() { 100 } else { 8 };
    let whole = Sandbox::new();
    whole.write("points.csv", points(60));
    let begun = Instant::now();
    assert!(start(&whole).wait().unwrap().success());
    let time = begun.elapsed();
    let wanted = (whole.read("m"), metrics(&whole, "m.jsonl"));
    let mut instants = Stream::Split.rng(9);
    let (mut done, mut torn) = (0, 0);
    while done < kills {
        let sandbox = Sandbox::new();
        sandbox.write("points.csv", points(60));
        // From here on until its end, killed again and again.
        loop {
            let mut child = start(&sandbox);
            if done < kills {
                let share = f64::from(below(1000, &mut instants)) / 1000.0;
                sleep(Duration::from_secs_f64(time.as_secs_f64() * share));
                child.kill().unwrap();
            }
            let ended = child.wait().unwrap();
            check(&sandbox);
            if ended.success() {
                break;
            }
            assert_eq!(ended.code(), None, "it was killed");
            done += 1;
        }
        assert_eq!((sandbox.read("m"), metrics(&sandbox, "m.jsonl")), wanted);
        let parts = sandbox.names().into_iter().filter(|name| name.ends_with(".part"));
        torn += parts.count();
        fs::remove_file(sandbox.path("run")).unwrap();
    }
    // So the instants were not all harmless ones.
    assert!(kills < 100 || torn > 0, "no kill came while a file was written");
}
