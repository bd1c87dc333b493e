//! Arm MPS2 boards, which exist in QEMU: CMSDK UART 0, timer 0, and flash that is RAM.
//!
//! Addresses and bits: Arm, "Cortex-M System Design Kit Technical Reference Manual" (DDI 0479),
//! sections 4.1 and 4.3; "Application Note AN386", section 3.

use core::ptr;

use super::{Counter, FACTS, Port, Serial, Started};
use crate::flash::{Controller, Part, Word};

/// A register of 32 bits.
struct Register(usize);

impl Register {
    fn read(&self) -> u32 {
        // SAFETY: all addresses in this file are those of registers that may be read.
        unsafe { ptr::read_volatile(ptr::with_exposed_provenance(self.0)) }
    }

    fn write(&mut self, value: u32) {
        // SAFETY: all addresses in this file are those of registers; they touch no memory.
        unsafe { ptr::write_volatile(ptr::with_exposed_provenance_mut(self.0), value) }
    }
}

/// UART 0.
pub struct Uart {
    data: Register,
    state: Register,
}

impl Port for Uart {
    fn receive(&mut self) -> u8 {
        while self.state.read() & 2 == 0 {}
        self.data.read() as u8
    }

    fn send(&mut self, byte: u8) {
        while self.state.read() & 1 != 0 {}
        self.data.write(byte.into());
    }
}

/// What timer 0 has come to.
const TIMER_VALUE: Register = Register(0x4000_0004);

/// Timer 0, which counts down.
pub struct Timer;

impl Counter for Timer {
    fn hz(&self) -> u32 {
        FACTS.clock_hz
    }

    #[inline(always)]
    fn now() -> u32 {
        !TIMER_VALUE.read()
    }
}

/// Behaves like flash, so that what runs here runs on a real part.
pub struct Memory;

impl Controller for Memory {
    const ERASE: usize = 4096;

    fn is_there(&self) -> bool {
        true
    }

    fn erase(&mut self, part: Part) {
        part.words().for_each(|mut word| word.set(u32::MAX));
    }

    fn write(&mut self, mut word: Word, value: u32) {
        let bits = word.value() & value;
        word.set(bits);
    }
}

/// Starts the board.
pub fn start() -> Started<Uart, Timer, Memory> {
    let (mut reload, mut value, mut control) =
        (Register(0x4000_0008), TIMER_VALUE, Register(0x4000_0000));
    reload.write(u32::MAX);
    value.write(u32::MAX);
    control.write(1);
    let (mut divider, mut control) = (Register(0x4000_4010), Register(0x4000_4008));
    divider.write(FACTS.clock_hz / 115_200);
    control.write(3);
    let uart = Uart { data: Register(0x4000_4000), state: Register(0x4000_4004) };
    // Tells QEMU that bytes are welcome, or it holds the first ones back for a second.
    uart.data.read();
    Started { serial: Serial(uart), counter: Timer, controller: Memory, clock_hz: FACTS.clock_hz }
}
