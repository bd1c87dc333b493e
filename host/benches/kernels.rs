//! The kernels and whole steps, one by one: `cargo bench -p gradito`.
//!
//! An item is one multiplication with its addition. `step` trains one batch of MNIST by panels,
//! `step_typed` the same by the core's loop for compile-time widths, sample by sample: the ratio of
//! the two is what run-time widths cost, or gain.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use gradito::data::{Inputs, mnist};
use gradito::network::Machine;
use gradito::simd::Level;
use gradito::training::{Indexed, LitImages, Settings, Trainer};
use gradito_core::activation::{Activation, Sigmoid};
use gradito_core::batch::{self, Entry, LANES, Multiples, Row};
use gradito_core::cost::{Class, Quadratic};
use gradito_core::kind::InitKind;
use gradito_core::optimizer::Sgd;
use gradito_core::signal::Lit;
use gradito_core::{Network, network, sgd};

fn main() {
    divan::main();
}

/// Rows of the matrix, and of what grows by it.
const ROWS: usize = 64;

/// Entries of a list: the lit pixels of a tile.
const ENTRIES: usize = 20;

fn matrix<const V: usize>() -> Vec<Row<V>> {
    vec![[[1e-3; LANES]; V]; ROWS]
}

fn list() -> Vec<Entry> {
    (0..ENTRIES).map(|index| Entry { at: (3 * index) as u32, value: 1e-3 }).collect()
}

#[divan::bench(consts = [1, 2, 4, 8, 13])]
fn gather<const V: usize>(bencher: Bencher) {
    let (level, list, weights, mut sums) = (Level::best(), list(), matrix::<V>(), matrix::<V>());
    bencher.counter(ItemsCount::new(ROWS * ENTRIES * V * LANES)).bench_local(|| {
        let lists = std::iter::repeat_n(black_box(list.as_slice()), ROWS);
        level.run(
            #[inline(always)]
            || batch::gather(&mut sums, lists, &weights),
        );
    });
}

#[divan::bench(consts = [1, 2, 4, 8, 13])]
fn scatter<const V: usize>(bencher: Bencher) {
    let (level, list, step, mut weights) = (Level::best(), list(), [[1e-3; LANES]; V], matrix());
    bencher.counter(ItemsCount::new(ENTRIES * V * LANES)).bench_local(|| {
        level.run(
            #[inline(always)]
            || batch::scatter(&mut weights, black_box(&list), &step),
        );
    });
}

#[divan::bench(consts = [1, 2, 4, 8, 13])]
fn multiply<const V: usize>(bencher: Bencher) {
    let (level, values) = (Level::best(), vec![1e-3; ROWS * ROWS]);
    let (weights, mut sums) = (matrix::<V>(), matrix::<V>());
    bencher.counter(ItemsCount::new(ROWS * ROWS * V * LANES)).bench_local(|| {
        let multiples = Multiples { values: black_box(&values), across: ROWS, along: 1 };
        level.run(
            #[inline(always)]
            || batch::multiply(&mut sums, multiples, &weights),
        );
    });
}

#[divan::bench]
fn place_by_row(bencher: Bencher) {
    let (level, list) = (Level::best(), list());
    let (mut ends, mut by_row) = (vec![0; ROWS], vec![Entry::default(); ROWS * ENTRIES]);
    bencher.counter(ItemsCount::new(ROWS * ENTRIES)).bench_local(|| {
        let lists = std::iter::repeat_n(black_box(list.as_slice()), ROWS);
        level.run(
            #[inline(always)]
            || {
                ends.fill(0);
                lists.clone().for_each(|list| batch::count_rows(list, &mut ends));
                batch::place_by_row(lists, &mut ends, &mut by_row);
            },
        );
    });
}

