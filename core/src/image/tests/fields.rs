//! Each field out of its range, and fields that contradict each other, under a right checksum.

use super::*;
use crate::image::HEADER_LENGTH;

/// Offsets are those of the description of the format, on purpose not the constants of the code.
const NAN: [u8; 4] = f32::NAN.to_le_bytes();
const INFINITE: [u8; 4] = f32::INFINITY.to_le_bytes();
const BELOW: [u8; 4] = (-1.0_f32).to_le_bytes();
const MAX: [u8; 4] = [0xff; 4];

fn named(name: &'static str) -> Option<ImageError> {
    Some(ImageError::Field { name })
}

/// That the golden image with `bytes` at `at` is refused because of the field `name`.
#[track_caller]
fn refused(at: usize, bytes: &[u8], name: &'static str) {
    assert_eq!(refusal(&patched(GOLDEN, at, bytes)), named(name), "{bytes:?} at {at:#x}");
}

#[test]
fn codes_and_flags() {
    for (at, least_wrong, name) in [
        (32, 7, "element type"),
        (33, 4, "cost"),
        (34, 4, "optimizer"),
        (35, 3, "initialisation"),
        (36, 5, "input kind"),
        (37, 2, "polarity"),
        (38, 2, "prepared"),
        (39, 2, "features named"),
        (0xb8, 6, "layer"),
        (0xb9, 4, "layer"),
        (0xc4, 6, "layer"),
        (0xc5, 4, "layer"),
    ] {
        for value in least_wrong..=u8::MAX {
            refused(at, &[value], name);
        }
        if !(37..=39).contains(&at) {
            refused(at, &[0], name);
        }
    }
    // Known, but not what the rest is.
    refused(32, &[3], "parameters' length");
    refused(32, &[2], "layout of i8 weights");
    refused(36, &[1], "features named");
    refused(36, &[3], "names");
    refused(36, &[4], "names");
    for (at, name) in [(0xba, "layer"), (0xbb, "layer"), (0xc6, "layer"), (0xc7, "layer")] {
        refused(at, &[1], name);
    }
}

#[test]
fn numbers() {
    for (at, name) in [(72, "eta"), (76, "momentum"), (80, "L2")] {
        for value in [NAN, INFINITE, BELOW, f32::NEG_INFINITY.to_le_bytes()] {
            refused(at, &value, name);
        }
    }
    // 22 of 23 were recognised.
    refused(92, &24_u32.to_le_bytes(), "test samples recognised");
    refused(88, &21_u32.to_le_bytes(), "test samples recognised");
    // "0.1.0" with a letter that is not ASCII, a control character, a hole.
    for wrong in [0x80, 0xff, 0x1b, 0x7f, 0] {
        refused(97, &[wrong], "gradito version");
    }
    refused(111, b"x", "gradito version");
}

#[test]
fn lengths_and_places() {
    for length in [0, 1, HEADER_LENGTH as u32 - 1] {
        refused(16, &length.to_le_bytes(), "length");
    }
    for start in [0, 0xe7, 0xe0, 0xf4, 0x100, u32::MAX, u32::MAX - 15] {
        refused(20, &start.to_le_bytes(), "parameters' start");
    }
    for length in [0, 47, 49, 52, u32::MAX] {
        refused(24, &length.to_le_bytes(), "parameters' length");
    }
    // An image cut or lengthened that says so, checksum and all.
    for length in 0xf0..GOLDEN.len() {
        assert_eq!(refusal(&sealed(GOLDEN[..length].to_vec())), named("length"), "{length}");
    }
    for (length, name) in [
        (0xef, "padding"),
        (0xe7, "padding"),
        (0xe6, "names"),
        (0xe0, "names"),
        (0xd8, "names"),
        (0xd7, "scaling"),
        (0xc8, "scaling"),
        (0xc7, "layers"),
        (HEADER_LENGTH, "layers"),
    ] {
        assert_eq!(refusal(&sealed(GOLDEN[..length].to_vec())), named(name), "{length:#x}");
    }
    for more in [1, 4, 16] {
        let longer = [GOLDEN, &[0; 16][..more]].concat();
        assert_eq!(refusal(&sealed(longer)), named("length"));
    }
}

