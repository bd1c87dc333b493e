//! Random numbers for comparisons of kernels, on the desktop and on processors.

use rand_core::Rng;

/// Fills `values` with numbers of all kinds that are finite.
pub fn fill(values: &mut [f32], rng: &mut impl Rng) {
    values.iter_mut().for_each(|value| *value = number(rng));
}

/// A number of any kind that is finite: most around 1, some 0, −0, subnormal, tiny or large.
pub fn number(rng: &mut impl Rng) -> f32 {
    let bits = rng.next_u32();
    let unit = (bits >> 8) as f32 / 8_388_608.0 - 1.0;
    match bits % 16 {
        0 => 0.0,
        1 => -0.0,
        2 => f32::from_bits(bits >> 9),
        3 => -f32::from_bits(bits >> 9),
        4 => unit * 1e-30,
        5 => unit * 1e10,
        _ => unit,
    }
}
