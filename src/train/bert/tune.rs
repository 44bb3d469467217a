//! Fine-tuning: a network with a classifier of words, taught by marked sentences.

use super::adam::{Adam, rate, smooth};
use super::checkpoint::{self, Best};
use super::lessons::{self, Batch, Sentence, batches};
use super::model;
use super::vocabulary::Vocabulary;
use crate::entity::{Tags, viterbi};
use crate::error::{Error, Result};
use crate::models::Models;
use crate::schema::Span;
use crate::token::Tokenizer;
use crate::train::HeldOut;
use crate::train::card::Card;
use crate::train::corpus::{Passage, Source};
use crate::train::measure::Scores;
use crate::train::progress::Progress;
use ndarray::Array2;
use rust_bert::bert::{BertEmbeddings, BertModel};
use rustc_hash::FxHasher;
use serde_json::{Value, json};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use tch::nn::{self, Module, VarStore};
use tch::{Device, Kind, Tensor};

/// Steps between checkpoints.
const SAVE_EVERY: i64 = 200;
/// Sentences in a batch that is only measured.
const MEASURED: usize = 32;

/// How to fine-tune.
#[derive(Clone, Debug)]
pub(crate) struct TuneOptions {
    /// The folder of the network to begin from.
    pub from: PathBuf,
    /// CoNLL files and gold folders.
    pub train: Vec<PathBuf>,
    /// Articles annotated by `annotate`, and the file with their texts.
    pub silver: Option<(PathBuf, PathBuf)>,
    /// Chooses the best pass; its sentences are left out of the training.
    pub dev: Option<PathBuf>,
    /// Measured once, when all is done; left out of the training too.
    pub test: Option<PathBuf>,
    /// Further files whose sentences are left out.
    pub exclude: Vec<PathBuf>,
    pub output: PathBuf,
    pub epochs: i64,
    /// Passes without a better figure on dev after which the training ends.
    pub patience: i64,
    /// Sentences in a batch.
    pub batch: usize,
    pub rate: f64,
    pub dropout: f64,
    pub seed: u64,
    pub date: Option<String>,
    /// As the card says it.
    pub command: String,
}

/// Teaches, and writes the folder with its card.
///
/// # Errors
/// Where a file cannot be read or written, or does not fit the others.
pub(crate) fn tune(models: &Models, options: &TuneOptions) -> Result<Scores> {
    train(models, options, i64::MAX)
}

/// A network with what it needs to tag.
pub(super) struct Tagger {
    body: BertModel<BertEmbeddings>,
    classifier: nn::Linear,
    pub store: VarStore,
    dropout: f64,
    tags: Tags,
    steps: Array2<f32>,
    pub vocabulary: Vocabulary,
    config: Value,
    longest: usize,
}

/// The same, broken off after the step `until`.
pub(super) fn train(models: &Models, options: &TuneOptions, until: i64) -> Result<Scores> {
    let tokenizer = Tokenizer::new(models)?;
    let mut sources = Vec::new();
    if let Some((path, texts)) = &options.silver {
        sources.push(lessons::annotated(path, texts)?);
    }
    for path in &options.train {
        sources.push(Source::read(path)?);
    }
    let labels = labels(&sources);
    let mut held_out = HeldOut::default();
    for path in options
        .exclude
        .iter()
        .chain(&options.dev)
        .chain(&options.test)
    {
        held_out.add_path(path)?;
    }
    let mut tagger = Tagger::new(&options.from, labels, options.dropout, options.seed)?;
    let mut sentences = Vec::new();
    let mut sizes = Vec::new();
    for source in &sources {
        let new = lessons::read(source, &tokenizer, &held_out, |passage, tokens| {
            tagger.cut(passage, tokens)
        });
        sizes.push((source.name.clone(), source.passages.len(), new.len()));
        sentences.extend(new);
    }
    if sentences.is_empty() {
        return Err(Error::input(
            "no sentence there to learn from that is not held out",
        ));
    }
    let dev = options.dev.as_deref().map(Source::read).transpose()?;
    std::fs::create_dir_all(&options.output).map_err(|e| Error::io(&options.output, e))?;
    let saved = checkpoint::path(&options.output);
    let mut adam = Adam::new(model::variables(&tagger.store));
    let fingerprint = fingerprint(options, &sentences);
    let best = checkpoint::load(&saved, fingerprint, &mut adam)?;
    let mut best = best.unwrap_or(Best::NONE);
    let a_pass = sentences.len().div_ceil(options.batch) as i64;
    let steps = a_pass * options.epochs;
    let mut progress = Progress::new("fine-tuning", steps.max(1) as u64);
    let mut order = Vec::new();
    let (mut pass, mut mean) = (-1, 0.0);
    while adam.step < steps.min(until) {
        let now = adam.step / a_pass;
        if now != pass {
            pass = now;
            order = batches(
                &sentences,
                options.batch,
                options.seed.wrapping_add(pass as u64),
            );
        }
        tch::manual_seed(options.seed.wrapping_add(adam.step as u64) as i64);
        let numbers = &order[(adam.step % a_pass) as usize];
        let chosen: Vec<&Sentence> = numbers.iter().map(|&at| &sentences[at]).collect();
        let batch = Batch::new(&chosen, tagger.vocabulary.special.pad);
        let loss = tagger
            .logits(&batch, true)?
            .cross_entropy_for_logits(&batch.tags);
        adam.step(&loss, rate(options.rate, adam.step, steps));
        let loss = loss.double_value(&[]);
        mean = smooth(mean, loss);
        progress.to(adam.step as u64);
        if adam.step % a_pass == 0 {
            let figure = match &dev {
                Some(dev) => {
                    let scores = tagger.scores(dev, &tokenizer)?;
                    eprintln!("pass {}: loss {mean:.3}, dev {}", pass + 1, line(&scores));
                    scores.of(&[]).f1()
                }
                None => pass as f64,
            };
            best.since += 1;
            if figure > best.figure {
                best = Best { figure, since: 0 };
                tagger.write(&options.output)?;
            }
            if best.since >= options.patience {
                break;
            }
        }
        if adam.step % SAVE_EVERY == 0 || adam.step % a_pass == 0 {
            checkpoint::save(&saved, fingerprint, best, &adam)?;
        }
    }
    if until < steps {
        checkpoint::save(&saved, fingerprint, best, &adam)?;
        return Ok(Scores::default());
    }
    // as it will be used: the best pass, at half precision
    let mut tagger = Tagger::new(&options.output, tagger.tags.labels().to_vec(), 0.0, 0)?;
    let mut card = card(options, &tagger, &sizes)?;
    let test = options.test.as_deref().map(Source::read).transpose()?;
    let mut last = Scores::default();
    for (name, source) in [("dev", &dev), ("test", &test)] {
        let Some(source) = source else { continue };
        last = tagger.scores(source, &tokenizer)?;
        println!("{name}: {}", line(&last));
        card.section(&format!("scores.{name}"));
        last.rows()
            .iter()
            .for_each(|(label, f1)| card.number(label, f1));
    }
    card.write(&options.output.join("model"))?;
    let _ = std::fs::remove_file(saved);
    Ok(last)
}

