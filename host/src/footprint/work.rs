//! What there is to do in a network, in kinds of work.

use gradito_core::kind::ActivationKind;
use gradito_core::layer::LayerShape;

use super::Lit;

/// What a firmware does with which numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Inference of `f32`.
    Inference,
    /// Inference and training of `f32`.
    Training,
    /// Inference of 8-bit numbers, from pixels of 8 bits or features.
    Bytes,
    /// Inference of 8-bit numbers, from pixels of one bit.
    Bits,
}

impl Purpose {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Inference, Self::Training, Self::Bytes, Self::Bits];

    /// What it is called in tables and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inference => "f32",
            Self::Training => "f32 training",
            Self::Bytes => "i8",
            Self::Bits => "i8 bits",
        }
    }
}

/// Kinds of work: each is a number of times that something is done, or 0.
pub const TERMS: [&str; 15] = [
    "inferences",
    "later layers",
    "inputs of the first layer, if each is sent",
    "inputs of later layers",
    "lit inputs of the first layer",
    "lit inputs of later layers",
    "blocks of weights of lit inputs",
    "weights of lit inputs",
    "outputs",
    "sigmoids",
    "hyperbolic tangents",
    "outputs of softmax",
    "weights on the way back",
    "bytes of runs, if these are sent",
    "lit inputs of the first layer in runs",
];

/// What decides the size of the code.
pub const CODE_TERMS: [&str; 5] = [
    "firmwares",
    "later layers",
    "if there is a sigmoid",
    "if there is tanh",
    "if there is softmax",
];

/// The layers of a network, how much of their inputs is not zero, and how many are frozen.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    layers: Vec<(LayerShape, f64)>,
    purpose: Purpose,
    runs: Option<usize>,
    frozen: usize,
}

impl Work {
    /// The work of these layers for a sample: in an inference or, where training is the purpose, in a
    /// step that trains all of them but so many of the first.
    pub fn new(shapes: &[LayerShape], purpose: Purpose, sample: &Lit, frozen: usize) -> Self {
        let lit = sample.entries.iter().map(|&lit| lit as f64);
        let layers = shapes.iter().copied().zip(lit).collect();
        let (runs, frozen) = match purpose {
            // Samples are kept written out until a batch is there.
            Purpose::Training => (sample.runs.filter(|_| frozen > 0), frozen),
            _ => (sample.runs, 0),
        };
        Self { layers, purpose, runs, frozen }
    }

    /// How often each kind of work is done: by the frozen layers, if there are any, and the others.
    pub fn terms(&self) -> (Option<[f64; TERMS.len()]>, [f64; TERMS.len()]) {
        let (front, rest) = self.layers.split_at(self.frozen.min(self.layers.len()));
        let bits = self.purpose == Purpose::Bits;
        if front.is_empty() {
            (None, terms(rest, self.runs, bits))
        } else {
            (Some(terms(front, self.runs, bits)), terms(rest, None, false))
        }
    }

    /// Bytes of code and constants, if each of [`CODE_TERMS`] takes so many.
    pub fn code_bytes(&self, each: &[f64; CODE_TERMS.len()]) -> usize {
        let bytes: f64 = self.code_terms().iter().zip(each).map(|(term, each)| term * each).sum();
        bytes.round() as usize
    }

    /// What decides the size of the code.
    pub fn code_terms(&self) -> [f64; CODE_TERMS.len()] {
        let has = |kind| {
            f64::from(u8::from(self.layers.iter().any(|(shape, _)| shape.activation == kind)))
        };
        [
            1.0,
            self.layers.len().saturating_sub(1) as f64,
            has(ActivationKind::Sigmoid),
            has(ActivationKind::Tanh),
            has(ActivationKind::Softmax),
        ]
    }
}

/// Weights of a lit input that are worked on together.
const BLOCK: usize = 8;

