//! IDX files, the format of MNIST, plain or gzip'd.
//!
//! Big-endian: two bytes 0, the type of the elements, the number of dimensions, each dimension as
//! `u32`, and the elements. The header is judged, and compared with the file's size, before memory
//! is taken for what it claims.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use super::error::{DataError, IdxFault, Size};
use super::{MAX_BYTES, files};

/// Bytes of memory taken for a packed file at first; more only as more is unpacked.
const FIRST: usize = 64 << 20;
/// No gzip stream unpacks to more than 1032 times its size (RFC 1951: 258 bytes from 2 bits).
const MOST_PACKED: u64 = 1032;

/// Images, one byte a pixel, row after row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Images {
    pub size: Size,
    pub pixels: Vec<u8>,
}

/// Reads a file of images (count x height x width), or of rows (count x width).
pub(super) fn images(path: &Path) -> Result<Images, DataError> {
    let fail = |fault| DataError::Idx { path: path.to_owned(), fault };
    let idx = read(path, None, |element, dimensions| match (element, dimensions) {
        (8, 2 | 3) => Ok(1),
        (8, found) => Err(IdxFault::Dimensions {
            found,
            wanted: "images have three (count, height, width), rows two (count, width)",
        }),
        (found, _) => Err(IdxFault::Element { found, wanted: "images are unsigned bytes, 0x08" }),
    })?;
    let side = |dimension: usize, what| {
        let (found, byte) = (idx.dimensions[dimension], 4 + 4 * dimension);
        u16::try_from(found).map_err(|_| fail(IdxFault::Side { byte, what, found }))
    };
    let size = match idx.dimensions.len() {
        2 => Size { width: side(1, "the width")?, height: 1 },
        _ => Size { height: side(1, "the height")?, width: side(2, "the width")? },
    };
    Ok(Images { size, pixels: idx.bytes })
}

/// Reads a file of labels, one for each of the `images` in the file called `other`.
pub(super) fn labels(path: &Path, images: usize, other: &str) -> Result<Vec<u16>, DataError> {
    const WANTED: &str = "labels are bytes (0x08, 0x09) or integers (0x0b, 0x0c)";
    let fail = |fault| DataError::Idx { path: path.to_owned(), fault };
    let pair = Some((images, other));
    let idx = read(path, pair, |element, dimensions| match (element, dimensions) {
        (8 | 9, 1) => Ok(1),
        (0x0b, 1) => Ok(2),
        (0x0c, 1) => Ok(4),
        (8 | 9 | 0x0b | 0x0c, found) => {
            Err(IdxFault::Dimensions { found, wanted: "labels have one (count)" })
        }
        (found, _) => Err(IdxFault::Element { found, wanted: WANTED }),
    })?;
    let width = idx.bytes.len() / idx.dimensions[0] as usize;
    let label = |(at, bytes): (usize, &[u8])| {
        let label = match *bytes {
            [byte] if idx.element == 9 => i64::from(byte as i8),
            [byte] => i64::from(byte),
            [a, b] => i64::from(i16::from_be_bytes([a, b])),
            [a, b, c, d] => i64::from(i32::from_be_bytes([a, b, c, d])),
            _ => -1,
        };
        match u16::try_from(label) {
            Ok(label) if label < u16::MAX => Ok(label),
            _ => Err(fail(IdxFault::Label { row: at + 1, label })),
        }
    };
    idx.bytes.chunks_exact(width).enumerate().map(label).collect()
}

/// A file as it is: dimensions of 1 and more, and as many bytes as they say.
struct Idx {
    element: u8,
    dimensions: Vec<u32>,
    bytes: Vec<u8>,
}

