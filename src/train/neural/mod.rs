//! Training of the neural tagger: needs the cargo feature `train-neural`.
//!
//! In: CoNLL files and gold folders, word vectors, lists of names. Out: one file of weights with a card, read by
//! `entity::neural`. One encoder is shared by all sources; every way of annotating has its own head, so that
//! the sources' differences do not mix. The same options, data and seed give the same weights.

mod calibrate;
mod checkpoint;
mod data;
mod graph;
mod learn;
mod lists;
mod ops;
mod run;

pub(crate) use graph::Noise;
pub(crate) use learn::LearnOptions;
pub(crate) use lists::NameFile;
pub(crate) use run::{NeuralOptions, neural};
