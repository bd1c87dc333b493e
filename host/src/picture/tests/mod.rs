//! Pictures made for the tests: no file is needed.

mod files;
mod photographs;
