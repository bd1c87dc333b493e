//! The golden image, both ways, and the page that shows it.

use super::*;
use crate::image::{InputKind, VERSION};
use crate::kind::{ActivationKind, CostKind, InitKind, MathKind, OptimizerKind};

/// SHA-256 of "abc".
const ABC: [u8; 32] = [
    0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
    0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
];

/// SHA-256 of nothing.
const NOTHING: [u8; 32] = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

fn content() -> Content {
    let shape = |activation, math| LayerShape { inputs: 2, outputs: 2, activation, math };
    let parameters: [f32; 12] =
        [0.5, -1.0, 0.25, 2.0, 0.125, -0.5, 1.5, -0.75, -2.0, 1.0, -0.0, 3.0];
    Content {
        provenance: Provenance {
            input: InputKind::Features { count: 2 },
            cost: CostKind::CrossEntropy,
            optimizer: OptimizerKind::Momentum,
            init: InitKind::Scaled,
            seed: 0x0123_4567_89ab_cdef,
            epochs: 30,
            batch: 10,
            steps: 0x1_0000_00a5,
            eta: 0.5,
            momentum: 0.875,
            l2: 5.0,
            train_samples: 105,
            test_samples: 23,
            test_correct: 22,
            gradito: *b"0.1.0\0\0\0\0\0\0\0\0\0\0\0",
            data_digest: ABC,
            parent_digest: NOTHING,
        },
        layers: [
            shape(ActivationKind::Tanh, MathKind::Libm),
            shape(ActivationKind::Sigmoid, MathKind::Poly),
        ]
        .to_vec(),
        classes: ["no", "sí"].map(ToOwned::to_owned).to_vec(),
        scaling: [Scale { min: -1.0, max: 3.0 }, Scale { min: 0.5, max: 0.75 }].to_vec(),
        features: ["x", "y"].map(ToOwned::to_owned).to_vec(),
        parameters: parameters.map(f32::to_bits).to_vec(),
    }
}

#[test]
fn reading_gives_these_values() {
    let image = Image::from_bytes(GOLDEN).unwrap();
    assert_eq!(Content::of(&image), content());
    assert_eq!(image.as_bytes(), GOLDEN);
    assert_eq!(image.input_width(), 2);
    assert_eq!((image.layers().len(), image.scaling().len()), (2, 2));
    assert_eq!(image.provenance().gradito_version(), "0.1.0");
    assert_eq!(image.provenance().test_accuracy(), Some(22.0 / 23.0));
}

#[test]
fn writing_gives_these_bytes() {
    assert_eq!(content().write(Small::ZERO).unwrap(), GOLDEN);
}

#[test]
fn the_page_shows_them() {
    let page = include_str!("../mod.rs");
    let dump: Vec<u8> = page
        .lines()
        .filter_map(|line| line.strip_prefix("//! 0")?.split_once("  "))
        .filter(|(at, _)| at.len() == 3)
        .flat_map(|(_, bytes)| bytes.split_whitespace().take(16))
        .map(|byte| u8::from_str_radix(byte, 16).unwrap())
        .collect();
    assert_eq!(dump, GOLDEN);
    assert!(page.contains("format, version 1:") && page.contains("| 8 | 4 | format version: 1 |"));
    assert_eq!(VERSION, 1);
}

/// The bits that every target must give; the page has them to five digits.
#[test]
fn it_computes_what_the_page_says() {
    let mut network = Small::ZERO;
    let mut values = content().parameters.into_iter().map(f32::from_bits);
    network.visit_mut(&mut |piece| piece.into_values().fill_with(|| values.next().unwrap()));
    let scaling = content().scaling;
    let x = [scaling[0].apply(2.0), scaling[1].apply(0.625)];
    assert_eq!(x, [0.75, 0.5]);
    let mut trace = Small::TRACE;
    network.forward(&x, &mut trace);
    let outputs = network.outputs(&trace);
    assert_eq!(outputs, [0.789_470_55, 0.912_066_46]);
    assert!(include_str!("../mod.rs").contains("are 0.78947 and 0.91207."));
}

#[test]
fn an_untested_model_has_no_accuracy() {
    let provenance = Provenance { test_samples: 0, test_correct: 0, ..content().provenance };
    assert_eq!(provenance.test_accuracy(), None);
}

#[test]
fn a_version_is_text_or_nothing() {
    let version = |gradito: &[u8; 16]| {
        let gradito = *gradito;
        Provenance { gradito, ..content().provenance }.gradito_version().to_owned()
    };
    assert_eq!(version(b"123456789.12.345"), "123456789.12.345");
    assert_eq!(version(&[0; 16]), "");
    assert_eq!(version(b"0.1.0\0\0\0\0\0\0\0\0\0\0x"), "");
    assert_eq!(version(b"0.1.\xc3\xad\0\0\0\0\0\0\0\0\0\0"), "");
    assert_eq!(version(b"\x1b[2J\0\0\0\0\0\0\0\0\0\0\0\0"), "");
}
