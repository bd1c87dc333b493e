//! Labelled samples in memory.

use std::num::NonZero;

/// Labelled samples, all of one width, stored row after row.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    width: usize,
    inputs: Inputs,
    labels: Vec<u16>,
}

/// The inputs of a data set, sample-major: row after row without gaps.
#[derive(Clone, Debug, PartialEq)]
pub enum Inputs {
    /// Pixels: 0 = white = paper, 255 = black = ink.
    Pixels(Vec<u8>),
    /// Features, scaled.
    Features(Vec<f32>),
}

/// The input of one sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sample<'a> {
    /// Pixels: 0 = white = paper, 255 = black = ink.
    Pixels(&'a [u8]),
    /// Features, scaled.
    Features(&'a [f32]),
}

impl Inputs {
    /// The number of values.
    pub fn len(&self) -> usize {
        match self {
            Self::Pixels(pixels) => pixels.len(),
            Self::Features(features) => features.len(),
        }
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Dataset {
    /// Samples of `width` inputs each, and their labels.
    ///
    /// # Panics
    ///
    /// If there are not `width` inputs for each label, or `width` is 0.
    pub fn new(width: usize, inputs: Inputs, labels: Vec<u16>) -> Self {
        assert!(width > 0, "a sample has at least one input");
        assert_eq!(Some(inputs.len()), labels.len().checked_mul(width), "width inputs a label");
        Self { width, inputs, labels }
    }

    /// The number of samples.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The number of inputs of each sample.
    pub fn width(&self) -> usize {
        self.width
    }

    /// All inputs.
    pub fn inputs(&self) -> &Inputs {
        &self.inputs
    }

    /// All inputs, taken out.
    pub fn into_inputs(self) -> Inputs {
        self.inputs
    }

    /// All labels: each the number of its sample's class.
    pub fn labels(&self) -> &[u16] {
        &self.labels
    }

    /// The input of one sample.
    ///
    /// # Panics
    ///
    /// If there are not so many samples.
    pub fn sample(&self, index: usize) -> Sample<'_> {
        let range = index * self.width..(index + 1) * self.width;
        match &self.inputs {
            Inputs::Pixels(pixels) => Sample::Pixels(&pixels[range]),
            Inputs::Features(features) => Sample::Features(&features[range]),
        }
    }

    /// A copy of the samples at `rows`, in that order.
    ///
    /// # Panics
    ///
    /// If there is no such sample.
    pub fn select(&self, rows: &[u32]) -> Self {
        fn gather<T: Copy>(values: &[T], width: usize, rows: &[u32]) -> Vec<T> {
            let mut chosen = Vec::with_capacity(rows.len() * width);
            for &row in rows {
                let start = row as usize * width;
                chosen.extend_from_slice(&values[start..start + width]);
            }
            chosen
        }
        let inputs = match &self.inputs {
            Inputs::Pixels(pixels) => Inputs::Pixels(gather(pixels, self.width, rows)),
            Inputs::Features(features) => Inputs::Features(gather(features, self.width, rows)),
        };
        Self { width: self.width, inputs, labels: gather(&self.labels, 1, rows) }
    }

    /// Replaces each label; stops at the first that has no new one, and gives its row and itself.
    pub(super) fn relabel(&mut self, new: impl Fn(u16) -> Option<u16>) -> Result<(), (usize, u16)> {
        for (row, label) in self.labels.iter_mut().enumerate() {
            *label = new(*label).ok_or((row, *label))?;
        }
        Ok(())
    }

    /// Makes pixels black (255) from `threshold` on, and white (0) below it.
    pub(crate) fn blacken(&mut self, threshold: NonZero<u8>) {
        if let Inputs::Pixels(pixels) = &mut self.inputs {
            for pixel in pixels {
                *pixel = if *pixel >= threshold.get() { u8::MAX } else { 0 };
            }
        }
    }

    /// Takes the samples from `at` on away and gives them back.
    pub(super) fn split_off(&mut self, at: usize) -> Self {
        let inputs = match &mut self.inputs {
            Inputs::Pixels(pixels) => Inputs::Pixels(pixels.split_off(at * self.width)),
            Inputs::Features(features) => Inputs::Features(features.split_off(at * self.width)),
        };
        Self { width: self.width, inputs, labels: self.labels.split_off(at) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_rows() {
        let set = Dataset::new(2, Inputs::Pixels(vec![1, 2, 3, 4, 5, 6]), vec![7, 8, 9]);
        assert_eq!((set.len(), set.width(), set.is_empty()), (3, 2, false));
        assert_eq!(set.sample(1), Sample::Pixels(&[3, 4]));
        let chosen = set.select(&[2, 0]);
        assert_eq!(chosen, Dataset::new(2, Inputs::Pixels(vec![5, 6, 1, 2]), vec![9, 7]));
        assert!(set.select(&[]).is_empty());

        let mut head = set;
        let tail = head.split_off(2);
        assert_eq!(head, Dataset::new(2, Inputs::Pixels(vec![1, 2, 3, 4]), vec![7, 8]));
        assert_eq!(tail, Dataset::new(2, Inputs::Pixels(vec![5, 6]), vec![9]));
    }

    #[test]
    #[should_panic(expected = "width inputs a label")]
    fn labels_pair_with_rows() {
        Dataset::new(2, Inputs::Features(vec![0.0; 3]), vec![0]);
    }
}
