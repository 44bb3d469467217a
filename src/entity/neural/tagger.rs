//! The network on whole texts: labelled token ranges of the guidelines' two layers.

use super::crf::Chain;
use super::features::see;
use super::network::{Cache, Head, Network};
use super::second::{Read, Trust, second_look};
use crate::error::{Error, Result};
use crate::schema::Label;
use crate::token::Tokens;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Names of the heads that follow the guidelines: names, and roles, which may hold names.
pub(crate) const HEADS: [&str; 2] = ["gold", "gold-roles"];

/// The neural tagger; immutable, shared by all threads.
pub(crate) struct NeuralTagger {
    network: Network,
    /// Number of each head of [`HEADS`], and the schema's labels for its own.
    heads: Vec<(usize, Vec<Label>)>,
    /// How a second look weighs; `None` for a single look.
    trust: Option<Trust>,
    /// What waits for the next text.
    pool: Mutex<Vec<Cache>>,
}

/// A span with its label and how sure the tagger is of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tagged {
    pub tokens: Range<usize>,
    pub label: Label,
    pub score: f32,
}

impl NeuralTagger {
    /// From the bytes of a weights file.
    ///
    /// # Errors
    /// Where they are malformed or lack a head of the guidelines.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self> {
        Self::new(Network::read(bytes)?)
    }

    pub(crate) fn new(network: Network) -> Result<Self> {
        let heads = HEADS.iter().map(|&name| {
            let number = network.heads.iter().position(|head| head.name == name);
            let number = number.ok_or_else(|| {
                Error::models(format!(
                    "the weights have no head {name:?}; train them on a gold folder"
                ))
            })?;
            let labels = network.heads[number].chain.labels.iter();
            let labels = labels.map(|label| label.parse().map_err(Error::models));
            Ok((number, labels.collect::<Result<_>>()?))
        });
        Ok(Self {
            heads: heads.collect::<Result<_>>()?,
            network,
            trust: Some(Trust::default()),
            pool: Mutex::default(),
        })
    }

    /// The same tagger with another second look.
    pub(crate) fn with_trust(self, trust: Option<Trust>) -> Self {
        Self { trust, ..self }
    }

    /// The spans of one text, names before roles, each in order.
    ///
    /// One text at a time, so that no text changes what is found in another.
    pub(crate) fn tag(&self, tokens: &Tokens<'_>) -> Vec<Tagged> {
        let (ranges, sentences): (Vec<Range<usize>>, Vec<_>) =
            see(tokens, &self.network.names).into_iter().unzip();
        let numbers: Vec<usize> = self.heads.iter().map(|(number, _)| *number).collect();
        let mut cache = {
            let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
            pool.pop().unwrap_or_default()
        };
        let scores = self.network.scores(&sentences, &numbers, &mut cache);
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        pool.push(cache);
        drop(pool);
        let mut tagged = Vec::new();
        for (nth, (number, labels)) in self.heads.iter().enumerate() {
            let Some(head) = self.network.heads.get(*number) else {
                continue;
            };
            let read: Vec<Read<'_>> = ranges
                .iter()
                .zip(&scores)
                .map(|(range, scores)| Read {
                    range: range.clone(),
                    emissions: scores.get(nth).map_or(&[][..], |scores| scores),
                })
                .collect();
            let mut found = Vec::new();
            for sentence in &read {
                found.extend(spans(
                    head,
                    labels,
                    sentence.emissions,
                    sentence.range.start,
                ));
            }
            if nth == 0
                && let Some(trust) = self.trust
            {
                second_look(tokens, &read, &head.chain, labels, trust, &mut found);
            }
            tagged.extend(found);
        }
        tagged
    }
}

fn spans<'a>(
    head: &'a Head,
    labels: &'a [Label],
    emissions: &[f32],
    start: usize,
) -> impl Iterator<Item = Tagged> + 'a {
    let chain: &Chain = &head.chain;
    chain
        .decode(emissions)
        .into_iter()
        .filter_map(move |found| {
            Some(Tagged {
                tokens: start + found.start..start + found.end,
                label: *labels.get(found.label)?,
                score: head.calibrated(found.score),
            })
        })
}
