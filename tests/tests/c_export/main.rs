//! The C export gives gradito's outputs, bit for bit: compiled for the desktop and, with the feature
//! `on-target`, for emulated microcontrollers.

mod cases;
mod desktop;
#[cfg(feature = "on-target")]
mod device;
