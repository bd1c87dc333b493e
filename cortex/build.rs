//! Finds what instructions the target has: by its name, since stable Rust has no `cfg` for them.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(dsp, fpu, armv7m, thumb1)");
    let target = env::var("TARGET").unwrap_or_default();
    // The DSP extension: Cortex-M4 and M7; all of them have it.
    if target.starts_with("thumbv7em-") {
        println!("cargo::rustc-cfg=dsp");
        // Numbers in registers of the FPU: it has one.
        if target.ends_with("hf") {
            println!("cargo::rustc-cfg=fpu");
        }
    }
    // Cortex-M3: as those, without it.
    if target.starts_with("thumbv7m-") {
        println!("cargo::rustc-cfg=armv7m");
    }
    // Cortex-M0: most instructions reach eight registers.
    if target.starts_with("thumbv6m-") {
        println!("cargo::rustc-cfg=thumb1");
    }
}