/// Passes over the bits that are set, for so many outputs, and the outputs that these passes add to:
/// four in a word, and as many words in a pass as the largest powers of 2 have.
fn passes(outputs: usize) -> [usize; 2] {
    const MOST: usize = 8;
    let words = outputs.div_ceil(4);
    [words / MOST + (words % MOST).count_ones() as usize, 4 * words]
}

fn terms(layers: &[(LayerShape, f64)], runs: Option<usize>, bits: bool) -> [f64; TERMS.len()] {
    let mut terms = [0.0; TERMS.len()];
    terms[0] = 1.0;
    for (index, &(LayerShape { inputs, outputs, activation, .. }, lit)) in layers.iter().enumerate()
    {
        let [blocks, added] = match bits && index == 0 {
            true => passes(outputs),
            false => [outputs.div_ceil(BLOCK), outputs],
        };
        let [inputs, outputs, blocks, added] =
            [inputs, outputs, blocks, added].map(|count| count as f64);
        let later = usize::from(index > 0);
        terms[1] += later as f64;
        terms[2 + later] += inputs;
        terms[4 + later] += lit;
        terms[6] += lit * blocks;
        terms[7] += lit * added;
        terms[8] += outputs;
        match activation {
            ActivationKind::Sigmoid => terms[9] += outputs,
            ActivationKind::Tanh => terms[10] += outputs,
            ActivationKind::Softmax => terms[11] += outputs,
            ActivationKind::Relu | ActivationKind::Identity => {}
        }
        terms[12] += later as f64 * inputs * outputs;
    }
    if let (Some(bytes), Some((_, lit))) = (runs, layers.first()) {
        terms[2] = 0.0;
        terms[13] = bytes as f64;
        terms[14] = *lit;
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradito_core::kind::MathKind;

    fn layer(inputs: usize, outputs: usize, activation: ActivationKind) -> LayerShape {
        LayerShape { inputs, outputs, activation, math: MathKind::Poly }
    }

    #[test]
    fn work_is_counted_layer_by_layer() {
        let shapes = [layer(784, 30, ActivationKind::Relu), layer(30, 10, ActivationKind::Sigmoid)];
        let lit = Lit { entries: vec![100, 7], runs: Some(150) };
        let work = Work::new(&shapes, Purpose::Bytes, &lit, 0);
        let (frozen, terms) = work.terms();
        assert_eq!(frozen, None);
        let weights = 100.0 * 30.0 + 7.0 * 10.0;
        let blocks = 100.0 * 4.0 + 7.0 * 2.0;
        let first = [1.0, 1.0, 0.0, 30.0, 100.0, 7.0, blocks, weights, 40.0, 10.0];
        assert_eq!(
            (&terms[..10], &terms[10..]),
            (&first[..], &[0.0, 0.0, 300.0, 150.0, 100.0][..])
        );
        let written_out = Lit { runs: None, ..lit.clone() };
        let plain = Work::new(&shapes, Purpose::Bytes, &written_out, 0).terms().1;
        assert_eq!((plain[2], plain[13], plain[14]), (784.0, 0.0, 0.0));
        assert_eq!(work.code_terms(), [1.0, 1.0, 1.0, 0.0, 0.0]);

        let training = |frozen| Work::new(&shapes, Purpose::Training, &lit, frozen).terms();
        let (frozen, own) = training(1);
        let front = frozen.unwrap();
        assert_eq!(front[..9], [1.0, 0.0, 0.0, 0.0, 100.0, 0.0, 400.0, 3000.0, 30.0]);
        assert_eq!(front[13..], [150.0, 100.0]);
        assert_eq!(own[..9], [1.0, 0.0, 30.0, 0.0, 7.0, 0.0, 14.0, 70.0, 10.0]);
        assert_eq!(training(0), (None, plain));

        // 30 outputs are 8 words, a pass; 10 are 3, in two.
        let bits = Work::new(&shapes, Purpose::Bits, &written_out, 0).terms().1;
        assert_eq!(bits[6..8], [100.0 + 14.0, 3200.0 + 70.0]);
        assert_eq!((passes(10), passes(48)), ([2, 12], [2, 48]));
    }
}
