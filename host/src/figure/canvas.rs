//! What figures are drawn on: SVG, pixels or the characters of a terminal.

mod characters;

use std::error::Error;
use std::fmt::{self, Debug, Formatter};
use std::sync::Once;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::prelude::{BitMapBackend, DrawingBackend, FontStyle, IntoDrawingArea, SVGBackend};
use plotters::style::register_font;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingErrorKind,
};
use thiserror::Error as ThisError;

pub use characters::Characters;

use super::Words;

/// Why a figure cannot be drawn.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[error("a figure cannot be drawn: {0}")]
pub struct FigureError(String);

impl<E: Error + Send + Sync> From<DrawingAreaErrorKind<E>> for FigureError {
    fn from(error: DrawingAreaErrorKind<E>) -> Self {
        Self(error.to_string())
    }
}

impl From<png::EncodingError> for FigureError {
    fn from(error: png::EncodingError) -> Self {
        Self(error.to_string())
    }
}

/// Part of what is drawn on.
pub type Area<'a> = DrawingArea<Canvas<'a>, Shift>;

/// What is drawn on. One type for all, so that one piece of code draws a figure.
pub enum Canvas<'a> {
    /// SVG.
    Svg(SVGBackend<'a>),
    /// Pixels, three bytes each.
    Pixels(BitMapBackend<'a>),
    /// Characters.
    Characters(&'a mut Characters),
}

/// The texts' measures, strokes and language, which go with a canvas.
#[derive(Clone, Copy)]
pub struct Look<'w> {
    /// The height of a line of text, in the canvas's units.
    pub em: f64,
    /// The width of a line.
    pub stroke: u32,
    /// Whether it is drawn in characters: few ticks, no grid, names instead of circles.
    pub in_characters: bool,
    /// The language.
    pub words: &'w dyn Words,
}

impl Look<'_> {
    /// So many heights of a line of text, in the canvas's units.
    pub fn ems(&self, count: f64) -> i32 {
        (count * self.em).round() as i32
    }
}

/// The family the texts are set in: that of the reader in SVG, the one below in pixels.
pub const FAMILY: &str = "sans-serif";

/// The font "DejaVu Sans": the glyphs that the lessons may need.
static FONT: &[u8] = include_bytes!("../../fonts/DejaVuSans-subset.ttf");

/// Makes the font known to the drawing library, which measures texts by it.
fn prepare_font() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let known = register_font(FAMILY, FontStyle::Normal, FONT);
        debug_assert!(known.is_ok(), "the font is one");
    });
}

impl<'a> Canvas<'a> {
    /// SVG of so many units, appended to `text` when the area is dropped.
    pub fn svg(text: &'a mut String, size: (u32, u32)) -> Area<'a> {
        prepare_font();
        Canvas::Svg(SVGBackend::with_string(text, size)).into_drawing_area()
    }

    /// Pixels of three bytes, row after row, in `buffer`.
    pub fn pixels(buffer: &'a mut [u8], size: (u32, u32)) -> Area<'a> {
        prepare_font();
        Canvas::Pixels(BitMapBackend::with_buffer(buffer, size)).into_drawing_area()
    }

    /// Characters.
    pub fn characters(characters: &'a mut Characters) -> Area<'a> {
        prepare_font();
        Canvas::Characters(characters).into_drawing_area()
    }
}

impl Debug for Canvas<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Svg(_) => "Svg",
            Self::Pixels(_) => "Pixels",
            Self::Characters(_) => "Characters",
        };
        f.debug_struct(kind).field("size", &self.get_size()).finish_non_exhaustive()
    }
}

fn drawn<E: Error + Send + Sync>(
    result: Result<(), DrawingErrorKind<E>>,
) -> Result<(), DrawingErrorKind<FigureError>> {
    result.map_err(|error| DrawingErrorKind::DrawingError(FigureError(error.to_string())))
}

/// The same call on whichever canvas it is.
macro_rules! on {
    ($canvas:expr, $backend:ident => $call:expr) => {
        match $canvas {
            Canvas::Svg($backend) => drawn($call),
            Canvas::Pixels($backend) => drawn($call),
            Canvas::Characters($backend) => drawn($call),
        }
    };
}

type Drawn = Result<(), DrawingErrorKind<FigureError>>;

impl DrawingBackend for Canvas<'_> {
    type ErrorType = FigureError;

    fn get_size(&self) -> (u32, u32) {
        match self {
            Self::Svg(backend) => backend.get_size(),
            Self::Pixels(backend) => backend.get_size(),
            Self::Characters(backend) => backend.get_size(),
        }
    }

    fn ensure_prepared(&mut self) -> Drawn {
        on!(self, backend => backend.ensure_prepared())
    }

    fn present(&mut self) -> Drawn {
        on!(self, backend => backend.present())
    }

    fn draw_pixel(&mut self, at: BackendCoord, color: BackendColor) -> Drawn {
        on!(self, backend => backend.draw_pixel(at, color))
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        on!(self, backend => backend.draw_line(from, to, style))
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        corner: BackendCoord,
        opposite: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        on!(self, backend => backend.draw_rect(corner, opposite, style, fill))
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        on!(self, backend => backend.draw_path(path, style))
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        middle: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        on!(self, backend => backend.draw_circle(middle, radius, style, fill))
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        on!(self, backend => backend.fill_polygon(corners, style))
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Drawn {
        on!(self, backend => backend.draw_text(text, style, at))
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<FigureError>> {
        let measured = match self {
            Self::Svg(backend) => backend.estimate_text_size(text, style).ok(),
            Self::Pixels(backend) => backend.estimate_text_size(text, style).ok(),
            Self::Characters(backend) => backend.estimate_text_size(text, style).ok(),
        };
        let fault = || FigureError(format!("the font cannot measure \"{text}\""));
        measured.ok_or_else(|| DrawingErrorKind::FontError(Box::new(fault())))
    }
}
