//! Circuits and networks.

use plotters::element::{Circle, PathElement, Polygon, Rectangle};
use plotters::style::{Color, RGBColor};
use plotters_backend::text_anchor::{HPos, VPos};

use super::text_style;
use crate::figure::canvas::{Area, FigureError, Look};
use crate::figure::diagram::{Diagram, Node, Shape, Wire};
use crate::figure::palette::{GRADIENT, INK, PAPER, VALUE, diverging, sequential};

/// The width and height of a unit of the grid, in heights of a line.
const UNIT: (f64, f64) = (6.0, 4.0);

/// The same in characters of a terminal.
const CHARACTERS: (usize, usize) = (10, 4);

/// The radius of a gate or neuron, in heights of a line; of a dot.
const RADIUS: f64 = 1.15;
const DOT: f64 = 0.55;

pub fn size(diagram: &Diagram, look: &Look<'_>) -> (u32, u32) {
    let (columns, rows) = diagram.size;
    (look.ems(columns * UNIT.0) as u32, look.ems(rows * UNIT.1) as u32)
}

/// Columns and rows of characters; a diagram that is too wide is squeezed.
pub fn characters(diagram: &Diagram, width: usize) -> (usize, usize) {
    let (columns, rows) = diagram.size;
    let wide = (columns * CHARACTERS.0 as f64).ceil() as usize;
    (wide.min(width).max(1), ((rows * CHARACTERS.1 as f64).ceil() as usize).max(1))
}

pub fn draw(area: &Area<'_>, diagram: &Diagram, look: &Look<'_>) -> Result<(), FigureError> {
    let (width, height) = area.dim_in_pixel();
    // In its own size, in the middle; squeezed if there is less room.
    let own = if look.in_characters { (width, height) } else { size(diagram, look) };
    let unit = (
        f64::from(own.0.min(width)) / diagram.size.0.max(1e-9),
        f64::from(own.1.min(height)) / diagram.size.1.max(1e-9),
    );
    let left = width.saturating_sub(own.0) as f64 / 2.0;
    let at = |(x, y): (f64, f64)| (left + x * unit.0, y * unit.1);
    let drawn = |node: &Node| Drawn::of(area, node, look);
    for wire in &diagram.wires {
        let end = |place: (f64, f64)| diagram.nodes.iter().find(|node| node.at == place);
        let half = |place| end(place).map_or(Ok((0.0, 0.0)), |node| drawn(node).map(|d| d.half));
        draw_wire(
            area,
            wire,
            (at(wire.from), half(wire.from)?),
            (at(wire.to), half(wire.to)?),
            look,
        )?;
    }
    for node in &diagram.nodes {
        draw_node(area, node, at(node.at), &drawn(node)?, look)?;
    }
    Ok(())
}

/// How a node looks: its text, and half its width and height.
struct Drawn {
    text: String,
    half: (f64, f64),
    is_round: bool,
}

impl Drawn {
    fn of(area: &Area<'_>, node: &Node, look: &Look<'_>) -> Result<Self, FigureError> {
        let text = node.text.text(look.words);
        let style = text_style(look, 1.0, &INK, (HPos::Center, VPos::Center));
        let wide = f64::from(area.estimate_text_size(&text, &style)?.0);
        if look.in_characters {
            let text = match (node.shape, node.lit) {
                (Shape::Dot, _) => if node.fill > 0.5 { "●" } else { "o" }.to_owned(),
                (Shape::Bare, false) => text,
                (Shape::Bare, true) | (Shape::Circle, true) => format!("[{text}]"),
                (Shape::Circle, false) => format!("({text})"),
            };
            let half = text.chars().count() as f64;
            return Ok(Self { text, half: (half + 1.0, 2.0), is_round: false });
        }
        let radius = look.em * RADIUS;
        Ok(match node.shape {
            Shape::Dot => {
                let radius = look.em * DOT;
                Self { text: String::new(), half: (radius, radius), is_round: true }
            }
            Shape::Bare => {
                let half = (wide / 2.0 + look.em * 0.4, look.em * 0.7);
                Self { text, half, is_round: false }
            }
            Shape::Circle if wide < 1.7 * radius => {
                Self { text, half: (radius, radius), is_round: true }
            }
            Shape::Circle => {
                Self { text, half: (wide / 2.0 + look.em * 0.6, radius), is_round: false }
            }
        })
    }
}

