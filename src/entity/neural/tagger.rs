//! The network on whole texts: labelled token ranges of the guidelines' two layers.

use super::crf::{Chain, Found, best, lattice, probability};
use super::features::see;
use super::network::{Cache, Network};
use super::second::{Read, Trust, second_look};
use crate::entity::decode::Steps;
use crate::error::{Error, Result};
use crate::token::Tokens;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Names of the heads that follow the guidelines: names, and roles, which may hold names.
pub(crate) const HEADS: [&str; 2] = ["gold", "gold-roles"];

/// The neural tagger; immutable, shared by all threads.
pub(crate) struct NeuralTagger {
    network: Network,
    /// Of [`HEADS`], or the only one.
    heads: Vec<Own>,
    /// How a second look weighs; `None` for a single look.
    trust: Option<Trust>,
    /// What waits for the next text.
    pool: Mutex<Vec<Cache>>,
}

/// A head that is read.
struct Own {
    /// Among the network's.
    number: usize,
    labels: Vec<String>,
    steps: Steps,
    /// Steps that only follow BIO, for probabilities that have the head's steps in them already.
    free: Steps,
}

/// A span with its label and how sure the tagger is of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tagged {
    pub tokens: Range<usize>,
    /// Number of the layer, and of the label among its labels.
    pub layer: usize,
    pub label: usize,
    pub score: f32,
}

/// The sentences of one text with the scores of each head's tags: sentence, head, words × tags.
pub(crate) struct Scored {
    ranges: Vec<Range<usize>>,
    scores: Vec<Vec<Vec<f32>>>,
}

impl NeuralTagger {
    /// With the guidelines' heads where the network has them, else with its first.
    ///
    /// # Errors
    /// Where the network has no head.
    pub(crate) fn new(network: Network) -> Result<Self> {
        let place = |name: &str| network.heads.iter().position(|head| head.name == name);
        let numbers: Vec<usize> = match HEADS.map(place) {
            [Some(names), Some(roles)] => vec![names, roles],
            _ => vec![0],
        };
        let heads = numbers.iter().map(|&number| {
            let head = network.heads.get(number).ok_or_else(|| {
                Error::models("the weights are those of an encoder; train a tagger over it")
            })?;
            let labels = head.chain.labels.clone();
            let tags = head.chain.tags();
            let free = Chain {
                labels: labels.clone(),
                transitions: vec![0.0; (tags + 1) * tags],
            };
            Ok(Own {
                number,
                labels,
                steps: head.chain.steps(),
                free: free.steps(),
            })
        });
        Ok(Self {
            heads: heads.collect::<Result<_>>()?,
            network,
            trust: Some(Trust::default()),
            pool: Mutex::default(),
        })
    }

    /// Labels of each layer.
    pub(crate) fn labels(&self) -> impl Iterator<Item = &Vec<String>> {
        self.heads.iter().map(|own| &own.labels)
    }

    /// The network that it reads with.
    pub(crate) fn network_mut(&mut self) -> &mut Network {
        &mut self.network
    }

    /// The same tagger without the second look: for sentences that stand alone.
    pub(crate) fn looking_once(self) -> Self {
        Self {
            trust: None,
            ..self
        }
    }

    /// The spans of one text, names before roles, each in order.
    pub(crate) fn tag(&self, tokens: &Tokens<'_>, scored: &Scored) -> Vec<Tagged> {
        let Scored { ranges, scores } = scored;
        let mut tagged = Vec::new();
        for (nth, own) in self.heads.iter().enumerate() {
            let Some(head) = self.network.heads.get(own.number) else {
                continue;
            };
            let layer = Layer {
                steps: &own.steps,
                number: nth,
                labels: &own.labels,
                sentences: ranges
                    .iter()
                    .zip(scores)
                    .map(|(range, scores)| Read {
                        range: range.clone(),
                        emissions: scores.get(nth).map_or(&[][..], |scores| scores),
                    })
                    .collect(),
            };
            let mut last = None;
            let rate = |sentence: usize, found: &Found| {
                if last.as_ref().is_none_or(|&(number, _)| number != sentence) {
                    let read = layer.sentences.get(sentence);
                    let emissions = read.map_or(&[][..], |read| read.emissions);
                    last = Some((sentence, lattice(emissions, &own.steps)));
                }
                last.as_ref().map_or(found.score, |(_, lattice)| {
                    head.calibrated(probability(lattice, &own.steps, found))
                })
            };
            tagged.extend(layer.spans(tokens, self.trust, rate));
        }
        tagged
    }

