//! The slots of a board as flash that is read like memory.

use core::ptr;
use core::slice;

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash, check_erase, check_read, check_write,
};
use gradito_device::flash::ModelFlash;

use crate::board::FACTS;

/// What a board does to erase and write flash.
pub trait Controller {
    /// Bytes that are erased together.
    const ERASE: usize;

    /// Whether there is anything that can be controlled.
    fn is_there(&self) -> bool;

    /// Sets all bits of a part.
    fn erase(&mut self, part: Part);

    /// Clears bits of an erased word.
    fn write(&mut self, word: Word, value: u32);
}

/// A part of the slots that is erased together.
pub struct Part {
    /// Its first address.
    pub start: u32,
    length: u32,
}

impl Part {
    /// Its words, for flash that is RAM.
    #[cfg_attr(not(feature = "emulated"), expect(dead_code, reason = "flash is erased whole"))]
    pub fn words(self) -> impl Iterator<Item = Word> {
        (self.start..self.start + self.length).step_by(4).map(Word::at)
    }
}

/// A word of the slots.
pub struct Word(*mut u32);

impl Word {
    /// That at `address`, within the slots and a multiple of 4.
    fn at(address: u32) -> Self {
        Self(ptr::with_exposed_provenance_mut(address as usize))
    }

    /// What is stored there.
    #[cfg_attr(not(feature = "emulated"), expect(dead_code, reason = "for flash that is RAM"))]
    pub fn value(&self) -> u32 {
        // SAFETY: as in `set`.
        unsafe { ptr::read_volatile(self.0) }
    }

    /// Stores to it: what that does is the flash controller's affair.
    pub fn set(&mut self, value: u32) {
        // SAFETY: only a `Region` makes words, from within the slots, aligned; these are memory
        // that no variable lies in, and no slice of them is alive, since the region is borrowed
        // for writing.
        unsafe { ptr::write_volatile(self.0, value) }
    }
}

/// Both slots.
pub struct Region<C> {
    controller: C,
}

const START: u32 = FACTS.slots[0].start;
const LENGTH: usize = (FACTS.slots[0].length + FACTS.slots[1].length) as usize;

impl<C: Controller> Region<C> {
    /// The board's slots, which one may own.
    pub const fn new(controller: C) -> Self {
        const {
            assert!(
                (FACTS.slots[0].length as usize).is_multiple_of(C::ERASE),
                "a slot is erased whole"
            );
        };
        Self { controller }
    }
}

impl<C> ErrorType for Region<C> {
    type Error = NorFlashErrorKind;
}

impl<C: Controller> ReadNorFlash for Region<C> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        check_read(self, offset, bytes.len())?;
        let from = self.bytes().get(offset as usize..).unwrap_or(&[]);
        for (to, from) in bytes.iter_mut().zip(from) {
            *to = *from;
        }
        Ok(())
    }

    fn capacity(&self) -> usize {
        LENGTH
    }
}

impl<C: Controller> NorFlash for Region<C> {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = C::ERASE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
        check_erase(self, from, to)?;
        let (mut start, end) = (START + from, START + to);
        while start < end {
            self.controller.erase(Part { start, length: C::ERASE as u32 });
            start += C::ERASE as u32;
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
        check_write(self, offset, bytes.len())?;
        let (words, _) = bytes.as_chunks();
        for (address, word) in (START + offset..).step_by(4).zip(words) {
            self.controller.write(Word::at(address), u32::from_le_bytes(*word));
        }
        Ok(())
    }
}

impl<C: Controller> ModelFlash for Region<C> {
    fn bytes(&self) -> &[u8] {
        // SAFETY: the slots are memory that can be read, in which no variable lies; they change
        // through `&mut self` alone.
        unsafe { slice::from_raw_parts(ptr::with_exposed_provenance(START as usize), LENGTH) }
    }

    fn is_writable(&self) -> bool {
        self.controller.is_there()
    }
}