fn draw_node(
    area: &Area<'_>,
    node: &Node,
    (x, y): (f64, f64),
    drawn: &Drawn,
    look: &Look<'_>,
) -> Result<(), FigureError> {
    let middle = (x.round() as i32, y.round() as i32);
    let fill = sequential(node.fill);
    if node.shape != Shape::Bare && !look.in_characters {
        let stroke = if node.lit { look.stroke * 3 / 2 } else { look.stroke / 2 };
        let edge = INK.stroke_width(stroke.max(1));
        let (across, down) = (drawn.half.0.round() as i32, drawn.half.1.round() as i32);
        if drawn.is_round {
            area.draw(&Circle::new(middle, across, fill.filled()))?;
            area.draw(&Circle::new(middle, across, edge))?;
        } else {
            let corners =
                [(middle.0 - across, middle.1 - down), (middle.0 + across, middle.1 + down)];
            area.draw(&Rectangle::new(corners, fill.filled()))?;
            area.draw(&Rectangle::new(corners, edge))?;
        }
    }
    let ink: RGBColor = if node.fill > 0.55 && !look.in_characters { PAPER } else { INK };
    let style = text_style(look, 1.0, &ink, (HPos::Center, VPos::Center));
    area.draw_text(&drawn.text, &style, middle)?;
    Ok(())
}

/// A place on the canvas, and half the width and height of the node there.
type End = ((f64, f64), (f64, f64));

fn draw_wire(
    area: &Area<'_>,
    wire: &Wire,
    (from, from_half): End,
    (to, to_half): End,
    look: &Look<'_>,
) -> Result<(), FigureError> {
    let way = (to.0 - from.0, to.1 - from.1);
    let length = way.0.hypot(way.1);
    if length < 1.0 {
        return Ok(());
    }
    let along = (way.0 / length, way.1 / length);
    // How far the node reaches in the wire's direction: the ellipse around it.
    let reach = |half: (f64, f64)| {
        if half == (0.0, 0.0) { 0.0 } else { 1.0 / (along.0 / half.0).hypot(along.1 / half.1) }
    };
    let (start, end) = (reach(from_half), length - reach(to_half));
    let place =
        |at: f64| ((from.0 + along.0 * at).round() as i32, (from.1 + along.1 * at).round() as i32);
    let colour = if wire.weight == 0.0 {
        INK.mix(0.6)
    } else {
        // So that the weakest is still seen.
        diverging(wire.weight.signum() * (0.25 + 0.75 * wire.weight.abs())).mix(1.0)
    };
    let thick = if wire.weight.abs() > 0.5 { look.stroke } else { (look.stroke / 2).max(1) };
    area.draw(&PathElement::new(vec![place(start), place(end)], colour.stroke_width(thick)))?;
    if wire.arrow && !look.in_characters {
        let (size, wide) = (look.em * 0.5, look.em * 0.22);
        let base = (to.0 - along.0 * (length - end + size), to.1 - along.1 * (length - end + size));
        let corner = |side: f64| {
            ((base.0 - along.1 * side).round() as i32, (base.1 + along.0 * side).round() as i32)
        };
        area.draw(&Polygon::new(vec![place(end), corner(wide), corner(-wide)], INK.filled()))?;
    }
    let middle = place((start + end) / 2.0);
    // On a steep wire, beside it rather than through it.
    let off = if look.in_characters { 4 } else { look.ems(0.2 + 0.55 * along.1.abs()) };
    let above = text_style(look, 0.95, &VALUE, (HPos::Center, VPos::Bottom));
    let below = text_style(look, 0.95, &GRADIENT, (HPos::Center, VPos::Top));
    let half = if look.in_characters { 2 } else { 0 };
    area.draw_text(&wire.above.text(look.words), &above, (middle.0, middle.1 - off + half))?;
    area.draw_text(&wire.below.text(look.words), &below, (middle.0, middle.1 + off - half))?;
    Ok(())
}
