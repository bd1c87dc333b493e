//! A function of two variables from above: colours, contours, paths, points.

use super::{Axis, Label, Shade};

/// What the colours of a map mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Colours {
    /// Light for the lowest number, dark for the highest.
    Sequential,
    /// Each number is that of a class.
    Classes,
}

/// A way over a map.
#[derive(Clone, Debug)]
pub struct Path {
    /// What it is called in the legend; empty: not mentioned there.
    pub name: Label,
    /// The places it passes, each marked; what lies outside the axes is not shown.
    pub points: Vec<(f64, f64)>,
    /// Its colour.
    pub shade: Shade,
}

/// A place of its own on a map: a sample.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Where.
    pub at: (f64, f64),
    /// Its class: its mark has the class's colour and form.
    pub class: usize,
}

/// A function of two variables, from above.
#[derive(Clone, Debug)]
pub struct Map {
    /// The horizontal axis, with its range.
    pub x: Axis,
    /// The vertical axis, with its range.
    pub y: Axis,
    /// Numbers in a row, and rows.
    pub size: (usize, usize),
    /// The function at `size.0 × size.1` places evenly over the axes' ranges, ends included: row
    /// after row, each with rising x, the row of the least y first.
    pub values: Vec<f64>,
    /// What the colours mean.
    pub colours: Colours,
    /// Lines of equal value are drawn at these.
    pub contours: Vec<f64>,
    /// Ways over it.
    pub paths: Vec<Path>,
    /// Places on it.
    pub places: Vec<Place>,
}

impl Map {
    /// `function` at `columns × rows` places over x in `across` and y in `up`.
    pub fn of(
        (x, across): (Label, (f64, f64)),
        (y, up): (Label, (f64, f64)),
        (columns, rows): (usize, usize),
        function: impl Fn(f64, f64) -> f64,
    ) -> Self {
        let between = |(low, high): (f64, f64), at: usize, of: usize| {
            low + (high - low) * at as f64 / (of - 1) as f64
        };
        let mut values = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            let y = between(up, row, rows);
            values.extend((0..columns).map(|column| function(between(across, column, columns), y)));
        }
        Self {
            x: Axis::linear(x).from_to(across.0, across.1),
            y: Axis::linear(y).from_to(up.0, up.1),
            size: (columns, rows),
            values,
            colours: Colours::Sequential,
            contours: Vec::new(),
            paths: Vec::new(),
            places: Vec::new(),
        }
    }

    /// The numbers are those of classes.
    #[must_use]
    pub fn of_classes(mut self) -> Self {
        self.colours = Colours::Classes;
        self
    }

    /// With lines of equal value.
    #[must_use]
    pub fn contours(mut self, at: impl IntoIterator<Item = f64>) -> Self {
        self.contours.extend(at);
        self
    }

    /// With a way over it, in the next colour that no other way has.
    #[must_use]
    pub fn path(mut self, name: Label, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let shade = Shade::nth(self.paths.len());
        self.paths.push(Path { name, points: points.into_iter().collect(), shade });
        self
    }

    /// With places on it.
    #[must_use]
    pub fn places(mut self, places: impl IntoIterator<Item = Place>) -> Self {
        self.places.extend(places);
        self
    }
}
