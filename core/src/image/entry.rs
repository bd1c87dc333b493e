//! An entry of the layer table: a layer's shape in bytes.

use super::LAYER_LENGTH;
use crate::kind::{ActivationKind, MathKind};
use crate::layer::LayerShape;

impl LayerShape {
    /// The entry of the layer table that says it.
    #[inline(always)]
    pub fn to_entry(self) -> [u8; LAYER_LENGTH] {
        let [i0, i1, i2, i3] = (self.inputs as u32).to_le_bytes();
        let [o0, o1, o2, o3] = (self.outputs as u32).to_le_bytes();
        [i0, i1, i2, i3, o0, o1, o2, o3, self.activation.code(), self.math.code(), 0, 0]
    }

    /// What an entry of the layer table says; `None` if it is none.
    #[inline(always)]
    pub fn from_entry(entry: &[u8; LAYER_LENGTH]) -> Option<Self> {
        let &[i0, i1, i2, i3, o0, o1, o2, o3, activation, math, 0, 0] = entry else { return None };
        Some(Self {
            inputs: u32::from_le_bytes([i0, i1, i2, i3]) as usize,
            outputs: u32::from_le_bytes([o0, o1, o2, o3]) as usize,
            activation: ActivationKind::from_code(activation)?,
            math: MathKind::from_code(math)?,
        })
    }
}
