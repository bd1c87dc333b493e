//! What a board is to the device: a clock, a loop, a stack.

use gradito_link::message::Memory;

#[cfg(feature = "profile")]
use crate::profile::Readings;

/// The part of a board that requests ask about.
pub trait Machine {
    /// The name of the [board](gradito_link::board).
    fn name(&self) -> &'static str;

    /// The clock of the processor, in Hz.
    fn clock_hz(&self) -> u32;

    /// [Ticks](Self::ticks) in a second.
    fn ticks_hz(&self) -> u32;

    /// The time, in ticks; it starts anew from 0 after 2³² of them.
    fn ticks(&mut self) -> u32;

    /// Runs that many instructions, rounded down to whole turns, in a loop of known length.
    fn spin(&mut self, instructions: u32);

    /// What takes room.
    fn memory(&self) -> Memory;

    /// Bytes of the stack that were ever in use, of [`Memory::stack`].
    fn stack_used(&self) -> u32;

    /// Where every reading of its clock is noted; `None` if none is.
    #[cfg(feature = "profile")]
    fn readings(&self) -> Option<&'static Readings> {
        None
    }
}
