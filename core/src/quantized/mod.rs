//! Quantised networks: weights of 8 bits or fewer, activations of 8 bits, whole numbers from the pixel
//! to the class.
//!
//! ```
//! use gradito_core::quantized;
//! use gradito_core::quantized::kernels::Portable;
//! use gradito_core::signal::Pixels;
//!
//! type Digits = quantized!(784 => 32 Sigmoid => 10 Sigmoid);
//!
//! // Weights, and 8 bytes a neuron.
//! assert_eq!(size_of::<Digits>(), 784 * 32 + 32 * 10 + 8 * (32 + 10));
//! let mut trace = Digits::TRACE;
//! Digits::ZERO.infer::<Portable, _>(&Pixels([128; 784]), &mut trace);
//! assert_eq!(Digits::scores(&trace), [0; 10]);
//! ```
//!
//! # The arithmetic
//!
//! It is the same on every machine by construction: no result depends on an order or a rounding
//! mode. The weights w are [of one kind](weights::WeightKind) and have a scale of their own for each
//! output; what a layer reads are bytes x, or bits. A layer computes, exactly,
//!
//! | step | |
//! | --- | --- |
//! | sum | s\[o\] = bias\[o\] + Σᵢ x\[i\]·w\[i\]\[o\], in `i32` |
//! | rescaling | q = ⌊⌊s / 2^before\[o\]⌋ · multiplier\[o\] / 2^after\[o\]⌋, both products below 2³¹ |
//! | activation | a byte: [see there](activation) |
//!
//! and the last layer gives its q as they are: the *scores*, z in units of
//! [2⁻¹⁶](output::SCORE_BITS). The class is the first of the largest. Floors are arithmetic shifts;
//! whoever quantises adds halves to the biases, and the results are rounded to nearest. No sum can
//! leave `i32` whatever the inputs: [that is proved](output::Output::sums) from the weights when a
//! network is quantised. Where parameters are forged, sums wrap around.
//!
//! A pixel v is the byte v, or the bit v ≥ threshold. A zero adds nothing and is skipped: zero
//! pixels, words of them, and zero activations, as behind a rectifier.
//!
//! # The parts
//!
//! | module | |
//! | --- | --- |
//! | [`weights`] | the kinds of weights: of 8, 4 and 2 bits, and ternary |
//! | [`layout`] | where a weight lies |
//! | [`packing`] | how weights of fewer than 8 bits share a word |
//! | [`input`] | what networks read: bytes and bits |
//! | [`lit`] | lists of what is not zero, a chunk at a time |
//! | [`kernels`] | the sums; what they are is defined here, other crates may be faster |
//! | [`output`] | from sums to bytes or scores |
//! | [`activation`] | the bytes of a layer |
//! | [`layer`] | layers and networks of compile-time widths |
//! | [`packed`] | layers of fewer than 8 bits a weight |
//! | [`parameters`] | networks of run-time widths, as a model image has them |

pub mod activation;
pub mod input;
pub mod kernels;
pub mod layer;
pub mod layout;
pub mod lit;
pub mod output;
pub mod packed;
pub mod packing;
pub mod parameters;
#[cfg(test)]
mod tests;
pub mod weights;

pub use layer::Network;

/// The position of the largest score: the class. The first of equals; 0 for no scores.
#[inline(always)]
pub fn argmax(scores: &[i32]) -> usize {
    let (mut best, mut largest) = (0, i32::MIN);
    for (class, &score) in scores.iter().enumerate() {
        if score > largest {
            (best, largest) = (class, score);
        }
    }
    best
}

