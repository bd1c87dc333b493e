//! A product as a node that knows its own derivative, as the chapter writes it.

/// A node that multiplies.
#[derive(Debug, Default)]
pub struct Product {
    x: f32,
    y: f32,
}

impl Product {
    /// z = x·y. Keeps both factors: backward will need them.
    pub fn forward(&mut self, x: f32, y: f32) -> f32 {
        (self.x, self.y) = (x, y);
        x * y
    }

    /// From the gradient of z those of x and y: each gets it times the other.
    pub fn backward(&self, d_z: f32) -> [f32; 2] {
        [d_z * self.y, d_z * self.x]
    }
}
