//! The neural tagger at run time: no training library, only `ndarray`.
//!
//! In: the words of sentences as [`see`] sees them. Out: labelled spans with the probability of each.

// training writes what is only read here
#![cfg_attr(not(feature = "train-neural"), allow(dead_code))]

mod crf;
mod features;
mod file;
mod format;
mod lstm;
mod names;
mod network;
mod second;
mod tagger;
mod vectors;

pub(crate) use network::Network;
pub(crate) use tagger::{NeuralTagger, Opinion, Tagged};
#[cfg(feature = "train")]
pub(crate) use vectors::{Quantised, Vectors, ngrams, vector_form};
#[cfg(feature = "train-neural")]
pub(crate) use {
    crf::{Chain, Found, NEVER, allowed, spans},
    features::{
        CHARS, CONTEXT_FEATURES, FIRST_ELSEWHERE, FIRST_NAME, Seen, char_kinds, see, shape,
        visit_shapes,
    },
    lstm::{Direction, Packing, tanh},
    names::{CLASSES, NameLists, Names},
    network::{Head, Sizes},
    vectors::stable_hash,
};
