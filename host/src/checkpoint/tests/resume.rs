//! Cut anywhere, a run ends as if it had not been.

use std::num::NonZeroU32;
use std::time::Duration;

use gradito_core::quantized::weights::WeightKind;

use super::runs::{Outcome, Watch, checkpoint, data, execution, run, settings};
use crate::checkpoint::{Checkpoint, Identity};
use crate::simd::Level;
use crate::training::{Decay, End, Execution, Keep, Schedule, Settings, Snapshot, TrainError};

/// Every kind of run.
fn kinds() -> Vec<(Settings, usize)> {
    let plain = settings();
    let schedule = Schedule { warmup: 1, decay: Decay::Cosine { end: 0.1 } };
    let averaged = Settings { momentum: 0.5, nesterov: true, ema: Some(0.75), ..plain.clone() };
    vec![
        (Settings { schedule, ..averaged.clone() }, 0),
        (Settings { weights: Some(WeightKind::I2), l2: 0.5, ..averaged.clone() }, 0),
        (averaged, 1),
        (Settings { keep: Keep::Best, ..plain.clone() }, 0),
        (plain.clone(), 0),
        (Settings { momentum: 0.9, ..plain.clone() }, 0),
        (Settings { l2: 0.5, ..plain.clone() }, 0),
        (Settings { momentum: 0.5, l2: 0.5, ..plain.clone() }, 0),
        (Settings { momentum: 0.5, ..plain.clone() }, 1),
        (Settings { momentum: 0.5, steps: Some(7), ..plain.clone() }, 0),
        (Settings { steps: Some(8), ..plain.clone() }, 0),
        (Settings { cost: "softmax".parse().unwrap(), ..plain }, 2),
    ]
}

/// What a checkpoint file brings back.
fn through_bytes(snapshot: &Snapshot, settings: &Settings) -> Snapshot {
    let identity = Identity::new(settings, 0, &[0; 32], &data());
    let bytes = Checkpoint { identity, snapshot: snapshot.clone() }.to_bytes();
    let read = Checkpoint::from_bytes(&bytes).unwrap();
    assert_eq!(read.to_bytes(), bytes);
    read.snapshot
}

#[test]
fn from_every_step_a_run_ends_the_same() {
    let levels = Level::available();
    for (settings, frozen) in kinds() {
        let mut whole = Watch::default();
        let trained = run(&settings, frozen, None, &Execution::default(), &mut whole).unwrap();
        let wanted = Outcome::of(&trained, &whole);
        let steps = settings.steps.unwrap_or(12);
        // The last step but that of an epoch that is not over is kept as well.
        let kept = if steps.is_multiple_of(4) { steps } else { steps - 1 };
        let last = whole.snapshots.last().unwrap().position.steps;
        assert!((kept..=steps).contains(&last), "{last}");
        for (number, snapshot) in whole.snapshots.iter().enumerate() {
            let snapshot = through_bytes(snapshot, &settings);
            let machine = execution(number % 3 + 1, levels[number % levels.len()]);
            let mut watch = Watch::default();
            let trained = run(&settings, frozen, Some(&snapshot), &machine, &mut watch).unwrap();
            let at = snapshot.position.steps;
            assert_eq!(Outcome::of(&trained, &watch), wanted, "{settings:?} from step {at}");
        }
    }
}

/// A run that is stopped again and again leaves what a run leaves that is stopped there once.
#[test]
fn stopped_at_every_step_a_run_ends_the_same() {
    for (settings, frozen) in kinds() {
        let machine = Execution::default();
        let mut whole = Watch::default();
        let trained = run(&settings, frozen, None, &machine, &mut whole).unwrap();
        let wanted = Outcome::of(&trained, &whole);
        let mut snapshot: Option<Snapshot> = None;
        let mut stops = 0;
        let (trained, watch) = loop {
            let mut watch = Watch::until(1);
            let ended = run(&settings, frozen, snapshot.as_ref(), &machine, &mut watch);
            match ended {
                Ok(trained) if trained.end == End::Done => break (trained, watch),
                Err(TrainError::Interrupted) => assert!(stops < 4),
                Ok(trained) => {
                    let mut once = Watch::until(stops + 1);
                    let left = run(&settings, frozen, None, &machine, &mut once).unwrap();
                    assert_eq!(trained.parameters, left.parameters);
                    assert_eq!((trained.epochs, trained.steps), (left.epochs, left.steps));
                }
                Err(error) => panic!("{error}"),
            }
            snapshot = watch.snapshots.pop().map(|kept| through_bytes(&kept, &settings));
            stops += 1;
        };
        assert_eq!(Outcome::of(&trained, &watch), wanted, "{settings:?}");
        assert!(stops >= settings.steps.unwrap_or(12) - 1, "{stops}");
    }
}

