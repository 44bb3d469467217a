//! Subword pieces of words, for the tagger of our own.
//!
//! In: a word as printed. Out: the numbers of its pieces in the vocabulary of
//! `models/weights/subword.json`, which `peristiwa train subwords` learns from news.

use crate::error::{Error, Result};
use crate::models::Models;
use tokenizers::Model;
use tokenizers::models::bpe::BPE;

/// Where the vocabulary lies below `models/`.
const FILE: &str = "weights/subword.json";
/// Longer words are addresses or noise; they have no pieces.
const LONGEST: usize = 64;
/// What stands before a piece that does not begin its word.
const INNER: &str = "##";

/// A vocabulary of subword pieces; immutable, shared by all threads (the crate caches by thread).
pub(crate) struct Subwords(BPE);

impl Subwords {
    /// The vocabulary of `models`.
    ///
    /// # Errors
    /// Where the file is missing or malformed.
    pub(crate) fn new(models: &Models) -> Result<Self> {
        let model = serde_json::from_slice(models.file(FILE)?)
            .map_err(|cause| Error::models(format!("models/{FILE}: {cause}; train it again")))?;
        Ok(Self(model))
    }

    /// Adds the numbers of the pieces of `word` to `into`; none for a word that is too long.
    pub(crate) fn pieces(&self, word: &str, into: &mut Vec<u32>) {
        if word.len() <= LONGEST
            && let Ok(pieces) = self.0.tokenize(word)
        {
            into.extend(pieces.iter().map(|piece| piece.id));
        }
    }
}

/// Learns a byte-pair vocabulary of `size` pieces from words; the result is the file's text.
#[cfg(feature = "train")]
pub(crate) fn learn<'w>(
    words: impl Iterator<Item = &'w str> + Send,
    size: usize,
) -> Result<String> {
    use tokenizers::Trainer;
    use tokenizers::models::bpe::BpeTrainer;
    let failed = |cause: tokenizers::Error| Error::input(format!("learning subwords: {cause}"));
    let mut model = BPE::builder()
        .unk_token("[UNK]".to_owned())
        .continuing_subword_prefix(INNER.to_owned())
        .build()
        .map_err(failed)?;
    let mut trainer = BpeTrainer::builder()
        .show_progress(false)
        .vocab_size(size)
        .min_frequency(5)
        .limit_alphabet(200)
        .continuing_subword_prefix(INNER.to_owned())
        .special_tokens(vec![tokenizers::AddedToken::from("[UNK]", true)])
        .build();
    trainer
        .feed(words, |word| Ok(vec![word.to_owned()]))
        .map_err(failed)?;
    trainer.train(&mut model).map_err(failed)?;
    serde_json::to_string(&model).map_err(|cause| failed(cause.into()))
}
