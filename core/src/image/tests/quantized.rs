//! Images of quantised networks.

use core::num::NonZero;
use std::vec;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::*;
use crate::image::{Element, InputKind, Polarity};
use crate::quantized;
use crate::quantized::input::Bits;
use crate::quantized::kernels::Portable;
use crate::quantized::output::Output;
use crate::quantized::packing::{Crumbs, Nibbles, Packing, Trits};
use crate::quantized::parameters::{places, words};
use crate::quantized::weights::WeightKind;

type OfBytes = quantized!(6 => 3 Tanh<Libm> => 2 Sigmoid);
type OfBits = quantized!(bits 6 => 3 Tanh<Libm> => 2 Sigmoid);

/// Where parameters of 6-3-2 start: behind a header, two layers and the names "no" and "sí".
const START: usize = 224;

/// An image of a network 6-3-2 whose parameters of 8 bits are made up.
fn image(bits: bool) -> Vec<u8> {
    image_of(WeightKind::I8, bits)
}

/// One of weights of any kind.
fn image_of(kind: WeightKind, bits: bool) -> Vec<u8> {
    let mut content = Content::golden();
    content.layers[0].inputs = 6;
    content.layers[0].outputs = 3;
    content.layers[1].inputs = 3;
    content.provenance.input = InputKind::Pixels {
        width: 3,
        height: 2,
        polarity: Polarity::InkHigh,
        prepared: true,
        threshold: bits.then_some(NonZero::new(100).unwrap()),
        stages: crate::stage::Stages::NONE,
    };
    let mut parameters = Vec::new();
    for (layer, place) in places(content.layers.iter().copied(), kind, bits).enumerate() {
        let place = place.unwrap();
        let shape = content.layers[layer];
        let mut weights = vec![0; place.weights.len()];
        for input in 0..shape.inputs {
            for output in 0..shape.outputs {
                let weight = (7 * input + 3 * output) as i8 - 20;
                place.layout.set(&mut weights, shape.outputs, [input, output], weight);
            }
        }
        parameters.extend(weights);
        for output in 0..shape.outputs {
            let bias = 5 - output as i32;
            parameters.extend(words(Output { bias, multiplier: 20_000, before: 1, after: 9 }));
        }
    }
    write(&content, kind, &parameters).unwrap()
}

fn write(content: &Content, kind: WeightKind, parameters: &[u32]) -> Result<Vec<u8>, ImageError> {
    let classes: Vec<&str> = content.classes.iter().map(String::as_str).collect();
    let description = Description {
        provenance: content.provenance,
        layers: &content.layers,
        classes: &classes,
        scaling: &[],
        features: &[],
    };
    let mut bytes = Vec::new();
    let result =
        description.write_quantized(kind, parameters, &mut |piece| bytes.extend_from_slice(piece));
    assert!(result.is_ok() || bytes.is_empty(), "nothing is written in vain");
    result.map(|()| bytes)
}

/// `image` where words can be read in place.
fn aligned(image: &[u8]) -> Vec<u32> {
    let (words, rest) = image.as_chunks();
    assert!(rest.is_empty());
    words.iter().copied().map(u32::from_ne_bytes).collect()
}

