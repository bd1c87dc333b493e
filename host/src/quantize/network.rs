//! Quantised networks of any widths, on the core's kernels.

use gradito_core::cost::{Class, Cost};
use gradito_core::layer::LayerShape;
use gradito_core::quantized::activation::byte;
use gradito_core::quantized::argmax;
use gradito_core::quantized::input::{feature, pack, packed_length};
use gradito_core::quantized::kernels::{Kernels, Portable};
use gradito_core::quantized::layer::{add_bytes, dequantize};
use gradito_core::quantized::layout::Layout;
use gradito_core::quantized::output::Output;
use gradito_core::quantized::packed;
use gradito_core::quantized::packing::{Crumbs, Nibbles, Packing, Trits};
use gradito_core::quantized::parameters::{Place, output, places};
use gradito_core::quantized::weights::WeightKind;
use gradito_core::report::{Diverged, SampleReport};
use thiserror::Error;

use crate::data::{Dataset, Sample};
use crate::model::Evaluate;
use crate::network::{AnyActivation, AnyCost, Machine};
use crate::simd::Level;
use crate::training::Evaluation;

/// A network of quantised parameters that are proved to keep every sum in its type, whatever the
/// inputs.
#[derive(Clone, Debug, PartialEq)]
pub struct QuantizedNetwork {
    shapes: Vec<LayerShape>,
    layers: Vec<Layer>,
    weights: WeightKind,
    bits: bool,
    /// As in a model image.
    parameters: Vec<u32>,
}

#[derive(Clone, Debug, PartialEq)]
struct Layer {
    place: Place,
    shape: LayerShape,
    outputs: Vec<Output>,
}

/// Parameters with which sums could leave their type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Unproved {
    /// There are not as many as the layers need.
    #[error("it has not the parameters that its layers need")]
    Length,
    /// A sum could overflow.
    #[error("layer {layer}, output {output} (the first are 0): its sum can leave 32 bits")]
    Sum {
        /// The layer, from 0.
        layer: usize,
        /// The output, from 0.
        output: usize,
    },
    /// A product could overflow.
    #[error(
        "layer {layer}, output {output} (the first are 0): its sum, rescaled, can leave 32 bits"
    )]
    Product {
        /// The layer, from 0.
        layer: usize,
        /// The output, from 0.
        output: usize,
    },
}

/// What one sample leaves behind.
#[derive(Debug, Default)]
struct Trace {
    /// What the first layer reads.
    input: Vec<u8>,
    pairs: Vec<[i32; 2]>,
    rows: Vec<[i32; 4]>,
    packed: Vec<[i32; 1]>,
    bytes: Vec<u8>,
    scores: Vec<i32>,
}

impl QuantizedNetwork {
    /// The network of these layers, the first of which reads bits or bytes, of weights of one kind,
    /// and of the parameters of a model image.
    ///
    /// # Errors
    ///
    /// The first output with which a sum or a product could overflow.
    pub fn new(
        shapes: Vec<LayerShape>,
        weights: WeightKind,
        bits: bool,
        parameters: Vec<u32>,
    ) -> Result<Self, Unproved> {
        let mut layers = Vec::with_capacity(shapes.len());
        for (&shape, place) in shapes.iter().zip(places(shapes.iter().copied(), weights, bits)) {
            let place = place.ok_or(Unproved::Length)?;
            let words = parameters.get(place.outputs.clone()).ok_or(Unproved::Length)?;
            let outputs = words.as_chunks().0.iter().map(|&words| output(words)).collect();
            layers.push(Layer { place, shape, outputs });
        }
        if layers.last().is_none_or(|layer| layer.place.outputs.end != parameters.len()) {
            return Err(Unproved::Length);
        }
        let network = Self { shapes, layers, weights, bits, parameters };
        network.prove()?;
        Ok(network)
    }

    fn prove(&self) -> Result<(), Unproved> {
        for (layer, Layer { place, shape, outputs }) in self.layers.iter().enumerate() {
            let weights = &self.parameters[place.weights.clone()];
            let largest = if self.bits && layer == 0 { 1 } else { u8::MAX };
            for (output, found) in outputs.iter().enumerate() {
                let column = (0..shape.inputs)
                    .map(|input| place.layout.weight(weights, shape.outputs, input, output));
                let sums = found.sums(column, largest).ok_or(Unproved::Sum { layer, output })?;
                if !found.holds(&sums) {
                    return Err(Unproved::Product { layer, output });
                }
            }
        }
        Ok(())
    }

    /// The layers, first to last.
    pub fn shapes(&self) -> &[LayerShape] {
        &self.shapes
    }

    /// The numbers it reads.
    pub fn inputs(&self) -> usize {
        self.shapes[0].inputs
    }

    /// What its weights are.
    pub fn weights(&self) -> WeightKind {
        self.weights
    }

    /// Whether it reads bits; else bytes.
    pub fn reads_bits(&self) -> bool {
        self.bits
    }

    /// The parameters, as in a model image.
    pub fn parameters(&self) -> &[u32] {
        &self.parameters
    }

