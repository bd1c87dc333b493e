//! Quantised layers and networks whose widths the compiler knows.

use core::fmt::Debug;
use core::marker::PhantomData;

use zerocopy::{FromBytes, Immutable, KnownLayout};

use super::activation::byte;
use super::input::{Bits, Bytes, BytesOf};
use super::kernels::{Kernels, add_pairs};
use super::layout::{ZERO_ROWS, pair_words, pairs, row_words};
use super::output::{Output, SCORE_UNIT};
use super::weights::WeightKind;
use crate::activation::{Activation, Elementwise};
use crate::chain::{Chain, ChainTrace};
use crate::layer::LayerShape;

/// A quantised layer, or a chain of them.
pub trait QuantizedLayer: Debug + Sized + Send + Sync {
    /// The activation of the (last) layer.
    type Activation: Activation;

    /// Bytes of the (last) layer, `[u8; OUT]`.
    type Output: Debug;

    /// What one sample leaves behind: sums and bytes of every layer.
    type Trace: Trace<Output = Self::Output>;

    /// All weights and biases 0; where no weight is, the factors of outputs make it so.
    const ZERO: Self;

    /// What it reads, bytes or bits.
    const INPUTS: usize;

    /// The neurons of the (last) layer.
    const OUTPUTS: usize;

    /// The number of layers.
    const LAYERS: usize = 1;

    /// What the weights are, of all layers.
    const WEIGHTS: WeightKind;

    /// Whether the first layer reads bits; else bytes.
    const BITS: bool;

    /// The shape of every layer, first to last.
    fn shapes(shape: &mut impl FnMut(LayerShape));

    /// The bytes of the last layer, from its sums.
    fn activate(&self, trace: &mut Self::Trace);

    /// The scores of the last layer, in the place of its sums.
    fn score(&self, trace: &mut Self::Trace);
}

/// A quantised layer, or a chain of them, that reads an `X`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not read `{X}`",
    label = "this layer is given `{X}`",
    note = "each layer must read as many bytes as the layer before it has outputs; a network of bits reads `Bits`, another bytes"
)]
pub trait Reads<X: ?Sized>: QuantizedLayer {
    /// Leaves the sums of the last layer in the trace.
    fn sum<K: Kernels>(&self, x: &X, trace: &mut Self::Trace);
}

/// What one sample leaves behind in a quantised layer or chain.
pub trait Trace: Debug + Send + Sync {
    /// Bytes of the (last) layer.
    type Output;

    /// All 0.
    const ZERO: Self;

    /// The bytes of the (last) layer.
    fn output(&self) -> &Self::Output;

    /// The scores, or sums, of the (last) layer.
    fn scores(&self) -> &[i32];

    /// Shows the bytes of every layer but the last.
    fn visit(&self, visitor: &mut impl FnMut(&[u8]));
}

/// What every layer, which is no chain, has of [`QuantizedLayer`]: of `IN` inputs, and `OUT` `outputs`
/// with the activation `A`.
macro_rules! one_layer {
    () => {
        const INPUTS: usize = IN;

        const OUTPUTS: usize = OUT;

        fn shapes(shape: &mut impl FnMut($crate::layer::LayerShape)) {
            let (activation, math) = (A::KIND, <A::Math as $crate::math::Math>::KIND);
            shape($crate::layer::LayerShape { inputs: IN, outputs: OUT, activation, math });
        }

        #[inline(always)]
        fn activate(&self, trace: &mut Self::Trace) {
            trace.activate::<A>(&self.outputs);
        }

        #[inline(always)]
        fn score(&self, trace: &mut Self::Trace) {
            trace.score(&self.outputs);
        }
    };
}
pub(super) use one_layer;

/// What one sample leaves behind in a layer of `OUT` outputs whose sums take `WORDS` times `LANES`.
#[derive(Clone, Debug)]
pub struct DenseTrace<const OUT: usize, const WORDS: usize, const LANES: usize> {
    sums: [[i32; LANES]; WORDS],
    output: [u8; OUT],
}

impl<const OUT: usize, const WORDS: usize, const LANES: usize> Trace
    for DenseTrace<OUT, WORDS, LANES>
{
    type Output = [u8; OUT];

    const ZERO: Self = Self { sums: [[0; LANES]; WORDS], output: [0; OUT] };

    #[inline(always)]
    fn output(&self) -> &[u8; OUT] {
        &self.output
    }

    #[inline(always)]
    fn scores(&self) -> &[i32] {
        self.sums.as_flattened().get(..OUT).unwrap_or(&[])
    }

    fn visit(&self, _: &mut impl FnMut(&[u8])) {}
}

impl<const OUT: usize, const WORDS: usize, const LANES: usize> DenseTrace<OUT, WORDS, LANES> {
    /// Sets the sums to the biases.
    #[inline(always)]
    pub(super) fn begin(&mut self, outputs: &[Output; OUT]) -> &mut [[i32; LANES]; WORDS] {
        for (sum, output) in self.sums.as_flattened_mut().iter_mut().zip(outputs) {
            *sum = output.bias;
        }
        &mut self.sums
    }

