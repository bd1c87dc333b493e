//! The machine that does the work: its vector instructions and its threads.
//!
//! Every kernel is sent through [`Level::run`] by itself, once for a block of samples: compiled
//! together, a dozen of them in one function, they keep their sums in memory.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder, Yield, yield_now};

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

    /// The vector instructions.
    #[inline(always)]
    pub const fn level(&self) -> Level {
        self.level
    }

    /// Does `work` on one of the threads and keeps the others awake meanwhile.
    ///
    /// To be put around many calls of [`each`](Self::each): a thread that has gone to sleep takes
    /// some 50 µs to wake, a third of a batch.
    pub fn stay<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        let Some(pool) = &self.pool else { return work() };
        let over = AtomicBool::new(false);
        let over = &over;
        pool.scope(|scope| {
            let here = pool.current_thread_index();
            // Also if `work` panics: nobody is to wait for ever.
            let _over = SetOnDrop(over);
            scope.spawn_broadcast(move |_, context| {
                if Some(context.index()) != here {
                    work_until(|| over.load(Ordering::Acquire));
                }
            });
            work()
        })
    }

    /// Does `work` on each of `units`, side by side.
    ///
    /// Units share nothing that changes, so that their order is of no account.
    pub fn each<U: Send>(&self, units: impl Iterator<Item = U>, work: impl Fn(U) + Sync) {
        let Some(pool) = &self.pool else { return units.for_each(work) };
        let units: Vec<U> = units.collect();
        let left = AtomicUsize::new(units.len());
        pool.scope(|scope| {
            for unit in units {
                scope.spawn(|_| {
                    let _done = CountOnDrop(&left);
                    work(unit);
                });
            }
            // This thread would go to sleep, too, waiting for the last unit.
            work_until(|| left.load(Ordering::Acquire) == 0);
        });
    }
}

/// Does what the pool has to do until `is_over`.
fn work_until(is_over: impl Fn() -> bool) {
    let mut idle = 0_u32;
    while !is_over() {
        match yield_now() {
            Some(Yield::Executed) => idle = 0,
            _ => idle = idle.saturating_add(1),
        }
        // Where there are more threads than cores, others need this one.
        if idle > 100 {
            std::thread::yield_now();
        } else {
            spin_loop();
        }
    }
}

/// Sets a flag when it goes.
struct SetOnDrop<'a>(&'a AtomicBool);

impl Drop for SetOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Counts down when it goes.
struct CountOnDrop<'a>(&'a AtomicUsize);

impl Drop for CountOnDrop<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[test]
    fn every_unit_is_done_once() {
        for threads in [1, 2, 3, 7] {
            let machine = Machine::new(Level::BASELINE, threads).unwrap();
            assert_eq!(machine.threads(), threads);
            for staying in [false, true] {
                let mut counts = vec![0; 1000];
                let round = |counts: &mut Vec<i32>| {
                    machine.each(counts.chunks_mut(7), |counts| {
                        counts.iter_mut().for_each(|count| *count += 1);
                    });
                };
                let rounds = |counts: &mut Vec<i32>| (0..50).for_each(|_| round(counts));
                if staying {
                    machine.stay(|| rounds(&mut counts));
                } else {
                    rounds(&mut counts);
                }
                assert!(counts.iter().all(|&count| count == 50), "{threads} threads");
                machine.each(std::iter::empty::<()>(), |()| unreachable!());
            }
        }
    }

    #[test]
    fn a_panic_ends_the_work() {
        for threads in [1, 2, 4] {
            let machine = Machine::new(Level::BASELINE, threads).unwrap();
            let outer = catch_unwind(AssertUnwindSafe(|| machine.stay(|| panic!("here"))));
            assert!(outer.is_err());
            let unit = |unit| assert_ne!(unit, 3, "there");
            let inner = || machine.stay(|| machine.each(0..10, unit));
            assert!(catch_unwind(AssertUnwindSafe(inner)).is_err());
            assert_eq!(machine.stay(|| 5), 5);
        }
    }
}
