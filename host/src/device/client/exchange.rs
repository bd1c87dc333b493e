//! One request and its reply: sent again until it is answered, or the device is given up.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use gradito_link::frame::{self, FrameError};
use gradito_link::message::{Reply, Request};

use super::Client;
use crate::device::DeviceError;

/// Longest sleep in one read: how soon Ctrl-C is seen.
const GLANCE: Duration = Duration::from_millis(100);

/// After a damaged frame the reply is asked for again so soon; more of the same noise may follow.
const AFTER_DAMAGE: Duration = Duration::from_millis(4);

/// How long a device that is starting is listened to before it is spoken to.
const START: Duration = Duration::from_secs(1);

/// After a start the request is repeated so soon, if it was missed.
const AFTER_START: Duration = Duration::from_millis(50);

/// Kinds of requests.
pub(super) const KINDS: usize = 16;

/// A request that is coded.
pub(super) struct Sending {
    length: usize,
    kind: usize,
    /// How long the device may be silent about it.
    silence: Duration,
}

impl Client {
    /// Codes a request and gives it a number.
    pub(super) fn send(&mut self, request: &Request<'_>) -> Result<Sending, DeviceError> {
        // 0 is what a device says unasked.
        self.sequence = self.sequence.checked_add(1).unwrap_or(1);
        let length = frame::encode(self.sequence, request, &mut self.sent)
            .map_err(|cause| DeviceError::Frame { name: self.line.name().to_owned(), cause })?
            .len();
        if matches!(request, Request::Hello) {
            self.connected = false;
        }
        // The two zeros around it are not held.
        if self.connected && length - 2 > self.room {
            let (name, room) = (self.name().to_owned(), self.room);
            return Err(DeviceError::TooLong { name, length: length - 2, room });
        }
        let silence = match request {
            Request::WriteBegin { .. } => self.patience.erase,
            _ => self.patience.silence,
        };
        Ok(Sending { length, kind: kind(request), silence })
    }

    /// Sends a request until it is answered, and hands the reply to `read`.
    pub(super) fn receive<R>(
        &mut self,
        Sending { length, kind, silence }: Sending,
        mut read: impl FnMut(&Reply<'_>) -> Result<R, DeviceError>,
    ) -> Result<R, DeviceError> {
        let on_the_way = self.line.time_for(length);
        let mut wait = match self.usual[kind] {
            Some(usual) => (2 * usual + self.patience.least).min(self.patience.repeat),
            None => self.patience.repeat,
        };
        let start = Instant::now();
        let mut heard = start;
        let mut is_first = true;
        // A device that is just starting is heard before it is spoken to.
        let mut listens = std::mem::take(&mut self.is_starting);
        loop {
            if !listens {
                self.line.write(&self.sent[..length]).map_err(|cause| self.broken(cause))?;
            }
            let sent = Instant::now();
            let end = (heard + silence).min(start + self.patience.all);
            let wait_now = if listens { START } else { on_the_way + wait };
            let mut until = (sent + wait_now).min(end);
            while !self.unread.is_empty() || Instant::now() < until {
                if self.unread.is_empty() {
                    let left = until.saturating_duration_since(Instant::now());
                    let patience = left.clamp(Duration::from_millis(1), GLANCE);
                    let count = self
                        .line
                        .read(&mut self.bytes, patience)
                        .map_err(|cause| self.broken(cause))?;
                    self.unread = 0..count;
                }
                if self.stop.load(Ordering::Relaxed) {
                    return Err(DeviceError::Interrupted);
                }
                for at in self.unread.by_ref() {
                    let Some(packet) = self.receiver.push(self.bytes[at]) else { continue };
                    match packet.and_then(frame::decode::<Reply<'_>>) {
                        Ok((sequence, reply)) if sequence == self.sequence => {
                            // Of a repeated one it is not known which was answered.
                            if is_first {
                                let now = sent.elapsed().saturating_sub(on_the_way);
                                let usual = self.usual[kind].unwrap_or(now);
                                self.usual[kind] = Some(now.max(usual - usual / 16));
                            }
                            self.counts.requests += 1;
                            if let Reply::Hello(hello) = reply {
                                self.connected = true;
                                self.room = usize::from(hello.frame);
                            }
                            return read(&reply);
                        }
                        Ok((0, Reply::Hello(_))) => {
                            if self.connected {
                                let name = self.line.name().to_owned();
                                return Err(DeviceError::Restarted { name });
                            }
                            // It has just started, and may have missed what came before.
                            heard = Instant::now();
                            until = until
                                .min(heard + if listens { Duration::ZERO } else { AFTER_START });
                        }
                        Ok(_) => self.counts.late += 1,
                        Err(cause @ (FrameError::Version { .. } | FrameError::Message)) => {
                            let name = self.line.name().to_owned();
                            return Err(DeviceError::Frame { name, cause });
                        }
                        Err(_) => {
                            self.counts.damaged += 1;
                            heard = Instant::now();
                            until = until.min(heard + AFTER_DAMAGE);
                        }
                    }
                }
            }
            if Instant::now() >= (heard + silence).min(start + self.patience.all) {
                let name = self.name().to_owned();
                return Err(match self.connected {
                    true => DeviceError::Lost { name },
                    false => DeviceError::Silent { name },
                });
            }
            if std::mem::take(&mut listens) {
                continue;
            }
            is_first = false;
            self.counts.repeated += 1;
            wait = (wait + wait / 2).min(self.patience.repeat);
        }
    }

    /// An error of the line.
    fn broken(&self, cause: std::io::Error) -> DeviceError {
        if self.stop.load(Ordering::Relaxed) {
            return DeviceError::Interrupted;
        }
        let name = self.name().to_owned();
        match cause.kind() {
            // Says itself how it ended.
            std::io::ErrorKind::Other => DeviceError::Ended { name, how: cause.to_string() },
            std::io::ErrorKind::TimedOut => DeviceError::Lost { name },
            _ => DeviceError::Broken { name, cause },
        }
    }
}

/// A number for each kind of request, below [`KINDS`].
const fn kind(request: &Request<'_>) -> usize {
    match request {
        Request::Hello => 0,
        Request::Digest => 1,
        Request::Statistics => 2,
        Request::Calibrate { .. } => 3,
        Request::Infer(_) => 4,
        Request::Activations { .. } => 5,
        Request::Sample { .. } => 6,
        Request::Step { .. } => 7,
        Request::Derivative { .. } => 8,
        Request::Reset => 9,
        Request::Parameters { .. } => 10,
        Request::Image { .. } => 11,
        Request::WriteBegin { .. } => 12,
        Request::WriteNext { .. } => 13,
        Request::WriteEnd => 14,
        Request::Profile => 15,
    }
}
