//! Samples in the form in which networks read them.

use std::fmt::Debug;
use std::ops::Range;

use crate::data::{Dataset, Inputs};
use crate::network::{Block, Hop};

/// A source of labelled inputs of one kind.
pub trait Samples: Debug + Send + Sync {
    /// Adds the samples at `indices`, in that order, to `block`, and their classes to `labels`.
    fn fill(&self, indices: &[u32], block: &mut Block, labels: &mut Vec<u16>);

    /// The classes of all samples.
    fn labels(&self) -> &[u16];

    /// The number of samples.
    fn len(&self) -> usize {
        self.labels().len()
    }

    /// The images, if they are images, which can be deformed.
    fn images(&self) -> Option<&LitImages> {
        None
    }

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.labels().is_empty()
    }
}

/// Images as lists of their lit pixels: the non-zero index of a data set, built once.
#[derive(Debug)]
pub struct LitImages {
    hops: Vec<Hop>,
    /// Where the list of each image ends.
    ends: Vec<u32>,
    labels: Vec<u16>,
}

/// Rows of features, in one piece.
#[derive(Debug)]
pub struct FeatureRows {
    width: usize,
    values: Vec<f32>,
    labels: Vec<u16>,
}

/// A data set, indexed by what its samples are.
#[derive(Debug)]
pub enum Indexed {
    /// Images.
    Images(LitImages),
    /// Features.
    Features(FeatureRows),
}

impl From<Dataset> for Indexed {
    fn from(set: Dataset) -> Self {
        let width = set.width();
        let labels = set.labels().to_vec();
        match set.into_inputs() {
            Inputs::Pixels(pixels) => Self::Images(LitImages::new(&pixels, width, labels)),
            Inputs::Features(values) => Self::Features(FeatureRows { width, values, labels }),
        }
    }
}

/// The three parts of a data set, indexed.
#[derive(Debug)]
pub struct Parts<S> {
    /// What is learnt from.
    pub train: S,
    /// What is looked at while learning; may be empty.
    pub validation: S,
    /// What is looked at once, at the end; may be empty.
    pub test: S,
}

/// The three parts of a data set, indexed by what its samples are.
#[derive(Debug)]
pub enum IndexedParts {
    /// Images.
    Images(Parts<LitImages>),
    /// Features.
    Features(Parts<FeatureRows>),
}

impl IndexedParts {
    /// Indexes three parts; an empty one takes on the kind of the first.
    ///
    /// # Panics
    ///
    /// If samples of two parts are of different kinds.
    pub fn new(train: Dataset, validation: Dataset, test: Dataset) -> Self {
        match (train.into(), validation.into(), test.into()) {
            (Indexed::Images(train), Indexed::Images(validation), Indexed::Images(test)) => {
                Self::Images(Parts { train, validation, test })
            }
            (Indexed::Features(train), Indexed::Features(validation), Indexed::Features(test)) => {
                Self::Features(Parts { train, validation, test })
            }
            _ => panic!("all parts of a data set are of one kind"),
        }
    }

    /// The same parts, but this test set.
    ///
    /// # Panics
    ///
    /// If its samples are of another kind.
    pub fn with_test(self, test: Dataset) -> Self {
        match (self, test.into()) {
            (Self::Images(parts), Indexed::Images(test)) => Self::Images(Parts { test, ..parts }),
            (Self::Features(parts), Indexed::Features(test)) => {
                Self::Features(Parts { test, ..parts })
            }
            _ => panic!("all parts of a data set are of one kind"),
        }
    }

    /// The number of training samples.
    pub fn train_samples(&self) -> usize {
        match self {
            Self::Images(parts) => parts.train.len(),
            Self::Features(parts) => parts.train.len(),
        }
    }
}

impl LitImages {
    pub(super) fn new(pixels: &[u8], width: usize, labels: Vec<u16>) -> Self {
        let lit = pixels.iter().filter(|&&byte| byte != 0).count();
        let (mut hops, mut ends) = (Vec::with_capacity(lit), Vec::with_capacity(labels.len()));
        for image in pixels.chunks_exact(width) {
            Hop::list(image, &mut hops);
            ends.push(hops.len() as u32);
        }
        Self { hops, ends, labels }
    }

    /// Writes the pixels of image `index`.
    pub(super) fn read(&self, index: u32, pixels: &mut [u8]) {
        Hop::draw(&self.hops[self.range(index)], pixels);
    }

    /// The classes of the images at `indices`.
    pub(super) fn labels_of(&self, indices: &[u32]) -> Vec<u16> {
        indices.iter().map(|&index| self.labels[index as usize]).collect()
    }

    /// Where the list of image `index` lies.
    #[inline(always)]
    fn range(&self, index: u32) -> Range<usize> {
        let index = index as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        start as usize..self.ends[index] as usize
    }
}

impl Samples for LitImages {
    #[inline(always)]
    fn fill(&self, indices: &[u32], block: &mut Block, labels: &mut Vec<u16>) {
        for &index in indices {
            block.push_image(&self.hops[self.range(index)]);
            labels.push(self.labels[index as usize]);
        }
    }

    fn labels(&self) -> &[u16] {
        &self.labels
    }

    fn images(&self) -> Option<&LitImages> {
        Some(self)
    }
}

impl FeatureRows {
    /// Rows of `width` values each, one after the other, and their labels.
    pub(super) fn new(width: usize, values: Vec<f32>, labels: Vec<u16>) -> Self {
        Self { width, values, labels }
    }

    /// All values, taken out.
    pub(super) fn into_values(self) -> Vec<f32> {
        self.values
    }
}

impl Samples for FeatureRows {
    #[inline(always)]
    fn fill(&self, indices: &[u32], block: &mut Block, labels: &mut Vec<u16>) {
        for &index in indices {
            block.push_row(&self.values[index as usize * self.width..][..self.width]);
            labels.push(self.labels[index as usize]);
        }
    }

    fn labels(&self) -> &[u16] {
        &self.labels
    }
}
