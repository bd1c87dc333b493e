//! What the kinds of work take, and the room around a network: as types.

use super::Purpose;
use super::work::{CODE_TERMS, TERMS};

/// Instructions that each kind of work takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Count {
    /// The processor core.
    pub core: &'static str,
    /// What it was measured for.
    pub purpose: Purpose,
    /// For each of [`TERMS`].
    pub instructions: [f64; TERMS.len()],
}

impl Count {
    /// The instructions of so much of each kind of work.
    pub fn of(&self, terms: &[f64; TERMS.len()]) -> f64 {
        terms.iter().zip(&self.instructions).map(|(term, each)| term * each).sum()
    }
}

/// What a firmware takes of a board besides its network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    /// The board.
    pub board: &'static str,
    /// What the firmware is for.
    pub purpose: Purpose,
    /// Bytes of code and constants, for each of [`CODE_TERMS`].
    pub code: [f64; CODE_TERMS.len()],
    /// Bytes of static variables besides what a [`Demand`](super::Demand) says.
    pub statics: usize,
    /// Bytes of the stack, the deepest that was seen.
    pub stack: usize,
}
