//! Time and place of a trigger, by what stands nearest in its clause.

use super::Filler;
use super::scene::{Governor, Scene, Thing};
use super::words::Class;
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
const FARTHEST: usize = 60;

/// Costs of what stands between a trigger and its time or place.
const VERB: usize = 14;
const CLAUSE: usize = 18;
const SPEECH: usize = 45;

/// The distance between two ranges, counting what separates clauses.
fn cost(scene: &Scene<'_, '_>, verbs: &[bool], from: &Range<usize>, to: &Range<usize>) -> usize {
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
            Class::Speech => SPEECH,
            Class::Quote | Class::Stop => CLAUSE,
            _ => 0,
        };
    }
    cost
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
    let mut best: Option<(usize, usize, usize)> = None;
    let mut moment = Moment::default();
    for group in scene.groups_in(&sentence) {
        let group = &scene.groups[group];
        let atom = &scene.atoms[group.heads[0]];
        let Thing::Time(time) = atom.thing else {
            continue;
        };
        if matches!(layers.times[time].kind, TimeType::Duration | TimeType::Set) {
            continue;
        }
        let mut cost = cost(scene, verbs, at, &atom.tokens);
        if spoken && cost != usize::MAX {
            cost = cost.saturating_sub(SPEECH);
        }
        if best.is_none_or(|(least, ..)| cost < least) {
            best = Some((cost, time, atom.tokens.start));
        }
    }
    let Some((cost, time, start)) = best.filter(|(cost, ..)| *cost < FARTHEST) else {
        return moment;
    };
    moment.cost = cost;
    match start.checked_sub(1).map(|before| tokens.lower(before)) {
        Some("sejak" | "semenjak" | "mulai") => moment.begin = Some(time),
        Some("hingga" | "sampai") => moment.end = Some(time),
        _ => moment.at = Some(time),
    }
    moment
}

/// The place of the trigger at `at`, with its cost.
pub(super) fn place(
    scene: &Scene<'_, '_>,
    verbs: &[bool],
    at: &Range<usize>,
    di: Option<u16>,
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
        if !governed
            || !matches!(atom.label, "LOC" | "ORG")
            || (atom.label == "ORG" && group.blocked)
        {
            continue;
        }
        let cost = cost(scene, verbs, at, &atom.tokens);
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
