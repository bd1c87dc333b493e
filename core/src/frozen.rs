//! A frozen prefix: first layers that are read where they lie, in flash, and not trained.
//!
//! A network whose first layers are frozen takes the RAM of the others alone, and trains only
//! those: no deltas, no updates, no copy of the frozen weights. It is loaded from a whole network,
//! as a model image has it:
//!
//! ```
//! use gradito_core::cost::{Class, Quadratic};
//! use gradito_core::kind::InitKind;
//! use gradito_core::optimizer::Sgd;
//! use gradito_core::sgd::step;
//! use gradito_core::{network, Network};
//!
//! type Whole = network!(784 => 30 Sigmoid => 10 Sigmoid);
//! type Tuned = network!(784 => frozen 30 Sigmoid => 10 Sigmoid);
//!
//! // In flash, on a device.
//! static WHOLE: Whole = Whole::ZERO;
//!
//! // In RAM: the last layer, and a pointer.
//! let mut network = Tuned::ZERO;
//! assert_eq!(size_of::<Tuned>(), size_of::<usize>() + 4 * 310);
//! network.load(&WHOLE);
//! let batch = [(&[0.5; 784], Class(3))].into_iter();
//! step(&mut network, &mut Sgd::new(), &Quadratic, batch, &mut [Tuned::TRACE], 3.0)?;
//! # Ok::<(), gradito_core::report::Diverged>(())
//! ```
//!
//! Training changes the other layers as it would if all were trained and the updates of the frozen
//! ones left out. Only first layers can be frozen: a gradient passes through none.

use crate::activation::Elementwise;
use crate::chain::Chain;
use crate::dense::Dense;
use crate::kernels;
use crate::layer::{InputGradient, Layer, LayerShape, Load, Magnitudes, Parameters, Trace};
use crate::signal::{SignalOf, magnitude};

/// A layer that is borrowed and not trained: the head of a [`Chain`].
///
/// Before it is [loaded](Load) it computes as if its parameters were 0, and has none to show.
#[derive(Clone, Copy, Debug)]
pub struct Frozen<'m, L> {
    layer: Option<&'m L>,
}

/// What one sample leaves behind in a chain whose head is [`Frozen`]: of that, its outputs only.
#[derive(Clone, Debug)]
pub struct FrozenTrace<const OUT: usize, T> {
    /// The outputs a of the frozen layer.
    pub outputs: [f32; OUT],
    /// In the rest.
    pub tail: T,
}

impl<const OUT: usize, T: Trace> Trace for FrozenTrace<OUT, T> {
    type Output = T::Output;

    const ZERO: Self = Self { outputs: [0.0; OUT], tail: T::ZERO };

    #[inline(always)]
    fn outputs(&self) -> &T::Output {
        self.tail.outputs()
    }

    fn visit_outputs(&self, visitor: &mut impl FnMut(&[f32])) {
        visitor(&self.outputs);
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
        let head = Magnitudes { signals: magnitude(&self.outputs), deltas: 0 };
        head.max(self.tail.magnitudes())
    }
}

/// Not for a frozen layer alone: at least the last is trained.
impl<const IN: usize, const MID: usize, A, T> Layer<IN> for Chain<Frozen<'_, Dense<IN, MID, A>>, T>
where
    A: Elementwise,
    T: Layer<MID>,
{
    type Output = T::Output;
    type Activation = T::Activation;
    type Trace = FrozenTrace<MID, T::Trace>;

    const ZERO: Self = Self { head: Frozen { layer: None }, tail: T::ZERO };

    const PARAMETERS: usize = Dense::<IN, MID, A>::PARAMETERS + T::PARAMETERS;

    const FROZEN: usize = 1 + T::FROZEN;

    fn shapes(shape: &mut impl FnMut(LayerShape)) {
        Dense::<IN, MID, A>::shapes(shape);
        T::shapes(shape);
    }

    #[inline(always)]
    fn forward(&self, x: &(impl SignalOf<IN> + ?Sized), trace: &mut Self::Trace) {
        match self.head.layer {
            Some(layer) => kernels::forward(&layer.weights, &layer.biases, x, &mut trace.outputs),
            None => trace.outputs.fill(0.0),
        }
        A::apply_in_place(&mut trace.outputs);
        self.tail.forward(&trace.outputs, &mut trace.tail);
    }

    #[inline(always)]
    fn backward(&self, trace: &mut Self::Trace) {
        self.tail.backward(&mut trace.tail);
    }

    #[inline(always)]
    fn update(&mut self, _: &(impl SignalOf<IN> + ?Sized), trace: &Self::Trace, rate: f32) {
        self.tail.update(&trace.outputs, &trace.tail, rate);
    }

    fn derivative(
        _: &(impl SignalOf<IN> + ?Sized),
        trace: &Self::Trace,
        index: usize,
    ) -> Option<f32> {
        let index = index.checked_sub(Dense::<IN, MID, A>::PARAMETERS)?;
        T::derivative(&trace.outputs, &trace.tail, index)
    }

    fn parameter_mut(&mut self, index: usize) -> Option<&mut f32> {
        self.tail.parameter_mut(index.checked_sub(Dense::<IN, MID, A>::PARAMETERS)?)
    }

    fn visit(&self, visitor: &mut impl FnMut(Parameters<&[f32]>)) {
        if let Some(layer) = self.head.layer {
            layer.visit(visitor);
        }
        self.tail.visit(visitor);
    }

    fn visit_mut(&mut self, visitor: &mut impl FnMut(Parameters<&mut [f32]>)) {
        self.tail.visit_mut(visitor);
    }

    fn visit_pairs(&mut self, other: &Self, visitor: &mut impl FnMut(&mut [f32], &[f32])) {
        self.tail.visit_pairs(&other.tail, visitor);
    }
}

