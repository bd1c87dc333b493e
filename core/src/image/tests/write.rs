//! Descriptions that are not written, because nothing would read the image.

use super::*;
use crate::image::InputKind;
use crate::kind::{ActivationKind, CostKind, OptimizerKind};
use crate::stage::Stages;

/// Why the golden content, changed, is not written.
fn refused(change: impl FnOnce(&mut Content)) -> Option<ImageError> {
    let mut content = Content::golden();
    change(&mut content);
    content.write(Small::ZERO).err()
}

fn named(name: &'static str) -> Option<ImageError> {
    Some(ImageError::Field { name })
}

#[test]
fn layers_that_do_not_fit() {
    assert_eq!(refused(|_| ()), None);
    assert_eq!(refused(|content| content.layers.clear()), named("layers"));
    for width in [0, 1, 3, usize::MAX] {
        assert_eq!(refused(|content| content.layers[0].inputs = width), named("layer"));
        assert_eq!(refused(|content| content.layers[1].inputs = width), named("layer"));
    }
    let hidden =
        |activation| move |content: &mut Content| content.layers[0].activation = activation;
    assert_eq!(refused(hidden(ActivationKind::Softmax)), named("layer"));
    assert_eq!(refused(hidden(ActivationKind::Relu)), None);
    let cost = |cost| move |content: &mut Content| content.provenance.cost = cost;
    assert_eq!(refused(cost(CostKind::SoftmaxCrossEntropy)), named("cost"));
    assert_eq!(refused(cost(CostKind::Quadratic)), None);
    // Layers of another network than that which is written.
    assert_eq!(
        refused(|content| {
            content.layers.truncate(1);
            content.layers[0].activation = ActivationKind::Sigmoid;
        }),
        named("layer")
    );
    // More layers than the header can count, and more outputs than it can name.
    assert_eq!(
        refused(|content| {
            let last = content.layers[1];
            content.layers.resize(65_536, last);
        }),
        named("layers")
    );
    assert_eq!(
        refused(|content| {
            content.layers[1].outputs = 65_536;
            content.classes.resize(65_536, String::new());
        }),
        named("class names")
    );
}

#[test]
fn values_out_of_range() {
    let wrong = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1.0];
    for value in wrong {
        assert_eq!(refused(|content| content.provenance.eta = value), named("eta"));
        assert_eq!(refused(|content| content.provenance.momentum = value), named("momentum"));
        assert_eq!(refused(|content| content.provenance.l2 = value), named("L2"));
    }
    let plain = |content: &mut Content| content.provenance.optimizer = OptimizerKind::Sgd;
    assert_eq!(refused(plain), named("momentum"));
    let more = |content: &mut Content| content.provenance.test_correct = 24;
    assert_eq!(refused(more), named("test samples recognised"));
    let version = |content: &mut Content| content.provenance.gradito[2] = 0;
    assert_eq!(refused(version), named("gradito version"));
    for (min, max) in [(1.0, 0.0), (f32::NAN, 1.0), (0.0, f32::NAN), (f32::MIN, f32::MAX)] {
        let scale = Scale { min, max };
        assert_eq!(refused(|content| content.scaling[1] = scale), named("scaling"));
    }
}

#[test]
fn numbers_of_names_and_scales() {
    assert_eq!(refused(|content| content.classes.truncate(1)), named("class names"));
    let more = |content: &mut Content| content.classes.push(String::new());
    assert_eq!(refused(more), named("class names"));
    assert_eq!(refused(|content| content.features.truncate(1)), named("features named"));
    assert_eq!(refused(|content| content.scaling.truncate(1)), named("scaling"));
    assert_eq!(refused(|content| content.features.clear()), None);
    let long = |content: &mut Content| content.classes[1] = "n".repeat(65_536);
    assert_eq!(refused(long), named("names"));
    let long = |content: &mut Content| content.features[0] = "n".repeat(65_536);
    assert_eq!(refused(long), named("names"));
}

#[test]
fn inputs_that_are_not_the_networks() {
    let input = |input| move |content: &mut Content| content.provenance.input = input;
    assert_eq!(refused(input(InputKind::Features { count: 3 })), named("layer"));
    assert_eq!(refused(input(InputKind::Features { count: 0 })), named("layer"));
    let pixels = |width, height| {
        let polarity = crate::image::Polarity::InkHigh;
        InputKind::Pixels {
            width,
            height,
            polarity,
            prepared: false,
            threshold: None,
            stages: Stages::NONE,
        }
    };
    assert_eq!(refused(input(pixels(65_536, 65_536))), named("width and height"));
    assert_eq!(refused(input(pixels(1, 1))), named("layer"));
    let deskewed = |width, height, threshold| InputKind::Pixels {
        width,
        height,
        polarity: crate::image::Polarity::InkHigh,
        prepared: false,
        threshold,
        stages: Stages { deskew: true, ..Stages::NONE },
    };
    assert_eq!(refused(input(deskewed(1, 65, None))), named("width and height"));
    assert_eq!(
        refused(input(deskewed(1, 2, core::num::NonZero::new(9)))),
        named("width and height")
    );
    // Of pixels there are neither scales nor names.
    assert_eq!(refused(input(pixels(1, 2))), named("scaling"));
    assert_eq!(
        refused(|content| {
            content.provenance.input = pixels(1, 2);
            content.scaling.clear();
        }),
        named("features named")
    );
}

#[test]
fn parameters_that_are_no_numbers() {
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for index in [0, 5, 11] {
            let change = |content: &mut Content| content.parameters[index] = value.to_bits();
            assert_eq!(refused(change), Some(ImageError::NotFinite { index }));
            // The first of several.
            let change = |content: &mut Content| content.parameters[index..].fill(value.to_bits());
            assert_eq!(refused(change), Some(ImageError::NotFinite { index }));
        }
    }
}

/// Lengths that exceed the 32 bits of their fields, some of them the 64 of a number, too.
#[test]
fn longer_than_an_image_can_be() {
    // (2 + 1)·w + (w + 1)·2 numbers and 240 bytes more: 214 748 353 is the first w too many.
    for width in [214_748_353, (1 << 30) - 1, u32::MAX as usize] {
        let change = |content: &mut Content| {
            content.layers[0].outputs = width;
            content.layers[1].inputs = width;
        };
        assert_eq!(refused(change), Some(ImageError::TooLong), "{width}");
    }
    let change = |content: &mut Content| {
        content.layers[0].outputs = 214_748_352;
        content.layers[1].inputs = 214_748_352;
    };
    // Not too long; but not the network.
    assert_eq!(refused(change), named("layer"));
    #[cfg(target_pointer_width = "64")]
    for width in [1 << 32, usize::MAX] {
        let change = |content: &mut Content| content.layers[0].outputs = width;
        assert_eq!(refused(change), Some(ImageError::TooLong));
    }
    // Names alone: the same bytes are lent as often as one likes.
    let mut content = Content::golden();
    content.layers[1].outputs = 65_535;
    let name = "n".repeat(65_535);
    let classes: Vec<&str> = core::iter::repeat_n(name.as_str(), 65_535).collect();
    let description = Description {
        provenance: content.provenance,
        layers: &content.layers,
        classes: &classes,
        scaling: &content.scaling,
        features: &["x", "y"],
    };
    let mut silent = |_: &[u8]| panic!("nothing is written");
    let result = description.write(&Small::ZERO, &mut silent);
    assert_eq!(result, Err(ImageError::TooLong));
}
