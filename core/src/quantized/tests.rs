//! Quantised networks against the definition, in `i64`.

use std::vec;
use std::vec::Vec;

use proptest::prelude::*;
use rand_core::Rng;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::activation::byte;
use super::input::{Bits, Bytes, feature, pack, packed_length};
use super::kernels::{Kernels, Portable};
use super::layer::{Network, QuantizedLayer, Reads, add_bytes};
use super::layout::Layout;
use super::lit::{Bit, CHUNK, Lit, Pair};
use super::output::{MULTIPLIER, Output, SCORE_BITS};
use super::parameters::{Place, output, places, words};
use super::weights::WeightKind;
use crate::kind::ActivationKind;
use crate::layer::LayerShape;
use crate::quantized;
use crate::random::Stream;
use crate::signal::{Pixels, SentPixels, write_runs};

/// Networks of bytes that are to [agree](agrees).
macro_rules! networks {
    ($seed:expr; $($network:ty),*) => {
        $(agrees(&<$network>::ZERO, $seed, bytes);)*
    };
}

mod packed;

/// One of the weights there are, the largest, the smallest and those in the middle more often.
fn random_weight(kind: WeightKind, rng: &mut impl Rng) -> i8 {
    let (largest, step) = (i16::from(kind.largest()), i16::from(kind.step()));
    let count = (2 * largest / step + 1) as u32;
    let at = match rng.next_u32() % 8 {
        0 => 0,
        1 => count - 1,
        2 => count / 2,
        _ => rng.next_u32() % count,
    };
    (at as i16 * step - largest) as i8
}

/// Words of a whole network with random weights and outputs that hold them.
fn random(shapes: &[LayerShape], kind: WeightKind, bits: bool, rng: &mut impl Rng) -> Vec<u32> {
    let mut all = Vec::new();
    for (layer, (shape, place)) in
        shapes.iter().zip(places(shapes.iter().copied(), kind, bits)).enumerate()
    {
        let Place { layout, weights, .. } = place.unwrap();
        assert_eq!(all.len(), weights.start);
        let mut weights = vec![0; weights.len()];
        for input in 0..shape.inputs {
            for output in 0..shape.outputs {
                let weight = random_weight(kind, rng);
                layout.set(&mut weights, shape.outputs, [input, output], weight);
                let found = layout.weight(&weights, shape.outputs, input, output);
                assert_eq!(found, i16::from(weight));
            }
        }
        all.extend(&weights);
        for at in 0..shape.outputs {
            let largest = if layer == 0 && bits { 1 } else { 255 };
            let bias = (rng.next_u32() as i32) >> (8 + rng.next_u32() % 16);
            let mut found = Output { bias, ..Output::ZERO };
            let column =
                (0..shape.inputs).map(|input| layout.weight(&weights, shape.outputs, input, at));
            let sums = found.sums(column, largest).unwrap();
            found.before = Output::narrowing(&sums);
            found.multiplier = rng.next_u32() as u16 & MULTIPLIER;
            found.after = (16 + rng.next_u32() % 8) as u8;
            assert!(found.holds(&sums));
            all.extend(words(found));
        }
    }
    all
}

/// Scores by the definition, and the bytes of every layer before the last.
fn plain(
    shapes: &[LayerShape],
    kind: WeightKind,
    bits: bool,
    parameters: &[u32],
    x: &[u8],
) -> (Vec<i32>, Vec<Vec<u8>>) {
    let (mut x, mut scores, mut bytes) = (x.to_vec(), Vec::new(), Vec::new());
    for (shape, place) in shapes.iter().zip(places(shapes.iter().copied(), kind, bits)) {
        let Place { layout, weights, outputs } = place.unwrap();
        let (outputs, _) = parameters[outputs].as_chunks();
        scores.clear();
        for (at, &found) in outputs.iter().enumerate() {
            let found = output(found);
            let mut sum = i64::from(found.bias);
            for (input, &x) in x.iter().enumerate() {
                let weight = layout.weight(&parameters[weights.clone()], shape.outputs, input, at);
                sum += i64::from(x) * i64::from(weight);
            }
            assert!(i32::try_from(sum).is_ok());
            let product = (sum >> found.before) * i64::from(found.multiplier);
            let q = product >> found.after;
            scores.push(i32::try_from(q).unwrap());
            assert!(i32::try_from(product).is_ok());
        }
        x = scores.iter().map(|&q| byte(shape.activation, q)).collect();
        bytes.push(x.clone());
    }
    bytes.pop();
    (scores, bytes)
}

fn shapes<L: QuantizedLayer>() -> Vec<LayerShape> {
    let mut all = Vec::new();
    Network::<L>::shapes(|shape| all.push(shape));
    all
}

