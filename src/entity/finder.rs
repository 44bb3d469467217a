//! The tagger at work: features to scores to chains to mentions.

use super::decode::{Lattice, viterbi};
use super::features::{Extractor, TEMPLATES, Workspace};
use super::linear::Linear;
use crate::error::{Error, Result};
use crate::models::Models;
use crate::schema::{Label, Mention};
use crate::token::Tokens;
use ndarray::{Array2, s};
use std::cmp::Reverse;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// The weights below `models/`.
const FILE: &str = "weights/entity.bin";
/// What `found_by` says.
const NAME: &str = "entity.bin";

/// Finds mentions; immutable, shared by all threads.
pub(crate) struct EntityFinder {
    tagger: Tagger,
    /// The schema's label of each tagger's labels.
    labels: Vec<Vec<Label>>,
    name: Arc<str>,
}

/// Features and weights together, for any labels.
pub(crate) struct Tagger {
    pub(crate) extractor: Extractor,
    pub(crate) linear: Linear,
    /// Exponentials of the transitions.
    exps: Vec<Array2<f64>>,
    /// Buffers that wait for the next text.
    pool: Mutex<Vec<Buffers>>,
}

#[derive(Default)]
struct Buffers {
    work: Workspace,
    lattice: Lattice,
}

/// A span with its label, as numbers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tagged {
    pub tokens: Range<usize>,
    pub tagger: usize,
    pub label: usize,
    /// Raw probability of the span.
    pub raw: f64,
}

impl Tagger {
    pub(crate) fn new(extractor: Extractor, linear: Linear) -> Result<Self> {
        let missing: Vec<&str> = linear
            .lexicons
            .iter()
            .filter(|name| !extractor.lexicons().contains(name))
            .map(String::as_str)
            .collect();
        if !missing.is_empty() {
            return Err(Error::models(format!(
                "trained with lexicons that are missing: {}; restore them or train again",
                missing.join(" ")
            )));
        }
        let exp = |transitions: &Array2<f32>| transitions.mapv(|t| f64::from(t).exp());
        Ok(Self {
            exps: linear.taggers.iter().map(|t| exp(&t.transitions)).collect(),
            extractor,
            linear,
            pool: Mutex::new(Vec::new()),
        })
    }

    /// The spans of one text, by tagger, in order.
    pub(crate) fn tag(&self, tokens: &Tokens<'_>) -> Vec<Tagged> {
        let mut buffers = self.take();
        let mut scores = Array2::<f32>::zeros((tokens.len(), self.linear.width()));
        self.extractor
            .extract(tokens, &mut buffers.work, |token, feature| {
                if let Some(row) = scores.row_mut(token).as_slice_mut() {
                    self.linear.add(feature, row);
                }
            });
        let mut tagged = Vec::new();
        let mut column = 0;
        for (number, (tagger, exp)) in self.linear.taggers.iter().zip(&self.exps).enumerate() {
            let columns = column..column + tagger.tags.len();
            column = columns.end;
            for sentence in tokens.sentences() {
                let part = scores.slice(s![sentence.clone(), columns.clone()]);
                let spans = tagger.tags.spans(&viterbi(part, &tagger.transitions));
                if spans.is_empty() {
                    continue;
                }
                buffers.lattice.run(part, exp, None);
                for (range, label) in spans {
                    let (begin, inside) = (tagger.tags.begin(label), tagger.tags.inside(label));
                    tagged.push(Tagged {
                        raw: buffers.lattice.span(range.clone(), begin, inside, exp),
                        tokens: range.start + sentence.start..range.end + sentence.start,
                        tagger: number,
                        label,
                    });
                }
            }
        }
        self.give_back(buffers);
        tagged
    }

    fn take(&self) -> Buffers {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        pool.pop().unwrap_or_default()
    }

    fn give_back(&self, buffers: Buffers) {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        pool.push(buffers);
    }
}

impl EntityFinder {
    /// A finder with the weights and lexicons of `models`.
    ///
    /// # Errors
    /// Where the weights are missing, malformed or of other templates, or a lexicon they need is missing.
    pub(crate) fn new(models: &Models) -> Result<Self> {
        let place = format!("models/{FILE}");
        let linear = Linear::read(models.file(FILE)?, TEMPLATES).map_err(|e| e.at(&place))?;
        let extractor = Extractor::new(models)?;
        Self::with(Tagger::new(extractor, linear).map_err(|e| e.at(&place))?)
    }

    pub(crate) fn with(tagger: Tagger) -> Result<Self> {
        let labels = tagger.linear.taggers.iter().map(|tagger| {
            let labels = tagger.tags.labels().iter();
            labels
                .map(|label| label.parse().map_err(Error::models))
                .collect()
        });
        Ok(Self {
            labels: labels.collect::<Result<_>>()?,
            tagger,
            name: NAME.into(),
        })
    }

    /// The mentions of one text, by position, an outer one before those inside it.
    pub(crate) fn find(&self, tokens: &Tokens<'_>) -> Vec<Mention> {
        let tagged = self.tagger.tag(tokens);
        let mut mentions: Vec<Mention> = tagged
            .into_iter()
            .filter_map(|found| {
                let label = *self.labels.get(found.tagger)?.get(found.label)?;
                let span = tokens.span(found.tokens);
                let calibration = self.tagger.linear.taggers.get(found.tagger)?.calibration;
                Some(Mention {
                    span,
                    text: span.of(tokens.text()).to_owned(),
                    label,
                    score: Some(calibration.apply(found.raw)),
                    found_by: Some(self.name.clone()),
                })
            })
            .collect();
        nest(&mut mentions);
        mentions
    }

    /// The mentions of many texts, in order.
    pub(crate) fn find_all(&self, texts: &[Tokens<'_>]) -> Vec<Vec<Mention>> {
        texts.iter().map(|tokens| self.find(tokens)).collect()
    }
}

/// Sorts, and drops of two that cross, or of which a flat one holds a role, the less probable.
pub(super) fn nest(mentions: &mut Vec<Mention>) {
    mentions.sort_by_key(|m| (m.span.start, Reverse(m.span.end), m.label != Label::Rol));
    let mut at = 1;
    while at < mentions.len() {
        let here = &mentions[at];
        let outer = mentions[..at]
            .iter()
            .rev()
            .take(4)
            .position(|m| m.span.overlaps(here.span));
        let Some(back) = outer else {
            at += 1;
            continue;
        };
        let outer = &mentions[at - 1 - back];
        let nested = outer.label == Label::Rol
            && here.label != Label::Rol
            && outer.span.contains(here.span)
            && outer.span != here.span;
        if nested {
            at += 1;
        } else if outer.score >= here.score {
            mentions.remove(at);
        } else {
            mentions.remove(at - 1 - back);
            at = (at - 1).max(1);
        }
    }
}
