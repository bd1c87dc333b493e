//! Networks on the desktop: any widths, in a form that caches and vectors like, and what it takes
//! to send a batch of samples through one.

pub mod any;
pub mod batch;
pub mod block;
pub mod grid;
pub mod hop;
mod index;
pub mod machine;
pub mod packed;
mod plan;
mod shard;

pub use any::{AnyActivation, AnyCost, AnyOutput};
pub use batch::Batch;
pub use block::Block;
pub use hop::Hop;
pub use machine::Machine;
pub use packed::PackedNetwork;
pub use plan::threads;