impl Tagger {
    /// Reads a network; a classifier of other labels is replaced by a fresh one.
    pub(super) fn new(from: &Path, labels: Vec<String>, dropout: f64, seed: u64) -> Result<Self> {
        let mut config = model::read_config(from)?;
        let vocabulary = Vocabulary::read(from)?;
        let tags = Tags::new(labels);
        let mut names = vec!["O".to_owned()];
        for label in tags.labels() {
            names.extend([format!("B-{label}"), format!("I-{label}")]);
        }
        let numbered = names.iter().enumerate();
        let id2label: Value = numbered
            .map(|(id, name)| (id.to_string(), json!(name)))
            .collect();
        let alike = config["id2label"] == id2label;
        config["id2label"] = id2label;
        let numbered = names.iter().enumerate();
        config["label2id"] = numbered
            .map(|(id, name)| (name.clone(), json!(id)))
            .collect();
        config["architectures"] = json!(["BertForTokenClassification"]);
        config["torch_dtype"] = json!("float16");
        let bert = model::parse(&config, dropout)?;
        if vocabulary.pieces.len() as i64 > bert.vocab_size {
            return Err(Error::input(format!(
                "{}: vocab.txt has {} pieces, config.json says {}",
                from.display(),
                vocabulary.pieces.len(),
                bert.vocab_size
            )));
        }
        let store = VarStore::new(Device::Cpu);
        let body = model::body(&store, &bert);
        let place = store.root() / "classifier";
        let classifier = nn::linear(
            place,
            bert.hidden_size,
            names.len() as i64,
            Default::default(),
        );
        model::start(&store, seed);
        model::load(from, &store, !alike)?;
        Ok(Self {
            body,
            classifier,
            store,
            dropout,
            steps: tags.transitions(),
            tags,
            vocabulary,
            config,
            longest: bert.max_position_embeddings as usize,
        })
    }

    fn cut(&mut self, passage: &Passage, tokens: &crate::token::Tokens<'_>) -> Vec<Sentence> {
        lessons::cut(
            passage,
            tokens,
            &self.tags,
            &mut self.vocabulary,
            self.longest,
        )
    }

    /// What speaks for each tag of each word.
    pub(super) fn logits(&self, batch: &Batch, train: bool) -> Result<Tensor> {
        let hidden = model::hidden(&self.body, &batch.pieces, Some(&batch.mask), train)?;
        let width = hidden.size().last().copied().unwrap_or(0);
        let words = hidden.view([-1, width]).index_select(0, &batch.places);
        Ok(self.classifier.forward(&words.dropout(self.dropout, train)))
    }

    fn write(&self, folder: &Path) -> Result<()> {
        model::write(folder, &self.config, &self.vocabulary, &self.store)
    }

