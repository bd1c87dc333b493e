//! The dense layer: every output sees every input.

use core::marker::PhantomData;

use zerocopy::{FromBytes, Immutable, KnownLayout};

use crate::activation::Activation;
use crate::kernels::{Kernels, Portable};
use crate::layer::{InputGradient, Layer, LayerShape, Magnitudes, Parameters, Trace};
use crate::math::Math;
use crate::signal::SignalOf;

/// `a[OUT]` = A(`biases[OUT]` + Σᵢ xᵢ · `weights[i][OUT]`), weights input-major.
///
/// Input-major rows are what makes zeros free: an input of 0 skips its whole row. The struct lies
/// in memory as a model image stores it, so a borrowed image *is* a layer.
///
/// Generics: `IN` inputs, `OUT` outputs (neurons), `A` their [activation](crate::activation), `K`
/// the [kernels](crate::kernels) that form their sums.
#[derive(Debug, FromBytes, KnownLayout, Immutable)]
#[repr(C)]
pub struct Dense<const IN: usize, const OUT: usize, A, K = Portable> {
    /// `weights[input][output]`.
    pub weights: [[f32; OUT]; IN],
    /// `biases[output]`.
    pub biases: [f32; OUT],
    computed: PhantomData<(A, K)>,
}

/// What one sample leaves behind in a [`Dense`] layer.
#[derive(Clone, Debug)]
pub struct DenseTrace<const OUT: usize> {
    /// a, after the activation.
    pub outputs: [f32; OUT],
    /// z between `forward` and `backward`; δ = ∂C/∂z after it.
    pub deltas: [f32; OUT],
}

impl<const OUT: usize> Trace for DenseTrace<OUT> {
    type Output = [f32; OUT];

    const ZERO: Self = Self { outputs: [0.0; OUT], deltas: [0.0; OUT] };

    #[inline(always)]
    fn outputs(&self) -> &[f32; OUT] {
        &self.outputs
    }

    fn visit_outputs(&self, visitor: &mut impl FnMut(&[f32])) {
        visitor(&self.outputs);
    }

    #[inline(always)]
    fn deltas(&self) -> &[f32; OUT] {
        &self.deltas
    }

    #[inline(always)]
    fn outputs_and_deltas(&mut self) -> (&[f32; OUT], &mut [f32; OUT]) {
        (&self.outputs, &mut self.deltas)
    }

    #[inline(always)]
    fn magnitudes(&self) -> Magnitudes {
        Magnitudes::of(&self.outputs, &self.deltas)
    }
}

impl<const IN: usize, const OUT: usize, A, K> Layer<IN> for Dense<IN, OUT, A, K>
where
    A: Activation,
    K: Kernels,
{
    type Output = [f32; OUT];
    type Activation = A;
    type Trace = DenseTrace<OUT>;

    const ZERO: Self = {
        assert!(IN > 0 && OUT > 0, "a layer needs at least one input and one output");
        Self { weights: [[0.0; OUT]; IN], biases: [0.0; OUT], computed: PhantomData }
    };

    const PARAMETERS: usize = (IN + 1) * OUT;

    fn shapes(shape: &mut impl FnMut(LayerShape)) {
        shape(LayerShape { inputs: IN, outputs: OUT, activation: A::KIND, math: A::Math::KIND });
    }

    #[inline(always)]
    fn forward(&self, x: &(impl SignalOf<IN> + ?Sized), trace: &mut DenseTrace<OUT>) {
        K::forward(&self.weights, &self.biases, x, &mut trace.deltas);
        A::apply(&trace.deltas, &mut trace.outputs);
    }

    #[inline(always)]
    fn backward(&self, _: &mut DenseTrace<OUT>) {}

    #[inline(always)]
    fn update(&mut self, x: &(impl SignalOf<IN> + ?Sized), trace: &DenseTrace<OUT>, rate: f32) {
        let step = trace.deltas.map(
            #[inline(always)]
            |delta| rate * delta,
        );
        K::update(&mut self.weights, x, &step);
        for (bias, step) in self.biases.iter_mut().zip(&step) {
            *bias += step;
        }
    }

    fn derivative(
        x: &(impl SignalOf<IN> + ?Sized),
        trace: &DenseTrace<OUT>,
        index: usize,
    ) -> Option<f32> {
        if index >= Self::PARAMETERS {
            return None;
        }
        let (input, output) = (index / OUT, index % OUT);
        let delta = *trace.deltas.get(output)?;
        // The biases are the last row: as if there were one more input, always 1.
        if input == IN {
            return Some(delta);
        }
        let mut derivative = 0.0;
        x.for_each(|index, value| {
            if index == input {
                derivative = value * delta;
            }
        });
        Some(derivative)
    }

    fn parameter_mut(&mut self, index: usize) -> Option<&mut f32> {
        match index.checked_sub(IN * OUT) {
            None => self.weights.as_flattened_mut().get_mut(index),
            Some(output) => self.biases.get_mut(output),
        }
    }

    fn visit(&self, visitor: &mut impl FnMut(Parameters<&[f32]>)) {
        visitor(Parameters::Weights { inputs: IN, values: self.weights.as_flattened() });
        visitor(Parameters::Biases { values: &self.biases });
    }

    fn visit_mut(&mut self, visitor: &mut impl FnMut(Parameters<&mut [f32]>)) {
        visitor(Parameters::Weights { inputs: IN, values: self.weights.as_flattened_mut() });
        visitor(Parameters::Biases { values: &mut self.biases });
    }

    fn visit_pairs(&mut self, other: &Self, visitor: &mut impl FnMut(&mut [f32], &[f32])) {
        visitor(self.weights.as_flattened_mut(), other.weights.as_flattened());
        visitor(&mut self.biases, &other.biases);
    }
}

impl<const IN: usize, const OUT: usize, A, K> InputGradient<IN> for Dense<IN, OUT, A, K>
where
    A: Activation,
    K: Kernels,
{
    #[inline(always)]
    fn input_gradient(&self, trace: &DenseTrace<OUT>, d_x: &mut [f32; IN]) {
        K::backward(&self.weights, &trace.deltas, d_x);
    }
}