#[test]
fn networks_are_read_in_place() {
    for bits in [false, true] {
        let room = aligned(&image(bits));
        let image = Image::from_bytes(room.as_bytes()).unwrap();
        assert_eq!(image.element(), Element::I8);
        assert_eq!(image.parameters().as_ptr(), room.as_bytes()[START..].as_ptr());
        assert_eq!(image.words().collect::<Vec<_>>(), room[START / 4..]);
        let content = Content::of(&image);
        assert_eq!(write(&content, WeightKind::I8, &room[START / 4..]).unwrap(), room.as_bytes());
        let (mut bytes, mut of_bits) = (OfBytes::TRACE, OfBits::TRACE);
        let pixels = [0, 1, 0, 0, 1, 1];
        if bits {
            assert_eq!(image.quantized().map(|_: &OfBytes| ()).err(), Some(ImageError::Inputs));
            let network: &OfBits = image.quantized().unwrap();
            let bits = Bits::new(&[0b11_0010]).unwrap();
            network.infer::<Portable, _>(&bits, &mut of_bits);
        } else {
            assert_eq!(image.quantized().map(|_: &OfBits| ()).err(), Some(ImageError::Inputs));
            let network: &OfBytes = image.quantized().unwrap();
            network.infer::<Portable, _>(&pixels, &mut bytes);
        }
        // Weights to the first layer: 7i + 3o − 20 of inputs 1, 4 and 5.
        let sums = [0, 1, 2].map(|output| 5 - output + 10 * 7 + 3 * (3 * output - 20));
        let hidden = sums.map(|sum| {
            let q = ((sum >> 1) * 20_000) >> 9;
            i32::from(quantized::activation::byte(crate::kind::ActivationKind::Tanh, q))
        });
        let scores: Vec<i32> = (0..2)
            .map(|output: i32| {
                let inputs = hidden.iter().zip(0_i32..);
                let sum = inputs.map(|(x, input)| x * (7 * input + 3 * output - 20)).sum::<i32>();
                (((sum + 5 - output) >> 1) * 20_000) >> 9
            })
            .collect();
        let found = if bits { OfBits::scores(&of_bits) } else { OfBytes::scores(&bytes) };
        assert_eq!(found, scores);
    }
}

#[test]
fn other_elements_and_layers_are_refused_by_name() {
    let room = aligned(&image(false));
    let image = Image::from_bytes(room.as_bytes()).unwrap();
    let error = ImageError::Element { found: Element::I8, wanted: Element::F32 };
    type Whole = crate::network!(6 => 3 Tanh<Libm> => 2 Sigmoid);
    assert_eq!(image.network().map(|_: &Whole| ()).err(), Some(error));
    assert!(std::string::ToString::to_string(&error).contains("has i8 parameters, and f32 ones"));
    type Other = quantized!(6 => 3 Tanh<Libm> => 2 Relu);
    let error = ImageError::Topology { layer: 1 };
    assert_eq!(image.quantized().map(|_: &Other| ()).err(), Some(error));
    let golden = Image::from_bytes(GOLDEN).unwrap();
    type Quantized = quantized!(2 => 2 Tanh<Libm> => 2 Sigmoid);
    let error = ImageError::Element { found: Element::F32, wanted: Element::I8 };
    assert_eq!(golden.quantized().map(|_: &Quantized| ()).err(), Some(error));
}

/// Each kind of packed weights, as the type that reads it and as the words that the format's page says.
#[test]
fn packed_weights_are_read_in_place() {
    fn one<P: Packing, L>(first_row: &[u32])
    where
        L: quantized::layer::Reads<[u8; 6]> + FromBytes + KnownLayout + Immutable,
    {
        let room = aligned(&image_of(P::KIND, false));
        let image = Image::from_bytes(room.as_bytes()).unwrap();
        assert_eq!(image.element(), Element::of(P::KIND));
        assert_eq!(image.element().weights(), Some(P::KIND));
        // 6 rows of one word, 3 outputs, 3 rows, 2 outputs.
        assert_eq!(image.parameters().len(), 4 * (6 + 2 * 3 + 3 + 2 * 2));
        assert_eq!(&room[START / 4..][..first_row.len()], first_row);
        let network: &quantized::Network<L> = image.quantized().unwrap();
        assert_eq!(core::ptr::from_ref(network).addr(), image.parameters().as_ptr().addr());
        let wanted = image.element();
        let error = ImageError::Element { found: wanted, wanted: Element::I8 };
        assert_eq!(image.quantized().map(|_: &OfBytes| ()).err(), Some(error));
        let whole = aligned(&self::image(false));
        let error = ImageError::Element { found: Element::I8, wanted };
        let other = Image::from_bytes(whole.as_bytes()).unwrap();
        assert_eq!(other.quantized().map(|_: &quantized::Network<L>| ()).err(), Some(error));
    }
    trait Layers {
        type Layers: quantized::layer::QuantizedLayer;
    }
    impl<L: quantized::layer::QuantizedLayer> Layers for quantized::Network<L> {
        type Layers = L;
    }
    type Of4 = <quantized!(Nibbles: 6 => 3 Tanh<Libm> => 2 Sigmoid) as Layers>::Layers;
    type Of2 = <quantized!(Crumbs: 6 => 3 Tanh<Libm> => 2 Sigmoid) as Layers>::Layers;
    type Of3 = <quantized!(Trits: 6 => 3 Tanh<Libm> => 2 Sigmoid) as Layers>::Layers;
    // Weights 7i + 3o − 20, as near as they come: of input 2 they are −6, −3, 0; of input 3 1, 4, 7.
    one::<Nibbles, Of4>(&[0x111, 0x111, 0x852, 0xfc9, 0xfff, 0xfff]);
    one::<Crumbs, Of2>(&[0, 0, 0b01_00_00, 0b11_11_10, 0b11_11_11, 0b11_11_11]);
    // v = 0; 0; 9; 234; 234; 234 and 256·v/243 rounded up: without the codes of outputs that are not.
    one::<Trits, Of3>(&[0, 0, 10, 247, 247, 247]);
}

