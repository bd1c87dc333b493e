//! Links only if neither inference nor training, of a whole network or above a frozen layer, can
//! panic: its panic handler calls what does not exist. The verdict is whether
//! `cargo build --release --bin panic-free --target …` succeeds.
#![no_std]
#![no_main]

use core::hint::black_box;

use cortex_m_rt::entry;
use gradito_core::cost::{Class, Quadratic};
use gradito_core::optimizer::Sgd;
use gradito_core::sgd::derivative;
use gradito_core::signal::Pixels;
use gradito_probe::{Digits, PIXELS, Sample, Tuned, infer, step};
use panic_never as _;

#[entry]
fn main() -> ! {
    static mut WHOLE: Digits = Digits::ZERO;
    static mut TUNED: Tuned = Tuned::ZERO;
    static FLASH: Digits = Digits::ZERO;
    static IMAGE: Sample = (Pixels([0; PIXELS]), Class(0));
    let (mut traces, mut tuned_traces) = ([Digits::TRACE; 2], [Tuned::TRACE; 2]);
    TUNED.load(black_box(&FLASH));
    let (mut sgd, mut tuned_sgd) = (Sgd::new(), Sgd::new());
    loop {
        // Nothing about the samples is known to the compiler: neither how many nor which.
        let batch: &[Sample] = black_box(core::slice::from_ref(&IMAGE));
        let eta = black_box(1.0);
        if let (Some((image, class)), [trace, ..]) = (batch.first(), &mut traces) {
            infer(WHOLE, image, trace);
            black_box(WHOLE.outputs(trace));
            let index = black_box(0);
            black_box(derivative(WHOLE, &Quadratic, image, class, trace, index));
            black_box(WHOLE.parameter_mut(index));
        }
        let _ = black_box(step(WHOLE, &mut sgd, batch, &mut traces, eta));
        let _ = black_box(step(TUNED, &mut tuned_sgd, batch, &mut tuned_traces, eta));
    }
}
