//! The one path: stage after stage over one article, and over many in parallel.

mod layers;

pub(crate) use layers::{Layers, MentionAt};
