//! Finds whether the target has the DSP extension: by its name, since stable Rust has no `cfg` for
//! it.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(dsp)");
    let target = env::var("TARGET").unwrap_or_default();
    // Cortex-M4 and M7; all of them have it.
    if target.starts_with("thumbv7em-") {
        println!("cargo::rustc-cfg=dsp");
    }
}