/// One network of bits, random parameters, and inputs of which some are 0, all or none.
fn agrees_on_bits<L, const IN: usize>(_: &Network<L>, seed: u64)
where
    L: for<'a> Reads<Bits<'a, IN>> + FromBytes + KnownLayout + Immutable,
{
    let shapes = shapes::<L>();
    let mut rng = Stream::Split.rng(seed);
    let parameters = random(&shapes, L::WEIGHTS, true, &mut rng);
    let network = Network::<L>::ref_from_bytes(parameters.as_bytes()).unwrap();
    let mut trace = Network::<L>::TRACE;
    for density in [0, 1, 4, 8] {
        let x: [u8; IN] = core::array::from_fn(|_| u8::from(rng.next_u32() % 8 < density));
        let packed: Vec<u8> = x.chunks(8).map(|eight| pack(eight, 1)).collect();
        let bits = Bits::<IN>::new(&packed).unwrap();
        network.infer::<Portable, _>(&bits, &mut trace);
        let (scores, _) = plain(&shapes, L::WEIGHTS, true, &parameters, &x);
        assert_eq!(Network::<L>::scores(&trace), scores, "density {density}");
    }
}

/// One network, random parameters, and inputs of which some are 0, all or none.
fn agrees<L, X, const IN: usize>(
    _: &Network<L>,
    seed: u64,
    make: impl for<'a> Fn(&'a [u8; IN], &'a mut Vec<u8>) -> &'a X,
) where
    X: ?Sized,
    L: Reads<X> + FromBytes + KnownLayout + Immutable,
{
    let (kind, bits) = (L::WEIGHTS, L::BITS);
    let shapes = shapes::<L>();
    let mut rng = Stream::Split.rng(seed);
    let parameters = random(&shapes, kind, bits, &mut rng);
    let network = Network::<L>::ref_from_bytes(parameters.as_bytes()).unwrap();
    let mut trace = Network::<L>::TRACE;
    for density in [0, 1, 4, 8] {
        let x: [u8; IN] = core::array::from_fn(|_| match rng.next_u32() % 8 < density {
            true if bits => 1,
            true => rng.next_u32() as u8 | 1,
            false => 0,
        });
        let mut scratch = Vec::new();
        network.infer::<Portable, X>(make(&x, &mut scratch), &mut trace);
        let (scores, bytes) = plain(&shapes, kind, bits, &parameters, &x);
        assert_eq!(Network::<L>::scores(&trace), scores, "density {density}");
        let mut found = Vec::new();
        super::layer::Trace::visit(&trace, &mut |bytes| found.push(bytes.to_vec()));
        assert_eq!(found, bytes);
    }
}

