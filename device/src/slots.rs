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

use gradito_core::image::{Element, Outline};
use gradito_link::message::{Model, ModelFault, Refusal};

use crate::flash::Store;
use crate::purpose::{Build, Purpose};
use crate::staged::Source;

/// The first bytes of a trailer.
pub const MAGIC: [u8; 8] = *b"GRADSLOT";

/// Bytes of a trailer.
pub const TRAILER: usize = gradito_link::board::TRAILER as usize;

/// What flash is written in: an image is cut at multiples of this.
pub(crate) const WORD: usize = 4;

/// What a byte of erased flash is.
const ERASED: u8 = 0xff;

/// The trailer of that generation.
pub fn trailer(generation: u32) -> [u8; TRAILER] {
    let numbers = [generation.to_le_bytes(), (!generation).to_le_bytes()];
    let [low, high]: [[u8; 4]; 2] = zerocopy::transmute!(MAGIC);
    let [number, complement] = numbers;
    zerocopy::transmute!([low, high, number, complement])
}

/// The generation in a trailer; 0 if it is none.
fn generation(bytes: &[u8]) -> u32 {
    let Some(bytes) = bytes.first_chunk::<TRAILER>() else { return 0 };
    let [_, _, found, _]: [[u8; 4]; 4] = zerocopy::transmute!(*bytes);
    let found = u32::from_le_bytes(found);
    if *bytes == trailer(found) { found } else { 0 }
}

/// A model that was found whole once: its bytes need no second look.
#[derive(Clone, Copy, Debug)]
pub struct Whole {
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

/// What is known of both slots; their bytes are in the flash that every method is given.
#[derive(Debug)]
pub(crate) struct Slots {
    current: Result<Whole, ModelFault<'static>>,
    writing: Option<Writing>,
}

impl Slots {
    /// Finds the model to be used for `purpose`.
    pub fn new(flash: &dyn Store, purpose: &dyn Purpose) -> Self {
        Self { current: pick(flash, purpose), writing: None }
    }

    /// The model in use, or what is wrong.
    pub fn model(&self) -> Result<Model, ModelFault<'static>> {
        self.current.map(|current| current.model)
    }

    /// The image in use.
    pub fn image<'f>(&self, flash: &'f dyn Store) -> Result<&'f [u8], ModelFault<'static>> {
        let model = self.model()?;
        let (image, _) = slot(flash, model.slot.into());
        image.get(..model.length as usize).ok_or(ModelFault::Other)
    }

    /// Its parameters.
    pub fn parameters<'f>(&self, flash: &'f dyn Store) -> Result<&'f [u8], ModelFault<'static>> {
        self.image(flash)?.get(self.current?.parameters..).ok_or(ModelFault::Other)
    }

    /// Makes room for an image of `length` bytes.
    pub fn begin(&mut self, flash: &mut dyn Store, length: u32) -> Result<(), Refusal<'static>> {
        self.writing = None;
        if !flash.is_writable() {
            return Err(Refusal::ReadOnly);
        }
        let room = slot_length(flash).saturating_sub(TRAILER);
        let length = length as usize;
        if length > room {
            return Err(Refusal::TooLong { room: room as u32 });
        }
        let slot = self.current.map_or(0, |current| 1 - usize::from(current.model.slot & 1));
        let last = last_part(flash);
        erase(flash, slot, last)?;
        self.writing = Some(Writing { slot, length, written: 0, erased: 0 });
        Ok(())
    }

    /// Writes the next bytes of the image.
    pub fn next(
        &mut self,
        flash: &mut dyn Store,
        offset: u32,
        bytes: &[u8],
    ) -> Result<(), Refusal<'static>> {
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
        let last = last_part(flash);
        while writing.erased < end.min(last) {
            erase(flash, writing.slot, writing.erased)?;
            writing.erased += flash.part();
        }
        write(flash, writing.slot, writing.written, bytes)?;
        writing.written = end;
        self.writing = Some(writing);
        Ok(())
    }

    /// Checks the image and uses it from now on.
    pub fn end(
        &mut self,
        flash: &mut dyn Store,
        purpose: &dyn Purpose,
    ) -> Result<(), Refusal<'static>> {
        let Some(writing) = self.writing else { return Err(Refusal::Range) };
        if writing.written < writing.length {
            return Err(Refusal::Offset { expected: writing.written as u32 });
        }
        self.writing = None;
        let (image, _) = slot(flash, writing.slot);
        let image = image.get(..writing.length).unwrap_or(image);
        let mut found = purpose.examine(image).map_err(Refusal::Model)?;
        let before = self.current.map_or(0, |current| current.model.generation);
        found.model.slot = writing.slot as u8;
        found.model.generation = before.saturating_add(1);
        let at = slot_length(flash) - TRAILER;
        write(flash, writing.slot, at, &trailer(found.model.generation))?;
        self.current = Ok(found);
        Ok(())
    }

    /// Forgets an image that is not complete.
    pub fn abandon(&mut self) {
        self.writing = None;
    }
}

fn slot_length(flash: &dyn Store) -> usize {
    flash.bytes().len() / 2
}

/// Where the part of a slot starts that is erased together with the trailer.
fn last_part(flash: &dyn Store) -> usize {
    slot_length(flash).saturating_sub(flash.part())
}

