use std::vec;
use std::vec::Vec;

use rand_core::Rng;

use super::slant::Slant;
use super::*;
use crate::random::Stream;
use crate::signal::{SentPixels, write_runs};

/// What becomes of `image`, of so many columns.
fn staged(stages: Stages, width: usize, image: &[u8]) -> Vec<u8> {
    let height = image.len() / width;
    let staging = Staging::new(stages, width as u32, height as u32).unwrap();
    let (mut sums, mut out) = (vec![7; width], vec![7; staging.pixels()]);
    staging.apply(image, &mut sums, &mut out);
    out
}

fn stages(text: &str) -> Stages {
    text.parse().unwrap()
}

/// The same, said another way: whole arrays, each step after the other, each pixel gathered.
fn naive(stages: Stages, width: usize, image: &[u8]) -> Vec<u8> {
    let height = image.len() / width;
    let at = |x: i128, y: usize| match usize::try_from(x) {
        Ok(x) if x < width => i128::from(image[y * width + x]),
        _ => 0,
    };
    let sum = |of: &dyn Fn(i128, i128) -> i128| {
        let all = (0..height).flat_map(|y| (0..width).map(move |x| (x as i128, y as i128)));
        all.map(|(x, y)| at(x, y as usize) * of(x, y)).sum::<i128>()
    };
    let (ink, sum_x, sum_y) = (sum(&|_, _| 1), sum(&|x, _| x), sum(&|_, y| y));
    let top = sum(&|x, y| x * y) * ink - sum_x * sum_y;
    let bottom = sum(&|_, y| y * y) * ink - sum_y * sum_y;
    let nearest = |top: i128, bottom: i128| (2 * top + bottom).div_euclid(2 * bottom);
    let (mut slope, mut middle) = (0, 0);
    if stages.deskew && bottom > 0 {
        slope = top.signum() * nearest(256 * top.abs(), bottom).min(256);
        middle = nearest(256 * sum_y, ink);
    }
    let mut shifted = vec![0; image.len()];
    for y in 0..height {
        let shift = nearest(slope * (middle - 256 * y as i128), 256);
        let (whole, part) = (shift.div_euclid(256), shift.rem_euclid(256));
        for x in 0..width {
            let from = x as i128 - whole;
            shifted[y * width + x] = at(from, y) * (256 - part) + at(from - 1, y) * part;
        }
    }
    let (side, border) = (stages.pool.side(), stages.crop.border());
    let mut pooled = Vec::new();
    for y in 0..(height - 2 * border) / side {
        for x in 0..(width - 2 * border) / side {
            let square = (0..side * side).map(|place| {
                let (row, column) = (y * side + place / side, x * side + place % side);
                shifted[(border + row) * width + border + column]
            });
            pooled.push(nearest(square.sum(), 256 * (side * side) as i128) as u8);
        }
    }
    pooled
}

/// Images of all kinds: dense and sparse, blank, full, and slanted.
fn images(width: usize, height: usize) -> Vec<Vec<u8>> {
    let mut rng = Stream::Split.rng(width as u64);
    let mut images = vec![vec![0; width * height], vec![255; width * height]];
    for rarity in [1, 2, 5, 40, 300] {
        for _ in 0..40 {
            let pixel = |rng: &mut _| match Rng::next_u32(rng) {
                word if word % rarity == 0 => (word >> 24) as u8,
                _ => 0,
            };
            images.push((0..width * height).map(|_| pixel(&mut rng)).collect());
        }
    }
    for slope in -12..=12_i32 {
        let mut image = vec![0; width * height];
        for y in 0..height as i32 {
            let x = width as i32 / 2 + slope * (y - height as i32 / 2) / 4;
            if (0..width as i32).contains(&x) {
                image[y as usize * width + x as usize] = 200;
            }
        }
        images.push(image);
    }
    images
}

#[test]
fn stages_are_what_they_are_step_by_step() {
    for (width, height) in [(28, 28), (64, 64), (8, 16), (14, 7), (1, 1), (2, 40)] {
        for code in 0..=u8::MAX {
            let Some(stages) = Stages::from_code(code) else { continue };
            if stages.sides(width as u32, height as u32).is_none() {
                continue;
            }
            for image in images(width, height) {
                let expected = naive(stages, width, &image);
                assert_eq!(staged(stages, width, &image), expected, "{stages}");
            }
        }
    }
}

