//! Lesson 6: the sigmoid, its derivative, and what it does to gradients.

use gradito_core::activation::{Elementwise, Sigmoid};
use gradito_core::cost::{Cost, CrossEntropy, Quadratic};
use gradito_core::kind::{CostKind, InitKind};
use gradito_core::math::Poly;
use gradito_core::network;
use gradito_core::network::argmax;
use gradito_core::optimizer::Sgd;
use gradito_core::sgd;

use super::gradients::{Gradients, norm};
use super::{Cell, Context, Findings, LessonError, Table, Value, pixels};
use crate::figure::{Axis, Chart, Figure, Label, Shade, Tiles, chart::Form};
use crate::network::{Machine, PackedNetwork};
use crate::simd::Level;
use crate::training::{Samples, Settings, Trainer};

const NAME: &str = "sigmoid";

/// A neuron of one input.
type Neuron = network!(1 => 1 Sigmoid);

/// The neuron's learning rate.
const ETA: f32 = 0.5;

/// Steps that the neuron is followed for.
const STEPS: usize = 300;

/// Training images that gradients are the mean of.
const IMAGES: u32 = 1000;

/// Hidden neurons whose gradients are drawn: those with the largest.
const DRAWN: usize = 6;

/// How many times the gradient of the quadratic cost is drawn larger, to be seen at all.
const MAGNIFIED: f32 = 100.0;

/// Both costs that fit a sigmoid output.
const COSTS: [(CostKind, &str); 2] =
    [(CostKind::Quadratic, "quadratic"), (CostKind::CrossEntropy, "cross_entropy")];

pub fn compute(context: &Context) -> Result<Findings, LessonError> {
    let mut found = Findings::new();
    curve(&mut found);
    deltas(&mut found);
    neuron(&mut found)?;
    mistake(context, &mut found)?;
    starts(context, &mut found)?;
    depth(context, &mut found)?;
    Ok(found)
}

/// σ and σ′ at z, as the core computes them.
fn at(z: f32) -> (f32, f32) {
    let a = Sigmoid::<Poly>::value(z);
    (a, Sigmoid::<Poly>::derivative(a))
}

/// Numbers from −`far` to `far`.
fn along(far: f32) -> impl Iterator<Item = f32> {
    (-80_i8..=80).map(move |step| far * f32::from(step) / 80.0)
}

fn point(z: f32, y: f32) -> (f64, f64) {
    (z.into(), y.into())
}

fn curve(found: &mut Findings) {
    for z in [0_u8, 2, 5, 10] {
        let (value, slope) = at(z.into());
        let number = f64::from(slope);
        let (decimals, slope) = match z {
            0 => (1, Value::Number { number, decimals: 2 }),
            10 => (4, Value::scientific(number)),
            _ => (4, Value::Number { number, decimals: 4 }),
        };
        found.number(format!("value_{z}"), value, decimals);
        found.value(format!("slope_{z}"), slope);
    }
    let flat = (1_u8..=100).find(|&z| at(z.into()).1 == 0.0);
    found.number("flat", flat.unwrap_or(u8::MAX), 0);
    found.number("best_of_4", at(0.0).1.powi(4), 4);
    let chart = Chart::new(Axis::linear(Label::plain("z")), Axis::linear(Label::none()))
        .line(Label::plain("σ(z)"), along(10.0).map(|z| point(z, at(z).0)))
        .line(Label::plain("σ′(z) = σ(1 − σ)"), along(10.0).map(|z| point(z, at(z).1)));
    found.figure("sigmoid", chart);
}

/// ∂C/∂z of one output that should be 0.
fn delta(cost: &impl Cost<Sigmoid>, z: f32) -> f32 {
    let mut delta = [0.0];
    cost.delta([0.0].as_slice(), &[at(z).0], &mut delta);
    delta[0]
}

