//! A transformer as tagger: any BERT token classifier in the format of Hugging Face, through rust-bert.
//!
//! In: the folder of a model (`config.json`, a vocabulary, weights) and the words of sentences. Out: labelled spans
//! with the probability of each. Our own words go in, cut into the model's pieces by `tokenizers` (`encode`);
//! long sentences are cut into windows (`windows`); the model gives scores for the first piece of each word
//! (`enabled`, the only file that knows rust-bert; `disabled` stands for it without the cargo feature `bert`);
//! the labels of the model are folded into ours (`labels`) and the best chain is found (`decode`).
//!
//! ```no_run
//! use peristiwa::{Annotator, Article, Bert, Models};
//! let annotator = Annotator::bert(&Models::bundled()?, &Bert::new("models/bert"))?;
//! let annotation = annotator.annotate(&Article::new("Budi Santoso tiba di Medan."));
//! # Ok::<(), peristiwa::Error>(())
//! ```

// without the feature sizes are checked and not used
#[cfg_attr(not(feature = "bert"), allow(dead_code))]
mod config;
mod decode;
#[cfg(not(feature = "bert"))]
mod disabled;
#[cfg(feature = "bert")]
mod enabled;
mod encode;
mod files;
mod labels;
mod sentencepiece;
#[cfg(all(test, feature = "bert"))]
mod tests;
mod windows;

#[cfg(not(feature = "bert"))]
use disabled::Runner;
#[cfg(feature = "bert")]
use enabled::Runner;

#[cfg(feature = "bert")]
pub(crate) use {enabled::read_weights, files::WEIGHTS};

use super::neural::Tagged;
use crate::error::Result;
use crate::models::Models;
use crate::schema::Label;
use crate::token::Tokens;
use config::Config;
use decode::Decoder;
use encode::Pieces;
use files::Folder;
use labels::Folding;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use windows::Window;

/// A transformer in a folder, and how it is to run: for [`Annotator::bert`](crate::Annotator::bert).
///
/// The folder holds what Hugging Face's format has: `config.json`, then `tokenizer.json`, `vocab.txt`,
/// `sentencepiece.bpe.model` or `vocab.json` with `merges.txt`, and `model.safetensors`, `pytorch_model.bin` or
/// `rust_model.ot`. BERT, DistilBERT, ELECTRA, RoBERTa and XLM-RoBERTa token classifiers are read. What is
/// found does not depend on `threads` and `batch`.
#[derive(Clone, Debug)]
pub struct Bert {
    folder: PathBuf,
    labels: Option<PathBuf>,
    threads: Option<usize>,
    batch: usize,
}

impl Bert {
    /// The model of a folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            labels: None,
            threads: None,
            batch: 32,
        }
    }

    /// A file that says which of our labels each label of the model is, one line each: `PERSON TAB PER`, or
    /// `DATE TAB -` for none. It goes before `models/lexicon/tagger_labels.tsv`, which knows published models.
    pub fn labels(mut self, file: impl Into<PathBuf>) -> Self {
        self.labels = Some(file.into());
        self
    }

    /// Number of threads that the model computes with; one a core at first.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// The most sentences that the model reads at once; 32 at first.
    pub fn batch(mut self, sentences: usize) -> Self {
        self.batch = sentences;
        self
    }
}

/// One run of pieces for the model.
#[derive(Clone, Debug, Default, PartialEq)]
struct Input {
    /// With the special pieces around.
    pieces: Vec<u32>,
    /// Where the words begin whose scores are wanted.
    firsts: Vec<u32>,
}

/// The transformer at work; shared by all threads.
pub(super) struct BertTagger {
    pieces: Pieces,
    decoder: Decoder,
    /// Pieces of a window, without the special ones.
    room: usize,
    width: usize,
    runner: Runner,
    labels: Vec<Vec<Label>>,
}

