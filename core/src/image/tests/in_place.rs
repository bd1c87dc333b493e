//! Networks in the bytes of an image.

use super::*;
use crate::math::{Micromath, Poly};

/// Bytes where a linker script would put an image.
#[repr(C, align(16))]
struct Aligned<B: ?Sized>(B);

/// A model in flash.
static FLASH: &Aligned<[u8]> = &Aligned(*include_bytes!("../../../tests/golden/2-2-2.gradito"));

#[test]
fn a_network_is_borrowed_not_copied() {
    let image: Image<'static> = Image::from_bytes(&FLASH.0).unwrap();
    let network: &'static Small = image.network().unwrap();
    assert_eq!(core::ptr::from_ref(network).cast(), FLASH.0[0xf0..].as_ptr());
    assert_eq!(size_of_val(network), 48);
    assert_eq!(network.layers.head.weights, [[0.5, -1.0], [0.25, 2.0]]);
    assert_eq!(network.layers.head.biases, [0.125, -0.5]);
    assert_eq!(network.layers.tail.weights, [[1.5, -0.75], [-2.0, 1.0]]);
    assert_eq!(network.layers.tail.biases, [0.0, 3.0]);
    let mut trace = Small::TRACE;
    network.forward(&[0.75, 0.5], &mut trace);
    assert_eq!(network.outputs(&trace), [0.789_470_55, 0.912_066_46]);
}

/// What is borrowed lives as long as the bytes, not as long as the view of them.
#[test]
fn getters_outlive_the_image() {
    let (class, feature, parameters, layers, scaling) = {
        let image = Image::from_bytes(&FLASH.0).unwrap();
        let (class, feature) = (image.classes().nth(1), image.features().next());
        (class, feature, image.parameters(), image.layers(), image.scaling())
    };
    assert_eq!((class, feature), (Some("sí"), Some("x")));
    assert_eq!(parameters.as_ptr(), FLASH.0[0xf0..].as_ptr());
    assert_eq!(layers.map(|shape| shape.outputs).sum::<usize>(), 4);
    assert_eq!(scaling.map(|scale| scale.max).sum::<f32>(), 3.75);
}

/// The layer that keeps the golden image from being of this network.
macro_rules! differs {
    ($($network:tt)+) => {
        match Image::from_bytes(&FLASH.0).unwrap().network() {
            Ok(network) => {
                let _: &crate::network!($($network)+) = network;
                None
            }
            Err(ImageError::Topology { layer }) => Some(layer),
            Err(error) => panic!("{error}"),
        }
    };
}

#[test]
fn the_first_layer_that_differs_is_named() {
    assert_eq!(differs!(2 => 2 Tanh<Libm> => 2 Sigmoid), None);
    assert_eq!(differs!(2 => 2 Tanh<Libm> => 2 Sigmoid<Poly>), None);
    // Widths; where the middle one differs, the first layer does.
    assert_eq!(differs!(3 => 2 Tanh<Libm> => 2 Sigmoid), Some(0));
    assert_eq!(differs!(2 => 3 Tanh<Libm> => 2 Sigmoid), Some(0));
    assert_eq!(differs!(2 => 2 Tanh<Libm> => 3 Sigmoid), Some(1));
    // Activation and math.
    assert_eq!(differs!(2 => 2 Sigmoid<Libm> => 2 Sigmoid), Some(0));
    assert_eq!(differs!(2 => 2 Tanh<Libm> => 2 Tanh), Some(1));
    assert_eq!(differs!(2 => 2 Tanh => 2 Sigmoid), Some(0));
    assert_eq!(differs!(2 => 2 Tanh<Libm> => 2 Sigmoid<Micromath>), Some(1));
    // The first of two.
    assert_eq!(differs!(2 => 2 Relu => 2 Relu), Some(0));
    // Fewer and more layers, also where the number of parameters is the same.
    assert_eq!(differs!(2 => 2 Tanh<Libm>), Some(1));
    assert_eq!(differs!(2 => 4 Tanh<Libm>), Some(0));
    assert_eq!(differs!(2 => 2 Tanh<Libm> => 2 Sigmoid => 2 Sigmoid), Some(2));
}

#[test]
fn a_network_needs_its_alignment_an_image_does_not() {
    let mut room = Aligned([0; 16 + 288]);
    for offset in 0..16 {
        let place = &mut room.0[offset..offset + GOLDEN.len()];
        place.copy_from_slice(GOLDEN);
        let image = Image::from_bytes(place).unwrap();
        assert_eq!(Content::of(&image), Content::golden());
        let error = (offset % 4 != 0).then_some(ImageError::Alignment);
        assert_eq!(image.network().map(|_: &Small| ()).err(), error, "{offset}");
    }
}
