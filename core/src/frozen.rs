//! A frozen prefix: first layers that are read where they lie, in flash, and not trained.
//!
//! A network whose first layers are frozen takes the RAM of the others alone, and trains only
//! those: no deltas, no updates, no copy of the frozen weights. The model image is always that of
//! the whole: its parameters are those of the frozen layers, then those of the rest.
//!
//! ```
//! use gradito_core::cost::{Class, Quadratic};
//! use gradito_core::frozen::Frozen;
//! use gradito_core::optimizer::Sgd;
//! use gradito_core::sgd::step;
//! use gradito_core::{network, Network};
//! use zerocopy::{FromBytes, IntoBytes};
//!
//! type First = network!(784 => 30 Sigmoid);
//! type Rest = network!(30 => 10 Sigmoid);
//!
//! // In flash, on a device: those of a 784-30-10.
//! static PARAMETERS: [f32; 23_860] = [0.25; 23_860];
//!
//! let (frozen, rest) = Frozen::<First>::split(PARAMETERS.as_bytes()).unwrap();
//! // In RAM: the last layer.
//! let mut network = Rest::ZERO;
//! let rest = Rest::ref_from_bytes(rest).unwrap();
//! network.visit_pairs(rest, &mut |to, from| to.copy_from_slice(from));
//!
//! let mut outputs = First::TRACE;
//! let batch = [(frozen.forward(&[0.5; 784], &mut outputs), Class(3))];
//! step(&mut network, &mut Sgd::new(), &Quadratic, batch.into_iter(), &mut [Rest::TRACE], 3.0)?;
//! # Ok::<(), gradito_core::report::Diverged>(())
//! ```
//!
//! What the frozen layers put out for a sample does not change while the rest is trained: it can be
//! kept instead of the sample. Training changes the other layers as it would if all were trained and
//! the updates of the frozen ones left out.

use zerocopy::{FromBytes, Immutable, KnownLayout};

use crate::layer::{Layer, Parameters, Trace};
use crate::network::{Feedforward, Network};
use crate::signal::SignalOf;

/// The first layers of a network, as a network `N` of their own: borrowed, and not trained.
#[derive(Clone, Copy, Debug)]
pub struct Frozen<'m, N>(pub &'m N);

impl<'m, const IN: usize, L> Frozen<'m, Feedforward<IN, L>>
where
    L: Layer<IN> + FromBytes + KnownLayout + Immutable,
{
    /// The first layers of a network with these parameters, as a model image stores them, and the
    /// parameters of the rest; `None` if there are too few of them or they do not lie at a multiple
    /// of 4.
    pub fn split(parameters: &'m [u8]) -> Option<(Self, &'m [u8])> {
        let (network, rest) = Feedforward::ref_from_prefix(parameters).ok()?;
        Some((Self(network), rest))
    }
}

