//! Logs that are whole, and logs that are damaged.

use super::*;
use crate::data::Inputs;
use crate::training::Step;

const HEAD: Header = Header {
    parent: [7; 32],
    cost: CostKind::Quadratic,
    frozen: 1,
    pixels: true,
    inputs: 6,
    classes: 3,
};

fn log() -> Vec<u8> {
    let mut writer = Writer::new(&HEAD);
    writer.sample(2, Input::Runs(&[0, 4, 9, 8]));
    writer.sample(0, Input::Pixels(&[1, 2, 3, 4, 5, 6]));
    writer.step(0.5);
    writer.sample(1, Input::Runs(&[0, 6]));
    writer.step(0.25);
    // Of a step that was not taken.
    writer.sample(1, Input::Runs(&[0, 6]));
    writer.finish(Some([1; 32]), [2; 32])
}

/// `bytes` with a right checksum.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() - 4);
    let checksum = checksum(&bytes);
    bytes.extend(checksum.to_le_bytes());
    bytes
}

#[test]
fn what_was_written_is_read() {
    let log = Log::from_bytes(&log()).unwrap();
    let pixels = vec![0, 0, 0, 0, 9, 8, 1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0];
    assert_eq!(log.header, HEAD);
    assert_eq!(log.samples, Dataset::new(6, Inputs::Pixels(pixels), vec![2, 0, 1]));
    assert_eq!(log.plan.order, [0, 1, 2]);
    assert_eq!(log.plan.steps[0], Step { range: 0..2, eta: 0.5 });
    assert_eq!(log.plan.steps[1], Step { range: 2..3, eta: 0.25 });
    assert_eq!((log.parameters, log.samples_digest), (Some([1; 32]), [2; 32]));
    // Labels, pixels written out, learning rate.
    let mut hash = Sha256::new();
    hash.update([2, 0, 0, 0, 0, 0, 9, 8, 0, 0, 1, 2, 3, 4, 5, 6]);
    hash.update(0.5_f32.to_le_bytes());
    hash.update([1, 0, 0, 0, 0, 0, 0, 0]);
    hash.update(0.25_f32.to_le_bytes());
    assert_eq!(log.digest_samples()[..], hash.finalize()[..]);
}

#[test]
fn features_are_read_as_they_were() {
    let mut writer = Writer::new(&Header { pixels: false, inputs: 2, ..HEAD });
    let bytes: Vec<u8> = [1.5_f32, -0.0].iter().flat_map(|value| value.to_le_bytes()).collect();
    writer.sample(1, Input::Values(&bytes));
    writer.step(1.0);
    let log = Log::from_bytes(&writer.finish(None, [0; 32])).unwrap();
    let Inputs::Features(values) = log.samples.inputs() else { panic!("features") };
    assert_eq!(
        values.iter().map(|value| value.to_bits()).collect::<Vec<_>>(),
        [0x3fc0_0000, 0x8000_0000]
    );
    assert_eq!(log.parameters, None);
}

#[test]
fn damage_is_refused() {
    let good = log();
    assert_eq!(Log::from_bytes(b""), Err(LogFault::Magic));
    assert_eq!(Log::from_bytes(b"\x89GRADITO and so on"), Err(LogFault::Magic));
    for at in 12..good.len() {
        let mut bytes = good.clone();
        bytes[at] ^= 0x10;
        assert_eq!(Log::from_bytes(&bytes), Err(LogFault::Checksum), "{at}");
    }
    for end in 8..good.len() {
        let fault = Log::from_bytes(&good[..end]).unwrap_err();
        assert!(matches!(fault, LogFault::Truncated | LogFault::Checksum), "{end}: {fault}");
    }
    let mut bytes = good.clone();
    bytes[8] = 2;
    assert_eq!(Log::from_bytes(&bytes), Err(LogFault::Version(2)));
}

#[test]
fn a_right_checksum_is_not_enough() {
    let good = log();
    let changed = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        Log::from_bytes(&sealed(bytes)).unwrap_err()
    };
    assert_eq!(changed(44, 9), LogFault::Field("cost"));
    assert_eq!(changed(46, 3), LogFault::Field("kind of inputs"));
    assert_eq!(changed(46, 2), LogFault::Field("sample"));
    assert_eq!(changed(47, 1), LogFault::Field("padding"));
    assert_eq!(changed(48, 0), LogFault::Field("number of inputs"));
    assert_eq!(changed(48, 7), LogFault::Field("sample"));
    assert_eq!(changed(52, 0), LogFault::Field("number of classes"));
    assert_eq!(changed(52, 2), LogFault::Field("sample"));
    assert_eq!(changed(56, 5), LogFault::Field("record"));
    // The step's place: a run of 0 zeros, and an endless length.
    assert_eq!(changed(64, 0), LogFault::Field("sample"));
    assert_eq!(changed(62, 0xff), LogFault::Truncated);
    let steps = good.len() - 76;
    assert_eq!(changed(steps, 9), LogFault::Field("number of steps or samples"));
    let mut longer = good.clone();
    longer.extend([0; 3]);
    assert_eq!(Log::from_bytes(&sealed(longer)), Err(LogFault::Field("length")));
}