/// Reads a file; `judge` gives the bytes of an element from its type and the number of dimensions.
///
/// `pair` is the count there must be, and the name of the file that says so.
fn read(
    path: &Path,
    pair: Option<(usize, &str)>,
    judge: impl Fn(u8, u8) -> Result<u64, IdxFault>,
) -> Result<Idx, DataError> {
    let fail = |fault| DataError::Idx { path: path.to_owned(), fault };
    let (file, size) = files::open(path)?;
    let mut file = BufReader::new(file);
    let start = file.fill_buf().map_err(|cause| DataError::Io { path: path.to_owned(), cause })?;
    let packed = start.starts_with(&[0x1f, 0x8b]);
    let mut source = Source {
        path,
        packed,
        end: 0,
        reader: if packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) },
    };

    let mut magic = Vec::new();
    source.read_up_to(4, &mut magic)?;
    let &[zero, zero_too, element, dimensions] = magic.as_slice() else {
        return Err(fail(match source.end {
            0 => IdxFault::Empty,
            end => IdxFault::ShortHeader { end },
        }));
    };
    if (zero, zero_too) != (0, 0) {
        return Err(fail(IdxFault::Magic { found: [zero, zero_too, element, dimensions] }));
    }
    let element_bytes = judge(element, dimensions).map_err(fail)?;
    let mut numbers = Vec::new();
    source.read_up_to(4 * u64::from(dimensions), &mut numbers)?;
    if numbers.len() < 4 * usize::from(dimensions) {
        return Err(fail(IdxFault::ShortHeader { end: source.end }));
    }
    let dimensions: Vec<u32> =
        numbers.chunks_exact(4).map(|n| u32::from_be_bytes([n[0], n[1], n[2], n[3]])).collect();
    const WHAT: [&str; 3] = ["the count", "the second dimension", "the third dimension"];
    if let Some(at) = dimensions.iter().position(|&length| length == 0) {
        return Err(fail(IdxFault::Zero { byte: 4 + 4 * at, what: WHAT[at.min(2)] }));
    }

    let count = dimensions[0];
    if let Some((images, other)) = pair
        && count as usize != images
    {
        let (labels, other) = (count as usize, other.to_owned());
        return Err(fail(IdxFault::Counts { labels, images, other }));
    }
    let row = dimensions[1..]
        .iter()
        .fold(element_bytes, |product, &length| product.saturating_mul(u64::from(length)));
    let claimed = row.saturating_mul(u64::from(count));
    if claimed > MAX_BYTES {
        return Err(fail(IdxFault::TooLarge { count, row }));
    }
    let header = source.end;
    let truncated = |end: u64| {
        fail(IdxFault::Truncated { end, row: end.saturating_sub(header) / row + 1, count })
    };
    let trailing = || fail(IdxFault::Trailing { byte: header + claimed, count });
    if packed && claimed / MOST_PACKED > size {
        return Err(fail(IdxFault::TooSmall { count }));
    }
    if !packed && size < header + claimed {
        return Err(truncated(size));
    }
    if !packed && size > header + claimed {
        return Err(trailing());
    }
    let mut bytes = Vec::new();
    let first = if packed { FIRST.min(claimed as usize + 1) } else { claimed as usize + 1 };
    bytes.try_reserve_exact(first).map_err(|_| DataError::Io {
        path: path.to_owned(),
        cause: io::ErrorKind::OutOfMemory.into(),
    })?;
    // One byte more than there should be: so the end, and gzip's check, is reached.
    source.read_up_to(claimed + 1, &mut bytes)?;
    match bytes.len() as u64 {
        length if length > claimed => Err(trailing()),
        length if length < claimed => Err(truncated(source.end)),
        _ => Ok(Idx { element, dimensions, bytes }),
    }
}

/// A file, unpacked while it is read.
struct Source<'a> {
    path: &'a Path,
    packed: bool,
    /// Unpacked bytes read so far.
    end: u64,
    reader: Box<dyn Read>,
}

impl Source<'_> {
    /// Appends the next `count` bytes, or what is left, to `bytes`.
    fn read_up_to(&mut self, count: u64, bytes: &mut Vec<u8>) -> Result<(), DataError> {
        let before = bytes.len();
        let result = self.reader.by_ref().take(count).read_to_end(bytes);
        self.end += (bytes.len() - before) as u64;
        let (path, end) = (self.path.to_owned(), self.end);
        result.map(drop).map_err(|cause| match cause.kind() {
            io::ErrorKind::UnexpectedEof if self.packed => {
                DataError::Idx { path, fault: IdxFault::GzipCut { end } }
            }
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData if self.packed => {
                DataError::Idx {
                    path,
                    fault: IdxFault::GzipDamaged { end, reason: cause.to_string() },
                }
            }
            _ => DataError::Io { path, cause },
        })
    }
}

#[cfg(test)]
mod tests;
