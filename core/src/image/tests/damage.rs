//! Images that are not whole: cut, changed, followed by something, or no images at all.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;
use crate::image::{HEADER_LENGTH, MAGIC, VERSION};

#[test]
fn cut_at_every_length() {
    for length in 0..GOLDEN.len() {
        let needed = if length < HEADER_LENGTH { HEADER_LENGTH } else { GOLDEN.len() };
        let error = ImageError::Truncated { needed, found: length };
        assert_eq!(refusal(&GOLDEN[..length]), Some(error));
        assert_eq!(Image::take_from_bytes(&GOLDEN[..length]).err(), Some(error));
    }
}

#[test]
fn changed_at_every_byte() {
    let mut image = GOLDEN.to_vec();
    for at in 0..image.len() {
        for change in 1..=u8::MAX {
            image[at] ^= change;
            let error = refusal(&image);
            let right = match at {
                0..8 => error == Some(ImageError::Magic),
                8..12 => matches!(error, Some(ImageError::Version { .. })),
                // Another length: other bytes are summed, or there are none.
                16..20 => matches!(
                    error,
                    Some(
                        ImageError::Checksum { .. }
                            | ImageError::Truncated { found: 288, .. }
                            | ImageError::Field { name: "length" }
                    )
                ),
                _ => matches!(error, Some(ImageError::Checksum { .. })),
            };
            assert!(right, "{change:#x} at {at:#x}: {error:?}");
            image[at] ^= change;
        }
    }
    assert_eq!(image, GOLDEN);
}

#[test]
fn checksums_are_told() {
    let stored = u32::from_le_bytes(GOLDEN[12..16].try_into().unwrap());
    let mut image = GOLDEN.to_vec();
    image[12] ^= 1;
    let error = ImageError::Checksum { stored: stored ^ 1, computed: stored };
    assert_eq!(refusal(&image), Some(error));
    assert_eq!(checked(image), GOLDEN);
}

#[test]
fn the_length_may_be_as_large_as_its_field() {
    for length in [289, 1 << 31, u32::MAX] {
        let image = patched(GOLDEN, 16, &u32::to_le_bytes(length));
        let error = ImageError::Truncated { needed: length as usize, found: 288 };
        assert_eq!(refusal(&image), Some(error));
    }
}

#[test]
fn magic_and_version_come_first() {
    for version in [0, 2, 1 << 8, u32::MAX] {
        let mut image = GOLDEN.to_vec();
        image[8..12].copy_from_slice(&u32::to_le_bytes(version));
        // Whatever else is wrong: the checksum, all that follows the version, its absence.
        let error = Some(ImageError::Version { found: version });
        image[12] ^= 1;
        assert_eq!(refusal(&image), error);
        image[12..].fill(0xa5);
        assert_eq!(refusal(&image), error);
        assert_eq!(refusal(&image[..12]), error);
        // But for the magic.
        image[7] ^= 1;
        assert_eq!(refusal(&image), Some(ImageError::Magic));
        assert_eq!(refusal(&image[..8]), Some(ImageError::Magic));
    }
    assert_eq!(VERSION, 1);
}

/// A few bytes are an image cut off as long as they are those that every image begins with.
#[test]
fn shorter_than_the_magic() {
    assert_eq!(&MAGIC, b"\x89GRADITO");
    for length in 0..=MAGIC.len() {
        let error = ImageError::Truncated { needed: HEADER_LENGTH, found: length };
        assert_eq!(refusal(&MAGIC[..length]), Some(error));
    }
    for length in 1..MAGIC.len() {
        let mut other = MAGIC[..length].to_vec();
        other[length - 1] ^= 0x20;
        assert_eq!(refusal(&other), Some(ImageError::Magic));
    }
    assert_eq!(refusal(b"\x89PNG\r\n\x1a\n"), Some(ImageError::Magic));
}

#[test]
fn bytes_behind_the_image() {
    for count in [1, 3, 16, 1000] {
        let flash = [GOLDEN, &[0xff; 1000][..count]].concat();
        assert_eq!(refusal(&flash), Some(ImageError::TrailingBytes { count }));
        let (image, rest) = Image::take_from_bytes(&flash).unwrap();
        assert_eq!(image.as_bytes(), GOLDEN);
        assert_eq!(image.parameters(), &GOLDEN[0xf0..]);
        assert_eq!(rest.as_ptr(), flash[GOLDEN.len()..].as_ptr());
        assert_eq!(rest.len(), count);
    }
    let (_, rest) = Image::take_from_bytes(GOLDEN).unwrap();
    assert_eq!(rest, []);
    // One image after another.
    let two = [GOLDEN, GOLDEN].concat();
    let (_, rest) = Image::take_from_bytes(&two).unwrap();
    assert_eq!(Image::from_bytes(rest).unwrap().as_bytes(), GOLDEN);
}

