//! The client against a peer that does what is asked, over lines that do not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use gradito_link::frame::{self, Receiver};
use gradito_link::message::{Hello, Input, Memory, ModelFault, Refusal, Reply, Request};

use super::noise::{Faults, Noise};
use super::pipe::{Pipe, pipe};
use super::{Client, DeviceError, Patience, Transport};

/// The layer table of 1-1: sigmoid, poly.
const LAYERS: [u8; 12] = [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0];

const HELLO: Hello<'_> = Hello {
    board: "pipe",
    gradito: "0",
    layers: &LAYERS,
    frozen: 0,
    cost: None,
    inputs: 1,
    batch: 0,
    frame: 400,
    window: 1,
    clock_hz: 1,
    ticks_hz: 1,
    writable: false,
    memory: Memory { flash: 0, statics: 0, stack: 0 },
    model: Err(ModelFault::Empty),
    element: 1,
    bits: false,
};

/// A peer by the rules of the link: repeats its reply to a request it has answered. Returns how
/// often it did what was asked.
fn peer(
    mut line: Pipe,
    answer: impl Fn(&Request<'_>, &mut Vec<u8>) -> Answer + Send + 'static,
) -> JoinHandle<u32> {
    thread::spawn(move || {
        let mut receiver = Box::new(Receiver::<1024>::new());
        let (mut last, mut reply, mut count) = (None, Vec::new(), 0);
        let mut bytes = [0; 256];
        while let Ok(came) = line.read(&mut bytes, Duration::from_secs(60)) {
            for &byte in &bytes[..came] {
                let Some(Ok(packet)) = receiver.push(byte) else { continue };
                let (sequence, request) = frame::decode::<Request<'_>>(packet).unwrap();
                if last != Some(sequence) || request == Request::Hello {
                    last = Some(sequence);
                    count += 1;
                    let mut scratch = Vec::new();
                    let mut coded = [0; 1024];
                    let made = match answer(&request, &mut scratch) {
                        Answer::Hello => Reply::Hello(HELLO),
                        Answer::Done => Reply::Done,
                        Answer::Refused => Reply::Refused(Refusal::NotTraining),
                        Answer::Bytes => Reply::Bytes(&scratch),
                        Answer::Silence => continue,
                        Answer::Restart => {
                            let hello = frame::encode(0, &Reply::Hello(HELLO), &mut coded).unwrap();
                            line.write(hello).unwrap();
                            continue;
                        }
                    };
                    reply = frame::encode(sequence, &made, &mut coded).unwrap().to_vec();
                }
                if line.write(&reply).is_err() {
                    return count;
                }
            }
        }
        count
    })
}

enum Answer {
    Hello,
    Done,
    Refused,
    Bytes,
    Silence,
    Restart,
}

/// Turns the bytes of an input round: an answer that belongs to its request alone.
fn turn(request: &Request<'_>, scratch: &mut Vec<u8>) -> Answer {
    match request {
        Request::Hello => Answer::Hello,
        Request::Infer(Input::Pixels(pixels)) => {
            scratch.extend(pixels.iter().rev());
            Answer::Bytes
        }
        Request::Reset => Answer::Done,
        Request::WriteEnd => Answer::Silence,
        Request::Statistics => Answer::Restart,
        _ => Answer::Refused,
    }
}

fn client(line: impl Transport + 'static) -> Client {
    let least = Duration::from_millis(3);
    Client::new(Box::new(line), Arc::default(), Patience { least, ..Patience::default() })
}

/// Asks for `count` answers over a line with such faults: all come, none is wrong, and nothing is
/// done twice.
fn all_come(faults: Faults, count: u32) {
    let (here, there) = pipe();
    let peer = peer(there, turn);
    let mut client = client(Noise::new(here, faults, 5));
    client.hello().unwrap();
    for index in 0..count {
        let pixels: Vec<u8> = (0..50 + index % 200).map(|at| (at * index / 7) as u8).collect();
        let turned: Vec<u8> = pixels.iter().rev().copied().collect();
        let answer = client.ask(&Request::Infer(Input::Pixels(&pixels)), |reply| match reply {
            Reply::Bytes(bytes) => Some(bytes.to_vec()),
            _ => None,
        });
        assert_eq!(answer.unwrap(), turned, "{index}");
    }
    let counts = client.counts();
    assert_eq!(counts.requests, u64::from(count) + 1);
    if faults != Faults::default() {
        assert!(counts.repeated > u64::from(count) / 50, "{counts:?}");
    }
    drop(client);
    // Hello may have been said more than once.
    let done = peer.join().unwrap();
    assert!((count + 1..count + 20).contains(&done), "{done}");
}

#[test]
fn what_is_asked_is_answered() {
    all_come(Faults::default(), 200);
}

#[test]
fn a_fault_in_every_25th_frame_is_made_good() {
    all_come(Faults { frames: 10_000, bytes: 0 }, 2000);
}

#[test]
fn a_fault_in_every_1000th_byte_is_made_good() {
    all_come(Faults { frames: 0, bytes: 1000 }, 2000);
}

#[test]
fn a_refusal_says_why() {
    let (here, there) = pipe();
    peer(there, turn);
    let mut client = client(here);
    let error = client.digests().unwrap_err();
    assert!(error.is_refusal());
    assert_eq!(error.to_string(), "pipe: its firmware was built without training");
    // Nothing is left of it.
    client.reset().unwrap();
}

#[test]
fn another_answer_than_to_the_question_is_an_error() {
    let (here, there) = pipe();
    peer(there, turn);
    let found = client(here).infer(Input::Pixels(&[1])).unwrap_err();
    assert!(matches!(found, DeviceError::Unexpected { .. }), "{found}");
}

/// Within three seconds.
fn in_time(run: impl FnOnce() -> DeviceError) -> DeviceError {
    let start = Instant::now();
    let error = run();
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    error
}

#[test]
fn a_peer_that_was_never_there_is_given_up() {
    let (here, _there) = pipe();
    let error = in_time(|| client(here).hello().unwrap_err());
    assert!(error.to_string().starts_with("pipe: nothing answers; "), "{error}");
}

#[test]
fn a_peer_that_falls_silent_is_given_up() {
    let (here, there) = pipe();
    peer(there, turn);
    let mut client = client(here);
    client.hello().unwrap();
    let error = in_time(|| client.ask(&Request::WriteEnd, |_| Some(())).unwrap_err());
    assert!(matches!(error, DeviceError::Lost { .. }), "{error}");
}

#[test]
fn a_line_that_breaks_ends_at_once() {
    let (here, there) = pipe();
    drop(there);
    let start = Instant::now();
    let error = client(here).hello().unwrap_err();
    assert!(matches!(error, DeviceError::Broken { .. }), "{error}");
    assert!(start.elapsed() < Duration::from_millis(500));
}

#[test]
fn a_restart_is_noticed() {
    let (here, there) = pipe();
    peer(there, turn);
    let mut client = client(here);
    client.hello().unwrap();
    let error = client.statistics().unwrap_err();
    assert!(matches!(error, DeviceError::Restarted { .. }), "{error}");
}

#[test]
fn a_message_longer_than_the_device_holds_is_not_sent() {
    let (here, there) = pipe();
    peer(there, turn);
    let mut client = client(here);
    client.hello().unwrap();
    let error = client.infer(Input::Pixels(&[7; 500])).unwrap_err();
    assert!(matches!(error, DeviceError::TooLong { room: 400, .. }), "{error}");
    client.reset().unwrap();
}

#[test]
fn who_is_asked_to_stop_stops() {
    let (here, _there) = pipe();
    let stop = Arc::new(AtomicBool::new(false));
    let mut client = Client::new(Box::new(here), Arc::clone(&stop), Patience::default());
    let stopper = thread::spawn(move || {
        thread::sleep(Duration::from_millis(50));
        stop.store(true, Ordering::Relaxed);
    });
    let start = Instant::now();
    assert!(matches!(client.hello(), Err(DeviceError::Interrupted)));
    assert!(start.elapsed() < Duration::from_secs(1));
    stopper.join().unwrap();
}
