//! Where a board keeps models, for what is said of it.

use gradito_link::board::{Region, named};

/// The slots of a board.
pub fn slots(board: &str) -> [Region; 2] {
    named(board).expect("a board of the table").slots
}

/// The bytes of the largest model image that a board takes: a slot but its trailer.
pub fn room(board: &str) -> u32 {
    slots(board)[0].length - 16
}
