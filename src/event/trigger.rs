//! Words that may name an event: rule matches, their voice, and which of overlapping ones stays.

use super::EventFinder;
use super::frames::{Frame, Voice};
use super::scene::Scene;
use super::words::{Class, prefix_class};
use crate::token::Tokens;
use rustc_hash::FxHashSet;
use std::ops::Range;

/// A place where a rule met the text.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// Number of the rule.
    pub rule: usize,
    /// Tokens of the trigger.
    pub tokens: Range<usize>,
    pub voice: Voice,
}

/// All triggers of an article, in order, without overlaps.
pub(super) fn candidates(
    finder: &EventFinder,
    scene: &Scene<'_, '_>,
    loose: bool,
) -> Vec<Candidate> {
    let layers = scene.layers;
    let tokens = layers.tokens;
    let mut found = Vec::new();
    for (number, m) in finder.patterns.matches(tokens, &layers.marks) {
        let rule = finder.patterns.specs()[number].rule;
        if finder.frames.triggers[rule].loose && !loose {
            continue;
        }
        let trigger = match finder.patterns.capture(number, &m, "trigger") {
            Some(capture) => capture.range.clone(),
            None => m.start..m.end,
        };
        if trigger.is_empty() || (named(scene, &trigger) && !finder.frames.triggers[rule].inside) {
            continue;
        }
        found.push((m.start..m.end, trigger, rule));
    }
    // the longest match of a firm rule first, then the earlier rule: one trigger for each word
    let kind = |rule: usize| finder.frames.frames[finder.frames.triggers[rule].frame].kind;
    found.sort_by_key(|(whole, trigger, rule)| {
        (
            finder.frames.triggers[*rule].loose,
            std::cmp::Reverse(trigger.len()),
            std::cmp::Reverse(whole.len()),
            *rule,
            trigger.start,
        )
    });
    let mut taken: Vec<Option<(usize, usize)>> = vec![None; tokens.len()];
    // tokens inside an accepted match, which name no second event of its type
    let mut covered: FxHashSet<(usize, usize)> = FxHashSet::default();
    let mut kept: Vec<(Range<usize>, usize, Voice)> = Vec::new();
    for (whole, trigger, rule) in found {
        // a judge may choose between the types that loose rules propose for the words of another rule
        let free = |(other, start): (usize, usize)| {
            let own = &finder.frames.triggers[rule];
            own.loose && kind(other) != kind(rule) && start == trigger.start
        };
        if trigger
            .clone()
            .any(|at| taken[at].is_some_and(|other| !free(other)))
        {
            continue;
        }
        let inside = |at: usize| covered.contains(&(kind(rule), at));
        if inside(trigger.start) && inside(trigger.end - 1) {
            continue;
        }
        if !near(finder, scene, rule, trigger.start) {
            continue;
        }
        let spec = &finder.frames.triggers[rule];
        let frame = &finder.frames.frames[spec.frame];
        let first = tokens.lower(trigger.start);
        let voice = if spec.nouns.contains(first) || spec.nouns.contains(tokens.stem(trigger.start))
        {
            Voice::Noun
        } else {
            spec.voice.unwrap_or_else(|| voice(first, frame))
        };
        taken[trigger.clone()].fill(Some((rule, trigger.start)));
        if whole.len() > trigger.len() {
            covered.extend(whole.map(|at| (kind(rule), at)));
        }
        kept.push((trigger, rule, voice));
    }
    kept.sort_by_key(|(trigger, ..)| trigger.start);
    kept.into_iter()
        .map(|(tokens, rule, voice)| Candidate {
            rule,
            tokens,
            voice,
        })
        .collect()
}

/// Whether the words stand inside a name: `Gempa Bumi FC`, `Kepala Badan Penanggulangan Bencana`.
fn named(scene: &Scene<'_, '_>, trigger: &Range<usize>) -> bool {
    scene.group_at(trigger.start).is_some_and(|group| {
        let atoms = &scene.groups[group];
        atoms.heads.iter().chain(&atoms.modifiers).any(|&atom| {
            let range = &scene.atoms[atom].tokens;
            let quantity = matches!(scene.atoms[atom].thing, super::scene::Thing::Quantity(_));
            // `pria kelahiran Medan itu` is no name
            let name = !quantity && !scene.atoms[atom].anaphor;
            name && range.start <= trigger.start && trigger.start < range.end
        })
    })
}

fn near(finder: &EventFinder, scene: &Scene<'_, '_>, rule: usize, at: usize) -> bool {
    let Some(pattern) = finder.near.get(&rule) else {
        return true;
    };
    let tokens = scene.layers.tokens;
    let sentence = tokens.sentence(tokens.sentence_of(at));
    let from = sentence.start.max(at.saturating_sub(40));
    let to = sentence.end.min(at + 40);
    (from..to).any(|start| {
        pattern
            .match_at(tokens, &scene.layers.marks, start)
            .is_some()
    })
}

/// The voice that the first word of a trigger shows.
fn voice(word: &str, frame: &Frame) -> Voice {
    let noun = (word.starts_with("pe") || word.starts_with("ke"))
        && (word.ends_with("an") || word.ends_with("annya"))
        && word.len() > 6;
    if noun {
        return Voice::Noun;
    }
    match prefix_class(word) {
        Some(Class::Passive) if word.starts_with("di") => Voice::Passive,
        Some(Class::Passive) if frame.has(Voice::State) => Voice::State,
        Some(Class::Passive) => Voice::Passive,
        Some(_) if word.starts_with("ber") && frame.has(Voice::State) => Voice::State,
        Some(_) => Voice::Active,
        None if word.ends_with("an") && word.len() > 5 => Voice::Noun,
        None if frame.has(Voice::State) => Voice::State,
        None if frame.has(Voice::Active) => Voice::Active,
        None => Voice::Noun,
    }
}

/// Tokens that belong to triggers which are verbs.
pub(super) fn verbs(
    finder: &EventFinder,
    candidates: &[Candidate],
    tokens: &Tokens<'_>,
) -> Vec<bool> {
    let mut verbs = vec![false; tokens.len()];
    for candidate in candidates {
        let loose = finder.frames.triggers[candidate.rule].loose;
        if candidate.voice != Voice::Noun && !loose {
            verbs[candidate.tokens.clone()].fill(true);
        }
    }
    verbs
}
