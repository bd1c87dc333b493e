//! The board as `gradito-device` sees it.

use core::arch::asm;

use gradito_device::machine;
#[cfg(feature = "profile")]
use gradito_device::profile::Readings;
use gradito_link::message;

use crate::board::{Counter, FACTS};
use crate::memory;
#[cfg(feature = "profile")]
use crate::profile;

/// A board's counter and clock, and the memory that all boards have.
pub struct Machine<C> {
    counter: C,
    clock_hz: u32,
}

impl<C> Machine<C> {
    /// With the clock that was really set.
    pub const fn new(counter: C, clock_hz: u32) -> Self {
        Self { counter, clock_hz }
    }
}

impl<C: Counter> machine::Machine for Machine<C> {
    fn name(&self) -> &'static str {
        FACTS.name
    }

    fn clock_hz(&self) -> u32 {
        self.clock_hz
    }

    fn ticks_hz(&self) -> u32 {
        self.counter.hz()
    }

    #[inline(always)]
    fn ticks(&mut self) -> u32 {
        let ticks = C::now();
        #[cfg(feature = "profile")]
        profile::READINGS.note(ticks);
        ticks
    }

    fn spin(&mut self, instructions: u32) {
        let turns = instructions / 2;
        if turns > 0 {
            // SAFETY: a loop of two instructions that changes one register and the flags.
            unsafe {
                asm!(
                    "2: subs {turns}, #1",
                    "bne 2b",
                    turns = inout(reg) turns => _,
                    options(nomem, nostack),
                );
            }
        }
    }

    fn memory(&self) -> message::Memory {
        memory::figures()
    }

    fn stack_used(&self) -> u32 {
        memory::stack_used()
    }

    #[cfg(feature = "profile")]
    fn readings(&self) -> Option<&'static Readings> {
        Some(&profile::READINGS)
    }
}
