//! Training of the neural tagger: needs the cargo feature `train-neural`.
//!
//! In: CoNLL files and gold folders, word vectors, lists of names. Out: one file of weights with a card, read by
//! `entity::neural`. One encoder is shared by all sources; every way of annotating has its own head, so that
//! the sources' differences do not mix. The same options, data and seed give the same weights.

mod calibrate;
mod checkpoint;
mod data;
mod graph;
mod language;
mod learn;
mod lists;
mod noise;
mod ops;
mod run;
mod steps;

pub(crate) use language::{EncoderOptions, encoder};
pub(crate) use learn::LearnOptions;
pub(crate) use lists::NameFile;
pub(crate) use noise::Noise;
pub(crate) use run::{NeuralOptions, neural, read_encoder};
