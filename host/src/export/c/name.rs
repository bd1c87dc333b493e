//! From a file's name to names in C.

use std::path::Path;

/// The stem of `path` as the start of an identifier: ASCII letters, digits and `_`, no digit and no
/// `_` first.
pub(super) fn identifier(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let clean = |character: char| if character.is_ascii_alphanumeric() { character } else { '_' };
    let name: String = stem.chars().map(clean).collect();
    // What begins with `_` may be the compiler's.
    let name = name.trim_matches('_');
    match name.as_bytes().first() {
        None => "model".to_owned(),
        Some(digit) if digit.is_ascii_digit() => format!("model_{name}"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_identifiers() {
        for (path, name) in [
            ("digits.c", "digits"),
            ("out/my digits-2.c", "my_digits_2"),
            ("_Net_.c", "Net"),
            ("3d.c", "model_3d"),
            ("señal.c", "se_al"),
            ("--.c", "model"),
            ("a.b.c", "a_b"),
        ] {
            assert_eq!(identifier(Path::new(path)), name);
        }
    }
}
