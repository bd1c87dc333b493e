//! What is said when something is wrong.

use core::panic::PanicInfo;

use cortex_m_rt::{ExceptionFrame, exception};

use crate::environment;

unsafe extern "C" {
    /// What `cortex-m-rt` does on an interrupt without a handler.
    fn DefaultHandler();
}

/// The handlers of interrupts. None is ever enabled, so there is no need for a kilobyte of them:
/// the linker asks for one.
#[used]
#[unsafe(no_mangle)]
#[unsafe(link_section = ".vector_table.interrupts")]
static __INTERRUPTS: [unsafe extern "C" fn(); 1] = [DefaultHandler];

/// No request leads here; should one do so, the log says where.
#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    match info.location() {
        Some(place) => defmt::error!("panicked at {=str}:{}", place.file(), place.line()),
        None => defmt::error!("panicked"),
    }
    environment::fail()
}

// SAFETY: it touches nothing that the program has, and does not return.
#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    defmt::error!("hard fault at {:#010x}, called from {:#010x}", frame.pc(), frame.lr());
    environment::fail()
}
