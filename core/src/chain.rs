//! One layer after another: a chain of layers is a layer.

use zerocopy::{FromBytes, Immutable, KnownLayout};

use crate::activation::{Elementwise, through};
use crate::layer::{InputGradient, Layer, LayerShape, Magnitudes, Parameters, Trace};
use crate::signal::SignalOf;

/// `head`, whose outputs `tail` reads. Longer chains have a chain as their tail.
#[derive(Debug, FromBytes, KnownLayout, Immutable)]
#[repr(C)]
pub struct Chain<H, T> {
    /// The first layer.
    pub head: H,
    /// The layer, or the chain, that reads the first one's outputs.
    pub tail: T,
}

/// What one sample leaves behind in a [`Chain`].
#[derive(Clone, Debug)]
pub struct ChainTrace<H, T> {
    /// In its first layer.
    pub head: H,
    /// In the rest.
    pub tail: T,
}

impl<H: Trace, T: Trace> Trace for ChainTrace<H, T> {
    type Output = T::Output;

    const ZERO: Self = Self { head: H::ZERO, tail: T::ZERO };

    #[inline(always)]
    fn outputs(&self) -> &T::Output {
        self.tail.outputs()
    }

    fn visit_outputs(&self, visitor: &mut impl FnMut(&[f32])) {
        self.head.visit_outputs(visitor);
        self.tail.visit_outputs(visitor);
    }

    #[inline(always)]
    fn deltas(&self) -> &T::Output {
        self.tail.deltas()
    }

    #[inline(always)]
    fn outputs_and_deltas(&mut self) -> (&T::Output, &mut T::Output) {
        self.tail.outputs_and_deltas()
    }

    #[inline(always)]
    fn magnitudes(&self) -> Magnitudes {
        self.head.magnitudes().max(self.tail.magnitudes())
    }
}

impl<const IN: usize, const MID: usize, H, T> Layer<IN> for Chain<H, T>
where
    H: Layer<IN, Output = [f32; MID]>,
    H::Activation: Elementwise,
    T: InputGradient<MID>,
{
    type Output = T::Output;
    type Activation = T::Activation;
    type Trace = ChainTrace<H::Trace, T::Trace>;

    const ZERO: Self = Self { head: H::ZERO, tail: T::ZERO };

    const PARAMETERS: usize = H::PARAMETERS + T::PARAMETERS;

    const LAYERS: usize = H::LAYERS + T::LAYERS;

    fn shapes(shape: &mut impl FnMut(LayerShape)) {
        H::shapes(shape);
        T::shapes(shape);
    }

    #[inline(always)]
    fn forward(&self, x: &(impl SignalOf<IN> + ?Sized), trace: &mut Self::Trace) {
        self.head.forward(x, &mut trace.head);
        self.tail.forward(trace.head.outputs(), &mut trace.tail);
    }

    #[inline(always)]
    fn backward(&self, trace: &mut Self::Trace) {
        self.tail.backward(&mut trace.tail);
        let (outputs, deltas) = trace.head.outputs_and_deltas();
        self.tail.input_gradient(&trace.tail, deltas);
        through::<H::Activation>(outputs, deltas);
        self.head.backward(&mut trace.head);
    }

    #[inline(always)]
    fn update(&mut self, x: &(impl SignalOf<IN> + ?Sized), trace: &Self::Trace, rate: f32) {
        self.head.update(x, &trace.head, rate);
        self.tail.update(trace.head.outputs(), &trace.tail, rate);
    }

    fn derivative(
        x: &(impl SignalOf<IN> + ?Sized),
        trace: &Self::Trace,
        index: usize,
    ) -> Option<f32> {
        match index.checked_sub(H::PARAMETERS) {
            None => H::derivative(x, &trace.head, index),
            Some(index) => T::derivative(trace.head.outputs(), &trace.tail, index),
        }
    }

    fn parameter_mut(&mut self, index: usize) -> Option<&mut f32> {
        match index.checked_sub(H::PARAMETERS) {
            None => self.head.parameter_mut(index),
            Some(index) => self.tail.parameter_mut(index),
        }
    }

    fn visit(&self, visitor: &mut impl FnMut(Parameters<&[f32]>)) {
        self.head.visit(visitor);
        self.tail.visit(visitor);
    }

    fn visit_mut(&mut self, visitor: &mut impl FnMut(Parameters<&mut [f32]>)) {
        self.head.visit_mut(visitor);
        self.tail.visit_mut(visitor);
    }

    fn visit_pairs(&mut self, other: &Self, visitor: &mut impl FnMut(&mut [f32], &[f32])) {
        self.head.visit_pairs(&other.head, visitor);
        self.tail.visit_pairs(&other.tail, visitor);
    }
}

impl<const IN: usize, const MID: usize, H, T> InputGradient<IN> for Chain<H, T>
where
    H: InputGradient<IN, Output = [f32; MID]>,
    H::Activation: Elementwise,
    T: InputGradient<MID>,
{
    #[inline(always)]
    fn input_gradient(&self, trace: &Self::Trace, d_x: &mut [f32; IN]) {
        self.head.input_gradient(&trace.head, d_x);
    }
}
