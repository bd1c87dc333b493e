//! The shards of a sweep, joined.

use std::path::{Path, PathBuf};

use super::folder::{Folder, FolderError, join, read_lines, read_manifest};
use super::line::{Line, LineError};
use super::manifest::Manifest;
use crate::training::Settings;

/// The folders of shards that are to become one: of one sweep, and without contradictions.
#[derive(Debug)]
pub struct Shards {
    manifest: Manifest,
    lines: Vec<Line>,
}

impl Shards {
    /// Reads the folders at `paths`, of which there is one at least.
    ///
    /// # Errors
    ///
    /// If a folder cannot be read or is of another sweep than the first, or if two lines of one run
    /// differ.
    pub fn read(paths: &[PathBuf]) -> Result<Self, FolderError> {
        let mut first: Option<Manifest> = None;
        let mut files: Vec<(&Path, _)> = Vec::new();
        for path in paths {
            let manifest = read_manifest(path)?;
            let whole = manifest.whole();
            let difference = first.as_ref().and_then(|first| whole.difference(first));
            if let Some(difference) = difference {
                return Err(FolderError::Other { path: path.clone(), difference });
            }
            files.push((path, read_lines(path, &manifest)?));
            first.get_or_insert(whole);
        }
        let Some(manifest) = first else {
            return Err(FolderError::NoSweep(PathBuf::new()));
        };
        let mut lines = join(files)?;
        // Whatever the order of the shards.
        lines.sort_by_key(|line| (line.configuration, line.seed, line.epochs));
        Ok(Self { manifest, lines })
    }

    /// The sweep they are of.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The settings of a run, with the seed that the sweep's data was divided by; none if no run is
    /// over.
    ///
    /// # Errors
    ///
    /// If the run has settings that are not known.
    pub fn first_settings(&self) -> Result<Option<Settings>, LineError> {
        let Some(line) = self.lines.first() else { return Ok(None) };
        let seed = self.manifest.seed().unwrap_or(line.seed);
        Ok(Some(Settings { seed, ..line.settings()? }))
    }

    /// Writes what they have, and `path` has not, to the results folder at `path`.
    ///
    /// # Errors
    ///
    /// If that cannot be written, or holds something else.
    pub fn write(self, path: &Path) -> Result<Folder, FolderError> {
        let mut folder = Folder::open(path, &self.manifest)?;
        let there = folder.lines().to_vec();
        let known = there.len();
        let all = join([(path, there), (path, self.lines)])?;
        all.into_iter().skip(known).try_for_each(|line| folder.append(line))?;
        Ok(folder)
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;
    use crate::sweep::key::tests::digests;
    use crate::sweep::line::tests::outcome;
    use crate::sweep::{Search, Space};

    fn manifest(eta: f32, shard: &str) -> Manifest {
        let space =
            Space { etas: eta.into(), seeds: NonZeroU32::new(4).unwrap(), ..Space::default() };
        let shard = Some(shard.parse().unwrap());
        Manifest::new(&space, Search::Grid, 1, "mnist", &digests(), shard)
    }

    fn line(seed: u64, accuracy: f64) -> Line {
        Line::new(0, &outcome(Settings { seed, ..Settings::default() }, accuracy), &digests())
    }

    fn shard(path: &Path, manifest: &Manifest, lines: &[Line]) -> PathBuf {
        let mut folder = Folder::open(path, manifest).unwrap();
        lines.iter().for_each(|line| folder.append(line.clone()).unwrap());
        path.to_owned()
    }

    #[test]
    fn lines_are_joined_each_once() {
        let outer = tempfile::tempdir().unwrap();
        let place = |name: &str| outer.path().join(name);
        let one = shard(&place("1"), &manifest(3.0, "1/2"), &[line(3, 0.3), line(1, 0.1)]);
        let two = shard(&place("2"), &manifest(3.0, "2/2"), &[line(2, 0.2), line(4, 0.4)]);
        let expected = [line(1, 0.1), line(2, 0.2), line(3, 0.3), line(4, 0.4)];
        for order in [[one.clone(), two.clone()], [two.clone(), one.clone()]] {
            let shards = Shards::read(&order).unwrap();
            assert_eq!(shards.manifest().runs(), Some(4));
            let folder = shards.write(&place(&format!("{}", order[0] == one))).unwrap();
            assert_eq!(folder.lines(), expected);
        }
        // Once more, into what is there: nothing is written twice.
        let folder = Shards::read(&[one.clone(), two]).unwrap().write(&place("true")).unwrap();
        assert_eq!(folder.lines(), expected);
        drop(folder);
        let error = Shards::read(&[place("true")]).unwrap().write(&one).unwrap_err().to_string();
        assert!(error.contains("it is shard 1/2 there, the whole sweep here"), "{error}");
    }

    #[test]
    fn other_sweeps_and_contradictions_are_refused() {
        let outer = tempfile::tempdir().unwrap();
        let place = |name: &str| outer.path().join(name);
        let one = shard(&place("1"), &manifest(3.0, "1/2"), &[line(1, 0.1)]);
        let other = shard(&place("2"), &manifest(2.0, "2/2"), &[]);
        let twice = shard(&place("3"), &manifest(3.0, "2/2"), &[line(1, 0.2)]);
        let error = |paths: &[PathBuf]| Shards::read(paths).unwrap_err().to_string();
        assert!(error(&[one.clone(), other]).contains("--eta is 2.0 there, 3.0 here"));
        assert!(error(&[one.clone(), twice]).contains("two lines of run"));
        assert!(error(&[one, place("none")]).contains("there is no such file"));
    }
}
