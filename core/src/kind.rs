//! Names for what a model image, a command line or a runtime-width network must choose between.
//!
//! Each kind has a code (one byte in a model image), a name (on a command line) and, in its own
//! module, the type that does the work. None is `#[non_exhaustive]`: whoever adds one is led by the
//! compiler to each place that has to know of it.

use core::fmt;
use core::str::FromStr;

/// Declares an enum whose variants have a byte code and a name.
macro_rules! kinds {
    (
        $(#[$doc:meta])*
        $kind:ident, $what:literal {
            $($(#[$variant_doc:meta])* $variant:ident = $code:literal, $name:literal;)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[repr(u8)]
        pub enum $kind {
            $($(#[$variant_doc])* $variant = $code,)*
        }

        impl $kind {
            /// Every variant, in the order of the codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The byte that stands for it in a model image.
            pub const fn code(self) -> u8 {
                self as u8
            }

            /// The variant of a model image's byte, if there is one.
            pub const fn from_code(code: u8) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// The name on a command line.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }

        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }

        impl FromStr for $kind {
            type Err = UnknownName;

            fn from_str(name: &str) -> Result<Self, UnknownName> {
                match name {
                    $($name => Ok(Self::$variant),)*
                    _ => Err(UnknownName { what: $what, names: &[$($name),*] }),
                }
            }
        }
    };
}

kinds! {
    /// Which function turns a layer's pre-activations into its outputs.
    ActivationKind, "activation" {
        /// [`Sigmoid`](crate::activation::Sigmoid).
        Sigmoid = 1, "sigmoid";
        /// [`Tanh`](crate::activation::Tanh).
        Tanh = 2, "tanh";
        /// [`Relu`](crate::activation::Relu).
        Relu = 3, "relu";
        /// [`Identity`](crate::activation::Identity).
        Identity = 4, "identity";
        /// [`Softmax`](crate::activation::Softmax): an output layer only.
        Softmax = 5, "softmax";
    }
}

kinds! {
    /// What training makes small.
    CostKind, "cost" {
        /// [`Quadratic`](crate::cost::Quadratic).
        Quadratic = 1, "quadratic";
        /// [`CrossEntropy`](crate::cost::CrossEntropy), of sigmoid outputs.
        CrossEntropy = 2, "cross-entropy";
        /// [`SoftmaxCrossEntropy`](crate::cost::SoftmaxCrossEntropy).
        SoftmaxCrossEntropy = 3, "softmax";
    }
}

kinds! {
    /// Which software computes exp, ln, sqrt and tanh.
    MathKind, "math" {
        /// [`Poly`](crate::math::Poly).
        Poly = 1, "poly";
        /// [`Libm`](crate::math::Libm).
        Libm = 2, "libm";
        /// [`Micromath`](crate::math::Micromath).
        Micromath = 3, "micromath";
    }
}

kinds! {
    /// How a step follows from the gradient.
    OptimizerKind, "optimizer" {
        /// [`Sgd`](crate::optimizer::Sgd).
        Sgd = 1, "sgd";
        /// [`Momentum`](crate::optimizer::Momentum).
        Momentum = 2, "momentum";
        /// [`Nesterov`](crate::optimizer::Nesterov).
        Nesterov = 3, "nesterov";
    }
}

kinds! {
    /// The distribution of the parameters a network starts from.
    InitKind, "initialisation" {
        /// Weights of variance 1/IN, biases of variance 1.
        Scaled = 1, "scaled";
        /// Weights and biases of variance 1.
        Unit = 2, "unit";
    }
}

impl CostKind {
    /// The output activation that goes with this cost unless another is asked for.
    pub const fn output_activation(self) -> ActivationKind {
        match self {
            Self::Quadratic | Self::CrossEntropy => ActivationKind::Sigmoid,
            Self::SoftmaxCrossEntropy => ActivationKind::Softmax,
        }
    }

    /// Whether this cost has a gradient for outputs of `activation`.
    ///
    /// The same pairs for which [`Cost`](crate::cost::Cost) is implemented.
    pub const fn fits(self, activation: ActivationKind) -> bool {
        match self {
            Self::Quadratic => !matches!(activation, ActivationKind::Softmax),
            Self::CrossEntropy => matches!(activation, ActivationKind::Sigmoid),
            Self::SoftmaxCrossEntropy => matches!(activation, ActivationKind::Softmax),
        }
    }
}

/// A name that stands for nothing; the message lists those that do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct UnknownName {
    what: &'static str,
    names: &'static [&'static str],
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown {}; there are ", self.what)?;
        for (position, name) in self.names.iter().enumerate() {
            let separator = if position == 0 { "" } else { ", " };
            write!(f, "{separator}{name}")?;
        }
        Ok(())
    }
}

impl core::error::Error for UnknownName {}
