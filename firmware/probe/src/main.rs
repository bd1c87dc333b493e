//! Counts the instructions of inference and training in QEMU, and digests what they computed.
//!
//! Reads from the folder that QEMU was started in: `digits.gradito`, a model image of 784-30-10,
//! and MNIST's four IDX files, uncompressed. Prints a line for each finding, name and value, and
//! exits with 0; if something is missing or wrong it says so and exits with 1:
//!
//! | line | value |
//! | --- | --- |
//! | `inference` | instructions of one forward pass, the median of the first 100 test images |
//! | `step` | instructions of one training step on one sample, the median of the same images |
//! | `outputs` | SHA-256 of the model's outputs for all test images, as `gradito eval --json` has it |
//! | `trained` | SHA-256 of the parameters after `gradito train --steps 200` |
//!
//! Ticks are turned into instructions by a loop of known length, so any `-icount shift=` will do.
#![no_std]
#![no_main]

use core::ffi::CStr;
use core::fmt;
use core::panic::PanicInfo;

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::{ExceptionFrame, entry, exception};
use gradito_core::cost::Class;
use gradito_core::image::{Image, ImageError};
use gradito_core::kind::InitKind;
use gradito_core::network::Network;
use gradito_core::optimizer::Sgd;
use gradito_core::random::{Stream, permutation};
use gradito_core::report::Diverged;
use gradito_core::signal::Pixels;
use gradito_probe::{BATCH, Digits, PIXELS, Sample, Trace, infer, step};
use semihosting::fs::File;
use semihosting::io::{self, Read, Seek, SeekFrom};
use semihosting::{eprintln, println, process};
use sha2::{Digest, Sha256};
use zerocopy::IntoBytes;

/// Images that instructions are counted over.
const COUNTED: usize = 100;

/// Test images of MNIST.
const TEST: u32 = 10_000;

/// Images of MNIST that `gradito train` trains on; the rest is for validation.
const TRAIN: usize = 50_000;

/// Steps of the short training.
const STEPS: usize = 200;

/// Its learning rate.
const ETA: f32 = 3.0;

/// The seed of its parameters and of the order of its samples.
const SEED: u64 = 1;

/// The longest model image, in words.
const IMAGE: usize = 32 << 10;

/// What went wrong.
enum Fault {
    /// A file cannot be read.
    File(&'static CStr, io::Error),
    /// The model cannot be used.
    Model(ImageError),
    /// Training left the finite numbers.
    Diverged(Diverged),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(name, error) => write!(f, "{name:?}: {error}"),
            Self::Model(error) => write!(f, "{MODEL:?}: {error}"),
            Self::Diverged(cause) => write!(f, "training diverged: {cause}"),
        }
    }
}

impl From<ImageError> for Fault {
    fn from(error: ImageError) -> Self {
        Self::Model(error)
    }
}

impl From<Diverged> for Fault {
    fn from(cause: Diverged) -> Self {
        Self::Diverged(cause)
    }
}

const MODEL: &CStr = c"digits.gradito";

/// Reads a file of bytes whose number is not known.
fn read_to_end(name: &'static CStr, buffer: &mut [u8]) -> Result<usize, Fault> {
    let mut file = File::open(name).map_err(|error| Fault::File(name, error))?;
    let mut length = 0;
    while let Some(rest) = buffer.get_mut(length..) {
        match file.read(rest).map_err(|error| Fault::File(name, error))? {
            0 => break,
            count => length += count,
        }
    }
    Ok(length)
}