fn deltas(found: &mut Findings) {
    let (quadratic, entropy) = (|z| delta(&Quadratic, z), |z| delta(&CrossEntropy, z));
    found.number("delta_quadratic", quadratic(5.0), 4);
    found.number("delta_cross_entropy", entropy(5.0), 4);
    found.number("delta_ratio", entropy(5.0) / quadratic(5.0), 0);
    found.number("delta_most", along(10.0).map(quadratic).fold(0.0, f32::max), 3);
    let chart =
        Chart::new(Axis::linear(Label::plain("z")), Axis::linear(Label::plain("δ = ∂C/∂z")))
            .line(Label::key("quadratic"), along(10.0).map(|z| point(z, quadratic(z))))
            .line(Label::key("cross_entropy"), along(10.0).map(|z| point(z, entropy(z))));
    found.figure("deltas", chart);
}

/// The outputs of a neuron that learns to answer 0 to 1, from w = b = `start` on, step by step.
fn learn(cost: &impl Cost<Sigmoid>, start: f32) -> Result<Vec<f32>, LessonError> {
    let mut neuron = Neuron::ZERO;
    neuron.layers.weights = [[start]];
    neuron.layers.biases = [start];
    let (input, target) = ([1.0], [0.0]);
    let (mut traces, mut optimizer) = ([Neuron::TRACE], Sgd::new());
    let mut outputs = Vec::with_capacity(STEPS + 1);
    for _ in 0..=STEPS {
        neuron.forward(&input, &mut traces[0]);
        outputs.push(neuron.outputs(&traces[0])[0]);
        let batch = [(&input, target.as_slice())].into_iter();
        sgd::step(&mut neuron, &mut optimizer, cost, batch, &mut traces, ETA)
            .map_err(|fault| LessonError::Compute { lesson: NAME, what: fault.to_string() })?;
    }
    Ok(outputs)
}

fn neuron(found: &mut Findings) -> Result<(), LessonError> {
    let starts = [(2.5, "bad"), (0.5, "fair")];
    let mut panels = Vec::new();
    for (_, name) in COSTS {
        let y = Axis::linear(Label::key("output")).from_to(0.0, 1.0);
        let mut chart = Chart::new(Axis::linear(Label::key("step")), y);
        for (start, how) in starts {
            let outputs = match name {
                "quadratic" => learn(&Quadratic, start)?,
                _ => learn(&CrossEntropy, start)?,
            };
            let steps = outputs.iter().position(|&output| output < 0.1).unwrap_or(STEPS);
            found.number(format!("steps_{name}_{how}"), steps as f64, 0);
            if name == "quadratic" {
                found.number(format!("output_{how}"), outputs[0], 2);
            }
            let points = (0..).map(f64::from).zip(outputs.into_iter().map(f64::from));
            chart = chart.line(Label::key(how), points);
        }
        panels.push((Label::key(name), chart.into()));
    }
    found.number("eta", ETA, 1);
    found.figure("neuron", Figure::panels(2, panels));
    Ok(())
}

/// The gradient of a 784-h-…-10 network, layer by layer: weights and biases.
fn layers<'g>(network: &PackedNetwork, gradient: &'g [f64]) -> Vec<&'g [f64]> {
    let mut rest = gradient;
    let mut layers = Vec::new();
    for shape in network.shapes() {
        let (layer, others) = rest.split_at(shape.parameters());
        layers.push(layer);
        rest = others;
    }
    layers
}

/// The mean gradient by `cost` of the samples at `indices`.
fn gradient(
    network: &PackedNetwork,
    cost: CostKind,
    samples: &impl Samples,
    indices: &[u32],
) -> Result<Vec<f64>, LessonError> {
    let misfit = || LessonError::Compute { lesson: NAME, what: "the cost does not fit".into() };
    Ok(Gradients::new(network, cost).ok_or_else(misfit)?.mean(samples, indices))
}

