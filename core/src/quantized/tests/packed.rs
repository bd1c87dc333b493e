//! Packed weights: their words, their sums, their networks.

use std::string::ToString;

use super::super::packed::{add_bits, add_bytes};
use super::super::packing::{Crumbs, Nibbles, Packing, Trits, row_words, weight, with};
use super::*;

/// Weights of a layer, and the words that hold them.
fn layer<P: Packing>(
    [inputs, outputs]: [usize; 2],
    rng: &mut impl Rng,
) -> (Vec<Vec<i8>>, Vec<u32>) {
    let layout = P::KIND.layout(false);
    let weights: Vec<Vec<i8>> =
        (0..inputs).map(|_| (0..outputs).map(|_| random_weight(P::KIND, rng)).collect()).collect();
    let mut words = vec![0; layout.words(inputs, outputs).unwrap()];
    for (input, row) in weights.iter().enumerate() {
        for (output, &weight) in row.iter().enumerate() {
            layout.set(&mut words, outputs, [input, output], weight);
        }
    }
    (weights, words)
}

/// Sums of bytes and of bits are those of the same weights in an `i8` layer: all widths around
/// multiples of a word, and inputs around those of a chunk.
fn sums_are_those_of_bytes<P: Packing>(seed: u64) {
    let mut rng = Stream::Split.rng(seed);
    for outputs in [1, 2, P::WEIGHTS - 1, P::WEIGHTS, P::WEIGHTS + 1, 3 * P::WEIGHTS + 2] {
        for inputs in [1, 17, 18, CHUNK, 4 * CHUNK + 3] {
            let (weights, words) = layer::<P>([inputs, outputs], &mut rng);
            assert_eq!(words.len(), inputs * row_words::<P>(outputs));
            let (mut pairs, mut rows) = (Vec::new(), Vec::new());
            for (layout, all) in [(Layout::Pairs, &mut pairs), (Layout::Rows, &mut rows)] {
                all.resize(layout.words(inputs, outputs).unwrap(), 0);
                for (input, row) in weights.iter().enumerate() {
                    for (output, &weight) in row.iter().enumerate() {
                        layout.set(all, outputs, [input, output], weight);
                    }
                }
            }
            let biases: Vec<i32> = (0..outputs).map(|_| rng.next_u32() as i32 >> 8).collect();
            for density in [1, 4, 8] {
                let lit = |byte: u32| if byte % 8 < density { (byte >> 24) as u8 | 1 } else { 0 };
                let x: Vec<u8> = (0..inputs).map(|_| lit(rng.next_u32())).collect();
                let mut found = biases.clone();
                add_bytes::<P, Portable>(&words, inputs, x.as_slice(), &mut found);
                let mut expected = vec![[0; 2]; outputs.div_ceil(2)];
                expected.as_flattened_mut()[..outputs].copy_from_slice(&biases);
                super::add_bytes::<Portable>(
                    &pairs,
                    inputs.div_ceil(2),
                    x.as_slice(),
                    &mut expected,
                );
                assert_eq!(found, expected.as_flattened()[..outputs], "{inputs}-{outputs}");

                let bits: Vec<u8> = x.chunks(8).map(|eight| pack(eight, 1)).collect();
                let mut found = biases.clone();
                add_bits::<P, Portable>(&words, inputs, &bits, &mut found);
                let mut expected = vec![[0; 4]; outputs.div_ceil(4)];
                expected.as_flattened_mut()[..outputs].copy_from_slice(&biases);
                <Portable>::bits(&rows, inputs, &bits, &mut expected);
                assert_eq!(found, expected.as_flattened()[..outputs], "{inputs}-{outputs}");
            }
        }
    }
}

/// All inputs and all codes at their largest, and all bits set, which no writer does: nothing
/// overflows, which debug builds would show, and words say the same to all.
fn the_largest_stay_in_their_types<P: Packing>() {
    let (inputs, outputs) = (4 * CHUNK, P::WEIGHTS);
    for word in [0, u32::MAX, P::ZERO, 0x0123_4567, 0xfedc_ba98] {
        let mut sums = vec![0; outputs];
        add_bytes::<P, Portable>(&vec![word; inputs], inputs, &[255; 4 * CHUNK], &mut sums);
        for (at, &sum) in sums.iter().enumerate() {
            let expected = i32::from(weight::<P>(word, at)) * 255 * inputs as i32;
            assert_eq!(sum, expected, "{word:#x}");
        }
    }
    // Sums that are forged wrap around.
    let mut sums = vec![i32::MAX; outputs];
    add_bytes::<P, Portable>(&[u32::MAX], 1, &[255], &mut sums);
    assert!(sums.iter().all(|&sum| sum < 0));
}

