//! What the terminal can show.

use std::env;
use std::ffi::OsString;
use std::io::IsTerminal;

use console::Term;

/// Columns where nobody says how many there are.
const DEFAULT_WIDTH: usize = 80;

/// The colours a terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// None: characters only.
    None,
    /// The 256 colours of xterm.
    Ansi256,
    /// 24 bits.
    True,
}

/// How to draw: what the terminal can show, and how wide it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Which colours to use.
    pub colour: Colour,
    /// Whether block characters may be used, or ASCII only.
    pub unicode: bool,
    /// Columns.
    pub width: usize,
}

impl Style {
    /// The style for standard output.
    pub fn of_stdout() -> Self {
        let is_terminal = std::io::stdout().is_terminal();
        Self::detect(is_terminal, columns(&Term::stdout(), is_terminal), |name| env::var_os(name))
    }

    /// The style for standard error.
    pub fn of_stderr() -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        Self::detect(is_terminal, columns(&Term::stderr(), is_terminal), |name| env::var_os(name))
    }

    /// The style for a stream that `is_terminal` of so many `columns` (if that is known), in an
    /// environment.
    ///
    /// Colour needs a terminal, no `NO_COLOR` (<https://no-color.org>) and a `TERM` other than
    /// `dumb`; it is 24 bits deep if `COLORTERM` says so. Block characters need a UTF-8 locale
    /// (`LC_ALL`, else `LC_CTYPE`, else `LANG`; Windows has none and shows them). A number in
    /// `COLUMNS` overrides the terminal's width.
    pub fn detect(
        is_terminal: bool,
        columns: Option<u16>,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Self {
        let text = |name: &str| {
            let value = variable(name).map(|value| value.to_string_lossy().into_owned());
            value.filter(|value| !value.is_empty())
        };
        let dumb = text("TERM").is_some_and(|term| term == "dumb");
        let colour = if !is_terminal || dumb || text("NO_COLOR").is_some() {
            Colour::None
        } else if text("COLORTERM").is_some_and(|depth| depth == "truecolor" || depth == "24bit") {
            Colour::True
        } else {
            Colour::Ansi256
        };
        let locale = text("LC_ALL").or_else(|| text("LC_CTYPE")).or_else(|| text("LANG"));
        let unicode = locale.map_or(cfg!(windows), |locale| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        });
        let asked = text("COLUMNS").and_then(|columns| columns.parse().ok());
        let width = asked.or(columns.map(usize::from)).filter(|&width| width > 0);
        Self { colour, unicode: unicode && !dumb, width: width.unwrap_or(DEFAULT_WIDTH) }
    }

    /// `text`, in bold where colours are allowed.
    pub(super) fn bold(&self, text: &str) -> String {
        match self.colour {
            Colour::None => text.to_owned(),
            _ => format!("\x1b[1m{text}\x1b[0m"),
        }
    }
}

fn columns(terminal: &Term, is_terminal: bool) -> Option<u16> {
    is_terminal.then(|| terminal.size_checked()).flatten().map(|(_, columns)| columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(is_terminal: bool, columns: Option<u16>, variables: &[(&str, &str)]) -> Style {
        Style::detect(is_terminal, columns, |name| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn a_terminal_has_colours_unless_told_otherwise() {
        let utf8 = ("LANG", "de_DE.UTF-8");
        let expected = Style { colour: Colour::Ansi256, unicode: true, width: 132 };
        assert_eq!(style(true, Some(132), &[utf8]), expected);
        let colour = |variables: &[(&str, &str)]| style(true, None, variables).colour;
        assert_eq!(colour(&[("COLORTERM", "truecolor")]), Colour::True);
        assert_eq!(colour(&[("COLORTERM", "truecolor"), ("NO_COLOR", "1")]), Colour::None);
        assert_eq!(colour(&[("NO_COLOR", "")]), Colour::Ansi256);
        assert_eq!(colour(&[("TERM", "dumb")]), Colour::None);
        assert_eq!(style(false, None, &[("COLORTERM", "truecolor")]).colour, Colour::None);
    }

    #[test]
    fn the_locale_decides_on_blocks_in_the_order_of_posix() {
        let unicode = |variables: &[(&str, &str)]| style(false, None, variables).unicode;
        assert!(unicode(&[("LANG", "en_US.utf8")]));
        assert!(!unicode(&[("LANG", "en_US.utf8"), ("LC_ALL", "C")]));
        assert!(unicode(&[("LANG", "C"), ("LC_CTYPE", "C.UTF-8")]));
        assert_eq!(unicode(&[]), cfg!(windows));
        assert!(!style(true, None, &[("LANG", "C.UTF-8"), ("TERM", "dumb")]).unicode);
    }

    #[test]
    fn columns_wins_over_the_terminal_if_it_is_a_number() {
        let width = |columns: &str| style(true, Some(100), &[("COLUMNS", columns)]).width;
        assert_eq!(width("60"), 60);
        assert_eq!(width("wide"), 100);
        assert_eq!(style(true, None, &[]).width, 80);
        assert_eq!(style(true, Some(0), &[("COLUMNS", "0")]).width, 80);
    }
}
