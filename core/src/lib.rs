//! The network core.
#![no_std]
