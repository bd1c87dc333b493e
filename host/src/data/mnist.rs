//! MNIST, inside the binary (cargo feature `mnist`).
//!
//! The images are stored in seven parts of 10 000 that unpack side by side, one a core; each part is
//! checked against its SHA-256. `host/data/README.md` says where they come from.

use std::sync::OnceLock;

use super::{DataError, Dataset};

/// Columns and rows of an image.
pub const SIDE: u16 = 28;
/// Number of training images; the last 10 000 are the validation set unless told otherwise.
pub const TRAIN: usize = 60_000;
/// Number of test images.
pub const TEST: usize = 10_000;
/// Number of classes, the digits 0 to 9.
pub const CLASSES: usize = 10;

/// The 60 000 training images, unpacked at the first call and then kept.
///
/// # Errors
///
/// gradito was built without the feature `mnist`, or the binary is damaged.
pub fn train() -> Result<&'static Dataset, DataError> {
    static TRAIN_SET: OnceLock<Dataset> = OnceLock::new();
    keep(&TRAIN_SET, unpack_train)
}

/// The 10 000 test images, unpacked at the first call and then kept.
///
/// # Errors
///
/// gradito was built without the feature `mnist`, or the binary is damaged.
pub fn test() -> Result<&'static Dataset, DataError> {
    static TEST_SET: OnceLock<Dataset> = OnceLock::new();
    keep(&TEST_SET, unpack_test)
}

/// What is in `cell`, or what `make` makes.
fn keep(
    cell: &'static OnceLock<Dataset>,
    make: impl FnOnce() -> Result<Dataset, DataError>,
) -> Result<&'static Dataset, DataError> {
    match cell.get() {
        Some(set) => Ok(set),
        None => make().map(|set| cell.get_or_init(|| set)),
    }
}

/// A copy of the training images to own, without keeping one.
pub(super) fn unpack_train() -> Result<Dataset, DataError> {
    embedded::unpack(0..6)
}

/// A copy of the test images to own, without keeping one.
pub(super) fn unpack_test() -> Result<Dataset, DataError> {
    embedded::unpack(6..7)
}

/// Training and test images to own, unpacked together.
pub(super) fn unpack_both() -> Result<(Dataset, Dataset), DataError> {
    let mut train = embedded::unpack(0..7)?;
    let test = train.split_off(TRAIN);
    Ok((train, test))
}

/// The names of the classes.
pub fn classes() -> Vec<String> {
    (0..CLASSES).map(|digit| digit.to_string()).collect()
}

#[cfg(not(feature = "mnist"))]
mod embedded {
    use std::ops::Range;

    use super::super::{DataError, Dataset};

    pub(super) fn unpack(_parts: Range<usize>) -> Result<Dataset, DataError> {
        Err(DataError::NoMnist)
    }
}

#[cfg(feature = "mnist")]
mod embedded {
    use std::ops::Range;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use brotli_decompressor::brotli_decode;
    use sha2::{Digest, Sha256};

    use super::super::{DataError, Dataset, Inputs};
    use super::{CLASSES, SIDE};

    /// Images of one part.
    const ROWS: usize = 10_000;
    /// Pixels of one image.
    const WIDTH: usize = SIDE as usize * SIDE as usize;

    /// 10 000 images and after them their 10 000 labels, one byte each.
    pub(super) struct Part {
        pub(super) packed: &'static [u8],
        /// SHA-256 of the unpacked bytes.
        pub(super) digest: &'static str,
    }

    /// A part from its file and its digest.
    macro_rules! part {
        ($file:literal, $digest:literal) => {
            Part {
                packed: include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/", $file)),
                digest: $digest,
            }
        };
    }

