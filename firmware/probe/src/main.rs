//! Inference and training of 784-30-10, and nothing else: links only if neither can panic, because
//! its panic handler is one that does not exist. The verdict is whether
//! `cargo build --release --target …` succeeds.
#![no_std]
#![no_main]

use core::hint::black_box;

use cortex_m_rt::entry;
use gradito_core::cost::{Class, Quadratic};
use gradito_core::layer::Layer;
use gradito_core::network;
use gradito_core::network::Feedforward;
use gradito_core::optimizer::Sgd;
use gradito_core::sgd;
use gradito_core::signal::Pixels;
use panic_never as _;

type Digits = network!(784 => 30 Sigmoid => 10 Sigmoid);

/// What a sample leaves behind in a network.
trait Traced {
    type Trace;
}

impl<L: Layer<784>> Traced for Feedforward<784, L> {
    type Trace = L::Trace;
}

type Trace = <Digits as Traced>::Trace;

#[entry]
fn main() -> ! {
    static mut NETWORK: Digits = Digits::ZERO;
    static mut TRACES: [Trace; 10] = [Digits::TRACE; 10];
    let mut sgd = Sgd::new();
    loop {
        // What it is, the compiler must not know.
        let samples: &[(Pixels<784>, Class)] = black_box(&[]);
        if let (Some((image, _)), Some(trace)) = (samples.first(), TRACES.first_mut()) {
            NETWORK.forward(image, trace);
        }
        let batch = samples.iter().map(|(image, class)| (image, *class));
        let eta = black_box(1.0);
        let _ = black_box(sgd::step(NETWORK, &mut sgd, &Quadratic, batch, TRACES, eta));
        #[cfg(feature = "can-panic")]
        black_box(samples[0]);
    }
}
