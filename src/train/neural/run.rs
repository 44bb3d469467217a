//! `peristiwa train neural`: files in, weights and card out.

use super::calibrate;
use super::data::{Lessons, Sentence, tasks};
use super::learn::{Given, Judge, LearnOptions, learn, line, save};
use super::lists::{NameFile, label, read_names};
use crate::entity::neural::{Names, Network, Vectors};
use crate::error::{Error, Result};
use crate::models::Models;
use crate::token::Tokenizer;
use crate::train::card::Card;
use crate::train::corpus::Source;
use crate::train::embeddings::Embeddings;
use crate::train::measure::Scores;
use crate::train::text::sentence_hash;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What `peristiwa train neural` is told.
#[derive(Clone, Debug)]
pub(crate) struct NeuralOptions {
    /// CoNLL files and gold folders; `PATH@0.3` takes another third in each pass.
    pub train: Vec<String>,
    /// A CoNLL file or gold folder that chooses the best pass; never trained on.
    pub dev: Option<PathBuf>,
    /// Every so manieth gold article is held back from training: it chooses the best pass where there is no
    /// `dev`, and calibrates the scores.
    pub hold: Option<usize>,
    /// Measured once, when all is done.
    pub test: Option<PathBuf>,
    /// What `train embeddings` made.
    pub vectors: Option<PathBuf>,
    /// What `train encoder` made, with its vectors; that of the models folder where neither it nor vectors are given.
    pub encoder: Option<PathBuf>,
    /// Words with a vector of their own.
    pub rows: usize,
    /// Lists of names.
    pub names: Vec<NameFile>,
    /// Whether the best pass is that with the best mean F1 over labels.
    pub by_macro: bool,
    /// The weights to write.
    pub output: PathBuf,
    /// The card's date.
    pub date: Option<String>,
    /// How to learn.
    pub learn: LearnOptions,
}

/// Trains, and writes the weights with their card and the hashes of the sentences they have seen.
///
/// # Errors
/// Where a file cannot be read or written, or the options contradict each other.
pub(crate) fn neural(models: &Models, options: &NeuralOptions) -> Result<Scores> {
    let tokenizer = Tokenizer::new(models)?;
    let start = match (&options.encoder, &options.vectors) {
        (Some(path), _) => Some(Arc::new(read_encoder(path)?)),
        (None, None) => crate::entity::encoder(models)?.map(Arc::new),
        (None, Some(_)) => None,
    };
    let names = match &start {
        Some(start) if options.names.is_empty() => start.names.clone(),
        _ => Arc::new(read_names(&options.names, &tokenizer)?),
    };
    let vectors = match (&start, &options.vectors) {
        (Some(start), _) => start.vectors.clone(),
        (None, Some(path)) => Arc::new(Embeddings::load(path)?.quantise(options.rows)),
        (None, None) => Arc::new(Vectors::default()),
    };
    let mut learning = options.learn.clone();
    let mut lessons = Lessons::default();
    let mut held = Vec::new();
    let mut sizes = Vec::new();
    learning.shares.clear();
    for given in &options.train {
        let (path, share) = match given.split_once('@') {
            Some((path, share)) => (path, share.parse().ok()),
            None => (given.as_str(), Some(1.0)),
        };
        let share = share
            .filter(|share| (0.0..=1.0).contains(share))
            .ok_or_else(|| {
                Error::input(format!(
                    "{given}: expected PATH or PATH@SHARE with a share up to 1"
                ))
            })?;
        learning.shares.push(share);
        let mut source = Source::read(Path::new(path))?;
        if let Some(every) = options.hold.filter(|every| source.gold && *every > 0) {
            let all = std::mem::take(&mut source.passages);
            for (number, passage) in all.into_iter().enumerate() {
                if number % every == every - 1 {
                    held.push(passage);
                } else {
                    source.passages.push(passage);
                }
            }
        }
        sizes.push((source.name.clone(), source.passages.len()));
        lessons.add(&source, &tokenizer, &names);
    }
    let held = match held.is_empty() {
        true => None,
        false => {
            let mut source = Source {
                name: "held".to_owned(),
                passages: held,
                gold: true,
                labels: Vec::new(),
            };
            source.labels.clear();
            Some(judge(&source, &lessons, &tokenizer, &names, false)?)
        }
    };
    let dev = match &options.dev {
        Some(path) => Some(judge(
            &Source::read(path)?,
            &lessons,
            &tokenizer,
            &names,
            options.by_macro,
        )?),
        None => None,
    };
    let given = Given {
        vectors,
        names: names.clone(),
        start: start.clone(),
        keep: Some(options.output.clone()),
    };
    let (mut network, _) = learn(&lessons, dev.as_ref().or(held.as_ref()), &given, &learning)?;
    if let Some(held) = &held {
        for (nth, &head) in held.heads.iter().enumerate() {
            let outcomes = calibrate::outcomes(&network, head, nth, &held.sentences);
            network.heads[head].calibration = calibrate::fit(&outcomes);
        }
    }
    save(&network, start.as_deref(), &options.output)?;
    let hashes = options.output.with_extension("sentences");
    std::fs::write(&hashes, seen_sentences(&lessons)).map_err(|e| Error::io(&hashes, e))?;
    // as it will be used: from the file, at half precision
    let bytes = std::fs::read(&options.output).map_err(|e| Error::io(&options.output, e))?;
    let network = Network::read(&bytes, start.as_deref())?;
    let mut card = card(options, &learning, &sizes, bytes.len());
    let mut last = Scores::default();
    let test = match &options.test {
        Some(path) => Some(judge(
            &Source::read(path)?,
            &lessons,
            &tokenizer,
            &names,
            false,
        )?),
        None => None,
    };
    let judges = [("held", &held), ("dev", &dev), ("test", &test)];
    for (name, judge) in judges {
        let Some(judge) = judge else { continue };
        last = judge.scores(&network);
        println!("{name}: {}", line(&last));
        card.section(&format!("scores.{name}"));
        for (label, f1) in last.rows() {
            card.number(&label, f1);
        }
        for (nth, &head) in judge.heads.iter().enumerate() {
            let outcomes = calibrate::outcomes(&network, head, nth, &judge.sentences);
            let error = calibrate::error(&network.heads[head], &outcomes);
            println!(
                "{name}: calibration error of {}: {error:.3}",
                network.heads[head].name
            );
            let key = format!(
                "calibration_error_{}",
                network.heads[head].name.replace('-', "_")
            );
            card.number(&key, format!("{error:.3}"));
        }
    }
    card.write(&options.output)?;
    Ok(last)
}

