//! Masked language modelling: whole words of running text are hidden, and guessed.

use super::adam::{Adam, rate, smooth};
use super::checkpoint::{self, Best};
use super::model::{Shape, body, config, hidden, parse, start, variables, write};
use super::vocabulary::Vocabulary;
use crate::entity::neural::vector_form;
use crate::error::{Error, Result};
use crate::train::card::Card;
use crate::train::embeddings::Embeddings;
use crate::train::progress::Progress;
use crate::train::random::Random;
use crate::train::text::{HeldOut, lines};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};
use std::path::PathBuf;
use tch::nn::{self, Module, VarStore};
use tch::{Device, Tensor};

/// Share of words that are hidden.
const HIDDEN: f32 = 0.15;
/// Of those: share behind the mask, then share behind a random piece; the rest stays.
const MASKED: f32 = 0.8;
const RANDOM: f32 = 0.9;
/// Steps between checkpoints.
const SAVE_EVERY: i64 = 100;
/// Length of a word vector that a piece begins from.
const VECTOR: f32 = 0.6;

/// How to pre-train.
#[derive(Clone, Debug)]
pub(crate) struct PretrainOptions {
    /// Sentences, a line each, words split by spaces.
    pub text: PathBuf,
    /// CoNLL files and gold folders whose sentences are left out.
    pub exclude: Vec<PathBuf>,
    /// Word vectors that the pieces begin from.
    pub vectors: Option<PathBuf>,
    pub output: PathBuf,
    /// Pieces of the vocabulary.
    pub pieces: usize,
    pub shape: Shape,
    pub steps: i64,
    /// Sequences in a batch.
    pub batch: usize,
    /// Pieces in a sequence.
    pub length: usize,
    pub rate: f64,
    pub dropout: f64,
    pub seed: u64,
    pub date: Option<String>,
    /// As the card says it.
    pub command: String,
}

/// Learns vocabulary and network; a checkpoint in the output folder is taken up.
///
/// # Errors
/// Where a file cannot be read or written, or there is too little text.
pub(crate) fn pretrain(options: &PretrainOptions) -> Result<()> {
    train(options, options.steps)
}

/// The same, broken off after the step `until`.
pub(super) fn train(options: &PretrainOptions, until: i64) -> Result<()> {
    let folder = &options.output;
    std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, e))?;
    let (mut vocabulary, pieces) = read(options)?;
    let inner = vocabulary.inner();
    let chunks = pieces.len() / options.length;
    if chunks == 0 || options.length < 8 || options.length as i64 > options.shape.positions {
        return Err(Error::input(format!(
            "{}: too little text for a sequence of {} pieces",
            options.text.display(),
            options.length
        )));
    }
    let config = config(&options.shape, vocabulary.pieces.len());
    let bert = parse(&config, options.dropout)?;
    let store = VarStore::new(Device::Cpu);
    let body = body(&store, &bert);
    let head = Head::new(&store, &options.shape, vocabulary.pieces.len());
    start(&store, options.seed);
    if let Some(path) = &options.vectors {
        begin_from(&store, &Embeddings::load(path)?, &mut vocabulary)?;
    }
    let mut adam = Adam::new(variables(&store));
    let saved = checkpoint::path(folder);
    let fingerprint = fingerprint(options, &pieces);
    checkpoint::load(&saved, fingerprint, &mut adam)?;
    let mut progress = Progress::new("pre-training", options.steps.max(1) as u64);
    let mut order: Vec<usize> = Vec::new();
    let mut pass = u64::MAX;
    let mut mean = 0.0;
    while adam.step < until {
        let step = adam.step as u64;
        let mut random = Random::new(options.seed ^ (step + 1).wrapping_mul(0x9e37_79b9));
        tch::manual_seed((options.seed ^ step) as i64);
        let mut hide = Hide::new(&vocabulary, &inner);
        for place in step * options.batch as u64..(step + 1) * options.batch as u64 {
            let (now, at) = (place / chunks as u64, (place % chunks as u64) as usize);
            if now != pass {
                pass = now;
                order = (0..chunks).collect();
                Random::new(options.seed.wrapping_add(pass)).shuffle(&mut order);
            }
            let begin = order[at] * options.length;
            hide.add(&pieces[begin..begin + options.length], &mut random);
        }
        let shape = [options.batch as i64, options.length as i64];
        let input = Tensor::from_slice(&hide.input).view(shape);
        let hidden = hidden(&body, &input, None, options.dropout > 0.0)?;
        let places = Tensor::from_slice(&hide.places);
        let hidden = hidden
            .view([-1, options.shape.width])
            .index_select(0, &places);
        let loss = head
            .guess(&hidden)
            .cross_entropy_for_logits(&Tensor::from_slice(&hide.targets));
        adam.step(&loss, rate(options.rate, adam.step, options.steps));
        let loss = loss.double_value(&[]);
        mean = smooth(mean, loss);
        progress.to(adam.step as u64);
        if adam.step % SAVE_EVERY == 0 {
            eprintln!("step {}: loss {mean:.3}", adam.step);
            checkpoint::save(&saved, fingerprint, Best::NONE, &adam)?;
        }
    }
    if until < options.steps {
        return checkpoint::save(&saved, fingerprint, Best::NONE, &adam);
    }
    println!("pre-training: loss {mean:.3} after {} steps", adam.step);
    write(folder, &config, &vocabulary, &store)?;
    card(options, pieces.len(), mean).write(&folder.join("model"))?;
    let _ = std::fs::remove_file(saved);
    Ok(())
}

