use std::fs;
use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

/// An IDX file of this type, these dimensions and this content.
fn idx(element: u8, dimensions: &[u32], content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, element, dimensions.len() as u8];
    bytes.extend(dimensions.iter().flat_map(|length| length.to_be_bytes()));
    bytes.extend(content);
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// The result of reading `bytes` as images, with the message in place of the error.
fn images_of(bytes: &[u8]) -> Result<Images, String> {
    with_file(bytes, images)
}

fn labels_of(bytes: &[u8]) -> Result<Vec<u16>, String> {
    let count = bytes.get(4..8).map_or(0, |n| u32::from_be_bytes([n[0], n[1], n[2], n[3]]));
    with_file(bytes, |path| labels(path, count as usize, "images"))
}

fn with_file<T>(
    bytes: &[u8],
    read: impl FnOnce(&Path) -> Result<T, DataError>,
) -> Result<T, String> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("x-ubyte");
    fs::write(&path, bytes).unwrap();
    read(&path).map_err(|error| {
        let message = error.to_string();
        let start = format!("{}: ", path.display());
        message.strip_prefix(&start).expect("a message begins with the path").to_owned()
    })
}

const IMAGES: [u8; 12] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

#[test]
fn reads_images_plain_and_packed() {
    let file = idx(8, &[2, 3, 2], &IMAGES);
    let wanted = Images { size: Size { width: 2, height: 3 }, pixels: IMAGES.to_vec() };
    assert_eq!(images_of(&file).unwrap(), wanted);
    assert_eq!(images_of(&gzip(&file)).unwrap(), wanted);
    // Packed in two members, as by concatenation.
    let (head, tail) = file.split_at(9);
    assert_eq!(images_of(&[gzip(head), gzip(tail)].concat()).unwrap(), wanted);
}

#[test]
fn reads_rows() {
    let rows = images_of(&idx(8, &[3, 4], &IMAGES)).unwrap();
    assert_eq!(rows.size, Size { width: 4, height: 1 });
    assert_eq!(rows.pixels, IMAGES);
}

#[test]
fn reads_labels_of_every_type() {
    assert_eq!(labels_of(&idx(8, &[3], &[0, 9, 255])).unwrap(), [0, 9, 255]);
    assert_eq!(labels_of(&idx(9, &[2], &[0, 127])).unwrap(), [0, 127]);
    assert_eq!(labels_of(&idx(0x0b, &[2], &[1, 2, 0, 3])).unwrap(), [0x102, 3]);
    assert_eq!(labels_of(&idx(0x0c, &[2], &[0, 0, 0xff, 0xfe, 0, 0, 0, 1])).unwrap(), [65534, 1]);
}

#[test]
fn labels_out_of_range_name_their_row() {
    let message =
        |element, bytes: &[u8], count| labels_of(&idx(element, &[count], bytes)).unwrap_err();
    assert_eq!(
        message(9, &[0, 255], 2),
        "row 2: label -1 is out of range; labels are whole numbers from 0 to 65534"
    );
    assert!(message(0x0c, &[0, 0, 0xff, 0xff], 1).starts_with("row 1: label 65535 is"));
    assert!(message(0x0c, &[0x80, 0, 0, 0], 1).starts_with("row 1: label -2147483648 is"));
}

#[test]
fn labels_must_pair_with_images_before_they_are_read() {
    let bomb = gzip(&idx(8, &[1 << 24], &vec![0; 1 << 24]));
    let message = with_file(&bomb, |path| labels(path, 3, "images")).unwrap_err();
    assert_eq!(message, "holds 16777216 labels for the 3 images of images");
}

