//! Whoever looks whether a reader still answers.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::abort;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// No reader takes longer over a few kilobytes, on any machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is being read, and since when.
struct Case {
    name: &'static str,
    number: u32,
    bytes: Vec<u8>,
    since: Instant,
}

/// Ends the program if a case does not end.
pub struct Watch(Arc<Mutex<Case>>);

impl Watch {
    pub fn start() -> Self {
        let case = Case { name: "", number: 0, bytes: Vec::new(), since: Instant::now() };
        let watched = Arc::new(Mutex::new(case));
        let case = Arc::clone(&watched);
        thread::spawn(move || {
            loop {
                thread::sleep(PATIENCE / 10);
                let case = case.lock().unwrap();
                if case.since.elapsed() > PATIENCE {
                    let (name, number) = (case.name, case.number);
                    let path = keep(&case.bytes);
                    // Straight to standard error: what a test prints is lost when it is aborted.
                    let _ = writeln!(
                        std::io::stderr(),
                        "{name}, case {number}: does not end; the bytes are in {}",
                        path.display()
                    );
                    abort();
                }
            }
        });
        Self(watched)
    }

    pub fn begin(&self, name: &'static str, number: u32, bytes: &[u8]) {
        let mut case = self.0.lock().unwrap();
        (case.name, case.number, case.since) = (name, number, Instant::now());
        case.bytes.clear();
        case.bytes.extend_from_slice(bytes);
    }

    /// Where the bytes are that a reader could not bear.
    pub fn keep(&self, bytes: &[u8]) -> PathBuf {
        keep(bytes)
    }
}

fn keep(bytes: &[u8]) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("fuzz-case");
    let _ = fs::write(&path, bytes);
    path
}
