//! A network of any widths in panels: the form in which the desktop trains.
//!
//! The outputs of a layer are cut into panels, each a matrix of its own with rows of the same
//! width, a multiple of 8 that the kernels are compiled for; the last one is padded with columns
//! whose weights stay 0. A row is then a few whole vectors that fit the registers, and rows lie
//! close together, where rows of a wide matrix, 2 or 4 KiB apart, would fall on the same sets of a
//! cache. Cutting lies across outputs, so no sum changes its order: the parameters end with the
//! bits of a network of compile-time widths.

use aligned_vec::{AVec, ConstAlign, avec};
use gradito_core::batch::LANES;
use gradito_core::layer::{LayerShape, Parameters};
use gradito_core::network::Network;

use super::any::AnyActivation;

/// The widest panel: 13 vectors of 8, which leave three of 16 registers for the operands.
pub(super) const WIDEST: usize = 13 * LANES;

/// Numbers that start where a cache line does, so that no vector lies across two.
pub(super) type Floats = AVec<f32, ConstAlign<64>>;

/// So many zeros.
pub(super) fn zeros(count: usize) -> Floats {
    avec![[64]| 0.0; count]
}

/// Calls `$body` with `$V` the vectors of a row of that width as a constant.
macro_rules! with_vectors {
    ($width:expr, $V:ident => $body:expr) => {
        $crate::network::packed::with_vectors!(
            @each 1 2 3 4 5 6 7 8 9 10 11 12 13; $width, $V => $body
        )
    };
    (@each $($known:literal)+; $width:expr, $V:ident => $body:expr) => {
        match $width / LANES {
            $($known => {
                const $V: usize = $known;
                $body
            })+
            vectors => unreachable!("no row has {vectors} vectors"),
        }
    };
}
pub(super) use with_vectors;

/// A feed-forward network of any widths and depth.
#[derive(Debug, Clone)]
pub struct PackedNetwork {
    pub(super) layers: Vec<PackedLayer>,
}

/// One dense layer in panels.
#[derive(Debug, Clone)]
pub(super) struct PackedLayer {
    pub inputs: usize,
    pub outputs: usize,
    pub activation: AnyActivation,
    /// Columns of each panel.
    pub width: usize,
    pub panels: Vec<Panel>,
}

/// `width` columns of a layer.
#[derive(Debug, Clone)]
pub(super) struct Panel {
    /// `[inputs][width]`.
    pub weights: Floats,
    /// `[width]`.
    pub biases: Floats,
}

impl PackedLayer {
    fn new(shape: &LayerShape) -> Self {
        let LayerShape { inputs, outputs, activation, math } = *shape;
        let panels = outputs.div_ceil(WIDEST);
        let width = outputs.div_ceil(panels).next_multiple_of(LANES);
        let panel = Panel { weights: zeros(inputs * width), biases: zeros(width) };
        Self {
            inputs,
            outputs,
            activation: AnyActivation { kind: activation, math },
            width,
            panels: vec![panel; panels],
        }
    }

    /// For each panel, how many of its columns are outputs.
    pub fn columns(&self) -> impl Iterator<Item = usize> + Clone + use<> {
        let Self { outputs, width, .. } = *self;
        (0..self.panels.len()).map(move |panel| width.min(outputs - panel * width))
    }

    /// The columns of all panels.
    pub fn padded(&self) -> usize {
        self.width * self.panels.len()
    }
}

impl PackedNetwork {
    /// A network of the given layers, all parameters zero; `None` if there is no layer, a width is
    /// 0 or widths do not meet.
    pub fn new(shapes: &[LayerShape]) -> Option<Self> {
        let meets = shapes.windows(2).all(|pair| pair[0].outputs == pair[1].inputs);
        let wide = shapes.iter().all(|shape| shape.inputs > 0 && shape.outputs > 0);
        (!shapes.is_empty() && meets && wide)
            .then(|| Self { layers: shapes.iter().map(PackedLayer::new).collect() })
    }

    /// A network of the given layers and parameters, these in the order of a model image; `None` as
    /// in [`new`](Self::new), or if there are more or fewer parameters.
    pub fn with_parameters(shapes: &[LayerShape], parameters: &[f32]) -> Option<Self> {
        let mut network = Self::new(shapes)?;
        let mut rest = Some(parameters);
        network.visit_mut(&mut |piece| {
            let values = piece.into_values();
            rest = rest.and_then(|rest| {
                let (these, rest) = rest.split_at_checked(values.len())?;
                values.copy_from_slice(these);
                Some(rest)
            });
        });
        rest.is_some_and(<[f32]>::is_empty).then_some(network)
    }

    /// The layers, first to last.
    pub fn shapes(&self) -> Vec<LayerShape> {
        let shape = |layer: &PackedLayer| LayerShape {
            inputs: layer.inputs,
            outputs: layer.outputs,
            activation: layer.activation.kind,
            math: layer.activation.math,
        };
        self.layers.iter().map(shape).collect()
    }

