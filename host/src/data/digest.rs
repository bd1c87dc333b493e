//! The digest of a data set.

use sha2::{Digest, Sha256};

use super::{Dataset, Inputs};

/// SHA-256 of the samples as gradito uses them.
///
/// The bytes, in this order, all numbers little-endian:
///
/// | bytes | what |
/// | --- | --- |
/// | 1 | 0: the inputs are pixels, 1: features |
/// | 4 | inputs of one sample, `u32` |
/// | 4 | samples, `u32` |
/// | 1 or 4 each | all inputs, sample after sample: pixels as `u8` (0 paper, 255 ink), features, scaled, as `f32` |
/// | 2 each | all labels, `u16` |
///
/// So the order of the samples counts; class names and the source of the data do not.
pub(crate) fn digest(set: &Dataset) -> [u8; 32] {
    /// Features turned into bytes at a time.
    const CHUNK: usize = 1024;
    let mut hash = Sha256::new();
    hash.update([u8::from(matches!(set.inputs(), Inputs::Features(_)))]);
    hash.update((set.width() as u32).to_le_bytes());
    hash.update((set.len() as u32).to_le_bytes());
    match set.inputs() {
        Inputs::Pixels(pixels) => hash.update(pixels),
        Inputs::Features(features) => {
            for chunk in features.chunks(CHUNK) {
                let bytes: Vec<u8> = chunk.iter().flat_map(|value| value.to_le_bytes()).collect();
                hash.update(bytes);
            }
        }
    }
    let labels: Vec<u8> = set.labels().iter().flat_map(|label| label.to_le_bytes()).collect();
    hash.update(labels);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_the_bytes_documented() {
        let pixels = Dataset::new(2, Inputs::Pixels(vec![1, 2, 3, 4]), vec![0, 0x102]);
        let bytes = [0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 2, 3, 4, 0, 0, 2, 1];
        assert_eq!(digest(&pixels), <[u8; 32]>::from(Sha256::digest(bytes)));
        let features = Dataset::new(1, Inputs::Features(vec![1.0]), vec![1]);
        let bytes = [1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0x80, 0x3f, 1, 0];
        assert_eq!(digest(&features), <[u8; 32]>::from(Sha256::digest(bytes)));
    }
}
