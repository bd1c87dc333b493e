//! Memory of a run: the same after many epochs as after few.

#![cfg(target_os = "linux")]

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::{env, fs};

use super::samples::points;
use super::sandbox::Sandbox;

/// The most memory that the process has had, in KiB, if it is still there.
fn most(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// 2000 short epochs; where all is tested, 200 of MNIST as well.
#[test]
fn memory_does_not_grow_with_the_epochs() {
    let points_line = "train --data points.csv --layers 2-30-2 --epochs 2000";
    let mut lines = vec![points_line];
    if env::var_os("GRADITO_ALL_SAMPLES").is_some() {
        lines.push("train --epochs 200 --checkpoint run --metrics m.jsonl");
    }
    for line in lines {
        let sandbox = Sandbox::new();
        sandbox.write("points.csv", points(200));
        let mut child =
            sandbox.command(line).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let reader = BufReader::new(child.stderr.take().unwrap());
        let (mut epochs, mut early, mut last) = (0, None, None);
        for text in reader.lines() {
            if !text.unwrap().starts_with("epoch ") {
                continue;
            }
            epochs += 1;
            // The process may be ahead of its lines, and gone at the last of them.
            last = most(child.id()).or(last);
            if epochs == 5 {
                early = last;
            }
        }
        assert!(child.wait().unwrap().success());
        assert!(epochs >= 200, "{epochs}");
        let (early, last) = (early.unwrap(), last.unwrap());
        // A report of an epoch is 64 bytes, and the system gives memory in steps.
        assert!(last <= early + 1024, "{line}: {early} KiB became {last} KiB");
    }
}
