//! The one path: stage after stage over one article, and over many in parallel.

mod layers;
mod offsets;

pub(crate) use layers::{Layers, MentionAt};
