//! The layers of an image as numbers.

use gradito_core::image::Image;
use gradito_core::layer::LayerShape;

/// A layer and its parameters.
pub(super) struct Layer {
    pub shape: LayerShape,
    /// `[input][output]`.
    pub weights: Vec<f32>,
    /// `[output]`.
    pub biases: Vec<f32>,
}

/// The layers of `image`, first to last.
pub(super) fn layers(image: &Image<'_>) -> Vec<Layer> {
    let mut values = image
        .parameters()
        .chunks_exact(4)
        .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
    let layer = |shape: LayerShape| Layer {
        shape,
        weights: values.by_ref().take(shape.inputs * shape.outputs).collect(),
        biases: values.by_ref().take(shape.outputs).collect(),
    };
    image.layers().map(layer).collect()
}
