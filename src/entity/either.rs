//! The finder of mentions that the other rooms see.
//!
//! Two taggers that err in different places: the linear chain over features and the recurrent network. Where the
//! weights of both are there, each word's probabilities are the mean of theirs; else the one that is there works
//! alone.

use super::bert::{Bert, BertTagger};
use super::decode::Lattice;
use super::finder::{self, nest};
use super::neural::{Network, NeuralTagger, Opinion, Tagged};
use crate::error::{Error, Result};
use crate::models::Models;
use crate::schema::{Label, Mention};
use crate::token::Tokens;
use ndarray::Array2;
use std::ops::Range;
use std::sync::Arc;

/// Weights below `models/`: of the two taggers, and of the encoder that the second reads with.
const LINEAR: &str = "weights/entity.bin";
const NEURAL: &str = "weights/neural.bin";
const ENCODER: &str = "weights/encoder.bin";

/// Which tagger finds mentions, where `models` has the weights of several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TaggerKind {
    /// The network and the linear chain together: the most accurate.
    #[default]
    Pooled,
    /// The recurrent network.
    Neural,
    /// The linear chain over features: several times as fast.
    Linear,
}

/// Finds mentions; immutable, shared by all threads.
pub(crate) enum EntityFinder {
    /// The linear chain over features.
    Linear(Box<finder::EntityFinder>),
    /// The recurrent network.
    Neural(Box<Neural>),
    /// Both.
    Pooled(Box<finder::EntityFinder>, Box<Neural>),
    /// A transformer, and what `found_by` says of it.
    Bert(Box<BertTagger>, Arc<str>),
}

/// The recurrent network with the schema's labels of each of its layers.
pub(crate) struct Neural {
    tagger: NeuralTagger,
    labels: Vec<Vec<Label>>,
}

impl Neural {
    fn new(models: &Models, bytes: &[u8]) -> Result<Self> {
        let place = |e: Error| e.at(format!("models/{NEURAL}"));
        let network = Network::read(bytes, encoder(models)?.as_ref()).map_err(place)?;
        let tagger = NeuralTagger::new(network).map_err(place)?;
        let labels = tagger.labels().map(|labels| {
            let labels = labels.iter();
            labels
                .map(|label| label.parse().map_err(Error::models))
                .collect()
        });
        Ok(Self {
            labels: labels.collect::<Result<_>>().map_err(place)?,
            tagger,
        })
    }
}

/// The encoder of `models`; `None` where there is none.
///
/// # Errors
/// Where its file is malformed.
pub(crate) fn encoder(models: &Models) -> Result<Option<Network>> {
    let Ok(bytes) = models.file(ENCODER) else {
        return Ok(None);
    };
    let network = Network::read(bytes, None).map_err(|e| e.at(format!("models/{ENCODER}")))?;
    Ok(Some(network))
}

impl EntityFinder {
    /// A finder with the weights of `models`; the most accurate that they allow where it lacks some of `kind`.
    ///
    /// # Errors
    /// Where the weights are missing or malformed, or a lexicon they need is missing.
    pub(crate) fn new(models: &Models, kind: TaggerKind) -> Result<Self> {
        let linear = || finder::EntityFinder::new(models).map(Box::new);
        let has_linear = models.file(LINEAR).is_ok();
        let bytes = match models.file(NEURAL) {
            Ok(bytes) if kind != TaggerKind::Linear || !has_linear => bytes,
            _ => return Ok(Self::Linear(linear()?)),
        };
        let neural = Box::new(Neural::new(models, bytes)?);
        if kind == TaggerKind::Neural || !has_linear {
            return Ok(Self::Neural(neural));
        }
        let linear = linear()?;
        // tags are compared by number: the labels must stand in one order
        if linear.labels == neural.labels {
            Ok(Self::Pooled(linear, neural))
        } else {
            Ok(Self::Neural(neural))
        }
    }

    /// A finder with a transformer; of `models` it needs the labels' lexicon alone.
    ///
    /// # Errors
    /// Where the transformer cannot be loaded.
    pub(crate) fn bert(models: &Models, bert: &Bert) -> Result<Self> {
        let tagger = BertTagger::new(models, bert)?;
        Ok(Self::Bert(Box::new(tagger), BertTagger::name(bert).into()))
    }

