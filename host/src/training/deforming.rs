//! Training on images that are deformed anew in every epoch.

use std::ops::ControlFlow;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, Instant};

use gradito_core::report::{BatchReport, Diverged};

use super::samples::{LitImages, Samples};
use super::settings::Settings;
use super::trainer::Trainer;
use crate::augment::Deformer;
use crate::data::Stager;
use crate::simd::Level;

/// About so many images are deformed, then learnt from, at a time: few enough for the cache.
const AT_ONCE: usize = 1000;

/// The deformed images of a run.
#[derive(Debug)]
pub struct Deforming<'a> {
    images: &'a LitImages,
    deformer: Deformer,
    /// What is done to them then.
    stager: Option<Stager>,
    seed: u64,
    /// Images at a time; whole mini-batches.
    chunk: usize,
    level: Level,
    /// Whether a thread of its own makes the next images meanwhile. It changes no bit of any.
    is_ahead: bool,
}

/// The pass over the samples of an epoch.
#[derive(Debug)]
pub struct Pass {
    /// Whether it was to end before the last.
    pub flow: ControlFlow<()>,
    /// The time of the training alone.
    pub training: Duration,
    /// The time in which images were deformed.
    pub deforming: Duration,
}

/// Images that were deformed, and the time it took.
struct Chunk {
    images: LitImages,
    time: Duration,
}

impl<'a> Deforming<'a> {
    /// Deforms `images` by `deformer`, before the stages, for a run of `settings`, with a thread of its
    /// own if `is_ahead`.
    pub fn new(
        settings: &Settings,
        images: &'a LitImages,
        deformer: Deformer,
        level: Level,
        is_ahead: bool,
    ) -> Self {
        let Settings { seed, batch, stages, .. } = *settings;
        let (columns, rows) = deformer.size();
        let stager = Stager::new(stages, columns, rows);
        let chunk = batch * (AT_ONCE / batch).max(1);
        Self { images, deformer, stager, seed, chunk, level, is_ahead }
    }

    /// Trains on the samples in `order`, as they are in that epoch, which counts from 0.
    ///
    /// # Errors
    ///
    /// [`Diverged`]; the step that showed it was not applied.
    pub fn pass(
        &mut self,
        trainer: &mut Trainer,
        epoch: u32,
        order: &[u32],
        on_step: &mut (impl FnMut(&BatchReport) -> ControlFlow<()> + Send),
    ) -> Result<Pass, Diverged> {
        let chunks = order.chunks(self.chunk);
        if !self.is_ahead {
            return learn(trainer, chunks.map(|indices| self.chunk(epoch, indices)), on_step);
        }
        thread::scope(|scope| {
            // One is being learnt from, one waits, one is being made.
            let (send, receive) = sync_channel(1);
            scope.spawn(move || {
                for indices in chunks {
                    // Nobody listens any more where training has ended.
                    if send.send(self.chunk(epoch, indices)).is_err() {
                        break;
                    }
                }
            });
            learn(trainer, receive.into_iter(), on_step)
        })
    }

    /// The samples at `indices`, deformed.
    fn chunk(&mut self, epoch: u32, indices: &[u32]) -> Chunk {
        let start = Instant::now();
        let mut deformed = vec![0; self.deformer.pixels()];
        let images = self.learnt(indices, |deforming, index, image, out| {
            let Deforming { deformer, stager, .. } = deforming;
            let key = (deforming.seed, epoch, index);
            match stager {
                Some(stager) => {
                    deformer.deform(deforming.level, key, image, &mut deformed);
                    stager.apply(&deformed, out);
                }
                None => deformer.deform(deforming.level, key, image, out),
            }
        });
        Chunk { images, time: start.elapsed() }
    }

    /// The first so many images as they would be learnt from if they were not deformed; `None` if
    /// that is as they are.
    pub fn staged(&mut self, count: usize) -> Option<LitImages> {
        let mut stager = self.stager.clone()?;
        let indices: Vec<u32> = (0..self.images.len().min(count) as u32).collect();
        Some(self.learnt(&indices, |_, _, image, out| stager.apply(image, out)))
    }

    /// What `make` makes of the images at `indices`: of each its number, its pixels, and where what
    /// the network reads is to be written.
    fn learnt(
        &mut self,
        indices: &[u32],
        mut make: impl FnMut(&mut Self, u32, &[u8], &mut [u8]),
    ) -> LitImages {
        let images = self.images;
        let width = self.stager.as_ref().map_or(self.deformer.pixels(), Stager::pixels);
        let (mut image, mut pixels) =
            (vec![0; self.deformer.pixels()], vec![0; indices.len() * width]);
        for (&index, out) in indices.iter().zip(pixels.chunks_exact_mut(width)) {
            images.read(index, &mut image);
            make(self, index, &image, out);
        }
        LitImages::new(&pixels, width, images.labels_of(indices))
    }
}

/// Trains on one chunk after the other.
fn learn(
    trainer: &mut Trainer,
    chunks: impl Iterator<Item = Chunk>,
    on_step: &mut (impl FnMut(&BatchReport) -> ControlFlow<()> + Send),
) -> Result<Pass, Diverged> {
    let (flow, zero) = (ControlFlow::Continue(()), Duration::ZERO);
    let mut pass = Pass { flow, training: zero, deforming: zero };
    let mut order = Vec::new();
    for Chunk { images, time } in chunks {
        order.clear();
        order.extend(0..images.len() as u32);
        pass.deforming += time;
        let start = Instant::now();
        pass.flow = trainer.train(&images, &order, on_step)?;
        pass.training += start.elapsed();
        if pass.flow.is_break() {
            break;
        }
    }
    Ok(pass)
}
