//! The Netpbm formats: PBM (P1, P4), PGM (P2, P5) and PPM (P3, P6), 8 and 16 bits a sample.
//!
//! A header of a magic number and whole numbers in decimal, separated by white space and comments
//! (`#` to the end of the line); then the raster: decimal numbers (P1 to P3), or bytes, big-endian
//! where the maximum exceeds 255, bits packed from the left in whole bytes a row (P4).

use super::decode::{check_size, luma, to_byte};
use super::{Gray, Problem};

/// The picture in `bytes`, which start with `P1` to `P6`.
pub(super) fn decode(bytes: &[u8]) -> Result<Gray, Problem> {
    let kind = bytes[1] - b'0';
    let format = match kind {
        1 | 4 => "PBM",
        2 | 5 => "PGM",
        _ => "PPM",
    };
    let mut text = Text { bytes, at: 2, format };
    if !bytes.get(2).is_some_and(|&byte| byte.is_ascii_whitespace() || byte == b'#') {
        return Err(text.damaged("no white space behind the magic number"));
    }
    let width = text.number("the width")?;
    let height = text.number("the height")?;
    let max = if format == "PBM" { 1 } else { text.number("the maximum")? };
    if !(1..=0xffff).contains(&max) {
        return Err(text.damaged(&format!("a maximum of {max}, which must be 1 to 65535,")));
    }
    let pixels = check_size(width.into(), height.into())?;
    let samples = if format == "PPM" { 3 * pixels } else { pixels };
    let raster = Raster { width: width as usize, height: height as usize, samples, max };
    let values = match kind {
        1 => raster.text_bits(&mut text)?,
        2 | 3 => raster.text_numbers(&mut text)?,
        _ => {
            if !bytes.get(text.at).is_some_and(u8::is_ascii_whitespace) {
                return Err(text.damaged("no white space before the raster"));
            }
            let bytes = &bytes[text.at + 1..];
            if kind == 4 { raster.bits(bytes)? } else { raster.bytes(bytes)? }
        }
    };
    let pixels = match format {
        "PPM" => values.chunks_exact(3).map(|rgb| luma(rgb[0], rgb[1], rgb[2])).collect(),
        _ => values,
    };
    Ok(Gray { width, height, pixels })
}

/// The raster's shape; each reader gives its samples scaled to 0..=255.
struct Raster {
    width: usize,
    height: usize,
    samples: usize,
    max: u32,
}

impl Raster {
    /// Refuses fewer bytes than `needed`.
    fn need(&self, needed: usize, found: usize) -> Result<(), Problem> {
        if found < needed {
            let what = format!("{found} of {needed} bytes of pixels");
            return Err(Problem::Truncated { what });
        }
        Ok(())
    }

    fn exactly(&self, needed: usize, found: usize) -> Result<(), Problem> {
        self.need(needed, found)?;
        if found > needed {
            return Err(Problem::Trailing { count: found - needed });
        }
        Ok(())
    }

    fn text_bits(&self, text: &mut Text) -> Result<Vec<u8>, Problem> {
        self.need(self.samples, text.bytes.len() - text.at)?;
        let mut values = Vec::with_capacity(self.samples);
        for _ in 0..self.samples {
            values.push(text.bit()?);
        }
        text.end()?;
        Ok(values)
    }

    fn text_numbers(&self, text: &mut Text) -> Result<Vec<u8>, Problem> {
        // A digit and a separator each, the last without.
        self.need(2 * self.samples, text.bytes.len() - text.at)?;
        let mut values = Vec::with_capacity(self.samples);
        for _ in 0..self.samples {
            let value = text.number("a pixel")?;
            if value > self.max {
                let what = format!("a pixel of {value} above the maximum {}", self.max);
                return Err(text.damaged(&what));
            }
            values.push(to_byte(value, self.max));
        }
        text.end()?;
        Ok(values)
    }

    fn bits(&self, bytes: &[u8]) -> Result<Vec<u8>, Problem> {
        let row = self.width.div_ceil(8);
        self.exactly(row * self.height, bytes.len())?;
        let rows = bytes.chunks_exact(row);
        let bit = |row: &[u8], x: usize| {
            if row[x / 8] >> (7 - x % 8) & 1 == 1 { 0 } else { 255 }
        };
        Ok(rows.flat_map(|row| (0..self.width).map(move |x| bit(row, x))).collect())
    }

    fn bytes(&self, bytes: &[u8]) -> Result<Vec<u8>, Problem> {
        if self.max <= 255 {
            self.exactly(self.samples, bytes.len())?;
            return Ok(bytes.iter().map(|&byte| to_byte(byte.into(), self.max)).collect());
        }
        self.exactly(2 * self.samples, bytes.len())?;
        let pairs = bytes.chunks_exact(2);
        let value = |pair: &[u8]| u32::from(pair[0]) << 8 | u32::from(pair[1]);
        Ok(pairs.map(|pair| to_byte(value(pair), self.max)).collect())
    }
}

/// Decimal numbers between white space and comments.
struct Text<'a> {
    bytes: &'a [u8],
    at: usize,
    format: &'static str,
}

impl Text<'_> {
    fn damaged(&self, what: &str) -> Problem {
        Problem::Netpbm { format: self.format, what: what.to_owned(), at: self.at }
    }

    /// The next byte that is neither white space nor comment, if any; not consumed.
    fn skip(&mut self) -> Option<u8> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            if byte == b'#' {
                let comment = &self.bytes[self.at..];
                self.at += comment
                    .iter()
                    .position(|&byte| byte == b'\n' || byte == b'\r')
                    .unwrap_or(comment.len());
            } else if byte.is_ascii_whitespace() {
                self.at += 1;
            } else {
                return Some(byte);
            }
        }
    }

    fn number(&mut self, what: &str) -> Result<u32, Problem> {
        let Some(first) = self.skip() else {
            return Err(Problem::Truncated { what: format!("{what} is missing") });
        };
        if !first.is_ascii_digit() {
            return Err(self.damaged(&format!("no number for {what}")));
        }
        let mut value: u32 = 0;
        while let Some(digit) = self.bytes.get(self.at).filter(|byte| byte.is_ascii_digit()) {
            value = value
                .checked_mul(10)
                .and_then(|value| value.checked_add(u32::from(digit - b'0')))
                .ok_or_else(|| self.damaged(&format!("too large a number for {what}")))?;
            self.at += 1;
        }
        Ok(value)
    }

    /// A pixel of P1: `1` is black; white space between pixels may be missing.
    fn bit(&mut self) -> Result<u8, Problem> {
        let value = match self.skip() {
            Some(b'0') => 255,
            Some(b'1') => 0,
            Some(_) => return Err(self.damaged("neither 0 nor 1")),
            None => {
                return Err(Problem::Truncated { what: "pixels are missing".to_owned() });
            }
        };
        self.at += 1;
        Ok(value)
    }

    fn end(&mut self) -> Result<(), Problem> {
        match self.skip() {
            Some(_) => Err(Problem::Trailing { count: self.bytes.len() - self.at }),
            None => Ok(()),
        }
    }
}
