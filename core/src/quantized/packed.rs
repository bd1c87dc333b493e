//! Layers of [packed](super::packing) weights, and their sums.

use core::marker::PhantomData;

use zerocopy::{FromBytes, Immutable, KnownLayout};

use super::input::{Bits, Bytes, BytesOf, for_each_bit};
use super::kernels::Kernels;
use super::layer::{DenseTrace, QuantizedLayer, Reads, one_layer};
use super::lit::{Lit, One};
use super::output::Output;
use super::packing::{Packing, row_words};
use super::weights::WeightKind;
use crate::activation::Activation;

/// `sums[o]` ← `sums[o]` + Σ x · the weights to output o, of all entries of `lit`, which is empty
/// then: what [`Kernels::packed`] is by definition.
#[cfg_attr(target_arch = "arm", inline(never))]
#[cfg_attr(not(target_arch = "arm"), inline(always))]
pub fn add_entries<P: Packing>(weights: &[u32], lit: &mut Lit<One>, sums: &mut [i32]) {
    for entries in lit.entries().chunks(P::PRODUCTS) {
        let offset = P::OFFSET * entries.iter().map(|entry| i32::from(entry.input())).sum::<i32>();
        for (at, sums) in sums.chunks_mut(P::WEIGHTS).enumerate() {
            let mut lanes = P::NOTHING;
            for entry in entries {
                let word = weights.get(entry.row() + at).copied().unwrap_or(P::ZERO);
                let (codes, x) = (P::lanes(word), u32::from(entry.input()));
                for (lane, codes) in lanes.as_mut().iter_mut().zip(codes.as_ref()) {
                    *lane += codes * x;
                }
            }
            let low = lanes.as_ref().iter().map(|lane| lane & 0xffff);
            let high = lanes.as_ref().iter().map(|lane| lane >> 16);
            for (sum, codes) in sums.iter_mut().zip(low.chain(high)) {
                *sum = sum.wrapping_add(P::STEP * codes as i32 - offset);
            }
        }
    }
    lit.clear();
}

/// Adds to `sums` the bytes of `x` times the weights of so many inputs.
#[inline(always)]
pub fn add_bytes<P: Packing, K: Kernels>(
    weights: &[u32],
    inputs: usize,
    x: &(impl Bytes + ?Sized),
    sums: &mut [i32],
) {
    add::<P, K>(weights, inputs, &EachByte(x), sums);
}

/// Adds to `sums` the weights of the bits that are set in `x`, which are
/// [those of so many inputs](super::input::are_bits).
#[inline(always)]
pub fn add_bits<P: Packing, K: Kernels>(
    weights: &[u32],
    inputs: usize,
    x: &[u8],
    sums: &mut [i32],
) {
    add::<P, K>(weights, inputs, &EachBit(x), sums);
}

/// What yields inputs one by one.
trait Each {
    /// Calls `entry(i, x[i])` for at least each that is not 0, in rising order.
    fn for_each(&self, entry: impl FnMut(usize, u8));
}

/// Bytes.
struct EachByte<'x, X: ?Sized>(&'x X);

impl<X: Bytes + ?Sized> Each for EachByte<'_, X> {
    #[inline(always)]
    fn for_each(&self, mut entry: impl FnMut(usize, u8)) {
        self.0.for_each_pair(
            #[inline(always)]
            |pair, [first, second]| {
                entry(2 * pair, first);
                entry(2 * pair + 1, second);
            },
        );
    }
}

/// Bits.
struct EachBit<'x>(&'x [u8]);

impl Each for EachBit<'_> {
    #[inline(always)]
    fn for_each(&self, mut entry: impl FnMut(usize, u8)) {
        for_each_bit(
            self.0,
            #[inline(always)]
            |index| entry(index, 1),
        );
    }
}

/// Adds up chunk by chunk.
#[inline(always)]
fn add<P: Packing, K: Kernels>(weights: &[u32], inputs: usize, x: &impl Each, sums: &mut [i32]) {
    let mut lit = Lit::<One>::new(inputs, row_words::<P>(sums.len()));
    x.for_each(
        #[inline(always)]
        |index, x| {
            if x != 0 {
                enlist::<P, K>(weights, &mut lit, index, x, sums);
            }
        },
    );
    K::packed::<P>(weights, &mut lit, sums);
}

/// Adds an input to the list, which is added up first if it is full.
///
/// Not inlined where programs are to be small: bytes are looked at in many places.
#[cfg_attr(target_arch = "arm", inline(never))]
#[cfg_attr(not(target_arch = "arm"), inline(always))]
fn enlist<P: Packing, K: Kernels>(
    weights: &[u32],
    lit: &mut Lit<One>,
    index: usize,
    x: u8,
    sums: &mut [i32],
) {
    if lit.is_full() {
        K::packed::<P>(weights, lit, sums);
    }
    lit.push(index, x);
}

/// Sums and outputs of a layer of packed weights that reads `IN` bits, or else bytes.
///
/// Generics: `IN` inputs, `OUT` outputs in `WORDS`, `P` how they are packed, `A` the outputs'
/// activation; [`quantized!`](crate::quantized!) knows them all.
#[derive(Debug, FromBytes, KnownLayout, Immutable)]
#[repr(C)]
pub struct PackedDense<
    const BITS: bool,
    const IN: usize,
    const OUT: usize,
    const WORDS: usize,
    P,
    A,
> {
    weights: [[u32; WORDS]; IN],
    outputs: [Output; OUT],
    kind: PhantomData<(P, A)>,
}

impl<const BITS: bool, const IN: usize, const OUT: usize, const WORDS: usize, P, A> QuantizedLayer
    for PackedDense<BITS, IN, OUT, WORDS, P, A>
where
    P: Packing,
    A: Activation,
{
    type Activation = A;
    type Output = [u8; OUT];
    type Trace = DenseTrace<OUT, OUT, 1>;

    const ZERO: Self = {
        assert!(IN > 0 && OUT > 0, "a layer needs at least one input and one output");
        assert!(WORDS == row_words::<P>(OUT), "write it with quantized!");
        Self { weights: [[P::ZERO; WORDS]; IN], outputs: [Output::ZERO; OUT], kind: PhantomData }
    };

    const WEIGHTS: WeightKind = P::KIND;

    const BITS: bool = BITS;

    one_layer!();
}

impl<X, const IN: usize, const OUT: usize, const WORDS: usize, P, A> Reads<X>
    for PackedDense<false, IN, OUT, WORDS, P, A>
where
    X: BytesOf<IN> + ?Sized,
    P: Packing,
    A: Activation,
{
    #[inline(always)]
    fn sum<K: Kernels>(&self, x: &X, trace: &mut Self::Trace) {
        let sums = trace.begin(&self.outputs).as_flattened_mut();
        add_bytes::<P, K>(self.weights.as_flattened(), IN, x, sums);
    }
}

impl<const IN: usize, const OUT: usize, const WORDS: usize, P, A> Reads<Bits<'_, IN>>
    for PackedDense<true, IN, OUT, WORDS, P, A>
where
    P: Packing,
    A: Activation,
{
    #[inline(always)]
    fn sum<K: Kernels>(&self, x: &Bits<'_, IN>, trace: &mut Self::Trace) {
        let sums = trace.begin(&self.outputs).as_flattened_mut();
        add_bits::<P, K>(self.weights.as_flattened(), IN, x.as_bytes(), sums);
    }
}
