//! A line of the table.

use crate::columns::aligned;

/// Something that was measured.
pub struct Figure {
    /// What of.
    pub what: String,
    pub found: String,
    /// What it must be.
    pub bar: String,
    /// Whether it is that; `None` where nothing is asked for.
    pub holds: Option<bool>,
    /// What measures it.
    pub by: &'static str,
}

impl Figure {
    /// One of which nothing is asked.
    pub fn plain(what: impl Into<String>, found: impl Into<String>, by: &'static str) -> Self {
        Self { what: what.into(), found: found.into(), bar: String::new(), holds: None, by }
    }

    /// One that must be so, or is told with what it must be.
    pub fn held(self, holds: bool, bar: impl Into<String>) -> Self {
        Self { bar: bar.into(), holds: Some(holds), ..self }
    }
}

/// The table, for a terminal.
pub fn table(figures: &[Figure]) -> String {
    let lines: Vec<[&str; 5]> = figures
        .iter()
        .map(|figure| {
            let verdict = match figure.holds {
                Some(true) => "ok",
                Some(false) => "FAILED",
                None => "",
            };
            [verdict, &figure.what, &figure.found, &figure.bar, figure.by]
        })
        .collect();
    aligned(&lines, 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other() {
        let figures = [
            Figure::plain("α", "1", "cargo"),
            Figure::plain("beta", "22", "cargo").held(false, "at most 3"),
        ];
        assert_eq!(
            table(&figures),
            "        α     1              cargo\nFAILED  beta  22  at most 3  cargo\n"
        );
    }
}
