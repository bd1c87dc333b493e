//! Images as lists of their lit pixels, two bytes a pixel: the form in which a data set is kept.
//!
//! A shuffled epoch reads images from all over memory, and the time that takes grows with their
//! size.

use gradito_core::batch::{Entry, TILE, fill_empty_tiles};
use gradito_core::signal::PIXEL_VALUES;

use super::index::Place;

/// From one lit pixel of an image to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hop {
    /// How far it lies behind the one before; the first, behind the start of the image.
    distance: u8,
    /// Its byte. 0 makes it a pixel on the way to one that is farther than a hop goes.
    byte: u8,
}

impl Hop {
    /// Adds the lit pixels of `image`.
    pub fn list(image: &[u8], hops: &mut Vec<Self>) {
        let mut last = 0;
        for (position, &byte) in image.iter().enumerate().filter(|&(_, &byte)| byte != 0) {
            let mut distance = position - last;
            while distance > usize::from(u8::MAX) {
                hops.push(Self { distance: u8::MAX, byte: 0 });
                distance -= usize::from(u8::MAX);
            }
            hops.push(Self { distance: distance as u8, byte });
            last = position;
        }
    }

    /// Writes the image whose lit pixels are `list`.
    pub fn draw(list: &[Self], image: &mut [u8]) {
        image.fill(0);
        let mut at = 0;
        for hop in list {
            at += usize::from(hop.distance);
            image[at] = hop.byte;
        }
    }

    /// Adds the inputs that the pixels of an image are to `entries`, and enters them in the index:
    /// all in one pass.
    #[inline(always)]
    pub(super) fn enter(list: &[Self], entries: &mut Vec<Entry>, place: Place<'_>) {
        let Place { tile_ends, counts } = place;
        let start = entries.len();
        entries.resize(start + list.len(), Entry::default());
        let found = &mut entries[start..];
        let (mut at, mut count) = (0, 0);
        for hop in list {
            at += usize::from(hop.distance);
            found[count] = Entry { at: at as u32, value: PIXEL_VALUES[usize::from(hop.byte)] };
            // Without a branch: the byte is never 0 in small images, and rarely in large ones.
            let is_lit = hop.byte != 0;
            count += usize::from(is_lit);
            if let Some(end) = tile_ends.get_mut(at / TILE) {
                *end = count as u32;
            }
            if let Some(entries) = counts.get_mut(at) {
                *entries += u32::from(is_lit);
            }
        }
        entries.truncate(start + count);
        fill_empty_tiles(tile_ends);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradito_core::batch::{count_rows, tile_ends};

    /// What a list and its index are, one after the other.
    fn entered(image: &[u8]) -> (Vec<Entry>, Vec<u32>, Vec<u32>) {
        let (mut hops, mut entries) = (Vec::new(), vec![Entry { at: 9, value: 9.0 }]);
        let mut ends = vec![0; image.len().div_ceil(TILE)];
        let mut counts = vec![0; image.len()];
        Hop::list(image, &mut hops);
        let mut drawn = vec![7; image.len()];
        Hop::draw(&hops, &mut drawn);
        assert_eq!(drawn, image);
        Hop::enter(&hops, &mut entries, Place { tile_ends: &mut ends, counts: &mut counts });
        (entries.split_off(1), ends, counts)
    }

    #[test]
    fn pixels_are_where_they_were() {
        for (width, lit) in [
            (784, &[][..]),
            (784, &[0]),
            (784, &[0, 1, 255, 256, 783]),
            (784, &[255, 510, 766]),
            (5000, &[256, 1000, 1001, 4999]),
            (5000, &[4999]),
        ] {
            let mut image = vec![0; width];
            lit.iter().for_each(|&position| image[position] = 1 + (position % 255) as u8);
            let expected = lit.iter().map(|&position| Entry {
                at: position as u32,
                value: PIXEL_VALUES[usize::from(image[position])],
            });
            let expected: Vec<Entry> = expected.collect();
            let (mut ends, mut counts) = (vec![7; width.div_ceil(TILE)], vec![0; width]);
            tile_ends(&expected, &mut ends);
            count_rows(&expected, &mut counts);
            assert_eq!(entered(&image), (expected, ends, counts));
        }
    }

    #[test]
    fn only_an_image_without_zeros_has_as_many_entries_as_pixels() {
        let mut image = [7; 300];
        assert_eq!(entered(&image).0.len(), 300);
        image[150] = 0;
        assert_eq!(entered(&image).0.len(), 299);
    }
}