    /// The bytes, from the sums.
    #[inline(always)]
    pub(super) fn activate<A: Activation>(&mut self, outputs: &[Output; OUT]) {
        let sums = self.sums.as_flattened().iter().zip(outputs);
        for (target, (&sum, output)) in self.output.iter_mut().zip(sums) {
            *target = byte(A::KIND, output.rescale(sum));
        }
    }

    /// The scores, in the place of the sums.
    #[inline(always)]
    pub(super) fn score(&mut self, outputs: &[Output; OUT]) {
        for (sum, output) in self.sums.as_flattened_mut().iter_mut().zip(outputs) {
            *sum = output.rescale(*sum);
        }
    }
}

/// Sums and outputs of a layer that reads `IN` bytes: its weights lie in [pairs](super::layout).
///
/// Generics: `IN` inputs in `PAIRS`, `OUT` outputs in `WORDS`, `A` their activation;
/// [`quantized!`](crate::quantized!) knows them all.
#[derive(Debug, FromBytes, KnownLayout, Immutable)]
#[repr(C)]
pub struct Dense<const IN: usize, const OUT: usize, const PAIRS: usize, const WORDS: usize, A> {
    weights: [[u32; WORDS]; PAIRS],
    outputs: [Output; OUT],
    activation: PhantomData<A>,
}

impl<const IN: usize, const OUT: usize, const PAIRS: usize, const WORDS: usize, A: Activation>
    QuantizedLayer for Dense<IN, OUT, PAIRS, WORDS, A>
{
    type Activation = A;
    type Output = [u8; OUT];
    type Trace = DenseTrace<OUT, WORDS, 2>;

    const ZERO: Self = {
        assert!(IN > 0 && OUT > 0, "a layer needs at least one input and one output");
        assert!(PAIRS == pairs(IN) && WORDS == pair_words(OUT), "write it with quantized!");
        Self { weights: [[0; WORDS]; PAIRS], outputs: [Output::ZERO; OUT], activation: PhantomData }
    };

    const WEIGHTS: WeightKind = WeightKind::I8;

    const BITS: bool = false;

    one_layer!();
}

impl<X, const IN: usize, const OUT: usize, const PAIRS: usize, const WORDS: usize, A> Reads<X>
    for Dense<IN, OUT, PAIRS, WORDS, A>
where
    X: BytesOf<IN> + ?Sized,
    A: Activation,
{
    #[inline(always)]
    fn sum<K: Kernels>(&self, x: &X, trace: &mut Self::Trace) {
        let sums = trace.begin(&self.outputs);
        add_bytes::<K>(self.weights.as_flattened(), PAIRS, x, sums);
    }
}

/// Adds to `sums`, two a word, the bytes of `x` times the weights of so many pairs.
#[inline(always)]
pub fn add_bytes<K: Kernels>(
    weights: &[u32],
    pairs: usize,
    x: &(impl Bytes + ?Sized),
    sums: &mut [[i32; 2]],
) {
    match x.contiguous() {
        Some(bytes) => K::bytes(weights, pairs, bytes, sums),
        None => add_pairs::<K>(weights, pairs, x, sums),
    }
}

/// Sums and outputs of a layer that reads `IN` bits: its weights lie in [rows](super::layout).
///
/// Generics: `IN` inputs, `OUT` outputs in `WORDS`, `A` their activation;
/// [`quantized!`](crate::quantized!) knows them all.
#[derive(Debug, FromBytes, KnownLayout, Immutable)]
#[repr(C)]
pub struct BitDense<const IN: usize, const OUT: usize, const WORDS: usize, A> {
    weights: [[u32; WORDS]; IN],
    outputs: [Output; OUT],
    activation: PhantomData<A>,
}

impl<const IN: usize, const OUT: usize, const WORDS: usize, A: Activation> QuantizedLayer
    for BitDense<IN, OUT, WORDS, A>
{
    type Activation = A;
    type Output = [u8; OUT];
    type Trace = DenseTrace<OUT, WORDS, 4>;

    const ZERO: Self = {
        assert!(IN > 0 && OUT > 0, "a layer needs at least one input and one output");
        assert!(WORDS == row_words(OUT), "write it with quantized!");
        Self {
            weights: [[ZERO_ROWS; WORDS]; IN],
            outputs: [Output::ZERO; OUT],
            activation: PhantomData,
        }
    };

    const WEIGHTS: WeightKind = WeightKind::I8;

    const BITS: bool = true;

    one_layer!();
}

