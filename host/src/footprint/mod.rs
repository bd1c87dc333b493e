//! What a model will cost on a board, before it is flashed.
//!
//! An estimate: the work that a network is, counted from its widths and from how many of its inputs
//! are not zero ([`Work`]), times what each kind of work takes, which was measured on emulated boards
//! once ([`measured`]). A test holds it against the emulator, on networks that were not measured then.
//!
//! ```
//! use gradito::footprint::{self, Lit, Purpose, Work};
//! use gradito_link::board;
//! # use gradito_core::kind::{ActivationKind, MathKind};
//! # use gradito_core::layer::LayerShape;
//! # let layer = |inputs, outputs| LayerShape {
//! #     inputs,
//! #     outputs,
//! #     activation: ActivationKind::Sigmoid,
//! #     math: MathKind::Poly,
//! # };
//!
//! let board = board::named("stm32f405").unwrap();
//! let shapes = [layer(784, 30), layer(30, 10)];
//! let of = |lit| {
//!     let sample = Lit { entries: vec![lit, 30], runs: None };
//!     let work = Work::new(&shapes, Purpose::Inference, &sample, 0);
//!     footprint::instructions(board, Purpose::Inference, &work)
//! };
//! assert!(of(1).unwrap() < of(784).unwrap());
//! ```
//!
//! | module | |
//! | --- | --- |
//! | [`work`] | what there is to do, in kinds of work |
//! | [`lit`] | how many inputs of each layer are not zero, from samples |
//! | [`measure`], [`measured`] | what the kinds of work take, and the room around a network |
//! | [`fit`] | whether it fits a board, and what would |

pub mod fit;
pub mod lit;
pub mod measure;
pub mod measured;
pub mod work;

use gradito_link::board::Board;

pub use fit::{Alternative, Demand, Fit, Memory};
pub use lit::Lit;
pub use work::{Purpose, Work};

use measured::COUNTS;

/// Instructions of an inference, or of the training step of a sample, on `board`; `None` for what
/// was never measured there.
pub fn instructions(board: &Board, purpose: Purpose, work: &Work) -> Option<f64> {
    let count = |purpose| {
        let mut counts = COUNTS.iter();
        counts.find(|count| count.core == board.core && count.purpose == purpose)
    };
    let (frozen, own) = work.terms();
    let front = match frozen {
        Some(frozen) => count(Purpose::Inference)?.of(&frozen),
        None => 0.0,
    };
    Some(front + count(purpose)?.of(&own))
}
