//! What people look at in a terminal: images, bars and tables as text.
//!
//! Every drawing is a pure function from values and a [`Style`] to a `String` whose lines end in
//! `\n`; printing is the caller's. Nothing is wider than the style's width, as long as that is
//! at least 20 columns.
//!
//! ```
//! use gradito::terminal::{Colour, Style, bars};
//!
//! let style = Style { colour: Colour::None, unicode: false, width: 30 };
//! let text = bars(&["0", "1"], &[0.25, 1.0], &style);
//! assert_eq!(text, "0 #####                 0.25\n1 ####################  1.00 <\n");
//! ```

mod bars;
mod beside;
mod confusion;
mod image;
mod style;
mod table;
mod units;

pub use bars::bars;
pub use beside::beside;
pub use confusion::confusion;
pub use image::{Tile, draw_image, draw_images};
pub use style::{Colour, Style};
pub use table::table;
pub use units::{bytes, duration};

/// `text` cut to `columns` characters, the last one saying that something is missing.
fn cut(text: &str, columns: usize, style: &Style) -> String {
    // A label from a file may hold anything: nothing of it may steer the terminal.
    let clean = || text.chars().map(|c| if c.is_control() { '?' } else { c });
    if clean().count() <= columns {
        return clean().collect();
    }
    let mut short: String = clean().take(columns.saturating_sub(1)).collect();
    short.push(if style.unicode { '…' } else { '~' });
    short
}
