//! The gates: each is one function, with its rule in it.

use core::ops::{Add, Div, Mul, Neg, Sub};

use super::node::Node;
use super::real::Real;
use super::tape::Rule;

/// x + y: hands the gradient on to both.
impl<T: Real> Add for Node<'_, T> {
    type Output = Self;

    fn add(self, y: Self) -> Self {
        self.binary(y, const {
            &Rule { symbol: "+", value: |x, y| x + y, gradient: |_, _, _| [T::ONE, T::ONE] }
        })
    }
}

/// x − y.
impl<T: Real> Sub for Node<'_, T> {
    type Output = Self;

    fn sub(self, y: Self) -> Self {
        self.binary(y, const {
            &Rule { symbol: "−", value: |x, y| x - y, gradient: |_, _, _| [T::ONE, -T::ONE] }
        })
    }
}

/// x·y: each gets the gradient times the other.
impl<T: Real> Mul for Node<'_, T> {
    type Output = Self;

    fn mul(self, y: Self) -> Self {
        self.binary(
            y,
            const { &Rule { symbol: "·", value: |x, y| x * y, gradient: |x, y, _| [y, x] } },
        )
    }
}

/// x/y.
impl<T: Real> Div for Node<'_, T> {
    type Output = Self;

    fn div(self, y: Self) -> Self {
        self.binary(
            y,
            const {
                &Rule {
                    symbol: "/",
                    value: |x, y| x / y,
                    gradient: |_, y, f| [T::ONE / y, -(f / y)],
                }
            },
        )
    }
}

/// −x.
impl<T: Real> Neg for Node<'_, T> {
    type Output = Self;

    fn neg(self) -> Self {
        self.unary(const {
            &Rule { symbol: "−x", value: |x, _| -x, gradient: |_, _, _| [-T::ONE, T::ZERO] }
        })
    }
}

/// c + x.
impl<T: Real> Add<T> for Node<'_, T> {
    type Output = Self;

    fn add(self, constant: T) -> Self {
        self.unary_with(
            constant,
            const {
                &Rule {
                    symbol: "c + x",
                    value: |x, c| c + x,
                    gradient: |_, _, _| [T::ONE, T::ZERO],
                }
            },
        )
    }
}

/// c·x.
impl<T: Real> Mul<T> for Node<'_, T> {
    type Output = Self;

    fn mul(self, constant: T) -> Self {
        self.unary_with(constant, const {
            &Rule { symbol: "c·x", value: |x, c| c * x, gradient: |_, c, _| [c, T::ZERO] }
        })
    }
}

/// x − c, as −c + x, which is the same number.
impl<T: Real> Sub<T> for Node<'_, T> {
    type Output = Self;

    fn sub(self, constant: T) -> Self {
        self + -constant
    }
}

/// x/c, with a node for c.
impl<T: Real> Div<T> for Node<'_, T> {
    type Output = Self;

    fn div(self, constant: T) -> Self {
        self / self.beside(constant)
    }
}

impl<T: Real> Node<'_, T> {
    /// max(x, y): the gradient goes to the larger; to `self` if they are equal.
    pub fn max(self, y: Self) -> Self {
        self.binary(
            y,
            const {
                &Rule {
                    symbol: "max",
                    value: |x, y| if x >= y { x } else { y },
                    gradient: |x, y, _| if x >= y { [T::ONE, T::ZERO] } else { [T::ZERO, T::ONE] },
                }
            },
        )
    }

    /// min(x, y): the gradient goes to the smaller; to `self` if they are equal.
    pub fn min(self, y: Self) -> Self {
        self.binary(
            y,
            const {
                &Rule {
                    symbol: "min",
                    value: |x, y| if x <= y { x } else { y },
                    gradient: |x, y, _| if x <= y { [T::ONE, T::ZERO] } else { [T::ZERO, T::ONE] },
                }
            },
        )
    }

    /// 1/x.
    pub fn reciprocal(self) -> Self {
        self.unary(
            const {
                &Rule {
                    symbol: "1/x",
                    value: |x, _| T::ONE / x,
                    gradient: |_, _, f| [-(f * f), T::ZERO],
                }
            },
        )
    }

    /// eˣ.
    pub fn exp(self) -> Self {
        self.unary(const {
            &Rule { symbol: "eˣ", value: |x, _| x.exp(), gradient: |_, _, f| [f, T::ZERO] }
        })
    }

    /// ln x.
    pub fn ln(self) -> Self {
        self.unary(
            const {
                &Rule {
                    symbol: "ln",
                    value: |x, _| x.ln(),
                    gradient: |x, _, _| [T::ONE / x, T::ZERO],
                }
            },
        )
    }

    /// tanh x.
    pub fn tanh(self) -> Self {
        self.unary(
            const {
                &Rule {
                    symbol: "tanh",
                    value: |x, _| x.tanh(),
                    gradient: |_, _, f| [T::ONE - f * f, T::ZERO],
                }
            },
        )
    }

    /// σ(x) = 1/(1 + e⁻ˣ): what takes four gates otherwise, with a derivative from its output.
    pub fn sigmoid(self) -> Self {
        self.unary(
            const {
                &Rule {
                    symbol: "σ",
                    value: |x, _| T::ONE / (T::ONE + (-x).exp()),
                    gradient: |_, _, f| [f * (T::ONE - f), T::ZERO],
                }
            },
        )
    }

    /// max(x, 0); its derivative at 0 is taken as 0.
    pub fn relu(self) -> Self {
        self.unary(
            const {
                &Rule {
                    symbol: "ReLU",
                    value: |x, _| if x > T::ZERO { x } else { T::ZERO },
                    gradient: |x, _, _| [if x > T::ZERO { T::ONE } else { T::ZERO }, T::ZERO],
                }
            },
        )
    }

    /// x².
    pub fn square(self) -> Self {
        self.unary(const {
            &Rule { symbol: "x²", value: |x, _| x * x, gradient: |x, _, _| [x + x, T::ZERO] }
        })
    }

    /// xᶜ, with a constant exponent c.
    pub fn power(self, exponent: T) -> Self {
        self.unary_with(
            exponent,
            const {
                &Rule {
                    symbol: "xᶜ",
                    value: |x, c| x.power(c),
                    // x⁰ is 1 everywhere, and its slope 0: not 0 · ∞, at 0.
                    gradient: |x, c, _| {
                        [if c == T::ZERO { c } else { c * x.power(c - T::ONE) }, T::ZERO]
                    },
                }
            },
        )
    }
}

/// Numbers on the left of an operator: not for every `T` at once, by the orphan rule.
macro_rules! number_first {
    ($($number:ty),+) => {$(
        /// c + x.
        impl<'c> Add<Node<'c, $number>> for $number {
            type Output = Node<'c, $number>;

            fn add(self, x: Node<'c, $number>) -> Self::Output {
                x + self
            }
        }

        /// c·x.
        impl<'c> Mul<Node<'c, $number>> for $number {
            type Output = Node<'c, $number>;

            fn mul(self, x: Node<'c, $number>) -> Self::Output {
                x * self
            }
        }

        /// c − x, with a node for c.
        impl<'c> Sub<Node<'c, $number>> for $number {
            type Output = Node<'c, $number>;

            fn sub(self, x: Node<'c, $number>) -> Self::Output {
                x.beside(self) - x
            }
        }

        /// c/x, with a node for c.
        impl<'c> Div<Node<'c, $number>> for $number {
            type Output = Node<'c, $number>;

            fn div(self, x: Node<'c, $number>) -> Self::Output {
                x.beside(self) / x
            }
        }
    )+};
}

number_first!(f32, f64);
