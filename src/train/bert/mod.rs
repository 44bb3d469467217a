//! Training of transformers: needs the cargo feature `bert`.
//!
//! In: running text, and CoNLL files and gold folders. Out: a folder as Hugging Face has it, which
//! `annotate --tagger bert` and Python's `transformers` read, with a card. A small network can begin from
//! nothing ([`pretrain`]); any BERT can be taught names. The same options, data, seed and number of
//! threads give the same weights, also where the training was interrupted.

mod adam;
mod checkpoint;
mod lessons;
mod model;
mod pretrain;
#[cfg(all(test, feature = "bundled"))]
mod tests;
mod tune;
mod vocabulary;

pub(crate) use model::Shape;
pub(crate) use pretrain::{PretrainOptions, pretrain};
pub(crate) use tune::{TuneOptions, tune};
