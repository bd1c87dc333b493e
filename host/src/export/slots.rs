//! Where a model lies in a board's flash, and what makes it the current one.
//!
//! A board has two slots and uses the whole image of the higher generation, which stands in the
//! slot's last bytes, its trailer. Who writes from outside writes slot 0 at its start, and clears
//! the trailer of both slots and the start of slot 1: then slot 0 holds the only image.

use gradito_core::image::Image;
use gradito_link::board::{Board, TRAILER};

use super::ExportError;
use crate::model::Ram;

/// A byte of flash that is erased.
pub const ERASED: u8 = 0xff;

/// Bytes for an address of a board's flash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where they belong.
    pub address: u32,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What has to be written for `image` to be the board's model, by rising address.
///
/// # Errors
///
/// If the model does not [fit](check).
pub fn pieces(board: &'static Board, image: &Image<'_>) -> Result<Vec<Piece>, ExportError> {
    check(board, image)?;
    let erased = |address| Piece { address, bytes: vec![ERASED; TRAILER as usize] };
    let [first, second] = board.slots;
    let mut pieces = vec![
        Piece { address: first.start, bytes: image.as_bytes().to_vec() },
        erased(first.end() - TRAILER),
        erased(second.start),
        erased(second.end() - TRAILER),
    ];
    pieces.sort_by_key(|piece| piece.address);
    Ok(pieces)
}

/// Whether `image` fits into a slot of `board`, and its inference into the board's RAM.
///
/// # Errors
///
/// [`ExportError::Flash`] or [`ExportError::Ram`] if not.
pub fn check(board: &'static Board, image: &Image<'_>) -> Result<(), ExportError> {
    let bytes = image.as_bytes().len();
    let room = board.room();
    if bytes > room {
        return Err(ExportError::Flash { board: board.name, bytes, room });
    }
    let shapes: Vec<_> = image.layers().collect();
    let pixels = image.scaling().len() == 0;
    let (bytes, room) = (Ram::of(&shapes, pixels, 1).inference, board.ram.length as usize);
    if bytes > room {
        return Err(ExportError::Ram { board: board.name, bytes, room });
    }
    Ok(())
}
