//! Names that an article repeats: what is sure in one place tells what the same words are in another.

use crate::schema::{Label, Mention};
use crate::token::{Key, Kind, Tokens};
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;
use std::sync::Arc;

/// What `found_by` says.
const NAME: &str = "repeated name";
/// The least score of a mention that others follow.
const SURE: f32 = 0.8;
/// The score of a mention that follows.
const SCORE: f32 = 0.85;
/// First words that a short name leaves out.
const LEADS: [&str; 9] = [
    "pt", "cv", "bank", "partai", "ud", "klub", "grup", "yayasan", "startup",
];

/// What the article calls by one sequence of words.
#[derive(Default)]
struct Name {
    /// Labels of its mentions.
    labels: FxHashSet<Label>,
    best: f32,
}

impl Name {
    /// The label of all mentions, where they agree and one is sure.
    fn label(&self) -> Option<Label> {
        let mut labels = self.labels.iter();
        match (labels.next(), labels.next()) {
            (Some(&label), None) if self.best >= SURE => Some(label),
            _ => None,
        }
    }
}

/// Marks further occurrences of sure names.
pub(super) fn repeat(tokens: &Tokens<'_>, mentions: &mut Vec<Mention>) -> bool {
    let mut names: FxHashMap<Vec<Key>, Name> = FxHashMap::default();
    for mention in mentions.iter().filter(|m| m.label != Label::Rol) {
        let range = tokens.covered(mention.span);
        if range.is_empty() || range.len() > 6 {
            continue;
        }
        let name = names.entry(keys(tokens, range.clone())).or_default();
        name.labels.insert(mention.label);
        name.best = name.best.max(mention.score.unwrap_or(0.0));
    }
    let mut changed = shorten(tokens, mentions, &names);
    let lower: FxHashSet<Key> = (0..tokens.len())
        .filter_map(|at| tokens.get(at))
        .filter(|t| t.kind == Kind::Word && !t.capital)
        .map(|t| t.key)
        .collect();
    let mut taken = vec![false; tokens.len()];
    for mention in mentions.iter() {
        taken[tokens.covered(mention.span)].fill(true);
    }
    let by: Arc<str> = NAME.into();
    let mut at = 0;
    while at < tokens.len() {
        let found = (1..=6).rev().find_map(|words| {
            let range = at..at + words;
            let free = range.end <= tokens.len() && !taken[range.clone()].contains(&true);
            let label = names
                .get(&keys(tokens, free.then_some(range.clone())?))?
                .label()?;
            fits(tokens, &range, label, &taken, &lower).then_some((range, label))
        });
        let Some((range, label)) = found else {
            at += 1;
            continue;
        };
        at = range.end;
        let span = tokens.span(range);
        mentions.push(Mention {
            span,
            text: span.of(tokens.text()).to_owned(),
            label,
            score: Some(SCORE),
            found_by: Some(by.clone()),
        });
        changed = true;
    }
    changed
}

fn keys(tokens: &Tokens<'_>, range: Range<usize>) -> Vec<Key> {
    range
        .filter_map(|at| tokens.get(at))
        .map(|t| t.key)
        .collect()
}

/// Whether words that are a name elsewhere can be one here: printed as a name, and not a part of a longer one.
fn fits(
    tokens: &Tokens<'_>,
    range: &Range<usize>,
    label: Label,
    taken: &[bool],
    lower: &FxHashSet<Key>,
) -> bool {
    let Some(first) = tokens.get(range.start) else {
        return false;
    };
    let sentence = tokens.sentence(tokens.sentence_of(range.start));
    if !first.capital || range.end > sentence.end {
        return false;
    }
    if range.len() == 1 && (lower.contains(&first.key) || first.span.len() < 3) {
        return false;
    }
    let name_like = |at: usize| {
        let inside = at > sentence.start || at == range.end;
        tokens
            .get(at)
            .is_some_and(|t| t.kind == Kind::Word && t.capital)
            && inside
            && !taken.get(at).copied().unwrap_or(true)
    };
    let before = range.start > sentence.start && name_like(range.start - 1);
    let after = range.end < sentence.end && name_like(range.end);
    // one word alone is a sure name of an organisation only where it is an abbreviation
    let names = match label {
        Label::Org => range.len() > 1 || first.upper,
        Label::Per => range.len() > 1,
        _ => false,
    };
    names && !before && !after
}

/// A person that is called what an organisation is called without its first word (`PT Maju Jaya`, `Maju
/// Jaya`) is that organisation.
fn shorten(
    tokens: &Tokens<'_>,
    mentions: &mut [Mention],
    names: &FxHashMap<Vec<Key>, Name>,
) -> bool {
    let mut short: FxHashSet<Vec<Key>> = FxHashSet::default();
    for mention in mentions.iter().filter(|m| m.label == Label::Org) {
        let range = tokens.covered(mention.span);
        if range.len() > 1 && LEADS.contains(&tokens.lower(range.start)) {
            short.insert(keys(tokens, range.start + 1..range.end));
        }
    }
    let mut changed = false;
    for mention in mentions.iter_mut().filter(|m| m.label == Label::Per) {
        let name = keys(tokens, tokens.covered(mention.span));
        if short.contains(&name) && names.contains_key(&name) {
            mention.label = Label::Org;
            mention.found_by = Some(NAME.into());
            changed = true;
        }
    }
    changed
}
