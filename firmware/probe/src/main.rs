//! Inference and training of 784-30-10, whole and above a frozen layer, and nothing else: links only
//! if none of it can panic, because its panic handler is one that does not exist. The verdict is
//! whether `cargo build --release --target …` succeeds.
#![no_std]
#![no_main]

use core::hint::black_box;

use cortex_m_rt::entry;
use gradito_core::cost::{Class, Quadratic};
use gradito_core::layer::Layer;
use gradito_core::network;
use gradito_core::network::Feedforward;
use gradito_core::optimizer::Sgd;
use gradito_core::sgd::{derivative, step};
use gradito_core::signal::Pixels;
use panic_never as _;

type Digits = network!(784 => 30 Sigmoid => 10 Sigmoid);
type Tuned = network!(784 => frozen 30 Sigmoid => 10 Sigmoid);

/// Samples in a batch.
const BATCH: usize = 10;

/// What a sample leaves behind in a network.
trait Traced {
    type Trace;
}

impl<L: Layer<784>> Traced for Feedforward<784, L> {
    type Trace = L::Trace;
}

#[entry]
fn main() -> ! {
    static FLASH: Digits = Digits::ZERO;
    static mut WHOLE: Digits = Digits::ZERO;
    static mut TUNED: Tuned = Tuned::ZERO;
    static mut TRACES: [<Digits as Traced>::Trace; BATCH] = [Digits::TRACE; BATCH];
    static mut TUNED_TRACES: [<Tuned as Traced>::Trace; BATCH] = [Tuned::TRACE; BATCH];
    let (mut sgd, mut tuned_sgd) = (Sgd::new(), Sgd::new());
    TUNED.load(black_box(&FLASH));
    loop {
        // What they are, the compiler must not know.
        let samples: &[(Pixels<784>, Class)] = black_box(&[]);
        if let (Some((image, class)), Some(trace)) = (samples.first(), TRACES.first_mut()) {
            WHOLE.forward(image, trace);
            let index = black_box(0);
            black_box(derivative(WHOLE, &Quadratic, image, class, trace, index));
            black_box(WHOLE.parameter_mut(index));
        }
        let batch = samples.iter().map(|(image, class)| (image, *class));
        let eta = black_box(1.0);
        let _ = black_box(step(WHOLE, &mut sgd, &Quadratic, batch.clone(), TRACES, eta));
        let _ = black_box(step(TUNED, &mut tuned_sgd, &Quadratic, batch, TUNED_TRACES, eta));
        #[cfg(feature = "can-panic")]
        black_box(samples[0]);
    }
}
