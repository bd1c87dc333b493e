//! Files, whole and broken.

use std::path::Path;

use png::{BitDepth, ColorType, Encoder};

use crate::picture::{Gray, Problem, decode, encode_png, read, write_png};

fn gray(width: u32, pixels: &[u8]) -> Gray {
    Gray { width, height: pixels.len() as u32 / width, pixels: pixels.to_vec() }
}

fn message(bytes: &[u8]) -> String {
    decode(bytes).unwrap_err().to_string()
}

/// A PNG of one row.
fn png(colour: ColorType, depth: BitDepth, width: u32, row: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, width, 1);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    if colour == ColorType::Indexed {
        encoder.set_palette(vec![255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9]);
        encoder.set_trns(vec![255, 255, 255, 0]);
    }
    encoder.write_header().unwrap().write_image_data(row).unwrap();
    bytes
}

#[test]
fn grey_pngs_survive_the_round_trip() {
    let image = gray(3, &[0, 1, 2, 253, 254, 255]);
    assert_eq!(decode(&encode_png(&image).unwrap()).unwrap(), image);
}

#[test]
fn every_colour_type_and_depth_becomes_grey() {
    let pixels =
        |colour, depth, width, row: &[u8]| decode(&png(colour, depth, width, row)).unwrap().pixels;
    assert_eq!(pixels(ColorType::Grayscale, BitDepth::One, 3, &[0b1010_0000]), [255, 0, 255]);
    assert_eq!(pixels(ColorType::Grayscale, BitDepth::Two, 4, &[0b0001_1011]), [0, 85, 170, 255]);
    assert_eq!(pixels(ColorType::Grayscale, BitDepth::Four, 2, &[0x1f]), [17, 255]);
    // 33024 of 65535 is 128.498 of 255; its upper byte is 129.
    assert_eq!(pixels(ColorType::Grayscale, BitDepth::Sixteen, 1, &[0x81, 0x00]), [128]);
    let rgb = [255, 0, 0, 0, 255, 0, 0, 0, 255];
    assert_eq!(pixels(ColorType::Rgb, BitDepth::Eight, 3, &rgb), [76, 150, 29]);
    // The fourth colour of the palette is transparent: white paper.
    assert_eq!(pixels(ColorType::Indexed, BitDepth::Two, 4, &[0b0001_1011]), [76, 150, 29, 255]);
    assert_eq!(pixels(ColorType::GrayscaleAlpha, BitDepth::Eight, 2, &[0, 255, 0, 51]), [0, 204]);
}

#[test]
fn transparency_is_white_paper_unless_that_hides_the_ink() {
    let dark = png(ColorType::GrayscaleAlpha, BitDepth::Eight, 2, &[0, 255, 0, 0]);
    assert_eq!(decode(&dark).unwrap().pixels, [0, 255]);
    let light = png(ColorType::GrayscaleAlpha, BitDepth::Eight, 2, &[255, 255, 255, 0]);
    assert_eq!(decode(&light).unwrap().pixels, [255, 0]);
}

#[test]
fn the_netpbm_formats_are_read() {
    let pixels = |bytes: &[u8]| decode(bytes).unwrap().pixels;
    assert_eq!(pixels(b"P1\n# a comment\n3 1\n10 1\n"), [0, 255, 0]);
    assert_eq!(pixels(b"P2 3 1 # levels\n4\n0 2 4"), [0, 128, 255]);
    assert_eq!(pixels(b"P3 1 1 255 255 0 0"), [76]);
    assert_eq!(pixels(b"P4 3 2\n\xa0\x40"), [0, 255, 0, 255, 0, 255]);
    assert_eq!(pixels(b"P5\n2 1\n255\n\x00\xff"), [0, 255]);
    assert_eq!(pixels(b"P5 1 1 65535\n\x81\x00"), [128]);
    assert_eq!(pixels(b"P6 1 1 255\n\x00\xff\x00"), [150]);
    assert_eq!(decode(b"P5 2 1 255\n\n\n").unwrap(), gray(2, &[10, 10]));
}

