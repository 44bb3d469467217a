//! Training of the entity taggers.

use super::card;
use super::corpus::{Case, Passage, Source};
use super::learner::{Learner, Random, Settings};
use super::measure::Scores;
use super::numbers::{Raw, number_features};
use super::second;
use super::tag::Taggers;
use crate::entity::{
    Calibration, Extractor, Linear, TEMPLATES, Tagger, TaggerModel, Tags, Workspace,
};
use crate::error::{Error, Result};
use crate::models::Models;
use crate::schema::Span;
use crate::token::{Tokenizer, Tokens};
use std::path::PathBuf;
use std::sync::Arc;

/// What `peristiwa train entities` is told.
#[derive(Clone, Debug)]
#[cfg_attr(
    not(feature = "train-neural"),
    allow(dead_code, reason = "the network's options are for its training")
)]
pub(crate) struct Options {
    /// CoNLL files; `FILE:LABEL,LABEL` where the file marks only those labels throughout.
    pub train: Vec<PathBuf>,
    /// Gold folders.
    pub gold: Vec<PathBuf>,
    /// A CoNLL file or a gold folder to measure on; never trained on.
    pub dev: Option<PathBuf>,
    /// Where the weights go; the card goes beside them.
    pub output: PathBuf,
    /// `models/` to take lexicons and subwords from; the bundled ones where there is none.
    pub models: Option<PathBuf>,
    /// The card's date.
    pub date: Option<String>,
    pub settings: Settings,
    /// Weight of gold passages against 1 for others.
    pub gold_weight: f32,
    /// Share of gold passages that are repeated in another case.
    pub case_share: f32,
    /// Features seen less often are left out.
    pub cutoff: u32,
    /// Parts of the gold data that are left out in turn to teach the second look; 1 for none.
    pub folds: usize,
    /// Passes of the network that the linear tagger is pooled with; `None` for no network.
    pub network: Option<usize>,
    /// Runs of the network whose mean is kept.
    pub runs: usize,
    /// The network's pre-trained encoder; that of the models folder where there is none.
    pub encoder: Option<PathBuf>,
    /// Whether dev's macro F1 decides in place of its micro F1.
    pub by_macro: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            train: Vec::new(),
            gold: Vec::new(),
            dev: None,
            output: PathBuf::from("models/weights/entity.bin"),
            models: None,
            date: None,
            settings: Settings::default(),
            gold_weight: 1.0,
            case_share: 0.3,
            cutoff: 2,
            folds: 4,
            network: None,
            runs: 1,
            encoder: None,
            by_macro: false,
        }
    }
}

/// Trains and writes the weights and their card.
pub(crate) fn entities(options: &Options) -> Result<()> {
    let models = super::load(options.models.as_deref())?;
    let sources = read_sources(options)?;
    let trainer = Trainer::new(&models, &sources, options)?;
    let linear = trainer.train()?;
    let bytes = linear.write(TEMPLATES);
    std::fs::write(&options.output, &bytes).map_err(|e| Error::io(&options.output, e))?;
    eprintln!(
        "{}: {} features, {} bytes",
        options.output.display(),
        linear.len(),
        bytes.len()
    );
    let dev = options.dev.as_deref().map(Source::read).transpose()?;
    #[cfg_attr(
        not(feature = "train-neural"),
        expect(unused_mut, reason = "a network joins it")
    )]
    let mut taggers = Taggers {
        linear: Tagger::new(trainer.extractor.clone(), Linear::read(&bytes, TEMPLATES)?)?,
        neural: None,
    };
    let mut scores = Vec::new();
    if let Some(dev) = &dev {
        report(
            &dev.name,
            taggers.measure(&trainer.tokenizer, dev),
            &mut scores,
        );
        if dev.gold {
            for (case, name) in [(Case::Lower, "in lower case"), (Case::Upper, "in capitals")] {
                let mut other = dev.clone();
                other.passages = dev.passages.iter().map(|p| p.with_letters(case)).collect();
                let counts = taggers.measure(&trainer.tokenizer, &other);
                report(&format!("{} {name}", dev.name), counts, &mut scores);
            }
        }
    }
    #[cfg(feature = "train-neural")]
    if let Some(passes) = options.network {
        network(options, passes, &models)?;
        let (output, base) = (&options.output, options.encoder.as_deref());
        taggers = Taggers::read(output, &models, trainer.extractor.clone(), base)?;
        if let Some(dev) = &dev {
            pool(&mut taggers, &trainer, dev, options, &mut scores)?;
        }
    }
    card::entities(options, &sources, &taggers.linear.linear, scores).write(&options.output)
}

