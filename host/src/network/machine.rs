//! The machine that does the work: its vector instructions and its threads.
//!
//! Every kernel is sent through [`Level::run`] by itself, once for a block of samples: compiled
//! together, a dozen of them in one function, they keep their sums in memory.

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

use crate::simd::Level;

/// Vector instructions and worker threads, which live as long as this does.
#[derive(Debug)]
pub struct Machine {
    level: Level,
    /// None for one thread: the caller's.
    pool: Option<ThreadPool>,
}

impl Machine {
    /// A machine of that many threads.
    ///
    /// # Errors
    ///
    /// If the threads cannot be started.
    pub fn new(level: Level, threads: usize) -> Result<Self, ThreadPoolBuildError> {
        let pool = match threads {
            0 | 1 => None,
            _ => Some(ThreadPoolBuilder::new().num_threads(threads).build()?),
        };
        Ok(Self { level, pool })
    }

    /// A machine of one thread: the caller's.
    pub const fn single(level: Level) -> Self {
        Self { level, pool: None }
    }

    /// The number of threads.
    pub fn threads(&self) -> usize {
        self.pool.as_ref().map_or(1, ThreadPool::current_num_threads)
    }

    /// Does `work` on one of the threads, from where the others are near: around many calls of
    /// [`each`](Self::each), it saves each of them a hand-over.
    pub fn stay<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        match &self.pool {
            None => work(),
            Some(pool) => pool.install(work),
        }
    }

    /// The vector instructions.
    #[inline(always)]
    pub const fn level(&self) -> Level {
        self.level
    }

    /// Does `work` on each of `units`, side by side.
    ///
    /// Units share nothing that changes, so that their order is of no account.
    #[inline(always)]
    pub fn each<U: Send>(&self, units: impl Iterator<Item = U>, work: impl Fn(U) + Send + Sync) {
        match &self.pool {
            None => units.for_each(work),
            Some(pool) => {
                let units: Vec<U> = units.collect();
                pool.install(|| units.into_par_iter().with_max_len(1).for_each(work));
            }
        }
    }
}
