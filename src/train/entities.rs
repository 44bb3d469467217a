//! Training of the entity taggers.

use super::card;
use super::corpus::{Case, Passage, Source};
use super::learner::{Learner, Random, Settings};
use super::numbers::{Raw, number_features};
use super::tag::measure;
use crate::entity::{
    Calibration, Extractor, Linear, TEMPLATES, Tagger, TaggerModel, Tags, Workspace,
};
use crate::error::{Error, Result};
use crate::schema::Span;
use crate::token::{Tokenizer, Tokens};
use std::path::{Path, PathBuf};

/// What `peristiwa train entities` is told.
#[derive(Clone, Debug)]
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
        }
    }
}

/// Trains and writes the weights and their card.
pub(crate) fn entities(options: &Options) -> Result<()> {
    let models = super::load(options.models.as_deref())?;
    let trainer = Trainer {
        tokenizer: Tokenizer::new(&models)?,
        extractor: Extractor::new(&models)?,
    };
    let sources = read_sources(options)?;
    let linear = trainer.train(&sources, options)?;
    let bytes = linear.write(TEMPLATES);
    std::fs::write(&options.output, &bytes).map_err(|e| Error::io(&options.output, e))?;
    eprintln!(
        "{}: {} features, {} bytes",
        options.output.display(),
        linear.len(),
        bytes.len()
    );
    let tagger = Tagger::new(trainer.extractor, Linear::read(&bytes, TEMPLATES)?)?;
    let scores = match &options.dev {
        None => None,
        Some(path) => {
            let dev = read_source(path)?;
            let scores = measure(&trainer.tokenizer, &tagger, &dev);
            for (label, f1) in scores.rows() {
                eprintln!("{label:12} {f1:6.2}");
            }
            Some((dev.name, scores))
        }
    };
    card::entities(options, &sources, &tagger.linear, scores).write(&options.output)
}

fn read_source(path: &Path) -> Result<Source> {
    if path.is_dir() {
        Source::gold(path)
    } else {
        Source::conll(path)
    }
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

struct Trainer {
    tokenizer: Tokenizer,
    extractor: Extractor,
}

impl Trainer {
    fn train(&self, sources: &[Source], options: &Options) -> Result<Linear> {
        let taggers = taggers(sources)?;
        let gold = sources.iter().position(|source| source.gold);
        let mut random = Random(options.settings.seed | 1);
        let mut work = Workspace::default();
        let mut raws = Vec::new();
        for (number, source) in sources.iter().enumerate() {
            let weight = if source.gold {
                options.gold_weight
            } else {
                1.0
            };
            for passage in &source.passages {
                raws.push(self.raw(passage, source, number, &taggers, weight, &mut work));
                if !source.gold {
                    continue;
                }
                for case in [Case::Lower, Case::Upper, Case::Title] {
                    let chance = random.below(1000) as f32 / 1000.0;
                    if chance < options.case_share {
                        let other = passage.with_letters(case);
                        let weight = weight * 0.5;
                        raws.push(self.raw(&other, source, number, &taggers, weight, &mut work));
                    }
                }
            }
        }
        let (sentences, numbers) = number_features(raws, sources.len(), options.cutoff);
        eprintln!(
            "{} sentences, {} feature rows",
            sentences.len(),
            numbers.rows
        );
        let mut learner = Learner::new(
            taggers.clone(),
            numbers.rows as usize,
            sources.len(),
            options.settings.clone(),
        );
        let mut mean: Vec<f64> = vec![0.0; learner.weights.len()];
        let mut means = 0;
        for epoch in 1..=options.settings.epochs {
            let loss = learner.epoch(&sentences);
            eprintln!("epoch {epoch}: loss {loss:.4}");
            // the mean of the later epochs is steadier than the last
            if epoch * 2 > options.settings.epochs {
                means += 1;
                mean.iter_mut()
                    .zip(&learner.weights)
                    .for_each(|(m, &w)| *m += f64::from(w));
            }
        }
        let shipped = gold.unwrap_or(0);
        let models = taggers
            .iter()
            .enumerate()
            .map(|(number, tags)| TaggerModel {
                tags: tags.clone(),
                transitions: learner.transitions_of(number, shipped),
                calibration: Calibration::default(),
            });
        let width: usize = taggers.iter().map(Tags::len).sum();
        let row = |number: u32| {
            let start = number as usize * width;
            mean[start..start + width]
                .iter()
                .map(move |m| (m / f64::from(means)) as f32)
        };
        let mut features = Vec::new();
        for (&hash, &(_, number)) in &numbers.features {
            if number == u32::MAX {
                continue;
            }
            let mut weights: Vec<f32> = row(number).collect();
            if let Some(&copy) = numbers.copies[shipped].get(&number) {
                weights
                    .iter_mut()
                    .zip(row(copy))
                    .for_each(|(sum, own)| *sum += own);
            }
            weights
                .iter_mut()
                .filter(|w| w.abs() < 0.02)
                .for_each(|w| *w = 0.0);
            if weights.iter().any(|&w| w != 0.0) {
                features.push((hash, weights));
            }
        }
        features.sort_unstable_by_key(|(hash, _)| *hash);
        Ok(Linear::new(
            models.collect(),
            self.extractor.lexicons().to_vec(),
            features,
        ))
    }

    fn raw(
        &self,
        passage: &Passage,
        source: &Source,
        number: usize,
        taggers: &[Tags],
        weight: f32,
        work: &mut Workspace,
    ) -> Raw {
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
        let allowed = taggers
            .iter()
            .map(|tags| allowed(tags, &tokens, &passage.spans, source))
            .collect();
        Raw {
            hashes,
            ends,
            sentences,
            allowed,
            source: number,
            weight,
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
