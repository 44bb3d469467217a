//! Corpora to weights: `peristiwa train entities` and `peristiwa train subwords`.
//!
//! In: CoNLL files and gold folders; texts. Out: files below `models/weights/` with a card that says
//! how each was made. The same options, data and seed give the same bytes.

#[cfg(feature = "bert")]
mod bert;
mod card;
mod clusters;
mod corpus;
#[cfg_attr(
    not(feature = "train-neural"),
    allow(dead_code, reason = "only the training of the network uses all of it")
)]
mod embeddings;
mod entities;
mod events;
mod judged;
mod learner;
mod lessons;
mod logistic;
mod measure;
#[cfg(feature = "train-neural")]
mod neural;
mod numbers;
mod progress;
#[cfg_attr(
    not(feature = "train-neural"),
    allow(dead_code, reason = "only the training of the network uses all of it")
)]
mod random;
mod relations;
#[cfg(any(feature = "bert", feature = "train-neural"))]
mod replace;
mod second;
mod subwords;
mod tag;
#[cfg_attr(
    not(feature = "train-neural"),
    allow(dead_code, reason = "only the training of the network uses all of it")
)]
mod text;
mod vectors;
mod whole;

#[cfg(feature = "bert")]
pub(crate) use bert::{PretrainOptions, Shape, TuneOptions, pretrain, tune};
pub(crate) use clusters::{Options as ClusterOptions, clusters};
pub(crate) use embeddings::{EmbeddingOptions, train_embeddings};
pub(crate) use entities::{Options as EntityOptions, entities};
pub(crate) use events::{Options as EventOptions, events};
pub(crate) use learner::Settings;
#[cfg(feature = "train-neural")]
pub(crate) use neural::{
    EncoderOptions, LearnOptions, NameFile, NeuralOptions, Noise, encoder, neural, read_encoder,
};
pub(crate) use relations::{Options as RelationOptions, relations};
pub(crate) use subwords::{Options as SubwordOptions, subwords};
pub(crate) use tag::tag_conll;
pub(crate) use text::{HeldOut, prepare};

use crate::error::Result;
use crate::models::Models;
use std::path::Path;

/// The label that may hold others, and so has a tagger of its own.
const OUTER: &str = "ROL";

/// The models of a folder, or those of the library.
fn load(folder: Option<&Path>) -> Result<Models> {
    match folder {
        Some(folder) => Models::from_dir(folder),
        #[cfg(feature = "bundled")]
        None => Models::bundled(),
        #[cfg(not(feature = "bundled"))]
        None => Models::from_dir("models"),
    }
}
