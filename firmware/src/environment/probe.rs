//! A real board: logs go to a probe over RTT, and a fault starts the program anew.

use defmt_rtt as _;
use gradito_device::Device;

/// Starts anew.
pub fn fail() -> ! {
    cortex_m::peripheral::SCB::sys_reset()
}

/// There are no files.
pub fn serve_files<P, M, F, const RECEIVE: usize, const REPLY: usize>(
    _: &mut Device<'_, P, M, F, RECEIVE, REPLY>,
) {
}
