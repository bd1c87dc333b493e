//! Every gate: its value against the standard library's, its gradient against central differences
//! in `f64`, and `f32` against `f64`.

use std::vec::Vec;

use crate::activation::{Elementwise, Relu, Sigmoid, Tanh};
use crate::circuit::{Circuit, Node, Real};

type Written<T> = for<'c> fn(Node<'c, T>, Node<'c, T>) -> Node<'c, T>;

struct Gate {
    name: &'static str,
    wide: Written<f64>,
    narrow: Written<f32>,
    exact: fn(f64, f64) -> f64,
    at: &'static [[f64; 2]],
}

/// A gate, written the same for both types of number.
macro_rules! gate {
    ($name:literal, |$x:ident, $y:tt| $written:expr, $exact:expr, $at:expr) => {
        Gate {
            name: $name,
            wide: |$x, $y| $written,
            narrow: |$x, $y| $written,
            exact: $exact,
            at: &$at,
        }
    };
}

/// Points with exact `f32`, away from kinks and poles.
const ANY: [[f64; 2]; 5] = [[0.5, 2.0], [-1.25, 0.75], [3.0, -0.375], [-2.0, -2.5], [0.0625, 4.0]];
const POSITIVE: [[f64; 2]; 4] = [[0.5, 0.0], [1.0, 0.0], [3.75, 0.0], [0.0625, 0.0]];

const GATES: [Gate; 24] = [
    gate!("x + y", |x, y| x + y, |x, y| x + y, ANY),
    gate!("x − y", |x, y| x - y, |x, y| x - y, ANY),
    gate!("x·y", |x, y| x * y, |x, y| x * y, ANY),
    gate!("x/y", |x, y| x / y, |x, y| x / y, ANY),
    gate!("max", |x, y| x.max(y), f64::max, ANY),
    gate!("min", |x, y| x.min(y), f64::min, ANY),
    gate!("c + x", |x, _| 1.5 + x, |x, _| 1.5 + x, ANY),
    gate!("x + c", |x, _| x + 1.5, |x, _| 1.5 + x, ANY),
    gate!("x − c", |x, _| x - 1.5, |x, _| x - 1.5, ANY),
    gate!("c − x", |x, _| 1.5 - x, |x, _| 1.5 - x, ANY),
    gate!("c·x", |x, _| -2.5 * x, |x, _| -2.5 * x, ANY),
    gate!("x·c", |x, _| x * -2.5, |x, _| -2.5 * x, ANY),
    gate!("x/c", |x, _| x / 3.0, |x, _| x / 3.0, ANY),
    gate!("c/x", |x, _| 3.0 / x, |x, _| 3.0 / x, ANY),
    gate!("−x", |x, _| -x, |x, _| -x, ANY),
    gate!("1/x", |x, _| x.reciprocal(), |x, _| 1.0 / x, ANY),
    gate!("exp", |x, _| x.exp(), |x, _| x.exp(), ANY),
    gate!("ln", |x, _| x.ln(), |x, _| x.ln(), POSITIVE),
    gate!("tanh", |x, _| x.tanh(), |x, _| x.tanh(), ANY),
    gate!("σ", |x, _| x.sigmoid(), |x, _| 1.0 / (1.0 + (-x).exp()), ANY),
    gate!("ReLU", |x, _| x.relu(), |x, _| x.max(0.0), ANY),
    gate!("x²", |x, _| x.square(), |x, _| x * x, ANY),
    gate!("x³", |x, _| x.power(3.0), |x, _| x * x * x, ANY),
    gate!("√x", |x, _| x.power(0.5), |x, _| x.sqrt(), POSITIVE),
];

/// f(x, y), ∂f/∂x and ∂f/∂y.
fn found<T: Real>(gate: Written<T>, [x, y]: [T; 2]) -> [T; 3] {
    let circuit = Circuit::<4, T>::new();
    let (x, y) = (circuit.input(x), circuit.input(y));
    let f = gate(x, y);
    circuit.forward().unwrap();
    circuit.backward(f).unwrap();
    [f.value(), x.gradient(), y.gradient()]
}

fn assert_close(found: f64, exact: f64, tolerance: f64, what: &str) {
    let error = (found - exact).abs() / exact.abs().max(1.0);
    assert!(error <= tolerance, "{what}: {found} for {exact}, off by {error:e}");
}

#[test]
fn values() {
    for Gate { name, wide, exact, at, .. } in GATES {
        for &[x, y] in at {
            // A few roundings, and the last bits of two libraries.
            assert_close(found(wide, [x, y])[0], exact(x, y), 1e-15, name);
        }
    }
}