/// Trains the network that the linear tagger is pooled with.
#[cfg(feature = "train-neural")]
fn network(options: &Options, passes: usize, models: &Models) -> Result<()> {
    let gold = options.gold.iter().map(|path| path.display().to_string());
    let train = options.train.iter().map(|path| {
        let text = path.display().to_string();
        text.split(':').next().unwrap_or("").to_owned()
    });
    super::neural(
        models,
        &super::NeuralOptions {
            train: gold.chain(train).collect(),
            dev: options.dev.clone(),
            hold: None,
            test: None,
            vectors: None,
            encoder: options.encoder.clone(),
            rows: 0,
            names: Vec::new(),
            by_macro: options.by_macro,
            output: super::tag::neural_path(&options.output),
            date: options.date.clone(),
            learn: super::LearnOptions {
                epochs: passes,
                runs: options.runs,
                seed: options.settings.seed,
                ..super::LearnOptions::default()
            },
        },
    )?;
    Ok(())
}

/// Finds the weight of the network that does best on dev, and writes it to the network's file.
#[cfg(feature = "train-neural")]
fn pool(
    taggers: &mut Taggers,
    trainer: &Trainer<'_>,
    dev: &Source,
    options: &Options,
    scores: &mut Vec<(String, Scores)>,
) -> Result<()> {
    let Some(mut neural) = taggers.neural.take() else {
        return Ok(());
    };
    if !dev.gold {
        neural = neural.looking_once();
    }
    taggers.neural = Some(neural);
    let mut best: Option<(f64, f32, Scores)> = None;
    for weight in [0.5, 0.65, 0.8, 1.0] {
        if let Some(neural) = &mut taggers.neural {
            neural.network_mut().weight = weight;
        }
        let counts = taggers.measure(&trainer.tokenizer, dev);
        let figure = match options.by_macro {
            true => counts.macro_f1(),
            false => counts.of(&[]).f1(),
        };
        eprintln!("network's weight {weight}: {figure:.2}");
        if best.as_ref().is_none_or(|best| figure > best.0) {
            best = Some((figure, weight, counts));
        }
    }
    if let (Some(neural), Some((_, weight, counts))) = (&mut taggers.neural, best) {
        report(&format!("{} pooled", dev.name), counts, scores);
        let base = match &options.encoder {
            Some(path) => Some(super::read_encoder(path)?),
            None => crate::entity::encoder(&super::load(options.models.as_deref())?)?,
        };
        let network = neural.network_mut();
        network.weight = weight;
        let path = super::tag::neural_path(&options.output);
        let bytes = network.write(base.as_ref());
        std::fs::write(&path, bytes).map_err(|e| Error::io(&path, e))?;
    }
    Ok(())
}

fn read_sources(options: &Options) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for folder in &options.gold {
        sources.push(Source::gold(folder)?);
    }
    for given in &options.train {
        let text = given.to_string_lossy();
        let (path, labels) = match text.split_once(':') {
            Some((path, labels)) => (PathBuf::from(path), Some(labels)),
            None => (given.clone(), None),
        };
        let mut source = Source::conll(&path)?;
        if let Some(labels) = labels {
            source.labels = labels.split(',').map(str::to_owned).collect();
        }
        sources.push(source);
    }
    if sources.is_empty() {
        return Err(Error::input(
            "nothing to train on: give --train FILE or --gold FOLDER",
        ));
    }
    Ok(sources)
}

/// Prints scores and keeps them for the card.
fn report(name: &str, counts: Scores, scores: &mut Vec<(String, Scores)>) {
    eprintln!("{name}");
    for (label, f1) in counts.rows() {
        eprintln!("  {label:12} {f1:6.2}");
    }
    for (label, c) in &counts.0 {
        eprintln!(
            "  {label:5} gold {} found {} right {}; bounds {} label {} missed {} invented {}",
            c.gold, c.found, c.right, c.bounds, c.label, c.missed, c.invented
        );
    }
    scores.push((name.to_owned(), counts));
}

/// Makes features of passages and learns from them.
pub(super) struct Trainer<'o> {
    pub tokenizer: Tokenizer,
    pub extractor: Arc<Extractor>,
    pub options: &'o Options,
    pub taggers: Vec<Tags>,
    pub raws: Vec<Raw>,
    sources: usize,
    /// The source whose copies go into the model.
    shipped: usize,
}

impl<'o> Trainer<'o> {
    fn new(models: &Models, sources: &[Source], options: &'o Options) -> Result<Self> {
        let mut trainer = Self {
            tokenizer: Tokenizer::new(models)?,
            extractor: Arc::new(Extractor::new(models)?),
            options,
            taggers: taggers(sources)?,
            raws: Vec::new(),
            sources: sources.len(),
            shipped: sources.iter().position(|source| source.gold).unwrap_or(0),
        };
        let mut random = Random(options.settings.seed | 1);
        let mut work = Workspace::default();
        for (number, source) in sources.iter().enumerate() {
            for (index, passage) in source.passages.iter().enumerate() {
                let mut add = |passage: &Passage, weight: f32| {
                    let mut raw = trainer.raw(passage, source, number, &mut work);
                    raw.weight = weight;
                    raw.gold = source
                        .gold
                        .then(|| (passage.clone(), index % options.folds.max(1)));
                    raw
                };
                let weight = if source.gold {
                    options.gold_weight
                } else {
                    1.0
                };
                let mut raws = vec![add(passage, weight)];
                for case in [Case::Lower, Case::Upper, Case::Title] {
                    let chance = random.below(1000) as f32 / 1000.0;
                    if source.gold && chance < options.case_share {
                        raws.push(add(&passage.with_letters(case), weight * 0.5));
                    }
                }
                trainer.raws.append(&mut raws);
            }
        }
        Ok(trainer)
    }

