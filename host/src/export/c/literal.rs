//! Rust values as C literals.

use std::fmt::Write;

/// `value`, which is finite, exactly: `0x1.8p-3f`.
///
/// A C99 compiler reads these digits without rounding, where decimal ones may come out as a
/// neighbour.
pub(super) fn float(value: f32) -> String {
    const FRACTION: u32 = 23;
    let bits = value.to_bits();
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let exponent = (bits >> FRACTION & 0xff) as i32;
    // 24 bits: six hexadecimal digits.
    let digits = format!("{:06x}", (bits << 1) & 0x00ff_ffff);
    let digits = digits.trim_end_matches('0');
    let point = if digits.is_empty() { "" } else { "." };
    match exponent {
        0 if digits.is_empty() => format!("{sign}0.0f"),
        // Subnormal: no leading 1.
        0 => format!("{sign}0x0{point}{digits}p-126f"),
        _ => format!("{sign}0x1{point}{digits}p{:+}f", exponent - 127),
    }
}

/// `text` as a string literal in UTF-8, whatever the encoding of the source.
pub(super) fn string(text: &str) -> String {
    let mut literal = String::from("\"");
    for byte in text.bytes() {
        match byte {
            // Two question marks and a third character are a trigraph.
            b'"' | b'\\' | b'?' => {
                literal.push('\\');
                literal.push(byte.into());
            }
            b' '..=b'~' => literal.push(byte.into()),
            // Three octal digits end by themselves; hexadecimal ones go on.
            _ => {
                let _ = write!(literal, "\\{byte:03o}");
            }
        }
    }
    literal + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_exact() {
        for (value, expected) in [
            (0.0, "0.0f"),
            (-0.0, "-0.0f"),
            (1.0, "0x1p+0f"),
            (-0.1, "-0x1.99999ap-4f"),
            (f32::MAX, "0x1.fffffep+127f"),
            (f32::MIN_POSITIVE, "0x1p-126f"),
            (f32::from_bits(1), "0x0.000002p-126f"),
            (-f32::from_bits(0x0040_0000), "-0x0.8p-126f"),
        ] {
            assert_eq!(float(value), expected);
        }
    }

    #[test]
    fn strings_are_bytes() {
        assert_eq!(string("sí"), r#""s\303\255""#);
        assert_eq!(string("a\"b\\??/\n1"), r#""a\"b\\\?\?/\0121""#);
    }
}