#[divan::bench]
fn sigmoid(bencher: Bencher) {
    let (level, z, mut a) = (Level::best(), vec![0.5; 1024], vec![0.0; 1024]);
    bencher.counter(ItemsCount::new(1024_usize)).bench_local(|| {
        level.run(
            #[inline(always)]
            || <Sigmoid>::apply(black_box(&z), &mut a),
        );
    });
}

/// Steps of a bench: what a small data set has of batches.
const STEPS: usize = 10;

/// The first images of MNIST, and their classes.
fn images(count: usize) -> (Vec<Vec<Lit>>, Vec<u16>) {
    let set = mnist::train().expect("MNIST is in the library");
    let Inputs::Pixels(pixels) = set.inputs() else { panic!("MNIST is pixels") };
    let lit = |image: &[u8]| {
        let lit = image.iter().enumerate().filter(|(_, byte)| **byte != 0);
        lit.map(|(position, &byte)| Lit::new(position, byte)).collect()
    };
    let lists = pixels.chunks_exact(784).take(count).map(lit).collect();
    (lists, set.labels()[..count].to_vec())
}

/// As many images as [`STEPS`] batches have, as training reads them.
fn samples(count: usize) -> LitImages {
    let set = mnist::train().expect("MNIST is in the library");
    let Inputs::Pixels(pixels) = set.inputs() else { panic!("MNIST is pixels") };
    let inputs = Inputs::Pixels(pixels[..count * 784].to_vec());
    let set = gradito::data::Dataset::new(784, inputs, set.labels()[..count].to_vec());
    match Indexed::from(set) {
        Indexed::Images(images) => images,
        Indexed::Features(_) => panic!("MNIST is pixels"),
    }
}

/// Ten steps by panels.
#[divan::bench(args = [("784-30-10", 10), ("784-100-10", 10), ("784-128-10", 128), ("784-512-10", 128)])]
fn step(bencher: Bencher, (topology, batch): (&str, usize)) {
    let samples = samples(STEPS * batch);
    let settings = Settings {
        topology: topology.parse().expect("a topology"),
        batch,
        eta: 1e-3,
        ..Settings::default()
    };
    let machine = Machine::single(Level::best());
    let mut trainer = Trainer::new(&settings, STEPS * batch, machine).expect("settings that fit");
    let order: Vec<u32> = (0..(STEPS * batch) as u32).collect();
    bencher.bench_local(|| {
        let mut on_step = |_: &_| std::ops::ControlFlow::Continue(());
        trainer.train(&samples, &order, &mut on_step).expect("the training converges")
    });
}

/// Declares ten steps of a network of compile-time widths.
macro_rules! step_typed {
    ($($name:ident: $hidden:literal, $batch:literal;)+) => {
        /// Ten steps by the core's loop.
        #[divan::bench_group]
        mod step_typed {
            use super::*;

            $(#[divan::bench]
            fn $name(bencher: Bencher) {
                type Net = network!(784 => $hidden Sigmoid => 10 Sigmoid);
                let mut network = Box::new(Net::ZERO);
                network.initialize(InitKind::Scaled, 1);
                let (mut sgd, mut traces) = (Sgd::new(), vec![Net::TRACE; $batch]);
                let (lists, labels) = images(STEPS * $batch);
                let level = Level::best();
                bencher.bench_local(|| {
                    for (lists, labels) in lists.chunks($batch).zip(labels.chunks($batch)) {
                        let samples = lists.iter().zip(labels).map(
                            #[inline(always)]
                            |(list, &label)| (list.as_slice(), Class(label.into())),
                        );
                        let report = level.run(
                            #[inline(always)]
                            || {
                                sgd::step(
                                    &mut *network, &mut sgd, &Quadratic, samples, &mut traces, 1e-3,
                                )
                            },
                        );
                        report.expect("the training converges");
                    }
                });
            })+
        }
    };
}

step_typed! {
    w30_batch10: 30, 10;
    w100_batch10: 100, 10;
    w128_batch128: 128, 128;
    w512_batch128: 512, 128;
}
