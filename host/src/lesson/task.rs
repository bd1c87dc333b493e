//! Lesson 0: the task and the network.

use std::array;

use gradito_core::cost::{Class, Target};
use gradito_core::network::argmax;

use super::digits::{Digits, image, with_parameters};
use super::{Cell, Context, Findings, LessonError, Mnist, Table, Value, pixels};
use crate::figure::chart::Form;
use crate::figure::diagram::Shape;
use crate::figure::{Axis, Chart, Diagram, Figure, Label, Tiles};
use crate::training::Settings;

/// The digit that is taken apart.
const SHOWN: u16 = 3;

/// The pixels of it that are written as numbers: rows and columns from these on, so many of each.
const PIECE: (usize, usize, usize) = (4, 11, 8);

/// Pixels in a row of an image, and rows.
const SIDE: usize = 28;

pub fn compute(context: &Context) -> Result<Findings, LessonError> {
    let mnist = context.mnist()?;
    let mut found = Findings::new();
    for (name, set) in [
        ("train", &mnist.data.train),
        ("validation", &mnist.data.validation),
        ("test", &mnist.data.test),
    ] {
        found.value(name, Value::count(set.len()));
    }
    found.value("side", Value::count(SIDE));
    found.value("pixels", Value::count(mnist.data.train.width()));
    let digits = (0..10).fold(Tiles::grey(5, (SIDE, SIDE)), |tiles, digit| {
        tiles.tile(Label::plain(digit), inks(mnist.first(digit)))
    });
    found.figure("digits", digits);
    vector(&mut found, mnist.first(SHOWN));
    target(&mut found);
    found.figure("network", drawing());
    found.value("weights", Value::count(784 * 30 + 30 * 10));
    found.value("biases", Value::count(30 + 10));
    found.value("parameters", Value::count(Digits::PARAMETERS));
    answers(&mut found, context, mnist)?;
    Ok(found)
}

/// Pixels as the network reads them: 0 = paper … 1 = ink.
fn inks(bytes: &[u8]) -> impl Iterator<Item = f32> + '_ {
    bytes.iter().map(|&byte| f32::from(byte) / 255.0)
}

/// An image, a piece of it, the piece in numbers; and the whole as one row of numbers.
fn vector(found: &mut Findings, bytes: &[u8]) {
    let (top, left, count) = PIECE;
    let ink: Vec<f32> = inks(bytes).collect();
    let rows = || (top..top + count).map(|row| &ink[row * SIDE + left..][..count]);
    let mut numbers = Diagram::new(0.55 * count as f64, 0.5 * count as f64);
    for (row, values) in rows().enumerate() {
        for (column, &value) in values.iter().enumerate() {
            let at = (0.55 * (column as f64 + 0.5), 0.5 * (row as f64 + 0.5));
            let decimals = if value == 0.0 { 0 } else { 2 };
            numbers.node(at, Shape::Bare, Label::plain(format_args!("{value:.decimals$}")));
        }
    }
    let whole = Tiles::grey(1, (SIDE, SIDE)).tile(Label::none(), ink.iter().copied());
    let piece = Tiles::grey(1, (count, count)).tile(Label::none(), rows().flatten().copied());
    found.figure(
        "numbers",
        Figure::panels(
            3,
            [
                (Label::key("image"), whole.into()),
                (Label::key("piece").with(count), piece.into()),
                (Label::key("values"), numbers.into()),
            ],
        ),
    );
    found.value("piece_top", Value::count(top + 1));
    found.value("piece_left", Value::count(left + 1));
    found.value("piece_first", Value::count(top * SIDE + left + 1));
    found.value("lit", Value::count(bytes.iter().filter(|&&byte| byte != 0).count()));
    let x = Axis::linear(Label::key("position")).from_to(0.0, 784.0);
    let y = Axis::linear(Label::key("ink")).from_to(0.0, 1.05);
    let points = (1_u16..).map(f64::from).zip(ink.iter().map(|&ink| f64::from(ink)));
    found.figure("vector", Chart::new(x, y).with(Form::Bars, Label::none(), points));
}

