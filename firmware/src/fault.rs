//! What is said when something is wrong.

use core::panic::PanicInfo;

use cortex_m_rt::{ExceptionFrame, exception};
use gradito_link::message::ModelFault;

use crate::environment;

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

/// Says in the log why there is no model; the host is told in words by the same fault.
pub fn warn_of_model(fault: ModelFault<'_>) {
    const WAITING: &str = "waiting for a model";
    match fault {
        ModelFault::Empty => defmt::warn!("no model in flash; {=str}", WAITING),
        ModelFault::Truncated { needed, found } => {
            defmt::warn!("model cut off, {} bytes of {}; {=str}", found, needed, WAITING);
        }
        ModelFault::Magic => defmt::warn!("what is in flash is no model; {=str}", WAITING),
        ModelFault::Version { found } => {
            defmt::warn!("model of format version {}; {=str}", found, WAITING);
        }
        ModelFault::Checksum { stored, computed } => {
            defmt::warn!(
                "model damaged, checksum {:08x} not {:08x}; {=str}",
                computed,
                stored,
                WAITING
            );
        }
        ModelFault::Field { name } => {
            defmt::warn!("model without a valid '{=str}'; {=str}", name, WAITING);
        }
        ModelFault::Alignment => defmt::warn!("model not aligned; {=str}", WAITING),
        ModelFault::NotFinite { index } => {
            defmt::warn!("parameter {} of the model is not finite; {=str}", index, WAITING);
        }
        ModelFault::Topology { layer } => {
            defmt::warn!("model of another network from layer {} on; {=str}", layer, WAITING);
        }
        ModelFault::Inputs => defmt::warn!("model of other inputs; {=str}", WAITING),
        ModelFault::Cost => defmt::warn!("model of another cost; {=str}", WAITING),
        ModelFault::Other => defmt::warn!("model that cannot be used; {=str}", WAITING),
    }
}