#[test]
fn counts() {
    refused(28, &[0, 0], "layers");
    // The hidden layer alone is not what the cost fits.
    refused(28, &[1, 0], "cost");
    // What follows the table is no third entry.
    refused(28, &[3, 0], "layer");
    refused(28, &[0xff, 0xff], "layers");
    for classes in [0, 1, 3, u16::MAX] {
        refused(30, &classes.to_le_bytes(), "class names");
    }
    for features in [0, 1, 3, u32::MAX] {
        refused(40, &features.to_le_bytes(), "layer");
    }
    // Unnamed: the feature names are where padding belongs.
    refused(39, &[0], "padding");
}

#[test]
fn contradictions() {
    // Features have a height of 1, no polarity, and are not prepared.
    for (at, value) in [(44, 0), (44, 2), (37, 1), (38, 1)] {
        refused(at, &[value], "input kind");
    }
    // Pixels have no names.
    refused(36, &[1], "features named");
    // Plain SGD has no momentum.
    refused(34, &[1], "momentum");
    // The cost of softmax outputs, and softmax outputs of another cost.
    refused(33, &[3], "cost");
    refused(0xc4, &[5], "cost");
    // Cross-entropy of tanh outputs.
    refused(0xc4, &[2], "cost");
    // Softmax in a hidden layer.
    refused(0xb8, &[5], "layer");
    // Widths that do not meet each other or the inputs, or are 0.
    for width in [0, 1, 3, u32::MAX] {
        for at in [0xb0, 0xb4, 0xbc] {
            refused(at, &width.to_le_bytes(), "layer");
        }
    }
    refused(0xc0, &[0; 4], "layer");
    // No features, and a layer that reads none.
    let none = patched(&patched(GOLDEN, 40, &[0]), 0xb0, &[0]);
    assert_eq!(refusal(&none), named("layer"));
    refused(0xc0, &[3], "parameters' length");
    refused(0xc0, &MAX, "parameters' length");
}

#[test]
fn scaling() {
    for at in [0xc8, 0xcc, 0xd0, 0xd4] {
        for value in [NAN, INFINITE, f32::NEG_INFINITY.to_le_bytes()] {
            refused(at, &value, "scaling");
        }
    }
    // −1 … 3, the other way round; 0.5 … 0.4999….
    refused(0xc8, &[3.0_f32, -1.0].map(f32::to_le_bytes).concat(), "scaling");
    refused(0xd4, &0.5_f32.next_down().to_le_bytes(), "scaling");
    // Two numbers whose difference is infinite: ∞/∞ would be the input.
    refused(0xc8, &[f32::MIN, f32::MAX].map(f32::to_le_bytes).concat(), "scaling");
    // A feature that was always the same is sound.
    let constant = patched(GOLDEN, 0xd4, &0.5_f32.to_le_bytes());
    let scale = Image::from_bytes(&constant).unwrap().scaling().nth(1).unwrap();
    assert_eq!(scale.apply(7.0), 0.0);
}

#[test]
fn names() {
    // The four lengths, each too long for what follows.
    for at in [0xd8, 0xdc, 0xe1, 0xe4] {
        refused(at, &[0xff, 0xff], "names");
    }
    // "sí" cut within its second letter: the rest of the letter is taken for a length.
    refused(0xdc, &[2, 0], "names");
    for (at, wrong) in [(0xda, 0x80), (0xe0, 0x20), (0xe3, 0xff)] {
        refused(at, &[wrong], "names");
    }
    // A last name one byte longer than the padding: parameters would have to start later.
    refused(0xe4, &[0x0b, 0], "parameters' start");
    // One byte less, and it is an odd name, but a name: zeros are text.
    let longest = patched(GOLDEN, 0xe4, &[0x0a, 0]);
    let image = Image::from_bytes(&longest).unwrap();
    assert_eq!(image.features().nth(1), Some("y\0\0\0\0\0\0\0\0\0"));
}

