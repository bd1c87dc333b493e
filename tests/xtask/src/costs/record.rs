//! The figures that are kept: `docs/costs.json`, for programs, and `docs/costs.md`.

use std::path::Path;

use serde_json::{Value, json};

use super::row::{Figures, Row};

/// By how much a figure may grow without being renewed.
const MOST: f64 = 1.03;

/// What is kept.
pub struct Record(Value);

/// Names and figures of a row.
fn figures(figures: &Figures) -> [(&'static str, Option<u64>); 7] {
    let Figures { code, model, statics, stack, instructions, lit, cycles } = *figures;
    [
        ("code", Some(code)),
        ("model", Some(model)),
        ("statics", Some(statics)),
        ("stack", Some(stack)),
        ("instructions", Some(instructions)),
        ("lit_instructions", lit),
        ("cycles", cycles),
    ]
}

/// Rows for programs.
pub fn json(rows: &[(&'static Row, Figures)]) -> Value {
    let object = |(row, found): &(&'static Row, Figures)| {
        let mut object = json!({
            "board": row.board,
            "network": row.network,
            "element": row.element,
            "purpose": row.purpose,
        });
        for (name, figure) in figures(found) {
            object[name] = json!(figure);
        }
        object
    };
    json!({ "rows": rows.iter().map(object).collect::<Vec<_>>() })
}

impl Record {
    /// Reads what is kept in a folder.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let path = folder.join("costs.json");
        let failed = |error: String| format!("{}: {error}", path.display());
        let text = std::fs::read_to_string(&path).map_err(|error| failed(error.to_string()))?;
        serde_json::from_str(&text).map(Self).map_err(|error| failed(error.to_string()))
    }

    /// Keeps rows, and the page that shows them.
    pub fn write(
        folder: &Path,
        rows: &[(&'static Row, Figures)],
        page: &str,
    ) -> Result<(), String> {
        for (name, text) in
            [("costs.json", format!("{:#}\n", json(rows))), ("costs.md", page.to_owned())]
        {
            let path = folder.join(name);
            std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        Ok(())
    }

    /// What has grown by more than is allowed, in words.
    pub fn grown(&self, rows: &[(&'static Row, Figures)]) -> Vec<String> {
        let mut grown = Vec::new();
        for (row, found) in rows {
            let kept = self.0["rows"].as_array().into_iter().flatten().find(|kept| {
                kept["board"] == row.board
                    && kept["element"] == row.element
                    && kept["purpose"] == row.purpose
            });
            let Some(kept) = kept else {
                grown.push(format!("{} is not in it", row.name()));
                continue;
            };
            for (name, now) in figures(found) {
                let (Some(now), Some(before)) = (now, kept[name].as_u64()) else { continue };
                if now as f64 > before as f64 * MOST {
                    grown.push(format!("{}: {name} {now}, kept {before}", row.name()));
                }
            }
        }
        grown
    }
}

#[cfg(test)]
mod tests {
    use super::super::row::ROWS;
    use super::*;

    #[test]
    fn what_grows_by_more_than_three_per_cent_is_named() {
        let kept = Figures { code: 10_000, stack: 100, lit: Some(1000), ..Figures::default() };
        let record = Record(json(&[(&ROWS[0], kept)]));
        assert_eq!(record.grown(&[(&ROWS[0], kept)]), Vec::<String>::new());
        let now = Figures { code: 10_300, stack: 103, lit: Some(1031), ..kept };
        let found = record.grown(&[(&ROWS[0], now), (&ROWS[1], kept)]);
        let name = "mps2-an386 f32 784-30-10";
        let wanted = [
            format!("{name} inference: lit_instructions 1031, kept 1000"),
            format!("{name} training is not in it"),
        ];
        assert_eq!(found, wanted);
    }
}
