//! Word vectors from unlabelled text: skip-gram with negative sampling over words and their n-grams.
//!
//! In: the file that [`prepare`](super::text::prepare) made. Out: a scratch file with all vectors, from which
//! a tagger takes a pruned, quantised table. One thread, so that a seed gives the same vectors on every machine
//! of one kind. The centre word's vector is made once for all its context words, which also share their random
//! words: that saves most of the work.

use super::progress::Progress;
use super::random::Random;
use crate::entity::neural::{Quantised, Vectors, ngrams, vector_form};
use crate::error::{Error, Result};
use rustc_hash::FxHashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

const MAGIC: &[u8; 8] = b"PVECTOR1";

/// How to train vectors.
#[derive(Clone, Debug)]
pub(crate) struct EmbeddingOptions {
    /// Numbers in a vector.
    pub dims: usize,
    /// Words on each side, at most.
    pub window: usize,
    /// Random words against the true context words of a place.
    pub negatives: usize,
    /// Passes over the text.
    pub epochs: usize,
    /// Fewest occurrences of a word with a row of its own.
    pub min_count: u32,
    /// Number of n-gram rows.
    pub buckets: usize,
    /// First step size; falls to zero.
    pub rate: f32,
    /// Words more frequent than this share are thinned out.
    pub sample: f64,
    /// Seed of all random choices.
    pub seed: u64,
}

impl Default for EmbeddingOptions {
    fn default() -> Self {
        Self {
            dims: 100,
            window: 5,
            negatives: 5,
            epochs: 5,
            min_count: 4,
            buckets: 1 << 16,
            rate: 0.05,
            sample: 1e-4,
            seed: 1,
        }
    }
}

/// Words with their numbers of occurrences.
type Counts = Vec<(String, u32)>;

/// Trained vectors, full size.
pub(crate) struct Embeddings {
    dims: usize,
    /// By falling frequency.
    pub words: Vec<(String, u32)>,
    /// Of words, with their n-grams mixed in.
    rows: Vec<f32>,
    buckets: Vec<f32>,
}

struct Trainer {
    options: EmbeddingOptions,
    input: Vec<f32>,
    output: Vec<f32>,
    /// Rows (word, then buckets) of each word, all in one list.
    parts: Vec<u32>,
    part_of: Vec<u32>,
    negatives: Vec<u32>,
    keep: Vec<f32>,
    hidden: Vec<f32>,
    error: Vec<f32>,
    random: Random,
}

/// Trains vectors on a prepared text.
///
/// # Errors
/// Where the file cannot be read or holds no word that is frequent enough.
pub(crate) fn train_embeddings(text: &Path, options: &EmbeddingOptions) -> Result<Embeddings> {
    let (words, sentences) = read(text, options.min_count)?;
    if words.is_empty() {
        return Err(Error::input(format!(
            "{}: no word occurs {} times",
            text.display(),
            options.min_count
        )));
    }
    let mut trainer = Trainer::new(&words, options.clone());
    let total: u64 = sentences.len() as u64 * options.epochs as u64;
    let mut progress = Progress::new("embeddings", total);
    let mut done = 0u64;
    let mut kept = Vec::new();
    for _ in 0..options.epochs {
        for sentence in sentences.split(|&word| word == u32::MAX) {
            let rate = options.rate * (1.0 - done as f32 / total as f32).max(1e-4);
            trainer.sentence(sentence, &mut kept, rate);
            done += sentence.len() as u64 + 1;
            progress.to(done);
        }
    }
    Ok(trainer.finish(words))
}

/// The words that are frequent enough, and the text as their numbers with `u32::MAX` after each sentence.
fn read(path: &Path, min_count: u32) -> Result<(Counts, Vec<u32>)> {
    let open = || File::open(path).map_err(|e| Error::io(path, e));
    let mut counts: FxHashMap<String, u32> = FxHashMap::default();
    for line in BufReader::new(open()?).lines() {
        let line = line.map_err(|e| Error::io(path, e))?.to_lowercase();
        for word in line.split(' ') {
            *counts.entry(vector_form(word)).or_insert(0) += 1;
        }
    }
    let mut words: Vec<_> = counts.into_iter().filter(|w| w.1 >= min_count).collect();
    words.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let index: FxHashMap<&str, u32> = words
        .iter()
        .enumerate()
        .map(|(number, (word, _))| (word.as_str(), number as u32))
        .collect();
    let mut sentences = Vec::new();
    for line in BufReader::new(open()?).lines() {
        let line = line.map_err(|e| Error::io(path, e))?.to_lowercase();
        let numbers = line
            .split(' ')
            .filter_map(|word| index.get(vector_form(word).as_str()));
        sentences.extend(numbers);
        sentences.push(u32::MAX);
    }
    Ok((words, sentences))
}

