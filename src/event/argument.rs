//! From functions and slots to roles.

use super::frames::{Frame, Function, Kind, Voice};
use super::grammar::Functions;
use super::phrase::{SlotMatch, tidy};
use super::scene::{Atom, Scene, Thing};
use super::trigger::Candidate;
use super::words::Class;
use super::{EventFinder, Filled, Filler};
use std::ops::Range;

/// The roles of one trigger, from its own sentence.
pub(super) fn arguments(
    finder: &EventFinder,
    scene: &Scene<'_, '_>,
    candidate: &Candidate,
    functions: &Functions,
    slots: &[SlotMatch],
) -> Vec<Filled> {
    let spec = &finder.frames.triggers[candidate.rule];
    let frame = &finder.frames.frames[spec.frame];
    let kind = &finder.frames.kinds[frame.kind];
    let mut filled = Vec::new();
    let has_subject = functions.groups.iter().any(|(f, g)| {
        *f == Function::Subject
            && accepted(
                scene,
                kind,
                frame.roles(candidate.voice, Function::Subject),
                *g,
            )
    });
    for &(function, group) in &functions.groups {
        let mut roles = frame.roles(candidate.voice, function);
        if function == Function::Preposition(u16::MAX) {
            continue;
        }
        // `ditangkap Budi` without a subject: the subject stands behind its verb
        if function == Function::By
            && candidate.voice == Voice::Passive
            && !has_subject
            && !functions.unnamed
        {
            let subject = frame.roles(candidate.voice, Function::Subject);
            let label = scene.atoms[scene.groups[group].heads[0]].label;
            if matches!(label, "PER" | "COUNT") && accepted(scene, kind, subject, group) {
                roles = subject;
            }
        }
        // a state's subject may stand behind it, but not both
        if function == Function::Object && candidate.voice == Voice::State && has_subject {
            let subject = frame.roles(candidate.voice, Function::Subject);
            if roles == subject && kind.pool.is_empty() {
                continue;
            }
        }
        fill_group(scene, kind, roles, group, function.as_str(), &mut filled);
    }
    if spec.inside
        && let Some(group) = scene.group_at(candidate.tokens.end.saturating_sub(1))
    {
        let own = frame.roles(Voice::Noun, Function::Of);
        fill_group(scene, kind, own, group, "inside", &mut filled);
    }
    phrases(scene, kind, frame, candidate, functions, &mut filled);
    from_slots(finder, scene, candidate, frame, slots, &mut filled);
    from_clause(scene, kind, frame, candidate, functions, &mut filled);
    relate(scene, kind, &mut filled);
    filled
}

fn accepted(scene: &Scene<'_, '_>, kind: &Kind, roles: &[usize], group: usize) -> bool {
    let heads = &scene.groups[group].heads;
    heads.iter().any(|&head| {
        roles
            .iter()
            .any(|&role| filler(scene, kind, role, &scene.atoms[head]).is_some())
    })
}

/// Whether a group can stand as the subject that the frame wants; true where it wants none.
pub(super) fn takes_subject(
    scene: &Scene<'_, '_>,
    kind: &Kind,
    frame: &Frame,
    voice: Voice,
    group: usize,
) -> bool {
    let functions = [Function::Subject, Function::Light, Function::Undergo];
    let mut wanted = functions
        .iter()
        .flat_map(|&f| frame.roles(voice, f))
        .peekable();
    if wanted.peek().is_none() {
        return true;
    }
    let heads = &scene.groups[group].heads;
    wanted.any(|&role| {
        heads
            .iter()
            .any(|&head| filler(scene, kind, role, &scene.atoms[head]).is_some())
    })
}

/// What an atom gives for a role.
pub(super) fn filler(
    scene: &Scene<'_, '_>,
    kind: &Kind,
    role: usize,
    atom: &Atom,
) -> Option<Thing> {
    let spec = &kind.roles[role];
    if spec.accepts("PER")
        && let Some(person) = scene.holder(atom)
    {
        return Some(Thing::Entity(person));
    }
    spec.accepts(atom.label).then_some(atom.thing)
}

fn push(filled: &mut Vec<Filled>, role: usize, filler: Filler, source: &'static str) {
    let new = Filled::new(role, filler, source);
    if !filled.iter().any(|f| f.same(&new)) {
        filled.push(new);
    }
}

