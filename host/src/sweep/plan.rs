//! A whole sweep: what is to be run, in which order, and what of it is done.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

use thiserror::Error;

use super::folder::{Folder, FolderError};
use super::halving::{Rung, rungs};
use super::key::{DataDigests, key};
use super::line::{Line, LineError};
use super::run::{Observer, Outcome, RunError, Workers, run, work};
use super::shard::Shard;
use super::space::{Search, Space, SpaceError};
use super::table::{Row, rows};
use crate::training::{IndexedParts, Settings};

/// What a sweep is to do.
#[derive(Clone, Debug)]
pub struct Plan {
    space: Space,
    configurations: Vec<Settings>,
    rungs: Vec<Rung>,
    shard: Option<Shard>,
}

/// Follows a whole sweep.
pub trait Follower: Sync {
    /// So many runs begin, and so much [`work`].
    fn begin(&self, runs: usize, work: u64);

    /// So much more work is done. [`ControlFlow::Break`] stops the sweep.
    fn step(&self, work: u64) -> ControlFlow<()>;

    /// A run is over and written.
    fn written(&self, line: &Line);
}

/// Why a sweep did not come to its end.
#[derive(Debug, Error)]
pub enum SweepError {
    /// A run cannot be done.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The results folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A line of it.
    #[error("a line of the results {0}; name another folder")]
    Line(#[from] LineError),
    /// It was stopped.
    #[error("interrupted")]
    Stopped,
    /// A run that was repeated gave something else.
    #[error(
        "repeated, seed {seed} of {layers} has not the digest that its line has; the results come \
         from another version or a faulty machine: name a new folder"
    )]
    NotRepeated {
        /// The topology.
        layers: String,
        /// The seed.
        seed: u64,
    },
}

impl Plan {
    /// How `search` goes through `space`, or this shard of it.
    ///
    /// # Errors
    ///
    /// [`SpaceError`].
    ///
    /// # Panics
    ///
    /// If there is a shard of successive halving, whose runs follow from the results of all.
    pub fn new(space: Space, search: Search, shard: Option<Shard>) -> Result<Self, SpaceError> {
        assert!(search != Search::Halving || shard.is_none(), "successive halving has no shards");
        let configurations = space.configurations(search)?;
        let (count, epochs) = (configurations.len(), space.epochs);
        let rungs = match search {
            Search::Halving => rungs(count, epochs),
            Search::Grid | Search::Random(_) => vec![Rung { configurations: count, epochs }],
        };
        Ok(Self { space, configurations, rungs, shard })
    }

    /// What is tried.
    pub fn configurations(&self) -> &[Settings] {
        &self.configurations
    }

    /// The space.
    pub fn space(&self) -> &Space {
        &self.space
    }

    /// The rungs: one, but of successive halving.
    pub fn rungs(&self) -> &[Rung] {
        &self.rungs
    }

    /// The runs of all rungs, or of the shard.
    pub fn runs(&self) -> usize {
        let all = self.rungs.iter().map(|rung| rung.configurations).sum::<usize>()
            * self.space.seeds.get() as usize;
        self.shard.map_or(all, |shard| (0..all).filter(|&position| shard.has(position)).count())
    }

    /// Does what is not done yet, each run written to `folder` as soon as it is over; is the rows of
    /// all configurations then, the best first. Those of a shard lack the seeds of the others.
    ///
    /// # Errors
    ///
    /// [`SweepError`]; what was written remains.
    pub fn complete(
        &self,
        folder: &mut Folder,
        digests: &DataDigests,
        parts: &IndexedParts,
        workers: &Workers,
        follower: &impl Follower,
    ) -> Result<Vec<Row>, SweepError> {
        let mut going: Vec<usize> = (0..self.configurations.len()).collect();
        for rung in &self.rungs {
            going.truncate(rung.configurations);
            // In the order of the space, which is that of the positions.
            going.sort_unstable();
            let jobs = self.jobs(&going, rung.epochs);
            write_runs(folder, jobs, digests, parts, workers, follower)?;
            // A sweep that goes on may have lines of later rungs already.
            let until = |line: &&Line| line.epochs <= rung.epochs;
            let lines: Vec<Line> = folder.lines().iter().filter(until).cloned().collect();
            let ranked = rows(&lines)?;
            going = ranked.iter().map(|row| row.configuration).collect();
        }
        Ok(rows(folder.lines())?)
    }

