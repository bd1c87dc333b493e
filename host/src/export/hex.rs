//! Intel HEX: bytes and their addresses as text, which every programmer reads.

use ihex::{Record, create_object_file_representation};

use super::slots::Piece;

/// Bytes of a line, as most writers have it.
const LINE: usize = 16;

/// `pieces` as an Intel HEX file.
pub fn write(pieces: &[Piece]) -> String {
    let mut records = Vec::new();
    let mut upper = None;
    for Piece { address, bytes } in pieces {
        let (mut address, mut rest) = (*address, &bytes[..]);
        while !rest.is_empty() {
            if upper != Some(address >> 16) {
                upper = Some(address >> 16);
                records.push(Record::ExtendedLinearAddress((address >> 16) as u16));
            }
            // A line does not cross the 64 KiB that its 16-bit offset can name.
            let room = 0x1_0000 - (address as usize & 0xffff);
            let (line, after) = rest.split_at(rest.len().min(LINE).min(room));
            records.push(Record::Data { offset: address as u16, value: line.to_vec() });
            address = address.wrapping_add(line.len() as u32);
            rest = after;
        }
    }
    records.push(Record::EndOfFile);
    // Refused are lines of more than 255 bytes, and an end that is missing.
    create_object_file_representation(&records).expect("short lines, then the end")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pinned_text() {
        // Across 64 KiB, then elsewhere in the same; checksums make the sum of a line 0.
        let pieces = [
            Piece { address: 0x0800_fffe, bytes: vec![1, 2, 3] },
            Piece { address: 0x0801_0020, bytes: vec![0xff; 17] },
        ];
        let expected = [
            ":020000040800F2",
            ":02FFFE000102FE",
            ":020000040801F1",
            ":0100000003FC",
            ":10002000FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFE0",
            ":01003000FFD0",
            ":00000001FF",
        ];
        assert_eq!(write(&pieces).lines().collect::<Vec<_>>(), expected);
    }
}
