//! Each kernel against the plain loops that define it, bit for bit.

mod numbers;

use self::numbers::fill;
use super::*;
use crate::random::Stream;
use crate::signal::{Lit, PIXEL_VALUES, Pixels};
use std::vec::Vec;

const IN: usize = 13;

/// z by the definition: bias first, then the inputs by rising index; a 0 adds nothing.
fn plain_forward(weights: &[f32], biases: &[f32], x: &[f32]) -> Vec<f32> {
    let mut z = biases.to_vec();
    for (output, z) in z.iter_mut().enumerate() {
        for (row, &x) in weights.chunks_exact(biases.len()).zip(x) {
            if x != 0.0 {
                let product = x * row[output];
                *z += product;
            }
        }
    }
    z
}

/// ∂C/∂x by the definition, by rising output.
fn plain_backward(weights: &[f32], delta: &[f32]) -> Vec<f32> {
    let rows = weights.chunks_exact(delta.len());
    let sums = rows.map(|row| {
        let mut sum = 0.0;
        for (weight, delta) in row.iter().zip(delta) {
            let product = weight * delta;
            sum += product;
        }
        sum
    });
    sums.collect()
}

/// The update by the definition.
fn plain_update(weights: &mut [f32], x: &[f32], step: &[f32]) {
    for (row, &x) in weights.chunks_exact_mut(step.len()).zip(x) {
        for (weight, step) in row.iter_mut().zip(step) {
            if x != 0.0 {
                let product = x * step;
                *weight += product;
            }
        }
    }
}

#[track_caller]
fn assert_bits(found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len());
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let (found, expected) = (found.to_bits(), expected.to_bits());
        assert_eq!(found, expected, "{found:#x} for {expected:#x} at {index}");
    }
}

/// All kernels at one width, on random numbers, several times.
fn width<const W: usize>() {
    let mut rng = Stream::Split.rng(W as u64);
    let (mut weights, mut x) = ([[0.0; W]; IN], [0.0; IN]);
    let (mut biases, mut step) = ([0.0; W], [0.0; W]);
    for _ in 0..=IN {
        fill(weights.as_flattened_mut(), &mut rng);
        fill(&mut biases, &mut rng);
        fill(&mut step, &mut rng);
        fill(&mut x, &mut rng);

        let mut d_x = [f32::NAN; IN];
        Portable::backward(&weights, &step, &mut d_x);
        assert_bits(&d_x, &plain_backward(weights.as_flattened(), &step));

        // Whoever multiplies by a 0 instead of skipping it gets NaN here.
        for (row, _) in weights.iter_mut().zip(&x).filter(|(_, x)| **x == 0.0) {
            row.fill(f32::INFINITY);
        }
        let mut z = [f32::NAN; W];
        Portable::forward(&weights, &biases, &x, &mut z);
        assert_bits(&z, &plain_forward(weights.as_flattened(), &biases, &x));
        let mut in_blocks = [f32::NAN; W];
        forward_in_blocks(&weights, &biases, &x, &mut in_blocks);
        assert_bits(&in_blocks, &z);

        let mut plain = weights.as_flattened().to_vec();
        plain_update(&mut plain, &x, &step);
        let mut in_blocks = weights;
        update_in_blocks(&mut in_blocks, &x, &step);
        assert_bits(in_blocks.as_flattened(), &plain);
        Portable::update(&mut weights, &x, &step);
        assert_bits(weights.as_flattened(), &plain);
    }
}

macro_rules! widths {
    ($($width:literal)*) => { $(width::<$width>();)* };
}

#[test]
fn every_width_computes_the_bits_of_the_plain_loops() {
    widths!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30);
    widths!(31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56);
    widths!(57 58 59 60 61 62 63 64 65 66 67 68 69 70 95 96 97 100 128 129 200);
}

/// The forms of an image at one width: forward from [`Pixels`], update from [`Lit`] ones.
fn image<const W: usize>() {
    let mut rng = Stream::Split.rng(W as u64);
    let mut weights = [[0.0; W]; IN];
    let (mut biases, mut step) = ([0.0; W], [0.0; W]);
    fill(weights.as_flattened_mut(), &mut rng);
    fill(&mut biases, &mut rng);
    fill(&mut step, &mut rng);
    let bytes = [0, 7, 0, 0, 255, 254, 128, 0, 1, 0, 0, 3, 0];
    let x = bytes.map(|byte| PIXEL_VALUES[usize::from(byte)]);
    let mut z = [f32::NAN; W];
    Portable::forward(&weights, &biases, &Pixels(bytes), &mut z);
    assert_bits(&z, &plain_forward(weights.as_flattened(), &biases, &x));
    let lit = [(1, 7), (4, 255), (5, 254), (6, 128), (8, 1), (11, 3), (IN, 9)];
    let lit = lit.map(|(position, byte)| Lit::new(position, byte));
    let mut plain = weights.as_flattened().to_vec();
    plain_update(&mut plain, &x, &step);
    Portable::update(&mut weights, lit.as_slice(), &step);
    assert_bits(weights.as_flattened(), &plain);
}

#[test]
fn images_compute_the_bits_of_their_values() {
    image::<3>();
    image::<30>();
    image::<100>();
}

/// Lit pixels at every place of a word, of the images' ends too.
#[test]
fn pixels_are_found_wherever_they_lie() {
    fn found<const N: usize>() {
        for lit in 0..1_u32 << N {
            let bytes: [u8; N] = core::array::from_fn(|at| (lit >> at & 1) as u8 * 3);
            let (mut values, expected) = ([0.0; N], bytes.map(|byte| f32::from(byte) / 255.0));
            let mut last = None;
            Pixels(bytes).for_each(|at, value| {
                assert!(last < Some(at), "{at} after {last:?}");
                last = Some(at);
                values[at] = value;
            });
            assert_eq!(values, expected);
        }
    }
    found::<1>();
    found::<3>();
    found::<4>();
    found::<7>();
    found::<8>();
    found::<10>();
}

#[test]
fn map_reaches_every_element() {
    let z: [f32; 40] = core::array::from_fn(|index| index as f32 - 3.5);
    for length in 0..=z.len() {
        let mut a = [f32::NAN; 40];
        map(&z[..length], &mut a[..length], |z| z * z + 1.0);
        for (index, (a, z)) in a.iter().zip(&z).enumerate() {
            let expected = if index < length { z * z + 1.0 } else { f32::NAN };
            assert_eq!(a.to_bits(), expected.to_bits(), "{index} of {length}");
        }
    }
}
