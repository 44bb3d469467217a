//! A WordPiece vocabulary: learned from words, read and written as Hugging Face has it.

use crate::error::{Error, Result};
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::path::Path;
use tokenizers::models::wordpiece::{WordPiece, WordPieceTrainerBuilder};
use tokenizers::normalizers::bert::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::{
    AddedToken, Model, NormalizedString, Normalizer, OffsetReferential, OffsetType,
    PreTokenizedString, PreTokenizer, Trainer,
};

/// The pieces that are no text, in the order of their numbers in a vocabulary of ours.
const SPECIAL: [&str; 5] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
/// The word pieces' file in a model's folder.
const FILE: &str = "vocab.txt";
/// What else a reader must know.
const SETTINGS: &str = "tokenizer_config.json";
/// What stands before a piece that does not begin its word.
const INNER: &str = "##";
/// Longer words get one unknown piece, as in BERT.
const LONGEST: usize = 100;
/// Characters with a piece of their own.
const ALPHABET: usize = 300;

/// Numbers of the pieces that are no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Special {
    pub pad: u32,
    pub unknown: u32,
    pub begin: u32,
    pub end: u32,
    pub mask: u32,
}

/// A vocabulary with what cuts words into it.
pub(super) struct Vocabulary {
    model: WordPiece,
    normalizer: BertNormalizer,
    /// By number.
    pub pieces: Vec<String>,
    pub special: Special,
    known: FxHashMap<String, Vec<u32>>,
}

