//! Checkpoints as files.

use std::fs;

use tempfile::TempDir;

use super::runs::checkpoint;
use crate::checkpoint::{Checkpoint, Fault, Found, Store};

/// A checkpoint after so many steps, as far as a store looks.
fn after(steps: u64) -> Checkpoint {
    let mut checkpoint = checkpoint();
    checkpoint.snapshot.position.steps = steps;
    checkpoint
}

/// What a store finds, in short.
fn found(folder: &TempDir) -> Result<(&'static str, u64), String> {
    let mut store = Store::new(&folder.path().join("run")).unwrap();
    let steps = |checkpoint: &Checkpoint| checkpoint.snapshot.position.steps;
    match store.resume(&checkpoint().identity) {
        Ok(Found::Nothing) => Ok(("nothing", 0)),
        Ok(Found::Newest(newest)) => Ok(("newest", steps(&newest))),
        Ok(Found::Before(before, None)) => Ok(("before, alone", steps(&before))),
        Ok(Found::Before(before, Some(Fault::Digest))) => Ok(("before", steps(&before))),
        Ok(other) => panic!("{other:?}"),
        Err(error) => Err(error.to_string()),
    }
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A folder with the checkpoints after steps 1, 2 and 3, of which two are left.
fn three() -> TempDir {
    let folder = TempDir::new().unwrap();
    let mut store = Store::new(&folder.path().join("run")).unwrap();
    store.begin().unwrap();
    (1..=3).for_each(|steps| store.write(&after(steps)).unwrap());
    folder
}

#[test]
fn the_newest_and_the_one_before_are_kept() {
    let folder = TempDir::new().unwrap();
    assert_eq!(found(&folder), Ok(("nothing", 0)));
    let folder = three();
    assert_eq!(names(&folder), ["run", "run.before"]);
    assert_eq!(found(&folder), Ok(("newest", 3)));
    let begun = Store::new(&folder.path().join("run")).unwrap().begin().unwrap_err().to_string();
    assert!(begun.contains("run: holds a run; add --resume"), "{begun}");
}

/// At the worst instant of a write there is no newest one.
#[test]
fn without_the_newest_the_one_before_is_taken() {
    let folder = three();
    fs::remove_file(folder.path().join("run")).unwrap();
    assert_eq!(found(&folder), Ok(("before, alone", 2)));
    assert!(Store::new(&folder.path().join("run")).unwrap().begin().is_err());
}

#[test]
fn the_one_before_outlives_a_damaged_newest() {
    let folder = three();
    let path = folder.path().join("run");
    let mut bytes = fs::read(&path).unwrap();
    bytes[100] ^= 1;
    fs::write(&path, &bytes).unwrap();
    assert_eq!(found(&folder), Ok(("before", 2)));
    // The damaged one does not take its place when the run goes on.
    let mut store = Store::new(&path).unwrap();
    store.resume(&checkpoint().identity).unwrap();
    store.write(&after(4)).unwrap();
    assert_eq!(found(&folder), Ok(("newest", 4)));
    fs::remove_file(&path).unwrap();
    assert_eq!(found(&folder), Ok(("before, alone", 2)));
}

#[test]
fn two_damaged_ones_are_an_error() {
    let folder = three();
    for name in ["run", "run.before"] {
        fs::write(folder.path().join(name), b"\x89GRADCP\n\x01\0\0\0").unwrap();
    }
    let error = found(&folder).unwrap_err();
    assert!(error.contains("run: is damaged: it is 12 bytes long, not 52"), "{error}");
    fs::write(folder.path().join("run"), "my diary").unwrap();
    let error = found(&folder).unwrap_err();
    assert!(error.contains("run: is no checkpoint; name another file"), "{error}");
    // Nor does a new run take the place of a diary.
    assert!(Store::new(&folder.path().join("run")).unwrap().begin().is_err());
    assert_eq!(fs::read(folder.path().join("run")).unwrap(), b"my diary");
}

#[test]
fn another_run_is_refused_with_all_that_differs() {
    let folder = three();
    let mut identity = checkpoint().identity;
    let mut set = |name: &str, value: &str| {
        let entry = identity.0.iter_mut().find(|(its, _)| its == name).unwrap();
        entry.1 = value.to_owned();
    };
    set("eta", "0.25");
    set("the digest of the test set", "cafe");
    identity.0.push(("schedule".to_owned(), "cosine".to_owned()));
    let mut store = Store::new(&folder.path().join("run")).unwrap();
    let error = store.resume(&identity).unwrap_err().to_string();
    for piece in [
        "run: is of another run: eta is 0.5 there, 0.25 here; the digest of the test set is ",
        " there, cafe here; schedule is unset there, cosine here; give its flags",
    ] {
        assert!(error.contains(piece), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn behind_a_link_both_are_where_it_leads() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("far")).unwrap();
    let target = folder.path().join("far/kept");
    fs::write(&target, after(1).to_bytes()).unwrap();
    std::os::unix::fs::symlink(&target, folder.path().join("run")).unwrap();
    let mut store = Store::new(&folder.path().join("run")).unwrap();
    store.resume(&checkpoint().identity).unwrap();
    store.write(&after(2)).unwrap();
    assert_eq!(names(&folder), ["far", "run"]);
    assert_eq!(found(&folder), Ok(("newest", 2)));
    assert!(folder.path().join("far/kept.before").is_file());
}
