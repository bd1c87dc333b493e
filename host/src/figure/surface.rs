//! A function of two variables in perspective.

use super::Label;

/// A function of two variables, in perspective, with a way down it.
#[derive(Clone, Debug)]
pub struct Surface {
    /// The first variable, and from where to where.
    pub x: (Label, (f64, f64)),
    /// The second variable, and from where to where.
    pub y: (Label, (f64, f64)),
    /// What the function is called.
    pub z: Label,
    /// Numbers in a row, and rows.
    pub size: (usize, usize),
    /// The function, as in a [`Map`](super::Map).
    pub values: Vec<f64>,
    /// Places on the surface, joined by a line: `(x, y, z)`.
    pub path: Vec<(f64, f64, f64)>,
}
