//! The dense layer: every output sees every input.

use core::marker::PhantomData;

use zerocopy::{FromBytes, Immutable, KnownLayout};

use crate::activation::Activation;
use crate::kernels;
use crate::layer::{Layer, LayerShape, Magnitudes, Parameters, Trace};
use crate::math::Math;
use crate::signal::{Signal, SignalOf};

/// `a[OUT]` = A(`biases[OUT]` + Σᵢ xᵢ · `weights[i][OUT]`), weights input-major.
///
/// Input-major rows are what makes zeros free: an input of 0 skips its whole row. The struct lies
/// in memory as a model image stores it, so a borrowed image *is* a layer.
///
/// Generics: `IN` inputs, `OUT` outputs (neurons), `A` their [activation](crate::activation).
#[derive(Debug, FromBytes, KnownLayout, Immutable)]
#[repr(C)]
pub struct Dense<const IN: usize, const OUT: usize, A> {
    /// `weights[input][output]`.
    pub weights: [[f32; OUT]; IN],
    /// `biases[output]`.
    pub biases: [f32; OUT],
    activation: PhantomData<A>,
}

/// What one sample leaves behind in a [`Dense`] layer.
#[derive(Clone, Debug)]
pub struct DenseTrace<const OUT: usize> {
    /// a, after the activation.
    pub outputs: [f32; OUT],
    /// z between `forward` and `backward`; δ = ∂C/∂z after it.
    pub deltas: [f32; OUT],
}

/// Some rows of a [`Dense`] layer's weights and, with the first of them, its biases.
#[derive(Debug)]
pub struct DenseRows<'a, const OUT: usize> {
    first: usize,
    weights: &'a mut [[f32; OUT]],
    biases: Option<&'a mut [f32; OUT]>,
}

impl<'a, const OUT: usize> DenseRows<'a, OUT> {
    /// All rows of `weights[input][output]`, and `biases[output]`.
    #[inline(always)]
    pub const fn new(weights: &'a mut [[f32; OUT]], biases: &'a mut [f32; OUT]) -> Self {
        Self { first: 0, weights, biases: Some(biases) }
    }

    /// Splits off the first of `parts` equal shares.
    pub fn split(self, parts: usize) -> (Self, Self) {
        // The minimum changes nothing; it shows the compiler that the share is within bounds.
        let share = self.weights.len().div_ceil(parts.max(1)).min(self.weights.len());
        let (weights, rest) = self.weights.split_at_mut(share);
        (
            Self { first: self.first, weights, biases: self.biases },
            Self { first: self.first + share, weights: rest, biases: None },
        )
    }

    /// Adds one sample's rank-one update: w ← w + x·(`rate`·δ), b ← b + `rate`·δ.
    #[inline(always)]
    pub fn update(&mut self, x: &(impl Signal + ?Sized), deltas: &[f32; OUT], rate: f32) {
        let step = deltas.map(|delta| rate * delta);
        kernels::update(self.weights, self.first, x, &step);
        if let Some(biases) = &mut self.biases {
            for (bias, step) in biases.iter_mut().zip(&step) {
                *bias += step;
            }
        }
    }
}

impl<const OUT: usize> Trace for DenseTrace<OUT> {
    type Output = [f32; OUT];

    const ZERO: Self = Self { outputs: [0.0; OUT], deltas: [0.0; OUT] };

    #[inline(always)]
    fn outputs(&self) -> &[f32; OUT] {
        &self.outputs
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

impl<const IN: usize, const OUT: usize, A: Activation> Layer<IN> for Dense<IN, OUT, A> {
    type Output = [f32; OUT];
    type Activation = A;
    type Trace = DenseTrace<OUT>;
    type Rows<'a> = DenseRows<'a, OUT>;

    const ZERO: Self = {
        assert!(IN > 0 && OUT > 0, "a layer needs at least one input and one output");
        Self { weights: [[0.0; OUT]; IN], biases: [0.0; OUT], activation: PhantomData }
    };

    fn shapes(shape: &mut impl FnMut(LayerShape)) {
        shape(LayerShape { inputs: IN, outputs: OUT, activation: A::KIND, math: A::Math::KIND });
    }

    #[inline(always)]
    fn forward(&self, x: &(impl SignalOf<IN> + ?Sized), trace: &mut DenseTrace<OUT>) {
        kernels::forward(&self.weights, &self.biases, x, &mut trace.deltas);
        A::apply(&trace.deltas, &mut trace.outputs);
    }

    #[inline(always)]
    fn backward(&self, _: &mut DenseTrace<OUT>) {}

    #[inline(always)]
    fn input_gradient(&self, trace: &DenseTrace<OUT>, d_x: &mut [f32; IN]) {
        kernels::backward(&self.weights, &trace.deltas, d_x);
    }

    #[inline(always)]
    fn rows(&mut self) -> DenseRows<'_, OUT> {
        DenseRows::new(&mut self.weights, &mut self.biases)
    }

    fn split_rows<'a>(
        rows: DenseRows<'a, OUT>,
        parts: usize,
    ) -> (DenseRows<'a, OUT>, DenseRows<'a, OUT>)
    where
        Self: 'a,
    {
        rows.split(parts)
    }

    #[inline(always)]
    fn update(
        rows: &mut DenseRows<'_, OUT>,
        x: &(impl SignalOf<IN> + ?Sized),
        trace: &DenseTrace<OUT>,
        rate: f32,
    ) {
        rows.update(x, &trace.deltas, rate);
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
