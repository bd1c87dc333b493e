//! Lesson 9: what hidden neurons see.

use gradito_core::dense::DenseTrace;
use gradito_core::layer::{Layer, Trace};
use gradito_core::network::argmax;

use super::context::pixels;
use super::digits::{Digits, HIDDEN, image, untrained, with_parameters};
use super::{Context, Findings, LessonError, Mnist, Table, Value};
use crate::data::Dataset;
use crate::figure::chart::Form;
use crate::figure::diagram::Shape;
use crate::figure::{Axis, Chart, Diagram, Figure, Label, Shade, Tiles};
use crate::training::Settings;

/// An image's side.
const SIDE: usize = 28;

/// How many images that excite a neuron most are looked at.
const MOST: usize = 100;

/// What hidden neurons make of one image.
struct Seen {
    /// Their sums z.
    sums: [f32; HIDDEN],
    /// Their outputs a.
    hidden: [f32; HIDDEN],
    /// The network's outputs.
    outputs: [f32; 10],
}

pub fn compute(context: &Context) -> Result<Findings, LessonError> {
    let mnist = context.mnist()?;
    let settings = Settings { epochs: 10, ..Settings::default() };
    let trained = context.trained(&settings)?;
    let network = with_parameters(&trained.network.parameters());
    let test = &mnist.data.test;
    let seen: Vec<Seen> = (0..test.len()).map(|at| look(&network, pixels(test, at))).collect();

    let mut found = Findings::new();
    found.number("epochs", f64::from(settings.epochs), 0);
    let accuracy = trained.trained.test.report.accuracy().unwrap_or(0.0);
    found.share("accuracy", accuracy, 2);
    strokes(&mut found, &network, mnist);
    weights(&mut found, &network, &settings, mnist);
    exciting(&mut found, &seen, test);
    activations(&mut found, &network, &seen[0], test);
    switched_off(&mut found, &network, &seen, test);
    Ok(found)
}

fn look(network: &Digits, bytes: &[u8]) -> Seen {
    let mut trace = Digits::TRACE;
    // The hidden layer alone first: until backward, its deltas are its sums.
    network.layers.head.forward(&image(bytes), &mut trace.head);
    network.layers.tail.forward(&trace.head.outputs, &mut trace.tail);
    Seen { sums: trace.head.deltas, hidden: trace.head.outputs, outputs: *trace.outputs() }
}

/// The weights by which a hidden neuron reads the image.
fn image_of(network: &Digits, neuron: usize) -> Vec<f32> {
    network.layers.head.weights.iter().map(|row| row[neuron]).collect()
}

/// An image's bytes as ink from 0 to 1.
fn ink(image: &[u8]) -> impl Iterator<Item = f32> {
    image.iter().map(|&byte| f32::from(byte) / 255.0)
}

/// The four quarters of a 0, and the neurons whose weights are most like them.
fn strokes(found: &mut Findings, network: &Digits, mnist: &Mnist) {
    let zero: Vec<f32> = ink(mnist.first(0)).collect();
    let quarter = |quarter: usize| -> Vec<f32> {
        let half = SIDE / 2;
        let inside = |at: usize| at / SIDE / half == quarter / 2 && at % SIDE / half == quarter % 2;
        zero.iter().enumerate().map(|(at, &ink)| if inside(at) { ink } else { 0.0 }).collect()
    };
    let mut hoped = Tiles::grey(5, (SIDE, SIDE)).tile(Label::key("whole"), zero.clone());
    let mut learnt = Tiles::diverging(4, (SIDE, SIDE), scale(network));
    for (number, at) in (1_u8..).zip(0..4) {
        let stroke = quarter(at);
        hoped = hoped.tile(Label::key("stroke").with(number), stroke.clone());
        let (neuron, likeness) = (0..HIDDEN)
            .map(|neuron| (neuron, correlation(&image_of(network, neuron), &stroke)))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .unwrap_or((0, 0.0));
        found.number(format!("likeness_{number}"), likeness, 2);
        found.value(format!("like_{number}"), Value::count(neuron + 1));
        let caption = Label::key("neuron").with(neuron + 1);
        learnt = learnt.tile(caption, image_of(network, neuron));
    }
    let panels = [(Label::key("hoped"), hoped.into()), (Label::key("learnt"), learnt.into())];
    found.figure("strokes", Figure::panels(1, panels));
}

/// The correlation coefficient of two images.
fn correlation(a: &[f32], b: &[f32]) -> f64 {
    let mean = |image: &[f32]| {
        image.iter().map(|&value| f64::from(value)).sum::<f64>() / image.len() as f64
    };
    let (mean_a, mean_b) = (mean(a), mean(b));
    let (mut both, mut square_a, mut square_b) = (0.0, 0.0, 0.0);
    for (&a, &b) in a.iter().zip(b) {
        let (a, b) = (f64::from(a) - mean_a, f64::from(b) - mean_b);
        both += a * b;
        square_a += a * a;
        square_b += b * b;
    }
    if square_a * square_b > 0.0 { both / (square_a * square_b).sqrt() } else { 0.0 }
}