/// The type of a quantised [`Network`], written the way it is drawn: widths and activations.
///
/// ```
/// use gradito_core::quantized;
///
/// type Digits = quantized!(784 => 32 Sigmoid => 10 Sigmoid);
/// # let _ = size_of::<Digits>();
/// ```
///
/// One that reads [bits](crate::quantized::input::Bits), one a pixel:
///
/// ```
/// use gradito_core::quantized;
///
/// type Digits = quantized!(bits 784 => 32 Relu => 10 Softmax);
/// # let _ = size_of::<Digits>();
/// ```
///
/// Weights of fewer than 8 bits: how they are [packed](crate::quantized::packing) stands in front.
///
/// ```
/// use gradito_core::quantized;
/// use gradito_core::quantized::packing::{Nibbles, Trits};
///
/// type Digits = quantized!(Nibbles: 784 => 32 Relu => 10 Softmax);
/// // Rows of 4 and of 2 words.
/// assert_eq!(size_of::<Digits>(), 784 * 16 + 32 * 8 + 8 * (32 + 10));
/// type Smaller = quantized!(Trits: bits 784 => 40 Relu => 10 Softmax);
/// // Of 2 and of 1.
/// assert_eq!(size_of::<Smaller>(), 784 * 8 + 40 * 4 + 8 * (40 + 10));
/// ```
#[macro_export]
macro_rules! quantized {
    (bits $inputs:literal => $outputs:literal $activation:ident $(<$math:ty>)?) => {
        $crate::quantized::Network<
            $crate::quantized::layer::BitDense<
                $inputs,
                $outputs,
                { $crate::quantized::layout::row_words($outputs) },
                $crate::activation::$activation$(<$math>)?,
            >,
        >
    };
    (bits $inputs:literal => $outputs:literal $activation:ident $(<$math:ty>)? => $($rest:tt)+) => {
        $crate::quantized::Network<
            $crate::chain::Chain<
                $crate::quantized::layer::BitDense<
                    $inputs,
                    $outputs,
                    { $crate::quantized::layout::row_words($outputs) },
                    $crate::activation::$activation$(<$math>)?,
                >,
                $crate::quantized_layers!($outputs => $($rest)+),
            >,
        >
    };
    ($inputs:literal => $($layers:tt)+) => {
        $crate::quantized::Network<$crate::quantized_layers!($inputs => $($layers)+)>
    };
    ($packing:ident: bits $inputs:literal => $($layers:tt)+) => {
        $crate::quantized::Network<$crate::packed_layers!(true $packing: $inputs => $($layers)+)>
    };
    ($packing:ident: $inputs:literal => $($layers:tt)+) => {
        $crate::quantized::Network<$crate::packed_layers!(false $packing: $inputs => $($layers)+)>
    };
}

/// The layers of [`quantized!`] that read bytes, one by one.
#[doc(hidden)]
#[macro_export]
macro_rules! quantized_layers {
    ($inputs:literal => $outputs:literal $activation:ident $(<$math:ty>)?) => {
        $crate::quantized::layer::Dense<
            $inputs,
            $outputs,
            { $crate::quantized::layout::pairs($inputs) },
            { $crate::quantized::layout::pair_words($outputs) },
            $crate::activation::$activation$(<$math>)?,
        >
    };
    ($inputs:literal => $outputs:literal $activation:ident $(<$math:ty>)? => $($rest:tt)+) => {
        $crate::chain::Chain<
            $crate::quantized_layers!($inputs => $outputs $activation $(<$math>)?),
            $crate::quantized_layers!($outputs => $($rest)+),
        >
    };
}

/// The layers of [`quantized!`] whose weights are packed, one by one; the first reads bits or bytes.
#[doc(hidden)]
#[macro_export]
macro_rules! packed_layers {
    (
        $bits:literal $packing:ident:
            $inputs:literal => $outputs:literal $activation:ident $(<$math:ty>)?
    ) => {
        $crate::quantized::packed::PackedDense<
            $bits,
            $inputs,
            $outputs,
            { $crate::quantized::packing::row_words::<$crate::quantized::packing::$packing>($outputs) },
            $crate::quantized::packing::$packing,
            $crate::activation::$activation$(<$math>)?,
        >
    };
    (
        $bits:literal $packing:ident:
            $inputs:literal => $outputs:literal $activation:ident $(<$math:ty>)? => $($rest:tt)+
    ) => {
        $crate::chain::Chain<
            $crate::packed_layers!(
                $bits $packing: $inputs => $outputs $activation $(<$math>)?
            ),
            $crate::packed_layers!(false $packing: $outputs => $($rest)+),
        >
    };
}