/// Every weight at every place of a word, whatever else is there.
fn words_hold_what_is_put_in<P: Packing>(seed: u64) {
    let mut rng = Stream::Split.rng(seed);
    let largest = P::KIND.largest();
    let (mut word, mut expected) = (P::ZERO, vec![0_i16; P::WEIGHTS]);
    for (at, expected) in expected.iter_mut().enumerate() {
        *expected = weight::<P>(word, at);
        assert!((-1..=0).contains(expected));
    }
    for _ in 0..1000 {
        let (at, put) = (rng.next_u32() as usize % P::WEIGHTS, random_weight(P::KIND, &mut rng));
        word = with::<P>(word, at, put);
        expected[at] = put.into();
        let found: Vec<i16> = (0..P::WEIGHTS).map(|at| weight::<P>(word, at)).collect();
        assert_eq!(found, expected);
    }
    for (wrong, taken) in [(i8::MIN, -largest), (i8::MAX, largest)] {
        assert_eq!(weight::<P>(with::<P>(word, 3, wrong), 3), taken.into());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn packed_sums_are_those_of_bytes(seed in any::<u64>()) {
        sums_are_those_of_bytes::<Nibbles>(seed);
        sums_are_those_of_bytes::<Crumbs>(seed);
        sums_are_those_of_bytes::<Trits>(seed);
    }

    #[test]
    fn packed_networks_give_the_scores_of_the_definition(seed in any::<u64>()) {
        networks!(
            seed;
            quantized!(Nibbles: 1 => 1 Sigmoid),
            quantized!(Nibbles: 7 => 5 Tanh => 4 Relu => 3 Softmax),
            quantized!(Nibbles: 300 => 64 Relu => 33 Sigmoid => 10 Softmax),
            quantized!(Crumbs: 2 => 3 Identity => 2 Sigmoid),
            quantized!(Crumbs: 300 => 64 Relu => 33 Sigmoid => 10 Softmax),
            quantized!(Trits: 7 => 5 Tanh => 4 Relu => 3 Softmax),
            quantized!(Trits: 300 => 61 Relu => 33 Sigmoid => 10 Softmax)
        );
        agrees_on_bits(&<quantized!(Nibbles: bits 9 => 6 Relu => 2 Softmax)>::ZERO, seed);
        agrees_on_bits(&<quantized!(Crumbs: bits 300 => 71 Tanh => 10 Sigmoid)>::ZERO, seed);
        agrees_on_bits(&<quantized!(Trits: bits 784 => 40 Sigmoid => 10 Sigmoid)>::ZERO, seed);
    }

    #[test]
    fn words_hold_their_weights(seed in any::<u64>()) {
        words_hold_what_is_put_in::<Nibbles>(seed);
        words_hold_what_is_put_in::<Crumbs>(seed);
        words_hold_what_is_put_in::<Trits>(seed);
    }
}

#[test]
fn packed_sums_stay_in_their_types() {
    the_largest_stay_in_their_types::<Nibbles>();
    the_largest_stay_in_their_types::<Crumbs>();
    the_largest_stay_in_their_types::<Trits>();
}

/// Five digits are a byte and back, all 243 of them, as the format's page says.
#[test]
fn every_byte_of_trits_is_taken_apart() {
    for value in 0..243_u32 {
        let digits = [81, 27, 9, 3, 1].map(|unit| value / unit % 3);
        let word = (0..5).fold(0, |word, at| with::<Trits>(word, at, digits[at] as i8 - 1));
        assert_eq!(word, (256 * value).div_ceil(243));
        for (at, &digit) in digits.iter().enumerate() {
            assert_eq!(weight::<Trits>(word, at), digit as i16 - 1);
            assert_eq!(weight::<Trits>(word << 24, 15 + at), digit as i16 - 1);
        }
    }
}

#[test]
fn kinds_say_what_their_packings_do() {
    fn agrees<P: Packing>(name: &str) {
        let (largest, step) = (i32::from(P::KIND.largest()), i32::from(P::KIND.step()));
        assert_eq!(step, P::STEP);
        // The largest code is that of the largest weight.
        let lanes = P::lanes(P::with(0, 0, ((largest + P::OFFSET) / P::STEP) as u32));
        assert_eq!(P::STEP * lanes.as_ref()[0] as i32 - P::OFFSET, largest);
        assert_eq!(P::KIND.to_string(), name);
        assert_eq!(P::KIND.layout(true), P::KIND.layout(false));
        let found = places(
            [LayerShape { inputs: 3, outputs: 21, ..LayerShape::default() }].into_iter(),
            P::KIND,
            true,
        )
        .next()
        .flatten()
        .unwrap();
        assert_eq!(found.weights, 0..3 * row_words::<P>(21));
        assert_eq!(found.outputs.len(), 42);
    }
    agrees::<Nibbles>("i4");
    agrees::<Crumbs>("i2");
    agrees::<Trits>("ternary");
}
