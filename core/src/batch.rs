//! Kernels over a block of samples: the arithmetic of [`kernels`](crate::kernels), many samples at
//! a time, for machines with caches and vectors.
//!
//! Forward, backward and update are one thing: rows of numbers that grow by multiples of the rows
//! of a matrix,
//!
//! ```text
//! out[r] ← out[r] + Σₖ c(r, k) · matrix[k],   k rising
//! ```
//!
//! | pass | `out[r]` | `c(r, k)` | `matrix[k]` |
//! | --- | --- | --- | --- |
//! | forward | sums z of sample r, starting at the biases | its input k | weights of input k |
//! | backward | ∂C/∂x of sample r, starting at 0 | its delta k | weights of output k, transposed |
//! | update | weights of input r | input r of sample k | step of sample k |
//!
//! So the order of every sum is that of one sample after the other: inputs by rising index, outputs
//! by rising index, samples in their order. Rows lie across outputs (or, backward, across inputs).
//!
//! [`gather`] takes the multiples as lists of what is not zero, [`multiply`] as they lie in a dense
//! matrix without zeros, [`scatter`] is the update one sample at a time. All buffers are the
//! caller's; who uses none of this pays for none of it.

/// A number that is not zero and the row of the matrix that it multiplies.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Entry {
    /// The row: an input in the list of a sample, a sample in the list of an input.
    pub at: u32,
    /// The number.
    pub value: f32,
}

/// Rows of a matrix whose lists are read together, so that what a block of samples takes of them
/// stays in the first-level cache. Of images, that is a part of them: the border is never lit.
pub const TILE: usize = 128;

/// Bytes of a dense matrix that stay in the first-level cache while a block of samples passes.
const DENSE_TILE: usize = 16 << 10;

/// Numbers of one vector. Other vectors than these will do, too: the compiler puts two or half of
/// them in a register.
pub const LANES: usize = 8;

/// A row of `V` vectors.
pub type Row<const V: usize> = [[f32; LANES]; V];

/// The rows of `V` vectors that lie in `values`; what is left at the end is passed over.
#[inline(always)]
pub fn rows<const V: usize>(values: &[f32]) -> &[Row<V>] {
    values.as_chunks().0.as_chunks().0
}

/// [`rows`], to be changed.
#[inline(always)]
pub fn rows_mut<const V: usize>(values: &mut [f32]) -> &mut [Row<V>] {
    values.as_chunks_mut().0.as_chunks_mut().0
}

/// Does `$body` with `$index` = 0, 1, … below `$count` as constants, 13 at most, written out one
/// after the other: a loop is not always unrolled, and then its sums stay in memory.
macro_rules! unrolled {
    ($count:expr, $index:ident => $body:expr) => {
        unrolled!(@each 0 1 2 3 4 5 6 7 8 9 10 11 12; $count, $index => $body)
    };
    (@each $($known:literal)+; $count:expr, $index:ident => $body:expr) => {
        $(if $known < $count {
            const $index: usize = $known;
            $body
        })+
    };
}

/// `sums` ← `sums` + `multiple` · `row`.
#[inline(always)]
fn add<const V: usize>(sums: &mut Row<V>, multiple: f32, row: &Row<V>) {
    const {
        assert!(V <= 13, "a row has at most 13 vectors");
    }
    unrolled!(V, VECTOR => {
        let (sums, row) = (&mut sums[VECTOR], &row[VECTOR]);
        for lane in 0..LANES {
            sums[lane] += multiple * row[lane];
        }
    });
}

/// `out[r]` ← `out[r]` + Σ `value` · `matrix[at]` over the entries of the list r, in their order.
///
/// An entry beyond the matrix is passed over.
#[inline(always)]
pub fn gather<'e, const V: usize>(
    out: &mut [Row<V>],
    lists: impl Iterator<Item = &'e [Entry]>,
    matrix: &[Row<V>],
) {
    for (out, list) in out.iter_mut().zip(lists) {
        let mut sums = *out;
        for entry in list {
            if let Some(row) = matrix.get(entry.at as usize) {
                add(&mut sums, entry.value, row);
            }
        }
        *out = sums;
    }
}