/// The end of the scale of weights: three times their root mean square, so that a few large ones
/// do not make all others pale.
fn scale(network: &Digits) -> f32 {
    let weights = network.layers.head.weights.as_flattened();
    let squares: f64 = weights.iter().map(|&weight| f64::from(weight) * f64::from(weight)).sum();
    3.0 * (squares / weights.len() as f64).sqrt() as f32
}

/// All thirty weight images, and what no image ever touched.
fn weights(found: &mut Findings, network: &Digits, settings: &Settings, mnist: &Mnist) {
    let limit = scale(network);
    let tiles = (0..HIDDEN).fold(Tiles::diverging(10, (SIDE, SIDE), limit), |tiles, neuron| {
        tiles.tile(Label::plain(neuron + 1), image_of(network, neuron))
    });
    found.figure("weights", tiles);
    found.number("limit", limit, 2);

    let train = &mnist.data.train;
    let mut lit = [false; 784];
    for at in 0..train.len() {
        for (lit, &pixel) in lit.iter_mut().zip(pixels(train, at)) {
            *lit |= pixel != 0;
        }
    }
    let start = untrained(settings.seed);
    let never = (0..784).filter(|&pixel| !lit[pixel]);
    let rows = |pixel: usize| {
        network.layers.head.weights[pixel].iter().zip(&start.layers.head.weights[pixel])
    };
    let dark: Vec<usize> = never.collect();
    let moved =
        dark.iter().flat_map(|&pixel| rows(pixel)).filter(|(now, then)| now != then).count();
    found.value("never_lit", Value::count(dark.len()));
    found.value("dark_weights", Value::count(dark.len() * HIDDEN));
    found.value("dark_moved", Value::count(moved));
}

/// Which images excite each neuron most.
fn exciting(found: &mut Findings, seen: &[Seen], test: &Dataset) {
    let mut top = Tiles::grey(10, (SIDE, SIDE));
    let mut means = Tiles::grey(10, (SIDE, SIDE));
    let mut table = Table::new(["column_neuron", "column_digits", "column_share"].map(Label::key));
    let (mut pure, mut kinds) = (0, 0);
    for neuron in 0..HIDDEN {
        let mut order: Vec<usize> = (0..seen.len()).collect();
        // The first of equals first: the sort is stable.
        order.sort_by(|&a, &b| seen[b].sums[neuron].total_cmp(&seen[a].sums[neuron]));
        order.truncate(MOST);
        let number = neuron + 1;
        if let Some(&first) = order.first() {
            let caption = Label::plain(format!("{number}: {}", test.labels()[first]));
            top = top.tile(caption, ink(pixels(test, first)));
        }
        let mut mean = vec![0.0_f32; 784];
        let mut counts = [0_usize; 10];
        for &at in &order {
            for (mean, ink) in mean.iter_mut().zip(ink(pixels(test, at))) {
                *mean += ink / MOST as f32;
            }
            counts[usize::from(test.labels()[at])] += 1;
        }
        means = means.tile(Label::plain(number), mean);
        let mut digits: Vec<(usize, usize)> =
            counts.into_iter().enumerate().filter(|&(_, count)| count > 0).collect();
        digits.sort_by_key(|&(digit, count)| (std::cmp::Reverse(count), digit));
        let most = digits.first().map_or(0, |&(_, count)| count);
        pure += usize::from(most * 10 >= MOST * 9);
        kinds += digits.len();
        let listed: Vec<_> =
            digits.iter().take(4).map(|(digit, count)| format!("{digit} × {count}")).collect();
        table.row([
            Value::count(number).into(),
            Label::plain(listed.join(", ")).into(),
            Value::Share { share: most as f64 / MOST as f64, decimals: 0 }.into(),
        ]);
    }
    found.figure("top", top);
    found.figure("means", means);
    found.table("favourites", table);
    found.value("most", Value::count(MOST));
    found.value("pure", Value::count(pure));
    found.number("kinds", kinds as f64 / HIDDEN as f64, 1);
}

