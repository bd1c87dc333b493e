//! One figure of each kind, on each canvas.

use super::chart::Form;
use super::diagram::Shape;
use super::map::Place;
use super::{Axis, Chart, Diagram, Figure, Label, Map, Shade, Surface, Tiles, png, svg, text};
use crate::terminal::{Colour, Style};

fn chart() -> Figure {
    let x = Axis::linear(Label::plain("epoch"));
    let y = Axis::log(Label::plain("cost"));
    let falling =
        |rate: f64| (0..=30).map(move |at| (f64::from(at), (-rate * f64::from(at)).exp()));
    let spread: Vec<_> = falling(0.05).map(|(x, y)| (x, y * 0.8, y, y * 1.2)).step_by(5).collect();
    Chart::new(x, y)
        .line(Label::plain("η = 0.1"), falling(0.1))
        .marked(Label::plain("η = 0.3"), falling(0.3).step_by(3))
        .with(Form::Dashed, Label::plain("η = 0.2"), falling(0.2))
        .spread(Label::plain("five seeds"), &spread)
        .note((15.0, 0.2), Label::plain("here"))
        .into()
}

fn bars() -> Figure {
    let classes = (0..10).map(Label::plain);
    let shares = (0..10).map(|digit| (f64::from(digit), f64::from(digit * 7 % 10) / 10.0));
    Chart::new(Axis::named(Label::plain("digit"), classes), Axis::linear(Label::plain("output")))
        .shaded(Shade::Blue, Form::Bars, Label::none(), shares)
        .into()
}

fn bowl(x: f64, y: f64) -> f64 {
    x * x + 3.0 * y * y
}

fn map() -> Figure {
    let side = |name: &str| (Label::plain(name), (-2.0, 2.0));
    let path = (0..20).map(|at| {
        let at = f64::from(at);
        (1.8 * 0.8_f64.powf(at), -1.5 * 0.5_f64.powf(at))
    });
    Map::of(side("v1"), side("v2"), (60, 60), bowl)
        .contours([0.5, 1.0, 2.0, 4.0, 8.0])
        .path(Label::plain("path"), path)
        .into()
}

fn regions() -> Figure {
    let side = |name: &str| (Label::plain(name), (-2.0, 2.0));
    let places = (0..30).map(|at| {
        let angle = f64::from(at);
        Place { at: (1.5 * angle.cos(), 1.5 * angle.sin()), class: at as usize % 3 }
    });
    let class = |x: f64, y: f64| {
        if y > 0.0 {
            0.0
        } else if x > 0.0 {
            1.0
        } else {
            2.0
        }
    };
    Map::of(side("x"), side("y"), (50, 50), class).of_classes().places(places).into()
}

fn surface() -> Figure {
    let Figure::Map(map) = map() else { unreachable!() };
    let path = (0..12).map(|at| {
        let (x, y) = (1.8 * 0.8_f64.powf(f64::from(at)), -1.5 * 0.5_f64.powf(f64::from(at)));
        (x, y, bowl(x, y))
    });
    let side = |name: &str| (Label::plain(name), (-2.0, 2.0));
    Figure::Surface(Surface {
        x: side("v1"),
        y: side("v2"),
        z: Label::plain("C"),
        size: map.size,
        values: map.values,
        path: path.collect(),
    })
}

fn tiles(limit: Option<f32>) -> Figure {
    let pixel = |at: usize| (at % 28) as f32 / 14.0 - 1.0;
    let empty = match limit {
        Some(limit) => Tiles::diverging(3, (28, 28), limit),
        None => Tiles::grey(3, (28, 28)),
    };
    let full = (0..5).fold(empty, |tiles, at| {
        tiles.tile(Label::plain(format!("tile {at}")), (0..28 * 28).map(pixel))
    });
    full.into()
}

fn diagram() -> Figure {
    let mut diagram = Diagram::new(5.0, 3.0);
    let inputs = [("x", 0.5), ("y", 1.5), ("z", 2.5)];
    for (name, row) in inputs {
        diagram.node((0.5, row), Shape::Bare, Label::plain(name));
    }
    diagram.node((2.0, 1.0), Shape::Circle, Label::plain("+")).fill = 0.3;
    diagram.node((3.5, 1.5), Shape::Circle, Label::plain("sigmoid")).lit = true;
    for (from, to, value, gradient) in [
        ((0.5, 0.5), (2.0, 1.0), "−2.00", "−4.00"),
        ((0.5, 1.5), (2.0, 1.0), "5.00", "−4.00"),
        ((2.0, 1.0), (3.5, 1.5), "3.00", "−4.00"),
        ((0.5, 2.5), (3.5, 1.5), "−4.00", "3.00"),
        ((3.5, 1.5), (4.8, 1.5), "−12.00", "1.00"),
    ] {
        let wire = diagram.wire(from, to);
        (wire.above, wire.below) = (Label::plain(value), Label::plain(gradient));
    }
    diagram.into()
}

fn gallery() -> Vec<(&'static str, Figure)> {
    let mut all = vec![
        ("chart", chart()),
        ("bars", bars()),
        ("map", map()),
        ("regions", regions()),
        ("surface", surface()),
        ("grey", tiles(None)),
        ("signed", tiles(Some(1.0))),
        ("diagram", diagram()),
    ];
    let titled = |(name, figure): &(&str, Figure)| (Label::plain(name), figure.clone());
    all.push(("panels", Figure::panels(2, all[..4].iter().map(titled))));
    all.push(("steps", Figure::steps(all[..2].iter().map(titled))));
    all
}

const PLAIN: Style = Style { colour: Colour::None, unicode: true, width: 80 };

#[test]
fn every_figure_is_drawn_on_every_canvas_twice_the_same() {
    for (name, figure) in gallery() {
        let drawn = svg(&figure, &()).unwrap();
        assert!(drawn.starts_with("<svg ") && drawn.trim_end().ends_with("</svg>"), "{name}");
        assert_eq!(drawn, svg(&figure, &()).unwrap(), "{name}");
        let bytes = png(&figure, &()).unwrap();
        assert_eq!(bytes, png(&figure, &()).unwrap(), "{name}");
        let reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
        assert!(reader.info().width > 100 && reader.info().height > 100, "{name}");
    }
}

#[test]
fn text_is_no_wider_than_the_terminal() {
    for (name, figure) in gallery() {
        for style in [
            PLAIN,
            Style { width: 40, ..PLAIN },
            Style { unicode: false, ..PLAIN },
            Style { colour: Colour::True, ..PLAIN },
            Style { colour: Colour::Ansi256, width: 120, ..PLAIN },
        ] {
            let drawn = text(&figure, &(), &style).unwrap();
            assert!(drawn.lines().count() > 3, "{name}");
            for line in drawn.lines() {
                let columns = console::measure_text_width(line);
                assert!(columns <= style.width, "{name}: {columns} columns in {line}");
            }
        }
    }
}

#[test]
fn numbers_and_names_can_be_read_in_all_forms() {
    for (figure, words) in [
        (chart(), &["epoch", "cost", "η = 0.1", "five seeds", "0.1", "30", "here"][..]),
        (bars(), &["digit", "output", "0.5", "9"]),
        (diagram(), &["−12.00", "3.00", "sigmoid", "z"]),
    ] {
        let (drawn, written) = (svg(&figure, &()).unwrap(), text(&figure, &(), &PLAIN).unwrap());
        for word in words {
            assert!(drawn.contains(word), "{word} in SVG");
            assert!(written.contains(word), "{word} in\n{written}");
        }
    }
}
