//! Text to tokens, sentences and clauses.
//!
//! In: the untouched text. Out: [`Tokens`], which borrow it: every token knows its exact byte span,
//! its normal form (lower case, NFC, straight quotes, entities decoded, without zero-width characters)
//! and, for figures, its number. Text is never changed: slicing it by a span gives what was printed.
//!
//! ```
//! use peristiwa::{Models, Tokenizer};
//! let tokenizer = Tokenizer::new(&Models::bundled()?)?;
//! let tokens = tokenizer.tokenize("PT Maju Tbk. untung Rp 8,03 triliun.");
//! let words: Vec<_> = tokens.iter().map(|token| token.span.of(tokens.text())).collect();
//! assert_eq!(words, ["PT", "Maju", "Tbk.", "untung", "Rp", "8,03", "triliun", "."]);
//! # Ok::<(), peristiwa::Error>(())
//! ```

mod clause;
mod glue;
mod lookup;
mod morphology;
mod number;
mod scan;
mod sentence;
mod subword;
mod tokens;
mod words;

pub(crate) use lookup::Lookup;
pub use morphology::Voice;
pub(crate) use morphology::inflect;
pub(crate) use number::{NumberWords, exact};
pub(crate) use subword::Subwords;
#[cfg(feature = "train")]
pub(crate) use subword::learn as learn_subwords;
pub use tokens::{Key, Kind, Token, Tokens};
pub(crate) use words::Words;

use crate::error::Result;
use crate::models::Models;

/// Splits texts into words, sentences and clauses; immutable, shared by all threads.
pub struct Tokenizer {
    scanner: scan::Scanner,
    glue: glue::Glue,
    sentences: sentence::Splitter,
    clauses: clause::Splitter,
}

impl Tokenizer {
    /// A tokenizer with the lexicons of `models`.
    ///
    /// # Errors
    /// Where a lexicon that it needs is missing.
    pub fn new(models: &Models) -> Result<Self> {
        let words = models.shared(Words::new)?;
        Ok(Self {
            scanner: scan::Scanner::new(models, Some(words.clone()))?,
            glue: glue::Glue::new(models, words)?,
            sentences: sentence::Splitter::new(models)?,
            clauses: clause::Splitter::new(models)?,
        })
    }

    /// The tokens of `text`, with sentences and clauses; never fails.
    pub fn tokenize<'a>(&self, text: &'a str) -> Tokens<'a> {
        let mut tokens = Tokens::new(text);
        self.scanner.scan(&mut tokens);
        // twice, for three words in one
        self.glue.split(&mut tokens);
        self.glue.split(&mut tokens);
        self.sentences.split(&mut tokens);
        self.clauses.split(&mut tokens);
        tokens
    }

    /// Tokens for words that somebody else has split, as in CoNLL files: one token a word, one sentence.
    ///
    /// `text` is the words joined by single spaces; `words` are their byte spans in it.
    pub fn tokenize_words<'a>(&self, text: &'a str, words: &[crate::schema::Span]) -> Tokens<'a> {
        let mut tokens = Tokens::new(text);
        for &span in words {
            self.scanner.push_word(&mut tokens, span);
        }
        tokens.set_sentences(std::iter::once(0..words.len()));
        self.clauses.split(&mut tokens);
        tokens
    }
}

#[cfg(test)]
mod tests;