/// The test image that a network of one epoch is most wrong about, and what it would learn from it.
fn mistake(context: &Context, found: &mut Findings) -> Result<(), LessonError> {
    let mnist = context.mnist()?;
    let trained = context.trained(&Settings { epochs: 1, ..Settings::default() })?;
    let (network, test) = (&trained.network, &mnist.parts.test);
    let outputs = trained.trained.test.outputs.chunks_exact(network.outputs());
    let wrong = |(outputs, &label): (&[f32], &u16)| {
        let said = argmax(outputs);
        outputs[said] - outputs[usize::from(label)]
    };
    let by: Vec<f32> = outputs.clone().zip(test.labels()).map(wrong).collect();
    let worst = argmax(&by);
    let outputs = outputs.clone().nth(worst).unwrap_or_default();
    let label = test.labels()[worst];
    let said = argmax(outputs);
    found.number("worst", worst as f64, 0);
    found.number("worst_label", label, 0);
    found.number("worst_said", said as f64, 0);
    found.number("worst_label_output", outputs[usize::from(label)], 4);
    found.number("worst_said_output", outputs[said], 4);

    let mut images = Vec::new();
    let hidden = network.shapes()[0].outputs;
    let mut table = Table::new(["layer", "quadratic", "cross_entropy", "ratio"].map(Label::key));
    let mut norms = Vec::new();
    for (cost, _) in COSTS {
        let gradient = gradient(network, cost, test, &[worst as u32])?;
        let layers = layers(network, &gradient);
        norms.push([norm(layers[0]), norm(layers[1])]);
        let weights = &layers[0][..network.inputs() * hidden];
        let image = |neuron| weights.iter().skip(neuron).step_by(hidden);
        let image = |neuron| image(neuron).map(|&weight| weight as f32).collect::<Vec<_>>();
        images.push((0..hidden).map(image).collect::<Vec<_>>());
    }
    for (layer, name) in ["hidden_layer", "output_layer"].into_iter().enumerate() {
        let [quadratic, entropy] = [norms[0][layer], norms[1][layer]];
        found.number(format!("{name}_quadratic"), quadratic, 3);
        found.number(format!("{name}_cross_entropy"), entropy, 3);
        found.number(format!("{name}_ratio"), entropy / quadratic, 0);
        table.row([
            Label::key(name).into(),
            number(quadratic, 4),
            number(entropy, 4),
            number(entropy / quadratic, 0),
        ]);
    }
    found.table("mistake", table);

    let [quadratic, entropy] = &images[..] else { return Ok(()) };
    let most = |image: &Vec<f32>| image.iter().fold(0.0, |most: f32, at| most.max(at.abs()));
    let limit = entropy.iter().map(most).fold(0.0, f32::max);
    let mut neurons: Vec<usize> = (0..hidden).collect();
    neurons.sort_by(|&one, &other| most(&entropy[other]).total_cmp(&most(&entropy[one])));
    neurons.truncate(DRAWN);
    neurons.sort_unstable();
    let digit = pixels(&mnist.data.test, worst).iter().map(|&byte| f32::from(byte) / 255.0);
    let digit = Tiles::grey(1, (28, 28)).tile(Label::key("said").with(label).with(said), digit);
    found.figure("digit", digit);
    let row = |images: &[Vec<f32>], times: f32| -> Figure {
        let tiles = Tiles::diverging(DRAWN, (28, 28), limit);
        let drawn = neurons.iter().fold(tiles, |tiles, &neuron| {
            let image = images[neuron].iter().map(|weight| times * weight);
            tiles.tile(Label::key("neuron").with(neuron + 1), image)
        });
        drawn.into()
    };
    let rows = [
        (Label::key("quadratic"), row(quadratic, 1.0)),
        (Label::key("magnified").with(MAGNIFIED), row(quadratic, MAGNIFIED)),
        (Label::key("cross_entropy"), row(entropy, 1.0)),
    ];
    found.number("magnified", MAGNIFIED, 0);
    found.figure("mistake", Figure::panels(1, rows));
    Ok(())
}

fn number(number: f64, decimals: usize) -> Cell {
    Value::Number { number, decimals }.into()
}