impl Trainer {
    fn new(words: &[(String, u32)], options: EmbeddingOptions) -> Self {
        let mut random = Random::new(options.seed);
        let dims = options.dims;
        let rows = words.len() + options.buckets;
        let bound = 1.0 / dims as f32;
        let input = (0..rows * dims)
            .map(|_| (random.unit() * 2.0 - 1.0) * bound)
            .collect();
        let (mut parts, mut part_of) = (Vec::new(), vec![0]);
        for (number, (word, _)) in words.iter().enumerate() {
            parts.push(number as u32);
            ngrams(word, options.buckets, |bucket| {
                parts.push((words.len() + bucket) as u32);
            });
            part_of.push(parts.len() as u32);
        }
        let total: f64 = words.iter().map(|w| f64::from(w.1)).sum();
        let keep = words
            .iter()
            .map(|w| {
                let ratio = options.sample * total / f64::from(w.1);
                (ratio.sqrt() + ratio) as f32
            })
            .collect();
        let weights: Vec<f64> = words.iter().map(|w| f64::from(w.1).powf(0.75)).collect();
        let sum: f64 = weights.iter().sum();
        let mut negatives = Vec::with_capacity(4 << 20);
        for (number, weight) in weights.iter().enumerate() {
            let slots = (weight / sum * f64::from(4 << 20)).ceil() as usize;
            negatives.extend(std::iter::repeat_n(number as u32, slots));
        }
        Self {
            input,
            output: vec![0.0; words.len() * dims],
            parts,
            part_of,
            negatives,
            keep,
            hidden: vec![0.0; dims],
            error: vec![0.0; dims],
            random,
            options,
        }
    }

    fn sentence(&mut self, sentence: &[u32], kept: &mut Vec<u32>, rate: f32) {
        kept.clear();
        for &word in sentence {
            if self.keep[word as usize] >= 1.0 || self.random.unit() < self.keep[word as usize] {
                kept.push(word);
            }
        }
        for centre in 0..kept.len() {
            let reach = 1 + self.random.below(self.options.window);
            let from = centre.saturating_sub(reach);
            let to = (centre + reach + 1).min(kept.len());
            if to - from > 1 {
                self.centre(kept, centre, from..to, rate);
            }
        }
    }

    fn centre(&mut self, kept: &[u32], centre: usize, window: std::ops::Range<usize>, rate: f32) {
        let dims = self.options.dims;
        let word = kept[centre] as usize;
        let parts = self.part_of[word] as usize..self.part_of[word + 1] as usize;
        let weight = 1.0 / parts.len() as f32;
        self.hidden.fill(0.0);
        self.error.fill(0.0);
        for &part in &self.parts[parts.clone()] {
            let row = &self.input[part as usize * dims..][..dims];
            add(&mut self.hidden, row, 1.0);
        }
        self.hidden.iter_mut().for_each(|x| *x *= weight);
        let contexts = window.len() as f32 - 1.0;
        for at in window.clone().filter(|&at| at != centre) {
            self.pair(kept[at], 1.0, rate);
        }
        for _ in 0..self.options.negatives {
            let other = self.negatives[self.random.below(self.negatives.len())];
            if !kept[window.clone()].contains(&other) {
                self.pair(other, 0.0, rate * contexts);
            }
        }
        for &part in &self.parts[parts] {
            let row = &mut self.input[part as usize * dims..][..dims];
            // as in fastText the whole error goes to every part
            add(row, &self.error, 1.0);
        }
    }

    #[inline]
    fn pair(&mut self, target: u32, truth: f32, rate: f32) {
        let dims = self.options.dims;
        let row = &mut self.output[target as usize * dims..][..dims];
        let score = dot(&self.hidden, row);
        let guess = 1.0 / (1.0 + (-score).exp());
        let step = rate * (truth - guess);
        add(&mut self.error, row, step);
        add(row, &self.hidden, step);
    }

    fn finish(self, words: Vec<(String, u32)>) -> Embeddings {
        let dims = self.options.dims;
        let mut rows = vec![0.0; words.len() * dims];
        for (number, row) in rows.chunks_exact_mut(dims).enumerate() {
            let parts = self.part_of[number] as usize..self.part_of[number + 1] as usize;
            let weight = 1.0 / parts.len() as f32;
            for &part in &self.parts[parts] {
                add(row, &self.input[part as usize * dims..][..dims], weight);
            }
        }
        let mut input = self.input;
        let buckets = input.split_off(words.len() * dims);
        Embeddings {
            dims,
            words,
            rows,
            buckets,
        }
    }
}

#[inline]
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0f32; 8];
    let (a8, a_rest) = a.as_chunks::<8>();
    let (b8, b_rest) = b.as_chunks::<8>();
    for (a, b) in a8.iter().zip(b8) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

#[inline]
fn add(to: &mut [f32], from: &[f32], weight: f32) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += weight * from;
    }
}

