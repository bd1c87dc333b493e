//! Flash that models lie in.

use embedded_storage::nor_flash::NorFlash;

/// Flash that the processor reads like memory: the two slots of a board, one after the other.
///
/// Offsets of [`NorFlash`] count from the start of the first slot. Half of the flash is one slot;
/// it is a multiple of [`ERASE_SIZE`](NorFlash::ERASE_SIZE) and of 16 long.
pub trait ModelFlash: NorFlash {
    /// All of it as it is now, from an address that is a multiple of 16.
    ///
    /// The borrow ends before anything is written: nobody holds a network whose bytes change.
    fn bytes(&self) -> &[u8];

    /// Whether it can be erased and written here and now.
    fn is_writable(&self) -> bool;
}

impl<F: ModelFlash> ModelFlash for &mut F {
    fn bytes(&self) -> &[u8] {
        (**self).bytes()
    }

    fn is_writable(&self) -> bool {
        (**self).is_writable()
    }
}

/// What the slots ask of flash, of whatever type it is: their code is there once.
pub(crate) trait Store {
    /// All of it.
    fn bytes(&self) -> &[u8];

    /// Whether it can be written.
    fn is_writable(&self) -> bool;

    /// Bytes that are erased together.
    fn part(&self) -> usize;

    /// Erases a part; `None` if it fails.
    fn erase(&mut self, start: u32) -> Option<()>;

    /// Writes whole words; `None` if it fails.
    fn write(&mut self, start: u32, words: &[u8]) -> Option<()>;
}

impl<F: ModelFlash> Store for F {
    fn bytes(&self) -> &[u8] {
        ModelFlash::bytes(self)
    }

    fn is_writable(&self) -> bool {
        ModelFlash::is_writable(self)
    }

    fn part(&self) -> usize {
        F::ERASE_SIZE
    }

    fn erase(&mut self, start: u32) -> Option<()> {
        NorFlash::erase(self, start, start.saturating_add(F::ERASE_SIZE as u32)).ok()
    }

    fn write(&mut self, start: u32, words: &[u8]) -> Option<()> {
        NorFlash::write(self, start, words).ok()
    }
}