    /// The numbers it reads.
    pub fn inputs(&self) -> usize {
        self.layers[0].inputs
    }

    /// The numbers it answers.
    pub fn outputs(&self) -> usize {
        self.layers[self.layers.len() - 1].outputs
    }

    /// Every parameter, in the order of a model image.
    pub fn parameters(&self) -> Vec<f32> {
        let mut parameters = Vec::new();
        self.visit(&mut |piece: Parameters<&[f32]>| {
            parameters.extend_from_slice(piece.into_values());
        });
        parameters
    }
}

impl Network for PackedNetwork {
    fn visit(&self, visitor: &mut impl FnMut(Parameters<&[f32]>)) {
        for layer in &self.layers {
            for row in 0..layer.inputs {
                for (panel, columns) in layer.panels.iter().zip(layer.columns()) {
                    visitor(Parameters::Weights {
                        inputs: layer.inputs,
                        values: &panel.weights[row * layer.width..][..columns],
                    });
                }
            }
            for (panel, columns) in layer.panels.iter().zip(layer.columns()) {
                visitor(Parameters::Biases { values: &panel.biases[..columns] });
            }
        }
    }

    #[inline(always)]
    fn visit_mut(&mut self, visitor: &mut impl FnMut(Parameters<&mut [f32]>)) {
        for layer in &mut self.layers {
            let columns = layer.columns();
            for row in 0..layer.inputs {
                for (panel, columns) in layer.panels.iter_mut().zip(columns.clone()) {
                    visitor(Parameters::Weights {
                        inputs: layer.inputs,
                        values: &mut panel.weights[row * layer.width..][..columns],
                    });
                }
            }
            for (panel, columns) in layer.panels.iter_mut().zip(columns) {
                visitor(Parameters::Biases { values: &mut panel.biases[..columns] });
            }
        }
    }

    #[inline(always)]
    fn visit_pairs(&mut self, other: &Self, visitor: &mut impl FnMut(&mut [f32], &[f32])) {
        let panels = self.layers.iter_mut().flat_map(|layer| &mut layer.panels);
        let others = other.layers.iter().flat_map(|layer| &layer.panels);
        for (panel, other) in panels.zip(others) {
            visitor(&mut panel.weights, &other.weights);
            visitor(&mut panel.biases, &other.biases);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradito_core::kind::{ActivationKind, InitKind, MathKind};

    fn shape(inputs: usize, outputs: usize) -> LayerShape {
        let (activation, math) = (ActivationKind::Sigmoid, MathKind::Poly);
        LayerShape { inputs, outputs, activation, math }
    }

    #[test]
    fn panels_are_few_equal_and_never_empty() {
        for outputs in 1..3000 {
            let layer = PackedLayer::new(&shape(1, outputs));
            assert!(layer.width.is_multiple_of(LANES) && layer.width <= WIDEST, "{outputs}");
            assert_eq!(layer.panels.len(), outputs.div_ceil(WIDEST));
            assert_eq!(layer.columns().sum::<usize>(), outputs);
            assert!(layer.columns().all(|columns| columns > 0), "{outputs}");
            assert!(layer.padded() < outputs + 8 * layer.panels.len());
        }
    }

    #[test]
    fn parameters_go_in_and_come_out() {
        let shapes = [shape(3, 110), shape(110, 9), shape(9, 300)];
        let count = shapes.iter().map(LayerShape::parameters).sum::<usize>();
        let parameters: Vec<f32> = (0..count).map(|index| index as f32).collect();
        let network = PackedNetwork::with_parameters(&shapes, &parameters).unwrap();
        assert_eq!(network.parameters(), parameters);
        assert_eq!(network.shapes(), shapes);
        assert!(PackedNetwork::with_parameters(&shapes, &parameters[1..]).is_none());
        assert!(
            PackedNetwork::with_parameters(&shapes, &[&parameters[..], &[1.0]].concat()).is_none()
        );
        // Output 60 of the first layer is in its second panel.
        let layer = &network.layers[0];
        assert_eq!((layer.width, layer.panels[1].weights[layer.width + 4]), (56, 110.0 + 60.0));
    }

    #[test]
    fn shapes_that_do_not_make_a_network() {
        assert!(PackedNetwork::new(&[]).is_none());
        assert!(PackedNetwork::new(&[shape(3, 0)]).is_none());
        assert!(PackedNetwork::new(&[shape(3, 4), shape(5, 6)]).is_none());
    }

    /// Optimisers walk the padding, too: it must stay 0.
    #[test]
    fn padding_is_beside_the_point_of_every_visit() {
        let mut network = PackedNetwork::new(&[shape(2, 3)]).unwrap();
        network.initialize(InitKind::Unit, 1);
        let panel = &network.layers[0].panels[0];
        assert!(panel.weights.chunks(8).all(|row| row[3..] == [0.0; 5] && row[2] != 0.0));
        let other = network.clone();
        network.visit_pairs(&other, &mut |to, from| {
            to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
        });
        assert_eq!(network.layers[0].panels[0].weights[3..8], [0.0; 5]);
    }
}