/// `out[at]` ← `out[at]` + `value` · `row` for each entry.
///
/// An entry beyond `out` is passed over.
#[inline(always)]
pub fn scatter<const V: usize>(out: &mut [Row<V>], list: &[Entry], row: &Row<V>) {
    let row = *row;
    for entry in list {
        if let Some(out) = out.get_mut(entry.at as usize) {
            let mut sums = *out;
            add(&mut sums, entry.value, &row);
            *out = sums;
        }
    }
}

/// A dense matrix of multiples: c(r, k) lies at r · `across` + k · `along` of `values`.
///
/// A multiple of 0 is multiplied, not skipped. So there must be none, or only where adding a zero
/// of either sign changes no bit: to sums that cannot be −0, as no sum is that starts at +0.
#[derive(Clone, Copy, Debug)]
pub struct Multiples<'a> {
    /// The numbers.
    pub values: &'a [f32],
    /// From one row of `out` to the next.
    pub across: usize,
    /// From one term of a sum to the next.
    pub along: usize,
}

impl Multiples<'_> {
    /// Those of the rows from `row` on and the terms from `term` on.
    #[inline(always)]
    fn from(self, row: usize, term: usize) -> Self {
        let start = row * self.across + term * self.along;
        Self { values: self.values.get(start..).unwrap_or(&[]), ..self }
    }

    /// c(`row`, `term`), 0 beyond the end.
    #[inline(always)]
    fn at(&self, row: usize, term: usize) -> f32 {
        self.values.get(row * self.across + term * self.along).copied().unwrap_or(0.0)
    }
}

/// `out[r]` ← `out[r]` + Σₖ c(r, k) · `matrix[k]`, k rising.
///
/// Narrow rows are taken several at a time, so that enough sums are under way to hide the time an
/// addition takes: in as many of 16 registers as leave room for the operands.
#[inline(always)]
pub fn multiply<const V: usize>(out: &mut [Row<V>], multiples: Multiples<'_>, matrix: &[Row<V>]) {
    let tile = const { DENSE_TILE / size_of::<Row<V>>() };
    for (index, matrix) in matrix.chunks(tile).enumerate() {
        let multiples = multiples.from(0, index * tile);
        let grouped = match V {
            0..=2 => multiply_groups::<6, V>(out, multiples, matrix),
            3 => multiply_groups::<4, V>(out, multiples, matrix),
            4 => multiply_groups::<3, V>(out, multiples, matrix),
            _ => 0,
        };
        if let Some(rest) = out.get_mut(grouped..) {
            multiply_groups::<1, V>(rest, multiples.from(grouped, 0), matrix);
        }
    }
}

/// [`multiply`] for whole groups of `G` rows; returns how many rows these are.
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "the form matters, see below")]
fn multiply_groups<const G: usize, const V: usize>(
    out: &mut [Row<V>],
    multiples: Multiples<'_>,
    matrix: &[Row<V>],
) -> usize {
    let (groups, _) = out.as_chunks_mut::<G>();
    for (index, group) in groups.iter_mut().enumerate() {
        let multiples = multiples.from(index * G, 0);
        let mut sums = *group;
        for (term, row) in matrix.iter().enumerate() {
            if G == 1 {
                add(&mut sums[0], multiples.at(0, term), row);
                continue;
            }
            // Plain loops over indices: in any other form, sums of several rows get entangled.
            let mut multiple = [0.0; G];
            for member in 0..G {
                multiple[member] = multiples.at(member, term);
            }
            for member in 0..G {
                for vector in 0..V {
                    for lane in 0..LANES {
                        sums[member][vector][lane] += multiple[member] * row[vector][lane];
                    }
                }
            }
        }
        *group = sums;
    }
    groups.len() * G
}