fn card(options: &PretrainOptions, pieces: usize, loss: f64) -> Card {
    let mut card = Card::default();
    card.comment("A transformer that knows no labels yet; written by `peristiwa train bert`.");
    if let Some(date) = &options.date {
        card.text("date", date);
    }
    card.list("commands", std::slice::from_ref(&options.command));
    card.number("loss", format!("{loss:.3}"));
    card.section("data");
    card.number("pieces of text", pieces);
    card.section("options");
    card.number("seed", options.seed);
    card.number("steps", options.steps);
    card.number("batch", options.batch);
    card.number("length", options.length);
    card.number("rate", options.rate);
    card.number("dropout", options.dropout);
    card
}

fn fingerprint(options: &PretrainOptions, pieces: &[u32]) -> u64 {
    let mut hasher = FxHasher::default();
    (options.shape, options.steps, options.batch, options.length).hash(&mut hasher);
    (
        options.seed,
        options.rate.to_bits(),
        options.dropout.to_bits(),
    )
        .hash(&mut hasher);
    pieces.hash(&mut hasher);
    hasher.finish()
}

/// The guess of hidden pieces: one more layer, then the likeness to each piece's own numbers.
struct Head {
    dense: nn::Linear,
    norm: nn::LayerNorm,
    bias: Tensor,
    /// Those of the network's first layer.
    pieces: Tensor,
}

impl Head {
    fn new(store: &VarStore, shape: &Shape, pieces: usize) -> Self {
        let place = store.root() / "cls" / "predictions";
        let transform = &place / "transform";
        let norm = nn::LayerNormConfig {
            eps: 1e-12,
            ..Default::default()
        };
        Self {
            dense: nn::linear(
                &transform / "dense",
                shape.width,
                shape.width,
                Default::default(),
            ),
            norm: nn::layer_norm(&transform / "LayerNorm", vec![shape.width], norm),
            bias: place.zeros("bias", &[pieces as i64]),
            pieces: word_numbers(store),
        }
    }

    fn guess(&self, hidden: &Tensor) -> Tensor {
        let query = self.norm.forward(&self.dense.forward(hidden).gelu("none"));
        query.matmul(&self.pieces.transpose(0, 1)) + &self.bias
    }
}

fn word_numbers(store: &VarStore) -> Tensor {
    let mut variables = store.variables();
    let found = variables.remove("bert.embeddings.word_embeddings.weight");
    found.unwrap_or_default()
}

/// A batch with hidden words.
struct Hide<'v> {
    inner: &'v [bool],
    vocabulary: &'v Vocabulary,
    input: Vec<i64>,
    /// Places in the batch where something is hidden, and what.
    places: Vec<i64>,
    targets: Vec<i64>,
}

