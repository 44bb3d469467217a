//! Fillers without an entity label: the shortest phrase in the words of the article.

use super::EventFinder;
use super::scene::{Scene, Thing};
use super::words::Class;
use std::ops::Range;

/// Longest phrase, in tokens.
const LONGEST: usize = 10;

/// A slot that met the text.
#[derive(Clone, Debug)]
pub(super) struct SlotMatch {
    pub slot: usize,
    pub fill: Range<usize>,
    /// Where the match begins, with the words that lead to the phrase.
    pub start: usize,
}

/// All slots of an article, in order of position; of one slot and place the earliest pattern.
pub(super) fn slots(finder: &EventFinder, scene: &Scene<'_, '_>) -> Vec<SlotMatch> {
    let layers = scene.layers;
    let mut found: Vec<SlotMatch> = Vec::new();
    for (number, m) in finder.slots.matches(layers.tokens, &layers.marks) {
        let slot = finder.slots.specs()[number].rule;
        let Some(capture) = finder.slots.capture(number, &m, "fill") else {
            continue;
        };
        let mut fill = capture.range.clone();
        let asks_words = finder.frames.slots[slot].extend;
        if asks_words && scene.group_at(fill.start).is_some() {
            // `Komisi Pemberantasan Korupsi` is no crime
            continue;
        }
        if finder.frames.slots[slot].extend {
            fill.end = noun_end(scene, fill.end.max(fill.start + 1))
                .min(fill.start + LONGEST)
                .max(fill.end);
        }
        trim(scene, &mut fill);
        if fill.is_empty()
            || found
                .iter()
                .rev()
                .take(8)
                .any(|f| f.slot == slot && f.fill.start == fill.start)
        {
            continue;
        }
        found.push(SlotMatch {
            slot,
            fill,
            start: m.start,
        });
    }
    found.sort_by_key(|f| f.start);
    found
}

/// Where the noun phrase goes on to from `from`.
pub(super) fn noun_end(scene: &Scene<'_, '_>, from: usize) -> usize {
    let tokens = scene.layers.tokens;
    let end = tokens
        .sentence(tokens.sentence_of(from.saturating_sub(1)))
        .end;
    let mut at = from;
    while at < end {
        if let Some(group) = scene.group_at(at) {
            if matches!(
                scene.atoms[scene.groups[group].heads[0]].thing,
                Thing::Time(_)
            ) {
                break;
            }
            at = scene.groups[group].tokens.end.max(at + 1);
            continue;
        }
        let goes_on = match scene.classes[at] {
            Class::Noun | Class::Name | Class::Number => true,
            Class::Bracket => tokens.lower(at) == "-",
            Class::Preposition(_) => match tokens.lower(at) {
                "milik" => true,
                "di" => matches!(tokens.lower(at + 1), "bawah" | "muka" | "luar"),
                _ => false,
            },
            Class::Conjunction => {
                tokens.lower(at) == "dan"
                    && scene.classes.get(at + 1) == Some(&Class::Noun)
                    && scene.classes.get(at.wrapping_sub(1)) == Some(&Class::Noun)
            }
            _ => false,
        };
        if !goes_on {
            break;
        }
        at += 1;
    }
    at
}

/// Takes brackets and conjunctions off the ends.
fn trim(scene: &Scene<'_, '_>, fill: &mut Range<usize>) {
    let loose = |at: usize| {
        matches!(
            scene.classes[at],
            Class::Bracket | Class::Conjunction | Class::Comma | Class::Stop | Class::Quote
        )
    };
    while fill.end > fill.start && loose(fill.end - 1) {
        fill.end -= 1;
    }
    while fill.end > fill.start && loose(fill.start) {
        fill.start += 1;
    }
}

/// The noun phrase in `range` without demonstratives and quantifiers at its ends.
pub(super) fn tidy(scene: &Scene<'_, '_>, range: &Range<usize>) -> Range<usize> {
    let mut range = range.clone();
    trim(scene, &mut range);
    let tokens = scene.layers.tokens;
    while range.end > range.start
        && scene.classes[range.end - 1] == Class::Auxiliary
        && scene.group_at(range.end - 1).is_none()
    {
        range.end -= 1;
    }
    while range.end > range.start
        && matches!(
            tokens.lower(range.start),
            "para" | "sebuah" | "suatu" | "seorang" | "sejumlah" | "beberapa"
        )
    {
        range.start += 1;
    }
    range
}
