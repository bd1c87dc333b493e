//! Activations, costs and maths chosen at run time, by calling the compile-time ones.

use gradito_core::activation::{self, Activation, Identity, Relu, Sigmoid, Softmax, Tanh};
use gradito_core::cost::{Cost, CrossEntropy, Quadratic, SoftmaxCrossEntropy, Target};
use gradito_core::kind::{ActivationKind, CostKind, MathKind};
use gradito_core::math::{Libm, Micromath, Poly};

/// Calls `$body` with the type `$math` that `$kind` names.
macro_rules! with_math {
    ($kind:expr, $math:ident => $body:expr) => {
        match $kind {
            MathKind::Libm => {
                type $math = Libm;
                $body
            }
            MathKind::Micromath => {
                type $math = Micromath;
                $body
            }
            MathKind::Poly => {
                type $math = Poly;
                $body
            }
        }
    };
}

/// An activation and its math.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnyActivation {
    /// The function.
    pub kind: ActivationKind,
    /// What computes its exponentials.
    pub math: MathKind,
}

impl AnyActivation {
    /// See [`Activation::apply`].
    #[inline(always)]
    pub fn apply(self, z: &[f32], a: &mut [f32]) {
        match self.kind {
            ActivationKind::Sigmoid => with_math!(self.math, M => Sigmoid::<M>::apply(z, a)),
            ActivationKind::Tanh => with_math!(self.math, M => Tanh::<M>::apply(z, a)),
            ActivationKind::Relu => Relu::<Poly>::apply(z, a),
            ActivationKind::Softmax => with_math!(self.math, M => Softmax::<M>::apply(z, a)),
            ActivationKind::Identity => Identity::<Poly>::apply(z, a),
        }
    }

    /// See [`activation::through`]; never called for softmax, which no hidden layer has.
    #[inline(always)]
    pub fn through(self, a: &[f32], d: &mut [f32]) {
        match self.kind {
            ActivationKind::Sigmoid => activation::through::<Sigmoid>(a, d),
            ActivationKind::Tanh => activation::through::<Tanh>(a, d),
            ActivationKind::Relu => activation::through::<Relu>(a, d),
            ActivationKind::Identity | ActivationKind::Softmax => {
                activation::through::<Identity>(a, d);
            }
        }
    }
}

/// The outputs of a network whose activations are known only at run time.
#[derive(Clone, Copy, Debug)]
pub struct AnyOutput;

/// A cost for [`AnyOutput`], and the output activation it was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnyCost {
    kind: CostKind,
    output: AnyActivation,
}

impl AnyCost {
    /// The cost `kind` of outputs of the activation `output`; `None` if it does not
    /// [fit](CostKind::fits).
    pub fn new(kind: CostKind, output: AnyActivation) -> Option<Self> {
        kind.fits(output.kind).then_some(Self { kind, output })
    }
}

impl Cost<AnyOutput> for AnyCost {
    #[inline(always)]
    fn value(&self, target: &(impl Target + ?Sized), a: &[f32], z: &[f32]) -> f32 {
        match self.kind {
            CostKind::CrossEntropy => {
                with_math!(self.output.math, M => Cost::<Sigmoid<M>>::value(&CrossEntropy, target, a, z))
            }
            CostKind::SoftmaxCrossEntropy => {
                with_math!(self.output.math, M => Cost::<Softmax<M>>::value(&SoftmaxCrossEntropy, target, a, z))
            }
            // The value does not depend on the activation.
            CostKind::Quadratic => Cost::<Sigmoid>::value(&Quadratic, target, a, z),
        }
    }

    #[inline(always)]
    fn delta(&self, target: &(impl Target + ?Sized), a: &[f32], deltas: &mut [f32]) {
        match self.kind {
            CostKind::CrossEntropy => Cost::<Sigmoid>::delta(&CrossEntropy, target, a, deltas),
            CostKind::SoftmaxCrossEntropy => {
                Cost::<Softmax>::delta(&SoftmaxCrossEntropy, target, a, deltas);
            }
            CostKind::Quadratic => match self.output.kind {
                ActivationKind::Tanh => Cost::<Tanh>::delta(&Quadratic, target, a, deltas),
                ActivationKind::Relu => Cost::<Relu>::delta(&Quadratic, target, a, deltas),
                ActivationKind::Identity => Cost::<Identity>::delta(&Quadratic, target, a, deltas),
                ActivationKind::Sigmoid | ActivationKind::Softmax => {
                    Cost::<Sigmoid>::delta(&Quadratic, target, a, deltas);
                }
            },
        }
    }
}