fn fill_group(
    scene: &Scene<'_, '_>,
    kind: &Kind,
    roles: &[usize],
    group: usize,
    source: &'static str,
    filled: &mut Vec<Filled>,
) {
    let group = &scene.groups[group];
    for &head in &group.heads {
        let atom = &scene.atoms[head];
        for &role in roles {
            if let Some(thing) = filler(scene, kind, role, atom) {
                push(filled, role, Filler::Thing(thing), source);
                // `Direktur PT Maju`: the organisation stands behind the office
                break;
            }
        }
    }
    if roles.len() > 1 {
        for &modifier in &group.modifiers {
            let atom = &scene.atoms[modifier];
            let label = atom.label;
            for &role in roles {
                let spec = &kind.roles[role];
                let taken = filled.iter().any(|f| f.role == role);
                if !taken && spec.accepts(label) && !spec.accepts("PER") && label != "ROL" {
                    push(filled, role, Filler::Thing(atom.thing), "modifier");
                }
            }
        }
    }
}

fn empty(filled: &[Filled], role: usize) -> bool {
    !filled.iter().any(|f| f.role == role)
}

/// Subjects and objects that are no more than words.
fn phrases(
    scene: &Scene<'_, '_>,
    kind: &Kind,
    frame: &Frame,
    candidate: &Candidate,
    functions: &Functions,
    filled: &mut Vec<Filled>,
) {
    let direct = if candidate.voice == Voice::Noun {
        Function::Of
    } else {
        Function::Object
    };
    for (function, range) in [
        (Function::Subject, &functions.subject),
        (direct, &functions.object),
    ] {
        let Some(range) = range else { continue };
        for &role in frame.roles(candidate.voice, function) {
            if !kind.roles[role].phrase || !frame.words.contains(&role) || !empty(filled, role) {
                continue;
            }
            let mut range = tidy(scene, range);
            if function == direct && range.start == candidate.tokens.end {
                range.end = range.end.max(range.start);
            }
            range.end = range.end.min(range.start + 12);
            // `lulusan Ilmu Komunikasi UI`: the organisation has a role of its own
            let others = frame.roles(candidate.voice, function);
            let cut = scene.groups_in(&range).find_map(|g| {
                let atom = &scene.atoms[scene.groups[g].heads[0]];
                let other = others
                    .iter()
                    .any(|&o| o != role && kind.roles[o].accepts(atom.label));
                (other && !kind.roles[role].accepts(atom.label)).then_some(atom.tokens.start)
            });
            range.end = range.end.min(cut.unwrap_or(range.end));
            let amount = scene.group_at(range.start).is_some_and(|g| {
                matches!(
                    scene.atoms[scene.groups[g].heads[0]].thing,
                    Thing::Quantity(_)
                )
            });
            let named = scene.group_at(range.start).is_some_and(|g| {
                let group = &scene.groups[g];
                group.tokens.start == range.start
                    && group.tokens.end >= range.end
                    && !group
                        .heads
                        .iter()
                        .any(|&h| kind.roles[role].accepts(scene.atoms[h].label))
            });
            let wordless = range
                .clone()
                .all(|at| !matches!(scene.classes[at], Class::Noun | Class::Name));
            if !range.is_empty() && !amount && !named && !wordless {
                push(filled, role, Filler::Phrase(range), "words");
            }
        }
    }
}

/// Phrases by the frame's slots, the nearest to the trigger.
fn from_slots(
    finder: &EventFinder,
    scene: &Scene<'_, '_>,
    candidate: &Candidate,
    frame: &Frame,
    slots: &[SlotMatch],
    filled: &mut Vec<Filled>,
) {
    let tokens = scene.layers.tokens;
    let kind = &finder.frames.kinds[frame.kind];
    let sentence = tokens.sentence(tokens.sentence_of(candidate.tokens.start));
    let from = slots.partition_point(|s| s.start < sentence.start);
    let to = slots.partition_point(|s| s.start < sentence.end);
    for &slot in &frame.slots {
        let spec = &finder.frames.slots[slot];
        let Some(role) = kind.role(&spec.role) else {
            continue;
        };
        if !empty(filled, role) {
            continue;
        }
        let distance = |s: &SlotMatch| {
            if s.start >= candidate.tokens.end {
                s.start - candidate.tokens.end
            } else {
                2 * candidate.tokens.start.saturating_sub(s.fill.end)
            }
        };
        let overlaps = |s: &SlotMatch| {
            s.fill.start < candidate.tokens.end && candidate.tokens.start < s.fill.end
        };
        let best = slots[from..to]
            .iter()
            .filter(|s| s.slot == slot && !overlaps(s))
            .filter(|s| !spec.after || s.start >= candidate.tokens.start)
            .min_by_key(|s| distance(s));
        if let Some(best) = best {
            let filler = label_or_phrase(scene, kind, role, &best.fill);
            push(filled, role, filler, "slot");
        }
    }
}