impl Embeddings {
    /// The vectors as a tagger uses them: the `words` most frequent and all n-gram rows, a byte a number,
    /// scaled to a mean square of one.
    pub(crate) fn quantise(&self, words: usize) -> Vectors {
        let words = words.min(self.words.len());
        let rows = &self.rows[..words * self.dims];
        let square: f64 = rows.iter().map(|x| f64::from(x * x)).sum();
        let scale = 1.0 / (square / rows.len().max(1) as f64).sqrt().max(1e-9) as f32;
        let scaled = |rows: &[f32]| -> Vec<f32> { rows.iter().map(|x| x * scale).collect() };
        Vectors::new(
            self.words[..words].iter().map(|(word, _)| word.as_str()),
            Quantised::new(self.dims, &scaled(rows)),
            Quantised::new(self.dims, &scaled(&self.buckets)),
        )
    }

    /// The words with their vectors.
    #[cfg(feature = "bert")]
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &[f32])> {
        let words = self.words.iter().map(|(word, _)| word.as_str());
        words.zip(self.rows.chunks(self.dims.max(1)))
    }

    /// Writes everything to a scratch file.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub(crate) fn save(&self, path: &Path) -> Result<()> {
        let write = || -> std::io::Result<()> {
            let mut out = BufWriter::new(File::create(path)?);
            out.write_all(MAGIC)?;
            for number in [self.dims, self.words.len(), self.buckets.len() / self.dims] {
                out.write_all(&(number as u32).to_le_bytes())?;
            }
            for (word, count) in &self.words {
                writeln!(out, "{word} {count}")?;
            }
            for number in self.rows.iter().chain(&self.buckets) {
                out.write_all(&number.to_le_bytes())?;
            }
            out.flush()
        };
        write().map_err(|e| Error::io(path, e))
    }

    /// Reads what [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// Where the file cannot be read or is not one of vectors.
    pub(crate) fn load(path: &Path) -> Result<Self> {
        let mut input = BufReader::new(File::open(path).map_err(|e| Error::io(path, e))?);
        let mut read = || -> std::io::Result<Self> {
            let wrong = || std::io::Error::other("expected a file of `train embeddings`");
            let mut head = [0; 20];
            input.read_exact(&mut head)?;
            if &head[..8] != MAGIC {
                return Err(wrong());
            }
            let number = |at: usize| {
                u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]) as usize
            };
            let (dims, count, buckets) = (number(8), number(12), number(16));
            let mut words = Vec::new();
            for _ in 0..count {
                let mut line = String::new();
                input.read_line(&mut line)?;
                let (word, number) = line.trim_end().rsplit_once(' ').ok_or_else(wrong)?;
                words.push((word.to_owned(), number.parse().map_err(|_| wrong())?));
            }
            let mut bytes = Vec::new();
            input.read_to_end(&mut bytes)?;
            if bytes.len() != (count + buckets) * dims * 4 {
                return Err(wrong());
            }
            let (cells, _) = bytes.as_chunks::<4>();
            let mut rows: Vec<f32> = cells.iter().map(|&four| f32::from_le_bytes(four)).collect();
            let buckets = rows.split_off(count * dims);
            Ok(Self {
                dims,
                words,
                rows,
                buckets,
            })
        };
        read().map_err(|e| Error::io(path, e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The `count` words nearest to `word` by cosine.
    fn nearest<'e>(all: &'e Embeddings, word: &str, count: usize) -> Vec<(&'e str, f32)> {
        let Some(centre) = all.words.iter().position(|(known, _)| known == word) else {
            return Vec::new();
        };
        let row = |number: usize| &all.rows[number * all.dims..][..all.dims];
        let norm = |row: &[f32]| dot(row, row).sqrt().max(1e-9);
        let mut found: Vec<_> = (0..all.words.len())
            .map(|other| {
                let cosine = dot(row(centre), row(other)) / norm(row(centre)) / norm(row(other));
                (all.words[other].0.as_str(), cosine)
            })
            .collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1));
        found.truncate(count + 1);
        found.remove(0);
        found
    }

    #[test]
    fn words_of_one_context_come_close() {
        let folder = tempfile::tempdir().unwrap();
        let text = folder.path().join("text.txt");
        let lines: Vec<String> = (0..3000)
            .map(|n| match n % 4 {
                0 => "sapi makan rumput hijau".to_owned(),
                1 => "kambing makan rumput hijau".to_owned(),
                2 => "mobil melaju kencang sekali".to_owned(),
                _ => "motor melaju kencang sekali".to_owned(),
            })
            .collect();
        std::fs::write(&text, lines.join("\n")).unwrap();
        let options = EmbeddingOptions {
            dims: 16,
            buckets: 500,
            sample: 1.0,
            ..EmbeddingOptions::default()
        };
        let one = train_embeddings(&text, &options).unwrap();
        let two = train_embeddings(&text, &options).unwrap();
        assert!(one.rows == two.rows, "one seed, one result");
        let near: Vec<_> = nearest(&one, "sapi", 3)
            .iter()
            .map(|w| w.0.to_owned())
            .collect();
        assert!(near.contains(&"kambing".to_owned()), "{near:?}");
        let file = folder.path().join("vectors");
        one.save(&file).unwrap();
        assert!(Embeddings::load(&file).unwrap().rows == one.rows);
        assert!(Embeddings::load(&text).is_err());
    }
}
