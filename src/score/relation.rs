//! Relations and quotes.

use super::align::{Pair, spans_of};
use super::assign::{PAIR, assign};
use super::counts::{Accuracy, Counts};
use super::filler::{show, words};
use super::slip::{SlipKind, Slips};
use crate::schema::{Filler, Ref, Relation, Span};
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::collections::BTreeMap;

/// Relations: right where type and both members are equal.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RelationScores {
    /// Articles that are annotated in this layer.
    pub articles: usize,
    /// All types.
    pub all: Counts,
    /// Each type.
    pub types: BTreeMap<String, Counts>,
}

impl RelationScores {
    pub(super) fn add(&mut self, pair: &Pair, slips: &mut Slips) {
        self.articles += 1;
        let (gold, found) = (&pair.gold.annotation.relations, &pair.output.relations);
        let mut of_type: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (column, relation) in found.iter().enumerate() {
            of_type.entry(&relation.kind).or_default().push(column);
            self.count(relation, |counts| counts.found += 1);
        }
        let mut edges = Vec::new();
        for (row, relation) in gold.iter().enumerate() {
            self.count(relation, |counts| counts.gold += 1);
            for &column in of_type.get(&*relation.kind).into_iter().flatten() {
                let other = &found[column];
                if pair.same(relation.from, other.from) && pair.same(relation.to, other.to) {
                    edges.push((row, column, 1.0));
                }
            }
        }
        let mut taken = vec![false; found.len()];
        for (relation, partner) in gold.iter().zip(assign(gold.len(), &edges)) {
            match partner {
                Some(column) => {
                    taken[column] = true;
                    self.count(relation, |counts| counts.right += 1);
                }
                None => slip(pair, true, relation, slips),
            }
        }
        for (relation, taken) in found.iter().zip(taken) {
            if !taken {
                slip(pair, false, relation, slips);
            }
        }
    }

    fn count(&mut self, relation: &Relation, change: impl Fn(&mut Counts)) {
        change(&mut self.all);
        change(self.types.entry(relation.kind.to_string()).or_default());
    }
}

fn slip(pair: &Pair, missed: bool, relation: &Relation, slips: &mut Slips) {
    let side = if missed {
        &pair.gold.annotation
    } else {
        &*pair.output
    };
    let kind = if missed {
        SlipKind::Missed
    } else {
        SlipKind::False
    };
    let name = |id| show(pair, missed, &Filler::Ref { id });
    let note = format!("{} → {}", name(relation.from), name(relation.to));
    // Shown where the two members are nearest to each other.
    let to = spans_of(side, relation.to);
    let gap = |one: Span, other: Span| one.join(other).len();
    let from = spans_of(side, relation.from).into_iter();
    let near = from.flat_map(|one| {
        to.iter()
            .map(move |&other| (gap(one, other), one.join(other)))
    });
    let span = near.min().map_or(Span::default(), |(_, span)| span);
    slips.add(("relations", kind), pair, span, &relation.kind, note);
}

/// Direct quotations, known by their first words.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct QuoteScores {
    /// Articles that are annotated in this layer.
    pub articles: usize,
    /// The first five words equal.
    pub found: Counts,
    /// Speaker equal, of the quotes found.
    pub speaker: Accuracy,
    /// Quote found and speaker equal, of all.
    pub quote_and_speaker: Counts,
}

/// How many words of a quote the gold gives.
const WORDS: usize = 5;

impl QuoteScores {
    pub(super) fn add(&mut self, pair: &Pair, slips: &mut Slips) {
        self.articles += 1;
        let (gold, found) = (&pair.gold.annotation.quotes, &pair.output.quotes);
        let text = pair.text();
        let begins: Vec<_> = found
            .iter()
            .map(|quote| first_words(quote.span.of(text)))
            .collect();
        let mut by_words: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (column, begin) in begins.iter().enumerate() {
            // A gold quote may be shorter than five words, so that each beginning is looked up.
            for (end, _) in begin.match_indices(' ') {
                by_words.entry(&begin[..=end]).or_default().push(column);
            }
        }
        let mut edges = Vec::new();
        for (row, quote) in gold.iter().enumerate() {
            let wanted = first_words(quote.span.of(text));
            for &column in by_words.get(&*wanted).into_iter().flatten() {
                let apart = found[column].span.start.abs_diff(quote.span.start);
                // The same words may be said twice: the nearer quote is meant.
                edges.push((row, column, PAIR + 1.0 / (1.0 + f64::from(apart))));
            }
        }
        let of = |right| Counts {
            right,
            found: found.len(),
            gold: gold.len(),
        };
        let (mut right, mut spoken) = (0, 0);
        let mut taken = vec![false; found.len()];
        for (quote, partner) in gold.iter().zip(assign(gold.len(), &edges)) {
            let Some(column) = partner else {
                slips.add(("quotes", SlipKind::Missed), pair, quote.span, "", "");
                continue;
            };
            taken[column] = true;
            right += 1;
            let other = &found[column];
            let same = match (quote.speaker, other.speaker) {
                (None, None) => true,
                (Some(gold), Some(found)) => pair.same_entity(gold, found),
                _ => false,
            };
            spoken += usize::from(self.speaker.add(same));
            if !same {
                let name = |gold, speaker: Option<_>| match speaker {
                    Some(id) => {
                        let id = Ref::Entity(id);
                        show(pair, gold, &Filler::Ref { id })
                    }
                    None => "none".into(),
                };
                let note = format!(
                    "{} found {}",
                    name(true, quote.speaker),
                    name(false, other.speaker)
                );
                slips.add(("speakers", SlipKind::Wrong), pair, quote.span, "", note);
            }
        }
        for (quote, taken) in found.iter().zip(taken) {
            if !taken {
                slips.add(("quotes", SlipKind::False), pair, quote.span, "", "");
            }
        }
        self.found += of(right);
        self.quote_and_speaker += of(spoken);
    }
}

/// The first words of a quote, each with a blank behind it.
fn first_words(text: &str) -> String {
    let mut begin = String::new();
    for word in text.split_whitespace().take(WORDS).flat_map(words) {
        begin.push_str(&word);
        begin.push(' ');
    }
    begin
}
