//! Whether a network fits a board, and what would.

use gradito_core::layer::LayerShape;
use gradito_core::quantized::parameters::places;
use gradito_core::quantized::weights::WeightKind;
use gradito_link::board::Board;

use super::measured::ROOMS;
use super::{Purpose, Work, lit};
use crate::model::Ram;

/// A network and what is to be done with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    /// The layers, first to last.
    pub shapes: Vec<LayerShape>,
    /// What is done with it.
    pub purpose: Purpose,
    /// Whether it reads pixels; else features.
    pub pixels: bool,
    /// Samples of the largest batch, if it is trained.
    pub batch: usize,
    /// How many of the first layers are not trained.
    pub frozen: usize,
    /// Bytes of its image besides the parameters.
    pub around: usize,
}

/// Some memory of a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Bytes that are needed.
    pub needed: usize,
    /// Bytes that there are.
    pub there: usize,
}

impl Memory {
    /// By how many bytes it is too small.
    pub const fn excess(&self) -> usize {
        self.needed.saturating_sub(self.there)
    }
}

/// What a network needs of each memory of a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fit {
    /// Flash for code and constants.
    pub code: Memory,
    /// Flash for the model: a slot.
    pub model: Memory,
    /// RAM: statics and the stack.
    pub ram: Memory,
}

impl Fit {
    /// Of `demand` on `board`; `None` for what was never measured there.
    pub fn of(board: &Board, demand: &Demand) -> Option<Self> {
        let room =
            ROOMS.iter().find(|room| room.board == board.name && room.purpose == demand.purpose)?;
        let Demand { shapes, purpose, .. } = demand;
        let work = Work::new(shapes, *purpose, &lit::all(shapes, *purpose), 0);
        let code = work.code_bytes(&room.code);
        Some(Self {
            code: Memory { needed: code, there: board.flash.length as usize },
            model: Memory { needed: demand.image(), there: board.room() },
            ram: Memory {
                needed: demand.ram() + room.statics + room.stack,
                there: board.ram.length as usize,
            },
        })
    }

    /// Whether everything fits.
    pub const fn fits(&self) -> bool {
        self.code.excess() == 0 && self.model.excess() == 0 && self.ram.excess() == 0
    }
}

/// What would fit where a network does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alternative {
    /// The same network in smaller batches: up to so many samples.
    Batch(usize),
    /// The same network with so many of its first layers not trained.
    Frozen(usize),
    /// The same network of 8-bit numbers.
    Quantized,
    /// Hidden layers of these widths.
    Hidden(Vec<usize>),
}

impl Demand {
    /// Bytes of RAM of the network, its samples and its input.
    pub fn ram(&self) -> usize {
        let (front, rest) = self.shapes.split_at(self.frozen.min(self.shapes.len()));
        match self.purpose {
            Purpose::Inference => Ram::of(&self.shapes, self.pixels, 0).inference,
            Purpose::Bytes => Ram::quantized(&self.shapes, false),
            Purpose::Bits => Ram::quantized(&self.shapes, true),
            // Besides the batch there is the trace of what is inferred, and an input that comes.
            Purpose::Training => {
                let pixels = self.pixels && front.is_empty();
                let learnt = Ram::of(rest, pixels, self.batch).training;
                learnt + Ram::of(&self.shapes, self.pixels, 0).inference
            }
        }
    }

    /// Bytes of its model image.
    pub fn image(&self) -> usize {
        let parameters = match self.purpose {
            Purpose::Inference | Purpose::Training => {
                self.shapes.iter().map(|shape| shape.parameters() * size_of::<f32>()).sum()
            }
            Purpose::Bytes | Purpose::Bits => {
                let bits = self.purpose == Purpose::Bits;
                let places = places(self.shapes.iter().copied(), WeightKind::I8, bits);
                let last = places.last().flatten();
                last.map_or(usize::MAX / 2, |place| place.outputs.end * size_of::<u32>())
            }
        };
        self.around + parameters
    }

    /// What would fit `board`: the least change of a kind that there is.
    pub fn alternatives(&self, board: &Board) -> Vec<Alternative> {
        let fits = |demand: &Self| Fit::of(board, demand).is_some_and(|fit| fit.fits());
        let mut found = Vec::new();
        if self.purpose == Purpose::Training {
            let batch = (1..self.batch)
                .rev()
                .find(|&batch| fits(&Self { batch, ..self.clone() }))
                .map(Alternative::Batch);
            found.extend(batch);
            let frozen = (self.frozen + 1..self.shapes.len())
                .find(|&frozen| fits(&Self { frozen, ..self.clone() }))
                .map(Alternative::Frozen);
            found.extend(frozen);
        }
        if self.purpose == Purpose::Inference
            && fits(&Self { purpose: Purpose::Bytes, ..self.clone() })
        {
            found.push(Alternative::Quantized);
        }
        let narrower = (1..100).rev().map(|percent| self.narrower(percent));
        found.extend(narrower.flatten().find(|demand| fits(demand)).map(|demand| {
            let hidden = &demand.shapes[..demand.shapes.len() - 1];
            Alternative::Hidden(hidden.iter().map(|shape| shape.outputs).collect())
        }));
        found
    }

    /// The same with hidden layers of so many per cent of their widths; `None` if there is none.
    fn narrower(&self, percent: usize) -> Option<Self> {
        let mut demand = self.clone();
        let last = demand.shapes.len().checked_sub(1).filter(|&last| last > 0)?;
        for index in 0..last {
            let outputs = (demand.shapes[index].outputs * percent / 100).max(1);
            demand.shapes[index].outputs = outputs;
            demand.shapes[index + 1].inputs = outputs;
        }
        Some(demand)
    }
}
