//! With the machine's own compilers.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::{env, fs};

use super::cases::cases;

/// Every warning is an error.
const WARNINGS: [&str; 8] = [
    "-Wall",
    "-Wextra",
    "-pedantic",
    "-Wconversion",
    "-Wdouble-promotion",
    "-Wshadow",
    "-Wundef",
    "-Werror",
];

/// How the code is compiled. The last is what tempts a compiler most: on x86-64 it has fused
/// multiply-adds then, and in GNU mode gcc takes them unless told not to.
const WAYS: &[&[&str]] = &[
    &["-std=c99", "-O0"],
    &["-std=c99", "-O2"],
    &["-std=c99", "-O3"],
    #[cfg(target_arch = "x86_64")]
    &["-std=gnu99", "-O3", "-march=native"],
    #[cfg(not(target_arch = "x86_64"))]
    &["-std=gnu99", "-O3"],
];

/// The C compilers of this machine.
fn compilers() -> Vec<&'static str> {
    let is_there = |compiler: &&str| Command::new(compiler).arg("--version").output().is_ok();
    let compilers: Vec<_> = ["cc", "clang"].into_iter().filter(is_there).collect();
    assert!(compilers.contains(&"cc"), "there is no C compiler: install gcc, or clang, as `cc`");
    compilers
}

fn compile(compiler: &str, folder: &Path, arguments: &[&str]) -> Output {
    Command::new(compiler).current_dir(folder).args(arguments).output().expect("a C compiler")
}

#[test]
fn outputs_are_gradito_s_to_the_last_bit() {
    let main = Path::new(env!("CARGO_MANIFEST_DIR")).join("c-export/desktop.c");
    let main = main.to_str().expect("a path in UTF-8");
    for case in cases(400_000) {
        let folder = case.write("desktop");
        let input = format!("-DINPUT={}", case.input);
        for compiler in compilers() {
            for way in WAYS {
                let program = format!("program{}", env::consts::EXE_SUFFIX);
                let rest = [&input, "-I.", main, "net.c", "-o", &program];
                let output = compile(compiler, &folder, &[*way, &WARNINGS, &rest].concat());
                let how = format!("{compiler} {}", way.join(" "));
                let said = String::from_utf8_lossy(&output.stderr);
                assert!(output.status.success(), "{}, {how}:\n{said}", case.name);
                case.check(&run(&folder.join(&program), &case.samples), &how);
            }
        }
    }
}

/// What a program writes when it is given these bytes.
fn run(program: &Path, bytes: &[u8]) -> Vec<u8> {
    let mut child = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the compiled program");
    let mut stdin = child.stdin.take().expect("a pipe");
    let output = std::thread::scope(|scope| {
        // It reads and writes in turn: both pipes have to be served.
        scope.spawn(move || stdin.write_all(bytes).expect("a reader"));
        child.wait_with_output().expect("an end")
    });
    assert!(output.status.success(), "{}: {}", program.display(), output.status);
    output.stdout
}

#[test]
fn what_would_change_the_bits_does_not_compile() {
    let folder = cases(2).remove(0).write("guards");
    let mut flags = vec![("-ffast-math", "compile without -ffast-math"), ("-Ofast", "-Ofast")];
    if cfg!(target_arch = "x86_64") {
        // Only looked at: there need not be a library for it.
        flags.push(("-m32 -mno-sse -ffreestanding", "-mfpmath=sse"));
    }
    for compiler in compilers() {
        for (flag, words) in &flags {
            let flags: Vec<_> = flag.split(' ').collect();
            let rest = ["-std=c99", "-fsyntax-only", "net.c"];
            let output = compile(compiler, &folder, &[&flags[..], &rest].concat());
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(!output.status.success() && said.contains(words), "{compiler} {flag}: {said}");
        }
    }
}

#[test]
fn the_header_stands_alone() {
    let folder = cases(2).remove(0).write("header");
    fs::write(folder.join("user.c"), "#include \"net.h\"\n#include \"net.h\"\nint used;\n")
        .expect("a source");
    for compiler in compilers() {
        let arguments = [&["-std=c99", "-fsyntax-only", "user.c"][..], &WARNINGS].concat();
        let output = compile(compiler, &folder, &arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