#[test]
fn an_image_as_it_is_sent_becomes_the_same() {
    let stages = stages("deskew,pool2");
    let staging = Staging::new(stages, 28, 28).unwrap();
    for image in images(28, 28) {
        let mut runs = Vec::new();
        write_runs(&image, &mut |byte| runs.push(byte));
        let expected = staged(stages, 28, &image);
        let sent = [SentPixels::<784>::plain(&image).unwrap(), SentPixels::runs(&runs).unwrap()];
        for sent in sent {
            let (mut sums, mut out) = ([7; 28], [7; 196]);
            staging.apply(&sent, &mut sums, &mut out);
            assert_eq!(out.as_slice(), expected);
        }
    }
}

#[test]
fn what_stands_upright_stays_as_it_is() {
    let mut bar = vec![0; 784];
    for y in 3..25 {
        bar[y * 28 + 13] = 255;
        bar[y * 28 + 14] = 77;
    }
    assert_eq!(staged(stages("deskew"), 28, &bar), bar);
    assert_eq!(staged(Stages::NONE, 28, &bar), bar);
    // Nothing, a single row, and what is all ink have no slant.
    let mut row = vec![0; 784];
    row[28 * 20 + 3..28 * 20 + 19].fill(90);
    for image in [vec![0; 784], vec![255; 784], row] {
        assert_eq!(staged(stages("deskew"), 28, &image), image);
    }
}

#[test]
fn a_slanted_bar_becomes_upright() {
    for (to_the_side, column) in [(1, 13), (-1, 14)] {
        let mut bar = vec![0; 784];
        for y in 4..24_i32 {
            bar[(y * 28 + 14 + to_the_side * (y - 14)) as usize] = 240;
        }
        // Its middle row is 13.5, and its middle column between two.
        let upright = staged(stages("deskew"), 28, &bar);
        for (place, &byte) in upright.iter().enumerate() {
            let (y, x) = (place / 28, place % 28);
            let lit = (4..24).contains(&y) && (x == column || x == column + 1);
            assert_eq!(byte, if lit { 120 } else { 0 }, "{x} {y}");
        }
        assert_eq!(Slant::of(upright.as_slice(), 28).shift(0), 0);
    }
}

#[test]
fn the_mean_of_equals_is_that() {
    for byte in [0, 1, 77, 254, 255] {
        for side in ["pool2", "pool4", "pool7"] {
            let pooled = staged(stages(side), 28, &[byte; 784]);
            assert!(pooled.iter().all(|&mean| mean == byte), "{side}");
        }
    }
    assert_eq!(
        staged(stages("pool2"), 4, &[1, 0, 1, 1, 0, 0, 1, 0, 0, 9, 9, 9, 9, 9, 9, 10]),
        [0, 1, 7, 9]
    );
}

#[test]
fn names_and_codes_come_back() {
    let mut count = 0;
    for code in 0..=u8::MAX {
        let Some(stages) = Stages::from_code(code) else {
            assert!(code >= 128);
            continue;
        };
        count += 1;
        assert_eq!(stages.code(), code);
        assert_eq!(std::format!("{stages}").parse(), Ok(stages));
    }
    assert_eq!(count, 128);
    assert_eq!(stages("deskew,pool2").code(), 3);
    assert_eq!(stages("crop4").code(), 64);
    for unknown in [
        "",
        "pool",
        "pool1",
        "pool9",
        "pool22",
        "pool2,deskew",
        "deskew,",
        "deskewpool2",
        "Deskew",
        "crop",
        "crop0",
        "crop8",
        "crop44",
        "pool2,crop4",
        "crop4,none",
        "crop1,crop1",
        ",",
    ] {
        assert_eq!(unknown.parse::<Stages>(), Err(UnknownStages), "{unknown}");
    }
}

#[test]
fn squares_fill_the_image() {
    assert_eq!(stages("deskew,pool4").sides(28, 64), Some((7, 16)));
    assert_eq!(stages("pool4").sides(28, 30), None);
    assert_eq!(stages("pool2").sides(0, 2), None);
    assert_eq!(stages("deskew").sides(65, 2), None);
    assert_eq!(Stages::NONE.sides(65, 0), Some((65, 0)));
    assert_eq!(stages("crop4,pool2").sides(28, 30), Some((10, 11)));
    assert_eq!(stages("crop4,pool3").sides(28, 28), None);
    assert_eq!(stages("crop4").sides(8, 9), None);
    assert_eq!(Staging::new(stages("pool2"), 3, 4), None);
}