/// `sums[i]` ← `sums[i]` + Σₒ `matrix[i][o]` · `deltas[o]`, o rising: backward for one sample, from
/// the weights as they lie.
///
/// It multiplies zeros, too; see [`Multiples`].
#[inline(always)]
pub fn contract<const V: usize>(sums: &mut [f32], matrix: &[Row<V>], deltas: &Row<V>) {
    for (total, row) in sums.iter_mut().zip(matrix) {
        let mut sum = *total;
        for (row, deltas) in row.iter().zip(deltas) {
            for lane in 0..LANES {
                sum += row[lane] * deltas[lane];
            }
        }
        *total = sum;
    }
}

/// Says how far the list of one sample goes in every [`TILE`] of rows: tile t has the entries from
/// `ends[t - 1]` (0 for the first) up to `ends[t]`.
///
/// The entries rise by their row. Rows beyond the last tile are in none.
#[inline(always)]
pub fn tile_ends(list: &[Entry], ends: &mut [u32]) {
    ends.fill(0);
    for (index, entry) in list.iter().enumerate() {
        if let Some(end) = ends.get_mut(entry.at as usize / TILE) {
            *end = index as u32 + 1;
        }
    }
    fill_empty_tiles(ends);
}

/// Lets a tile without entries, whose end is 0, end where the one before it does.
#[inline(always)]
pub fn fill_empty_tiles(ends: &mut [u32]) {
    let mut last = 0;
    for end in ends {
        last = last.max(*end);
        *end = last;
    }
}

/// `counts[row]` ← `counts[row]` + the entries of `list` for that row; those beyond are dropped.
#[inline(always)]
pub fn count_rows(list: &[Entry], counts: &mut [u32]) {
    for entry in list {
        if let Some(count) = counts.get_mut(entry.at as usize) {
            *count += 1;
        }
    }
}

/// Turns lists by sample into lists by row: row r has the entries of `by_row` from `ends[r - 1]`
/// (0 for the first) up to `ends[r]`, each with the number of its sample, by rising sample.
///
/// `ends` has one place for each row, in which [`count_rows`] has counted the entries of all lists.
/// Entries beyond are dropped, and so are those for which `by_row` has no room.
#[inline(always)]
pub fn place_by_row<'e>(
    lists: impl Iterator<Item = &'e [Entry]>,
    ends: &mut [u32],
    by_row: &mut [Entry],
) {
    let mut start = 0;
    for end in ends.iter_mut() {
        // Where the list starts; then, with each entry, where it ends.
        let count = *end;
        *end = start;
        start += count;
    }
    for (sample, list) in lists.enumerate() {
        for entry in list {
            if let Some(end) = ends.get_mut(entry.at as usize) {
                if let Some(place) = by_row.get_mut(*end as usize) {
                    *place = Entry { at: sample as u32, value: entry.value };
                }
                *end += 1;
            }
        }
    }
}

/// The lists that a list of their ends describes, one after the other.
#[inline(always)]
pub fn lists<'a, T>(
    entries: &'a [T],
    start: u32,
    ends: &'a [u32],
) -> impl Iterator<Item = &'a [T]> + Clone {
    let mut start = start as usize;
    ends.iter().map(
        #[inline(always)]
        move |&end| {
            let list = entries.get(start..end as usize).unwrap_or(&[]);
            start = end as usize;
            list
        },
    )
}