impl<'m, const IN: usize, const MID: usize, A, T> Load<'m, IN>
    for Chain<Frozen<'m, Dense<IN, MID, A>>, T>
where
    A: Elementwise,
    T: Load<'m, MID>,
    T::Whole: InputGradient<MID>,
{
    type Whole = Chain<Dense<IN, MID, A>, T::Whole>;

    fn load(&mut self, whole: &'m Self::Whole) {
        self.head.layer = Some(&whole.head);
        self.tail.load(&whole.tail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::{Class, Cost, CrossEntropy, Quadratic};
    use crate::kind::InitKind;
    use crate::network::{Feedforward, Network};
    use crate::optimizer::{L2, Momentum, Optimizer, Sgd};
    use crate::sgd::{derivative, gradient, step};
    use crate::{network, network_layers};
    use std::boxed::Box;
    use std::vec::Vec;

    type WholeLayers = network_layers!(3 => 6 Tanh => 4 Relu => 2 Sigmoid);
    type LayersOf1 = network_layers!(3 => frozen 6 Tanh => 4 Relu => 2 Sigmoid);
    type LayersOf2 = network_layers!(3 => frozen 6 Tanh => frozen 4 Relu => 2 Sigmoid);

    type Whole = Feedforward<3, WholeLayers>;
    type One = Feedforward<3, LayersOf1>;
    type Two = Feedforward<3, LayersOf2>;

    /// Parameters of the first layer, and of the first two.
    const FROZEN: [usize; 2] = [24, 52];

    const INPUTS: [[f32; 3]; 4] =
        [[0.5, -1.0, 2.0], [0.0, 1.5, -0.25], [1.0, 1.0, 0.0], [-2.0, 0.0, 0.75]];

    fn samples() -> impl Iterator<Item = (&'static [f32; 3], Class)> + Clone {
        INPUTS.iter().enumerate().map(|(index, x)| (x, Class(index % 2)))
    }

    /// A network as in flash: it stays for as long as the program runs.
    fn whole() -> &'static Whole {
        let mut network = Box::new(Whole::ZERO);
        network.initialize(InitKind::Unit, 7);
        Box::leak(network)
    }

    fn parameters(network: &impl Network) -> Vec<f32> {
        let mut all = Vec::new();
        network.visit(&mut |parameters| all.extend_from_slice(parameters.into_values()));
        all
    }

    fn bits(network: &impl Network) -> Vec<u32> {
        parameters(network).into_iter().map(f32::to_bits).collect()
    }

    /// The bits after several steps, each on three of the samples, after each of which the first
    /// parameters are put back.
    fn trained<L: Layer<3>>(
        mut network: Feedforward<3, L>,
        mut optimizer: impl Optimizer<Feedforward<3, L>>,
        put_back: &[f32],
    ) -> Vec<u32>
    where
        CrossEntropy: Cost<L::Activation>,
    {
        let mut traces: [L::Trace; 3] = core::array::from_fn(|_| L::Trace::ZERO);
        for turn in 0..20 {
            let batch = samples().cycle().skip(turn).take(3);
            step(&mut network, &mut optimizer, &CrossEntropy, batch, &mut traces, 0.5).unwrap();
            for (index, value) in put_back.iter().enumerate() {
                *network.parameter_mut(index).unwrap() = *value;
            }
        }
        bits(&network)
    }

    fn loaded<L>() -> Feedforward<3, L>
    where
        L: Load<'static, 3, Whole = WholeLayers>,
    {
        let mut network = Feedforward::<3, L>::ZERO;
        network.load(whole());
        network
    }

    /// For each kind of optimiser the result of training.
    fn each_optimizer<L>(put_back: &[f32]) -> [Vec<u32>; 3]
    where
        L: Load<'static, 3, Whole = WholeLayers>,
        CrossEntropy: Cost<L::Activation>,
    {
        let mut velocities = [Feedforward::<3, L>::ZERO, Feedforward::<3, L>::ZERO];
        let [first, second] = &mut velocities;
        let momentum = Momentum::new(first, 0.5);
        let both = L2::new(Momentum::new(second, 0.25), 0.5, 0.1, 4).unwrap();
        [
            trained(loaded::<L>(), Sgd::new(), put_back),
            trained(loaded::<L>(), momentum, put_back),
            trained(loaded::<L>(), both, put_back),
        ]
    }

    #[test]
    fn the_rest_is_trained_as_if_the_updates_of_the_first_layers_were_left_out() {
        let before = parameters(whole());
        let [first, both] = FROZEN.map(|count| each_optimizer::<WholeLayers>(&before[..count]));
        assert_eq!(each_optimizer::<LayersOf1>(&[]), first);
        assert_eq!(each_optimizer::<LayersOf2>(&[]), both);
        // That is not what training all of it comes to, nor no training.
        let all = each_optimizer::<WholeLayers>(&[]);
        for (index, start) in [bits(whole()), all[0].clone(), both[0].clone()].iter().enumerate() {
            assert_ne!(first[0], *start, "{index}");
        }
    }

    #[test]
    fn a_loaded_network_is_the_whole_one() {
        let (one, two) = (loaded::<LayersOf1>(), loaded::<LayersOf2>());
        assert_eq!(bits(&one), bits(whole()));
        assert_eq!(bits(&two), bits(whole()));
        let copied = loaded::<WholeLayers>();
        assert_eq!(bits(&copied), bits(whole()));
        for (x, _) in samples() {
            let mut trace = Whole::TRACE;
            whole().forward(x, &mut trace);
            let mut expected = Vec::new();
            trace.visit_outputs(&mut |outputs| expected.push(outputs.to_vec()));
            let (mut trace, mut found) = (One::TRACE, Vec::new());
            one.forward(x, &mut trace);
            trace.visit_outputs(&mut |outputs| found.push(outputs.to_vec()));
            assert_eq!(found, expected);
            let (mut trace, mut found) = (Two::TRACE, Vec::new());
            two.forward(x, &mut trace);
            trace.visit_outputs(&mut |outputs| found.push(outputs.to_vec()));
            assert_eq!(found, expected);
        }
        let (mut of_whole, mut of_two) = (Vec::new(), Vec::new());
        Whole::shapes(|shape| of_whole.push(shape));
        Two::shapes(|shape| of_two.push(shape));
        assert_eq!(of_whole, of_two);
        assert_eq!(Whole::PARAMETERS, Two::PARAMETERS);
        assert_eq!([Whole::FROZEN, One::FROZEN, Two::FROZEN], [0, 1, 2]);
    }

    #[test]
    fn what_is_frozen_takes_no_ram_but_its_outputs() {
        type Digits = network!(784 => frozen 30 Sigmoid => 10 Sigmoid);
        assert_eq!(size_of::<Digits>(), size_of::<usize>() + 4 * (30 * 10 + 10));
        assert_eq!(size_of_val(&Digits::TRACE), 4 * (30 + 2 * 10));
        assert_eq!(size_of::<Two>(), 2 * size_of::<usize>() + 4 * (4 * 2 + 2));
        assert_eq!(size_of_val(&Two::TRACE), 4 * (6 + 4 + 2 * 2));
    }

    #[test]
    fn before_it_is_loaded_it_is_a_network_of_zeros() {
        let (mut trace, mut expected) = (One::TRACE, Whole::TRACE);
        One::ZERO.forward(&INPUTS[0], &mut trace);
        Whole::ZERO.forward(&INPUTS[0], &mut expected);
        assert_eq!(trace.outputs, expected.head.outputs);
        assert_eq!(One::ZERO.outputs(&trace), Whole::ZERO.outputs(&expected));
        // There is nothing of it to show.
        assert_eq!(parameters(&One::ZERO).len(), One::PARAMETERS - FROZEN[0]);
    }

    #[test]
    fn only_what_is_trained_has_a_derivative_and_can_be_changed() {
        let mut network = loaded::<LayersOf1>();
        let (x, class) = (&INPUTS[0], Class(1));
        let (mut trace, mut found) = (Whole::TRACE, Whole::ZERO);
        gradient(whole(), &Quadratic, x, &class, &mut trace, &mut found);
        let expected = parameters(&found);
        let mut trace = One::TRACE;
        for (index, expected) in expected.iter().enumerate() {
            let found = derivative(&network, &Quadratic, x, &class, &mut trace, index);
            let trained = index >= FROZEN[0];
            assert_eq!(found, trained.then_some(*expected), "{index}");
            assert_eq!(network.parameter_mut(index).is_some(), trained, "{index}");
        }
        assert_eq!(network.parameter_mut(One::PARAMETERS), None);
        let last = network.parameter_mut(One::PARAMETERS - 1).unwrap();
        assert_eq!(last.to_bits(), bits(whole())[One::PARAMETERS - 1]);
        let (mut count, mut pairs) = (0, 0);
        network.visit_mut(&mut |parameters| count += parameters.into_values().len());
        network.visit_pairs(&One::ZERO, &mut |to, _| pairs += to.len());
        assert_eq!([count, pairs], [One::PARAMETERS - FROZEN[0]; 2]);
    }
}