fn bytes<'a, const IN: usize>(x: &'a [u8; IN], _: &mut Vec<u8>) -> &'a [u8; IN] {
    x
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn bytes_give_the_scores_of_the_definition(seed in any::<u64>()) {
        networks!(
            seed;
            quantized!(1 => 1 Sigmoid),
            quantized!(2 => 3 Identity => 2 Sigmoid),
            quantized!(7 => 5 Tanh => 4 Relu => 3 Softmax),
            quantized!(300 => 64 Relu => 33 Sigmoid => 10 Softmax),
            quantized!(784 => 30 Sigmoid => 10 Sigmoid)
        );
    }

    #[test]
    fn bits_give_the_scores_of_the_definition(seed in any::<u64>()) {
        agrees_on_bits(&<quantized!(bits 1 => 1 Sigmoid)>::ZERO, seed);
        agrees_on_bits(&<quantized!(bits 9 => 6 Relu => 2 Softmax)>::ZERO, seed);
        agrees_on_bits(&<quantized!(bits 784 => 32 Sigmoid => 10 Sigmoid)>::ZERO, seed);
        agrees_on_bits(&<quantized!(bits 300 => 71 Tanh => 10 Sigmoid)>::ZERO, seed);
    }

    /// All entries of a chunk at their largest: nothing overflows, which debug builds would show.
    #[test]
    fn a_full_chunk_stays_in_its_types(weights in prop::sample::select(vec![-i8::MAX, -1, 1, i8::MAX])) {
        let (inputs, outputs) = (4 * CHUNK, 7);
        let mut pairs = vec![0; Layout::Pairs.words(inputs, outputs).unwrap()];
        let mut rows = vec![0; Layout::Rows.words(inputs, outputs).unwrap()];
        for input in 0..inputs {
            for output in 0..outputs {
                Layout::Pairs.set(&mut pairs, outputs, [input, output], weights);
                Layout::Rows.set(&mut rows, outputs, [input, output], weights);
            }
        }
        let mut sums = [[0; 2]; 4];
        add_bytes::<Portable>(&pairs, inputs / 2, &[255; 4 * CHUNK], &mut sums);
        let expected = i32::from(weights) * 255 * inputs as i32;
        prop_assert_eq!(&sums.as_flattened()[..outputs], &[expected; 7]);
        let mut sums = [[0; 4]; 2];
        <Portable>::bits(&rows, inputs, &[255; CHUNK / 2], &mut sums);
        let expected = i32::from(weights) * inputs as i32;
        prop_assert_eq!(&sums.as_flattened()[..outputs], &[expected; 7]);
    }

    #[test]
    fn all_forms_of_bytes_yield_the_same_pairs(x in prop::array::uniform32(prop::sample::select(vec![0_u8, 0, 0, 7, 255])), length in 0_usize..=32) {
        fn pairs(x: &(impl Bytes + ?Sized)) -> Vec<(usize, [u8; 2])> {
            let mut found = Vec::new();
            x.for_each_pair(|pair, bytes| found.push((pair, bytes)));
            found
        }
        let slice = pairs(&x[..length]);
        let expected: Vec<_> = x[..length]
            .chunks(2)
            .map(|pair| [pair[0], pair.get(1).copied().unwrap_or(0)])
            .enumerate()
            .filter(|(_, pair)| *pair != [0; 2])
            .collect();
        prop_assert_eq!(slice, expected);
        let mut runs = Vec::new();
        write_runs(&x, &mut |byte| runs.push(byte));
        let dense = pairs(&Pixels(x));
        prop_assert_eq!(&pairs(&SentPixels::<32>::runs(&runs).unwrap()), &dense);
        prop_assert_eq!(&pairs(&SentPixels::<32>::plain(&x).unwrap()), &dense);
    }

    #[test]
    fn outputs_are_words_and_back(bias: i32, multiplier: u16, before: u8, after: u8) {
        let found = Output { bias, multiplier, before, after };
        prop_assert_eq!(output(words(found)), found);
        let bytes = words(found).map(u32::to_le_bytes);
        prop_assert_eq!(found.as_bytes(), bytes.as_flattened());
    }
}

/// All that a half word can be is what two weights can be, and the kernels agree.
#[test]
fn half_words_are_taken_apart_as_kernels_do() {
    for half in 0..=u16::MAX {
        let word = [u32::from(half) << 16];
        let weights = [0, 1].map(|output| Layout::Pairs.weight(&word, 2, 1, output));
        assert_eq!(i32::from(weights[0]) + 256 * i32::from(weights[1]), i32::from(half as i16));
        let mut sums = [[0; 2]];
        add_bytes::<Portable>(&word, 1, &[0, 255], &mut sums);
        assert_eq!(sums, [weights.map(|weight| 255 * i32::from(weight))]);
    }
}

#[test]
fn forged_parameters_do_not_panic() {
    type Net = quantized!(4 => 2 Sigmoid => 2 Softmax);
    let words = [u32::MAX; size_of::<Net>() / 4];
    let network = Net::ref_from_bytes(words.as_bytes()).unwrap();
    let mut trace = Net::TRACE;
    network.infer::<Portable, _>(&[255; 4], &mut trace);
}

#[test]
fn tables_are_their_formulas_rounded() {
    for q in -300..800 {
        let z = f64::from(q - 256);
        let exact = 255.0 / (1.0 + (-z / 32.0).exp());
        assert_eq!(f64::from(byte(ActivationKind::Sigmoid, q)), exact.round(), "sigmoid {q}");
        let exact = 128.0 + 127.0 * (z / 64.0).tanh();
        assert_eq!(f64::from(byte(ActivationKind::Tanh, q)), exact.round(), "tanh {q}");
    }
    for kind in [ActivationKind::Sigmoid, ActivationKind::Tanh, ActivationKind::Relu] {
        assert!(byte(kind, i32::MIN) <= 1);
        assert_eq!(byte(kind, i32::MAX), 255);
    }
    assert_eq!(byte(ActivationKind::Identity, 77), 77);
}

#[test]
fn features_are_rounded_to_bytes() {
    let cases = [(0.0, 0), (1.0, 255), (0.5, 128), (-3.0, 0), (7.0, 255), (f32::NAN, 0)];
    for (x, byte) in cases {
        assert_eq!(feature(x), byte, "{x}");
    }
    assert!((0..=255_u8).all(|byte| feature(f32::from(byte) / 255.0) == byte));
}