#[test]
fn every_change_of_a_byte_is_found() {
    for (kind, bits) in WeightKind::ALL.into_iter().flat_map(|kind| [(kind, false), (kind, true)]) {
        let mut image = image_of(kind, bits);
        for at in 0..image.len() {
            for change in [1, 0x80, 0xff] {
                image[at] ^= change;
                assert!(refusal(&image).is_some(), "{change:#x} at {at:#x}");
                image[at] ^= change;
            }
        }
        assert_eq!(refusal(&image), None);
    }
}

#[test]
fn what_cannot_be_rescaled_is_refused() {
    let field = |name| Some(ImageError::Field { name });
    let whole = image(false);
    // Behind 3 pairs of 2 words: the outputs of the first layer; the bytes of their shifts.
    for output in 0..3 {
        let at = START + 24 + 8 * output;
        for wrong in [32, 255] {
            assert_eq!(refusal(&patched(&whole, at + 6, &[wrong])), field("rescaling"));
            assert_eq!(refusal(&patched(&whole, at + 7, &[wrong])), field("rescaling"));
        }
        assert_eq!(refusal(&patched(&whole, at + 5, &[0x80])), field("rescaling"));
        assert_eq!(refusal(&patched(&whole, at, &[0xff; 4])), None);
    }
    let content = Content::of(&Image::from_bytes(&whole).unwrap());
    let mut parameters = aligned(&whole).split_off(START / 4);
    assert_eq!(write(&content, WeightKind::I8, &parameters[1..]).err(), field("layer"));
    *parameters.last_mut().unwrap() |= 0x8000;
    assert_eq!(write(&content, WeightKind::I8, &parameters).err(), field("rescaling"));
}

#[test]
fn bits_have_a_threshold_and_others_none() {
    let field = |name| Some(ImageError::Field { name });
    assert_eq!(refusal(&patched(&image(true), 39, &[0])), field("threshold"));
    assert_eq!(refusal(&patched(&image(true), 39, &[255])), None);
    // Pixels before stages have some.
    for none in [0, 128, 255] {
        let staged = patched(&patched(&image(false), 36, &[4]), 39, &[none]);
        assert_eq!(refusal(&staged), field("stages"));
    }
    // Rows are longer than pairs here.
    assert_eq!(refusal(&patched(&image(true), 36, &[1])), field("features named"));
    assert_eq!(refusal(&patched(&image(false), 39, &[1])), field("features named"));
}

#[test]
fn rows_of_weights_with_signs_are_refused_by_name() {
    let old = patched(&image(true), 32, &[2]);
    assert_eq!(refusal(&old), Some(ImageError::Field { name: "layout of i8 weights" }));
}
