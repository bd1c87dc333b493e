//! Pictures as data: what is shown, apart from where.
//!
//! A [`Figure`] says what there is to see - the lines of a chart, the tiles of a grid, the gates of
//! a circuit - and nothing of pixels. It is drawn as SVG ([`svg`]), as PNG ([`png()`]) or in the
//! characters of a terminal ([`text`]), in the language of the [`Words`] given with it. The same
//! figure and words give the same bytes.
//!
//! | module | figure |
//! | --- | --- |
//! | [`chart`] | lines, points, bars and bands over two axes |
//! | [`map`] | a function of two variables: colours, contours, paths, points |
//! | [`surface`] | the same in perspective |
//! | [`tiles`] | a grid of small images: digits, weights |
//! | [`diagram`] | circuits and networks: nodes, wires, what stands at them |

pub mod chart;
pub mod diagram;
pub mod label;
pub mod map;
pub mod surface;
pub mod tiles;

mod canvas;
mod draw;
mod palette;

pub use canvas::FigureError;
pub use chart::{Axis, Chart};
pub use diagram::Diagram;
pub use draw::{png, svg, text};
pub use label::{Label, Words};
pub use map::Map;
pub use palette::Shade;
pub use surface::Surface;
pub use tiles::Tiles;

/// Something to look at.
#[derive(Clone, Debug)]
pub enum Figure {
    /// Lines, points, bars and bands over two axes.
    Chart(Chart),
    /// A function of two variables, from above.
    Map(Map),
    /// A function of two variables, in perspective.
    Surface(Surface),
    /// A grid of small images.
    Tiles(Tiles),
    /// Nodes and wires.
    Diagram(Diagram),
    /// Several figures beside each other.
    Panels(Panels),
    /// Figures to be looked at one after the other.
    Steps(Vec<Step>),
}

/// Several figures side by side, in rows.
#[derive(Clone, Debug)]
pub struct Panels {
    /// Figures in a row, where there is room for them.
    pub columns: usize,
    /// The figures, row after row, each with what stands above it.
    pub panels: Vec<(Label, Figure)>,
}

/// One of several figures that show something going on.
#[derive(Clone, Debug)]
pub struct Step {
    /// What happens in this step.
    pub caption: Label,
    /// What there is to see now.
    pub figure: Figure,
}

impl Figure {
    /// Figures beside each other, `columns` in a row.
    pub fn panels(columns: usize, panels: impl IntoIterator<Item = (Label, Self)>) -> Self {
        Self::Panels(Panels { columns, panels: panels.into_iter().collect() })
    }

    /// Figures after one another.
    pub fn steps(steps: impl IntoIterator<Item = (Label, Self)>) -> Self {
        let steps = steps.into_iter().map(|(caption, figure)| Step { caption, figure });
        Self::Steps(steps.collect())
    }
}

macro_rules! into_figure {
    ($($kind:ident),*) => {$(
        impl From<$kind> for Figure {
            fn from(figure: $kind) -> Self {
                Self::$kind(figure)
            }
        }
    )*};
}

into_figure!(Chart, Map, Surface, Tiles, Diagram, Panels);

#[cfg(test)]
mod tests;
