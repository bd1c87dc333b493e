//! `gradito flash`, with a stand-in for `probe-rs`.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;

use super::export::{assert_current, hex};
use super::samples::trained;
use super::sandbox::{GRADITO, Run, Sandbox};
use super::slots::room;
use gradito_link::board::named;
use serde_json::json;

/// What it prints, its arguments, and the file that it was to flash, are kept.
const PROBE_RS: &str = r#"#!/bin/sh
echo "$*" >> calls
echo "Finished in 1.2s"
for last; do :; done
case $1 in
download) cp "$last" flashed.hex; ls -A "${last%/*}" > beside ;;
esac
"#;

/// A sandbox with a model and a `probe-rs` of these lines, which runs with the latter on its PATH.
fn with(probe_rs: Option<&str>) -> Sandbox {
    let sandbox = trained();
    sandbox.write("bin/nothing", "");
    if let Some(script) = probe_rs {
        // Written by another process: what a thread beside this one starts just then holds all files
        // open that this process writes, and a file that is written cannot be started.
        sandbox.write("script", script);
        let copy = ["-m", "755", "script", "bin/probe-rs"];
        let mut install = std::process::Command::new("install");
        assert!(install.current_dir(sandbox.path("")).args(copy).status().unwrap().success());
    }
    sandbox
}

fn flash(sandbox: &Sandbox, line: &str) -> Run {
    let path = format!("{}:/usr/bin:/bin", sandbox.path("bin").display());
    let output = std::process::Command::new(GRADITO)
        .current_dir(sandbox.path(""))
        .env("PATH", path)
        .arg("flash")
        .args(line.split_whitespace())
        .output()
        .unwrap();
    Run::of(output)
}

#[test]
fn probe_rs_is_given_the_model_and_what_makes_it_current() {
    let sandbox = with(Some(PROBE_RS));
    let run = flash(&sandbox, "points.gradito --board microbit --json");
    assert_eq!(run.code, Some(0), "{}", run.err);
    let calls = String::from_utf8(sandbox.read("calls")).unwrap();
    let calls: Vec<_> = calls.lines().collect();
    let (download, file) = calls[0].rsplit_once(' ').unwrap();
    assert_eq!(download, "download --chip nRF51822_xxAA --binary-format hex --verify");
    assert_eq!(calls[1..], ["reset --chip nRF51822_xxAA"]);
    let flashed = String::from_utf8(sandbox.read("flashed.hex")).unwrap();
    let board = named("microbit").unwrap();
    assert_current(&hex(&flashed), board, &sandbox.read("points.gradito"));
    // The temporary file is gone.
    assert_eq!(sandbox.read("beside"), b"model.hex\n");
    assert!(!std::path::Path::new(file).parent().unwrap().exists());
    // What probe-rs prints is not what gradito prints.
    assert!(run.err.contains("Finished in 1.2s"), "{}", run.err);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["board"], "microbit");
    assert_eq!(report["flashed"], true);
    assert_eq!(report["commands"][1], "probe-rs reset --chip nRF51822_xxAA");
    let run = flash(&sandbox, "points.gradito --board stm32f405");
    assert_eq!(run.out, "points.gradito is the model of the stm32f405, at 0x080c0000\n");
}

#[test]
fn a_dry_run_prints_what_a_person_could_type() {
    let sandbox = with(Some(PROBE_RS));
    let names = sandbox.names();
    let expected = [
        "gradito export points.gradito --format hex --board stm32f405 --out points.hex",
        "probe-rs download --chip STM32F405RGTx --binary-format hex --verify points.hex",
        "probe-rs reset --chip STM32F405RGTx",
    ];
    let line = "points.gradito --board stm32f405 --dry-run";
    let run = flash(&sandbox, line);
    assert_eq!((run.code, run.out.lines().collect::<Vec<_>>()), (Some(0), expected.to_vec()));
    let report: serde_json::Value =
        serde_json::from_str(&flash(&sandbox, &format!("{line} --json")).out).unwrap();
    assert_eq!(report["commands"], json!(expected));
    assert_eq!(report["flashed"], false);
    // Nothing was run.
    assert_eq!(sandbox.names(), names);
    // And the first of them is true.
    sandbox.done(expected[0].strip_prefix("gradito ").unwrap());
    assert!(sandbox.path("points.hex").is_file());
    // A dry run needs no probe-rs.
    assert_eq!(flash(&with(None), line).code, Some(0));
}

#[test]
fn what_goes_wrong_is_one_line() {
    let refuses = |sandbox: &Sandbox, line: &str| {
        let run = flash(sandbox, line);
        assert_eq!((run.code, run.out.as_str()), (Some(1), ""), "{}", run.err);
        run.error()
    };
    let line = "points.gradito --board microbit";
    assert_eq!(
        refuses(&with(None), line),
        "gradito: probe-rs: is not on the PATH; install it as https://probe.rs says, or by cargo \
         install probe-rs-tools --locked"
    );
    let sandbox = with(Some("#!/bin/sh\necho \"$*\" >> calls\necho no probe >&2\nexit 3\n"));
    let error = refuses(&sandbox, line);
    assert!(
        error.starts_with("gradito: probe-rs: ended with exit status: 3 (probe-rs download ")
            && error.ends_with("check that probe and board are connected"),
        "{error}"
    );
    // No reset after a download that failed.
    assert_eq!(sandbox.read("calls").iter().filter(|&&byte| byte == b'\n').count(), 1);
    let sandbox = with(Some("no program"));
    let mode = PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(sandbox.path("bin/probe-rs"), mode).unwrap();
    let error = refuses(&sandbox, line);
    assert_eq!(
        error,
        "gradito: probe-rs: cannot be started: permission denied; install it anew, see \
         https://probe.rs"
    );
    assert_eq!(
        refuses(&sandbox, "points.gradito --board mps2-an386"),
        "gradito: mps2-an386: this board is emulated, there is nothing to flash; gradito device \
         test --emulate mps2-an386 points.gradito starts it with the model"
    );
    sandbox.done("train --layers 784-60-10 --steps 1 --out wide.gradito");
    let error = refuses(&sandbox, "wide.gradito --board microbit");
    let room = room("microbit");
    assert!(error.contains(&format!("a slot of the microbit takes {room}")), "{error}");
    assert!(refuses(&sandbox, "none --board microbit").contains("there is no such file"));
    let wrong = flash(&sandbox, "points.gradito");
    assert!(wrong.code == Some(2) && wrong.err.contains("--board <BOARD>"), "{}", wrong.err);
}
