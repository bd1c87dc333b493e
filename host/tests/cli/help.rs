//! Help texts, word for word; `GRADITO_BLESS=1` writes them anew.

use std::{env, fs};

use super::sandbox::Sandbox;

const TEXTS: [(&str, &str); 13] = [
    ("-h", "gradito-h"),
    ("train -h", "train-h"),
    ("train --help", "train--help"),
    ("eval -h", "eval-h"),
    ("eval --help", "eval--help"),
    ("predict -h", "predict-h"),
    ("predict --help", "predict--help"),
    ("inspect -h", "inspect-h"),
    ("inspect --help", "inspect--help"),
    ("export -h", "export-h"),
    ("export --help", "export--help"),
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
}

#[test]
fn short_help_has_one_line_a_flag_of_at_most_79_columns() {
    for command in ["", "train", "eval", "predict", "inspect", "export", "flash"] {
        // Wide enough for clap not to wrap what is too long.
        let text = assert_cmd::Command::new(super::sandbox::GRADITO)
            .env("COLUMNS", "1000")
            .args(command.split_whitespace())
            .arg("-h")
            .output()
            .unwrap();
        for line in String::from_utf8(text.stdout).unwrap().lines() {
            assert!(line.chars().count() <= 79, "{line}");
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
