//! The two slots that models lie in: which one is in use, and how a new one gets there.
//!
//! A slot begins with a [model image](gradito_core::image); its last 16 bytes are its trailer:
//!
//! | bytes | |
//! | --- | --- |
//! | 8 | magic: "GRADSLOT" |
//! | 4 | generation, little-endian |
//! | 4 | the complement of its bits |
//!
//! In use is the usable image with the highest generation, of equals the one in slot 0; without a
//! valid trailer the generation is 0. A new image goes to the slot that is not in use, whose trailer
//! is erased first and written last, once the image has been read back and checked whole. So there
//! is a usable image at every moment, wherever the power fails.

use gradito_core::image::Image;
use gradito_link::message::{Model, ModelFault, Refusal};

use crate::flash::ModelFlash;

/// The first bytes of a trailer.
pub const MAGIC: [u8; 8] = *b"GRADSLOT";

/// Bytes of a trailer.
pub const TRAILER: usize = 16;

/// What flash is written in: an image is cut at multiples of this.
const WORD: usize = 4;

/// What a byte of erased flash is.
const ERASED: u8 = 0xff;

/// Looks whether an image is one that the firmware can use.
pub(crate) type Check = fn(&Image<'_>) -> Result<(), ModelFault<'static>>;

/// The trailer of that generation.
pub fn trailer(generation: u32) -> [u8; TRAILER] {
    let mut bytes = [0; TRAILER];
    let numbers = [generation.to_le_bytes(), (!generation).to_le_bytes()];
    for (place, byte) in bytes.iter_mut().zip(MAGIC.iter().chain(numbers.as_flattened())) {
        *place = *byte;
    }
    bytes
}

/// The generation in a trailer; 0 if it is none.
fn generation(bytes: &[u8]) -> u32 {
    let Some(found) = bytes.get(MAGIC.len()..).and_then(|rest| rest.first_chunk()) else {
        return 0;
    };
    let found = u32::from_le_bytes(*found);
    if bytes == trailer(found) { found } else { 0 }
}

/// The model in use, found whole once: its bytes need no second look.
#[derive(Clone, Copy, Debug)]
struct Current {
    model: Model,
    /// Where the parameters start in the image.
    parameters: usize,
}

/// An image on its way.
#[derive(Clone, Copy, Debug)]
struct Writing {
    slot: usize,
    length: usize,
    /// Bytes that were written.
    written: usize,
    /// Up to where the slot was erased for them.
    erased: usize,
}

/// Both slots.
#[derive(Debug)]
pub(crate) struct Slots<F> {
    flash: F,
    current: Result<Current, ModelFault<'static>>,
    writing: Option<Writing>,
}

impl<F: ModelFlash> Slots<F> {
    /// Finds the model to be used.
    pub fn new(flash: F, check: Check) -> Self {
        const { assert!(WORD.is_multiple_of(F::WRITE_SIZE), "flash is written in 1, 2 or 4 bytes") };
        let current = pick(&flash, check);
        Self { flash, current, writing: None }
    }

    pub fn is_writable(&self) -> bool {
        self.flash.is_writable()
    }

    /// The model in use, or what is wrong.
    pub fn model(&self) -> Result<Model, ModelFault<'static>> {
        self.current.map(|current| current.model)
    }

    /// The image in use.
    pub fn image(&self) -> Result<&[u8], ModelFault<'static>> {
        let model = self.model()?;
        let (image, _) = slot(&self.flash, model.slot.into());
        image.get(..model.length as usize).ok_or(ModelFault::Other)
    }

    /// Its parameters.
    pub fn parameters(&self) -> Result<&[u8], ModelFault<'static>> {
        self.image()?.get(self.current?.parameters..).ok_or(ModelFault::Other)
    }

    /// Makes room for an image of `length` bytes.
    pub fn begin(&mut self, length: u32) -> Result<(), Refusal<'static>> {
        self.writing = None;
        if !self.flash.is_writable() {
            return Err(Refusal::ReadOnly);
        }
        let room = self.slot_length().saturating_sub(TRAILER);
        let length = length as usize;
        if length > room {
            return Err(Refusal::TooLong { room: room as u32 });
        }
        let slot = self.current.map_or(0, |current| 1 - usize::from(current.model.slot & 1));
        self.erase(slot, self.last_part())?;
        self.writing = Some(Writing { slot, length, written: 0, erased: 0 });
        Ok(())
    }

    /// Writes the next bytes of the image.
    pub fn next(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Refusal<'static>> {
        let Some(mut writing) = self.writing else { return Err(Refusal::Range) };
        if offset as usize != writing.written {
            return Err(Refusal::Offset { expected: writing.written as u32 });
        }
        let end = writing.written + bytes.len();
        if end > writing.length || (end < writing.length && !bytes.len().is_multiple_of(WORD)) {
            return Err(Refusal::Range);
        }
        // Whoever fails from here on has to begin again.
        self.writing = None;
        // A part at a time, so that no request takes long; the last one was erased first of all.
        let last = self.last_part();
        while writing.erased < end.min(last) {
            self.erase(writing.slot, writing.erased)?;
            writing.erased += F::ERASE_SIZE;
        }
        self.write(writing.slot, writing.written, bytes)?;
        writing.written = end;
        self.writing = Some(writing);
        Ok(())
    }

    /// Checks the image and uses it from now on.
    pub fn end(&mut self, check: Check) -> Result<(), Refusal<'static>> {
        let Some(writing) = self.writing else { return Err(Refusal::Range) };
        if writing.written < writing.length {
            return Err(Refusal::Offset { expected: writing.written as u32 });
        }
        self.writing = None;
        let (image, _) = slot(&self.flash, writing.slot);
        let image = image.get(..writing.length).unwrap_or(image);
        let mut found = examine(image, check).map_err(Refusal::Model)?;
        let before = self.current.map_or(0, |current| current.model.generation);
        found.model.slot = writing.slot as u8;
        found.model.generation = before.saturating_add(1);
        let at = self.slot_length() - TRAILER;
        self.write(writing.slot, at, &trailer(found.model.generation))?;
        self.current = Ok(found);
        Ok(())
    }

    /// Forgets an image that is not complete.
    pub fn abandon(&mut self) {
        self.writing = None;
    }

    fn slot_length(&self) -> usize {
        self.flash.bytes().len() / 2
    }

    /// Where the part of a slot starts that is erased together with the trailer.
    fn last_part(&self) -> usize {
        self.slot_length().saturating_sub(F::ERASE_SIZE)
    }

    /// Erases the part of a slot from `offset` on, and looks whether it is.
    fn erase(&mut self, slot: usize, offset: usize) -> Result<(), Refusal<'static>> {
        let start = slot * self.slot_length() + offset;
        let end = start + F::ERASE_SIZE;
        self.flash.erase(start as u32, end as u32).map_err(|_| Refusal::Flash)?;
        let erased = self.flash.bytes().get(start..end);
        let is_erased = erased.is_some_and(|bytes| bytes.iter().all(|&byte| byte == ERASED));
        if is_erased { Ok(()) } else { Err(Refusal::Flash) }
    }

    /// Writes to a slot and compares; the last word is filled up.
    fn write(&mut self, slot: usize, offset: usize, bytes: &[u8]) -> Result<(), Refusal<'static>> {
        let start = slot * self.slot_length() + offset;
        let (words, rest) = bytes.as_chunks::<WORD>();
        let words = words.as_flattened();
        self.flash.write(start as u32, words).map_err(|_| Refusal::Flash)?;
        if !rest.is_empty() {
            let mut word = [ERASED; WORD];
            for (place, byte) in word.iter_mut().zip(rest) {
                *place = *byte;
            }
            let start = start + words.len();
            self.flash.write(start as u32, &word).map_err(|_| Refusal::Flash)?;
        }
        let written = self.flash.bytes().get(start..).and_then(|at| at.get(..bytes.len()));
        if written == Some(bytes) { Ok(()) } else { Err(Refusal::Flash) }
    }
}

