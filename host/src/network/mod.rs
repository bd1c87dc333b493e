//! Networks on the desktop: any widths at run time, the listed ones at compile time.

pub mod any;
pub mod runtime;

pub use any::{AnyActivation, AnyCost, AnyOutput};
pub use runtime::RuntimeNetwork;
