//! Values of flags: each is read from its text, or else says what it must be.

use std::num::NonZeroUsize;
use std::str::FromStr;

use gradito_core::kind::ActivationKind;
use gradito_core::quantized::weights::WeightKind;
use gradito_link::board::{BOARDS, Board};

use crate::data::Source;
use crate::training::SettingsError;

/// The board of that name, or else the names there are.
pub fn board(text: &str) -> Result<&'static Board, String> {
    gradito_link::board::named(text)
        .ok_or_else(|| format!("unknown board; there are {}", board_names()))
}

/// The names of all boards.
pub fn board_names() -> String {
    BOARDS.iter().map(|board| board.name).collect::<Vec<_>>().join(", ")
}

/// Most worker threads: far more than help, few enough to be started.
const MOST_THREADS: usize = 1024;

/// A whole number, or else what it must be.
pub fn whole<T: FromStr>(text: &str) -> Result<T, String> {
    integer(text, "0")
}

/// A whole number that is not 0, or else what it must be.
pub fn at_least_one<T: FromStr>(text: &str) -> Result<T, String> {
    integer(text, "1")
}

fn integer<T: FromStr>(text: &str, least: &str) -> Result<T, String> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_large = digits && text.bytes().any(|byte| byte != b'0');
    text.parse().map_err(|_| {
        if is_large {
            "it is too large".to_owned()
        } else {
            format!("it must be a whole number, at least {least}")
        }
    })
}

pub fn threads(text: &str) -> Result<NonZeroUsize, String> {
    text.parse()
        .ok()
        .filter(|count: &NonZeroUsize| count.get() <= MOST_THREADS)
        .ok_or_else(|| format!("it must be a whole number from 1 to {MOST_THREADS}"))
}

/// An activation that a hidden layer can have.
pub fn hidden(text: &str) -> Result<ActivationKind, String> {
    match text.parse() {
        Ok(ActivationKind::Softmax) => Err(SettingsError::HiddenSoftmax.to_string()),
        Ok(kind) => Ok(kind),
        Err(_) => Err("it must be sigmoid, tanh, relu or identity".to_owned()),
    }
}

/// A kind of weights.
pub fn weights(text: &str) -> Result<WeightKind, String> {
    WeightKind::ALL
        .into_iter()
        .find(|kind| kind.name() == text)
        .ok_or_else(|| format!("it must be {}", WeightKind::ALL.map(WeightKind::name).join(", ")))
}

/// A source of data; an empty name is what an unset variable of a shell leaves.
pub fn source(text: &str) -> Result<Source, String> {
    match text {
        "" => Err("it is empty; name mnist, a folder or a CSV file".to_owned()),
        _ => Ok(Source::from_str(text).unwrap_or_else(|never| match never {})),
    }
}

/// A number that `holds`, or else what it must be.
fn number(text: &str, holds: impl Fn(f32) -> bool, must: &str) -> Result<f32, String> {
    match f32::from_str(text) {
        Ok(value) if value.is_finite() && holds(value) => Ok(value),
        _ => Err(format!("it must be {must}")),
    }
}

pub fn positive(text: &str) -> Result<f32, String> {
    number(text, |value| value > 0.0, "a positive number")
}

pub fn not_negative(text: &str) -> Result<f32, String> {
    number(text, |value| value >= 0.0, "0 or a positive number")
}

pub fn below_one(text: &str) -> Result<f32, String> {
    number(text, |value| (0.0..1.0).contains(&value), "at least 0 and below 1")
}

pub fn share(text: &str) -> Result<f32, String> {
    number(text, |value| (0.0..=1.0).contains(&value), "from 0 to 1")
}

/// `28x28`.
pub fn size(text: &str) -> Result<(u16, u16), String> {
    let side = |text: &str| u16::from_str(text).ok().filter(|&side| (4..=1024).contains(&side));
    text.split_once('x')
        .and_then(|(width, height)| Some((side(width)?, side(height)?)))
        .ok_or_else(|| "write width x height, each from 4 to 1024, as in 28x28".to_owned())
}
