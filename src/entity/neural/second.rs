//! A second look at an article: news repeats its names, and what one sentence shows helps in another.
//!
//! A name that the first look has found with confidence is looked for in the sentences where it was not found,
//! and found there too where its probability is not small; a span that the first look was unsure of takes the
//! label that the same name has elsewhere.

use super::crf::{Found, lattice, probability};
use super::tagger::Tagged;
use crate::entity::decode::Steps;
use crate::token::{Key, Tokens};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// From this score on a span speaks for its name elsewhere.
const SURE: f32 = 0.7;
/// Longest name looked for, in words.
const LONGEST: usize = 8;

/// Numbers that decide; found on held-back training articles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Trust {
    /// Least probability of a span that the name elsewhere speaks for.
    pub add: f32,
    /// How many times more probable a label gets that the name has elsewhere.
    pub relabel: f32,
    /// Weight of a part of a person's name against the whole name.
    pub part: f32,
}

impl Default for Trust {
    fn default() -> Self {
        Self {
            add: 0.1,
            relabel: 4.0,
            part: 0.8,
        }
    }
}

/// One sentence of the first look.
pub(super) struct Read<'a> {
    pub range: Range<usize>,
    pub emissions: &'a [f32],
}

/// Summed scores of each label, by the words of a name.
type Votes = FxHashMap<Box<[Key]>, Vec<f32>>;

/// Mends the spans (of one head, in order) of a text.
pub(super) fn second_look(
    tokens: &Tokens<'_>,
    sentences: &[Read<'_>],
    steps: &Steps,
    labels: &[String],
    trust: Trust,
    spans: &mut Vec<Tagged>,
) {
    let votes = votes(tokens, labels, trust, spans);
    if votes.is_empty() {
        return;
    }
    let layer = spans.first().map_or(0, |span| span.layer);
    let longest = votes.keys().map(|key| key.len()).max().unwrap_or(0);
    let mut covered = vec![false; tokens.len()];
    for span in spans.iter() {
        covered[span.tokens.clone()].fill(true);
    }
    let mut unsure: FxHashMap<usize, usize> = FxHashMap::default();
    for (number, span) in spans.iter().enumerate() {
        if span.score < SURE {
            unsure.insert(span.tokens.start, number);
        }
    }
    let mut added = Vec::new();
    for sentence in sentences {
        let mut sums = None;
        let mut at = sentence.range.start;
        let cased = sentence
            .range
            .clone()
            .any(|t| tokens.get(t).is_some_and(|t| t.capital));
        let mut rate = |range: Range<usize>, label: usize| {
            let sums = sums.get_or_insert_with(|| lattice(sentence.emissions, steps));
            let found = Found {
                start: range.start - sentence.range.start,
                end: range.end - sentence.range.start,
                label,
                score: 0.0,
            };
            probability(sums, steps, &found)
        };
        while at < sentence.range.end {
            if let Some(span) = unsure.get(&at).and_then(|&number| spans.get_mut(number)) {
                let end = span.tokens.end;
                relabel(tokens, trust, &votes, span, &mut rate);
                at = end;
                continue;
            }
            let capital = tokens.get(at).is_some_and(|token| token.capital);
            if covered[at] || (cased && !capital) {
                at += 1;
                continue;
            }
            let open = (at..sentence.range.end.min(at + longest))
                .take_while(|&token| !covered[token])
                .count();
            let known = (1..=open).rev().find_map(|length| {
                let own = votes.get(&keys(tokens, at..at + length))?;
                best(own).map(|label| (at..at + length, label))
            });
            let Some((range, label)) = known else {
                at += 1;
                continue;
            };
            let score = rate(range.clone(), label);
            at = range.end;
            if score >= trust.add {
                added.push(Tagged {
                    tokens: range,
                    layer,
                    label,
                    // what spoke for it elsewhere is not in its own probability
                    score: score.max(0.5),
                });
            }
        }
    }
    spans.extend(added);
    spans.sort_by_key(|span| span.tokens.start);
}

fn keys(tokens: &Tokens<'_>, range: Range<usize>) -> Box<[Key]> {
    range
        .map(|at| tokens.get(at).map_or(Key::default(), |token| token.key))
        .collect()
}

fn best(votes: &[f32]) -> Option<usize> {
    (0..votes.len()).max_by(|&a, &b| votes[a].total_cmp(&votes[b]).then(b.cmp(&a)))
}

fn votes(tokens: &Tokens<'_>, labels: &[String], trust: Trust, spans: &[Tagged]) -> Votes {
    let mut votes = Votes::default();
    let mut vote = |range: Range<usize>, label: usize, weight: f32| {
        let own = votes
            .entry(keys(tokens, range))
            .or_insert_with(|| vec![0.0; labels.len()]);
        own[label] += weight;
    };
    for span in spans {
        let label = span.label;
        if label >= labels.len() {
            continue;
        }
        if span.score < SURE || span.tokens.len() > LONGEST {
            continue;
        }
        vote(span.tokens.clone(), label, span.score);
        if labels[label] == "PER" && span.tokens.len() > 1 {
            for at in span.tokens.clone() {
                if tokens.lower(at).chars().count() >= 3 {
                    vote(at..at + 1, label, span.score * trust.part);
                }
            }
        }
    }
    votes
}

fn relabel(
    tokens: &Tokens<'_>,
    trust: Trust,
    votes: &Votes,
    span: &mut Tagged,
    rate: &mut impl FnMut(Range<usize>, usize) -> f32,
) {
    let Some(own) = votes.get(&keys(tokens, span.tokens.clone())) else {
        return;
    };
    let Some(label) = best(own).filter(|&label| label != span.label) else {
        return;
    };
    let score = rate(span.tokens.clone(), label);
    if score * trust.relabel > span.score {
        span.label = label;
        span.score = span.score.max(score);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::neural::crf::Chain;
    use crate::{Models, Tokenizer};

    #[test]
    fn a_name_found_once_is_found_again() {
        let tokenizer = Tokenizer::new(&Models::bundled().unwrap()).unwrap();
        let tokens = tokenizer.tokenize("Sari Dewi tiba. Kata Dewi begitu.");
        let chain = Chain {
            labels: vec!["PER".into()],
            transitions: vec![0.0; 12],
        };
        let second = tokens.sentence(1);
        // O is a little more probable than B-PER for every word
        let emissions: Vec<f32> = [1.0, 0.5, 0.0].repeat(second.len());
        let first = [1.0, 0.5, 0.0].repeat(tokens.sentence(0).len());
        let mut spans = vec![Tagged {
            tokens: 0..2,
            layer: 0,
            label: 0,
            score: 0.9,
        }];
        let sentences = [
            Read {
                range: tokens.sentence(0),
                emissions: &first,
            },
            Read {
                range: second.clone(),
                emissions: &emissions,
            },
        ];
        second_look(
            &tokens,
            &sentences,
            &chain.steps(),
            &["PER".to_owned()],
            Trust::default(),
            &mut spans,
        );
        assert_eq!(spans.len(), 2);
        assert_eq!(spans[1].tokens, second.start + 1..second.start + 2);
    }
}
