//! What a person sees while a sweep goes on.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;

use crate::cli::output::{note, percent};
use crate::cli::progress::bar;
use crate::cli::{CliError, interrupt};
use crate::sweep::{Column, Follower, Line};
use crate::terminal;

/// Follows a sweep: bar, a line a run, time left, Ctrl-C.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    stop: Arc<AtomicBool>,
    /// What tells the runs apart.
    columns: Vec<Column>,
    /// Runs there are, and that are over.
    runs: usize,
    over: AtomicUsize,
    /// Work there is, as far as it is known, and that is done.
    work: AtomicU64,
    done: AtomicU64,
    start: Instant,
}

impl Progress {
    /// Follows a sweep of so many `runs`, of which so many are `over`.
    ///
    /// # Errors
    ///
    /// If Ctrl-C cannot be listened to.
    pub fn new(runs: usize, over: usize, columns: Vec<Column>) -> Result<Self, CliError> {
        // The first gives up the runs under way, the second does not wait for them to notice.
        let stop = interrupt::listen(|| {
            note("gradito: interrupted twice; stopped at once");
            std::process::exit(1);
        })?;
        let bar = bar(0);
        bar.set_message(format!("run {over}/{runs}"));
        Ok(Self {
            bar,
            stop,
            columns,
            runs,
            over: over.into(),
            work: 0.into(),
            done: 0.into(),
            start: Instant::now(),
        })
    }

    /// Writes a line above the bar.
    pub fn line(&self, text: &str) {
        self.bar.suspend(|| note(text));
    }

    /// Says what is going on beside the bar.
    pub fn message(&self, text: &str) {
        self.bar.set_message(text.to_owned());
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// The time left, if work goes on as fast as it went.
    fn left(&self) -> Option<Duration> {
        let (work, done) = (self.work.load(Ordering::Relaxed), self.done.load(Ordering::Relaxed));
        let share = work.saturating_sub(done) as f64 / done as f64;
        Duration::try_from_secs_f64(self.start.elapsed().as_secs_f64() * share).ok()
    }
}

impl Follower for Progress {
    fn begin(&self, _: usize, work: u64) {
        self.work.fetch_add(work, Ordering::Relaxed);
        self.bar.inc_length(work);
    }

    fn step(&self, work: u64) -> ControlFlow<()> {
        self.done.fetch_add(work, Ordering::Relaxed);
        self.bar.inc(work);
        if self.stop.load(Ordering::Relaxed) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    fn written(&self, line: &Line) {
        let over = self.over.fetch_add(1, Ordering::Relaxed) + 1;
        let runs = self.runs;
        self.message(&format!("run {over}/{runs}"));
        let width = runs.to_string().len();
        let mut text = format!("run {over:>width$}/{runs} ");
        // A line was made from settings: they are known.
        if let Ok(settings) = line.settings() {
            for column in &self.columns {
                let name = if column.name == "layers" { "" } else { column.name };
                text += &format!(
                    " {name}{}{}",
                    if name.is_empty() { "" } else { " " },
                    column.value(&settings)
                );
            }
        }
        text += &format!(" seed {}  ", line.seed);
        text += &match (line.validation_accuracy, &line.diverged) {
            (Some(accuracy), _) => format!("validation {}", percent(accuracy)),
            (None, Some(how)) => format!("diverged: {how}"),
            (None, None) => "not validated".to_owned(),
        };
        text += &format!("  {:.2} s", line.seconds);
        if let Some(left) = self.left().filter(|left| !left.is_zero()) {
            text += &format!("  ({} left)", terminal::duration(left));
        }
        self.line(&text);
    }
}
