//! What the program takes, by the linker's account, and how deep its stack has been.

use core::ptr::{self, addr_of};

use cortex_m_rt::STACK_PAINT_VALUE;
use gradito_link::message;

use crate::board::FACTS;

// The linker's marks: only their addresses mean something.
unsafe extern "C" {
    safe static __sdata: u32;
    safe static __edata: u32;
    safe static __sidata: u32;
    safe static _stack_end: u32;
    safe static _stack_start: u32;
}

fn address(mark: *const u32) -> u32 {
    mark.addr() as u32
}

/// Flash, statics and stack.
pub fn figures() -> message::Memory {
    let data = address(&raw const __edata) - address(&raw const __sdata);
    let stack = address(&raw const _stack_end);
    message::Memory {
        flash: address(&raw const __sidata) + data - FACTS.flash.start,
        statics: stack - FACTS.ram.start,
        stack: address(&raw const _stack_start) - stack,
    }
}

/// Bytes of the stack that were ever in use: up to the paint it was given at the start.
pub fn stack_used() -> u32 {
    let (end, start) = (addr_of!(_stack_end), addr_of!(_stack_start));
    let mut at = end;
    while at < start {
        // SAFETY: it is a word of RAM between the linker's marks, and nobody else writes it now:
        // this function's frame lies above all that is still painted.
        if unsafe { ptr::read_volatile(at) } != STACK_PAINT_VALUE {
            break;
        }
        at = at.wrapping_add(1);
    }
    address(start) - address(at)
}
