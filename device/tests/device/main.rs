//! The device on the desktop: a board made of memory, asked over its link.

mod board;
mod inference;
mod link;
mod models;
mod profile;
mod quantized;
mod staged;
mod training;
