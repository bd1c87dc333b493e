//! Which kernels a layer takes, from its shape and what it reads.
//!
//! Every choice computes the same bits; it only has to be a fast one. The constants were found by
//! timing both sides on an x86-64 machine with 32 KiB and 1 MiB of cache and lie where they cross;
//! around there either will do.

use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use gradito_core::batch::TILE;

/// Samples that go through a panel together: their sums or steps, up to 64 rows of 104 numbers,
/// stay in a first-level cache of 32 KiB.
const BLOCK: usize = 64;

/// The samples of a batch of `samples` that go through the network together, on `threads`.
pub fn share(samples: usize, threads: usize) -> usize {
    samples.div_ceil(threads).clamp(1, BLOCK)
}

/// The rows of a panel of `inputs` that are updated at once: all, or a few shares for each thread,
/// because rows differ in how often they are lit.
pub fn rows(inputs: usize, panels: usize, threads: usize) -> usize {
    if threads == 1 { inputs } else { inputs.div_ceil((4 * threads).div_ceil(panels)) }
}

/// Bytes of a panel's weights that are as good as in the first-level cache already, because a
/// sample comes back to many of them.
const CLOSE: usize = 128 << 10;

/// Whether lists of lit inputs are read a [`TILE`] of rows at a time.
///
/// A tile's rows stay in the first-level cache while all samples of the block pass, instead of
/// being fetched from the second by each of them. The price is a loop over a few entries for each
/// tile and sample, whose end the processor does not foresee. It pays for panels that do not fit
/// and rows long enough.
pub fn is_tiled(inputs: usize, width: usize, samples: usize) -> bool {
    inputs > 2 * TILE && samples > 2 && inputs * width * size_of::<f32>() > CLOSE
}

/// Whether backward goes over transposed weights.
///
/// That keeps whole vectors of sums under way where the weights as they lie give one sum at a time.
/// But to transpose them takes as long as one or two samples take without.
pub fn is_transposed(samples: usize) -> bool {
    samples > 2
}

/// Whether the update goes row by row, over lists by row, rather than sample by sample.
///
/// Row by row, a row of weights is loaded and stored once for all its updates; a scattered update
/// loads and stores it each time. With `entries` updates of `vectors` vectors of 8 on `rows` rows,
/// that saves `vectors` · (`entries` − `rows`) loads and stores and costs an index, some steps for
/// each entry: it pays from about 10 saved vectors a row on.
pub fn is_by_row(entries: usize, rows: usize, vectors: usize) -> bool {
    vectors * entries.saturating_sub(rows) > SAVED * rows
}

/// See [`is_by_row`].
const SAVED: usize = 10;

/// Parameters times samples of a batch from which a second thread is worth the hand-overs: some
/// ten a batch, each of the order of 10 µs.
const SHARED: usize = 3 << 20;

/// The number of threads to send batches of `samples` through a network of so many `parameters`
/// with: all cores if they gain, else 1.
pub fn threads(parameters: usize, samples: usize) -> NonZeroUsize {
    if parameters.saturating_mul(samples) < SHARED {
        return NonZeroUsize::MIN;
    }
    available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_networks_and_small_batches_take_the_plain_way() {
        // 784-30-10 at batch 10, 784-128-10 and 784-512-10 at batch 128: first layer, 150 lit.
        assert!(!is_tiled(784, 32, 10));
        assert!(!is_by_row(1500, 784, 4));
        assert!(is_tiled(784, 64, 64) && is_tiled(784, 104, 10));
        assert!(is_by_row(64 * 150, 784, 16) && is_by_row(1500, 784, 65));
        assert!(!is_by_row(150, 784, 65));
        assert_eq!(threads(23_860, 10).get(), 1);
        assert_eq!(threads(101_770, 128), available_parallelism().unwrap());
    }
}