    fn train(&self) -> Result<Linear> {
        let first = self.learn(None);
        if self.options.folds > 1 && self.raws.iter().any(|raw| raw.gold.is_some()) {
            return second::add(self, first);
        }
        Ok(first)
    }

    /// Learns the first look, from all but one part of the gold data.
    pub(super) fn learn(&self, left_out: Option<usize>) -> Linear {
        let part = |raw: &&Raw| {
            let fold = raw.gold.as_ref().map(|(_, fold)| *fold);
            left_out.is_none() || fold != left_out
        };
        let raws: Vec<&Raw> = self.raws.iter().filter(part).collect();
        let (sentences, numbers) = number_features(&raws, self.sources, self.options.cutoff);
        let settings = self.options.settings.clone();
        let rows = numbers.rows as usize;
        eprintln!("{} sentences, {rows} feature rows", sentences.len());
        let mut learner = Learner::new(self.taggers.clone(), rows, self.sources, settings);
        let mean = learner.run(&sentences);
        let models = self
            .taggers
            .iter()
            .enumerate()
            .map(|(number, tags)| TaggerModel {
                tags: tags.clone(),
                transitions: learner.transitions_of(number, self.shipped),
                second: None,
                calibration: Calibration::default(),
            });
        let features = numbers.export(&mean, learner.width(), self.shipped, 0.02);
        Linear::new(
            models.collect(),
            self.extractor.lexicons().to_vec(),
            features,
        )
    }

    fn raw(&self, passage: &Passage, source: &Source, number: usize, work: &mut Workspace) -> Raw {
        let tokens = passage.tokens(&self.tokenizer);
        let mut hashes = Vec::new();
        let mut ends = vec![0; tokens.len()];
        self.extractor.extract(&tokens, work, |token, feature| {
            hashes.push(feature);
            ends[token] = hashes.len() as u32;
        });
        let sentences = tokens
            .sentences()
            .map(|r| (r.start as u32, r.end as u32))
            .collect();
        let allowed = self
            .taggers
            .iter()
            .map(|tags| allowed(tags, &tokens, &passage.spans, source))
            .collect();
        Raw {
            hashes,
            ends,
            sentences,
            allowed,
            source: number,
            weight: 1.0,
            gold: None,
        }
    }
}

/// The taggers for all labels of the sources: roles, which hold others, have their own.
fn taggers(sources: &[Source]) -> Result<Vec<Tags>> {
    let gold = sources.iter().any(|source| source.gold);
    let mut labels: Vec<String> = Vec::new();
    for source in sources.iter().filter(|source| source.gold || !gold) {
        for label in &source.labels {
            if !labels.contains(label) {
                labels.push(label.clone());
            }
        }
    }
    if labels.is_empty() || labels.len() > 15 {
        return Err(Error::input(format!(
            "{} labels; expected 1 to 15",
            labels.len()
        )));
    }
    let (outer, flat): (Vec<_>, Vec<_>) =
        labels.into_iter().partition(|label| label == super::OUTER);
    let split = !outer.is_empty() && !flat.is_empty();
    Ok(if split {
        vec![Tags::new(flat), Tags::new(outer)]
    } else {
        vec![Tags::new(flat.into_iter().chain(outer).collect())]
    })
}

/// The tags that each token may have; empty where the source says nothing to this tagger.
fn allowed(
    tags: &Tags,
    tokens: &Tokens<'_>,
    spans: &[(Span, String)],
    source: &Source,
) -> Vec<u32> {
    let marked = |label: &String| source.labels.contains(label);
    if !tags.labels().iter().any(marked) {
        return Vec::new();
    }
    let mut outside = 1u32;
    for (label, name) in tags.labels().iter().enumerate() {
        if !marked(name) {
            outside |= 1 << tags.begin(label) | 1 << tags.inside(label);
        }
    }
    let mut allowed = vec![outside; tokens.len()];
    for (span, name) in spans {
        let Some(label) = tags.labels().iter().position(|l| l == name && marked(l)) else {
            continue;
        };
        for (offset, at) in tokens.covered(*span).enumerate() {
            let tag = if offset == 0 {
                tags.begin(label)
            } else {
                tags.inside(label)
            };
            allowed[at] = 1 << tag;
        }
    }
    allowed
}
