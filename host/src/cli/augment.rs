//! `gradito augment`.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::{Args, ValueHint};
use serde::Serialize;

use super::arguments::DataArguments;
use super::output::{count, one_line, print, print_json};
use super::values::{at_least_one, whole};
use super::{CliError, start};
use crate::augment::{Augmentation, Deformer, Ranges};
use crate::data::{Inputs, Shades};
use crate::picture::{Gray, write_png};
use crate::simd::Level;
use crate::terminal;
use crate::training::SettingsError;

/// Epochs that are drawn.
const EPOCHS: u32 = 9;

/// How much larger a pixel is drawn.
const ZOOM: usize = 2;

/// Pixels of paper around each image.
const GAP: usize = 4;

/// `gradito augment`.
#[derive(Args, Debug)]
pub struct AugmentArguments {
    /// light, standard, or as shift=2,rotate=15
    ///
    /// What --augment takes; gradito train --help lists the parts.
    #[arg(value_name = "RANGES", default_value = "standard")]
    ranges: Ranges,
    /// Training images to draw, a row for each
    #[arg(long, value_name = "N", default_value = "10", allow_negative_numbers = true, value_parser = at_least_one::<NonZeroUsize>)]
    samples: NonZeroUsize,
    /// Seed of all chance
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true, value_parser = whole::<u64>)]
    seed: u64,
    /// The data.
    #[command(flatten)]
    data: DataArguments,
    /// Where the picture goes, a PNG
    #[arg(long, value_name = "FILE", default_value = "augmented.png", value_hint = ValueHint::FilePath)]
    out: PathBuf,
    /// Print one JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// What `augment --json` prints.
#[derive(Serialize)]
struct Report {
    augment: String,
    samples: usize,
    epochs: u32,
    seed: u64,
    seconds_per_image: f64,
    picture: String,
}

/// Draws training images, each beside what the first epochs of a training are given instead.
pub fn run(arguments: &AugmentArguments) -> Result<(), CliError> {
    let AugmentArguments { ranges, seed, .. } = *arguments;
    let shades = if arguments.data.bits { Shades::Two } else { Shades::All };
    let data = start::load(&arguments.data, shades, arguments.data.stage, seed)?;
    let no_images = CliError::Settings(SettingsError::AugmentFeatures);
    let Some(augmentation) = Augmentation::new(ranges, &data.input) else {
        return Err(no_images);
    };
    let Inputs::Pixels(pixels) = data.train.inputs() else { return Err(no_images) };
    let mut deformer = Deformer::new(&augmentation);
    let images: Vec<_> =
        pixels.chunks_exact(deformer.pixels()).take(arguments.samples.get()).collect();
    let mut sheet = Sheet::new(&augmentation, images.len());
    let (level, mut time) = (Level::best(), Duration::ZERO);
    let mut deformed = vec![0; deformer.pixels()];
    for (number, image) in images.iter().enumerate() {
        sheet.place(number, 0, image);
        for epoch in 0..EPOCHS {
            let begin = Instant::now();
            deformer.deform(level, (seed, epoch, number as u32), image, &mut deformed);
            time += begin.elapsed();
            sheet.place(number, epoch as usize + 1, &deformed);
        }
    }
    write_png(&arguments.out, &sheet.picture)?;
    let (samples, path) = (images.len(), arguments.out.display().to_string());
    let each = time / (samples.max(1) as u32 * EPOCHS);
    if arguments.json {
        return print_json(&Report {
            augment: ranges.to_string(),
            samples,
            epochs: EPOCHS,
            seed,
            seconds_per_image: each.as_nanos() as f64 / 1e9,
            picture: path,
        });
    }
    print(&format!(
        "{ranges}: {} of {} as they are, then as in {EPOCHS} epochs; {} an image\npicture        {}\n",
        count(samples as u64, "sample"),
        one_line(&data.name),
        terminal::duration(each),
        one_line(&path),
    ))
}

/// Images in rows and columns on white paper.
struct Sheet {
    picture: Gray,
    columns: usize,
    /// Pixels from one image to the next.
    step: [usize; 2],
}

impl Sheet {
    /// A sheet for so many rows of images.
    fn new(augmentation: &Augmentation, rows: usize) -> Self {
        let step = [augmentation.columns, augmentation.rows].map(|side| ZOOM * side + GAP);
        let (width, height) = (step[0] * (EPOCHS as usize + 1) + GAP, step[1] * rows + GAP);
        let pixels = vec![u8::MAX; width * height];
        let picture = Gray { width: width as u32, height: height as u32, pixels };
        Self { picture, columns: augmentation.columns, step }
    }

    /// Draws an image in that row and column, framed by a grey line.
    fn place(&mut self, row: usize, column: usize, image: &[u8]) {
        const FRAME: u8 = 210;
        let width = self.picture.width as usize;
        let (left, top) = (GAP + self.step[0] * column, GAP + self.step[1] * row);
        let [across, down] = self.step.map(|step| step - GAP);
        for y in 0..down + 2 {
            let start = (top + y - 1) * width + left - 1;
            let line = &mut self.picture.pixels[start..start + across + 2];
            if y == 0 || y == down + 1 {
                line.fill(FRAME);
                continue;
            }
            line[0] = FRAME;
            line[across + 1] = FRAME;
            let pixels = &image[(y - 1) / ZOOM * self.columns..][..self.columns];
            for (x, pixel) in line[1..=across].iter_mut().enumerate() {
                *pixel = u8::MAX - pixels[x / ZOOM];
            }
        }
    }
}
