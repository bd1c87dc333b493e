//! What was found in a picture and done with it.

use std::fmt;

/// Which of ink and paper is darker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Polarity {
    /// As on a page.
    DarkOnLight,
    /// As on a blackboard, and in MNIST's files.
    LightOnDark,
}

/// A rectangle of the picture, in its pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crop {
    /// Columns to its left.
    pub left: u32,
    /// Rows above it.
    pub top: u32,
    /// Columns of it.
    pub width: u32,
    /// Rows of it.
    pub height: u32,
}

/// What [`prepare`](super::prepare()) found and did; its `Display` is for people.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Steps {
    /// Width and height of the picture.
    pub picture: (u32, u32),
    /// Width and height of the result.
    pub result: (u16, u16),
    /// Which of ink and paper is darker.
    pub polarity: Polarity,
    /// Brightness of the paper at the digit.
    pub paper: u8,
    /// Brightness of the ink.
    pub ink: u8,
    /// The picture met the conventions already: nothing but the polarity was changed.
    pub kept: bool,
    /// Where the digit is.
    pub crop: Crop,
    /// Result pixels per picture pixel.
    pub scale: f32,
    /// Width of the strokes in the result, if they had been left as they were, in pixels.
    pub stroke: f32,
    /// By how much the strokes were made thicker (thinner if negative), in result pixels.
    pub thickened: f32,
    /// Pixels to the right and down, from the middle of the box to the centre of mass.
    pub shift: (i32, i32),
    /// Other marks, of a size to be seen, that were left out.
    pub others: usize,
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, paper, ink) = match self.polarity {
            Polarity::DarkOnLight => ("dark ink on light paper", self.paper, self.ink),
            Polarity::LightOnDark => ("light ink on dark paper", self.paper, self.ink),
        };
        let (width, height) = self.picture;
        write!(f, "{width} x {height} pixels, {kind} (paper {paper}, ink {ink})")?;
        if self.kept {
            return write!(f, ", size and place as in MNIST: kept");
        }
        let Crop { left, top, width, height } = self.crop;
        write!(f, "; digit {width} x {height} at ({left}, {top})")?;
        match self.others {
            0 => {}
            1 => write!(f, ", 1 other mark left out")?,
            others => write!(f, ", {others} other marks left out")?,
        }
        write!(f, "; scaled by {:.3}", self.scale)?;
        if self.thickened > 0.0 {
            write!(
                f,
                ", strokes thickened from {:.1} by {:.1} pixels",
                self.stroke, self.thickened
            )?;
        } else if self.thickened < 0.0 {
            write!(
                f,
                ", strokes thinned from {:.1} by {:.1} pixels",
                self.stroke, -self.thickened
            )?;
        }
        let (result_width, result_height) = self.result;
        let (right, down) = self.shift;
        write!(f, ", centred in {result_width} x {result_height}, shifted by ({right:+}, {down:+})")
    }
}