impl<const IN: usize, const OUT: usize, const WORDS: usize, A: Activation> Reads<Bits<'_, IN>>
    for BitDense<IN, OUT, WORDS, A>
{
    #[inline(always)]
    fn sum<K: Kernels>(&self, x: &Bits<'_, IN>, trace: &mut Self::Trace) {
        let sums = trace.begin(&self.outputs);
        K::bits(self.weights.as_flattened(), IN, x.as_bytes(), sums);
    }
}

impl<H: Trace, T: Trace> Trace for ChainTrace<H, T>
where
    H::Output: AsRef<[u8]>,
{
    type Output = T::Output;

    const ZERO: Self = Self { head: H::ZERO, tail: T::ZERO };

    #[inline(always)]
    fn output(&self) -> &T::Output {
        self.tail.output()
    }

    #[inline(always)]
    fn scores(&self) -> &[i32] {
        self.tail.scores()
    }

    fn visit(&self, visitor: &mut impl FnMut(&[u8])) {
        self.head.visit(visitor);
        visitor(self.head.output().as_ref());
        self.tail.visit(visitor);
    }
}

impl<H, T> QuantizedLayer for Chain<H, T>
where
    H: QuantizedLayer<Output: AsRef<[u8]>>,
    T: QuantizedLayer,
{
    type Activation = T::Activation;
    type Output = T::Output;
    type Trace = ChainTrace<H::Trace, T::Trace>;

    const ZERO: Self = {
        assert!(H::WEIGHTS as u8 == T::WEIGHTS as u8, "all layers have weights of one kind");
        Self { head: H::ZERO, tail: T::ZERO }
    };

    const INPUTS: usize = H::INPUTS;

    const OUTPUTS: usize = T::OUTPUTS;

    const LAYERS: usize = H::LAYERS + T::LAYERS;

    const WEIGHTS: WeightKind = H::WEIGHTS;

    const BITS: bool = H::BITS;

    fn shapes(shape: &mut impl FnMut(LayerShape)) {
        H::shapes(shape);
        T::shapes(shape);
    }

    #[inline(always)]
    fn activate(&self, trace: &mut Self::Trace) {
        self.tail.activate(&mut trace.tail);
    }

    #[inline(always)]
    fn score(&self, trace: &mut Self::Trace) {
        self.tail.score(&mut trace.tail);
    }
}

impl<X: ?Sized, H, T> Reads<X> for Chain<H, T>
where
    H: Reads<X, Activation: Elementwise, Output: AsRef<[u8]>>,
    T: Reads<H::Output>,
{
    #[inline(always)]
    fn sum<K: Kernels>(&self, x: &X, trace: &mut Self::Trace) {
        self.head.sum::<K>(x, &mut trace.head);
        self.head.activate(&mut trace.head);
        self.tail.sum::<K>(trace.head.output(), &mut trace.tail);
    }
}

/// A quantised network of the layers `L`, written [`quantized!`](crate::quantized!).
///
/// It lies in memory as a model image stores it.
#[derive(Debug, FromBytes, KnownLayout, Immutable)]
#[repr(transparent)]
pub struct Network<L: QuantizedLayer> {
    layers: L,
}

impl<L: QuantizedLayer> Network<L> {
    /// The network whose weights and biases are all 0.
    pub const ZERO: Self = Self { layers: L::ZERO };

    /// An empty trace: all that inference needs besides the parameters and the stack.
    pub const TRACE: L::Trace = L::Trace::ZERO;

    /// What its weights are.
    pub const WEIGHTS: WeightKind = L::WEIGHTS;

    /// Whether it reads bits; else bytes.
    pub const BITS: bool = L::BITS;

    /// The shape of every layer, first to last.
    pub fn shapes(mut shape: impl FnMut(LayerShape)) {
        L::shapes(&mut shape);
    }

    /// Leaves the scores for `x` in `trace`.
    #[inline(always)]
    pub fn infer<K, X>(&self, x: &X, trace: &mut L::Trace)
    where
        K: Kernels,
        X: ?Sized,
        L: Reads<X>,
    {
        self.layers.sum::<K>(x, trace);
        self.layers.score(trace);
    }

    /// The scores that [`infer`](Self::infer) left in `trace`.
    #[inline(always)]
    pub fn scores(trace: &L::Trace) -> &[i32] {
        trace.scores()
    }

    /// What the scores in `trace` stand for: the outputs of the activation, `f32`, as many as there
    /// is room for.
    pub fn dequantize(trace: &L::Trace, outputs: &mut [f32]) {
        dequantize(trace.scores(), outputs, L::Activation::apply_in_place);
    }
}

/// Writes z = score · [`SCORE_UNIT`] and then lets `activate` make outputs of them.
pub fn dequantize(scores: &[i32], outputs: &mut [f32], activate: impl FnOnce(&mut [f32])) {
    let mut count = 0;
    for (output, &score) in outputs.iter_mut().zip(scores) {
        *output = score as f32 * SCORE_UNIT;
        count += 1;
    }
    activate(outputs.get_mut(..count).unwrap_or_default());
}