impl Vocabulary {
    /// Learns a cased vocabulary of about `size` pieces from words.
    ///
    /// # Errors
    /// Where there are no words.
    pub(super) fn learn<'w>(words: impl Iterator<Item = &'w str>, size: usize) -> Result<Self> {
        let normalizer = BertNormalizer::new(true, true, Some(false), false);
        let words: Vec<String> = words.flat_map(|word| parts(&normalizer, word)).collect();
        let alphabet = alphabet(&words);
        // the trainer numbers what it is not told in an order that chance decides, and ties hang on the numbers
        let inner = alphabet.iter().map(|c| format!("{INNER}{c}"));
        let outer = alphabet.iter().map(char::to_string);
        let first = SPECIAL.map(str::to_owned).into_iter();
        let first = first.chain(inner).chain(outer);
        let mut trainer = WordPieceTrainerBuilder::new()
            .show_progress(false)
            .vocab_size(size)
            .min_frequency(2)
            .special_tokens(first.map(|piece| AddedToken::from(piece, true)).collect())
            .build();
        let mut model = WordPiece::default();
        let spelt = words
            .iter()
            .filter(|word| word.chars().all(|c| alphabet.contains(&c)));
        trainer
            .feed(spelt, |word| Ok(vec![word.to_owned()]))
            .and_then(|()| trainer.train(&mut model))
            .map_err(|cause| Error::input(format!("learning the vocabulary: {cause}")))?;
        let mut pieces: Vec<(String, u32)> = model.get_vocab().into_iter().collect();
        pieces.sort_by_key(|(_, number)| *number);
        if words.is_empty() || pieces.len() <= SPECIAL.len() {
            return Err(Error::input("no word there to learn a vocabulary from"));
        }
        Self::new(pieces.into_iter().map(|(piece, _)| piece).collect(), false)
    }

    /// Reads the vocabulary of a model's folder.
    ///
    /// # Errors
    /// Where `vocab.txt` is missing or lacks a special piece.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        let text = std::fs::read_to_string(&path).map_err(|e| Error::io(&path, e))?;
        let settings = std::fs::read(folder.join(SETTINGS)).unwrap_or_default();
        let settings: serde_json::Value = serde_json::from_slice(&settings).unwrap_or_default();
        // BERT's own default
        let lower = settings["do_lower_case"].as_bool().unwrap_or(true);
        let pieces = text.lines().map(|line| line.trim_end().to_owned());
        Self::new(pieces.collect(), lower).map_err(|e| e.at(path.display()))
    }

    fn new(pieces: Vec<String>, lower: bool) -> Result<Self> {
        let number = |piece: &str| {
            let at = pieces.iter().position(|known| known == piece);
            at.map(|at| at as u32).ok_or_else(|| {
                Error::input(format!("no line {piece}: expected a vocabulary of BERT"))
            })
        };
        let special = Special {
            pad: number(SPECIAL[0])?,
            unknown: number(SPECIAL[1])?,
            begin: number(SPECIAL[2])?,
            end: number(SPECIAL[3])?,
            mask: number(SPECIAL[4])?,
        };
        let numbers = WordPiece::read_bytes(pieces.join("\n").as_bytes())
            .map_err(|cause| Error::input(cause.to_string()))?;
        let model = WordPiece::builder()
            .vocab(numbers)
            .unk_token(SPECIAL[1].to_owned())
            .continuing_subword_prefix(INNER.to_owned())
            .max_input_chars_per_word(LONGEST)
            .build()
            .map_err(|cause| Error::input(cause.to_string()))?;
        Ok(Self {
            model,
            normalizer: BertNormalizer::new(true, true, None, lower),
            pieces,
            special,
            known: FxHashMap::default(),
        })
    }

    /// Writes `vocab.txt` and `tokenizer_config.json`.
    pub(super) fn write(&self, folder: &Path, longest: i64) -> Result<()> {
        let mut text = self.pieces.join("\n");
        text.push('\n');
        let path = folder.join(FILE);
        std::fs::write(&path, text).map_err(|e| Error::io(&path, e))?;
        let settings = serde_json::json!({
            "tokenizer_class": "BertTokenizer",
            "do_lower_case": self.normalizer.lowercase,
            "model_max_length": longest,
            "pad_token": SPECIAL[0], "unk_token": SPECIAL[1], "cls_token": SPECIAL[2],
            "sep_token": SPECIAL[3], "mask_token": SPECIAL[4],
        });
        let path = folder.join(SETTINGS);
        std::fs::write(&path, format!("{settings:#}\n")).map_err(|e| Error::io(&path, e))
    }

    /// The pieces of a word; at least one, so that every word has a place to be labelled at.
    pub(super) fn encode(&mut self, word: &str) -> &[u32] {
        if !self.known.contains_key(word) {
            let mut numbers = Vec::new();
            for part in parts(&self.normalizer, word) {
                match self.model.tokenize(&part) {
                    Ok(pieces) => numbers.extend(pieces.iter().map(|piece| piece.id)),
                    Err(_) => numbers.push(self.special.unknown),
                }
            }
            if numbers.is_empty() {
                numbers.push(self.special.unknown);
            }
            self.known.insert(word.to_owned(), numbers);
        }
        self.known.get(word).map_or(&[], Vec::as_slice)
    }

    /// For every piece whether it goes on with a word.
    pub(super) fn inner(&self) -> Vec<bool> {
        let pieces = self.pieces.iter();
        pieces.map(|piece| piece.starts_with(INNER)).collect()
    }
}

/// The most frequent characters.
fn alphabet(words: &[String]) -> BTreeSet<char> {
    let mut counts: FxHashMap<char, u64> = FxHashMap::default();
    for c in words.iter().flat_map(|word| word.chars()) {
        *counts.entry(c).or_insert(0) += 1;
    }
    let mut counts: Vec<(char, u64)> = counts.into_iter().collect();
    counts.sort_unstable_by_key(|&(c, count)| (Reverse(count), c));
    counts.into_iter().take(ALPHABET).map(|(c, _)| c).collect()
}

/// A word cut at its punctuation, as BERT cuts before it looks for pieces.
fn parts(normalizer: &BertNormalizer, word: &str) -> Vec<String> {
    let mut text = NormalizedString::from(word);
    if normalizer.normalize(&mut text).is_err() {
        return vec![word.to_owned()];
    }
    let mut text = PreTokenizedString::from(text);
    if BertPreTokenizer.pre_tokenize(&mut text).is_err() {
        return vec![word.to_owned()];
    }
    text.get_splits(OffsetReferential::Normalized, OffsetType::None)
        .into_iter()
        .map(|(part, _, _)| part.to_owned())
        .collect()
}