/// Reads the file of an encoder.
///
/// # Errors
/// Where it cannot be read or is malformed.
pub(crate) fn read_encoder(path: &Path) -> Result<Network> {
    let bytes = std::fs::read(path).map_err(|e| Error::io(path, e))?;
    Network::read(&bytes, None).map_err(|e| e.at(path.display()))
}

/// A source to measure on, for the heads that its kind has.
fn judge(
    source: &Source,
    lessons: &Lessons,
    tokenizer: &Tokenizer,
    names: &Names,
    by_macro: bool,
) -> Result<Judge> {
    let heads = tasks(source).into_iter().map(|task| {
        let tasks = &lessons.tasks;
        let known = match tasks.len() {
            1 => Some(0),
            _ => tasks.iter().position(|known| known.name == task.name),
        };
        known.ok_or_else(|| {
            Error::input(format!(
                "nothing to train on is annotated like {}: name folders alike",
                source.name
            ))
        })
    });
    let heads = heads.collect::<Result<Vec<usize>>>()?;
    let sentences: Vec<Sentence> = source
        .passages
        .iter()
        .flat_map(|passage| lessons.cut(passage, &heads, tokenizer, names))
        .collect();
    Ok(Judge {
        heads,
        sentences,
        by_macro,
    })
}

/// Hashes of all training sentences, sorted, eight bytes each: a test looks for held-out sentences in them.
fn seen_sentences(lessons: &Lessons) -> Vec<u8> {
    let mut hashes: Vec<u64> = lessons
        .sources
        .iter()
        .flatten()
        .map(|sentence| sentence_hash(sentence.words.iter().map(|word| &*word.surface)))
        .collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes.iter().flat_map(|hash| hash.to_le_bytes()).collect()
}

fn card(
    options: &NeuralOptions,
    learning: &LearnOptions,
    sizes: &[(String, usize)],
    bytes: usize,
) -> Card {
    let mut card = Card::default();
    card.comment("Weights of the neural tagger; written by `peristiwa train neural`.");
    if let Some(date) = &options.date {
        card.text("date", date);
    }
    card.text("command", &command(options));
    card.number("bytes", bytes);
    card.list(
        "names",
        &options.names.iter().map(label).collect::<Vec<_>>(),
    );
    card.section("data");
    for (name, passages) in sizes {
        card.number(name, passages);
    }
    card.section("options");
    card.number("seed", learning.seed);
    card.number("epochs", learning.epochs);
    card.number("batch", learning.batch);
    card.number("rate", learning.rate);
    card.number("hidden", learning.hidden);
    card.number("filters", learning.filters);
    card.number("word", learning.word);
    card.number("runs", learning.runs);
    card.number("tune", learning.tune);
    card.number("least", learning.least);
    card.number("dropout", learning.noise.dropout);
    card.number("word_dropout", learning.noise.word);
    card.number("name_dropout", learning.noise.names);
    card.number("lower", learning.noise.lower);
    card.number("upper", learning.noise.upper);
    card.number("typo", learning.noise.typo);
    card.number("rows", options.rows);
    card
}

fn command(options: &NeuralOptions) -> String {
    let mut words = vec!["peristiwa train neural --train".to_owned()];
    words.extend(options.train.iter().cloned());
    let mut add = |name: &str, path: &Option<PathBuf>| {
        if let Some(path) = path {
            words.push(format!("{name} {}", path.display()));
        }
    };
    add("--dev", &options.dev);
    add("--test", &options.test);
    add("--vectors", &options.vectors);
    add("--encoder", &options.encoder);
    add("--output", &Some(options.output.clone()));
    if let Some(hold) = options.hold {
        words.push(format!("--hold {hold}"));
    }
    words.join(" ")
}