#[test]
fn wrong_headers_are_refused() {
    let message = |bytes: &[u8]| images_of(bytes).unwrap_err();
    assert_eq!(message(b""), "the file is empty");
    assert_eq!(message(b"\0\0"), "ends after byte 2, inside the header; copy the file again");
    assert!(message(b"\x89PNG\r\n").starts_with("begins with [89, 50, 4e, 47], not with"));
    assert!(message(&idx(0x0d, &[1, 1, 1], &[0; 4])).starts_with("byte 2: holds elements"));
    assert!(message(&idx(8, &[3], &[0; 3])).starts_with("byte 3: has 1 dimensions; images"));
    assert!(message(&idx(8, &[3; 255], &[0])).starts_with("byte 3: has 255 dimensions"));
    assert!(message(&idx(8, &[0, 1, 1], &[])).starts_with("byte 4: the count is 0"));
    assert!(message(&idx(8, &[1, 1, 0], &[])).starts_with("byte 12: the third dimension is 0"));
    assert!(
        message(&idx(8, &[1, 65536, 1], &[0; 65536]))
            .starts_with("byte 8: the height is 65536; at most 65535")
    );
    assert!(
        labels_of(&idx(8, &[1, 1], &[0]))
            .unwrap_err()
            .starts_with("byte 3: has 2 dimensions; labels")
    );
}

#[test]
fn cut_and_overlong_files_are_refused() {
    let file = idx(8, &[3, 2, 2], &IMAGES);
    let message = |bytes: &[u8]| images_of(bytes).unwrap_err();
    assert_eq!(
        message(&file[..file.len() - 5]),
        "ends after byte 23, in row 2 of 3; copy the file again"
    );
    let long = [file.as_slice(), &[0]].concat();
    let wanted =
        "goes on after its last row, at byte 28; the 3 in the header does not count them all";
    assert_eq!(message(&long), wanted);
    assert_eq!(message(&gzip(&long)), wanted);
    assert_eq!(
        message(&gzip(&file[..17])),
        "ends after byte 17, in row 1 of 3; copy the file again"
    );
    for end in 0..file.len() {
        message(&file[..end]);
    }
}

#[test]
fn damaged_gzip_is_refused() {
    let packed = gzip(&idx(8, &[3, 2, 2], &IMAGES));
    for end in 2..packed.len() {
        let message = images_of(&packed[..end]).unwrap_err();
        assert!(message.starts_with("the gzip data is cut off"), "{end}: {message}");
    }
    let mut damaged = packed.clone();
    let crc = packed.len() - 8;
    damaged[crc] ^= 1;
    let message = images_of(&damaged).unwrap_err();
    assert!(message.starts_with("the gzip data is damaged"), "{message}");
    let message = images_of(&[packed.as_slice(), b"junk"].concat()).unwrap_err();
    assert!(message.starts_with("the gzip data is"), "{message}");
}

#[test]
fn claims_cost_no_memory() {
    let huge = idx(8, &[1 << 30, 1 << 15, 1 << 15], &[0; 100]);
    let wanted = "the header promises 1073741824 x 1073741824 bytes; gradito takes at most";
    assert!(images_of(&huge).unwrap_err().starts_with(wanted));
    assert!(images_of(&gzip(&huge)).unwrap_err().starts_with(wanted));
    // Within the limit, but more than the file can hold.
    let large = idx(8, &[1 << 20, 32, 32], &[0; 100]);
    assert!(images_of(&large).unwrap_err().starts_with("ends after byte 116, in row 1 of"));
    let message = images_of(&gzip(&large)).unwrap_err();
    assert_eq!(
        message,
        "is too small for the 1048576 rows its header promises; copy the file again"
    );
}

#[test]
fn a_bomb_is_unpacked_no_further_than_its_header_says() {
    let bomb = gzip(&idx(8, &[1, 2, 2], &vec![0; 50 << 20]));
    let message = images_of(&bomb).unwrap_err();
    assert!(message.starts_with("goes on after its last row, at byte 20;"), "{message}");
}

proptest! {
    #[test]
    fn no_file_panics(
        element in prop_oneof![Just(8_u8), Just(0x0b_u8), any::<u8>()],
        dimensions in prop::collection::vec(prop_oneof![0..5_u32, any::<u32>()], 0..4),
        content in prop::collection::vec(any::<u8>(), 0..40),
        packed in any::<bool>(),
    ) {
        let file = idx(element, &dimensions, &content);
        let file = if packed { gzip(&file) } else { file };
        let claimed = dimensions.iter().fold(1, |all: u64, &d| all.saturating_mul(d.into()));
        if let Ok(images) = images_of(&file) {
            prop_assert_eq!(images.pixels.len() as u64, claimed);
            prop_assert_eq!(images.pixels, content.clone());
        }
        if let Ok(labels) = labels_of(&file) {
            prop_assert_eq!(labels.len() as u64, claimed);
        }
    }
}
