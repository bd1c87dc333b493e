//! Layers of `f32`: random numbers through the kernels of the target and those that define them,
//! compared bit by bit.

// What the core compares its kernels with.
#[path = "../../../core/src/kernels/tests/numbers.rs"]
mod numbers;

use core::hint::black_box;

use gradito_core::kernels::{Kernels, Portable};
use gradito_core::random::Stream;
use gradito_core::signal::{Lit, Pixels, Signal};
use gradito_cortex::NativeF32;
use rand_core::Rng;

use self::numbers::{fill, number};

/// Inputs: several chunks of a list.
const INPUTS: usize = 101;

/// Random cases of each width.
const CASES: usize = 40;

/// Whether all kernels compute the same.
pub fn agree() -> bool {
    macro_rules! widths {
        ($($width:literal)*) => { $(width::<$width>() &&)* true };
    }
    widths!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32)
        && widths!(33 34 37 40 42 43 45 46 47 48 49 56 57 64 65 100 128)
}

/// Whether they do for layers of `W` outputs.
fn width<const W: usize>() -> bool {
    let mut rng = Stream::Split.rng(W as u64);
    (0..CASES).all(|_| {
        // All shades of density, none and all among them.
        let density = rng.next_u32() % 9;
        let mut x = [0.0; INPUTS];
        let mut pixels = Pixels([0; INPUTS]);
        let mut lit = [Lit::new(0, 0); INPUTS];
        for (index, ((x, pixel), lit)) in x.iter_mut().zip(&mut pixels.0).zip(&mut lit).enumerate()
        {
            if rng.next_u32() % 8 < density {
                *x = number(&mut rng);
                *pixel = rng.next_u32() as u8;
            }
            // Every second input, so that the last ones are beyond the layer's.
            *lit = Lit::new(2 * index, rng.next_u32() as u8);
        }
        signal::<W>(&x, &mut rng)
            && signal::<W>(&pixels, &mut rng)
            && signal::<W>(lit.as_slice(), &mut rng)
    })
}

/// Whether they do for one signal.
fn signal<const W: usize>(x: &(impl Signal + ?Sized), rng: &mut impl Rng) -> bool {
    let (mut weights, mut biases, mut step) = ([[0.0; W]; INPUTS], [0.0; W], [0.0; W]);
    fill(weights.as_flattened_mut(), rng);
    fill(&mut biases, rng);
    fill(&mut step, rng);
    black_box((&mut weights, &mut biases, &mut step));

    let (mut found, mut expected) = ([f32::NAN; W], [f32::NAN; W]);
    NativeF32::forward(&weights, &biases, x, &mut found);
    Portable::forward(&weights, &biases, x, &mut expected);
    if !same(&found, &expected) {
        return false;
    }

    let (mut found, mut expected) = ([f32::NAN; INPUTS], [f32::NAN; INPUTS]);
    NativeF32::backward(&weights, &step, &mut found);
    Portable::backward(&weights, &step, &mut expected);
    if !same(&found, &expected) {
        return false;
    }

    let mut updated = weights;
    NativeF32::update(&mut updated, x, &step);
    Portable::update(&mut weights, x, &step);
    same(updated.as_flattened(), weights.as_flattened())
}

fn same(found: &[f32], expected: &[f32]) -> bool {
    found.iter().zip(expected).all(|(found, expected)| found.to_bits() == expected.to_bits())
}
