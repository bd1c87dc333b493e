//! The pictures, drawn from the JSON of a run: the roofline and the scaling curves.

pub mod axis;
pub mod labels;
mod roofline;
mod scaling;

use std::path::Path;

use plotters::chart::MeshStyle;
use plotters::coord::ranged1d::{Ranged, ValueFormatter};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use serde_json::Value;

use super::limits::Limits;
use super::sweep::Panel;

/// What a picture is drawn on. Pixels are those of the SVG, which scales.
pub type Canvas<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

pub const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
pub const FAINT: RGBColor = RGBColor(0x66, 0x66, 0x66);
pub const GRID: RGBColor = RGBColor(0xe4, 0xe4, 0xe4);

/// Colours that differ for every eye (Okabe and Ito), by contender.
pub const COLOURS: [(&str, RGBColor); 6] = [
    ("gradito", RGBColor(0xd5, 0x5e, 0x00)),
    ("c", INK),
    ("c-skip", RGBColor(0x8a, 0x8a, 0x8a)),
    ("numpy", RGBColor(0x00, 0x72, 0xb2)),
    ("jax", RGBColor(0x00, 0x9e, 0x73)),
    ("torch", RGBColor(0xcc, 0x79, 0xa7)),
];

/// Text sizes in pixels.
const TITLE: f64 = 17.0;
pub const TEXT: f64 = 13.0;

/// Height of the heading, and of a line of text.
pub const HEADING: u32 = 56;
pub const LINE: u32 = 17;

/// Draws whatever the record has numbers for, into `folder`.
///
/// # Errors
///
/// If the record is not one of `bench`, or a file cannot be written.
pub fn draw(record: &Value, folder: &Path) -> Result<(), String> {
    let figures = Figures::from_json(record).ok_or("not the numbers of a bench run")?;
    if !figures.points.is_empty() {
        super::write(&folder.join("roofline.svg"), &roofline::svg(&figures)?)?;
    }
    if !figures.panels.is_empty() {
        super::write(&folder.join("scaling.svg"), &scaling::svg(&figures)?)?;
    }
    Ok(())
}

/// What pictures show of a record.
struct Figures {
    /// The machine and the date.
    caption: String,
    limits: Limits,
    points: Vec<JobPoint>,
    panels: Vec<Panel>,
}

/// gradito's speed at one job.
struct JobPoint {
    name: String,
    /// Operations per byte.
    intensity: f64,
    gflops: f64,
    /// Of the roof, 1 for all of it.
    roofline: f64,
}

impl Figures {
    fn from_json(record: &Value) -> Option<Self> {
        let text = |name: &str| record[name].as_str();
        let point = |job: &Value| {
            Some(JobPoint {
                name: job["name"].as_str()?.into(),
                intensity: job["epoch"]["operations_per_byte"].as_f64()?,
                gflops: job["contenders"][0]["gflops"].as_f64()?,
                roofline: job["contenders"][0]["roofline"].as_f64()?,
            })
        };
        let list = |name: &str| record[name].as_array();
        Some(Self {
            caption: format!("{}, {}, {} UTC", text("processor")?, text("system")?, text("date")?),
            limits: Limits::from_json(&record["limits"])?,
            points: list("jobs")?.iter().map(point).collect::<Option<_>>()?,
            panels: list("panels")?.iter().map(Panel::from_json).collect::<Option<_>>()?,
        })
    }
}

/// An SVG of that size, drawn by `paint` on white.
pub fn canvas(
    size: (u32, u32),
    paint: impl FnOnce(&Canvas) -> Result<(), String>,
) -> Result<String, String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        root.fill(&WHITE).map_err(told)?;
        paint(&root)?;
        root.present().map_err(told)?;
    }
    Ok(svg)
}

/// Draws axes and grid as all of these pictures have them.
pub fn draw_mesh<X, Y>(mesh: &mut MeshStyle<'_, '_, X, Y, SVGBackend<'_>>) -> Result<(), String>
where
    X: Ranged<ValueType = f64> + ValueFormatter<f64>,
    Y: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    mesh.label_style(text_style(TEXT - 1.0, INK, HPos::Center, VPos::Center))
        .axis_desc_style(text_style(TEXT, INK, HPos::Center, VPos::Center))
        .axis_style(INK)
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .draw()
        .map_err(told)
}

/// What plotters says, as text.
pub fn told(error: impl std::fmt::Display) -> String {
    format!("drawing: {error}")
}

/// A text of that size; `HPos` and `VPos` say which of its points is placed.
pub fn text_style(
    size: f64,
    colour: RGBColor,
    horizontal: HPos,
    vertical: VPos,
) -> TextStyle<'static> {
    // The SVG gets the size divided by this factor.
    let font = ("sans-serif", size * 1.24).into_font();
    font.color(&colour).pos(Pos::new(horizontal, vertical))
}

/// Writes a text that begins at that point, in the middle of its height.
pub fn write_at(
    canvas: &Canvas,
    text: &str,
    at: (i32, i32),
    colour: RGBColor,
) -> Result<(), String> {
    let style = text_style(TEXT, colour, HPos::Left, VPos::Center);
    canvas.draw(&Text::new(text.to_owned(), at, style)).map_err(told)
}

/// The picture's title and what it was measured on.
pub fn heading(canvas: &Canvas, title: &str, caption: &str) -> Result<(), String> {
    let style = text_style(TITLE, INK, HPos::Left, VPos::Center);
    canvas.draw(&Text::new(title.to_owned(), (16, 20), style)).map_err(told)?;
    write_at(canvas, caption, (16, 42), FAINT)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A record with a job and a panel.
    pub fn record() -> Value {
        json!({
            "processor": "Some Processor", "system": "Some System", "date": "2026-03-01",
            "limits": {
                "multiply_add": [{ "level": "avx2", "gflops": 80.0 }],
                "bandwidth": [
                    { "bytes": 16384, "level": "L1", "read": 160.0, "update": 160.0 },
                    { "bytes": 268435456, "level": "DRAM", "read": 20.0, "update": 30.0 },
                ],
            },
            "jobs": [{
                "name": "784-30-10 batch 10",
                "epoch": { "operations_per_byte": 2.0 },
                "contenders": [{ "gflops": 10.0, "roofline": 0.125 }],
            }],
            "panels": [{
                "title": "784-100-10", "quantity": "batch size",
                "lines": [
                    { "name": "gradito", "seconds_per_epoch": [[2.0, 0.1], [1.0, 0.2]] },
                    { "name": "torch", "seconds_per_epoch": [[2.0, 4.0]] },
                    { "name": "jax", "seconds_per_epoch": [] },
                ],
                "notes": ["jax: not installed"],
            }],
        })
    }

    #[test]
    fn pictures_name_what_they_show() {
        let figures = Figures::from_json(&record());
        let figures = figures.unwrap_or_else(|| panic!("a record"));
        let roofline = roofline::svg(&figures).unwrap_or_else(|error| panic!("{error}"));
        let scaling = scaling::svg(&figures).unwrap_or_else(|error| panic!("{error}"));
        for (svg, names) in [
            (roofline, ["Some Processor", "2026-03-01", "784-30-10 batch 10", "L1, 16 KiB"]),
            (scaling, ["Some Processor", "784-100-10", "torch", "jax: not installed"]),
        ] {
            assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
            assert!(!svg.contains("NaN"));
            for name in names {
                assert!(svg.contains(name), "{name}");
            }
        }
    }

    #[test]
    fn something_else_is_no_record() {
        assert!(Figures::from_json(&json!({ "jobs": [] })).is_none());
    }
}
