//! How long each layer takes: the clock is read where its kernel begins.
//!
//! [`Profiled`] kernels are those of the target, and tell a [`Watch`] when one of them begins. What is
//! noted in [`Readings`], together with the readings of the machine's own clock, are an inference's
//! start, the beginning of each layer, and its end. A layer takes from its beginning to the next
//! one's, its activation included; what comes before the first is the first's.
//!
//! Kernels have no value that could hold a clock, so the readings lie in a static. A firmware has one
//! only if it is built to be profiled, by this crate's feature `profile`; of all others nothing here
//! is a part.

use core::array;
use core::fmt::Debug;
use core::marker::PhantomData;
use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};

use gradito_core::quantized::lit::{Lit, One, Pair};
use gradito_core::quantized::packing::Packing;
use gradito_core::signal::Signal;
use gradito_core::{kernels, quantized};

/// Something that is told when a layer begins.
pub trait Watch: Debug + Send + Sync + 'static {
    /// A kernel of the layer whose weights lie at this address begins.
    fn begins(weights: usize);
}

/// The kernels `K`, of which `W` hears when one of a forward pass begins.
#[derive(Clone, Copy, Debug)]
pub struct Profiled<K, W>(PhantomData<(K, W)>);

impl<K: kernels::Kernels, W: Watch> kernels::Kernels for Profiled<K, W> {
    #[inline(always)]
    fn forward<const OUT: usize>(
        weights: &[[f32; OUT]],
        biases: &[f32; OUT],
        x: &(impl Signal + ?Sized),
        z: &mut [f32; OUT],
    ) {
        W::begins(weights.as_ptr().addr());
        K::forward(weights, biases, x, z);
    }

    #[inline(always)]
    fn backward<const OUT: usize>(weights: &[[f32; OUT]], delta: &[f32; OUT], d_x: &mut [f32]) {
        K::backward(weights, delta, d_x);
    }

    #[inline(always)]
    fn update<const OUT: usize>(
        weights: &mut [[f32; OUT]],
        x: &(impl Signal + ?Sized),
        step: &[f32; OUT],
    ) {
        K::update(weights, x, step);
    }
}

impl<K: quantized::kernels::Kernels, W: Watch> quantized::kernels::Kernels for Profiled<K, W> {
    #[inline(always)]
    fn pairs(weights: &[u32], lit: &mut Lit<Pair>, sums: &mut [[i32; 2]]) {
        W::begins(weights.as_ptr().addr());
        K::pairs(weights, lit, sums);
    }

    #[inline(always)]
    fn bytes(weights: &[u32], pairs: usize, x: &[u8], sums: &mut [[i32; 2]]) {
        W::begins(weights.as_ptr().addr());
        K::bytes(weights, pairs, x, sums);
    }

    #[inline(always)]
    fn bits(weights: &[u32], inputs: usize, x: &[u8], sums: &mut [[i32; 4]]) {
        W::begins(weights.as_ptr().addr());
        K::bits(weights, inputs, x, sums);
    }

    #[inline(always)]
    fn packed<P: Packing>(weights: &[u32], lit: &mut Lit<One>, sums: &mut [i32]) {
        W::begins(weights.as_ptr().addr());
        K::packed::<P>(weights, lit, sums);
    }
}

/// Readings that there is room for: those of more layers than a firmware may have.
pub const ROOM: usize = 16;

/// The readings of a clock since they were last taken; of more than [`ROOM`] the first.
///
/// Atomic because a static is shared, not because anything else would write here meanwhile.
#[derive(Debug)]
pub struct Readings {
    ticks: [AtomicU32; ROOM],
    count: AtomicUsize,
    /// The address of the weights of the layer that began last; 0 before the first.
    layer: AtomicUsize,
}

impl Readings {
    /// None; lies in `.bss`.
    pub const fn none() -> Self {
        Self {
            ticks: [const { AtomicU32::new(0) }; ROOM],
            count: AtomicUsize::new(0),
            layer: AtomicUsize::new(0),
        }
    }

    /// Notes a reading.
    #[inline(always)]
    pub fn note(&self, ticks: u32) {
        let count = self.count.load(Relaxed);
        if let Some(place) = self.ticks.get(count) {
            place.store(ticks, Relaxed);
            self.count.store(count + 1, Relaxed);
        }
    }

    /// Notes a reading of `clock`, for the first kernel of a layer: one that reads its inputs in
    /// pieces has several, all with the same weights.
    #[inline(always)]
    pub fn begin(&self, weights: usize, clock: impl FnOnce() -> u32) {
        if self.layer.load(Relaxed) != weights {
            self.layer.store(weights, Relaxed);
            self.note(clock());
        }
    }

    /// The readings, and how many they are; it has none then.
    pub fn take(&self) -> ([u32; ROOM], usize) {
        self.layer.store(0, Relaxed);
        let count = self.count.load(Relaxed);
        self.count.store(0, Relaxed);
        (array::from_fn(|at| self.ticks[at].load(Relaxed)), count)
    }
}
