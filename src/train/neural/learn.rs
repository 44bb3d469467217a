//! The loop: batches, steps, a look at dev after each pass, the best kept.

use super::checkpoint::{self, State};
use super::data::{Lessons, Sentence};
use super::graph::Graph;
use super::noise::Noise;
use super::steps::Steps;
use crate::entity::neural::{Names, Network, Seen, Sizes, Vectors, stable_hash};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::Span;
use crate::train::measure::Scores;
use crate::train::progress::Progress;
use crate::train::random::Random;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How to train a tagger.
#[derive(Clone, Debug)]
pub(crate) struct LearnOptions {
    /// Filters of the character convolution.
    pub filters: usize,
    /// Numbers in a learned word row.
    pub word: usize,
    /// Occurrences from which a word has such a row.
    pub least: u32,
    /// Numbers in a recurrent state.
    pub hidden: usize,
    /// Factor of the step size for what a pre-trained encoder has given.
    pub tune: f32,
    /// Runs that begin alike and see the sentences in other orders; the mean of their numbers is kept.
    pub runs: usize,
    /// Passes over the sentences.
    pub epochs: usize,
    /// Sentences in a batch.
    pub batch: usize,
    /// First step size; falls to a twentieth.
    pub rate: f32,
    /// How sentences are disturbed.
    pub noise: Noise,
    /// Share of each source's sentences that a pass takes, in the sources' order; 1 where it is short.
    pub shares: Vec<f32>,
    /// Seed of all random choices.
    pub seed: u64,
}

impl Default for LearnOptions {
    fn default() -> Self {
        Self {
            filters: 50,
            word: 32,
            least: 3,
            hidden: 128,
            tune: 1.0,
            runs: 1,
            epochs: 25,
            batch: 8,
            rate: 3e-3,
            noise: Noise {
                dropout: 0.4,
                word: 0.1,
                names: 0.2,
                lower: 0.05,
                upper: 0.03,
                typo: 0.0,
            },
            shares: Vec::new(),
            seed: 1,
        }
    }
}

/// Sentences to judge by, of one kind.
pub(crate) struct Judge {
    /// The heads' numbers, and their labels.
    pub heads: Vec<usize>,
    pub sentences: Vec<Sentence>,
    /// Labels whose mean F1 decides; by default the micro F1 of all.
    pub by_macro: bool,
}

impl Judge {
    /// Scores of a network.
    pub(crate) fn scores(&self, network: &Network) -> Scores {
        let seen: Vec<Vec<Seen>> = self.sentences.iter().map(|s| s.words.clone()).collect();
        let mut scores = Scores::default();
        for (nth, &head) in self.heads.iter().enumerate() {
            let labels = &network.heads[head].chain.labels;
            let named = |start: usize, end: usize, label: usize| {
                (Span::new(start, end), labels[label].clone())
            };
            for (sentence, found) in self.sentences.iter().zip(network.find(&seen, head)) {
                let tags: Vec<usize> = sentence.tags[nth].1.iter().map(|&t| t.into()).collect();
                let truth: Vec<_> = crate::entity::neural::spans(&tags)
                    .iter()
                    .map(|f| named(f.start, f.end, f.label))
                    .collect();
                let found: Vec<_> = found
                    .iter()
                    .map(|f| named(f.start, f.end, f.label))
                    .collect();
                scores.add(&truth, &found);
            }
        }
        scores
    }

    fn figure(&self, scores: &Scores) -> f64 {
        if self.by_macro {
            scores.macro_f1()
        } else {
            scores.of(&[]).f1()
        }
    }
}

/// What the network is made of besides what it learns.
pub(crate) struct Given {
    pub vectors: Arc<Vectors>,
    pub names: Arc<Names>,
    /// A pre-trained encoder to begin from.
    pub start: Option<Arc<Network>>,
    /// Where the best network goes as soon as it is found; a checkpoint is kept beside it while it learns.
    pub keep: Option<PathBuf>,
}