impl<'v> Hide<'v> {
    fn new(vocabulary: &'v Vocabulary, inner: &'v [bool]) -> Self {
        Self {
            inner,
            vocabulary,
            input: Vec::new(),
            places: Vec::new(),
            targets: Vec::new(),
        }
    }

    fn add(&mut self, pieces: &[u32], random: &mut Random) {
        let special = self.vocabulary.special;
        let mut how = 2.0;
        for (at, &piece) in pieces.iter().enumerate() {
            let goes_on = at > 1 && self.inner.get(piece as usize) == Some(&true);
            if !goes_on {
                how = match random.unit() < HIDDEN {
                    true => random.unit(),
                    false => 2.0,
                };
            }
            let mut shown = piece;
            if how < 1.0 && piece != special.begin && piece != special.end {
                self.places.push(self.input.len() as i64);
                self.targets.push(i64::from(piece));
                if how < MASKED {
                    shown = special.mask;
                } else if how < RANDOM {
                    shown = random.below(self.inner.len()) as u32;
                }
            }
            self.input.push(i64::from(shown));
        }
    }
}

/// The vocabulary, and the text as sequences of `length` pieces that lie one after the other.
fn read(options: &PretrainOptions) -> Result<(Vocabulary, Vec<u32>)> {
    let mut held_out = HeldOut::default();
    for path in &options.exclude {
        held_out.add_path(path)?;
    }
    let mut counts: FxHashMap<String, u64> = FxHashMap::default();
    lines(&options.text, |line| {
        for word in line.split(' ').filter(|word| !word.is_empty()) {
            match counts.get_mut(word) {
                Some(count) => *count += 1,
                None => {
                    counts.insert(word.to_owned(), 1);
                }
            }
        }
        Ok(())
    })?;
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_unstable();
    let vocabulary_file = options.output.join("vocab.txt");
    let mut vocabulary = match vocabulary_file.is_file() {
        true => Vocabulary::read(&options.output)?,
        false => {
            // how often a word is, without the cost of saying it as often
            let repeated = counts.iter().flat_map(|(word, count)| {
                std::iter::repeat_n(word.as_str(), count.div_ceil(4) as usize)
            });
            let vocabulary = Vocabulary::learn(repeated, options.pieces)?;
            vocabulary.write(&options.output, options.shape.positions)?;
            vocabulary
        }
    };
    eprintln!("{} pieces", vocabulary.pieces.len());
    let special = vocabulary.special;
    let mut pieces = Vec::new();
    lines(&options.text, |line| {
        if held_out.holds(line.split(' ')) {
            return Ok(());
        }
        for word in line.split(' ').filter(|word| !word.is_empty()) {
            for &piece in vocabulary.encode(word) {
                if pieces.len() % options.length == 0 {
                    pieces.push(special.begin);
                }
                pieces.push(piece);
            }
        }
        if pieces.len() % options.length > 0 {
            pieces.push(special.end);
        }
        Ok(())
    })?;
    Ok((vocabulary, pieces))
}

/// Lets pieces that are whole words begin from their word vectors, in their first numbers.
fn begin_from(store: &VarStore, vectors: &Embeddings, vocabulary: &mut Vocabulary) -> Result<()> {
    let mut numbers = word_numbers(store);
    let known: FxHashMap<&str, &[f32]> = vectors.iter().collect();
    let mut found = 0;
    for (number, piece) in vocabulary.pieces.iter().enumerate() {
        let Some(vector) = known.get(vector_form(&piece.to_lowercase()).as_str()) else {
            continue;
        };
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-9);
        let vector: Vec<f32> = vector.iter().map(|x| x / length * VECTOR).collect();
        let row = numbers.get(number as i64);
        let most = row.size1().map_err(|e| Error::input(e.to_string()))?;
        let dims = most.min(vector.len() as i64);
        tch::no_grad(|| {
            row.narrow(0, 0, dims)
                .copy_(&Tensor::from_slice(&vector).narrow(0, 0, dims));
        });
        found += 1;
    }
    eprintln!("{found} pieces begin from a word vector");
    let _ = numbers.requires_grad_(true);
    Ok(())
}
