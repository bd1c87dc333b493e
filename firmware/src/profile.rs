//! When each layer begins, and where that is noted.

use gradito_device::profile::{self, Readings};

use crate::board::{Counter, Timer};

/// Of the board's counter.
pub static READINGS: Readings = Readings::none();

/// Notes in [`READINGS`] when a layer begins.
#[derive(Debug)]
pub enum Watch {}

impl profile::Watch for Watch {
    #[inline(always)]
    fn begins(weights: usize) {
        READINGS.begin(weights, Timer::now);
    }
}