pub(super) fn candle(cause: candle_core::Error) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        format!("the training failed: {cause}"),
    )
}

/// Trains a tagger; returns the best network by `judge`, and its figure.
///
/// # Errors
/// Where the training library fails or the checkpoint cannot be written.
pub(crate) fn learn(
    lessons: &Lessons,
    judge: Option<&Judge>,
    given: &Given,
    options: &LearnOptions,
) -> Result<(Network, f64)> {
    let mut sizes = Sizes {
        vector: given.vectors.dims(),
        filters: options.filters,
        word: options.word,
        hidden: options.hidden,
        query: 0,
    };
    if let Some(start) = &given.start {
        sizes = Sizes {
            word: options.word,
            ..start.sizes
        };
    }
    let fresh = || {
        Graph::new(
            sizes,
            given.vectors.clone(),
            given.names.clone(),
            lessons.words(options.least),
            &lessons.tasks,
            given.start.as_deref(),
            options.seed,
        )
    };
    // runs that begin alike end near each other: the mean of their numbers is a network too, and a better one
    let mut mean: Vec<Vec<f32>> = Vec::new();
    let (mut best, runs) = (-1.0, options.runs.max(1));
    let mut graph = fresh().map_err(candle)?;
    for number in 0..runs {
        if number > 0 {
            graph = fresh().map_err(candle)?;
        }
        let (values, figure) = run(&graph, lessons, judge, given, options, number)?;
        best = if best > figure { best } else { figure };
        if number == 0 {
            mean = values;
        } else {
            let part = 1.0 / (number + 1) as f32;
            for (mean, value) in mean.iter_mut().flatten().zip(values.iter().flatten()) {
                *mean += part * (value - *mean);
            }
        }
    }
    let network = graph.network(&mean).map_err(candle)?;
    if let (Some(judge), true) = (judge, runs > 1) {
        let scores = judge.scores(&network);
        best = judge.figure(&scores);
        eprintln!("mean of {runs} runs: {}", line(&scores));
    }
    if let Some(keep) = &given.keep {
        save(&network, given.start.as_deref(), keep)?;
    }
    for number in 0..runs {
        if let Some(place) = checkpoint_of(given, number) {
            // nothing depends on it any more
            let _ = std::fs::remove_file(&place);
            let _ = std::fs::remove_file(place.with_extension("done"));
        }
    }
    Ok((network, best))
}

fn checkpoint_of(given: &Given, run: usize) -> Option<PathBuf> {
    let keep = given.keep.as_ref()?;
    Some(keep.with_extension(format!("run{run}.checkpoint")))
}

/// One run over all passes; returns the numbers of the best pass by `judge`, else of the last, and its figure.
fn run(
    graph: &Graph,
    lessons: &Lessons,
    judge: Option<&Judge>,
    given: &Given,
    options: &LearnOptions,
    number: usize,
) -> Result<(Vec<Vec<f32>>, f64)> {
    let mut steps = Steps::new(&graph.vars).map_err(candle)?;
    let mut random = Random::new(options.seed.wrapping_add(number as u64 * 7919));
    let mut state = State {
        fingerprint: fingerprint(lessons, options),
        epoch: 0,
        best: -1.0,
        random: 0,
    };
    let place = checkpoint_of(given, number);
    let done = place.as_ref().map(|place| place.with_extension("done"));
    let mut best: Vec<Vec<f32>> = steps.mean.clone();
    if let (Some(place), Some(done)) = (&place, &done)
        && checkpoint::load_tables(done, &mut best)
        && let Some(found) = checkpoint::load(place, state.fingerprint, &graph.vars, &mut steps)?
    {
        (state, random) = found;
        eprintln!("run {}: goes on after pass {}", number + 1, state.epoch);
    }
    while (state.epoch as usize) < options.epochs {
        let mean = pass(
            graph,
            &mut steps,
            lessons,
            options,
            state.epoch,
            &mut random,
        )?;
        state.epoch += 1;
        let scores = match judge {
            Some(judge) => {
                let network = graph.network(&steps.mean).map_err(candle)?;
                let scores = judge.scores(&network);
                Some((judge.figure(&scores), scores))
            }
            None => None,
        };
        let (figure, text) = match &scores {
            Some((figure, scores)) => (*figure, line(scores)),
            None => (state.best + 1.0, String::new()),
        };
        eprintln!("pass {}: loss {mean:.4} {text}", state.epoch);
        if figure > state.best {
            state.best = figure;
            best.clone_from(&steps.mean);
        }
        if let (Some(place), Some(done)) = (&place, &done) {
            state.random = random.state();
            checkpoint::save_tables(done, &best)?;
            checkpoint::save(place, state, &graph.vars, &steps)?;
        }
    }
    if state.epoch == 0 {
        return Err(Error::input("nothing to learn: give at least one pass"));
    }
    Ok((best, state.best))
}

