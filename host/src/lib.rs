//! The desktop library.
