//! Links only if neither inference nor training can panic: its panic handler is one that does not
//! exist. Run `cargo build --release --bin panic-free --target …`; the verdict is whether that
//! succeeds.
#![no_std]
#![no_main]

use core::hint::black_box;

use cortex_m_rt::entry;
use gradito_core::optimizer::Sgd;
use gradito_probe::{BATCH, Digits, Sample, Trace, infer, step};
use panic_never as _;

#[entry]
fn main() -> ! {
    static mut NETWORK: Digits = Digits::ZERO;
    static mut TRACES: [Trace; BATCH] = [Digits::TRACE; BATCH];
    let mut sgd = Sgd::new();
    loop {
        let batch: &[Sample] = black_box(&[]);
        if let (Some((image, _)), Some(trace)) = (batch.first(), TRACES.first_mut()) {
            infer(NETWORK, image, trace);
        }
        let _ = black_box(step(NETWORK, &mut sgd, batch, TRACES, black_box(1.0)));
    }
}
