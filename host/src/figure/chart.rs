//! Lines, points, bars and bands over two axes.

use super::{Label, Shade};

/// How numbers lie along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Equal differences are equally far apart.
    Linear,
    /// Equal ratios are equally far apart; what is not above 0 is not shown.
    Log,
}

/// One axis of a chart or map.
#[derive(Clone, Debug)]
pub struct Axis {
    /// What is measured along it, with its unit.
    pub label: Label,
    /// How numbers lie along it.
    pub scale: Scale,
    /// From where to where; without it, as far as there is something to show.
    pub range: Option<(f64, f64)>,
    /// Names for the numbers 0, 1, 2, …, in place of the numbers.
    pub categories: Vec<Label>,
}

impl Axis {
    /// An axis with a linear scale.
    pub fn linear(label: Label) -> Self {
        Self { label, scale: Scale::Linear, range: None, categories: Vec::new() }
    }

    /// An axis with a logarithmic scale.
    pub fn log(label: Label) -> Self {
        Self { scale: Scale::Log, ..Self::linear(label) }
    }

    /// An axis with a name for each of the numbers 0, 1, 2, ….
    pub fn named(label: Label, categories: impl IntoIterator<Item = Label>) -> Self {
        let categories: Vec<_> = categories.into_iter().collect();
        let range = Some((-0.6, categories.len() as f64 - 0.4));
        Self { categories, range, ..Self::linear(label) }
    }

    /// The axis from `low` to `high`.
    #[must_use]
    pub fn from_to(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
        self
    }
}

/// How a series is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// A line from point to point.
    Line,
    /// A broken line from point to point.
    Dashed,
    /// A mark at each point.
    Points,
    /// A line with a mark at each point.
    Marked,
    /// A bar from 0 (or the lower end of the axis) to each point.
    Bars,
    /// The area between each point and the number beside it: a spread.
    Band(Vec<f64>),
}

/// Numbers that belong together.
#[derive(Clone, Debug)]
pub struct Series {
    /// What it is called in the legend; empty: not mentioned there.
    pub name: Label,
    /// `(x, y)`; a point that is not finite breaks a line.
    pub points: Vec<(f64, f64)>,
    /// How it is drawn.
    pub form: Form,
    /// Its colour.
    pub shade: Shade,
}

/// A text at a place in the chart.
#[derive(Clone, Debug)]
pub struct Note {
    /// Where, on the axes.
    pub at: (f64, f64),
    /// What it says.
    pub text: Label,
}

/// Lines, points, bars and bands over two axes.
#[derive(Clone, Debug)]
pub struct Chart {
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// What is drawn, the first lowest.
    pub series: Vec<Series>,
    /// Texts beside points.
    pub notes: Vec<Note>,
}

impl Chart {
    /// A chart with nothing in it yet.
    pub fn new(x: Axis, y: Axis) -> Self {
        Self { x, y, series: Vec::new(), notes: Vec::new() }
    }

    /// With one more series, in the next colour that none of them has.
    #[must_use]
    pub fn with(
        self,
        form: Form,
        name: Label,
        points: impl IntoIterator<Item = (f64, f64)>,
    ) -> Self {
        let used =
            self.series.iter().filter(|series| !matches!(series.form, Form::Band(_))).count();
        self.shaded(Shade::nth(used), form, name, points)
    }

    /// With one more series, in this colour.
    #[must_use]
    pub fn shaded(
        mut self,
        shade: Shade,
        form: Form,
        name: Label,
        points: impl IntoIterator<Item = (f64, f64)>,
    ) -> Self {
        self.series.push(Series { name, points: points.into_iter().collect(), form, shade });
        self
    }

    /// With a line.
    #[must_use]
    pub fn line(self, name: Label, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.with(Form::Line, name, points)
    }

    /// With a line that has a mark at each point.
    #[must_use]
    pub fn marked(self, name: Label, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.with(Form::Marked, name, points)
    }

    /// With marked points, and behind them the band from the lower to the higher number of each:
    /// `(x, low, middle, high)`.
    #[must_use]
    pub fn spread(self, name: Label, points: &[(f64, f64, f64, f64)]) -> Self {
        let used =
            self.series.iter().filter(|series| !matches!(series.form, Form::Band(_))).count();
        let shade = Shade::nth(used);
        let band = Form::Band(points.iter().map(|&(_, _, _, high)| high).collect());
        let low = points.iter().map(|&(x, low, _, _)| (x, low));
        let middle = points.iter().map(|&(x, _, middle, _)| (x, middle));
        self.shaded(shade, band, Label::none(), low).shaded(shade, Form::Marked, name, middle)
    }

    /// With a text beside a point.
    #[must_use]
    pub fn note(mut self, at: (f64, f64), text: Label) -> Self {
        self.notes.push(Note { at, text });
        self
    }
}
