//! Noun phrases that may fill a role without an entity label.

use super::{Candidates, Class, Court, Draft, Filler, argument, phrase, when};
use crate::event::scene::{Scene, Thing};
use std::ops::Range;

/// Longest phrase, in tokens.
const LONGEST: usize = 12;

/// All noun phrases of an article in order: names with nouns around them, or nouns alone.
pub(in crate::event) fn chunks(scene: &Scene<'_, '_>) -> Vec<Range<usize>> {
    let tokens = scene.layers.tokens;
    let mut found = Vec::new();
    for sentence in tokens.sentences() {
        let mut at = sentence.start;
        while at < sentence.end {
            if let Some(number) = scene.group_at(at) {
                let group = &scene.groups[number];
                let thing = scene.atoms[group.heads[0]].thing;
                if !matches!(thing, Thing::Entity(_)) {
                    at = group.tokens.end.max(at + 1);
                    continue;
                }
            } else if !matches!(scene.classes[at], Class::Noun | Class::Name) {
                at += 1;
                continue;
            }
            let end = phrase::noun_end(scene, at + 1).clamp(at + 1, sentence.end);
            let range = phrase::tidy(scene, &(at..end.min(at + LONGEST)));
            let named = scene
                .group_at(at)
                .is_some_and(|g| scene.groups[g].tokens.end >= end);
            if !range.is_empty() && !named {
                found.push(range);
            }
            at = end;
        }
    }
    found
}

/// Proposes the noun phrases around a mention for the roles that take phrases.
pub(super) fn around(
    court: &Court<'_, '_, '_>,
    found: &mut Candidates,
    kind: &crate::event::frames::Kind,
    (number, draft): (usize, &Draft),
) {
    if !kind.roles.iter().any(|role| role.phrase) {
        return;
    }
    let scene = court.scene;
    let tokens = scene.layers.tokens;
    let own = court.sentence(draft.tokens.start);
    let window = court.window(draft);
    let from = court.chunks.partition_point(|c| c.start < window.start);
    let to = court
        .chunks
        .partition_point(|c| c.start < window.end.min(tokens.sentence(own).end));
    for chunk in &court.chunks[from..to.max(from)] {
        let mut range = chunk.clone();
        if range.start < draft.tokens.end && draft.tokens.start < range.end {
            // `penurunan harga beras`: what follows the trigger
            range.start = draft.tokens.end;
        }
        let wordless = |at| !matches!(scene.classes[at], Class::Noun | Class::Name);
        if range.is_empty() || range.clone().all(wordless) {
            continue;
        }
        let cost = when::cost(scene, &court.verbs, &draft.tokens, &range, false);
        let longer = (range.start >= draft.tokens.end)
            .then(|| longer(scene, &range))
            .flatten();
        for (role, spec) in kind.roles.iter().enumerate() {
            if !spec.phrase {
                continue;
            }
            let forms = [
                ("chunk words", Some(range.clone())),
                ("long words", longer.clone()),
            ];
            for (source, range) in forms {
                let Some(range) = range else { continue };
                let filler = argument::label_or_phrase(scene, kind, role, &range);
                if matches!(filler, Filler::Phrase(_)) {
                    let candidate = found.at(role, &filler);
                    candidate.propose(source, number);
                    candidate.stands(number, range, cost, None);
                }
            }
        }
    }
}

/// The phrase with a prepositional phrase after it.
fn longer(scene: &Scene<'_, '_>, range: &Range<usize>) -> Option<Range<usize>> {
    let tokens = scene.layers.tokens;
    let end = tokens.sentence(tokens.sentence_of(range.start)).end;
    let next = range.end + 1;
    let governed = matches!(scene.classes.get(range.end), Some(Class::Preposition(_)));
    if !governed || next >= end {
        return None;
    }
    let named = scene.group_at(next).map(|g| &scene.groups[g]);
    let time = named.is_some_and(|g| matches!(scene.atoms[g.heads[0]].thing, Thing::Time(_)));
    let noun = named.is_some() || matches!(scene.classes[next], Class::Noun | Class::Name);
    if time || !noun {
        return None;
    }
    let to = phrase::noun_end(scene, next + 1).min(range.start + LONGEST);
    let range = phrase::tidy(scene, &(range.start..to));
    (range.end > next).then_some(range)
}

/// Proposes what the article names anywhere for the roles that seek a phrase: the crime of a case.
pub(super) fn sought(
    court: &Court<'_, '_, '_>,
    found: &mut Candidates,
    kind: &crate::event::frames::Kind,
) {
    let scene = court.scene;
    let tokens = scene.layers.tokens;
    for &role in &kind.seek {
        let name: &str = &kind.roles[role].name;
        let mut known: Vec<&str> = Vec::new();
        for slot in court.slots {
            let spec = &court.finder.frames.slots[slot.slot];
            let head = tokens.stem(slot.fill.start);
            if &*spec.role != name || known.contains(&head) {
                continue;
            }
            known.push(head);
            let filler = argument::label_or_phrase(scene, kind, role, &slot.fill);
            let candidate = found.at(role, &filler);
            candidate.propose("seek words", usize::MAX);
            candidate.slot = candidate.slot.or(Some(slot.slot));
            if known.len() >= SOUGHT {
                break;
            }
        }
    }
}

/// Phrases of the whole article that are looked at for one role.
const SOUGHT: usize = 6;
