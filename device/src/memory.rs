//! A board made of memory, to run a device on the desktop: in tests, or to try something.

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash, check_erase, check_read, check_write,
};
use gradito_link::message::Memory;
use zerocopy::IntoBytes;

use crate::flash::ModelFlash;
use crate::machine::Machine;

/// A machine whose ticks count its own readings of them, and turns of its loop.
#[derive(Clone, Debug, Default)]
pub struct MemoryMachine {
    ticks: u32,
}

/// Its clock and its memories are those of no board.
impl Machine for MemoryMachine {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn clock_hz(&self) -> u32 {
        1_000_000
    }

    fn ticks_hz(&self) -> u32 {
        500_000
    }

    fn ticks(&mut self) -> u32 {
        self.ticks = self.ticks.wrapping_add(1);
        self.ticks
    }

    fn spin(&mut self, instructions: u32) {
        self.ticks = self.ticks.wrapping_add(instructions / 2);
    }

    fn memory(&self) -> Memory {
        Memory { flash: 1000, statics: 200, stack: 300 }
    }

    fn stack_used(&self) -> u32 {
        123
    }
}

/// Two slots in the words `W`, an array or a `Vec` of `u128`: erased in parts of 256 bytes, each byte
/// written once.
#[derive(Clone, Debug)]
pub struct MemoryFlash<W> {
    words: W,
    /// Whether it can be written.
    pub is_writable: bool,
    /// Writes and erasures until the power fails in the middle of one; `None` if it never does.
    pub power: Option<usize>,
    /// Whether what is written is lost, without an error.
    pub is_deaf: bool,
}

impl<W: AsRef<[u128]> + AsMut<[u128]>> MemoryFlash<W> {
    /// All erased, but for `image` at the start of the first slot, as if flashed from outside: as
    /// much of it as there is room for.
    pub fn new(mut words: W, image: &[u8]) -> Self {
        words.as_mut().fill(u128::MAX);
        let mut flash = Self { words, is_writable: true, power: None, is_deaf: false };
        flash.bytes_mut().iter_mut().zip(image).for_each(|(to, from)| *to = *from);
        flash
    }

    /// All of it, to be changed from outside.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        self.words.as_mut().as_mut_bytes()
    }

    /// Changes as many of `length` bytes from `start` as the power lasts for.
    fn change(
        &mut self,
        start: u32,
        length: usize,
        change: impl FnOnce(&mut [u8]) -> Option<()>,
    ) -> Result<(), NorFlashErrorKind> {
        let failed = NorFlashErrorKind::Other;
        let (reached, result) = match &mut self.power {
            None => (length, Ok(())),
            Some(0) => (0, Err(failed)),
            Some(1) => {
                self.power = Some(0);
                (length / 2, Err(failed))
            }
            Some(left) => {
                *left -= 1;
                (length, Ok(()))
            }
        };
        if !self.is_deaf {
            let place =
                self.bytes_mut().get_mut(start as usize..).and_then(|at| at.get_mut(..reached));
            change(place.ok_or(failed)?).ok_or(failed)?;
        }
        result
    }
}

impl<W> ErrorType for MemoryFlash<W> {
    type Error = NorFlashErrorKind;
}

impl<W: AsRef<[u128]> + AsMut<[u128]>> ReadNorFlash for MemoryFlash<W> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        check_read(self, offset, bytes.len())?;
        let place = self.bytes().get(offset as usize..).unwrap_or(&[]);
        bytes.iter_mut().zip(place).for_each(|(to, from)| *to = *from);
        Ok(())
    }

    fn capacity(&self) -> usize {
        size_of_val(self.words.as_ref())
    }
}

impl<W: AsRef<[u128]> + AsMut<[u128]>> NorFlash for MemoryFlash<W> {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = 256;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
        check_erase(self, from, to)?;
        self.change(from, (to - from) as usize, |place| {
            place.fill(0xff);
            Some(())
        })
    }

    /// Refuses to write a byte that is not erased.
    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
        check_write(self, offset, bytes.len())?;
        self.change(offset, bytes.len(), |place| {
            let is_erased = place.iter().all(|&byte| byte == 0xff);
            place.iter_mut().zip(bytes).for_each(|(to, from)| *to &= from);
            is_erased.then_some(())
        })
    }
}

impl<W: AsRef<[u128]> + AsMut<[u128]>> ModelFlash for MemoryFlash<W> {
    fn bytes(&self) -> &[u8] {
        self.words.as_ref().as_bytes()
    }

    fn is_writable(&self) -> bool {
        self.is_writable
    }
}