/// Erases the part of a slot from `offset` on, and looks whether it is.
fn erase(flash: &mut dyn Store, slot: usize, offset: usize) -> Result<(), Refusal<'static>> {
    let start = slot * slot_length(flash) + offset;
    flash.erase(start as u32).ok_or(Refusal::Flash)?;
    let erased = flash.bytes().get(start..).and_then(|at| at.get(..flash.part()));
    let is_erased = erased.is_some_and(|bytes| bytes.iter().all(|&byte| byte == ERASED));
    if is_erased { Ok(()) } else { Err(Refusal::Flash) }
}

/// Writes to a slot and compares; the last word is filled up.
fn write(
    flash: &mut dyn Store,
    slot: usize,
    offset: usize,
    bytes: &[u8],
) -> Result<(), Refusal<'static>> {
    let start = slot * slot_length(flash) + offset;
    let (words, rest) = bytes.as_chunks::<WORD>();
    let words = words.as_flattened();
    flash.write(start as u32, words).ok_or(Refusal::Flash)?;
    if !rest.is_empty() {
        let mut word = [ERASED; WORD];
        for (place, byte) in word.iter_mut().zip(rest) {
            *place = *byte;
        }
        flash.write((start + words.len()) as u32, &word).ok_or(Refusal::Flash)?;
    }
    let written = flash.bytes().get(start..).and_then(|at| at.get(..bytes.len()));
    match written {
        Some(written) if written == bytes => Ok(()),
        _ => Err(Refusal::Flash),
    }
}

/// The bytes of a slot before its trailer, and the trailer.
fn slot(flash: &dyn Store, slot: usize) -> (&[u8], &[u8]) {
    let bytes = flash.bytes();
    let length = bytes.len() / 2;
    let start = if slot == 0 { 0 } else { length };
    let bytes = bytes.get(start..).and_then(|bytes| bytes.get(..length)).unwrap_or(&[]);
    bytes.split_at_checked(bytes.len().saturating_sub(TRAILER)).unwrap_or((bytes, &[]))
}

/// The usable image of the highest generation, or what is wrong with the first that is there.
fn pick(flash: &dyn Store, purpose: &dyn Purpose) -> Result<Whole, ModelFault<'static>> {
    let [first, second] = [0, 1].map(|index| (index, generation(slot(flash, index).1)));
    let order = if second.1 > first.1 { [second, first] } else { [first, second] };
    let mut fault = ModelFault::Empty;
    for (index, generation) in order {
        match purpose.examine(slot(flash, index).0) {
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

/// Checks the image that `bytes` begin with, of parameters that are `f32`, and of inputs that are
/// pixels of `source` if there is one.
#[inline(always)]
pub(crate) fn examine_f32(
    bytes: &[u8],
    purpose: &dyn Purpose,
    source: Option<Source>,
) -> Result<Whole, ModelFault<'static>> {
    examine(bytes, purpose, Element::F32, source)
}

/// [`examine_f32`], of parameters that are of the type `element`, which the compiler is to know.
///
/// Written out for each type: what checks parameters of the other is no part of a program that has
/// no use for it.
#[inline(always)]
pub(crate) fn examine(
    bytes: &[u8],
    purpose: &dyn Purpose,
    element: Element,
    source: Option<Source>,
) -> Result<Whole, ModelFault<'static>> {
    if let Some(start) = bytes.first_chunk::<8>()
        && (*start == [ERASED; 8] || *start == [0; 8])
    {
        return Err(ModelFault::Empty);
    }
    let outline = Outline::from_start_of(bytes, element)?;
    check(&outline, purpose, source)?;
    let (length, parameters) = (outline.as_bytes().len(), outline.parameters().len());
    let checksum = outline.checksum();
    let model = Model { slot: 0, generation: 0, length: length as u32, checksum };
    Ok(Whole { model, parameters: length - parameters })
}

/// Whether the network in the image is the one that is asked for: layers, inputs and, to train it,
/// cost.
#[inline(always)]
fn check(
    outline: &Outline<'_>,
    purpose: &dyn Purpose,
    source: Option<Source>,
) -> Result<(), ModelFault<'static>> {
    let Build { inputs, bits, element, cost, .. } = purpose.build();
    let mut found = outline.layers();
    let (mut layer, mut differs) = (0_u8, None);
    purpose.visit_shapes(&mut |shape| {
        if found.next() != Some(Some(shape)) && differs.is_none() {
            differs = Some(layer);
        }
        layer = layer.saturating_add(1);
    });
    if let Some(layer) = differs.or(found.next().map(|_| layer)) {
        return Err(ModelFault::Topology { layer });
    }
    // A network of `f32` reads black and white as any pixels.
    let other_bits = element != Element::F32 && outline.reads_bits() != bits;
    let reads_it = match source {
        Some(Source { stages, width, height }) => outline.reads_staged(stages, width, height),
        None => outline.reads_pixels() == (inputs != 0) && !other_bits,
    };
    if !reads_it {
        return Err(ModelFault::Inputs);
    }
    if cost.is_some() && outline.cost() != cost {
        return Err(ModelFault::Cost);
    }
    if outline.parameters().len() != purpose.parameters_length() {
        return Err(ModelFault::Field { name: "parameters' length" });
    }
    if outline.parameters().as_ptr().align_offset(align_of::<f32>()) != 0 {
        return Err(ModelFault::Alignment);
    }
    Ok(())
}
