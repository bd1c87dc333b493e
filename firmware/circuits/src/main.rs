//! The [worked] circuits on an emulated board: prints the bits of their values and gradients, which
//! are to be those of the desktop, and ends the emulation, with 0 if all could be computed.
#![no_std]
#![no_main]

mod worked;

use core::fmt;

// Its critical section, which printing needs.
use cortex_m as _;
use cortex_m_rt::{ExceptionFrame, entry, exception};
use semihosting::{eprintln, print, process};

/// The standard output of the emulator.
struct Screen;

impl fmt::Write for Screen {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        print!("{text}");
        Ok(())
    }
}

#[entry]
fn main() -> ! {
    match worked::report(&mut Screen) {
        Ok(()) => process::exit(0),
        Err(error) => {
            eprintln!("{error:?}");
            process::exit(1)
        }
    }
}

// SAFETY: it touches nothing that the program has, and does not return.
#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    eprintln!("hard fault at {:#010x}", frame.pc());
    process::exit(101)
}
