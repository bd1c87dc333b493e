//! Every reader of bytes from outside, given bytes that are almost right.
//!
//! Sound files of each kind are changed as disks, cables and people change them: bits flip, pieces
//! go missing or come twice, lengths claim the world; then, half of the time, checksums are made
//! right again, so that what lies behind them is reached. Whatever a reader is given, it must say
//! yes or no: without a panic, within seconds, and without taking memory that the bytes do not
//! justify. The cases follow from their numbers alone, so what failed once fails again.
//!
//! `GRADITO_FUZZ_MINUTES` goes on with further cases for so long; `cargo xtask fuzz` sets it.

mod corpus;
mod mutate;
mod readers;
mod seal;
mod watch;

use std::alloc::System;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use cap::Cap;

use readers::Reader;
use watch::Watch;

/// Most memory of the whole program: what is asked for beyond is refused, which ends it.
const MOST_MEMORY: usize = 1 << 30;

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, MOST_MEMORY);

/// Cases of each reader before the next has its turn, and in the short form in all.
const CASES: u32 = 2000;

#[test]
fn no_reader_panics_hangs_or_takes_memory_for_a_claim() {
    let minutes = std::env::var("GRADITO_FUZZ_MINUTES");
    let minutes: u64 = minutes.map_or(0, |text| text.parse().expect("a whole number of minutes"));
    let (begun, time) = (Instant::now(), Duration::from_secs(60 * minutes));
    let folder = tempfile::tempdir().unwrap();
    let watch = Watch::start();
    let mut readers = readers::all(folder.path());
    for round in 0.. {
        for reader in &mut readers {
            (round * CASES..(round + 1) * CASES).for_each(|case| attempt(reader, case, &watch));
        }
        if begun.elapsed() >= time {
            println!("{} cases of each of {} readers", (round + 1) * CASES, readers.len());
            break;
        }
    }
    // Or else the readers were given nothing that they could have read.
    for reader in &readers {
        assert!(reader.accepted > 0, "{} refuses everything", reader.name);
        assert!(reader.refused > 0, "{} accepts everything", reader.name);
    }
}

/// Gives a reader the bytes of that number.
fn attempt(reader: &mut Reader, case: u32, watch: &Watch) {
    let bytes = mutate::case(reader, case);
    watch.begin(reader.name, case, &bytes);
    match catch_unwind(AssertUnwindSafe(|| (reader.read)(&bytes))) {
        Ok(true) => reader.accepted += 1,
        Ok(false) => reader.refused += 1,
        Err(_) => {
            let path = watch.keep(&bytes);
            panic!("{}, case {case}: a panic; the bytes are in {}", reader.name, path.display());
        }
    }
}