impl<const IN: usize, L: Layer<IN>> Frozen<'_, Feedforward<IN, L>> {
    /// What the rest of the network reads of the input `x`: the outputs of the last frozen layer.
    #[inline(always)]
    pub fn forward<'t>(
        &self,
        x: &(impl SignalOf<IN> + ?Sized),
        trace: &'t mut L::Trace,
    ) -> &'t L::Output {
        self.0.forward(x, trace);
        trace.outputs()
    }

    /// Shows every frozen parameter in the order of the model image.
    pub fn visit(&self, visitor: &mut impl FnMut(Parameters<&[f32]>)) {
        self.0.visit(visitor);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::{Class, Cost, CrossEntropy};
    use crate::kind::InitKind;
    use crate::network_layers;
    use crate::optimizer::{L2, Momentum, Optimizer, Sgd};
    use crate::sgd::step;
    use std::vec::Vec;
    use zerocopy::IntoBytes;

    type WholeLayers = network_layers!(3 => 6 Tanh => 4 Relu => 2 Sigmoid);
    type First1 = network_layers!(3 => 6 Tanh);
    type Rest1 = network_layers!(6 => 4 Relu => 2 Sigmoid);
    type First2 = network_layers!(3 => 6 Tanh => 4 Relu);
    type Rest2 = network_layers!(4 => 2 Sigmoid);

    type Whole = Feedforward<3, WholeLayers>;

    /// Parameters of the first layer, and of the first two.
    const FROZEN: [usize; 2] = [24, 52];

    const INPUTS: [[f32; 3]; 4] =
        [[0.5, -1.0, 2.0], [0.0, 1.5, -0.25], [1.0, 1.0, 0.0], [-2.0, 0.0, 0.75]];

    fn parameters(network: &impl Network) -> Vec<f32> {
        let mut all = Vec::new();
        network.visit(&mut |parameters| all.extend_from_slice(parameters.into_values()));
        all
    }

    /// Those of a whole network, as they lie in flash.
    fn whole() -> Vec<f32> {
        let mut network = Whole::ZERO;
        network.initialize(InitKind::Unit, 7);
        parameters(&network)
    }

    fn loaded<const IN: usize, L>(parameters: &[u8]) -> Feedforward<IN, L>
    where
        L: Layer<IN> + FromBytes + KnownLayout + Immutable,
    {
        let mut network = Feedforward::<IN, L>::ZERO;
        let source = Feedforward::<IN, L>::ref_from_bytes(parameters).unwrap();
        network.visit_pairs(source, &mut |to, from| to.copy_from_slice(from));
        network
    }

    /// The bits after several steps, each on three of the samples, after each of which the first
    /// parameters are put back.
    fn trained<const IN: usize, L: Layer<IN>>(
        mut network: Feedforward<IN, L>,
        mut optimizer: impl Optimizer<Feedforward<IN, L>>,
        inputs: &[[f32; IN]],
        put_back: &[f32],
    ) -> Vec<u32>
    where
        CrossEntropy: Cost<L::Activation>,
    {
        let mut traces: [L::Trace; 3] = core::array::from_fn(|_| L::Trace::ZERO);
        let samples = inputs.iter().enumerate().map(|(index, x)| (x, Class(index % 2)));
        for turn in 0..20 {
            let batch = samples.clone().cycle().skip(turn).take(3);
            step(&mut network, &mut optimizer, &CrossEntropy, batch, &mut traces, 0.5).unwrap();
            for (index, value) in put_back.iter().enumerate() {
                *network.parameter_mut(index).unwrap() = *value;
            }
        }
        parameters(&network).into_iter().map(f32::to_bits).collect()
    }

    /// For each kind of optimiser the result of training.
    fn each_optimizer<const IN: usize, L>(
        start: &[u8],
        inputs: &[[f32; IN]],
        put_back: &[f32],
    ) -> [Vec<u32>; 3]
    where
        L: Layer<IN> + FromBytes + KnownLayout + Immutable,
        CrossEntropy: Cost<L::Activation>,
    {
        let mut velocities = [Feedforward::<IN, L>::ZERO, Feedforward::<IN, L>::ZERO];
        let [first, second] = &mut velocities;
        let momentum = Momentum::new(first, 0.5);
        let both = L2::new(Momentum::new(second, 0.25), 0.5, 0.1, 4).unwrap();
        [
            trained(loaded::<IN, L>(start), Sgd::new(), inputs, put_back),
            trained(loaded::<IN, L>(start), momentum, inputs, put_back),
            trained(loaded::<IN, L>(start), both, inputs, put_back),
        ]
    }

    /// The same for the layers `L` alone, behind the frozen layers `F`.
    fn behind<const MID: usize, F, L>() -> [Vec<u32>; 3]
    where
        F: Layer<3, Output = [f32; MID]> + FromBytes + KnownLayout + Immutable,
        L: Layer<MID> + FromBytes + KnownLayout + Immutable,
        CrossEntropy: Cost<L::Activation>,
    {
        let start = whole();
        let (frozen, rest) = Frozen::<Feedforward<3, F>>::split(start.as_bytes()).unwrap();
        let mut trace = F::Trace::ZERO;
        let inputs = INPUTS.map(|x| *frozen.forward(&x, &mut trace));
        each_optimizer::<MID, L>(rest, &inputs, &[])
    }

    #[test]
    fn the_rest_is_trained_as_if_the_updates_of_the_first_layers_were_left_out() {
        let start = whole();
        let after = |put_back, frozen: usize| {
            each_optimizer::<3, WholeLayers>(start.as_bytes(), &INPUTS, put_back)
                .map(|bits| bits[frozen..].to_vec())
        };
        let [one, two] = [behind::<6, First1, Rest1>(), behind::<4, First2, Rest2>()];
        for (found, frozen) in [one, two].iter().zip(FROZEN) {
            assert_eq!(*found, after(&start[..frozen], frozen));
            // That is not what training all of it comes to.
            for (found, all) in found.iter().zip(after(&[], frozen)) {
                assert_ne!(*found, all);
            }
        }
    }

    #[test]
    fn a_network_is_split_behind_its_first_layers() {
        fn check<const MID: usize, F, L>(frozen: usize)
        where
            F: Layer<3, Output = [f32; MID]> + FromBytes + KnownLayout + Immutable,
            L: Layer<MID> + FromBytes + KnownLayout + Immutable,
        {
            let start = whole();
            let (first, rest) = Frozen::<Feedforward<3, F>>::split(start.as_bytes()).unwrap();
            assert_eq!(rest, start[frozen..].as_bytes());
            let mut shown = Vec::new();
            first.visit(&mut |parameters| shown.extend_from_slice(parameters.into_values()));
            assert_eq!(shown, start[..frozen]);
            assert_eq!(size_of_val(&first), size_of::<usize>());

            let whole = Whole::ref_from_bytes(start.as_bytes()).unwrap();
            let rest = Feedforward::<MID, L>::ref_from_bytes(rest).unwrap();
            let (mut of_whole, mut of_first) = (Whole::TRACE, F::Trace::ZERO);
            let mut of_rest = L::Trace::ZERO;
            for x in &INPUTS {
                whole.forward(x, &mut of_whole);
                rest.forward(first.forward(x, &mut of_first), &mut of_rest);
                let (mut expected, mut found) = (Vec::new(), Vec::new());
                of_whole.visit_outputs(&mut |outputs| expected.push(outputs.to_vec()));
                of_first.visit_outputs(&mut |outputs| found.push(outputs.to_vec()));
                of_rest.visit_outputs(&mut |outputs| found.push(outputs.to_vec()));
                assert_eq!(found, expected);
            }
        }
        check::<6, First1, Rest1>(FROZEN[0]);
        check::<4, First2, Rest2>(FROZEN[1]);
    }

    #[test]
    fn what_is_too_short_or_not_aligned_is_no_network() {
        let start = whole();
        let bytes = start.as_bytes();
        let split = |bytes| Frozen::<Feedforward<3, First2>>::split(bytes).is_some();
        assert!(split(&bytes[..4 * FROZEN[1]]));
        assert!(!split(&bytes[..4 * FROZEN[1] - 1]));
        assert!(!split(&bytes[1..]));
    }
}