/// The one-hot target of the digit.
fn target(found: &mut Findings) {
    let target: [f32; 10] = array::from_fn(|at| Class(usize::from(SHOWN)).at(at));
    let written = target.map(|y| y.to_string()).join(", ");
    found.value("shown", Value::count(usize::from(SHOWN)));
    found.value("target", Value::Word(format!("({written})")));
    let mut table = Table::new([Label::key("digit"), Label::key("wanted")]);
    for digit in 0..10 {
        let wanted: [f32; 10] = array::from_fn(|at| Class(digit).at(at));
        let wanted = wanted.map(|y| y.to_string()).join(" ");
        table.row([Cell::Value(Value::count(digit)), Cell::Label(Label::plain(wanted))]);
    }
    found.table("targets", table);
}

/// The network: some of its inputs and hidden neurons, all its outputs.
fn drawing() -> Diagram {
    const ROW: f64 = 0.55;
    let mut diagram = Diagram::new(7.6, 11.0 * ROW + 0.9);
    // Some above the dots that stand for the rest, some below.
    let column = |x: f64, some: usize| -> Vec<(f64, f64)> {
        let first = 5.5 - some as f64;
        let above = (0..some).map(|at| (x, 0.9 + ROW * (first + at as f64)));
        let below = (0..some).map(|at| (x, 0.9 + ROW * (6.5 + at as f64 - 0.5)));
        above.chain(below).collect()
    };
    let (inputs, hidden) = (column(1.3, 4), column(3.8, 3));
    let outputs: Vec<_> = (0..10).map(|at| (6.3, 0.9 + ROW * (f64::from(at) + 0.5))).collect();
    for (from, to) in [(&inputs, &hidden), (&hidden, &outputs)] {
        for &from in from {
            for &to in to {
                diagram.wire(from, to).arrow = false;
            }
        }
    }
    for &at in inputs.iter().chain(&hidden).chain(&outputs) {
        diagram.node(at, Shape::Dot, Label::none());
    }
    for x in [1.3, 3.8] {
        diagram.node((x, 0.9 + ROW * 5.25), Shape::Bare, Label::plain("⋮"));
    }
    for (digit, &(x, y)) in outputs.iter().enumerate() {
        diagram.node((x + 0.45, y), Shape::Bare, Label::plain(digit));
    }
    for (x, name, count) in [(1.3, "inputs", "784"), (3.8, "hidden", "h"), (6.3, "outputs", "10")] {
        diagram.node((x, 0.3), Shape::Bare, Label::key(name).with(count));
    }
    diagram
}

/// What a network that has seen every training image once says to two test images: the first, and
/// the first that it gets wrong.
fn answers(found: &mut Findings, context: &Context, mnist: &Mnist) -> Result<(), LessonError> {
    let trained = context.trained(&Settings { epochs: 1, ..Settings::default() })?;
    found.share("accuracy", trained.trained.test.report.accuracy().unwrap_or(0.0), 1);
    let network = with_parameters(&trained.trained.parameters);
    let mut trace = Digits::TRACE;
    let mut outputs_of = |index: usize| {
        network.forward(&image(pixels(&mnist.data.test, index)), &mut trace);
        network.outputs(&trace).to_vec()
    };
    let labels = mnist.data.test.labels();
    let is_wrong = |index: &usize| argmax(&outputs_of(*index)) != usize::from(labels[*index]);
    let wrong = (0..labels.len()).find(is_wrong).unwrap_or(0);
    let mut images = Tiles::grey(2, (SIDE, SIDE));
    let mut charts = Vec::new();
    for (name, index) in [("sure", 0), ("wrong", wrong)] {
        let (outputs, label) = (outputs_of(index), usize::from(labels[index]));
        let answer = argmax(&outputs);
        found.value(format!("{name}_index"), Value::count(index));
        found.value(format!("{name}_label"), Value::count(label));
        found.value(format!("{name}_answer"), Value::count(answer));
        found.number(format!("{name}_largest"), outputs[answer], 2);
        found.number(format!("{name}_wanted"), outputs[label], 2);
        let title = Label::key("test_image").with(index).with(label);
        images = images.tile(title.clone(), inks(pixels(&mnist.data.test, index)));
        let x = Axis::named(Label::key("output"), (0..10).map(Label::plain));
        let y = Axis::linear(Label::key("a")).from_to(0.0, 1.05);
        let bars = (0_u8..).map(f64::from).zip(outputs.iter().map(|&a| f64::from(a)));
        let chart = Chart::new(x, y)
            .with(Form::Bars, Label::none(), bars)
            .note((answer as f64 - 0.6, f64::from(outputs[answer])), Label::key("largest"));
        charts.push((title, chart.into()));
    }
    found.figure("asked", images);
    found.figure("answers", Figure::panels(2, charts));
    Ok(())
}
