//! Pre-training of the encoder on unlabelled text: `peristiwa train encoder`.
//!
//! In: the text that `train embeddings` prepared, and its vectors. Out: a [`Network`] without heads, from which a
//! tagger's learning begins. Every word is guessed from the state that has read all before it and the state that
//! has read all behind it; frequent words by themselves, rare ones as a group of like vectors and case. One pass,
//! one thread; a checkpoint is kept, so that an interrupted training goes on.

mod learn;
mod words;

pub(crate) use learn::{EncoderOptions, encoder};
