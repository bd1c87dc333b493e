//! Boards: one file each, and what it has to give.

use core::convert::Infallible;

use embedded_io::{ErrorType, Read, Write};
use gradito_link::board::{BOARDS, Board};

#[cfg(feature = "microbit")]
#[path = "microbit.rs"]
mod this;
#[cfg(any(feature = "mps2-an385", feature = "mps2-an386"))]
#[path = "mps2.rs"]
mod this;
#[cfg(feature = "stm32f405")]
#[path = "stm32f405.rs"]
mod this;

#[cfg(feature = "profile")]
pub use this::Timer;
pub use this::start;

include!(concat!(env!("OUT_DIR"), "/facts.rs"));

/// A board that was started.
pub struct Started<P, C, F> {
    /// The serial line to the host.
    pub serial: Serial<P>,
    /// The counter of ticks.
    pub counter: C,
    /// What erases and writes the slots.
    pub controller: F,
    /// The clock of the processor that was really set, in Hz.
    pub clock_hz: u32,
}

/// A serial port that is polled.
pub trait Port {
    /// Waits for a byte.
    fn receive(&mut self) -> u8;

    /// Waits until a byte can be sent, and sends it.
    fn send(&mut self, byte: u8);
}

/// A counter of 32 bits that counts up.
pub trait Counter {
    /// Ticks in a second.
    fn hz(&self) -> u32;

    /// Ticks so far. Asked of the type: kernels have nothing that could hold a counter.
    fn now() -> u32;
}

/// A port as a stream. Nothing is lost while the program computes: the host waits for its reply.
pub struct Serial<P>(pub P);

impl<P> ErrorType for Serial<P> {
    type Error = Infallible;
}

impl<P: Port> Read for Serial<P> {
    /// One byte at a time: the next may be long in coming.
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        Ok(buffer.first_mut().map_or(0, |byte| {
            *byte = self.0.receive();
            1
        }))
    }
}

impl<P: Port> Write for Serial<P> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        for &byte in bytes {
            self.0.send(byte);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

/// Asks at most so many times whether something is `ready`; a chip that an emulator does not have
/// never is.
#[cfg(not(feature = "emulated"))]
fn is_ready_within(times: u32, ready: impl Fn() -> bool) -> bool {
    (0..times).any(|_| ready())
}

/// Writes all bits of a register.
#[cfg(not(feature = "emulated"))]
macro_rules! set {
    ($register:expr, $bits:expr) => {
        // SAFETY: the values that boards write are such as the manual has for these registers, of
        // which none makes the chip write to memory by itself.
        $register.write(|w| unsafe { w.bits($bits) })
    };
}
#[cfg(not(feature = "emulated"))]
use set;
