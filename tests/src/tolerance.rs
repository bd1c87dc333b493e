//! How far gradito's `f32` may be from the `f64` [reference](mod@crate::reference), and why.
//!
//! | name | of what | largest met | an outright mistake |
//! | --- | --- | --- | --- |
//! | [`GRADIENT`] | a layer's ‖g − ĝ‖ / ‖ĝ‖ where \|z\| ≤ 3 | 3e-6 | 1e-2 |
//! | [`SATURATED`] | an entry of g, as a part of its neuron's largest δ | 9e-6 | 1 |
//! | [`STEP`] | a parameter after a few steps | 4e-7 | 1e-3 |

/// ‖g − ĝ‖ / ‖ĝ‖ of one layer's gradient where no neuron is saturated, \|z\| ≤ 3.
///
/// There 1 − a and a − y have at least 18 of their 24 bits, and sums are short: 1e-7 is common.
/// Sums over neurons can cancel, see [`CANCELLED`].
pub const GRADIENT: f64 = 1e-5;

/// The part of its terms that must be left of a layer's sums for [`GRADIENT`] to hold as it is.
///
/// Where more has cancelled, in the layer as a whole, so many digits fewer are right, and the error counts as a part of
/// `CANCELLED` times the terms. That is one layer in fifty of the random networks.
pub const CANCELLED: f64 = 0.1;

/// The error of one entry of a gradient where neurons are saturated, as a part of the δ that an
/// output error of 1 could make if every activation were at its steepest.
///
/// 1 − a is a multiple of 2⁻²⁴ there, so that a(1 − a), whose true value may be 1e-20, is off by as
/// much. Sums z of size 60 carry up to ten errors of 2⁻¹⁹, 2e-5 together, which reach the outputs of
/// the few neurons that are not saturated.
pub const SATURATED: f64 = 5e-5;

/// The error of one parameter after a few steps of networks whose numbers are around 1.
///
/// Every step rounds a parameter m + 2 times, each time by at most 2⁻²³ (of 2 to 4), and adds
/// [`GRADIENT`] of itself at most.
pub const STEP: f64 = 2e-6;
