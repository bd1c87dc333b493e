//! What is said of devices that are not there, and of logs that are not sound.

use std::time::{Duration, Instant};

use super::sandbox::Sandbox;
use super::slots::room;

#[test]
fn a_device_has_to_be_named() {
    let sandbox = Sandbox::new();
    let error = sandbox.wrong("device info");
    assert!(error.contains("--port <PORT>|--emulate <BOARD>"), "{error}");
    let error = sandbox.wrong("device info --port a --emulate microbit");
    assert!(error.contains("cannot be used with"), "{error}");
    let error = sandbox.wrong("device info --emulate zx81");
    assert!(error.contains("no board 'zx81' can be emulated; there are mps2-an386, "), "{error}");
}

#[test]
fn a_port_that_is_not_there_is_named_with_those_that_are() {
    let sandbox = Sandbox::new();
    let start = Instant::now();
    let error = sandbox.refuses("device info --port ./nowhere");
    assert!(error.starts_with("gradito: ./nowhere: "), "{error}");
    assert!(start.elapsed() < Duration::from_secs(6), "two runs");
}

#[test]
fn without_a_checkout_there_is_no_firmware() {
    let sandbox = Sandbox::new();
    let error = sandbox.refuses("device info --emulate microbit");
    assert!(error.contains("there is no firmware/Cargo.toml"), "{error}");
    let error = sandbox.refuses("device info --emulate microbit --firmware no.elf");
    assert!(error.starts_with("gradito: no.elf: "), "{error}");
}

#[test]
fn a_model_that_does_not_fit_a_slot_is_not_sent() {
    let sandbox = Sandbox::new();
    sandbox.write("firmware.elf", "");
    sandbox.done("train --layers 784-60-10 --steps 0 --out big.gradito");
    let error = sandbox.fails("device info big.gradito --emulate microbit --firmware firmware.elf");
    let room = room("microbit");
    assert!(error.contains(&format!("and microbit has room for {room} in a slot")), "{error}");
}

#[test]
fn boards_that_are_real_read_no_files() {
    let sandbox = Sandbox::new();
    sandbox.done("train --layers 784-10 --steps 0 --out m.gradito");
    let error = sandbox.refuses("device test m.gradito --bulk --emulate microbit");
    assert!(error.contains("microbit: reads no files; leave out --bulk"), "{error}");
}

#[test]
fn a_board_starts_from_a_model() {
    let sandbox = Sandbox::new();
    let error = sandbox.refuses("device train --port ./nowhere");
    assert!(error.contains("gradito train --steps 0 makes a new one"), "{error}");
    let error = sandbox.refuses("device train --emulate microbit --batch 300");
    assert!(error.contains("a device takes batches of 1 to 255 samples, not of 300"), "{error}");
}

#[test]
fn what_is_no_log_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.done("train --layers 784-10 --steps 0 --out m.gradito");
    let error = sandbox.refuses("replay m.gradito m.gradito");
    assert!(
        error.contains("m.gradito: is not a training log; gradito device train --log"),
        "{error}"
    );
    sandbox.write("a.log", b"\x89GRADLOG\x01\0\0\0");
    assert!(sandbox.refuses("replay m.gradito a.log").contains("a.log: is cut off"));
    let error = sandbox.refuses("replay m.gradito b.log");
    assert!(error.starts_with("gradito: b.log: "), "{error}");
}
