//! Grey pixels to PNG.

use std::fs;
use std::path::Path;

use png::{BitDepth, ColorType, Encoder, EncodingError};

use super::decode::check_size;
use super::{Gray, PictureError, Problem};

/// `image` as the bytes of an 8-bit grey PNG.
///
/// # Errors
///
/// No pixels, too many, or not as many as width × height.
pub fn encode_png(image: &Gray) -> Result<Vec<u8>, PictureError> {
    let &Gray { width, height, ref pixels } = image;
    if check_size(width.into(), height.into())? != pixels.len() {
        return Err(Problem::Size { width, height, found: pixels.len() }.into());
    }
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, width, height);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(pixels)?;
        writer.finish()
    });
    written.map_err(|error| match error {
        EncodingError::IoError(error) => Problem::Write(error),
        _ => Problem::Png(error.to_string()),
    })?;
    Ok(bytes)
}

/// Writes `image` as an 8-bit grey PNG; `path` is replaced whole or not at all.
///
/// # Errors
///
/// Those of [`encode_png`], and whatever keeps the file from being written.
pub fn write_png(path: &Path, image: &Gray) -> Result<(), PictureError> {
    let bytes = encode_png(image).map_err(|error| error.at(path))?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.partial", std::process::id()));
    let partial = path.with_file_name(name);
    let written = fs::write(&partial, bytes).and_then(|()| fs::rename(&partial, path));
    written.map_err(|error| {
        // What is left of it is of no use; that it could not be removed is not the news.
        let _ = fs::remove_file(&partial);
        PictureError::from(Problem::Write(error)).at(path)
    })
}