#[test]
fn the_time_of_an_epoch_is_that_of_its_pieces() {
    let mut snapshot = checkpoint().snapshot;
    snapshot.position.time = Duration::from_secs(1000);
    let settings = Settings { momentum: 0.9, ..settings() };
    let mut watch = Watch::default();
    let trained = run(&settings, 0, Some(&snapshot), &Execution::default(), &mut watch).unwrap();
    let longer = |report: &crate::training::EpochReport| report.time.as_secs() >= 1000;
    assert_eq!(trained.history.iter().map(longer).collect::<Vec<_>>(), [false, true, false]);
}

#[test]
fn a_snapshot_that_cannot_be_is_refused() {
    let settings = Settings { momentum: 0.9, ..settings() };
    let sound = checkpoint().snapshot;
    let refused = |change: &dyn Fn(&mut Snapshot)| {
        let mut snapshot = sound.clone();
        change(&mut snapshot);
        let (machine, mut watch) = (Execution::default(), Watch::default());
        match run(&settings, 0, Some(&snapshot), &machine, &mut watch) {
            Err(TrainError::Snapshot(what)) => what,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused(&|it| it.position.epoch = 4), "epoch");
    assert_eq!(refused(&|it| it.position.epoch = 3), "epoch");
    assert_eq!(refused(&|it| it.position.epoch = 0), "step");
    assert_eq!(refused(&|it| it.position.seen.samples = 9), "epoch");
    assert_eq!(refused(&|it| it.position.seen.samples = 20), "epoch");
    assert_eq!(refused(&|it| it.position.seen.samples = 5), "step");
    assert_eq!(refused(&|it| it.position.steps = u64::MAX), "step");
    assert_eq!(refused(&|it| it.position.seen.cost = f64::NAN), "cost");
    assert_eq!(refused(&|it| it.position.seen.correct = 11), "cost");
    assert_eq!(refused(&|it| it.history.clear()), "history");
    assert_eq!(refused(&|it| it.history[0].epoch = 2), "history");
    assert_eq!(refused(&|it| it.history[0].cost = f64::INFINITY), "history");
    assert_eq!(refused(&|it| it.kept.truncate(3)), "parameters");
    assert_eq!(refused(&|it| it.kept[0] = f32::NAN), "parameters");
    assert_eq!(refused(&|it| it.state[1].values[0] = f32::INFINITY), "parameters");
    assert_eq!(refused(&|it| drop(it.state.pop())), "parameters");
    assert_eq!(refused(&|it| it.state[1].name = "speed".to_owned()), "parameters");
    assert_eq!(refused(&|it| it.state[0].values.push(1.0)), "parameters");
    assert_eq!(refused(&|it| it.state.push(it.state[0].clone())), "parameters");
    // Of plain steps there is no velocity.
    let plain = Settings { momentum: 0.0, ..settings.clone() };
    let ended = run(&plain, 0, Some(&sound), &Execution::default(), &mut Watch::default());
    assert!(matches!(ended, Err(TrainError::Snapshot("parameters"))));
}

/// What was stopped because validation was no longer better is not taken up again.
#[test]
fn a_run_that_had_seen_enough_has_still_seen_enough() {
    let settings = Settings { patience: NonZeroU32::new(1), epochs: 30, eta: 1e-6, ..settings() };
    let mut whole = Watch::default();
    let trained = run(&settings, 0, None, &Execution::default(), &mut whole).unwrap();
    assert_eq!((trained.end, trained.epochs), (End::Stopped, 2));
    let wanted = Outcome::of(&trained, &whole);
    for snapshot in &whole.snapshots {
        let mut watch = Watch::default();
        let machine = Execution::default();
        let trained = run(&settings, 0, Some(snapshot), &machine, &mut watch).unwrap();
        assert_eq!((Outcome::of(&trained, &watch), trained.end), (wanted.clone(), End::Stopped));
    }
}
