//! Picture files to grey pixels.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use png::{BitDepth, ColorType, Decoder, DecodingError, Limits, Transformations};

use super::{Gray, MAX_PIXELS, PictureError, Problem, netpbm};

/// The longest file read; 64 megapixels of 16-bit PPM are 384 MiB.
const MAX_FILE: u64 = 512 << 20;

/// Deflate cannot pack a byte into less than 1/1032 byte (258 bytes in 2 bits).
const MAX_DEFLATE: u64 = 1032;

/// The grey image in the PNG, PBM, PGM or PPM file `path`.
///
/// # Errors
///
/// Whatever keeps the file from being such a picture, with the path in front.
pub fn read(path: &Path) -> Result<Gray, PictureError> {
    read_bytes(path).and_then(|bytes| decode(&bytes)).map_err(|error| error.at(path))
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, PictureError> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut bytes))
        .map_err(Problem::Read)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(Problem::TooLong { limit: MAX_FILE >> 20 }.into());
    }
    Ok(bytes)
}

/// The grey image in `bytes`, a whole PNG, PBM, PGM or PPM file.
///
/// Colours become luma (Rec. 601: 0.299 R + 0.587 G + 0.114 B); transparency is laid over white,
/// or over black where white would hide the picture (white strokes on nothing). Allocates no more
/// than the header and the length of `bytes` together justify.
///
/// # Errors
///
/// Bytes that are no such picture, or not a whole one, or one of too many pixels.
pub fn decode(bytes: &[u8]) -> Result<Gray, PictureError> {
    let image = match bytes {
        [] => return Err(Problem::Empty.into()),
        [0x89, b'P', b'N', b'G', ..] => png(bytes)?,
        [b'P', b'1'..=b'6', ..] => netpbm::decode(bytes)?,
        _ => return Err(unknown(bytes).into()),
    };
    Ok(image)
}

fn unknown(bytes: &[u8]) -> Problem {
    let name = match bytes {
        [0xff, 0xd8, 0xff, ..] => "a JPEG",
        [b'G', b'I', b'F', b'8', ..] => "a GIF",
        [b'B', b'M', ..] => "a BMP",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "a WebP",
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => "a HEIC, AVIF or video file",
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => "a TIFF",
        [b'%', b'P', b'D', b'F', ..] => "a PDF",
        _ => {
            let found: Vec<_> = bytes.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
            return Problem::UnknownFormat { found: found.join(" ") };
        }
    };
    Problem::OtherFormat { name }
}

/// Refuses sizes that are 0 or beyond [`MAX_PIXELS`]; the number of pixels otherwise.
pub(super) fn check_size(width: u64, height: u64) -> Result<usize, Problem> {
    if width == 0 || height == 0 {
        return Err(Problem::NoPixels { width, height });
    }
    match width.checked_mul(height) {
        Some(pixels) if pixels <= MAX_PIXELS => Ok(pixels as usize),
        _ => Err(Problem::TooManyPixels { width, height }),
    }
}

/// Rec. 601 luma of 8-bit channels, rounded; the weights add up to 1000, so that grey stays grey.
pub(super) fn luma(red: u8, green: u8, blue: u8) -> u8 {
    ((299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue) + 500) / 1000) as u8
}

/// `value` of `0..=max` as the nearest of `0..=255`.
pub(super) fn to_byte(value: u32, max: u32) -> u8 {
    ((value.min(max) * 255 + max / 2) / max) as u8
}