/// A phrase that is exactly something annotated gives that.
pub(super) fn label_or_phrase(
    scene: &Scene<'_, '_>,
    kind: &Kind,
    role: usize,
    range: &Range<usize>,
) -> Filler {
    if let Some(group) = scene.group_at(range.start)
        && let Some(&head) = scene.groups[group].heads.first()
        && scene.atoms[head].tokens == *range
        && kind.roles[role].accepts(scene.atoms[head].label)
    {
        return Filler::Thing(scene.atoms[head].thing);
    }
    Filler::Phrase(range.clone())
}

/// Roles that take all that the clause holds: amounts, competitions.
fn from_clause(
    scene: &Scene<'_, '_>,
    kind: &Kind,
    frame: &Frame,
    candidate: &Candidate,
    functions: &Functions,
    filled: &mut Vec<Filled>,
) {
    for (role, label) in &frame.clause {
        let spec = &kind.roles[*role];
        let range = if spec.accepts("PERCENT") {
            candidate.tokens.end..functions.clause.end
        } else {
            let tokens = scene.layers.tokens;
            tokens.sentence(tokens.sentence_of(candidate.tokens.start))
        };
        for group in scene.groups_in(&range) {
            let group = &scene.groups[group];
            for &atom in group.heads.iter().chain(&group.modifiers) {
                let atom = &scene.atoms[atom];
                let wanted = label
                    .as_deref()
                    .map_or(spec.accepts(atom.label), |l| l == atom.label);
                if wanted {
                    push(filled, *role, Filler::Thing(atom.thing), "clause");
                }
            }
        }
        if empty(filled, *role) && spec.accepts("PERCENT") {
            let left = functions.clause.start..candidate.tokens.start;
            let last = scene.groups_in(&left).rev().find_map(|g| {
                let atom = &scene.atoms[*scene.groups[g].heads.first()?];
                spec.accepts(atom.label).then_some(atom.thing)
            });
            if let Some(thing) = last {
                push(filled, *role, Filler::Thing(thing), "clause");
            }
        }
    }
}

/// Office and organisation from what is known of the person.
pub(super) fn relate(scene: &Scene<'_, '_>, kind: &Kind, filled: &mut Vec<Filled>) {
    let entities = scene.layers.entities;
    for &role in &kind.relate {
        if !empty(filled, role) {
            continue;
        }
        let spec = &kind.roles[role];
        // the organisation named inside or right behind the office
        let mut found = None;
        for f in filled.iter() {
            let Filler::Thing(Thing::Entity(entity)) = f.filler else {
                continue;
            };
            if entities[entity].label.as_str() == "ROL" && spec.accepts("ORG") {
                found = found.or_else(|| scene.organisations.get(&entity).copied());
            }
        }
        let person = filled.iter().find_map(|f| match f.filler {
            Filler::Thing(Thing::Entity(entity))
                if kind.roles[f.role].name.as_ref() == "person" =>
            {
                Some(entity)
            }
            _ => None,
        });
        let position_known = kind.role("position").is_some_and(|p| !empty(filled, p));
        if found.is_none()
            && let Some(person) = person
            && (!position_known || spec.accepts("ROL"))
        {
            found = scene
                .posts
                .get(&person)
                .into_iter()
                .flatten()
                .copied()
                .find(|&post| spec.accepts(entities[post].label.as_str()));
        }
        if let Some(entity) = found {
            push(filled, role, Filler::Thing(Thing::Entity(entity)), "relate");
        }
    }
}
