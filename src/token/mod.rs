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
mod tokens;
mod words;

pub(crate) use lookup::{Found, Lookup};
pub use morphology::Voice;
pub(crate) use morphology::{Inflection, inflect};
pub(crate) use number::NumberWords;
pub use tokens::{Key, Kind, Number, Token, Tokens};
pub(crate) use words::Words;

use crate::error::Result;
use crate::models::Models;
use std::sync::Arc;

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
        let words = Arc::new(Words::new(models)?);
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
mod tests {
    use super::*;
    use crate::models::Models;

    fn words(text: &str) -> Vec<String> {
        let tokenizer = Tokenizer::new(&Models::bundled().unwrap()).unwrap();
        let tokens = tokenizer.tokenize(text);
        (0..tokens.len())
            .map(|i| tokens.surface(i).to_owned())
            .collect()
    }

    fn sentences(text: &str) -> Vec<String> {
        let tokenizer = Tokenizer::new(&Models::bundled().unwrap()).unwrap();
        let tokens = tokenizer.tokenize(text);
        let ranges: Vec<_> = tokens.sentences().collect();
        ranges
            .into_iter()
            .map(|r| tokens.span(r).of(text).to_owned())
            .collect()
    }

    #[test]
    fn cuts_words() {
        assert_eq!(
            words("Rp300 ribu, 14.30WIB (13/8)"),
            [
                "Rp", "300", "ribu", ",", "14.30", "WIB", "(", "13", "/", "8", ")"
            ]
        );
        assert_eq!(
            words("kerja-kerja U-23 2-hari-an"),
            ["kerja-kerja", "U", "-", "23", "2", "-", "hari-an"]
        );
        assert_eq!(words("Jum’at “Ma'ruf”"), ["Jum’at", "“", "Ma'ruf", "”"]);
        assert_eq!(
            words("di Kompas.com, https://a.id/b?c=1."),
            ["di", "Kompas.com", ",", "https://a.id/b?c=1", "."]
        );
        assert_eq!(
            words("A&amp;B &quot;ya&quot;&nbsp;ok"),
            ["A", "&amp;", "B", "&quot;", "ya", "&quot;", "ok"]
        );
        assert_eq!(
            words("J. Kristiadi, S.H. dan a.n. Budi"),
            ["J.", "Kristiadi", ",", "S.H.", "dan", "a.n.", "Budi"]
        );
        assert_eq!(
            words("QZ8501 P21 2000-2009"),
            ["QZ8501", "P21", "2000", "-", "2009"]
        );
    }

    #[test]
    fn cuts_sentences() {
        assert_eq!(
            sentences("Ia gol.Pernyataan itu benar. Tbk. ada\nBaris"),
            ["Ia gol.", "Pernyataan itu benar.", "Tbk. ada", "Baris"]
        );
        assert_eq!(
            sentences("\"Ya!\" kata dia. \"Tidak.\" Ia pergi."),
            ["\"Ya!\" kata dia.", "\"Tidak.\"", "Ia pergi."]
        );
        assert_eq!(
            sentences("Rp 1.250 naik 2.5 persen."),
            ["Rp 1.250 naik 2.5 persen."]
        );
    }

    #[test]
    fn splits_glued_words() {
        let text = "Usman Kansongresmi mundur. Kansong pergi.";
        let tokenizer = Tokenizer::new(&Models::bundled().unwrap()).unwrap();
        let tokens = tokenizer.tokenize(text);
        assert_eq!(tokens.surface(1), "Kansong");
        assert_eq!(tokens.surface(2), "resmi");
        assert_eq!(tokens.warnings, ["glued word split: Kansongresmi"]);
    }
}
