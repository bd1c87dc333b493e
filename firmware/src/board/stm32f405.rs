//! STM32F405: USART1 on PA9 and PA10, TIM2, and the flash sectors of the slots.
//!
//! Bits and waiting times: ST, reference manual RM0090, sections 3 (flash), 7 (RCC), 18 (TIM2) and
//! 30 (USART). The clock comes from the internal oscillator, so that it does not matter which
//! crystal a board has; 1 % is enough for the serial line.

use stm32f4::stm32f405::{FLASH, Peripherals, RCC, TIM2, USART1};

use super::{Counter, FACTS, Port, Serial, Started, is_ready_within, set};
use crate::flash::{Controller, Part, Word};

/// The internal oscillator, which runs after a reset.
const HSI: u32 = 16_000_000;

/// Turns of a waiting loop: more than a millisecond at 16 MHz. The PLL takes 0.3.
const WAIT: u32 = 10_000;

/// Sets the clock of the table; stays with the internal oscillator where there is no PLL.
///
/// Gives the processor's clock and by how much APB2 is slower.
fn set_clock(rcc: &RCC, flash: &FLASH) -> (u32, u32) {
    // 16 MHz / 8 · 168 / 2 = 168 MHz; APB1 at a quarter, APB2 at half of it.
    set!(rcc.pllcfgr(), 7 << 24 | 168 << 6 | 8);
    rcc.cr().modify(|_, w| w.pllon().set_bit());
    if !is_ready_within(WAIT, || rcc.cr().read().pllrdy().bit_is_set()) {
        return (HSI, 1);
    }
    flash.acr().write(|w| w.latency().ws5().prften().set_bit().icen().set_bit().dcen().set_bit());
    rcc.cfgr().modify(|_, w| w.ppre1().div4().ppre2().div2().sw().pll());
    if is_ready_within(WAIT, || rcc.cfgr().read().sws().is_pll()) {
        (FACTS.clock_hz, 2)
    } else {
        (HSI, 2)
    }
}

impl Port for USART1 {
    fn receive(&mut self) -> u8 {
        // Reading both registers also clears an overrun; the frame it spoilt is dropped.
        while self.sr().read().rxne().bit_is_clear() {}
        self.dr().read().dr().bits() as u8
    }

    fn send(&mut self, byte: u8) {
        while self.sr().read().txe().bit_is_clear() {}
        self.dr().write(|w| w.dr().set(byte.into()));
    }
}

/// TIM2 by its clock: twice that of APB1, or the processor's if that is not divided.
pub struct Timer {
    hz: u32,
}

impl Counter for Timer {
    fn hz(&self) -> u32 {
        self.hz
    }

    #[inline(always)]
    fn now() -> u32 {
        // SAFETY: it was set going at the start and is nobody's else; a reading changes nothing.
        unsafe { TIM2::steal() }.cnt().read().bits()
    }
}

impl Controller for FLASH {
    /// A sector of 128 KiB.
    const ERASE: usize = 128 << 10;

    /// It is locked after a reset; one that an emulator does not have reads 0.
    fn is_there(&self) -> bool {
        self.cr().read().bits() != 0
    }

    fn erase(&mut self, part: Part) {
        unlock(self);
        // Sectors 5 to 11 have 128 KiB each and begin behind the first 128 KiB.
        let sector = (part.start - FACTS.flash.start) / Self::ERASE as u32 + 4;
        // SAFETY: a sector of the slots, in which there is no program.
        self.cr().modify(|_, w| unsafe { w.ser().set_bit().snb().bits(sector as u8) });
        self.cr().modify(|_, w| w.strt().set_bit());
        finish(self);
        self.cr().modify(|_, w| w.ser().clear_bit().lock().set_bit());
        // What the data cache holds of the sector is no longer there.
        self.acr().modify(|_, w| w.dcen().clear_bit());
        self.acr().modify(|_, w| w.dcrst().set_bit());
        self.acr().modify(|_, w| w.dcrst().clear_bit().dcen().set_bit());
    }

    fn write(&mut self, mut word: Word, value: u32) {
        unlock(self);
        self.cr().modify(|_, w| w.pg().set_bit().psize().psize32());
        word.set(value);
        finish(self);
        self.cr().modify(|_, w| w.pg().clear_bit().lock().set_bit());
    }
}

fn unlock(flash: &FLASH) {
    if flash.cr().read().lock().bit_is_set() {
        flash.keyr().write(|w| w.key().set(0x4567_0123));
        flash.keyr().write(|w| w.key().set(0xcdef_89ab));
    }
}

fn finish(flash: &FLASH) {
    while flash.sr().read().bsy().bit_is_set() {}
}

/// Starts the board.
pub fn start() -> Started<USART1, Timer, FLASH> {
    // SAFETY: this is the one place that takes the peripherals, at the start.
    let p = unsafe { Peripherals::steal() };
    let (clock_hz, divisor) = set_clock(&p.RCC, &p.FLASH);
    p.RCC.ahb1enr().modify(|_, w| w.gpioaen().set_bit());
    p.RCC.apb2enr().modify(|_, w| w.usart1en().set_bit());
    p.RCC.apb1enr().modify(|_, w| w.tim2en().set_bit());
    p.GPIOA.afrh().modify(|_, w| w.afrh9().af7().afrh10().af7());
    p.GPIOA.moder().modify(|_, w| w.moder9().alternate().moder10().alternate());
    let baud = (clock_hz / divisor + 57_600) / 115_200;
    set!(p.USART1.brr(), baud as u16);
    p.USART1.cr1().write(|w| w.ue().set_bit().te().set_bit().re().set_bit());
    set!(p.TIM2.arr(), u32::MAX);
    p.TIM2.egr().write(|w| w.ug().set_bit());
    p.TIM2.cr1().write(|w| w.cen().set_bit());
    let hz = clock_hz / divisor;
    Started { serial: Serial(p.USART1), counter: Timer { hz }, controller: p.FLASH, clock_hz }
}