/// The bytes of a slot before its trailer, and the trailer.
fn slot(flash: &impl ModelFlash, slot: usize) -> (&[u8], &[u8]) {
    let bytes = flash.bytes();
    let (first, second) = bytes.split_at(bytes.len() / 2);
    let bytes = if slot == 0 { first } else { second };
    bytes.split_at_checked(bytes.len().saturating_sub(TRAILER)).unwrap_or((bytes, &[]))
}

/// The usable image of the highest generation, or what is wrong with the first that is there.
fn pick(flash: &impl ModelFlash, check: Check) -> Result<Current, ModelFault<'static>> {
    let [first, second] = [0, 1].map(|index| (index, generation(slot(flash, index).1)));
    let order = if second.1 > first.1 { [second, first] } else { [first, second] };
    let mut fault = ModelFault::Empty;
    for (index, generation) in order {
        match examine(slot(flash, index).0, check) {
            Ok(mut current) => {
                current.model.slot = index as u8;
                current.model.generation = generation;
                return Ok(current);
            }
            Err(found) if fault == ModelFault::Empty => fault = found,
            Err(_) => {}
        }
    }
    Err(fault)
}

/// Checks the image that `bytes` begin with.
fn examine(bytes: &[u8], check: Check) -> Result<Current, ModelFault<'static>> {
    if let Some(start) = bytes.first_chunk::<8>()
        && (*start == [ERASED; 8] || *start == [0; 8])
    {
        return Err(ModelFault::Empty);
    }
    let (image, _) = Image::take_from_bytes(bytes)?;
    check(&image)?;
    let length = image.as_bytes().len();
    let model = Model { slot: 0, generation: 0, length: length as u32, checksum: image.checksum() };
    Ok(Current { model, parameters: length - image.parameters().len() })
}
