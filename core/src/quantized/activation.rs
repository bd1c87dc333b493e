//! From rescaled sums to the bytes that the next layer reads.
//!
//! | activation | byte of q | it stands for |
//! | --- | --- | --- |
//! | sigmoid | 255·σ((q − 256)/32), rounded to nearest, by [`SIGMOID`] | byte / 255 |
//! | tanh | 128 + 127·tanh((q − 256)/64), rounded to nearest, by [`TANH`] | (byte − 128) / 127 |
//! | rectifier | q, from 0 to 255 | byte · scale |
//! | identity | q, from 0 to 255 | (byte − zero) · scale |
//!
//! Tables hold what is above the middle; below it is the same, reflected. What is below or above the
//! range of a table or of a byte is taken as its first or last. Scale
//! and zero are chosen when a network is quantised and have gone into the numbers of the next
//! layer. Softmax is for outputs only; they are [scores](super::output).

use crate::kind::ActivationKind;

/// Entries of a table, from the middle up; all that would follow are 255.
const ENTRIES: usize = 200;

/// q of z = 0.
pub const MIDDLE: i32 = 256;

/// q of a sigmoid's z = 1, less that of 0.
pub const SIGMOID_UNIT: i32 = 32;

/// q of a tanh's z = 1, less that of 0.
pub const TANH_UNIT: i32 = 64;

/// The byte of tanh 0.
pub const TANH_ZERO: u8 = 128;

/// The byte of tanh z is [`TANH_ZERO`] plus this times tanh z.
pub const TANH_RANGE: u8 = 127;

/// 255·σ(z), rounded to nearest, for z from 0 on in steps of 1/32. That of −z is 255 less this: only
/// that of 0 is halfway between two bytes.
pub static SIGMOID: [u8; ENTRIES] = {
    let mut table = [0; ENTRIES];
    let mut at = 0;
    while at < ENTRIES {
        // e^z/(1 + e^z); a cast cuts off.
        let power = exp(at as f64 / SIGMOID_UNIT as f64);
        table[at] = (255.0 * power / (1.0 + power) + 0.5) as u8;
        at += 1;
    }
    table
};

/// 128 + 127·tanh z, rounded to nearest, for z from 0 on in steps of 1/64. That of −z is 256 less
/// this.
pub static TANH: [u8; ENTRIES] = {
    let mut table = [0; ENTRIES];
    let mut at = 0;
    while at < ENTRIES {
        // tanh z = (e^2z − 1)/(e^2z + 1).
        let power = exp(at as f64 * 2.0 / TANH_UNIT as f64);
        let tanh = (power - 1.0) / (power + 1.0);
        table[at] = (TANH_ZERO as f64 + TANH_RANGE as f64 * tanh + 0.5) as u8;
        at += 1;
    }
    table
};

/// e^x by its series, for the compiler, which knows no `exp`; x is from 0 to 8.
const fn exp(x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (1.0, 1.0, 1);
    while n < 64 {
        term = term * x / n as f64;
        sum += term;
        n += 1;
    }
    sum
}

/// The byte of a rescaled sum.
#[inline(always)]
pub fn byte(kind: ActivationKind, q: i32) -> u8 {
    match kind {
        ActivationKind::Sigmoid => look_up(&SIGMOID, q, u8::MAX),
        ActivationKind::Tanh => look_up(&TANH, q, 0),
        // Softmax has scores, which are no bytes.
        ActivationKind::Relu | ActivationKind::Identity | ActivationKind::Softmax => {
            q.clamp(0, u8::MAX.into()) as u8
        }
    }
}

/// The entry of q, or that of its reflection at the middle, reflected: both make `sum`, as bytes.
#[inline(always)]
fn look_up(table: &[u8; ENTRIES], q: i32, sum: u8) -> u8 {
    let entry = table.get(q.abs_diff(MIDDLE) as usize).copied().unwrap_or(u8::MAX);
    if q < MIDDLE { sum.wrapping_sub(entry) } else { entry }
}
