//! The one path: stage after stage over one article, and over many in parallel.

mod annotator;
mod batch;
#[cfg(feature = "cli")]
mod conveyor;
mod layers;
mod offsets;
mod stages;

pub use annotator::Annotator;
pub(crate) use batch::Threads;
#[cfg(feature = "cli")]
pub(crate) use batch::{GROUP, caught};
#[cfg(feature = "cli")]
pub(crate) use conveyor::{Conveyor, Ended};
pub(crate) use layers::{Layers, MentionAt};
pub(crate) use offsets::convert;