#[test]
fn gradients_are_central_differences() {
    /// The cube root of the precision: there the error of the formula, h²f‴/6, and that of
    /// rounding, ε/h, are alike.
    const H: f64 = 6e-6;
    for Gate { name, wide, at, .. } in GATES {
        for &[x, y] in at {
            let [_, d_x, d_y] = found(wide, [x, y]);
            let slope = |dx: f64, dy: f64| {
                let f = |sign: f64| found(wide, [x + sign * dx * H, y + sign * dy * H])[0];
                (f(1.0) - f(-1.0)) / (2.0 * H)
            };
            // 1/x near 1/16 has the largest h²f‴/6, 7e-9 of f′.
            assert_close(d_x, slope(1.0, 0.0), 1e-8, name);
            assert_close(d_y, slope(0.0, 1.0), 1e-8, name);
        }
    }
}

#[test]
fn both_types_agree() {
    for Gate { name, wide, narrow, at, .. } in GATES {
        for &[x, y] in at {
            let wide = found(wide, [x, y]);
            let narrow = found(narrow, [x as f32, y as f32]);
            for (wide, narrow) in wide.into_iter().zip(narrow) {
                // Up to three roundings of 2⁻²⁴, and 1.4 ulp of a function.
                assert_close(narrow.into(), wide, 3e-7, name);
            }
        }
    }
}

/// Activations are those of layers, to the bit.
#[test]
fn activations_are_the_layers() {
    type Function = fn(f32) -> f32;
    let cases: [(Written<f32>, [Function; 2]); 3] = [
        (|x, _| x.sigmoid(), [<Sigmoid>::value, <Sigmoid>::derivative]),
        (|x, _| x.tanh(), [<Tanh>::value, <Tanh>::derivative]),
        (|x, _| x.relu(), [<Relu>::value, <Relu>::derivative]),
    ];
    for (gate, [value, derivative]) in cases {
        for z in [-200.0, -20.0, -1.0, -0.5, -1e-6, 0.0, 1e-6, 0.3, 1.0, 5.5, 20.0, 200.0] {
            let [f, d_z, _] = found(gate, [z, 0.0]);
            assert_eq!(f.to_bits(), value(z).to_bits(), "{z}");
            assert_eq!(d_z, derivative(value(z)), "{z}");
        }
    }
}

#[test]
fn borders() {
    let power = |c: f64, x: f64| {
        let circuit = Circuit::<2, f64>::new();
        let x = circuit.input(x);
        let f = x.power(c);
        circuit.forward().unwrap();
        circuit.backward(f).unwrap();
        (f.value(), x.gradient())
    };
    assert_eq!(power(0.0, 0.0), (1.0, 0.0));
    assert_eq!(power(0.0, -3.0), (1.0, 0.0));
    assert_eq!(power(1.0, 0.0), (0.0, 1.0));
    assert_eq!(power(2.0, 0.0), (0.0, 0.0));
    assert_eq!(power(-1.0, -2.0), (-0.5, -0.25));
    assert_eq!(found::<f64>(|x, _| x.relu(), [0.0, 0.0]), [0.0, 0.0, 0.0]);
    // σ of numbers whose exponential overflows.
    assert_eq!(found::<f32>(|x, _| x.sigmoid(), [-1e9, 0.0]), [0.0, 0.0, 0.0]);
    assert_eq!(found::<f64>(|x, _| x.sigmoid(), [1e9, 0.0]), [1.0, 0.0, 0.0]);
}

/// All gates in one formula, at a point each of `f32` and `f64`.
fn bits<T: Real + From<f32>>() -> Vec<T> {
    let circuit = Circuit::<32, T>::new();
    let (x, y) = (circuit.input(0.3_f32.into()), circuit.input((-1.7_f32).into()));
    let (c, half): (_, T) = (circuit.constant(2.3_f32.into()), 0.7_f32.into());
    let a = (x * y + c).exp().ln() - x / y;
    let b = (a.square() + x.sigmoid()).power(half) * y.tanh();
    let f = (-b).relu().max(a) + b.min(x * half).reciprocal() + half;
    circuit.forward().unwrap();
    circuit.backward(f).unwrap();
    [f.value(), x.gradient(), y.gradient(), c.gradient()].into()
}

/// The same bits on every target: computed once, compared with an independent computation, and kept.
#[test]
fn the_bits_are_pinned() {
    let narrow: Vec<u32> = bits::<f32>().into_iter().map(f32::to_bits).collect();
    let wide: Vec<u64> = bits::<f64>().into_iter().map(f64::to_bits).collect();
    // 2.979778…, −1.973105…, 0.3537965…, 1.879849… in both.
    assert_eq!(narrow, [1_077_851_315, 3_220_999_868, 1_052_058_832, 1_072_733_932]);
    assert_eq!(
        wide,
        [
            4_613_892_283_691_230_965,
            13_834_936_933_408_561_308,
            4_600_045_051_448_173_394,
            4_611_144_909_457_188_207
        ]
    );
}
