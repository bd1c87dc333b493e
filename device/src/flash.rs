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