    /// Six parts for training, the last for testing.
    static PARTS: [Part; 7] = [
        part!("train-0.br", "2e49afdffc567fd5f9f306a04e2bafced2432146ae04f4b9a58b25505ba05b2e"),
        part!("train-1.br", "6d9fb3d97a81543c0f394da3af463ed8a8203ca9eaf481bdf1fae23668b77b46"),
        part!("train-2.br", "35dcae227937d1d8f4361bf008553667465997f4e3ea64f75246c429b8491b2a"),
        part!("train-3.br", "94da3e6ad76f80ddd500afd6dfbc282eaeaaca5dc5edec7239a862b0b57cd0ca"),
        part!("train-4.br", "44ff4a3d9fe5c1f76f211167a669f59cc87fac5050d1d4ad845064807f3492c2"),
        part!("train-5.br", "59c462c67835365a7da93b55fcc1ff0d2dfe9938697d3cca9b70d0d68ec05cc6"),
        part!("test.br", "c3f9adf9c66efb572b1f9326c3a511b45910c7173b97be66ceceeeeaef6b802b"),
    ];

    impl Part {
        /// The images and labels, or nothing if the part is damaged.
        pub(super) fn unpack(&self) -> Option<Vec<u8>> {
            let mut bytes = vec![0; ROWS * (WIDTH + 1)];
            let size = brotli_decode(self.packed, &mut bytes).decoded_size;
            let right = size == bytes.len()
                && hex(&Sha256::digest(&bytes)) == self.digest
                && bytes[ROWS * WIDTH..].iter().all(|&label| usize::from(label) < CLASSES);
            right.then_some(bytes)
        }
    }

    /// Unpacks some of the parts, on as many threads as there are cores.
    pub(super) fn unpack(parts: Range<usize>) -> Result<Dataset, DataError> {
        const SOUND: usize = usize::MAX;
        let count = parts.len();
        let mut pixels = vec![0; count * ROWS * WIDTH];
        let mut labels = vec![0; count * ROWS];
        let jobs = Mutex::new(
            parts.zip(pixels.chunks_exact_mut(ROWS * WIDTH)).zip(labels.chunks_exact_mut(ROWS)),
        );
        let damaged = AtomicUsize::new(SOUND);
        let next = || jobs.lock().ok()?.next();
        let work = || {
            while let Some(((part, pixels), labels)) = next() {
                let Some(bytes) = PARTS[part].unpack() else {
                    damaged.store(part, Ordering::Relaxed);
                    break;
                };
                let (images, digits) = bytes.split_at(ROWS * WIDTH);
                pixels.copy_from_slice(images);
                for (label, &digit) in labels.iter_mut().zip(digits) {
                    *label = digit.into();
                }
            }
        };
        thread::scope(|scope| {
            for _ in 1..thread::available_parallelism().map_or(1, usize::from).min(count) {
                // Without a thread more, this one does it all.
                let _ = thread::Builder::new().spawn_scoped(scope, work);
            }
            work();
        });
        match damaged.into_inner() {
            SOUND => Ok(Dataset::new(WIDTH, Inputs::Pixels(pixels), labels)),
            part => Err(DataError::DamagedMnist { part }),
        }
    }

    /// `bytes` in lower-case hexadecimal.
    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[cfg(test)]
    mod tests {
        use super::super::{test, train};
        use super::*;

        /// SHA-256 of the IDX file of which `rows` is the content.
        fn idx_digest(header: &[u32], rows: &[u8]) -> String {
            let mut hash = Sha256::new();
            for number in header {
                hash.update(number.to_be_bytes());
            }
            hash.update(rows);
            hex(&hash.finalize())
        }

        #[test]
        fn is_the_original() {
            for (set, images, labels) in [
                (
                    train().unwrap(),
                    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                ),
                (
                    test().unwrap(),
                    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
                ),
            ] {
                let count = set.len() as u32;
                let Inputs::Pixels(pixels) = set.inputs() else { panic!("MNIST is pixels") };
                let digits: Vec<u8> = set.labels().iter().map(|&label| label as u8).collect();
                assert_eq!(idx_digest(&[0x803, count, 28, 28], pixels), images);
                assert_eq!(idx_digest(&[0x801, count], &digits), labels);
            }
        }

        #[test]
        fn damage_is_noticed() {
            let Part { packed, digest } = &PARTS[6];
            assert!(Part { packed: &packed[..packed.len() / 2], digest }.unpack().is_none());
            assert!(Part { packed, digest: PARTS[0].digest }.unpack().is_none());
            let mut flipped = packed.to_vec();
            flipped[1_000_000] ^= 1;
            assert!(Part { packed: flipped.leak(), digest }.unpack().is_none());
        }
    }
}