    /// The mentions of each of many texts, by position, an outer one before those inside it.
    pub(crate) fn find_all(&self, texts: &[Tokens<'_>]) -> Vec<Vec<Mention>> {
        match self {
            Self::Linear(finder) => texts.iter().map(|tokens| finder.find(tokens)).collect(),
            Self::Neural(neural) => {
                let name = "neural.bin".into();
                let scored = neural.tagger.scores(texts);
                let texts = texts.iter().zip(&scored).map(|(tokens, scored)| {
                    let tagged = neural.tagger.tag(tokens, scored);
                    mentions(tokens, tagged, &neural.labels, &name)
                });
                texts.collect()
            }
            Self::Pooled(linear, neural) => {
                let name = "entity.bin+neural.bin".into();
                let scored = neural.tagger.scores(texts);
                let texts = texts.iter().zip(&scored).map(|(tokens, scored)| {
                    let lattices = Lattices::new(&linear.tagger, tokens);
                    let tagged = neural.tagger.tag_with(tokens, scored, &lattices);
                    mentions(tokens, tagged, &neural.labels, &name)
                });
                texts.collect()
            }
            Self::Bert(tagger, name) => {
                let tagged = texts.iter().zip(tagger.tag_all(texts));
                tagged
                    .map(|(tokens, tagged)| mentions(tokens, tagged, tagger.labels(), name))
                    .collect()
            }
        }
    }
}

/// The spans on which both taggers agree best; their labels must stand in one order.
pub(crate) fn pooled(
    linear: &finder::Tagger,
    neural: &NeuralTagger,
    tokens: &Tokens<'_>,
) -> Vec<Tagged> {
    let scored = neural.scores(std::slice::from_ref(tokens));
    scored.first().map_or_else(Vec::new, |scored| {
        neural.tag_with(tokens, scored, &Lattices::new(linear, tokens))
    })
}

fn mentions(
    tokens: &Tokens<'_>,
    tagged: Vec<Tagged>,
    labels: &[Vec<Label>],
    name: &Arc<str>,
) -> Vec<Mention> {
    let mention = |found: Tagged| {
        let span = tokens.span(found.tokens);
        Some(Mention {
            span,
            text: span.of(tokens.text()).to_owned(),
            label: *labels.get(found.layer)?.get(found.label)?,
            score: Some(found.score),
            found_by: Some(name.clone()),
        })
    };
    let mut mentions: Vec<Mention> = tagged.into_iter().filter_map(mention).collect();
    nest(&mut mentions);
    mentions
}

/// A sentence with its lattice and the exponentials of the transitions.
type Sentence<'a> = (Range<usize>, Lattice, &'a Array2<f64>);

/// What the linear chain thinks of a text.
struct Lattices<'a> {
    linear: &'a finder::Tagger,
    /// By layer and sentence.
    sentences: Vec<Vec<Sentence<'a>>>,
}

impl<'a> Lattices<'a> {
    fn new(linear: &'a finder::Tagger, tokens: &Tokens<'_>) -> Self {
        let mut sentences: Vec<Vec<_>> = Vec::new();
        linear.visit(tokens, |layer, range, lattice, exp| {
            sentences.resize_with(sentences.len().max(layer + 1), Vec::new);
            sentences[layer].push((range, lattice, exp));
        });
        Self { linear, sentences }
    }

    fn at(&self, layer: usize, token: usize) -> Option<&Sentence<'a>> {
        let sentences = self.sentences.get(layer)?;
        let at = sentences.partition_point(|(range, ..)| range.end <= token);
        sentences.get(at)
    }
}

impl Opinion for Lattices<'_> {
    fn tag(&self, layer: usize, token: usize, tag: usize) -> f32 {
        self.at(layer, token).map_or(0.0, |(range, lattice, _)| {
            lattice.marginal(token - range.start, tag) as f32
        })
    }

    fn span(&self, layer: usize, tokens: Range<usize>, label: usize) -> f32 {
        let Some((range, lattice, exp)) = self.at(layer, tokens.start) else {
            return 0.0;
        };
        let Some(model) = self.linear.linear.taggers.get(layer) else {
            return 0.0;
        };
        let words = tokens.start - range.start..tokens.end - range.start;
        let (begin, inside) = (model.tags.begin(label), model.tags.inside(label));
        model
            .calibration
            .apply(lattice.span(words, begin, inside, exp))
    }
}
