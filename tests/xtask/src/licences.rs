//! The licences and the sources of all that is built from others' crates.
//!
//! `cargo deny` does more, but takes longer to install than all lints to run; this needs nothing
//! but cargo.

use serde_json::Value;

use crate::shell;

/// The packages with a lock file of their own.
const FOLDERS: &[&str] =
    &[".", "firmware", "firmware/probe", "firmware/kernels", "firmware/circuits"];

/// What may be linked into a program under MIT or Apache-2.0, and passed on.
const ALLOWED: &[&str] = &[
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "0BSD",
    "BSL-1.0",
    "ISC",
    "Zlib",
    "Unlicense",
    "Unicode-3.0",
    // File by file, and the files are not changed: serialport.
    "MPL-2.0",
    // MNIST, which is data.
    "CC-BY-SA-3.0",
];

/// How the source of a crate begins that comes from a registry; the project's own have none.
const REGISTRY: &str = "registry+";

/// Looks at every package that any part of the project can be built with.
///
/// # Errors
///
/// The packages that are under no allowed licence, or come from elsewhere.
pub fn check() -> Result<(), String> {
    let mut wrong = Vec::new();
    for folder in FOLDERS {
        let arguments = ["metadata", "--format-version", "1", "--locked", "--quiet"];
        let mut command = shell::cargo(arguments);
        let text = shell::output(command.current_dir(shell::root().join(folder)))?;
        let metadata: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let packages = metadata["packages"].as_array().ok_or("cargo metadata lists no packages")?;
        wrong.extend(packages.iter().filter_map(complaint));
    }
    wrong.sort();
    wrong.dedup();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

/// What is wrong with a package.
fn complaint(package: &Value) -> Option<String> {
    let text = |key: &str| package[key].as_str().unwrap_or("none");
    let (name, version, licence) = (text("name"), text("version"), text("license"));
    let source = package["source"].as_str();
    if source.is_some_and(|source| !source.starts_with(REGISTRY)) {
        Some(format!("{name} {version} comes from {}, not from a registry", text("source")))
    } else if !is_allowed(licence) {
        Some(format!("{name} {version} has the licence {licence}, which is not among the allowed"))
    } else {
        None
    }
}

/// Whether an SPDX expression leaves a choice of allowed licences only; older ones have a `/` where
/// newer have an `OR`.
fn is_allowed(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = expression.split_whitespace().collect();
    let mut rest = &words[..];
    any(&mut rest) && rest.is_empty()
}

/// One of several, of which each is looked at so that all are read.
fn any(rest: &mut &[&str]) -> bool {
    let mut allowed = all(rest);
    while let [word, tail @ ..] = *rest
        && *word == "OR"
    {
        *rest = tail;
        allowed |= all(rest);
    }
    allowed
}

/// All of several.
fn all(rest: &mut &[&str]) -> bool {
    let mut allowed = one(rest);
    while let [word, tail @ ..] = *rest
        && *word == "AND"
    {
        *rest = tail;
        allowed &= one(rest);
    }
    allowed
}

fn one(rest: &mut &[&str]) -> bool {
    match *rest {
        ["(", tail @ ..] => {
            *rest = tail;
            let allowed = any(rest);
            let closed = rest.first() == Some(&")");
            *rest = rest.get(1..).unwrap_or_default();
            allowed && closed
        }
        [licence, "WITH", exception, tail @ ..] => {
            *rest = tail;
            ALLOWED.contains(&format!("{licence} WITH {exception}").as_str())
        }
        [licence, tail @ ..] => {
            *rest = tail;
            ALLOWED.contains(licence)
        }
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_needs_one_allowed_licence_and_a_sum_needs_all() {
        for allowed in [
            "MIT",
            "MIT/Apache-2.0",
            "MIT OR GPL-3.0-only",
            "GPL-3.0-only OR (MIT AND Zlib)",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR GPL-3.0-only",
        ] {
            assert!(is_allowed(allowed), "{allowed}");
        }
        for refused in [
            "",
            "none",
            "GPL-3.0-only",
            "MIT AND GPL-3.0-only",
            "(MIT OR Apache-2.0) AND SSPL-1.0",
            "MIT WITH some-exception",
            "MIT Apache-2.0",
            "(MIT",
        ] {
            assert!(!is_allowed(refused), "{refused}");
        }
    }

    #[test]
    fn another_source_is_named() {
        let package = |source: Value| serde_json::json!({ "name": "a", "version": "1.0.0", "license": "MIT", "source": source });
        assert_eq!(complaint(&package(Value::Null)), None);
        assert_eq!(complaint(&package("registry+https://example.org/index".into())), None);
        let error = complaint(&package("git+https://example.org/a".into())).unwrap();
        assert!(error.starts_with("a 1.0.0 comes from git+"), "{error}");
    }
}