    /// The sentences of each of `texts` with the scores of each head's tags; what stands beside a text changes
    /// nothing in it, but many are read faster at once.
    pub(crate) fn scores(&self, texts: &[Tokens<'_>]) -> Vec<Scored> {
        let mut ranges = Vec::with_capacity(texts.len());
        let mut sentences = Vec::new();
        for tokens in texts {
            let (own, words): (Vec<Range<usize>>, Vec<_>) =
                see(tokens, &self.network.names).into_iter().unzip();
            ranges.push(own);
            sentences.extend(words);
        }
        let numbers: Vec<usize> = self.heads.iter().map(|own| own.number).collect();
        let mut cache = {
            let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
            pool.pop().unwrap_or_default()
        };
        let scores = self.network.scores(&sentences, &numbers, &mut cache);
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        pool.push(cache);
        let mut scores = scores.into_iter();
        let texts = ranges.into_iter().map(|ranges| Scored {
            scores: scores.by_ref().take(ranges.len()).collect(),
            ranges,
        });
        texts.collect()
    }

    /// The spans on which this tagger and another agree best.
    ///
    /// `other` has for each layer its labels (in the order of this tagger's) and for each sentence the
    /// probability of each tag of each word and a function that rates a span.
    pub(crate) fn tag_with(
        &self,
        tokens: &Tokens<'_>,
        scored: &Scored,
        other: &dyn Opinion,
    ) -> Vec<Tagged> {
        let Scored { ranges, scores } = scored;
        let share = match self.network.weight {
            0.0 => 0.5,
            weight => weight.clamp(0.0, 1.0),
        };
        let pool = |own: f32, theirs: f32| share * own + (1.0 - share) * theirs;
        let mut tagged = Vec::new();
        for (nth, own) in self.heads.iter().enumerate() {
            let Some(head) = self.network.heads.get(own.number) else {
                continue;
            };
            let tags = head.chain.tags();
            let mut pooled = Vec::with_capacity(scores.len());
            let mut lattices = Vec::with_capacity(scores.len());
            for (range, scores) in ranges.iter().zip(scores) {
                let emissions = scores.get(nth).map_or(&[][..], |scores| scores);
                let lattice = lattice(emissions, &own.steps);
                let words = 0..emissions.len() / tags;
                let both = words.flat_map(|word| (0..tags).map(move |tag| (word, tag)));
                let both = both.map(|(word, tag)| {
                    let mine = lattice.marginal(word, tag) as f32;
                    let theirs = other.tag(nth, range.start + word, tag);
                    pool(mine, theirs).max(1e-6).ln()
                });
                pooled.push(both.collect::<Vec<f32>>());
                lattices.push(lattice);
            }
            let layer = Layer {
                steps: &own.free,
                number: nth,
                labels: &own.labels,
                sentences: ranges
                    .iter()
                    .zip(&pooled)
                    .map(|(range, emissions)| Read {
                        range: range.clone(),
                        emissions,
                    })
                    .collect(),
            };
            let rate = |sentence: usize, found: &Found| {
                let Some((lattice, range)) = lattices.get(sentence).zip(ranges.get(sentence))
                else {
                    return found.score;
                };
                let mine = head.calibrated(probability(lattice, &own.steps, found));
                let words = range.start + found.start..range.start + found.end;
                pool(mine, other.span(nth, words, found.label))
            };
            tagged.extend(layer.spans(tokens, self.trust, rate));
        }
        tagged
    }
}

/// What another tagger thinks of the same text.
pub(crate) trait Opinion {
    /// Probability of a tag at a token.
    fn tag(&self, layer: usize, token: usize, tag: usize) -> f32;
    /// Calibrated probability that exactly these tokens have this label.
    fn span(&self, layer: usize, tokens: Range<usize>, label: usize) -> f32;
}

/// One head's view of a text.
struct Layer<'a> {
    steps: &'a Steps,
    number: usize,
    labels: &'a [String],
    sentences: Vec<Read<'a>>,
}

impl Layer<'_> {
    fn spans(
        &self,
        tokens: &Tokens<'_>,
        trust: Option<Trust>,
        mut rate: impl FnMut(usize, &Found) -> f32,
    ) -> Vec<Tagged> {
        let mut spans = Vec::new();
        for (number, sentence) in self.sentences.iter().enumerate() {
            let start = sentence.range.start;
            for found in best(sentence.emissions, self.steps) {
                spans.push(Tagged {
                    tokens: start + found.start..start + found.end,
                    layer: self.number,
                    label: found.label,
                    score: rate(number, &found),
                });
            }
        }
        if let Some(trust) = trust.filter(|_| self.labels.len() > 1) {
            let sentences = &self.sentences;
            second_look(
                tokens,
                sentences,
                self.steps,
                self.labels,
                trust,
                &mut spans,
            );
        }
        spans
    }
}
