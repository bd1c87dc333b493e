//! Opening files and listing folders, and the order of names.

use std::cmp::Ordering;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::error::{DataError, FolderFault};

/// Opens a regular file for reading; gives its size, too.
///
/// A pipe or a device is refused: it may never end.
pub(super) fn open(path: &Path) -> Result<(File, u64), DataError> {
    let fail = |cause| DataError::Io { path: path.to_owned(), cause };
    let about = fs::metadata(path).map_err(fail)?;
    if !about.is_file() {
        return Err(fail(io::Error::other("not a regular file")));
    }
    Ok((File::open(path).map_err(fail)?, about.len()))
}

/// Reads a regular file whole.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, DataError> {
    let fail = |cause| DataError::Io { path: path.to_owned(), cause };
    let (mut file, size) = open(path)?;
    let mut bytes = Vec::new();
    let enough = usize::try_from(size).is_ok_and(|size| bytes.try_reserve_exact(size).is_ok());
    if !enough {
        return Err(fail(io::ErrorKind::OutOfMemory.into()));
    }
    file.read_to_end(&mut bytes).map_err(fail)?;
    Ok(bytes)
}

/// What stands in a folder.
#[derive(Debug)]
pub(super) struct Entry {
    /// Its name.
    pub name: String,
    /// The folder's path and the name.
    pub path: PathBuf,
    /// Whether it is a folder.
    pub folder: bool,
}

/// What stands in the folder at `path`, hidden things left out, in the order of [`natural`].
pub(super) fn list(path: &Path) -> Result<Vec<Entry>, DataError> {
    let fail = |cause| DataError::Io { path: path.to_owned(), cause };
    let mut entries = Vec::new();
    for entry in fs::read_dir(path).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        let Some(name) = path.file_name() else {
            continue;
        };
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let Some(name) = name.to_str().map(str::to_owned) else {
            return Err(DataError::Folder { path, fault: FolderFault::Name });
        };
        // A link that leads nowhere is no data; what it should have been cannot be said.
        let Ok(about) = fs::metadata(&path) else {
            continue;
        };
        entries.push(Entry { name, path, folder: about.is_dir() });
    }
    entries.sort_by(|a, b| natural(&a.name, &b.name));
    Ok(entries)
}

/// Sorts the names of classes: by value if all are numbers, else in [`natural`] order.
pub(super) fn sort_names<T: AsRef<str>>(names: &mut [T]) {
    let value = |name: &T| name.as_ref().parse::<f64>().ok().filter(|value| value.is_finite());
    if names.iter().all(|name| value(name).is_some()) {
        names.sort_by(|a, b| {
            let by_value = value(a).partial_cmp(&value(b)).unwrap_or(Ordering::Equal);
            by_value.then_with(|| a.as_ref().cmp(b.as_ref()))
        });
    } else {
        names.sort_by(|a, b| natural(a.as_ref(), b.as_ref()));
    }
}

/// Orders text by its characters, but runs of digits by their value: `a2` before `a10`.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.as_bytes(), b.as_bytes());
    loop {
        let (Some(&first), Some(&second)) = (left.first(), right.first()) else {
            // One is the beginning of the other, or they differ in leading zeros only.
            return left.len().cmp(&right.len()).then_with(|| a.cmp(b));
        };
        if first.is_ascii_digit() && second.is_ascii_digit() {
            let (x, y) = (number(&mut left), number(&mut right));
            let order = x.len().cmp(&y.len()).then_with(|| x.cmp(y));
            if order.is_ne() {
                return order;
            }
        } else if first == second {
            (left, right) = (&left[1..], &right[1..]);
        } else {
            return first.cmp(&second);
        }
    }
}

/// Takes the digits off the front of `text`; gives them without leading zeros.
fn number<'a>(text: &mut &'a [u8]) -> &'a [u8] {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    *text = rest;
    let zeros = digits.iter().position(|&digit| digit != b'0').unwrap_or(digits.len());
    &digits[zeros..]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_sort_as_people_do() {
        let mut numbers = ["10", "9", "-1", "1.5", "01", "1"];
        sort_names(&mut numbers);
        assert_eq!(numbers, ["-1", "01", "1", "1.5", "9", "10"]);
        let mut words = ["class10", "class9", "b", "Class2", "class9a"];
        sort_names(&mut words);
        assert_eq!(words, ["Class2", "b", "class9", "class9a", "class10"]);
    }

    proptest! {
        #[test]
        fn natural_is_an_order(a in "[a0-2]{0,5}", b in "[a0-2]{0,5}", c in "[a0-2]{0,5}") {
            prop_assert_eq!(natural(&a, &b), natural(&b, &a).reverse());
            prop_assert_eq!(natural(&a, &b).is_eq(), a == b);
            if natural(&a, &b).is_le() && natural(&b, &c).is_le() {
                prop_assert!(natural(&a, &c).is_le());
            }
        }
    }

    #[test]
    fn lists_without_hidden_things() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["10.png", "9.png", ".hidden"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let names: Vec<_> = list(folder.path()).unwrap().into_iter().map(|e| e.name).collect();
        assert_eq!(names, ["9.png", "10.png"]);
    }

    #[test]
    fn only_files_are_opened() {
        let folder = tempfile::tempdir().unwrap();
        let message = |path: &Path| open(path).unwrap_err().to_string();
        assert!(message(folder.path()).ends_with("cannot be read: not a regular file"));
        let missing = folder.path().join("x.csv");
        assert_eq!(
            message(&missing),
            format!("{}: there is no such file or folder", missing.display())
        );
    }
}
