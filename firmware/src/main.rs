//! gradito on a microcontroller.
//!
//! The model lies in flash, beside the program; the host asks over a serial line. What the network
//! is stands in `network.rs`, what a board is in one file of [`board`]; all that is said and done
//! over the line is `gradito-device`'s.
#![no_std]
#![no_main]

mod board;
mod copy;
mod environment;
mod fault;
mod fit;
mod flash;
mod machine;
mod memory;
#[cfg(feature = "profile")]
mod profile;
mod work;

// Logs need its critical section.
use cortex_m as _;
use cortex_m_rt::entry;
use gradito_device::Device;

use crate::flash::Region;
use crate::machine::Machine;
use crate::work::{Link, Memory, Work};

#[entry]
fn main() -> ! {
    static mut LINK: Link = Link::ZERO;
    static mut MEMORY: Memory = work::MEMORY;

    let board::Started { mut serial, counter, controller, clock_hz } = board::start();
    let machine = Machine::new(counter, clock_hz);
    let mut device = Device::new(LINK, Work::new(MEMORY), machine, Region::new(controller));
    match device.model() {
        Ok(model) => {
            defmt::info!("model of generation {} in slot {}", model.generation, model.slot);
        }
        // The host is told in words; they would take a kilobyte here.
        Err(_) => defmt::warn!("no usable model; `gradito device info` tells why"),
    }
    environment::serve_files(&mut device);
    let Ok(()) = device.serve(&mut serial, &mut [0]);
    // A serial line does not end.
    environment::fail()
}