    /// The runs of these configurations for so many epochs, each with the number of its own.
    fn jobs(&self, configurations: &[usize], epochs: u32) -> Vec<(usize, Settings)> {
        let all = configurations.iter().flat_map(|&number| {
            let settings = Settings { epochs, ..self.configurations[number].clone() };
            self.space.runs(&settings).map(move |run| (number, run)).collect::<Vec<_>>()
        });
        let mine = |position| self.shard.is_none_or(|shard| shard.has(position));
        all.enumerate().filter(|(position, _)| mine(*position)).map(|(_, job)| job).collect()
    }
}

/// Does those of `jobs` that `folder` does not have, and writes each as soon as it is over.
fn write_runs(
    folder: &mut Folder,
    mut jobs: Vec<(usize, Settings)>,
    digests: &DataDigests,
    parts: &IndexedParts,
    workers: &Workers,
    follower: &impl Follower,
) -> Result<(), SweepError> {
    let there: HashSet<&str> = folder.lines().iter().map(|line| line.key.as_str()).collect();
    jobs.retain(|(_, settings)| !there.contains(key(settings, digests).as_str()));
    let (numbers, runs): (Vec<usize>, Vec<Settings>) = jobs.into_iter().unzip();
    let wanted = runs.len();
    let samples = parts.train_samples();
    follower.begin(wanted, runs.iter().map(|settings| work(settings, samples)).sum());
    let writer = Writer {
        numbers: &numbers,
        digests,
        follower,
        state: Mutex::new(State { folder, failed: None }),
    };
    let done = run(&runs, parts, workers, &writer)?.len();
    let state = writer.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    match state.failed {
        Some(error) => Err(error.into()),
        None if done < wanted => Err(SweepError::Stopped),
        None => Ok(()),
    }
}

/// Writes what is over.
struct Writer<'a, F> {
    /// The configuration of each run.
    numbers: &'a [usize],
    digests: &'a DataDigests,
    follower: &'a F,
    state: Mutex<State<'a>>,
}

struct State<'a> {
    folder: &'a mut Folder,
    /// Why a line could not be written.
    failed: Option<FolderError>,
}

