//! What other chores have measured and kept.

use std::path::Path;

use serde_json::Value;

use super::figure::Figure;
use crate::accuracy;
use crate::bench::statistics::grouped;
use crate::shell::root;

/// A bar on a column of `docs/costs.json`.
struct Bar {
    board: &'static str,
    element: &'static str,
    purpose: &'static str,
    column: &'static str,
    most: u64,
}

const fn bar(
    board: &'static str,
    element: &'static str,
    purpose: &'static str,
    column: &'static str,
    most: u64,
) -> Bar {
    Bar { board, element, purpose, column, most }
}

/// What networks may cost on boards.
const BARS: [Bar; 16] = [
    bar("mps2-an386", "f32", "inference", "instructions", 17_000),
    bar("mps2-an386", "f32", "training", "instructions", 36_000),
    bar("mps2-an386", "f32", "inference", "lit_instructions", 90_000),
    bar("mps2-an386", "i8", "inference", "instructions", 14_000),
    bar("mps2-an386", "i8", "inference", "lit_instructions", 48_000),
    bar("mps2-an386", "i8, bits", "inference", "instructions", 4_500),
    bar("mps2-an385", "i8", "inference", "instructions", 30_000),
    bar("microbit", "i8", "inference", "instructions", 30_000),
    bar("mps2-an385", "i8, bits", "inference", "instructions", 12_000),
    bar("microbit", "i8, bits", "inference", "instructions", 12_000),
    bar("stm32f405", "f32", "inference", "code", 16 * 1024),
    bar("microbit", "i8", "inference", "code", 12 * 1024),
    bar("microbit", "i8", "inference", "model", 27 * 1024),
    bar("microbit", "i8", "inference", "ram", 3 * 1024),
    bar("microbit", "i8, bits", "inference", "ram", 1536),
    bar("stm32f405", "f32", "training", "ram", 128 * 1024),
];

fn json(name: &str) -> Result<Value, String> {
    let path = root().join("docs").join(name);
    let text =
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// Instructions and bytes on boards.
pub fn costs() -> Result<Vec<Figure>, String> {
    let kept = json("costs.json")?;
    let rows = kept["rows"].as_array().ok_or("docs/costs.json has no rows")?;
    let figure = |bar: &Bar| {
        let Bar { board, element, purpose, column, most } = *bar;
        let row = rows.iter().find(|row| {
            row["board"] == board && row["element"] == element && row["purpose"] == purpose
        });
        let column_of = |name: &str| row.and_then(|row| row[name].as_u64());
        let found = match column {
            "ram" => column_of("statics").zip(column_of("stack")).map(|(a, b)| a + b),
            name => column_of(name),
        };
        let found =
            found.ok_or_else(|| format!("docs/costs.json: no {column} of {board}, {element}"))?;
        let what = format!("{board}, {element}, {purpose}: {}", column.replace('_', " "));
        Ok(Figure::plain(what, grouped(found as f64), "cargo xtask instructions")
            .held(found <= most, format!("at most {}", grouped(most as f64))))
    };
    BARS.iter().map(figure).collect()
}

/// Time beside the peers', as ratios.
pub fn speed() -> Result<Vec<Figure>, String> {
    let kept = json("speed.json")?;
    let mut figures = Vec::new();
    for job in kept["jobs"].as_array().ok_or("docs/speed.json has no jobs")? {
        for peer in job["contenders"].as_array().into_iter().flatten() {
            let (Some(ratio), Some(most)) = (peer["ratio"].as_f64(), peer["bar"].as_f64()) else {
                continue;
            };
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let what = format!("{}: time over that of {}", text(&job["name"]), text(&peer["name"]));
            figures.push(
                Figure::plain(what, format!("{ratio:.3}"), "cargo xtask bench")
                    .held(ratio <= most, format!("at most {most}")),
            );
        }
    }
    Ok(figures)
}

/// What the recipes reach.
pub fn accuracy(program: &Path) -> Result<Vec<Figure>, String> {
    let reached = accuracy::reached(program)?;
    Ok(reached
        .into_iter()
        .map(|row| {
            let what = format!("recipe {}: test accuracy, {} seeds", row.name, row.runs);
            Figure::plain(what, format!("{:.2} %", row.accuracy), "cargo xtask accuracy").held(
                row.accuracy >= row.goal && row.bytes as f64 <= row.room,
                format!("at least {} % in {} bytes", row.goal, grouped(row.room.floor())),
            )
        })
        .collect())
}
