//! The neural tagger at run time: no training library, only `ndarray`.
//!
//! In: the words of sentences as [`see`] sees them. Out: labelled spans with the probability of each.

mod crf;
mod features;
mod format;
mod lstm;
mod names;
mod network;
mod tagger;
mod vectors;

pub(crate) use crf::{Chain, Found, NEVER, allowed, spans};
pub(crate) use features::{
    CHARS, CONTEXT_FEATURES, FIRST_NAME, Seen, char_kinds, see, visit_shapes,
};
pub(crate) use lstm::{Direction, Packing, tanh};
pub(crate) use names::{CLASSES, NameLists, Names};
pub(crate) use network::{Head, Network, Sizes};
pub(crate) use tagger::{NeuralTagger, Tagged};
pub(crate) use vectors::{Quantised, Vectors, ngrams, stable_hash, vector_form};
