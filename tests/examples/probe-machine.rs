//! Measures what one core can do at most, as JSON: the ceilings that a benchmark is held against.
//!
//! - *Multiply-adds*: `f32` products and sums per second, rounded apart (gradito uses no fused
//!   multiply-add, so that every machine computes the same bits), at each level of vector
//!   instructions.
//! - *Bandwidth*: bytes per second of reading `f32`s, and of updating them (read, add, write; each
//!   direction counts), for working sets that fit one cache or another.
//!
//! Every figure is the best of many short repetitions: a limit, which interruptions only hide.
//!
//! The loops come near what the hardware is built for. On a Zen 4 core at 2.75 GHz, with AVX2, the
//! multiply-adds are 31 of the 32 operations that it can start in a cycle; from the first cache 63
//! bytes are read in one, of the 64 of two loads, and an update moves all of the 64 that one load
//! and one store do. The instructions are those that are meant: seven `vmulps` and seven `vaddps`
//! without a load or store among them; sixteen `vaddps` that load; four `vaddps` that load and four
//! stores.

use std::hint::black_box;
use std::time::{Duration, Instant};

use gradito::simd::Level;

/// Running products, each with a sum of its own that takes up every product.
///
/// A product waits for the one before it and a sum for the sum before it, 3 or 4 cycles, and at
/// most two of each start in one cycle: 6 of either keep every unit of Zen 4 busy, and one more
/// makes up for what is not started in the best order. 8 of either would not leave one of the 16
/// registers of SSE and AVX for the factor.
const CHAINS: usize = 7;

/// Sums that a read is spread over, of 8 lanes each: 8 vectors where a register holds as many. Two
/// additions of 3 or 4 cycles start in one cycle, beside the two loads that are the limit.
const SUMS: usize = 8;

/// Bytes of a cache line. A vector that lies across two costs as much as two.
const LINE: usize = 64;

/// How long one repetition lasts, about, and how many there are.
const REPETITION: Duration = Duration::from_millis(5);
const REPETITIONS: usize = 30;

/// Working sets in bytes.
const SIZES: [usize; 6] = [16 << 10, 256 << 10, 512 << 10, 2 << 20, 8 << 20, 256 << 20];

/// As many numbers as one register holds; plain arrays, so that the compiler picks the register.
#[derive(Clone, Copy)]
struct Vector<const LANES: usize>([f32; LANES]);

impl<const LANES: usize> Vector<LANES> {
    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self([value; LANES])
    }

    #[inline(always)]
    fn times(mut self, factor: Self) -> Self {
        for (value, factor) in self.0.iter_mut().zip(factor.0) {
            *value *= factor;
        }
        self
    }

    #[inline(always)]
    fn plus(mut self, summand: Self) -> Self {
        for (value, summand) in self.0.iter_mut().zip(summand.0) {
            *value += summand;
        }
        self
    }
}

fn main() {
    let peaks = Level::available().into_iter().map(|level| {
        let gflops = multiply_adds(level) / 1e9;
        format!("{{\"level\": \"{level}\", \"gflops\": {gflops:.2}}}")
    });
    let peaks: Vec<String> = peaks.collect();
    let bandwidths = SIZES.into_iter().map(|size| {
        let mut room = vec![1.0; (size + LINE) / size_of::<f32>()];
        let start = room.as_ptr().align_offset(LINE);
        let numbers = &mut room[start..][..size / size_of::<f32>()];
        let (read, update) = (read(numbers) / 1e9, update(numbers) / 1e9);
        format!("{{\"bytes\": {size}, \"read\": {read:.2}, \"update\": {update:.2}}}")
    });
    let bandwidths: Vec<String> = bandwidths.collect();
    let (peaks, bandwidths) = (peaks.join(", "), bandwidths.join(", "));
    println!("{{\"multiply_add\": [{peaks}], \"bandwidth\": [{bandwidths}]}}");
}

/// Products and sums per second.
fn multiply_adds(level: Level) -> f64 {
    match level.name() {
        "avx512" => multiply_adds_in::<16>(level),
        "avx2" => multiply_adds_in::<8>(level),
        _ => multiply_adds_in::<4>(level),
    }
}

fn multiply_adds_in<const LANES: usize>(level: Level) -> f64 {
    // The compiler is not to know that nothing changes, and may not reorder operations on `f32`:
    // it must do them all. A factor of 1 keeps every number finite and none becomes denormal.
    let factor = Vector::<LANES>::splat(black_box(1.0));
    let mut chains = black_box([[Vector::<LANES>::splat(1.0); 2]; CHAINS]);
    let each_pass = (2 * LANES * CHAINS) as f64;
    best(each_pass, |passes| {
        level.run(
            #[inline(always)]
            || {
                let mut local = chains;
                for _ in 0..passes {
                    for [product, sum] in &mut local {
                        *product = product.times(factor);
                        *sum = sum.plus(*product);
                    }
                }
                chains = black_box(local);
            },
        );
    })
}

/// Bytes read per second.
fn read(numbers: &[f32]) -> f64 {
    let (blocks, _) = numbers.as_chunks::<{ 8 * SUMS }>();
    best(size_of_val(blocks) as f64, |passes| {
        Level::best().run(
            #[inline(always)]
            || {
                for _ in 0..passes {
                    let mut sums = [Vector::<8>::splat(0.0); SUMS];
                    for block in black_box(blocks) {
                        let (vectors, _) = block.as_chunks::<8>();
                        for (sum, &vector) in sums.iter_mut().zip(vectors) {
                            *sum = sum.plus(Vector(vector));
                        }
                    }
                    black_box(sums);
                }
            },
        );
    })
}

/// Bytes read and written per second where every number is read, added to and written back.
fn update(numbers: &mut [f32]) -> f64 {
    let step = black_box(1e-3);
    best(2.0 * size_of_val(numbers) as f64, |passes| {
        Level::best().run(
            #[inline(always)]
            || {
                for _ in 0..passes {
                    for number in black_box(&mut *numbers) {
                        *number += step;
                    }
                }
            },
        );
    })
}

/// The highest rate of any repetition of `run`, which makes as many passes as it is told, each
/// worth `each_pass`.
fn best(each_pass: f64, mut run: impl FnMut(u32)) -> f64 {
    let mut time = |passes| {
        let start = Instant::now();
        run(passes);
        start.elapsed()
    };
    let mut passes = 1;
    while time(passes) < REPETITION && passes < u32::MAX / 2 {
        passes *= 2;
    }
    let times = (0..REPETITIONS).map(|_| time(passes));
    let best = times.min().unwrap_or(Duration::MAX);
    each_pass * f64::from(passes) / best.as_secs_f64()
}