impl<F: Follower> Observer for Writer<'_, F> {
    fn step(&self, work: u64) -> ControlFlow<()> {
        self.follower.step(work)
    }

    fn finished(&self, outcome: &Outcome) -> ControlFlow<()> {
        let line = Line::new(self.numbers[outcome.index], outcome, self.digests);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = state.folder.append(line.clone()) {
            state.failed.get_or_insert(error);
            return ControlFlow::Break(());
        }
        // Still locked: what a follower says comes in the order of the lines.
        self.follower.written(&line);
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use std::num::{NonZeroU32, NonZeroUsize};
    use std::path::Path;
    use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

    use super::*;
    use crate::data::{Dataset, Inputs};
    use crate::simd::Level;
    use crate::sweep::manifest::tests::manifest;
    use crate::sweep::{key::tests::digests, test, topologies};

    /// Points above and below the diagonal of the unit square.
    fn points(count: usize, shift: f32) -> Dataset {
        let value = |at: usize, step: f32| (at as f32 * step + shift).fract();
        let points = (0..count).map(|at| [value(at, 0.618_034), value(at, 0.414_214)]);
        let labels = points.clone().map(|[x, y]| u16::from(x > y)).collect();
        Dataset::new(2, Inputs::Features(points.flatten().collect()), labels)
    }

    fn parts() -> IndexedParts {
        IndexedParts::new(points(120, 0.1), points(60, 0.7), points(0, 0.0))
    }

    fn space() -> Space {
        Space {
            layers: topologies("2-{1,2,5}-2").unwrap(),
            etas: "0.1,0.5,3".parse().unwrap(),
            epochs: 9,
            seeds: NonZeroU32::new(2).unwrap(),
            ..Space::default()
        }
    }

    fn workers(jobs: usize) -> Workers {
        Workers { jobs: NonZeroUsize::new(jobs).unwrap(), level: Level::best() }
    }

    /// Counts, and stops after so many lines.
    #[derive(Default)]
    struct Counter {
        stop_after: Option<usize>,
        lines: AtomicUsize,
        runs: AtomicUsize,
        work: AtomicU64,
        announced: AtomicU64,
    }

    impl Follower for Counter {
        fn begin(&self, runs: usize, work: u64) {
            self.runs.fetch_add(runs, Ordering::Relaxed);
            self.announced.fetch_add(work, Ordering::Relaxed);
        }

        fn step(&self, work: u64) -> ControlFlow<()> {
            self.work.fetch_add(work, Ordering::Relaxed);
            if self.stop_after == Some(self.lines.load(Ordering::Relaxed)) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        }

        fn written(&self, _: &Line) {
            self.lines.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn complete(
        path: &Path,
        search: Search,
        jobs: usize,
        counter: &Counter,
    ) -> Result<Vec<Row>, SweepError> {
        let plan = Plan::new(space(), search, None).unwrap();
        let mut folder = Folder::open(path, &manifest(None)).unwrap();
        plan.complete(&mut folder, &digests(), &parts(), &workers(jobs), counter)
    }

    /// Rows without what was measured.
    fn timeless(rows: Vec<Row>) -> Vec<Row> {
        rows.into_iter().map(|row| Row { seconds: 0.0, ..row }).collect()
    }

    #[test]
    fn neither_workers_nor_stops_change_anything() {
        for search in [Search::Grid, Search::Halving, Search::Random(NonZeroUsize::MIN)] {
            let outer = tempfile::tempdir().unwrap();
            let counter = Counter::default();
            let whole = complete(&outer.path().join("1"), search, 1, &counter).unwrap();
            let whole = timeless(whole);
            let runs = Plan::new(space(), search, None).unwrap().runs();
            assert_eq!(counter.lines.load(Ordering::Relaxed), runs);
            assert_eq!(counter.runs.load(Ordering::Relaxed), runs);
            // What was announced is what was done: a bar ends where it should.
            let announced = counter.announced.into_inner();
            assert_eq!(counter.work.into_inner(), announced);

            let three = complete(&outer.path().join("3"), search, 3, &Counter::default()).unwrap();
            assert_eq!(timeless(three), whole);

            let path = outer.path().join("stopped");
            let mut lines = 0;
            let rows = loop {
                let counter = Counter { stop_after: Some(3), ..Counter::default() };
                match complete(&path, search, 2, &counter) {
                    Ok(rows) => break rows,
                    Err(error) => assert!(matches!(error, SweepError::Stopped), "{error}"),
                }
                lines += counter.lines.into_inner();
                assert!(lines <= runs);
            };
            assert_eq!(timeless(rows), whole);
        }
    }

    #[test]
    fn shards_share_the_runs_out() {
        let shard = |index| Plan::new(space(), Search::Grid, format!("{index}/4").parse().ok());
        let runs: Vec<usize> = (1..=4).map(|index| shard(index).unwrap().runs()).collect();
        assert_eq!(runs, [5, 5, 4, 4]);
        let mut all = Vec::new();
        for index in 1..=4 {
            let plan = shard(index).unwrap();
            all.extend(
                plan.jobs(&(0..9).collect::<Vec<_>>(), 9)
                    .into_iter()
                    .map(|(number, run)| (number, run.seed)),
            );
        }
        all.sort_unstable();
        let expected: Vec<_> = (0..9).flat_map(|number| [(number, 1), (number, 2)]).collect();
        assert_eq!(all, expected);
    }

    #[test]
    fn halving_trains_the_better_ones_for_longer() {
        let outer = tempfile::tempdir().unwrap();
        let rows = complete(outer.path(), Search::Halving, 2, &Counter::default()).unwrap();
        let epochs: Vec<u32> = rows.iter().map(|row| row.settings.epochs).collect();
        assert_eq!(epochs, [9, 3, 3, 1, 1, 1, 1, 1, 1]);
        // The winner is what training it directly gives.
        let grid = tempfile::tempdir().unwrap();
        let all = complete(grid.path(), Search::Grid, 2, &Counter::default()).unwrap();
        let same = all.iter().find(|row| row.configuration == rows[0].configuration).unwrap();
        assert_eq!(same.digests, rows[0].digests);
    }

    #[test]
    fn the_winner_is_tested_and_must_repeat_itself() {
        let outer = tempfile::tempdir().unwrap();
        let rows = complete(outer.path(), Search::Grid, 2, &Counter::default()).unwrap();
        let parts = parts().with_test(points(50, 0.3));
        let tested = test(&rows[0], &parts, &workers(2), &Counter::default()).unwrap();
        assert_eq!(tested.accuracies.len(), 2);
        assert!(tested.spread.unwrap().mean > 0.8, "{tested:?}");
        let mut other = rows[0].clone();
        other.digests[1].1 = other.digests[0].1.clone();
        let error = test(&other, &parts, &workers(1), &Counter::default()).unwrap_err();
        assert!(matches!(error, SweepError::NotRepeated { seed: 2, .. }), "{error}");
        let stop = Counter { stop_after: Some(0), ..Counter::default() };
        let error = test(&rows[0], &parts, &workers(1), &stop).unwrap_err();
        assert!(matches!(error, SweepError::Stopped), "{error}");
    }
}
