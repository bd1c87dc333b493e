//! From a device's ticks and bytes to what people ask for.

use std::fmt::Write;

use gradito_link::message::{Reply, Request, Statistics};
use serde::Serialize;

use crate::device::{DeviceError, Identity, Link, Script};
use crate::terminal;

/// Instructions of the shorter calibration; the longer one takes twice as many, and the difference
/// is free of what lies around the loop.
const CALIBRATION: u32 = 1_000_000;

/// Measures how many instructions a tick is.
pub fn calibrate(link: &mut dyn Link) -> Result<Clock, DeviceError> {
    let mut calibration = Calibration { name: link.name().to_owned(), clock: Clock::default() };
    link.play(&mut calibration)?;
    Ok(calibration.clock)
}

#[derive(Debug)]
struct Calibration {
    name: String,
    clock: Clock,
}

impl Script for Calibration {
    fn len(&self) -> usize {
        CALIBRATIONS.len()
    }

    fn request<'s>(&'s self, index: usize, _: &'s mut Vec<u8>) -> Request<'s> {
        CALIBRATIONS[index]
    }

    fn reply(&mut self, index: usize, reply: &Reply<'_>) -> Result<(), DeviceError> {
        self.clock.calibrated(index, reply, &self.name)
    }
}

/// The two requests that measure how many instructions a tick is.
const CALIBRATIONS: [Request<'static>; 2] = [
    Request::Calibrate { instructions: CALIBRATION },
    Request::Calibrate { instructions: 2 * CALIBRATION },
];

/// What ticks are.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    calibrations: [u32; 2],
    ticks: Vec<u32>,
}

impl Clock {
    /// Takes the reply to one of [`CALIBRATIONS`].
    fn calibrated(
        &mut self,
        index: usize,
        reply: &Reply<'_>,
        name: &str,
    ) -> Result<(), DeviceError> {
        let Reply::Ticks(ticks) = *reply else {
            return Err(DeviceError::Unexpected { name: name.to_owned() });
        };
        self.calibrations[index] = ticks;
        Ok(())
    }

    /// Takes the ticks of one sample, or of one step.
    pub fn took(&mut self, ticks: u32) {
        self.ticks.push(ticks);
    }

    /// The median of what was taken, on the device of that identity.
    pub fn median(&mut self, identity: &Identity, is_emulated: bool) -> Option<Cost> {
        if self.ticks.is_empty() {
            return None;
        }
        let middle = self.ticks.len() / 2;
        let (_, &mut ticks, _) = self.ticks.select_nth_unstable(middle);
        let [once, twice] = self.calibrations;
        let instructions = match twice.checked_sub(once) {
            Some(span) if span > 0 && is_emulated => {
                let each = f64::from(CALIBRATION) / f64::from(span);
                Some((f64::from(ticks) * each).round() as u64)
            }
            _ => None,
        };
        // Ticks of a real board are time; those of an emulated one are instructions, each of which
        // would take its board one clock or more.
        let seconds = match instructions {
            Some(count) => count as f64 / f64::from(identity.clock_hz.max(1)),
            None => f64::from(ticks) / f64::from(identity.ticks_hz.max(1)),
        };
        Some(Cost { ticks, instructions, seconds, clock_hz: identity.clock_hz })
    }
}

/// What something costs on a device.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Cost {
    /// In ticks of its counter.
    pub ticks: u32,
    /// In instructions, on an emulated board.
    pub instructions: Option<u64>,
    /// In seconds: measured on a real board, at one clock an instruction on an emulated one.
    pub seconds: f64,
    /// At this clock of the processor, in Hz.
    pub clock_hz: u32,
}

impl Cost {
    /// In words.
    pub fn words(&self) -> String {
        let clock = f64::from(self.clock_hz) / 1e6;
        let time = terminal::duration(std::time::Duration::from_secs_f64(self.seconds));
        match self.instructions {
            Some(count) => {
                format!("{count} instructions ({time} at {clock} MHz, were each to take one clock)")
            }
            None => format!("{time} at {clock} MHz"),
        }
    }
}

/// What takes room on a device, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Room {
    /// Code and constants in flash.
    pub flash: u32,
    /// Static variables in RAM.
    pub statics: u32,
    /// Of the stack, what was ever in use.
    pub stack_used: u32,
    /// The stack.
    pub stack: u32,
}

impl Room {
    /// Of a device, once its statistics are known.
    pub fn of(identity: &Identity, statistics: &Statistics) -> Self {
        let memory = identity.memory;
        Self {
            flash: memory.flash,
            statics: memory.statics,
            stack_used: statistics.stack,
            stack: memory.stack,
        }
    }

    /// In lines.
    pub fn lines(&self) -> String {
        let mut text = String::new();
        let bytes = |count: u32| terminal::bytes(count.into());
        let _ = writeln!(text, "flash          {} of code and constants", bytes(self.flash));
        let _ = writeln!(
            text,
            "RAM            {} static, {} of stack in use at most, {} of it reserved",
            bytes(self.statics),
            bytes(self.stack_used),
            bytes(self.stack)
        );
        text
    }
}
