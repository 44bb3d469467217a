//! The neural tagger at run time: no training library, only `ndarray`.
//!
//! In: the words of sentences as [`see`] sees them. Out: labelled spans with the probability of each.

mod crf;
mod features;
mod format;
mod lstm;
mod names;
mod network;
mod second;
mod tagger;
mod vectors;

pub(crate) use tagger::NeuralTagger;
#[cfg(feature = "train")]
pub(crate) use vectors::{Quantised, Vectors, ngrams, vector_form};
#[cfg(feature = "train-neural")]
pub(crate) use {
    crf::{Chain, Found, NEVER, allowed, spans},
    features::{
        CHARS, CONTEXT_FEATURES, FIRST_ELSEWHERE, FIRST_NAME, Seen, char_kinds, see, visit_shapes,
    },
    lstm::{Direction, Packing, tanh},
    names::{CLASSES, NameLists, Names},
    network::{Head, Network, Sizes},
    vectors::stable_hash,
};
