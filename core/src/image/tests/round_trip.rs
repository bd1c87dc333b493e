//! What is written is read.

use super::*;
use crate::image::{InputKind, Polarity};
use crate::kind::{ActivationKind, CostKind, InitKind, MathKind, OptimizerKind};
use crate::layer::Layer;
use crate::network::Feedforward;
use crate::stage::Stages;

/// Writes and reads the network, a random one, and gives the bytes.
#[track_caller]
fn round_trip<const IN: usize, L: Layer<IN>>(
    mut network: Feedforward<IN, L>,
    mut content: Content,
) -> Vec<u8> {
    network.initialize(InitKind::Unit, 1);
    content.parameters.clear();
    network.visit(&mut |piece| {
        content.parameters.extend(piece.into_values().iter().map(|value| value.to_bits()));
    });
    content.layers.clear();
    Feedforward::<IN, L>::shapes(|shape| content.layers.push(shape));
    let bytes = content.write(network).unwrap();
    assert_eq!(Content::of(&Image::from_bytes(&bytes).unwrap()), content);
    assert_eq!((bytes.len() - 4 * content.parameters.len()) % 16, 0, "aligned");
    bytes
}

fn names<const COUNT: usize>(names: [&str; COUNT]) -> Vec<String> {
    names.map(ToOwned::to_owned).to_vec()
}

/// Content for pixels, whose layers and parameters are still those of another.
fn pixels(width: u32, height: u32, cost: CostKind, classes: Vec<String>) -> Content {
    let mut content = Content::golden();
    let (polarity, prepared) = (Polarity::InkLow, true);
    content.provenance.input = InputKind::Pixels {
        width,
        height,
        polarity,
        prepared,
        threshold: None,
        stages: Stages::NONE,
    };
    content.provenance.cost = cost;
    Content { classes, scaling: Vec::new(), features: Vec::new(), ..content }
}

#[test]
fn networks_of_every_depth() {
    type One = crate::network!(6 => 1 Identity);
    type Two = crate::network!(6 => 5 Sigmoid => 2 Sigmoid);
    type Three = crate::network!(6 => 3 Relu => 2 Tanh<Libm> => 5 Softmax);
    type Four = crate::network!(6 => 3 Relu => 1 Tanh => 5 Sigmoid<Libm> => 2 Softmax<Libm>);
    let content = pixels(3, 2, CostKind::Quadratic, names(["only"]));
    assert_eq!(round_trip(One::ZERO, content).len(), 176 + 12 + 6 + 14 + 4 * 7);
    round_trip(Two::ZERO, pixels(2, 3, CostKind::CrossEntropy, names(["a", "b"])));
    let five = names(["0", "1", "2", "3", "4"]);
    round_trip(Three::ZERO, pixels(6, 1, CostKind::SoftmaxCrossEntropy, five));
    let content = pixels(1, 6, CostKind::SoftmaxCrossEntropy, names(["a", "b"]));
    let bytes = round_trip(Four::ZERO, content);
    let image = Image::from_bytes(&bytes).unwrap();
    assert_eq!((image.input_width(), image.layers().len(), image.scaling().len()), (6, 4, 0));
    assert_eq!(image.features().count(), 0);
}

#[test]
fn features_with_and_without_names() {
    type Net = crate::network!(3 => 2 Relu => 2 Sigmoid);
    let mut content = Content::golden();
    content.provenance.input = InputKind::Features { count: 3 };
    let same = Scale { min: 7.0, max: 7.0 };
    content.scaling =
        [same, Scale { min: -0.0, max: 1e-45 }, Scale { min: f32::MIN, max: 0.0 }].to_vec();
    content.features = names(["length", "", "Größe in µm, ≥ 0"]);
    let with = round_trip(Net::ZERO, content.clone());
    content.features.clear();
    let without = round_trip(Net::ZERO, content);
    assert!(without.len() < with.len());
}