    /// The scores of every sample, one after the other, in sample order.
    ///
    /// # Panics
    ///
    /// If samples have other inputs than the first layer, in number.
    pub fn scores(&self, samples: &Dataset) -> Vec<i32> {
        assert_eq!(samples.width(), self.shapes[0].inputs, "inputs of a sample");
        let mut all =
            Vec::with_capacity(samples.len() * self.shapes[self.shapes.len() - 1].outputs);
        let level = Level::best();
        let mut trace = Trace::default();
        level.run(
            #[inline(always)]
            || {
                for index in 0..samples.len() {
                    self.read(samples.sample(index), &mut trace.input);
                    self.infer(&mut trace, |_, _, _| {});
                    all.extend_from_slice(&trace.scores);
                }
            },
        );
        all
    }

    /// What the first layer reads of a sample.
    #[inline(always)]
    fn read(&self, sample: Sample<'_>, input: &mut Vec<u8>) {
        input.clear();
        match sample {
            // Such images are black and white: any threshold but 0 finds the ink.
            Sample::Pixels(pixels) if self.bits => {
                input.extend(pixels.chunks(8).map(|eight| pack(eight, u8::MAX)));
                debug_assert_eq!(input.len(), packed_length(pixels.len()));
            }
            Sample::Pixels(pixels) => input.extend_from_slice(pixels),
            Sample::Features(features) => input.extend(features.iter().map(|&x| feature(x))),
        }
    }

    /// Shows what each layer reads of a sample, how its weights lie, and whether it reads bits.
    pub fn visit_inputs(&self, sample: Sample<'_>, visitor: impl FnMut(&[u8], Layout, bool)) {
        let mut trace = Trace::default();
        self.read(sample, &mut trace.input);
        self.infer(&mut trace, visitor);
    }

    /// Infers what the trace has as input; shows what each layer reads.
    #[inline(always)]
    fn infer(&self, trace: &mut Trace, mut visitor: impl FnMut(&[u8], Layout, bool)) {
        let Trace { input, pairs, rows, packed, bytes, scores } = trace;
        let last = self.layers.len() - 1;
        for (index, Layer { place, shape, outputs }) in self.layers.iter().enumerate() {
            let weights = &self.parameters[place.weights.clone()];
            let x = if index == 0 { &*input } else { &*bytes };
            visitor(x, place.layout, index == 0 && self.bits);
            let row = place.layout.row(shape.outputs);
            let sums = match place.layout {
                Layout::Pairs => {
                    begin(pairs, row, outputs);
                    add_bytes::<Portable>(weights, shape.inputs.div_ceil(2), x.as_slice(), pairs);
                    pairs.as_flattened()
                }
                Layout::Rows => {
                    begin(rows, row, outputs);
                    <Portable>::bits(weights, shape.inputs, x, rows);
                    rows.as_flattened()
                }
                Layout::Nibbles => self.sum_packed::<Nibbles>(index, x, packed),
                Layout::Crumbs => self.sum_packed::<Crumbs>(index, x, packed),
                Layout::Trits => self.sum_packed::<Trits>(index, x, packed),
            };
            let rescaled = sums.iter().zip(outputs).map(|(&sum, output)| output.rescale(sum));
            if index == last {
                scores.clear();
                scores.extend(rescaled);
            } else {
                bytes.clear();
                bytes.extend(rescaled.map(|q| byte(shape.activation, q)));
            }
        }
    }

    /// The sums of a layer of packed weights.
    #[inline(always)]
    fn sum_packed<'s, P: Packing>(
        &self,
        index: usize,
        x: &[u8],
        sums: &'s mut Vec<[i32; 1]>,
    ) -> &'s [i32] {
        let Layer { place, shape, outputs } = &self.layers[index];
        let weights = &self.parameters[place.weights.clone()];
        begin(sums, shape.outputs, outputs);
        let sums = sums.as_flattened_mut();
        if index == 0 && self.bits {
            packed::add_bits::<P, Portable>(weights, shape.inputs, x, sums);
        } else {
            packed::add_bytes::<P, Portable>(weights, shape.inputs, x, sums);
        }
        sums
    }
}

/// Sets sums to the biases.
#[inline(always)]
fn begin<const LANES: usize>(sums: &mut Vec<[i32; LANES]>, row: usize, outputs: &[Output]) {
    sums.clear();
    sums.resize(row, [0; LANES]);
    for (sum, output) in sums.as_flattened_mut().iter_mut().zip(outputs) {
        *sum = output.bias;
    }
}

impl Evaluate for QuantizedNetwork {
    fn shapes(&self) -> Vec<LayerShape> {
        self.shapes.clone()
    }

    fn evaluate(
        &self,
        cost: &AnyCost,
        samples: Dataset,
        _: &Machine,
    ) -> Result<Evaluation, Diverged> {
        let scores = self.scores(&samples);
        let mut evaluation = Evaluation::default();
        let last = self.shapes[self.shapes.len() - 1];
        let activation = AnyActivation { kind: last.activation, math: last.math };
        let (mut z, mut a) = (vec![0.0; last.outputs], vec![0.0; last.outputs]);
        for (scores, &label) in scores.chunks_exact(last.outputs).zip(samples.labels()) {
            dequantize(scores, &mut z, |_| {});
            activation.apply(&z, &mut a);
            let answer = argmax(scores) as u16;
            evaluation.report.add(&SampleReport {
                cost: cost.value(&Class(label.into()), &a, &z),
                correct: answer == label,
                ..SampleReport::default()
            });
            evaluation.answers.push(answer);
            evaluation.outputs.extend_from_slice(&a);
        }
        evaluation.report.check()?;
        Ok(evaluation)
    }
}
