//! The chapter's network, of widths known to the compiler: where a lesson looks at one sample at a
//! time, with the core's own code.

use gradito_core::layer::Parameters;
use gradito_core::network::Network;
use gradito_core::signal::Pixels;
use gradito_core::{kind::InitKind, network};
use zerocopy::FromZeros;

/// 784-30-10.
pub type Digits = network!(784 => 30 Sigmoid => 10 Sigmoid);

/// A network with all parameters zero.
pub fn zero() -> Box<Digits> {
    Digits::new_box_zeroed().expect("there is memory for a small network")
}

/// The network that training with this seed starts from.
pub fn untrained(seed: u64) -> Box<Digits> {
    let mut network = zero();
    network.initialize(InitKind::Scaled, seed);
    network
}

/// The network of these parameters, in the order of a model image; 0 for what is missing.
pub fn with_parameters(mut parameters: &[f32]) -> Box<Digits> {
    let mut network = zero();
    network.visit_mut(&mut |piece: Parameters<&mut [f32]>| {
        for value in piece.into_values() {
            let Some((first, rest)) = parameters.split_first() else { return };
            (*value, parameters) = (*first, rest);
        }
    });
    network
}

/// An image as the network reads it: 0 = paper … 255 = ink.
pub fn image(bytes: &[u8]) -> Pixels<784> {
    Pixels(std::array::from_fn(|at| bytes.get(at).copied().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_lie_as_in_a_model_image() {
        let parameters: Vec<f32> = (0..Digits::PARAMETERS).map(|at| at as f32).collect();
        let mut network = with_parameters(&parameters);
        for at in [0, 784 * 30, 784 * 30 + 30, Digits::PARAMETERS - 1] {
            assert_eq!(network.parameter_mut(at), Some(&mut (at as f32)));
        }
    }
}
