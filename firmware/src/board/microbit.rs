//! BBC micro:bit V1: the serial line of its USB port, TIMER0, and the flash controller of its
//! nRF51822.
//!
//! Bits and addresses: Nordic, nRF51 Series Reference Manual, sections 6 (NVMC), 13 (clock),
//! 18 (timer) and 28 (UART).

use nrf51_pac::{CLOCK, GPIO, NVMC, Peripherals, TIMER0, UART0};

use super::{Counter, FACTS, Port, Serial, Started, is_ready_within, set};
use crate::flash::{Controller, Part, Word};

/// The pin on which it sends.
const TX: usize = 24;

/// The pin on which it receives.
const RX: usize = 25;

/// Starts the crystal: the other oscillator is off by up to 1 %.
fn set_clock(clock: &CLOCK) {
    set!(clock.tasks_hfclkstart, 1);
    // It takes less than a millisecond.
    is_ready_within(10_000, || clock.events_hfclkstarted.read().bits() != 0);
}

fn set_pins(gpio: &GPIO) {
    set!(gpio.outset, 1 << TX);
    set!(gpio.dirset, 1 << TX);
    gpio.pin_cnf[RX].write(|w| w.dir().input().input().connect().pull().pullup());
}

impl Port for UART0 {
    fn receive(&mut self) -> u8 {
        while self.events_rxdrdy.read().bits() == 0 {}
        self.events_rxdrdy.reset();
        self.rxd.read().rxd().bits()
    }

    fn send(&mut self, byte: u8) {
        self.events_txdrdy.reset();
        set!(self.txd, byte.into());
        while self.events_txdrdy.read().bits() == 0 {}
    }
}

/// TIMER0.
pub struct Timer;

impl Counter for Timer {
    fn hz(&self) -> u32 {
        FACTS.clock_hz
    }

    #[inline(always)]
    fn now() -> u32 {
        // SAFETY: it was set going at the start and is nobody's else.
        let timer = unsafe { &*TIMER0::ptr() };
        set!(timer.tasks_capture[0], 1);
        timer.cc[0].read().bits()
    }
}

/// The processor stands while the controller works.
impl Controller for NVMC {
    /// A page.
    const ERASE: usize = 1024;

    fn is_there(&self) -> bool {
        self.ready.read().ready().is_ready()
    }

    fn erase(&mut self, part: Part) {
        self.config.write(|w| w.wen().een());
        set!(self.erasepage(), part.start);
        while self.ready.read().ready().is_busy() {}
        self.config.write(|w| w.wen().ren());
    }

    fn write(&mut self, mut word: Word, value: u32) {
        self.config.write(|w| w.wen().wen());
        word.set(value);
        while self.ready.read().ready().is_busy() {}
        self.config.write(|w| w.wen().ren());
    }
}

/// Starts the board.
pub fn start() -> Started<UART0, Timer, NVMC> {
    // SAFETY: this is the one place that takes the peripherals, at the start.
    let p = unsafe { Peripherals::steal() };
    set_clock(&p.CLOCK);
    set_pins(&p.GPIO);
    set!(p.UART0.pseltxd, TX as u32);
    set!(p.UART0.pselrxd, RX as u32);
    p.UART0.baudrate.write(|w| w.baudrate().baud115200());
    p.UART0.enable.write(|w| w.enable().enabled());
    set!(p.UART0.tasks_startrx, 1);
    set!(p.UART0.tasks_starttx, 1);
    p.TIMER0.mode.write(|w| w.mode().timer());
    p.TIMER0.bitmode.write(|w| w.bitmode()._32bit());
    set!(p.TIMER0.prescaler, 0);
    set!(p.TIMER0.tasks_clear, 1);
    set!(p.TIMER0.tasks_start, 1);
    Started {
        serial: Serial(p.UART0),
        counter: Timer,
        controller: p.NVMC,
        clock_hz: FACTS.clock_hz,
    }
}
