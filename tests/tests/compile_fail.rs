//! What must not compile does not, and the compiler says why in words that help.
//!
//! The cases are the files of `compile-fail`, each named by its mistake. Their first lines,
//! `// expect: …`, are what the compiler must say. All are checked by one cargo command, as the
//! programs of a small package that is made for it below the target directory.
//!
//! Exact messages change from one compiler to the next, so they are compared only in CI (where the
//! environment has a variable `CI`), and only by the compiler that `messages.txt` there was written
//! with. To write it anew: `GRADITO_BLESS=1 cargo test -p gradito-tests --test compile_fail`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// A file of `compile-fail`.
struct Case {
    name: String,
    expected: Vec<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("compile-fail")
}

fn core() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    workspace.expect("the workspace's folder").join("core")
}

/// Makes a package of the files of `compile-fail` and returns them as cases.
fn prepare(package: &Path) -> Vec<Case> {
    let programs = package.join("src/bin");
    if programs.exists() {
        fs::remove_dir_all(&programs).expect("an old package can be removed");
    }
    fs::create_dir_all(&programs).expect("below the target directory");
    let core = core();
    let manifest = format!(
        "[package]\nname = \"cases\"\nedition = \"2024\"\n\n\
         [dependencies]\ngradito-core = {{ path = {core:?} }}\n\n[workspace]\n"
    );
    fs::write(package.join("Cargo.toml"), manifest).expect("a manifest");
    // The same versions as in the workspace, which are there without a network.
    fs::copy(core.with_file_name("Cargo.lock"), package.join("Cargo.lock")).expect("a lock file");

    let mut cases = Vec::new();
    for entry in fs::read_dir(folder()).expect("compile-fail") {
        let path = entry.expect("a file").path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a case");
        let expected = text.lines().filter_map(|line| line.strip_prefix("// expect: "));
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        fs::copy(&path, programs.join(format!("{name}.rs"))).expect("a copy");
        cases.push(Case { name, expected: expected.map(String::from).collect() });
    }
    cases
}

/// What cargo says about the package, one program after another.
fn check(package: &Path, format: &str) -> String {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(package).args(["check", "--offline", "--bins", "--keep-going", "--jobs=1"]);
    command.args(["--color=never", "--target-dir=target", format]);
    // A wrapper is for the workspace; flags of the caller could silence or multiply messages.
    for variable in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTC_WORKSPACE_WRAPPER"] {
        command.env_remove(variable);
    }
    let output = command.output().expect("cargo");
    assert!(!output.status.success(), "every case compiled");
    String::from_utf8(output.stderr).expect("UTF-8").replace("\r\n", "\n")
}

/// The part of `said` that is about a program: up to the line that names it, from the one before.
fn about<'a>(said: &'a str, name: &str) -> Option<&'a str> {
    const END: &str = "error: could not compile `cases`";
    let (before, _) = said.split_once(&format!("{END} (bin \"{name}\")"))?;
    Some(before.rsplit(END).next().unwrap_or(before))
}

/// The compiler's version, as `rustc 1.95.0`.
fn compiler() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().expect("rustc");
    let version = String::from_utf8(output.stdout).expect("UTF-8");
    version.split(' ').take(2).collect::<Vec<_>>().join(" ")
}

/// Every error in one line with its position, the core's without; sorted.
fn messages(said: &str) -> String {
    let core = core().display().to_string();
    let lines = said.lines().filter(|line| line.contains(": error[")).map(|line| {
        match line.strip_prefix(&core).and_then(|line| line.split_once(": ")) {
            Some((place, message)) => {
                let file = place.split(':').next().unwrap_or(place);
                format!("core{file}: {message}")
            }
            None => line.into(),
        }
    });
    lines.collect::<BTreeSet<String>>().into_iter().map(|line| line + "\n").collect()
}

#[test]
fn what_must_not_compile_says_why() {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile-fail");
    let cases = prepare(&package);
    assert!(cases.len() >= 10, "only {} cases", cases.len());
    let said = check(&package, "--message-format=human");
    for Case { name, expected } in &cases {
        let about = about(&said, name).unwrap_or_else(|| panic!("{name} compiled:\n{said}"));
        assert!(!expected.is_empty(), "{name} expects nothing");
        for words in expected {
            assert!(about.contains(words), "{name}: no \"{words}\" in\n{about}");
        }
    }

    let (file, bless) = (folder().join("messages.txt"), env::var_os("GRADITO_BLESS").is_some());
    if !bless && env::var_os("CI").is_none() {
        return;
    }
    let found = messages(&check(&package, "--message-format=short"));
    if bless {
        fs::write(file, format!("{}\n{found}", compiler())).expect("messages.txt");
        return;
    }
    let recorded = fs::read_to_string(file).expect("messages.txt").replace("\r\n", "\n");
    let (recorded_by, recorded) = recorded.split_once('\n').expect("a version, then messages");
    if recorded_by == compiler() {
        assert_eq!(found, recorded, "the compiler's messages are others");
    }
}
