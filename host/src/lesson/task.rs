//! Lesson 0: the task and the network.

use super::{Context, Findings, LessonError};
use crate::figure::{Label, Tiles};

pub fn compute(context: &Context) -> Result<Findings, LessonError> {
    let mnist = context.mnist()?;
    let mut found = Findings::new();
    found.number("train", mnist.data.train.len() as f64, 0);
    let digits = (0..10).fold(Tiles::grey(10, (28, 28)), |tiles, digit| {
        let pixels = mnist.first(digit).iter().map(|&byte| f32::from(byte) / 255.0);
        tiles.tile(Label::plain(digit), pixels)
    });
    found.figure("digits", digits);
    Ok(found)
}