/// The network of `topology` as it starts.
fn start(topology: &str, init: InitKind) -> Result<PackedNetwork, LessonError> {
    let topology = topology
        .parse()
        .map_err(|error| LessonError::Compute { lesson: NAME, what: format!("{error}") })?;
    let settings = Settings { topology, init, ..Settings::default() };
    let trainer = Trainer::new(&settings, 1, Machine::single(Level::best()))?;
    Ok(trainer.network().clone())
}

/// What the first steps have to go by, for both schemes of first weights.
fn starts(context: &Context, found: &mut Findings) -> Result<(), LessonError> {
    let samples = &context.mnist()?.parts.train;
    let indices: Vec<u32> = (0..IMAGES).collect();
    let headings = ["first_weights", "layer", "quadratic", "cross_entropy", "ratio"];
    let mut table = Table::new(headings.map(Label::key));
    for (init, name) in [(InitKind::Scaled, "scaled"), (InitKind::Unit, "unit")] {
        let network = start("784-30-10", init)?;
        let gradients = [
            gradient(&network, COSTS[0].0, samples, &indices)?,
            gradient(&network, COSTS[1].0, samples, &indices)?,
        ];
        let [quadratic, entropy] =
            [&gradients[0], &gradients[1]].map(|gradient| layers(&network, gradient));
        for (layer, layer_name) in ["hidden_layer", "output_layer"].into_iter().enumerate() {
            let norms = [norm(quadratic[layer]), norm(entropy[layer])];
            found.number(format!("{name}_{layer_name}_ratio"), norms[1] / norms[0], 1);
            table.row([
                Label::key(name).into(),
                Label::key(layer_name).into(),
                number(norms[0], 3),
                number(norms[1], 3),
                number(norms[1] / norms[0], 1),
            ]);
        }
    }
    found.number("images", IMAGES, 0);
    found.table("starts", table);
    Ok(())
}

/// What is left of the gradient on its way back through five layers of sigmoids.
fn depth(context: &Context, found: &mut Findings) -> Result<(), LessonError> {
    let samples = &context.mnist()?.parts.train;
    let indices: Vec<u32> = (0..IMAGES).collect();
    let network = start("784-30-30-30-30-10", InitKind::Scaled)?;
    let mut chart = Chart::new(
        Axis::named(Label::key("layer"), (1..=5).map(Label::plain)),
        Axis::log(Label::key("per_weight")),
    );
    for (cost, name) in COSTS {
        let gradient = gradient(&network, cost, samples, &indices)?;
        // The root of the mean square, since the layers differ in size.
        let norms: Vec<f64> = layers(&network, &gradient)
            .iter()
            .map(|layer| norm(layer) / (layer.len() as f64).sqrt())
            .collect();
        found.number(format!("depth_{name}"), norms[4] / norms[0], 0);
        let points = (0..).map(f64::from).zip(norms);
        chart = chart.shaded(
            if name == "quadratic" { Shade::Blue } else { Shade::Orange },
            Form::Marked,
            Label::key(name),
            points,
        );
    }
    found.figure("depth", chart);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_costs_teach_by_their_formulas() {
        for z in along(6.0) {
            let (a, slope) = at(z);
            // A few roundings of numbers below 1.
            assert!((delta(&Quadratic, z) - a * slope).abs() < 1e-6);
            assert!((delta(&CrossEntropy, z) - a).abs() < 1e-6);
        }
    }

    #[test]
    fn a_neuron_moves_as_its_formula_says() {
        let outputs = learn(&CrossEntropy, 2.5).unwrap();
        // w and b both move by −ηδ, δ = a.
        let (mut z, mut largest) = (5.0_f64, 0.0_f64);
        for output in outputs {
            let a = 1.0 / (1.0 + (-z).exp());
            largest = largest.max((f64::from(output) - a).abs());
            z -= 2.0 * f64::from(ETA) * a;
        }
        assert!(largest < 1e-5, "{largest}");
    }
}
