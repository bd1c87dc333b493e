//! A small run, and where it can be cut.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::time::Duration;

use gradito_core::report::BatchReport;

use crate::checkpoint::{Checkpoint, Identity};
use crate::data::{Data, Dataset, InputKind, Inputs, Scale};
use crate::simd::Level;
use crate::training::{
    End, EpochReport, Execution, IndexedParts, Observer, Settings, Snapshot, Start, TrainError,
    Trained, Warning, resume, train_from,
};

/// So many points of the plane, two classes.
fn points(count: usize) -> Dataset {
    let at = |index: usize, step: f32| (index as f32 * step).fract();
    let features = (0..count).flat_map(|index| [at(index, 0.618_034), at(index, 0.414_214)]);
    let features: Vec<f32> = features.collect();
    let labels = features.chunks(2).map(|point| u16::from(point[0] > point[1])).collect();
    Dataset::new(2, Inputs::Features(features), labels)
}

/// 17 samples to learn from, and a few others.
pub fn data() -> Data {
    let [train, validation, test] = [17, 5, 4].map(points);
    let scaling = vec![Scale { min: 0.0, max: 1.0 }; 2];
    Data {
        digest: crate::data::digest(&train),
        train,
        validation,
        test,
        classes: vec!["above".to_owned(), "below".to_owned()],
        input: InputKind::Features { scaling, names: None },
        name: "points".to_owned(),
    }
}

/// Four steps an epoch, the last of a single sample; three epochs.
pub fn settings() -> Settings {
    Settings {
        topology: "2-5-4-2".parse().unwrap(),
        batch: 5,
        epochs: 3,
        eta: 0.5,
        ..Settings::default()
    }
}

/// On so many threads, with those vector instructions.
pub fn execution(threads: usize, level: Level) -> Execution {
    Execution { threads: NonZeroUsize::new(threads).unwrap(), level }
}

/// Keeps a run after every step, and stops it at one.
#[derive(Default)]
pub struct Watch {
    steps: u64,
    stop: Option<u64>,
    /// In the order in which they were kept.
    pub snapshots: Vec<Snapshot>,
    pub warnings: Vec<Warning>,
}

impl Watch {
    pub fn until(step: u64) -> Self {
        Self { stop: Some(step), ..Self::default() }
    }
}

impl Observer for Watch {
    fn step(&mut self, _: &BatchReport) -> ControlFlow<()> {
        self.steps += 1;
        if self.stop == Some(self.steps) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    fn epoch(&mut self, _: &EpochReport) {}

    fn warning(&mut self, warning: &Warning) {
        self.warnings.push(warning.clone());
    }

    fn keeps(&mut self, _: u64) -> bool {
        self.stop.is_none()
    }

    fn keep(&mut self, snapshot: impl FnOnce() -> Snapshot) {
        self.snapshots.push(snapshot());
    }
}

/// A run of `settings` with its first layers frozen, from `snapshot` on if there is one.
pub fn run(
    settings: &Settings,
    frozen: usize,
    snapshot: Option<&Snapshot>,
    execution: &Execution,
    watch: &mut Watch,
) -> Result<Trained, TrainError> {
    let data = data();
    let model = crate::model::Model::untrained(settings, &data);
    let parameters = model.network.parameters();
    let start = Start { parameters: &parameters, frozen };
    match &IndexedParts::new(data.train, data.validation, data.test) {
        IndexedParts::Features(parts) => match snapshot {
            Some(snapshot) => resume(settings, &start, snapshot, execution, parts, watch),
            None => train_from(settings, &start, execution, parts, watch),
        },
        IndexedParts::Images(_) => unreachable!("points are features"),
    }
}

/// A checkpoint in the middle of the second epoch, with momentum.
pub fn checkpoint() -> Checkpoint {
    let settings = Settings { momentum: 0.9, ..settings() };
    let mut watch = Watch::until(6);
    let trained = run(&settings, 0, None, &Execution::default(), &mut watch).unwrap();
    assert_eq!(trained.end, End::Interrupted);
    let identity = Identity::new(&settings, 0, &[7; 32], &data());
    Checkpoint { identity, snapshot: watch.snapshots.pop().unwrap() }
}

/// What two runs that end alike have in common, to the last bit.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    parameters: Vec<u32>,
    end: End,
    taken: (u32, u64),
    history: Vec<EpochReport>,
    test: (Vec<u32>, u64),
    last_warning: Option<Warning>,
}

impl Outcome {
    pub fn of(trained: &Trained, watch: &Watch) -> Self {
        let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect();
        let timeless =
            |report: &EpochReport| EpochReport { time: Duration::ZERO, ..report.clone() };
        Self {
            parameters: bits(&trained.parameters),
            end: trained.end,
            taken: (trained.epochs, trained.steps),
            history: trained.history.iter().map(timeless).collect(),
            test: (bits(&trained.test.outputs), trained.test.report.cost.to_bits()),
            last_warning: watch.warnings.last().cloned(),
        }
    }
}