#[test]
fn padding() {
    for at in 0xe7..0xf0 {
        refused(at, &[1], "padding");
    }
}

#[test]
fn parameters() {
    for index in 0..12 {
        for value in [NAN, INFINITE, f32::NEG_INFINITY.to_le_bytes(), MAX] {
            let image = patched(GOLDEN, 0xf0 + 4 * index, &value);
            assert_eq!(refusal(&image), Some(ImageError::NotFinite { index }));
        }
    }
    // The first of several.
    let image = patched(GOLDEN, 0xf8, &[NAN, NAN].concat());
    assert_eq!(refusal(&image), Some(ImageError::NotFinite { index: 2 }));
}

/// The image of three layers 1-1-1-1 of a picture, with other widths.
fn wide(width: u32, height: u32, widths: [u32; 3], parameters_length: u32) -> Option<ImageError> {
    let mut content = Content::golden();
    let one = content.layers[1];
    content.layers = [LayerShape { inputs: 1, outputs: 1, ..one }; 3].to_vec();
    content.provenance.input = crate::image::InputKind::Pixels {
        width: 1,
        height: 1,
        polarity: crate::image::Polarity::InkHigh,
        prepared: false,
        threshold: None,
        stages: crate::stage::Stages::NONE,
    };
    content.classes.truncate(1);
    content.scaling.clear();
    content.features.clear();
    content.parameters.truncate(6);
    type Thin = crate::network!(1 => 1 Sigmoid => 1 Sigmoid => 1 Sigmoid);
    let mut image = content.write(Thin::ZERO).unwrap();
    image[24..28].copy_from_slice(&parameters_length.to_le_bytes());
    image[40..44].copy_from_slice(&width.to_le_bytes());
    image[44..48].copy_from_slice(&height.to_le_bytes());
    let mut inputs = width.wrapping_mul(height);
    for (layer, outputs) in widths.into_iter().enumerate() {
        let at = HEADER_LENGTH + 12 * layer;
        image[at..at + 4].copy_from_slice(&inputs.to_le_bytes());
        image[at + 4..at + 8].copy_from_slice(&outputs.to_le_bytes());
        inputs = outputs;
    }
    refusal(&checked(image))
}

/// Sizes that would be right if products or sums wrapped around at 2³² or 2⁶⁴.
#[test]
fn products_beyond_32_and_64_bits() {
    assert_eq!(wide(1, 1, [1, 1, 1], 24), None);
    // 65 537 · 65 535 = 2³² − 1 just fits, 65 536² = 2³² is 0 and (2³¹ + 1) · 2 is 2 in 32 bits.
    assert_eq!(wide(65_537, 65_535, [1, 1, 1], 24), named("parameters' length"));
    assert_eq!(wide(65_536, 65_536, [1, 1, 1], 24), named("width and height"));
    assert_eq!(wide((1 << 31) + 1, 2, [1, 1, 1], 28), named("width and height"));
    // 4 · ((2³⁰ − 1) + 1) = 2³² and 4 · 2³⁰ · (2³² − 1 + 1) = 2⁶⁴: both 0, and the rest is 16.
    assert_eq!(wide((1 << 30) - 1, 1, [1, 1, 1], 16), named("parameters' length"));
    let wraps = 4 * ((1_u64 << 30) + 1) + 8;
    assert_eq!(wide(u32::MAX, 1, [1 << 30, 1, 1], wraps as u32), named("parameters' length"));
    // 4 · (2³¹ · (2³¹ − 1) + 2³¹ + 1 + 2) = 2⁶⁴ + 12, (2³² − 1) · 2³² + 2³² + 2 = 2⁶⁴ + 2.
    let half = 1 << 31;
    assert_eq!(wide(half - 2, 1, [half, 1, 1], 12), named("parameters' length"));
    assert_eq!(wide(u32::MAX, 1, [u32::MAX, 1, 1], 8), named("parameters' length"));
}
