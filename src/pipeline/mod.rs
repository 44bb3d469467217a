//! The one path: stage after stage over one article, and over many in parallel.

mod annotator;
mod batch;
mod layers;
mod offsets;
mod stages;

pub use annotator::Annotator;
pub(crate) use batch::Threads;
pub(crate) use layers::{Layers, MentionAt};
pub(crate) use offsets::convert;