#[test]
fn errors_say_what_is_wrong_and_what_to_do() {
    assert_eq!(message(b""), "picture: is empty; give a PNG or PGM picture");
    assert_eq!(
        message(b"\xff\xd8\xff\xe0"),
        "picture: is a JPEG, which is not read; convert it to PNG"
    );
    assert_eq!(
        message(b"hello"),
        "picture: is no PNG, PGM, PBM or PPM picture (it starts with 68 65 6c 6c); \
         convert it to PNG"
    );
    assert_eq!(
        message(b"P5 2 2 255\n\x00"),
        "picture: ends too early (1 of 4 bytes of pixels); save or copy it again"
    );
    assert_eq!(
        message(b"P5 1 1 255\n\x00\x00"),
        "picture: goes on for 1 bytes after the picture; save it again as one picture"
    );
    assert_eq!(
        message(b"P2 1 1 9\n10"),
        "picture: is a damaged PGM picture (a pixel of 10 above the maximum 9 at byte 11); \
         save or copy it again"
    );
    assert_eq!(
        message(b"P5 0 7 255\n"),
        "picture: has 0 x 7 pixels, so nothing to look at; give another picture"
    );
    assert!(matches!(decode(b"P5 1 1 0\n\x00").unwrap_err().problem(), Problem::Netpbm { .. }));
}

#[test]
fn a_header_cannot_make_it_allocate() {
    assert_eq!(
        message(b"P5 65536 65536 255\n"),
        "picture: has 65536 x 65536 pixels, more than 67 million; scale it down"
    );
    assert!(message(b"P2 8000 8000 255\n1 2 3").starts_with("picture: ends too early (6 of "));
    assert!(message(b"P1 99999999999 1\n").contains("too large a number for the width"));
    // 8000 × 8000 in 70 bytes: deflate packs a thousand to one at best.
    let mut bytes = encode_png(&gray(1, &[7])).unwrap();
    bytes[16..24].copy_from_slice(&[0, 0, 0x1f, 0x40, 0, 0, 0x1f, 0x40]);
    bytes[29..33].copy_from_slice(&0x239a_f228_u32.to_be_bytes());
    let expected = "picture: ends too early (67 bytes cannot hold 8000 x 8000 pixels)";
    assert!(message(&bytes).starts_with(expected), "{}", message(&bytes));
}

#[test]
fn no_cut_and_no_flipped_bit_is_taken_for_the_picture_or_panics() {
    let image = gray(5, &[0, 50, 100, 150, 200, 250, 3, 6, 9, 12]);
    let whole = encode_png(&image).unwrap();
    for length in 0..whole.len() - 12 {
        assert!(decode(&whole[..length]).is_err(), "cut to {length} bytes");
    }
    for at in 0..8 * whole.len() {
        let mut bytes = whole.clone();
        bytes[at / 8] ^= 1 << (at % 8);
        // A flip in a checksum or in the kind of an optional chunk may go unseen, not unheard.
        if let Ok(other) = decode(&bytes) {
            assert_eq!(other, image, "bit {at} flipped");
        }
    }
    let pgm = b"P2 # c\n2 2 255\n1 2 3 4";
    for length in 0..pgm.len() {
        assert!(decode(&pgm[..length]).is_err(), "cut to {length} bytes");
    }
}

#[test]
fn files_are_told_apart_by_content_and_errors_start_with_the_path() {
    let folder = std::env::temp_dir().join(format!("gradito-picture-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("digit.pgm");
    let image = gray(2, &[1, 2, 3, 4]);
    write_png(&path, &image).unwrap();
    assert_eq!(read(&path).unwrap(), image);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "something half-written is left");
    std::fs::remove_dir_all(&folder).unwrap();
    let error = read(&path).unwrap_err().to_string();
    assert_eq!(error, format!("{}: there is no such file or folder", path.display()));
    assert!(write_png(Path::new("/"), &image).is_err());
}
