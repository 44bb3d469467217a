//! Time and place of a trigger, by what stands nearest in its clause.

use super::scene::{Governor, Scene, Thing};
use super::words::Class;
use super::{Filled, Filler};
use crate::schema::TimeType;
use std::ops::Range;

/// When an event happens, as indices of times.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Moment {
    pub at: Option<usize>,
    pub begin: Option<usize>,
    pub end: Option<usize>,
    /// How far the expression stood from the trigger; smaller is surer.
    pub cost: usize,
}

impl Moment {
    pub(super) fn is_empty(&self) -> bool {
        self.at.is_none() && self.begin.is_none() && self.end.is_none()
    }
}

/// Beyond this cost nothing is taken.
pub(super) const FARTHEST: usize = 60;

/// Costs of what stands between a trigger and its time or place.
const VERB: usize = 14;
const CLAUSE: usize = 18;
const SPEECH: usize = 45;
const VAGUE: usize = 20;

/// The distance between two ranges, counting what separates clauses.
pub(super) fn cost(
    scene: &Scene<'_, '_>,
    verbs: &[bool],
    from: &Range<usize>,
    to: &Range<usize>,
    spoken: bool,
) -> usize {
    let speech = if spoken { 0 } else { SPEECH };
    let (between, behind) = if to.start >= from.end {
        (from.end..to.start, true)
    } else {
        (to.end.min(from.start)..from.start, false)
    };
    if between.len() > FARTHEST {
        return usize::MAX;
    }
    let mut cost = between.len() / 2 + usize::from(!behind) * 2;
    for at in between {
        cost += match scene.classes[at] {
            _ if verbs[at] => VERB,
            Class::Verb | Class::Passive => VERB,
            Class::Subordinate | Class::Relative | Class::Conjunction => CLAUSE / 2,
            Class::Speech => speech,
            Class::Quote | Class::Stop => CLAUSE,
            _ => 0,
        };
    }
    cost
}

/// Whether a time names days.
pub(super) fn dated(scene: &Scene<'_, '_>, time: usize) -> bool {
    let value = scene.layers.times[time].value.as_bytes();
    value.len() >= 4 && value[..4].iter().all(u8::is_ascii_digit)
}

/// The time of the trigger at `at`; `spoken` for announcements, which share the time of the speech.
pub(super) fn moment(
    scene: &Scene<'_, '_>,
    verbs: &[bool],
    at: &Range<usize>,
    spoken: bool,
) -> Moment {
    let layers = scene.layers;
    let tokens = layers.tokens;
    let sentence = tokens.sentence(tokens.sentence_of(at.start));
    let mut best: Option<(usize, usize)> = None;
    for group in scene.groups_in(&sentence) {
        let group = &scene.groups[group];
        let atom = &scene.atoms[group.heads[0]];
        let Thing::Time(time) = atom.thing else {
            continue;
        };
        if matches!(layers.times[time].kind, TimeType::Duration | TimeType::Set) {
            continue;
        }
        let mut cost = cost(scene, verbs, at, &atom.tokens, spoken);
        if !dated(scene, time) {
            // `saat ini` tells less than any date
            cost = cost.saturating_add(VAGUE);
        }
        if best.is_none_or(|(least, _)| cost < least) {
            best = Some((cost, time));
        }
    }
    let Some((cost, time)) = best.filter(|(cost, _)| *cost < FARTHEST) else {
        return Moment::default();
    };
    placed(scene, time, cost)
}

/// The moment that a time gives by the word before it.
pub(super) fn placed(scene: &Scene<'_, '_>, time: usize, cost: usize) -> Moment {
    let mut moment = Moment {
        cost,
        ..Moment::default()
    };
    let start = scene.layers.time_tokens[time].start;
    let before = start.checked_sub(1).map(|at| scene.layers.tokens.lower(at));
    match before {
        Some("sejak" | "semenjak" | "mulai") => moment.begin = Some(time),
        Some("hingga" | "sampai") => moment.end = Some(time),
        _ => moment.at = Some(time),
    }
    moment
}

/// The place of the trigger at `at`, with its cost; what fills a role is no place, and an organisation is
/// one only where the event `inside` allows it.
pub(super) fn place(
    scene: &Scene<'_, '_>,
    verbs: &[bool],
    at: &Range<usize>,
    di: Option<u16>,
    inside: bool,
    filled: &[Filled],
) -> Option<(Filler, usize)> {
    let tokens = scene.layers.tokens;
    let sentence = tokens.sentence(tokens.sentence_of(at.start));
    let mut best: Option<(Filler, usize)> = None;
    for number in scene.groups_in(&sentence) {
        let group = &scene.groups[number];
        let atom = &scene.atoms[group.heads[0]];
        let governed = match group.governor {
            Governor::Preposition(number) => number.is_some() && number == di,
            Governor::None => false,
        };
        // `kelahiran Jakarta`
        let direct = atom.label == "LOC" && atom.tokens.start == at.end;
        let organisation = atom.label == "ORG" && inside && !group.blocked;
        let fills = filled.iter().any(|f| f.filler == Filler::Thing(atom.thing));
        if !(governed || direct) || !(atom.label == "LOC" || organisation) || fills || atom.anaphor
        {
            continue;
        }
        let cost = if direct {
            0
        } else {
            cost(scene, verbs, at, &atom.tokens, false)
        };
        if cost < FARTHEST && best.as_ref().is_none_or(|(_, least)| cost < *least) {
            let filler = if atom.label == "LOC" {
                Filler::Thing(atom.thing)
            } else {
                Filler::Phrase(atom.tokens.clone())
            };
            best = Some((filler, cost));
        }
    }
    best
}

/// Whether the clause tells how long something lasts.
pub(super) fn lasting(scene: &Scene<'_, '_>, clause: &Range<usize>) -> bool {
    scene.groups_in(clause).any(|group| {
        let atom = &scene.atoms[scene.groups[group].heads[0]];
        matches!(atom.thing, Thing::Time(_))
    })
}