#[test]
fn bounds_are_reached_and_overflow_is_found() {
    let found = Output { bias: 10, ..Output::ZERO };
    let weights = [3, -4, 5, -128];
    assert_eq!(found.sums(weights.into_iter(), 255), Some(10 - 132 * 255..=10 + 8 * 255));
    assert_eq!(found.sums(weights.into_iter(), 1), Some(-122..=18));
    let edge = Output { bias: i32::MAX - 255, ..Output::ZERO };
    assert!(edge.sums([1].into_iter(), 255).is_some());
    assert_eq!(edge.sums([1, 1].into_iter(), 255), None);
    assert_eq!(Output { bias: i32::MIN, ..edge }.sums([-1].into_iter(), 1), None);
    for sums in [0..=0, -65_535..=65_535, -65_536..=0, i32::MIN..=i32::MAX, 0..=65_536] {
        let before = Output::narrowing(&sums);
        let found = Output { before, multiplier: MULTIPLIER, ..Output::ZERO };
        assert!(found.holds(&sums));
        for sum in [*sums.start(), *sums.end()] {
            let exact = (i64::from(sum) >> before) * i64::from(MULTIPLIER);
            assert_eq!(i64::from(found.rescale(sum)), exact);
        }
        if before > 0 {
            assert!(!Output { before: before - 1, ..found }.holds(&sums));
        }
    }
}

#[test]
fn lists_take_only_what_a_layer_has() {
    let mut lit = Lit::<Pair>::new(3, 5);
    assert!(lit.push(0, [0, 0]) && lit.push(3, [1, 1]) && lit.push(2, [0, 9]));
    assert_eq!((lit.entries().len(), lit.words(), lit.row()), (1, 15, 5));
    assert_eq!((lit.entries()[0].row(), lit.entries()[0].inputs()), (10, [0, 9]));
    for count in 1..2 * CHUNK {
        assert_eq!(lit.push(1, [1, 0]), count < CHUNK);
    }
    assert_eq!(lit.entries().len(), CHUNK);
    assert_eq!(lit.terminated().len(), CHUNK + 1);
    let mut sums = [[0; 2]; 5];
    <Portable>::pairs(&[0; 15], &mut lit, &mut sums);
    assert_eq!((lit.entries().len(), sums), (0, [[0; 2]; 5]));
    let mut bits = Lit::<Bit>::new(1 << 31, 1);
    assert!(bits.push(0) && bits.entries().is_empty());
}

#[test]
fn places_follow_one_another_and_do_not_overflow() {
    let shape = |inputs, outputs| LayerShape { inputs, outputs, ..LayerShape::default() };
    let found: Vec<_> =
        places([shape(5, 3), shape(3, 7)].into_iter(), WeightKind::I8, true).collect();
    let first = Place { layout: Layout::Rows, weights: 0..5, outputs: 5..11 };
    let second = Place { layout: Layout::Pairs, weights: 11..19, outputs: 19..33 };
    assert_eq!(found, [Some(first), Some(second)]);
    let huge = [shape(usize::MAX, usize::MAX), shape(1, 1)];
    assert!(places(huge.into_iter(), WeightKind::I8, false).all(|place| place.is_none()));
}

#[test]
fn bits_have_their_length_and_nothing_behind() {
    assert_eq!(packed_length(784), 98);
    assert!(Bits::<784>::new(&[255; 98]).is_some());
    assert!(Bits::<784>::new(&[255; 97]).is_none());
    assert!(Bits::<3>::new(&[0b111]).is_some());
    assert!(Bits::<3>::new(&[0b1000]).is_none());
    assert_eq!(pack(&[10, 9, 255], 10), 0b101);
}

#[test]
fn dequantised_outputs_are_the_activation_of_z() {
    type Net = quantized!(1 => 2 Sigmoid);
    let mut words = [0; size_of::<Net>() / 4];
    let (weights, outputs) = words.split_at_mut(1);
    Layout::Pairs.set(weights, 2, [0, 0], 1);
    Layout::Pairs.set(weights, 2, [0, 1], -1);
    let unit = Output { bias: 0, multiplier: 1 << 14, before: 0, after: 0 };
    for (words, output) in outputs.as_chunks_mut().0.iter_mut().zip([unit; 2]) {
        *words = super::parameters::words(output);
    }
    let network = Net::ref_from_bytes(words.as_bytes()).unwrap();
    let mut trace = Net::TRACE;
    network.infer::<Portable, _>(&[8], &mut trace);
    // z = ±8 · 2¹⁴ / 2¹⁶.
    assert_eq!(Net::scores(&trace), [2 << SCORE_BITS, -2 << SCORE_BITS]);
    let mut outputs = [f32::NAN; 3];
    Net::dequantize(&trace, &mut outputs);
    assert!((outputs[0] - 0.880_797).abs() < 1e-6 && (outputs[1] - 0.119_203).abs() < 1e-6);
    assert!(outputs[2].is_nan());
}