impl BertTagger {
    /// # Errors
    /// Where a file of the model is missing or malformed, a label is unknown, or this build has no transformers.
    pub(super) fn new(models: &Models, bert: &Bert) -> Result<Self> {
        let folder = Folder::new(&bert.folder)?;
        let config = Config::read(&folder)?;
        let folding = Folding::new(models, bert.labels.as_deref(), &folder, &config.labels)?;
        let pieces = Pieces::read(&folder, &config)?;
        let weights = folder.weights()?;
        let runner = Runner::start(&config, weights, bert.threads, bert.batch.max(1))?;
        let tagger = Self {
            room: config.longest().saturating_sub(2).max(1),
            width: config.labels.len(),
            labels: vec![folding.labels.clone()],
            decoder: Decoder::new(folding),
            pieces,
            runner,
        };
        // what the model cannot do comes to light before the first article
        tagger.runner.scores(vec![tagger.trial()])?;
        Ok(tagger)
    }

    fn trial(&self) -> Input {
        let words = [self.pieces.word("Budi"), self.pieces.word(".")];
        self.input(&words.each_ref().map(Vec::as_slice), 0..2)
    }

    /// Our labels, in the order of [`Tagged::label`].
    pub(super) fn labels(&self) -> &[Vec<Label>] {
        &self.labels
    }

    fn input(&self, words: &[&[u32]], keep: Range<usize>) -> Input {
        let mut input = Input::default();
        input.pieces.push(self.pieces.begin);
        for (number, pieces) in words.iter().enumerate() {
            if keep.contains(&number) {
                input.firsts.push(input.pieces.len() as u32);
            }
            input.pieces.extend_from_slice(pieces);
        }
        input.pieces.push(self.pieces.end);
        input
    }

    /// The scores of the model's labels for each word of each of `sentences`, words × labels.
    fn scores(&self, sentences: &[Vec<&str>]) -> Result<Vec<Vec<f32>>> {
        let mut known: FxHashMap<&str, Vec<u32>> = FxHashMap::default();
        for word in sentences.iter().flatten() {
            known.entry(word).or_insert_with(|| {
                let mut pieces = self.pieces.word(word);
                pieces.truncate(windows::longest_word(self.room));
                pieces
            });
        }
        let (mut inputs, mut owners) = (Vec::new(), Vec::new());
        for (number, sentence) in sentences.iter().enumerate() {
            let words = sentence.iter().map(|word| known.get(word));
            let words: Vec<&[u32]> = words.map(|p| p.map_or(&[][..], Vec::as_slice)).collect();
            let lengths: Vec<usize> = words.iter().map(|pieces| pieces.len()).collect();
            for Window { words: part, keep } in windows::windows(&lengths, self.room) {
                let keep = keep.start - part.start..keep.end - part.start;
                inputs.push(self.input(&words[part], keep));
                owners.push(number);
            }
        }
        let mut scores = vec![Vec::new(); sentences.len()];
        for (owner, part) in owners.into_iter().zip(self.runner.scores(inputs)?) {
            scores[owner].extend(part);
        }
        Ok(scores)
    }

    /// The spans of each of `texts`; what stands beside a text changes nothing in it.
    ///
    /// # Panics
    /// Where the machine has not the memory that the model asks for.
    pub(super) fn tag_all(&self, texts: &[Tokens<'_>]) -> Vec<Vec<Tagged>> {
        let mut sentences: Vec<Vec<&str>> = Vec::new();
        for tokens in texts {
            for range in tokens.sentences() {
                sentences.push(range.map(|number| tokens.surface(number)).collect());
            }
        }
        let scores = match self.scores(&sentences) {
            Ok(scores) => scores,
            // the caller reports the article; empty results would be a lie
            Err(error) => panic!("{error}"),
        };
        let mut scores = scores.into_iter();
        let texts = texts.iter().map(|tokens| {
            let mut tagged = Vec::new();
            for (range, scores) in tokens.sentences().zip(&mut scores) {
                let found = self.decoder.spans(&scores, self.width).into_iter();
                tagged.extend(found.map(|found| Tagged {
                    tokens: range.start + found.tokens.start..range.start + found.tokens.end,
                    ..found
                }));
            }
            tagged
        });
        texts.collect()
    }

    /// What `found_by` says.
    pub(super) fn name(path: &Bert) -> String {
        let name = path.folder.file_name().map(Path::new);
        format!("bert {}", name.unwrap_or(&path.folder).display())
    }
}
