//! What is wrong, kind by kind; [`DataError`](super::DataError) says where.

mod csv;
mod folder;
mod idx;
mod misfit;

pub use csv::CsvFault;
pub use folder::FolderFault;
pub use idx::IdxFault;
pub use misfit::{Misfit, SplitFault};