/// A set of labelled images: two IDX files.
struct Samples {
    images: (&'static CStr, File),
    labels: (&'static CStr, File),
}

impl Samples {
    fn open(images: &'static CStr, labels: &'static CStr) -> Result<Self, Fault> {
        let open = |name| match File::open(name) {
            Ok(file) => Ok((name, file)),
            Err(error) => Err(Fault::File(name, error)),
        };
        Ok(Self { images: open(images)?, labels: open(labels)? })
    }

    /// Reads one sample. The files' headers have four numbers, and two.
    fn read(&mut self, index: u32, sample: &mut Sample) -> Result<(), Fault> {
        let mut label = [0];
        read_at(&mut self.images, 16 + u64::from(index) * PIXELS as u64, &mut sample.0.0)?;
        read_at(&mut self.labels, 8 + u64::from(index), &mut label)?;
        sample.1 = Class(label[0].into());
        Ok(())
    }
}

fn read_at(
    (name, file): &mut (&'static CStr, File),
    position: u64,
    bytes: &mut [u8],
) -> Result<(), Fault> {
    let fault = |error| Fault::File(name, error);
    file.seek(SeekFrom::Start(position)).map_err(fault)?;
    file.read_exact(bytes).map_err(fault)
}

/// Counts instructions.
struct Counter {
    /// Instructions of the loop of known length, and the ticks it takes.
    known: [u32; 2],
}

impl Counter {
    fn new(mut timer: SYST) -> Self {
        /// Turns of two instructions each.
        const TURNS: u32 = 500_000;
        timer.set_clock_source(SystClkSource::Core);
        timer.set_reload(0x00ff_ffff);
        timer.clear_current();
        timer.enable_counter();
        Self { known: [2 * TURNS, Self::ticks(|| cortex_m::asm::delay(TURNS))] }
    }

    /// The ticks that `work` takes, fewer than the 2²⁴ that the timer counts to.
    fn ticks(work: impl FnOnce()) -> u32 {
        let start = SYST::get_current();
        work();
        start.wrapping_sub(SYST::get_current()) & 0x00ff_ffff
    }

    /// The instructions that `work` takes, to a tick.
    fn instructions(&self, work: impl FnOnce()) -> u32 {
        let ticks = Self::ticks(work);
        let [instructions, known] = self.known.map(u64::from);
        (u64::from(ticks) * instructions / known.max(1)) as u32
    }
}

fn median(mut counts: [u32; COUNTED]) -> u32 {
    counts.sort_unstable();
    counts[COUNTED / 2]
}

/// Writes a digest.
struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Memory that is too large for the stack.
struct Memory {
    image: &'static mut [u32; IMAGE],
    network: &'static mut Digits,
    traces: &'static mut [Trace; BATCH],
    batch: &'static mut [Sample; BATCH],
    order: &'static mut [u32; TRAIN],
}

fn measure(timer: SYST, memory: Memory) -> Result<(), Fault> {
    let Memory { image, network, traces, batch, order } = memory;
    let length = read_to_end(MODEL, image.as_mut_bytes())?;
    let image = Image::take_from_bytes(image.as_bytes().get(..length).unwrap_or(&[]))?.0;
    let model: &Digits = image.network()?;
    let mut test = Samples::open(c"t10k-images-idx3-ubyte", c"t10k-labels-idx1-ubyte")?;
    let mut train = Samples::open(c"train-images-idx3-ubyte", c"train-labels-idx1-ubyte")?;
    let counter = Counter::new(timer);
    let [sample, ..] = batch;
    let [trace, ..] = traces;

    let mut counts = [0; COUNTED];
    for (index, count) in (0..).zip(&mut counts) {
        test.read(index, sample)?;
        *count = counter.instructions(|| infer(model, &sample.0, trace));
    }
    println!("inference {}", median(counts));

    network.visit_pairs(model, &mut |to, from| to.copy_from_slice(from));
    let mut sgd = Sgd::new();
    for (index, count) in (0..).zip(&mut counts) {
        test.read(index, &mut batch[0])?;
        let mut result = Ok(Default::default());
        *count =
            counter.instructions(|| result = step(network, &mut sgd, &batch[..1], traces, ETA));
        result?;
    }
    println!("step {}", median(counts));

    let mut hash = Sha256::new();
    let [sample, ..] = batch;
    let [trace, ..] = traces;
    for index in 0..TEST {
        test.read(index, sample)?;
        infer(model, &sample.0, trace);
        for output in model.outputs(trace) {
            hash.update(output.to_le_bytes());
        }
    }
    println!("outputs {}", Hex(&hash.finalize()));

    network.initialize(InitKind::Scaled, SEED);
    permutation(order, &mut Stream::Epoch(0).rng(SEED));
    let mut sgd = Sgd::new();
    for indices in order.chunks_exact(BATCH).take(STEPS) {
        for (&index, sample) in indices.iter().zip(batch.iter_mut()) {
            train.read(index, sample)?;
        }
        step(network, &mut sgd, batch, traces, ETA)?;
    }
    let mut hash = Sha256::new();
    network.visit(&mut |parameters| {
        for value in parameters.into_values() {
            hash.update(value.to_le_bytes());
        }
    });
    println!("trained {}", Hex(&hash.finalize()));
    Ok(())
}

#[entry]
fn main() -> ! {
    static mut IMAGE_BYTES: [u32; IMAGE] = [0; IMAGE];
    static mut NETWORK: Digits = Digits::ZERO;
    static mut TRACES: [Trace; BATCH] = [Digits::TRACE; BATCH];
    static mut SAMPLES: [Sample; BATCH] = [(Pixels([0; PIXELS]), Class(0)); BATCH];
    static mut ORDER: [u32; TRAIN] = [0; TRAIN];
    let memory = Memory {
        image: IMAGE_BYTES,
        network: NETWORK,
        traces: TRACES,
        batch: SAMPLES,
        order: ORDER,
    };
    let Some(peripherals) = cortex_m::Peripherals::take() else { process::exit(1) };
    match measure(peripherals.SYST, memory) {
        Ok(()) => process::exit(0),
        Err(fault) => {
            eprintln!("probe: {fault}");
            process::exit(1)
        }
    }
}

/// The default handler loops for ever.
#[exception]
unsafe fn HardFault(_: &ExceptionFrame) -> ! {
    eprintln!("probe: hard fault");
    process::exit(102)
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    eprintln!("probe: {info}");
    process::exit(101)
}