/// One pass over the sentences; returns the mean loss.
fn pass(
    graph: &Graph,
    steps: &mut Steps,
    lessons: &Lessons,
    options: &LearnOptions,
    epoch: u64,
    random: &mut Random,
) -> Result<f32> {
    let batches = batches(lessons, options, random);
    // the new layers first, so that they do not spoil the old ones
    let pace = graph.pace(if epoch == 0 { 0.0 } else { options.tune });
    let mut progress = Progress::new(&format!("pass {}", epoch + 1), batches.len() as u64);
    let mut sum = 0.0;
    for (number, batch) in batches.iter().enumerate() {
        let part = number as f32 / batches.len() as f32;
        let done = (epoch as f32 + part) / options.epochs as f32;
        let fall = 0.5 * (1.0 + (std::f32::consts::PI * done).cos());
        let begin = ((steps.step + 1) as f32 / 100.0).min(1.0);
        let rate = options.rate * (0.05 + 0.95 * fall) * begin;
        let loss = graph.loss(batch, &options.noise, random).map_err(candle)?;
        sum += steps
            .take(&graph.vars, &loss, rate, &pace)
            .map_err(candle)?;
        progress.to(number as u64 + 1);
    }
    Ok(sum / batches.len().max(1) as f32)
}

/// Hash of what decides the course of a training.
fn fingerprint(lessons: &Lessons, options: &LearnOptions) -> u64 {
    let mut text = format!("{options:?}");
    for sentence in lessons.sources.iter().flatten() {
        for word in &sentence.words {
            text.push(' ');
            text.push_str(&word.surface);
        }
    }
    stable_hash(text.as_bytes())
}

/// Writes a network's weights; what `base` has too is left to its file.
///
/// # Errors
/// Where the file cannot be written.
pub(crate) fn save(network: &Network, base: Option<&Network>, path: &Path) -> Result<()> {
    std::fs::write(path, network.write(base)).map_err(|e| Error::io(path, e))
}

/// Scores on one line.
pub(crate) fn line(scores: &Scores) -> String {
    let rows = scores.rows();
    let cells: Vec<_> = rows
        .iter()
        .map(|(label, f1)| format!("{label} {f1:.1}"))
        .collect();
    cells.join(" ")
}

/// Batches of one pass in random order; a batch holds sentences of one source and of like length.
fn batches<'l>(
    lessons: &'l Lessons,
    options: &LearnOptions,
    random: &mut Random,
) -> Vec<Vec<&'l Sentence>> {
    let mut batches = Vec::new();
    for (number, source) in lessons.sources.iter().enumerate() {
        let mut sentences: Vec<&Sentence> = source.iter().collect();
        random.shuffle(&mut sentences);
        let share = options.shares.get(number).copied().unwrap_or(1.0);
        sentences.truncate((sentences.len() as f32 * share).ceil() as usize);
        for near in sentences.chunks_mut(options.batch * 16) {
            near.sort_by_key(|sentence| sentence.words.len());
            batches.extend(near.chunks(options.batch).map(<[_]>::to_vec));
        }
    }
    random.shuffle(&mut batches);
    batches
}