#[test]
fn reasons_are_one_line_and_say_what_to_do() {
    let told = |error: ImageError| std::format!("{error}");
    for (error, message) in [
        (
            ImageError::Truncated { needed: 288, found: 17 },
            "the model image is cut off: 17 bytes of 288; copy it again or train anew",
        ),
        (
            ImageError::Magic,
            "this is not a model image (its first 8 bytes differ); gradito train writes one",
        ),
        (
            ImageError::Version { found: 2 },
            "model image of format version 2, this gradito reads version 1; use the gradito that \
             wrote it",
        ),
        (
            ImageError::TrailingBytes { count: 3 },
            "3 bytes follow the end of the model image; copy it again or train anew",
        ),
        (
            ImageError::Checksum { stored: 0x1e, computed: 0xafd2_c21e },
            "the model image is damaged: checksum 0000001e, its bytes give afd2c21e; copy it \
             again or train anew",
        ),
        (
            ImageError::Field { name: "cost" },
            "the model image has no valid value in its field 'cost'; train anew, or correct it by \
             the description of the format",
        ),
        (
            ImageError::Alignment,
            "the model image does not start at a multiple of 4; move it to an aligned address",
        ),
        (
            ImageError::NotFinite { index: 7 },
            "parameter 7 of the model image is not a finite number; train anew",
        ),
        (
            ImageError::Topology { layer: 1 },
            "the model image is of another network: layer 1 (the first is 0) differs; use a model \
             of the layers that this program expects",
        ),
        (
            ImageError::TooLong,
            "longer than a model image can be (4 GiB); use narrower layers, or another file",
        ),
    ] {
        assert_eq!(told(error), message);
    }
}

/// An image that was accepted says all that its bytes say: they follow from its content.
fn follows_from_its_content(image: &Image<'_>) {
    let content = Content::of(image);
    assert_eq!(content.write(Small::ZERO).as_deref(), Ok(image.as_bytes()));
}

/// The same cases in every run.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::with_cases(cases)
    }
}

proptest! {
    #![proptest_config(config(2000))]

    #[test]
    fn no_bytes_are_an_image_by_chance(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(refusal(&bytes).is_some());
        // Nor with everything right that is judged first.
        let mut image = [&GOLDEN[..16], bytes.as_slice()].concat();
        prop_assert!(refusal(&image).is_some());
        image.resize(image.len().max(20), 0);
        let error = refusal(&sealed(image));
        let told = matches!(error, Some(ImageError::Truncated { .. } | ImageError::Field { .. }));
        prop_assert!(told, "{:?}", error);
    }

    #[test]
    fn changes_are_noticed(
        changes in prop::collection::vec((0..GOLDEN.len(), 1..=u8::MAX), 1..20),
        cut in 0..GOLDEN.len(),
    ) {
        let mut image = GOLDEN.to_vec();
        for (at, change) in changes {
            image[at] ^= change;
        }
        prop_assert_eq!(refusal(&image).is_none(), image == GOLDEN);
        image.truncate(cut);
        prop_assert!(refusal(&image).is_some());
    }

    /// With the checksum corrected many changes are other models, and those are read to the last
    /// bit; all others are refused.
    #[test]
    fn what_is_accepted_is_understood(
        changes in prop::collection::vec((16..GOLDEN.len(), any::<u8>()), 1..4),
    ) {
        let mut image = GOLDEN.to_vec();
        for (at, value) in changes {
            image[at] = value;
        }
        let image = checked(image);
        if let Ok(image) = Image::from_bytes(&image) {
            follows_from_its_content(&image);
        }
    }
}

/// That the test above tests something: every byte, every value.
#[test]
fn single_changes_are_understood_or_refused() {
    let (mut accepted, mut refused) = (0, 0);
    for at in 16..GOLDEN.len() {
        for value in 0..=u8::MAX {
            let image = patched(GOLDEN, at, &[value]);
            match Image::from_bytes(&image) {
                Ok(image) => {
                    follows_from_its_content(&image);
                    accepted += 1;
                }
                Err(error) => {
                    let expected = match error {
                        ImageError::Field { .. } | ImageError::NotFinite { .. } => true,
                        // Of another length.
                        ImageError::Checksum { .. } | ImageError::Truncated { .. } => at < 20,
                        _ => false,
                    };
                    assert!(expected, "{value:#x} at {at:#x}: {error:?}");
                    refused += 1;
                }
            }
        }
    }
    assert!(accepted > 20_000 && refused > 20_000, "{accepted} accepted, {refused} refused");
}
