//! What a device says of itself.

use gradito_core::image::{Element, LAYER_LENGTH};
use gradito_core::kind::CostKind;
use gradito_core::layer::LayerShape;
use gradito_core::stage::Stages;
use gradito_link::board::{self, Board};
use gradito_link::message::{Hello, Memory, Model};

use crate::training::Topology;

/// A device's [`Hello`], to keep.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    /// The board's name.
    pub board: String,
    /// The version of gradito in it.
    pub gradito: String,
    /// The layers it is built for.
    pub layers: Vec<LayerShape>,
    /// How many of the first layers it does not train.
    pub frozen: usize,
    /// The cost it trains with, if it trains.
    pub cost: Option<CostKind>,
    /// Whether it reads pixels; else features.
    pub pixels: bool,
    /// Whether it reads pixels of one bit.
    pub bits: bool,
    /// What pixels go through before the first layer.
    pub stages: Stages,
    /// The type of parameters.
    pub element: Element,
    /// Samples of the largest batch; 0 if it does not train.
    pub batch: usize,
    /// Coded bytes of the longest frame it reads.
    pub frame: usize,
    /// Frames it can hold at a time.
    pub window: usize,
    /// The clock of its processor, in Hz.
    pub clock_hz: u32,
    /// Ticks in a second.
    pub ticks_hz: u32,
    /// Whether a new model can be written.
    pub writable: bool,
    /// What takes room.
    pub memory: Memory,
    /// The model in use, or what is wrong with it.
    pub model: Result<Model, String>,
}

impl Identity {
    /// Keeps a `hello`; `None` if it names what this version does not know.
    pub fn of(hello: &Hello<'_>) -> Option<Self> {
        let entries = hello.layers.chunks_exact(LAYER_LENGTH);
        if !entries.remainder().is_empty() {
            return None;
        }
        Some(Self {
            board: hello.board.to_owned(),
            gradito: hello.gradito.to_owned(),
            layers: entries
                .map(layer)
                .collect::<Option<_>>()
                .filter(|all: &Vec<_>| !all.is_empty())?,
            frozen: hello.frozen.into(),
            cost: match hello.cost {
                Some(code) => Some(CostKind::from_code(code)?),
                None => None,
            },
            pixels: hello.inputs != 0,
            bits: hello.bits,
            stages: Hello::stages(hello.inputs)?,
            element: Element::from_code(hello.element)?,
            batch: hello.batch.into(),
            frame: hello.frame.into(),
            window: hello.window.into(),
            clock_hz: hello.clock_hz,
            ticks_hz: hello.ticks_hz,
            writable: hello.writable,
            memory: hello.memory,
            model: hello.model.map_err(|fault| fault.to_string()),
        })
    }

    /// The board, if it is one that this version knows.
    pub fn known(&self) -> Option<&'static Board> {
        board::named(&self.board)
    }

    /// The widths.
    pub fn topology(&self) -> Topology {
        Topology::of(&self.layers)
    }

    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        self.layers[0].inputs
    }

    /// The number of parameters, frozen ones included.
    pub fn parameters(&self) -> usize {
        self.layers.iter().map(LayerShape::parameters).sum()
    }
}

/// An entry of the layer table.
fn layer(entry: &[u8]) -> Option<LayerShape> {
    let shape = LayerShape::from_entry(entry.first_chunk()?)?;
    (shape.inputs > 0 && shape.outputs > 0).then_some(shape)
}
