//! Tells the linker where everything lies, wherever cargo was called: as in the probe.

fn main() {
    let memory = concat!(env!("CARGO_MANIFEST_DIR"), "/../probe");
    println!("cargo:rustc-link-search={memory}");
    println!("cargo:rustc-link-arg-bins=--nmagic");
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
    println!("cargo:rerun-if-changed={memory}/memory.x");
}
