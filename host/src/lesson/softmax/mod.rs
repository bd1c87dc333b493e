//! Lesson 7: softmax and cross-entropy.

mod digits;
mod plane;
mod scores;

use super::{Context, Findings, LessonError};

/// What this lesson is called where something goes wrong.
const NAME: &str = "softmax";

pub fn compute(context: &Context) -> Result<Findings, LessonError> {
    let mut found = Findings::new();
    scores::compute(&mut found)?;
    plane::compute(&mut found)?;
    digits::compute(context, &mut found)?;
    Ok(found)
}
