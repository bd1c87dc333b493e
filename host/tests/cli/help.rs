//! Help texts, word for word; `GRADITO_BLESS=1` writes them anew.

use std::{env, fs};

use super::sandbox::Sandbox;

const TEXTS: &[(&str, &str)] = &[
    ("-h", "gradito-h"),
    ("train -h", "train-h"),
    ("train --help", "train--help"),
    ("sweep -h", "sweep-h"),
    ("sweep --help", "sweep--help"),
    ("sweep merge -h", "sweep-merge-h"),
    ("recipes -h", "recipes-h"),
    ("augment -h", "augment-h"),
    ("augment --help", "augment--help"),
    ("eval -h", "eval-h"),
    ("eval --help", "eval--help"),
    ("predict -h", "predict-h"),
    ("predict --help", "predict--help"),
    ("inspect -h", "inspect-h"),
    ("inspect --help", "inspect--help"),
    ("quantize -h", "quantize-h"),
    ("quantize --help", "quantize--help"),
    ("device -h", "device-h"),
    ("device info -h", "device-info-h"),
    ("device info --help", "device-info--help"),
    ("device infer -h", "device-infer-h"),
    ("device test -h", "device-test-h"),
    ("device test --help", "device-test--help"),
    ("device profile -h", "device-profile-h"),
    ("device profile --help", "device-profile--help"),
    ("device train -h", "device-train-h"),
    ("device train --help", "device-train--help"),
    ("device adapt -h", "device-adapt-h"),
    ("device adapt --help", "device-adapt--help"),
    ("device read -h", "device-read-h"),
    ("device write -h", "device-write-h"),
    ("device verify -h", "device-verify-h"),
    ("device gradcheck -h", "device-gradcheck-h"),
    ("replay -h", "replay-h"),
    ("replay --help", "replay--help"),
    ("report -h", "report-h"),
    ("report --help", "report--help"),
    ("export -h", "export-h"),
    ("export --help", "export--help"),
    ("lesson -h", "lesson-h"),
    ("lesson --help", "lesson--help"),
    ("flash -h", "flash-h"),
    ("flash --help", "flash--help"),
];

#[test]
fn help_is_as_written() {
    for (line, name) in TEXTS {
        let text = Sandbox::new().done(line).out;
        let path = format!("{}/tests/cli/help/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        if env::var_os("GRADITO_BLESS").is_some() {
            fs::write(&path, &text).unwrap();
        }
        // A checkout may have changed the ends of lines.
        let wanted = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        assert_eq!(text, wanted, "gradito {line}");
    }
    // And none is left of a command that is gone.
    let folder = format!("{}/tests/cli/help", env!("CARGO_MANIFEST_DIR"));
    assert_eq!(fs::read_dir(folder).unwrap().count(), TEXTS.len());
}

#[test]
fn short_help_has_one_line_a_flag_of_at_most_79_columns() {
    let devices = [
        "info",
        "infer",
        "test",
        "profile",
        "train",
        "adapt",
        "read",
        "write",
        "verify",
        "gradcheck",
    ]
    .map(|command| format!("device {command}"));
    let others = [
        "",
        "train",
        "sweep",
        "sweep merge",
        "augment",
        "eval",
        "predict",
        "inspect",
        "quantize",
        "device",
        "replay",
        "report",
        "export",
        "lesson",
        "flash",
    ];
    for command in devices.iter().map(String::as_str).chain(others) {
        // Wide enough for clap not to wrap what is too long.
        let text = assert_cmd::Command::new(super::sandbox::GRADITO)
            .env("COLUMNS", "1000")
            .args(command.split_whitespace())
            .arg("-h")
            .output()
            .unwrap();
        for line in String::from_utf8(text.stdout).unwrap().lines() {
            let is_usage = line.starts_with("Usage: ");
            assert!(is_usage || line.chars().count() <= 79, "{line}");
        }
    }
}

#[test]
fn version_is_the_package_s() {
    let text = Sandbox::new().done("--version").out;
    assert_eq!(text, format!("gradito {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn nothing_asked_for_is_a_wrong_command_line() {
    assert!(Sandbox::new().wrong("").contains("Usage: gradito <COMMAND>"));
    assert!(Sandbox::new().wrong("trian").contains("'train'"));
}
