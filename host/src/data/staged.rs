//! Stages, done to data.

use gradito_core::stage::{Stages, Staging};

use super::{Data, DataError, Dataset, InputKind, Inputs, Misfit, Size};

/// Does stages to images of one size.
#[derive(Clone, Debug)]
pub struct Stager {
    staging: Staging,
    /// The pixels of a source image.
    pixels: usize,
    /// Room to work in.
    sums: Vec<u32>,
}

impl Stager {
    /// One that does `stages` to images of so many columns and rows; `None` if there are none, or
    /// [they do not fit](Stages::sides).
    pub fn new(stages: Stages, columns: usize, rows: usize) -> Option<Self> {
        if stages.is_none() {
            return None;
        }
        let (width, height) = (columns.try_into().ok()?, rows.try_into().ok()?);
        let staging = Staging::new(stages, width, height)?;
        Some(Self { staging, pixels: columns * rows, sums: vec![0; columns] })
    }

    /// The pixels of what becomes of an image.
    pub fn pixels(&self) -> usize {
        self.staging.pixels()
    }

    /// Writes to `staged` what becomes of `image`.
    ///
    /// # Panics
    ///
    /// If one of them has another size than was said.
    pub fn apply(&mut self, image: &[u8], staged: &mut [u8]) {
        assert_eq!((image.len(), staged.len()), (self.pixels, self.pixels()), "pixels of an image");
        self.staging.apply(image, &mut self.sums, staged);
    }
}

impl InputKind {
    /// What does its stages; `None` if there are none.
    pub fn stager(&self) -> Option<Stager> {
        match *self {
            Self::Pixels { width, height, stages, .. } => {
                Stager::new(stages, width.into(), height.into())
            }
            Self::Features { .. } => None,
        }
    }

    /// The stages; none of features.
    pub fn stages(&self) -> Stages {
        match *self {
            Self::Pixels { stages, .. } => stages,
            Self::Features { .. } => Stages::NONE,
        }
    }

    /// The values of a sample.
    pub fn width(&self) -> usize {
        match self {
            Self::Pixels { width, height, .. } => usize::from(*width) * usize::from(*height),
            Self::Features { scaling, .. } => scaling.len(),
        }
    }

    /// The inputs of a network that reads such samples.
    pub fn inputs(&self) -> usize {
        self.stager().map_or(self.width(), |stager| stager.pixels())
    }
}

impl Dataset {
    /// The samples as the first layer reads them: with the stages of `input`, of whose size they are,
    /// done.
    ///
    /// # Panics
    ///
    /// If they are images of another size.
    pub fn staged(self, input: &InputKind) -> Self {
        let Some(mut stager) = input.stager() else { return self };
        let (width, labels) = (self.width(), self.labels().to_vec());
        let inputs = match self.into_inputs() {
            Inputs::Pixels(pixels) => {
                let mut staged = vec![0; labels.len() * stager.pixels()];
                let images = pixels.chunks_exact(width);
                for (image, out) in images.zip(staged.chunks_exact_mut(stager.pixels())) {
                    stager.apply(image, out);
                }
                Inputs::Pixels(staged)
            }
            features @ Inputs::Features(_) => features,
        };
        Self::new(stager.pixels(), inputs, labels)
    }
}

/// Notes `wanted` in `data`, whose images they must fit.
pub(super) fn note(wanted: Stages, mut data: Data) -> Result<Data, DataError> {
    if wanted.is_none() {
        return Ok(data);
    }
    let fault = match &mut data.input {
        InputKind::Features { .. } => Misfit::NoImages,
        InputKind::Pixels { threshold: Some(_), .. } => Misfit::StagesOfBits,
        InputKind::Pixels { width, height, stages, .. } => {
            let size = Size { width: *width, height: *height };
            if wanted.sides(size.width.into(), size.height.into()).is_some() {
                *stages = wanted;
                return Ok(data);
            }
            Misfit::Stages { size, stages: wanted }
        }
    };
    Err(DataError::Misfit { name: data.name, fault })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Polarity, Sample};

    fn kind(stages: &str) -> InputKind {
        InputKind::Pixels {
            width: 4,
            height: 2,
            polarity: Polarity::InkHigh,
            prepared: false,
            threshold: None,
            stages: stages.parse().unwrap(),
        }
    }

    fn images() -> Dataset {
        let pixels = vec![8, 8, 0, 4, 8, 8, 4, 0, 0, 0, 0, 0, 255, 255, 0, 1];
        Dataset::new(8, Inputs::Pixels(pixels), vec![3, 5])
    }

    #[test]
    fn each_image_is_staged() {
        let staged = images().staged(&kind("pool2"));
        assert_eq!((staged.width(), staged.labels()), (2, &[3, 5][..]));
        assert_eq!(staged.sample(0), Sample::Pixels(&[8, 2]));
        assert_eq!(staged.sample(1), Sample::Pixels(&[128, 0]));
        assert_eq!(
            (kind("pool2").inputs(), kind("deskew").inputs(), kind("pool2").width()),
            (2, 8, 8)
        );
        assert_eq!(images().staged(&kind("none")), images());
        assert!(images().select(&[]).staged(&kind("pool2")).is_empty());
    }
}