    /// Scores against all mentions of a source, those inside others too.
    pub(super) fn scores(&mut self, source: &Source, tokenizer: &Tokenizer) -> Result<Scores> {
        let mut scores = Scores::default();
        for passage in &source.passages {
            let tokens = passage.tokens(tokenizer);
            let truth: Vec<(Span, String)> = passage
                .spans
                .iter()
                .map(|(span, label)| (tokens.covered(*span), label.clone()))
                .map(|(range, label)| (Span::new(range.start, range.end), label))
                .collect();
            let sentences = self.cut(passage, &tokens);
            let mut found = Vec::new();
            for some in sentences.chunks(MEASURED) {
                found.extend(self.find(some)?);
            }
            scores.add(&truth, &found);
        }
        Ok(scores)
    }

    /// The mentions in sentences of one passage, by the numbers of its words.
    fn find(&self, sentences: &[Sentence]) -> Result<Vec<(Span, String)>> {
        let rows: Vec<&Sentence> = sentences.iter().collect();
        let batch = Batch::new(&rows, self.vocabulary.special.pad);
        let logits = tch::no_grad(|| self.logits(&batch, false))?;
        let logits = logits.log_softmax(-1, Kind::Float).flatten(0, -1);
        let flat: Vec<f32> =
            Vec::try_from(logits).map_err(|e| Error::input(format!("reading scores: {e}")))?;
        let mut rest = flat.as_slice();
        let mut found = Vec::new();
        for sentence in sentences {
            let words = sentence.places.len();
            let (of, behind) = rest.split_at(words * self.tags.len());
            rest = behind;
            let shape = (words, self.tags.len());
            let emissions = Array2::from_shape_vec(shape, of.to_vec())
                .map_err(|e| Error::input(e.to_string()))?;
            let sequence = viterbi(emissions.view(), &self.steps);
            for (range, label) in self.tags.spans(&sequence) {
                let begin = sentence.words.start;
                let span = Span::new(begin + range.start, begin + range.end);
                found.push((span, self.tags.labels()[label].clone()));
            }
        }
        Ok(found)
    }
}

/// The guidelines' labels where a source follows them; otherwise those of the files.
fn labels(sources: &[Source]) -> Vec<String> {
    if sources.iter().any(|source| source.gold) {
        let labels = ["PER", "ORG", "LOC", "LAW", "WORK", "NEV", "ROL"];
        return labels.map(str::to_owned).to_vec();
    }
    let mut labels: Vec<String> = sources.iter().flat_map(|s| s.labels.clone()).collect();
    labels.sort();
    labels.dedup();
    labels
}

fn fingerprint(options: &TuneOptions, sentences: &[Sentence]) -> u64 {
    let mut hasher = FxHasher::default();
    (
        options.epochs,
        options.batch,
        options.seed,
        options.patience,
    )
        .hash(&mut hasher);
    (options.rate.to_bits(), options.dropout.to_bits()).hash(&mut hasher);
    for sentence in sentences {
        (&sentence.pieces, &sentence.tags).hash(&mut hasher);
    }
    hasher.finish()
}

/// All labels' F1 in one line.
fn line(scores: &Scores) -> String {
    let rows = scores.rows().into_iter();
    let rows: Vec<_> = rows.map(|(label, f1)| format!("{label} {f1}")).collect();
    rows.join(", ")
}

fn card(options: &TuneOptions, tagger: &Tagger, sizes: &[(String, usize, usize)]) -> Result<Card> {
    let mut card = Card::default();
    card.comment("A transformer that tags names; written by `peristiwa train bert`.");
    card.comment(
        "One tag a word: of mentions inside one another the inner ones are taught, so that a",
    );
    card.comment("role that holds a name is not found. Scores count all mentions, also those.");
    if let Some(date) = &options.date {
        card.text("date", date);
    }
    card.list("commands", &commands(&options.from, &options.command));
    card.list("labels", tagger.tags.labels());
    let weights = options.output.join("model.safetensors");
    let bytes = std::fs::metadata(&weights).map_err(|e| Error::io(&weights, e))?;
    card.number("bytes", bytes.len());
    card.section("data");
    for (name, passages, sentences) in sizes {
        card.list(
            name,
            &[
                format!("{passages} texts"),
                format!("{sentences} sentences"),
            ],
        );
    }
    card.section("options");
    card.number("seed", options.seed);
    card.number("epochs", options.epochs);
    card.number("patience", options.patience);
    card.number("batch", options.batch);
    card.number("rate", options.rate);
    card.number("dropout", options.dropout);
    Ok(card)
}

/// The commands that made the network this one begins from, and this one.
pub(super) fn commands(from: &Path, last: &str) -> Vec<String> {
    let before = std::fs::read_to_string(from.join("model.toml")).unwrap_or_default();
    let before: toml::Table = before.parse().unwrap_or_default();
    let before = before.get("commands").and_then(|list| list.as_array());
    let before = before.into_iter().flatten().filter_map(|c| c.as_str());
    before.chain([last]).map(str::to_owned).collect()
}
