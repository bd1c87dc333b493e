//! UF2: flash as blocks of 512 bytes that a bootloader takes from a file on its USB drive.
//!
//! The format is that of <https://github.com/microsoft/uf2>. It is written here, because the blocks
//! of one file are numbered through, and the `uf2` crate numbers those of one contiguous range.
//!
//! | at | bytes | little-endian |
//! | ---: | ---: | --- |
//! | 0 | 8 | two magic numbers |
//! | 8 | 4 | flags: `0x2000`, there is a family |
//! | 12 | 4 | address |
//! | 16 | 4 | bytes of data: 256 |
//! | 20 | 4 | number of this block |
//! | 24 | 4 | number of blocks |
//! | 28 | 4 | family: which chips the file is for |
//! | 32 | 476 | data, filled up with zeros |
//! | 508 | 4 | a third magic number |

use std::collections::BTreeMap;

use super::slots::{ERASED, Piece};

const START: [u32; 2] = [0x0a32_4655, 0x9e5d_5157];
const END: u32 = 0x0ab1_6f30;
const FAMILY_PRESENT: u32 = 0x2000;

/// Bytes of flash in a block: what every bootloader takes, at addresses that are multiples.
const PAGE: usize = 256;

/// Bytes that data may take.
const DATA: usize = 476;

/// `pieces` as a UF2 file for chips of `family`; what they leave of a page is erased.
pub fn write(pieces: &[Piece], family: u32) -> Vec<u8> {
    let mut pages: BTreeMap<u32, [u8; PAGE]> = BTreeMap::new();
    for Piece { address, bytes } in pieces {
        for (address, &byte) in (*address..).zip(bytes) {
            let at = address as usize % PAGE;
            pages.entry(address - at as u32).or_insert([ERASED; PAGE])[at] = byte;
        }
    }
    let mut file = Vec::new();
    for (number, (address, page)) in pages.iter().enumerate() {
        let (number, count) = (number as u32, pages.len() as u32);
        let size = PAGE as u32;
        let head = [START[0], START[1], FAMILY_PRESENT, *address, size, number, count, family];
        file.extend(head.iter().flat_map(|word| word.to_le_bytes()));
        file.extend_from_slice(page);
        file.extend_from_slice(&[0; DATA - PAGE]);
        file.extend_from_slice(&END.to_le_bytes());
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pinned_blocks() {
        let pieces = [
            Piece { address: 0x0800_0000, bytes: (0..=255).chain([7, 8]).collect() },
            Piece { address: 0x0800_01fe, bytes: vec![1, 2] },
            Piece { address: 0x0800_0400, bytes: vec![9] },
        ];
        let file = write(&pieces, 0x5775_5a57);
        assert_eq!(file.len(), 3 * 512);
        let second = &file[512..1024];
        assert_eq!(second[..8], *b"UF2\nWQ]\x9e");
        let word = |at: usize| u32::from_le_bytes(second[at..at + 4].try_into().unwrap());
        let words = [8, 12, 16, 20, 24, 28, 508].map(word);
        assert_eq!(words, [0x2000, 0x0800_0100, 256, 1, 3, 0x5775_5a57, 0x0ab1_6f30]);
        assert_eq!(second[32..36], [7, 8, 0xff, 0xff]);
        assert_eq!(second[32 + 253..32 + 256], [0xff, 1, 2]);
        assert!(second[32 + 256..508].iter().all(|&byte| byte == 0));
        assert_eq!(file[32..32 + 256], (0..=255).collect::<Vec<u8>>());
        assert_eq!(file[1024 + 12..1024 + 16], 0x0800_0400_u32.to_le_bytes());
    }
}
