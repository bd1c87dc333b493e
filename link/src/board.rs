//! The boards that gradito knows, a line of facts each; firmware and host read the same table.

mod table;

pub use table::BOARDS;

/// A range of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// The first address.
    pub start: u32,
    /// The number of bytes.
    pub length: u32,
}

impl Region {
    /// The address after the last.
    pub const fn end(self) -> u32 {
        self.start + self.length
    }
}

/// What host and firmware have to know of a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Board {
    /// The name on a command line; also the firmware's feature.
    pub name: &'static str,
    /// What it is, for people.
    pub title: &'static str,
    /// The processor core.
    pub core: &'static str,
    /// The target that Rust compiles its firmware for.
    pub target: &'static str,
    /// The machine of `qemu-system-arm` that runs its firmware, if there is one.
    pub machine: Option<&'static str>,
    /// The clock of the processor after the firmware has set it, in Hz.
    pub clock_hz: u32,
    /// Where the firmware's code lies.
    pub flash: Region,
    /// Main memory.
    pub ram: Region,
    /// Where models lie: a new one is written to the slot that is not in use.
    pub slots: [Region; 2],
    /// The name by which `probe-rs` knows the chip, if it is a real one.
    pub chip: Option<&'static str>,
    /// The family in UF2 files, if its bootloader takes such.
    pub uf2_family: Option<u32>,
}

/// Bytes at the end of a slot that are not a model image's: its trailer, which says which of two
/// images is the newer one.
pub const TRAILER: u32 = 16;

impl Board {
    /// The bytes of the largest model image that a slot takes.
    pub const fn room(&self) -> usize {
        (self.slots[0].length - TRAILER) as usize
    }
}

/// The board of that name.
pub fn named(name: &str) -> Option<&'static Board> {
    BOARDS.iter().find(|board| board.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boards_have_names_and_regions_of_their_own() {
        for (index, board) in BOARDS.iter().enumerate() {
            assert_eq!(named(board.name), Some(board), "name {index} is there twice");
            let regions = [board.flash, board.ram, board.slots[0], board.slots[1]];
            for (at, region) in regions.iter().enumerate() {
                assert!(region.length > 0 && region.start.checked_add(region.length).is_some());
                for other in &regions[at + 1..] {
                    let apart = region.end() <= other.start || other.end() <= region.start;
                    assert!(apart, "{}: {region:x?} and {other:x?}", board.name);
                }
            }
            assert_eq!(board.slots[0].length, board.slots[1].length, "{}", board.name);
            // Parameters are read in place.
            assert!(board.slots.iter().all(|slot| slot.start % 16 == 0 && slot.length % 16 == 0));
        }
    }
}
