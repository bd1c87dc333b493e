//! Inference and training of 784-30-10, whole and above a frozen layer, and nothing else: links only
//! if none of it can panic, because its panic handler is one that does not exist. The verdict is
//! whether `cargo build --release --target …` succeeds.
#![no_std]
#![no_main]

use core::hint::black_box;

use cortex_m_rt::entry;
use gradito_core::cost::{Class, Quadratic};
use gradito_core::frozen::Frozen;
use gradito_core::layer::Layer;
use gradito_core::network;
use gradito_core::network::Feedforward;
use gradito_core::optimizer::Sgd;
use gradito_core::sgd::{derivative, step};
use gradito_core::signal::Pixels;
use gradito_cortex::NativeF32;
use panic_never as _;

type Digits = network!(NativeF32: 784 => 30 Sigmoid => 10 Sigmoid);
type First = network!(NativeF32: 784 => 30 Sigmoid);
type Rest = network!(NativeF32: 30 => 10 Sigmoid);

/// Samples in a batch.
const BATCH: usize = 10;

/// What a sample leaves behind in a network.
trait Traced {
    type Trace;
}

impl<const IN: usize, L: Layer<IN>> Traced for Feedforward<IN, L> {
    type Trace = L::Trace;
}

#[entry]
fn main() -> ! {
    static mut WHOLE: Digits = Digits::ZERO;
    static mut REST: Rest = Rest::ZERO;
    static mut TRACES: [<Digits as Traced>::Trace; BATCH] = [Digits::TRACE; BATCH];
    static mut FIRST_TRACE: <First as Traced>::Trace = First::TRACE;
    static mut REST_TRACES: [<Rest as Traced>::Trace; BATCH] = [Rest::TRACE; BATCH];
    let mut sgd = Sgd::new();
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
        let _ = black_box(step(WHOLE, &mut sgd, &Quadratic, batch, TRACES, eta));
        let flash: &[u8] = black_box(&[]);
        if let (Some((frozen, _)), Some((image, class))) =
            (Frozen::<First>::split(flash), samples.first())
        {
            let batch = [(frozen.forward(image, FIRST_TRACE), *class)].into_iter();
            let _ = black_box(step(REST, &mut sgd, &Quadratic, batch, REST_TRACES, eta));
        }
        #[cfg(feature = "can-panic")]
        black_box(samples[0]);
    }
}