/// Every remainder of the length of the names, so every length of padding.
#[test]
fn names_of_all_lengths() {
    let mut padding = Vec::new();
    for length in 0..16 {
        let mut content = Content::golden();
        content.classes = names(["", &("é".repeat(length / 2) + &"x".repeat(length % 2))]);
        let bytes = round_trip(Small::ZERO, content);
        let end = 0xd8 + 2 + 2 + length + 6;
        padding.push(bytes.len() - 48 - end);
    }
    padding.sort_unstable();
    padding.dedup();
    assert_eq!(padding, Vec::from_iter(0..16));
    // The longest, and text of every width of UTF-8.
    let mut content = Content::golden();
    content.classes = names([&"n".repeat(65_535), "aß字🦀\u{10ffff}\0\n"]);
    round_trip(Small::ZERO, content);
}

#[test]
fn every_kind() {
    let mut images = Vec::new();
    let mut written = |content: &Content| {
        let bytes = content.write(Small::ZERO).unwrap();
        assert_eq!(Content::of(&Image::from_bytes(&bytes).unwrap()), *content);
        images.push(bytes);
    };
    let golden = Content::golden();
    for &cost in CostKind::ALL {
        for &activation in ActivationKind::ALL {
            for &math in MathKind::ALL {
                let mut content = golden.clone();
                content.provenance.cost = cost;
                content.layers[1] = LayerShape { activation, math, ..golden.layers[1] };
                if cost.fits(activation) {
                    written(&content);
                } else {
                    let error = ImageError::Field { name: "cost" };
                    assert_eq!(content.write(Small::ZERO), Err(error));
                }
            }
        }
    }
    for &init in InitKind::ALL {
        for (optimizer, momentum) in [
            (OptimizerKind::Sgd, 0.0),
            (OptimizerKind::Momentum, 0.0),
            (OptimizerKind::Momentum, 0.9),
            (OptimizerKind::Nesterov, 0.9),
        ] {
            let mut content = golden.clone();
            content.provenance = Provenance { init, optimizer, momentum, ..content.provenance };
            written(&content);
        }
    }
    for polarity in [Polarity::InkHigh, Polarity::InkLow] {
        for prepared in [false, true] {
            for (width, height, code) in [(1, 2, 0), (1, 2, 1), (2, 4, 2), (22, 30, 127)] {
                let stages = Stages::from_code(code).unwrap();
                let mut content = golden.clone();
                (content.scaling, content.features) = (Vec::new(), Vec::new());
                content.provenance.input = InputKind::Pixels {
                    width,
                    height,
                    polarity,
                    prepared,
                    threshold: None,
                    stages,
                };
                written(&content);
            }
        }
    }
    let count = images.len();
    images.sort_unstable();
    images.dedup();
    // 4 + 1 + 1 pairs of cost and activation, 3 maths; no two images are the same.
    assert_eq!((images.len(), count), (18 + 8 + 16, 18 + 8 + 16));
}

#[test]
fn extreme_values() {
    let mut content = Content::golden();
    content.provenance = Provenance {
        seed: u64::MAX,
        steps: u64::MAX - 1,
        epochs: u32::MAX,
        batch: u32::MAX - 1,
        eta: f32::MAX,
        momentum: f32::MIN_POSITIVE,
        l2: 1e-45,
        train_samples: u32::MAX - 2,
        test_samples: u32::MAX,
        test_correct: u32::MAX,
        gradito: *b"1234.5678.9012+x",
        data_digest: [0xff; 32],
        parent_digest: [0; 32],
        ..content.provenance
    };
    content.parameters =
        [f32::MAX, f32::MIN, 1e-45, -1e-45, 0.0, -0.0, 1.0, -1.0].map(f32::to_bits).to_vec();
    content.parameters.resize(12, f32::EPSILON.to_bits());
    let bytes = content.write(Small::ZERO).unwrap();
    let image = Image::from_bytes(&bytes).unwrap();
    assert_eq!(Content::of(&image), content);
    assert_eq!(image.provenance().gradito_version(), "1234.5678.9012+x");
    assert_eq!(image.provenance().test_accuracy(), Some(1.0));
}
