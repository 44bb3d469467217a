//! The one path: stage after stage over one article, and over many in parallel.

mod batch;
mod layers;
mod offsets;
mod stand_in; // `annotator` takes its place when the rooms are joined

pub(crate) use batch::Threads;
pub(crate) use layers::{Layers, MentionAt};
pub(crate) use offsets::convert;
pub use stand_in::Annotator;
