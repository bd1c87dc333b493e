//! Functions of two variables, written as circuits, and the way down them.

use gradito_core::circuit::{Circuit, CircuitError, Node};

use crate::figure::{Label, Map};
use crate::lesson::LessonError;

/// A function C(v₁, v₂).
pub type Hill = for<'c> fn(Node<'c, f64>, Node<'c, f64>) -> Node<'c, f64>;

/// v₁² + 3v₂²: a bowl, three times as steep one way as the other.
pub fn bowl<'c>(v1: Node<'c, f64>, v2: Node<'c, f64>) -> Node<'c, f64> {
    v1.square() + 3.0 * v2.square()
}

/// v₁² − v₂²/2 + v₂⁴/4: a saddle at (0, 0) between two hollows at (0, ±1).
pub fn saddle<'c>(v1: Node<'c, f64>, v2: Node<'c, f64>) -> Node<'c, f64> {
    v1.square() - 0.5 * v2.square() + 0.25 * v2.power(4.0)
}

/// (1 − v₁)² + 100(v₂ − v₁²)²: a narrow bent valley (H. H. Rosenbrock, "An automatic method for
/// finding the greatest or least value of a function", The Computer Journal 3, 1960).
pub fn valley<'c>(v1: Node<'c, f64>, v2: Node<'c, f64>) -> Node<'c, f64> {
    (1.0 - v1).square() + 100.0 * (v2 - v1.square()).square()
}

/// A place on a hill.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// v₁ and v₂.
    pub v: (f64, f64),
    /// C there.
    pub c: f64,
    /// ∇C there.
    pub gradient: (f64, f64),
}

impl Place {
    /// ‖∇C‖².
    pub fn steepness(&self) -> f64 {
        self.gradient.0 * self.gradient.0 + self.gradient.1 * self.gradient.1
    }

    /// Where a step v − η∇C leads.
    pub fn step(&self, eta: f64) -> (f64, f64) {
        (self.v.0 - eta * self.gradient.0, self.v.1 - eta * self.gradient.1)
    }
}

/// The place at `v`, by a circuit's forward and backward pass.
pub fn place(hill: Hill, v: (f64, f64)) -> Result<Place, LessonError> {
    let circuit = Circuit::<16, f64>::new();
    let inputs = (circuit.input(v.0), circuit.input(v.1));
    let c = hill(inputs.0, inputs.1);
    let failed = |error: CircuitError| LessonError::Compute {
        lesson: "descent",
        what: format!("{error}, at ({}, {})", v.0, v.1),
    };
    circuit.forward().and_then(|()| circuit.backward(c)).map_err(failed)?;
    Ok(Place { v, c: c.value(), gradient: (inputs.0.gradient(), inputs.1.gradient()) })
}

/// The places that so many steps of gradient descent pass, the start included.
pub fn descend(
    hill: Hill,
    start: (f64, f64),
    eta: f64,
    steps: usize,
) -> Result<Vec<Place>, LessonError> {
    let mut way = vec![place(hill, start)?];
    for _ in 0..steps {
        way.push(place(hill, way[way.len() - 1].step(eta))?);
    }
    Ok(way)
}

/// The hill from above.
pub fn map(
    hill: Hill,
    across: (f64, f64),
    up: (f64, f64),
    contours: impl IntoIterator<Item = f64>,
) -> Map {
    let height = |v1, v2| place(hill, (v1, v2)).map_or(f64::NAN, |place| place.c);
    let axes = ((Label::plain("v₁"), across), (Label::plain("v₂"), up));
    Map::of(axes.0, axes.1, (81, 81), height).contours(contours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradients_are_those_of_the_formulas() {
        let at = |hill, v| place(hill, v).unwrap();
        let found = at(bowl, (-1.5, 0.5));
        assert_eq!((found.c, found.gradient), (3.0, (-3.0, 3.0)));
        assert_eq!(found.step(0.5), (0.0, -1.0));
        let found = at(saddle, (0.5, -2.0));
        assert_eq!((found.c, found.gradient), (2.25, (1.0, -6.0)));
        // The minimum, and the place where everyone starts.
        assert_eq!(at(valley, (1.0, 1.0)).steepness(), 0.0);
        let found = at(valley, (-1.5, 2.0));
        assert_eq!((found.c, found.gradient), (12.5, (-155.0, -50.0)));
    }

    #[test]
    fn a_way_that_leaves_the_numbers_is_an_error() {
        let error = descend(valley, (-1.2, 1.0), 1.0, 20).unwrap_err();
        assert!(error.to_string().starts_with("lesson descent: "), "{error}");
    }
}
