//! On emulated microcontrollers, one with an FPU that has fused multiply-adds, one without any.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use super::cases::cases;

/// A machine of `qemu-system-arm`, and how to compile for its core.
const MACHINES: [(&str, &[&str]); 2] = [
    ("mps2-an386", &["-mcpu=cortex-m4", "-mfpu=fpv4-sp-d16", "-mfloat-abi=hard"]),
    ("mps2-an385", &["-mcpu=cortex-m3", "-mfloat-abi=soft"]),
];

/// No run takes longer; it needs a second or two.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs a command that is to succeed; `package` is what it belongs to.
fn done(command: &mut Command, package: &str) {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{program}: {error}; install the package {package}"));
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child") {
            break status;
        }
        if start.elapsed() > PATIENCE {
            let _ = child.kill();
            let _ = child.wait();
            panic!("{program}: has not ended after {PATIENCE:?}");
        }
        thread::sleep(Duration::from_millis(5));
    };
    assert!(status.success(), "{program}: {status}; see above what it says");
}

#[test]
fn outputs_are_gradito_s_to_the_last_bit() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("c-export");
    for case in cases(20_000) {
        let folder = case.write("device");
        fs::write(folder.join("in"), &case.samples).expect("the samples");
        for (machine, core) in MACHINES {
            // GNU C, where gcc fuses unless the source says no.
            done(
                Command::new("arm-none-eabi-gcc")
                    .current_dir(&folder)
                    .args(["-std=gnu99", "-O2", "-Wall", "-Wextra", "-Werror", "-mthumb"])
                    .args(core)
                    .args(["-ffreestanding", "-nostdlib", "-I.", "-T"])
                    .arg(sources.join("device.ld"))
                    .arg(format!("-DINPUT={}", case.input))
                    .arg(sources.join("device.c"))
                    .args(["net.c", "-lgcc", "-o", "program.elf"]),
                "gcc-arm-none-eabi",
            );
            let _ = fs::remove_file(folder.join("out"));
            done(
                Command::new("qemu-system-arm")
                    .current_dir(&folder)
                    .args(["-M", machine, "-display", "none", "-monitor", "none"])
                    .args(["-serial", "none"])
                    .args(["-semihosting-config", "enable=on,target=native"])
                    .args(["-kernel", "program.elf"]),
                "qemu-system-arm",
            );
            case.check(&fs::read(folder.join("out")).expect("its outputs"), machine);
        }
    }
}