/// The activations of one digit, and what each hidden neuron says for the answer.
fn activations(found: &mut Findings, network: &Digits, seen: &Seen, test: &Dataset) {
    let answer = argmax(&seen.outputs);
    let output = &network.layers.tail;
    let said: Vec<f32> =
        (0..HIDDEN).map(|neuron| seen.hidden[neuron] * output.weights[neuron][answer]).collect();
    let largest = said.iter().fold(f32::MIN_POSITIVE, |most, said| most.max(said.abs()));

    let step = 0.42;
    let mut diagram = Diagram::new(7.0, step * HIDDEN as f64 + 1.0);
    let hidden = |neuron: usize| (2.0, 0.75 + step * neuron as f64);
    let outputs = |digit: usize| (5.2, 1.0 + step * HIDDEN as f64 / 10.0 * digit as f64);
    for (neuron, &said) in said.iter().enumerate() {
        let wire = diagram.wire(hidden(neuron), outputs(answer));
        (wire.arrow, wire.weight) = (false, f64::from(said / largest));
    }
    for (neuron, &activation) in seen.hidden.iter().enumerate() {
        let (x, y) = hidden(neuron);
        diagram.node((x - 0.6, y), Shape::Bare, Label::plain(neuron + 1));
        diagram.node((x, y), Shape::Dot, Label::none()).fill = f64::from(activation);
    }
    for (digit, &activation) in seen.outputs.iter().enumerate() {
        let (x, y) = outputs(digit);
        let node = diagram.node((x, y), Shape::Circle, Label::plain(digit));
        (node.fill, node.lit) = (f64::from(activation), digit == answer);
        let text = super::minus(format!("{activation:.3}"));
        diagram.node((x + 0.9, y), Shape::Bare, Label::plain(text));
    }
    let image = Tiles::grey(1, (SIDE, SIDE)).tile(Label::none(), ink(pixels(test, 0)));
    found.figure("image", image);
    found.figure("activations", diagram);

    found.value("digit", Value::count(usize::from(test.labels()[0])));
    found.value("answer", Value::count(answer));
    found.number("answer_output", seen.outputs[answer], 3);
    let awake = seen.hidden.iter().filter(|&&activation| activation > 0.5).count();
    found.value("awake", Value::count(awake));
    let by_said = |sign: f32| {
        (0..HIDDEN).max_by(|&a, &b| (sign * said[a]).total_cmp(&(sign * said[b]))).unwrap_or(0)
    };
    for (name, neuron) in [("for", by_said(1.0)), ("against", by_said(-1.0))] {
        found.value(format!("{name}_neuron"), Value::count(neuron + 1));
        found.number(format!("{name}_said"), said[neuron], 2);
    }
    found.number("bias_said", output.biases[answer], 2);
    let sum = said.iter().fold(output.biases[answer], |sum, said| sum + said);
    found.number("sum_said", sum, 2);
}

/// What the network loses without each of its hidden neurons.
///
/// A neuron that is switched off gives its mean output instead, whatever the image.
fn switched_off(found: &mut Findings, network: &Digits, seen: &[Seen], test: &Dataset) {
    let mean = |neuron: usize| {
        let sum: f64 = seen.iter().map(|seen| f64::from(seen.hidden[neuron])).sum();
        (sum / seen.len().max(1) as f64) as f32
    };
    let accuracy = |off: Option<(usize, f32)>| {
        let mut trace = DenseTrace::<10>::ZERO;
        let right = seen.iter().zip(test.labels()).filter(|(seen, label)| {
            let mut hidden = seen.hidden;
            if let Some((neuron, mean)) = off {
                hidden[neuron] = mean;
            }
            network.layers.tail.forward(&hidden, &mut trace);
            argmax(&trace.outputs) == usize::from(**label)
        });
        right.count() as f64 / seen.len().max(1) as f64
    };
    let whole = accuracy(None);
    let lost: Vec<f64> =
        (0..HIDDEN).map(|neuron| whole - accuracy(Some((neuron, mean(neuron))))).collect();
    let worst = (0..HIDDEN).max_by(|&a, &b| lost[a].total_cmp(&lost[b])).unwrap_or(0);
    found.value("worst_neuron", Value::count(worst + 1));
    found.number("worst_lost", 100.0 * lost[worst], 2);
    let spared = lost.iter().filter(|&&lost| lost < 0.005).count();
    found.value("spared", Value::count(spared));
    let bars = lost.iter().enumerate().map(|(neuron, lost)| ((neuron + 1) as f64, 100.0 * lost));
    let chart =
        Chart::new(Axis::linear(Label::key("off_neuron")), Axis::linear(Label::key("off_lost")))
            .shaded(Shade::Blue, Form::Bars, Label::none(), bars);
    found.figure("off", chart);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_that_go_together_have_a_correlation() {
        let ramp = [0.0, 1.0, 2.0, 3.0];
        assert!((correlation(&ramp, &[5.0, 7.0, 9.0, 11.0]) - 1.0).abs() < 1e-12);
        assert!((correlation(&ramp, &[3.0, 2.0, 1.0, 0.0]) + 1.0).abs() < 1e-12);
        assert_eq!(correlation(&ramp, &[2.0; 4]), 0.0);
    }

    #[test]
    fn looking_is_what_the_core_computes() {
        let network = untrained(1);
        let bytes: Vec<u8> = (0..784).map(|at| (at % 251) as u8).collect();
        let seen = look(&network, &bytes);
        let mut trace = Digits::TRACE;
        network.forward(&image(&bytes), &mut trace);
        assert_eq!(network.outputs(&trace), seen.outputs);
        assert_eq!(trace.head.outputs, seen.hidden);
    }
}