/// The kernels against the plain loops that define them, bit for bit.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Stream, below};
    use rand_core::Rng;
    use std::vec;
    use std::vec::Vec;

    /// From −1 to 1, never 0; a few tiny.
    fn number(rng: &mut impl Rng) -> f32 {
        let unit = (rng.next_u32() >> 8) as f32 / 8_388_608.0 - 1.0;
        match below(8, rng) {
            0 => unit * 1e-30 + 1e-38,
            _ => unit + 1e-9,
        }
    }

    fn matrix<const V: usize>(rows: usize, rng: &mut impl Rng) -> Vec<Row<V>> {
        let mut matrix = vec![[[0.0; LANES]; V]; rows];
        matrix
            .as_flattened_mut()
            .as_flattened_mut()
            .iter_mut()
            .for_each(|value| *value = number(rng));
        matrix
    }

    /// out[r] + Σ c(r, k) · matrix[k] over what `terms` lists for r, by the definition.
    fn plain<const V: usize>(
        out: &[Row<V>],
        terms: &[Vec<Entry>],
        matrix: &[Row<V>],
    ) -> Vec<Row<V>> {
        let mut out = out.to_vec();
        for (out, terms) in out.iter_mut().zip(terms) {
            for term in terms {
                let row = matrix[term.at as usize].as_flattened();
                for (out, number) in out.as_flattened_mut().iter_mut().zip(row) {
                    let product = term.value * number;
                    *out += product;
                }
            }
        }
        out
    }

    #[track_caller]
    fn assert_bits<const V: usize>(found: &[Row<V>], expected: &[Row<V>], what: &str) {
        let bits = |values: &[Row<V>]| -> Vec<u32> {
            values.as_flattened().as_flattened().iter().map(|value| value.to_bits()).collect()
        };
        assert_eq!(bits(found), bits(expected), "{what} of {V} vectors");
    }

    /// For each of `rows` a list of what a coin chose of `columns`, one in `odds`; some are empty.
    fn sparse(rows: usize, columns: usize, odds: u32, rng: &mut impl Rng) -> Vec<Vec<Entry>> {
        let list = |rng: &mut _| {
            let chosen = (0..columns as u32).filter(|_| below(odds, rng) == 0).collect::<Vec<_>>();
            chosen.into_iter().map(|at| Entry { at, value: number(rng) }).collect()
        };
        (0..rows).map(|_| list(rng)).collect()
    }

    /// Every kernel at one width, on blocks of several sizes and matrices of one tile and more.
    fn width<const V: usize>() {
        let mut rng = Stream::Split.rng(V as u64);
        for (samples, inputs) in [(1, 1), (2, 63), (5, 64), (7, 65), (13, 200)] {
            let rng = &mut rng;
            let (weights, sums) = (matrix::<V>(inputs, rng), matrix::<V>(samples, rng));
            let by_sample = sparse(samples, inputs, 3, rng);
            let slices = || by_sample.iter().map(Vec::as_slice);
            let expected = plain(&sums, &by_sample, &weights);

            let mut found = sums.clone();
            gather(&mut found, slices(), &weights);
            assert_bits(&found, &expected, "gather");

            // Tile by tile: a sum that is cut and continued is the same sum.
            let tiles = inputs.div_ceil(TILE);
            let mut ends = vec![u32::MAX; tiles];
            let mut found = sums.clone();
            for tile in 0..tiles {
                let parts: Vec<&[Entry]> = slices()
                    .map(|list| {
                        tile_ends(list, &mut ends);
                        let start = if tile == 0 { 0 } else { ends[tile - 1] };
                        let part = &list[start as usize..ends[tile] as usize];
                        assert!(part.iter().all(|entry| entry.at as usize / TILE == tile));
                        part
                    })
                    .collect();
                gather(&mut found, parts.into_iter(), &weights);
            }
            assert_bits(&found, &expected, "gather by tiles");

            // The update: sample after sample, and row after row.
            let mut scattered = weights.clone();
            for (list, step) in by_sample.iter().zip(&sums) {
                scatter(&mut scattered, list, step);
            }
            let (mut ends, mut by_row) = (vec![0; inputs], vec![Entry::default(); 13 * 200]);
            slices().for_each(|list| count_rows(list, &mut ends));
            place_by_row(slices(), &mut ends, &mut by_row);
            let mut gathered = weights.clone();
            gather(&mut gathered, lists(&by_row, 0, &ends), &sums);
            assert_bits(&gathered, &scattered, "update");

            // Backward, as the weights lie.
            let deltas = matrix::<V>(1, rng)[0];
            let mut found = vec![0.0; inputs];
            contract(&mut found, &weights, &deltas);
            for (found, row) in found.iter().zip(&weights) {
                let products = row.as_flattened().iter().zip(deltas.as_flattened());
                let expected = products.fold(0.0, |sum: f32, (weight, delta)| sum + weight * delta);
                assert_eq!(found.to_bits(), expected.to_bits(), "contract of {V} vectors");
            }

            // Dense, as it lies and transposed.
            let values: Vec<f32> = (0..samples * inputs).map(|_| number(rng)).collect();
            let entry = |at, value| Entry { at: at as u32, value };
            let rows = values.chunks_exact(inputs);
            let terms = rows.map(|row| {
                row.iter().enumerate().map(|(at, &value)| entry(at, value)).collect::<Vec<_>>()
            });
            let expected = plain(&sums, &terms.collect::<Vec<_>>(), &weights);
            let mut found = sums.clone();
            let multiples = Multiples { values: &values, across: inputs, along: 1 };
            multiply(&mut found, multiples, &weights);
            assert_bits(&found, &expected, "multiply");
            let terms = (0..inputs).map(|input| {
                let column = (0..samples).map(|k| entry(k, values[k * inputs + input]));
                column.collect::<Vec<_>>()
            });
            let expected = plain(&weights, &terms.collect::<Vec<_>>(), &sums);
            let mut found = weights.clone();
            let multiples = Multiples { values: &values, across: 1, along: inputs };
            multiply(&mut found, multiples, &sums);
            assert_bits(&found, &expected, "multiply, transposed");
        }
    }

    macro_rules! widths {
        ($($width:literal)*) => { $(width::<$width>();)* };
    }

    #[test]
    fn every_width_computes_the_bits_of_the_plain_loops() {
        widths!(1 2 3 4 5 6 7 8 9 10 11 12 13);
    }

    #[test]
    fn what_lies_beyond_is_passed_over() {
        let far = [Entry { at: 2, value: 1.0 }, Entry { at: 900, value: 1.0 }];
        let mut out = [[[1.0; LANES]; 1]; 2];
        gather(&mut out, [far.as_slice(), &far].into_iter(), &[[[1.0; LANES]; 1]; 2]);
        scatter(&mut out, &far, &[[1.0; LANES]; 1]);
        assert_eq!(out, [[[1.0; LANES]; 1]; 2]);
        let mut ends = [9; 2];
        tile_ends(&far, &mut ends);
        assert_eq!(ends, [1, 1]);
        let mut by_row = [Entry::default(); 1];
        let mut ends = [0; 3];
        [far, far].iter().for_each(|list| count_rows(list, &mut ends));
        place_by_row([far.as_slice(), &far].into_iter(), &mut ends, &mut by_row);
        assert_eq!((ends, by_row), ([0, 0, 2], [Entry { at: 0, value: 1.0 }]));
        assert_eq!(lists(&by_row, 0, &ends).map(<[Entry]>::len).collect::<Vec<_>>(), [0, 0, 0]);
    }

    /// Where the sum starts at +0, a multiple of 0 of either sign changes no bit.
    #[test]
    fn zeros_add_nothing_to_sums_from_zero() {
        let values = [0.0, -0.0, 0.0, -1.0, -0.0, 0.0];
        let matrix = [-1.0, 2.0, -0.0, -0.0, 0.0, -3.0].map(|number| [[number; LANES]]);
        let mut out = [[[0.0; LANES]]];
        multiply(&mut out, Multiples { values: &values, across: 6, along: 1 }, &matrix);
        assert_eq!(out[0][0].map(f32::to_bits), [0; LANES]);
    }
}