fn png(bytes: &[u8]) -> Result<Gray, Problem> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: 64 << 20 });
    decoder.set_transformations(Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let header = decoder.read_header_info().map_err(|error| png_problem(&error))?;
    let (width, height) = (header.width, header.height);
    let pixels = check_size(width.into(), height.into())?;
    let packed_bits = pixels as u64 * header.bits_per_pixel() as u64;
    if packed_bits / 8 > MAX_DEFLATE * bytes.len() as u64 {
        let what = format!("{} bytes cannot hold {width} x {height} pixels", bytes.len());
        return Err(Problem::Truncated { what });
    }
    let mut reader = decoder.read_info().map_err(|error| png_problem(&error))?;
    let interlaced = reader.info().interlaced;
    let (colour, depth) = reader.output_color_type();
    let mut shades = Shades::new(pixels, colour, depth);
    if interlaced {
        let size = reader
            .output_buffer_size()
            .ok_or(Problem::TooManyPixels { width: width.into(), height: height.into() })?;
        let mut rows = vec![0; size];
        reader.next_frame(&mut rows).map_err(|error| png_problem(&error))?;
        shades.push(&rows);
    } else {
        while let Some(row) = reader.next_row().map_err(|error| png_problem(&error))? {
            shades.push(row.data());
        }
    }
    reader.finish().map_err(|error| png_problem(&error))?;
    let pixels = shades.finish(pixels)?;
    Ok(Gray { width, height, pixels })
}

fn png_problem(error: &DecodingError) -> Problem {
    match error {
        DecodingError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Problem::Truncated { what: "a PNG without its end".to_owned() }
        }
        DecodingError::LimitsExceeded => Problem::Png("it wants too much memory".to_owned()),
        _ => Problem::Png(error.to_string().trim_end_matches('.').replace('\n', " ")),
    }
}

/// Grey values as they come in: laid over white and, if there is transparency, over black.
struct Shades {
    colour: ColorType,
    depth: BitDepth,
    on_white: Vec<u8>,
    on_black: Option<Vec<u8>>,
}

impl Shades {
    fn new(pixels: usize, colour: ColorType, depth: BitDepth) -> Self {
        let transparent = matches!(colour, ColorType::GrayscaleAlpha | ColorType::Rgba);
        Self {
            colour,
            depth,
            on_white: Vec::with_capacity(pixels),
            on_black: transparent.then(|| Vec::with_capacity(pixels)),
        }
    }

    fn push(&mut self, samples: &[u8]) {
        let channels = self.colour.samples();
        if self.depth == BitDepth::Sixteen {
            let mut pixel = [0; 4];
            for bytes in samples.chunks_exact(2 * channels) {
                for (channel, pair) in pixel.iter_mut().zip(bytes.chunks_exact(2)) {
                    *channel = to_byte(u32::from(pair[0]) << 8 | u32::from(pair[1]), 0xffff);
                }
                self.push_pixel(&pixel[..channels]);
            }
        } else {
            for pixel in samples.chunks_exact(channels) {
                self.push_pixel(pixel);
            }
        }
    }

    fn push_pixel(&mut self, pixel: &[u8]) {
        let (grey, alpha) = match *pixel {
            [grey] => (grey, 255),
            [grey, alpha] => (grey, alpha),
            [red, green, blue] => (luma(red, green, blue), 255),
            [red, green, blue, alpha] => (luma(red, green, blue), alpha),
            _ => return,
        };
        let covered = to_byte(u32::from(grey) * u32::from(alpha), 255 * 255);
        self.on_white.push(covered.saturating_add(255 - alpha));
        if let Some(on_black) = &mut self.on_black {
            on_black.push(covered);
        }
    }

    fn finish(self, pixels: usize) -> Result<Vec<u8>, Problem> {
        if self.on_white.len() != pixels {
            let what = format!("{} of {pixels} pixels", self.on_white.len());
            return Err(Problem::Truncated { what });
        }
        Ok(match self.on_black {
            // White strokes on a transparent page: seen on black only.
            Some(on_black) if contrast(&self.on_white) < 32.min(contrast(&on_black)) => on_black,
            _ => self.on_white,
        })
    }
}

fn contrast(pixels: &[u8]) -> u8 {
    let darkest = pixels.iter().min().copied().unwrap_or(0);
    let lightest = pixels.iter().max().copied().unwrap_or(0);
    lightest - darkest
}
