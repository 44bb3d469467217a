//! Functions of the clause around a trigger: subject, object, agent, and phrases by preposition.

use super::frames::{Function, Voice};
use super::scene::{Governor, Scene, Thing};
use super::words::{Class, ClauseWords, Light};
use std::ops::Range;

/// How far a function is looked for, in tokens; keeps long sentences linear.
const REACH: usize = 60;

/// What stands in which function of a trigger.
#[derive(Clone, Debug, Default)]
pub(super) struct Functions {
    /// Function and number of the group.
    pub groups: Vec<(Function, usize)>,
    /// Tokens of the subject's noun phrase, where it is no more than words.
    pub subject: Option<Range<usize>>,
    /// Tokens of the noun phrase right after the trigger.
    pub object: Option<Range<usize>>,
    /// Where the words of this trigger's clause begin and end.
    pub clause: Range<usize>,
    /// A subject stands there that names nothing annotated: `pelaku ditangkap`.
    pub unnamed: bool,
}

/// Whether a group can be the subject that a trigger looks for.
type Accept<'f> = &'f dyn Fn(usize) -> bool;

/// Looks around the trigger `at`; `other` tells whether a token belongs to another trigger that is a verb.
pub(super) fn functions(
    scene: &Scene<'_, '_>,
    words: &ClauseWords,
    at: &Range<usize>,
    voice: Voice,
    verbs: &[bool],
    accept: Accept<'_>,
) -> Functions {
    let mut found = Functions {
        clause: at.clone(),
        ..Functions::default()
    };
    right(scene, words, at, voice, verbs, &mut found);
    left(scene, words, at, voice, accept, &mut found);
    found
}

fn sentence(scene: &Scene<'_, '_>, token: usize) -> Range<usize> {
    let tokens = scene.layers.tokens;
    tokens.sentence(tokens.sentence_of(token))
}

fn right(
    scene: &Scene<'_, '_>,
    words: &ClauseWords,
    at: &Range<usize>,
    voice: Voice,
    verbs: &[bool],
    found: &mut Functions,
) {
    let tokens = scene.layers.tokens;
    let end = sentence(scene, at.start).end.min(at.end + REACH);
    let direct_function = match voice {
        Voice::Active | Voice::State => Function::Object,
        Voice::Passive => Function::By,
        Voice::Noun => Function::Of,
    };
    let mut direct = true;
    let mut passed = 0;
    let mut governor: Option<Option<u16>> = None;
    let mut phrase: Option<Range<usize>> = None;
    let mut j = at.end;
    while j < end {
        if let Some(number) = scene.group_at(j) {
            let group = &scene.groups[number];
            if group.tokens.start >= at.end {
                let time = scene.atoms[group.heads[0]].thing;
                if !matches!(time, Thing::Time(_)) {
                    if group.blocked && group.start >= at.end {
                        // `rumah Budi`: nobody is meant
                    } else if let Some(preposition) = governor {
                        if let Some(preposition) = preposition {
                            found
                                .groups
                                .push((Function::Preposition(preposition), number));
                        }
                    } else if direct {
                        found.groups.push((direct_function, number));
                    } else if passed == 1 && scene.classes[j - 1] == Class::Name {
                        found.groups.push((Function::Object, number));
                    }
                    passed += 1;
                    if direct && governor.is_none() {
                        let from = phrase.as_ref().map_or(group.start.max(at.end), |p| p.start);
                        phrase = Some(from..group.tokens.end);
                    }
                    direct = false;
                    governor = None;
                }
                j = group.tokens.end.max(j + 1);
                continue;
            }
        }
        match scene.classes[j] {
            Class::Preposition(number) => {
                governor = Some(number);
                if tokens.lower(j) == "oleh" {
                    governor = None;
                    // after `oleh` the next name is the agent whatever stood before
                    if let Some(next) = next_group(scene, j + 1, end) {
                        if !scene.groups[next].blocked {
                            found.groups.push((Function::By, next));
                        }
                        passed += 1;
                        direct = false;
                        j = scene.groups[next].tokens.end.max(j + 1);
                        continue;
                    }
                }
                direct = false;
            }
            Class::Conjunction => {
                let next = scene.classes.get(j + 1).copied();
                if matches!(
                    next,
                    Some(Class::Verb | Class::Passive | Class::Auxiliary | Class::Speech)
                ) || verbs.get(j + 1) == Some(&true)
                {
                    break;
                }
                direct = false;
            }
            Class::Relative | Class::Subordinate | Class::Speech | Class::Quote | Class::Stop => {
                break;
            }
            Class::Comma => {
                direct = false;
                governor = None;
            }
            Class::Verb | Class::Passive => {
                if voice == Voice::Noun
                    && tokens.get(j).and_then(|t| words.light(t.key)) == Some(Light::IsDone)
                {
                    if let Some(next) = next_group(scene, j + 1, end)
                        && scene.groups[next].tokens.start <= j + 3
                        && matches!(scene.groups[next].governor, Governor::None)
                    {
                        found.groups.push((Function::By, next));
                    }
                    governor = None;
                    direct = false;
                } else if governor.is_some() {
                    governor = None;
                    direct = false;
                } else {
                    break;
                }
            }
            Class::Noun | Class::Name | Class::Number => {
                if verbs.get(j) == Some(&true) {
                    break;
                }
                if direct {
                    let from = phrase.as_ref().map_or(j, |p| p.start);
                    phrase = Some(from..j + 1);
                }
            }
            Class::Auxiliary | Class::Bracket => {}
        }
        j += 1;
    }
    found.clause.end = j.max(at.end);
    found.object = phrase;
}

/// The next group with at most a few words before it.
fn next_group(scene: &Scene<'_, '_>, from: usize, end: usize) -> Option<usize> {
    (from..end.min(from + 6)).find_map(|j| scene.group_at(j))
}

fn left(
    scene: &Scene<'_, '_>,
    words: &ClauseWords,
    at: &Range<usize>,
    voice: Voice,
    accept: Accept<'_>,
    found: &mut Functions,
) {
    let tokens = scene.layers.tokens;
    let sentence = sentence(scene, at.start);
    let floor = sentence.start.max(at.start.saturating_sub(REACH));
    if voice != Voice::Noun {
        let subject = subject(scene, at.start, floor, accept, found);
        if let Some(group) = subject {
            found.groups.push((Function::Subject, group));
        } else if !found.unnamed
            && let Some(group) = fronted(scene, at.end, accept)
        {
            found.groups.push((Function::Subject, group));
        }
        return;
    }
    // a noun: the light verb before it, or the phrase of which it is said
    let mut j = at.start;
    while j > floor && at.start - j < 6 {
        j -= 1;
        if scene.group_at(j).is_some() {
            break;
        }
        let light = tokens.get(j).and_then(|t| words.light(t.key));
        match (light, scene.classes[j]) {
            (Some(light), _) => {
                let function = match light {
                    Light::Does => Function::Light,
                    Light::Undergoes => Function::Undergo,
                    Light::IsDone => Function::Of,
                };
                let mut inner = Functions {
                    clause: found.clause.clone(),
                    ..Functions::default()
                };
                let word = scene.classes[j] == Class::Noun;
                let subject = if word {
                    said_of(scene, j, floor)
                } else {
                    subject(scene, j, floor, accept, &mut inner)
                };
                found.clause.start = found.clause.start.min(inner.clause.start);
                if light == Light::IsDone {
                    // `dilakukan KPK penangkapan`: rare; the agent stands between
                    break;
                }
                match subject.or_else(|| fronted(scene, at.end, accept).filter(|_| !word)) {
                    Some(group) => found.groups.push((function, group)),
                    None => found.unnamed = inner.unnamed,
                }
                return;
            }
            (None, Class::Noun | Class::Auxiliary | Class::Number | Class::Name) => {}
            (None, Class::Preposition(_)) if at.start - j <= 2 => {}
            _ => break,
        }
    }
    if let Some(group) = said_of(scene, at.start, floor) {
        found.groups.push((Function::Left, group));
    }
    // `Dalam rilisnya, Budi …`
    let opens = (at.start.saturating_sub(2)..at.start).any(|b| {
        b >= floor && matches!(scene.classes[b], Class::Preposition(_) | Class::Subordinate)
    });
    if opens && let Some(group) = fronted(scene, at.end, accept) {
        found.groups.push((Function::Light, group));
    }
    found.clause.start = found.clause.start.min(j);
}

/// The phrase of which a noun is said: `Budi merupakan lulusan …`, `Budi, lulusan …`.
fn said_of(scene: &Scene<'_, '_>, at: usize, floor: usize) -> Option<usize> {
    let tokens = scene.layers.tokens;
    let mut j = at;
    while j > floor && at - j < 8 {
        j -= 1;
        if let Some(number) = scene.group_at(j) {
            let group = &scene.groups[number];
            let time = matches!(scene.atoms[group.heads[0]].thing, Thing::Time(_));
            return (!group.blocked && !time && group.governor == Governor::None).then_some(number);
        }
        let copula = matches!(
            tokens.lower(j),
            "adalah" | "merupakan" | "ialah" | "sebagai" | "menjadi" | "yang" | "yakni"
        );
        match scene.classes[j] {
            _ if copula => {}
            Class::Noun | Class::Auxiliary | Class::Comma | Class::Number | Class::Bracket => {}
            _ => return None,
        }
    }
    None
}

/// The subject of a verb at `at`: the nearest noun phrase on the left that nothing else governs.
fn subject(
    scene: &Scene<'_, '_>,
    at: usize,
    floor: usize,
    accept: Accept<'_>,
    found: &mut Functions,
) -> Option<usize> {
    let tokens = scene.layers.tokens;
    let mut j = at;
    let mut crossed = false;
    let mut coordinated = false;
    let mut nouns = 0usize;
    let mut relative = false;
    let mut comma = false;
    while j > floor {
        j -= 1;
        if let Some(number) = scene.group_at(j) {
            let group = &scene.groups[number];
            let time = matches!(scene.atoms[group.heads[0]].thing, Thing::Time(_));
            found.clause.start = found.clause.start.min(group.tokens.start);
            if time {
                j = group.tokens.start;
                continue;
            }
            // `menggantikan Budi yang pensiun`: whatever governs the antecedent
            let antecedent = relative && nouns == 0 && !crossed && accept(number) && !group.blocked;
            if antecedent && scene.classes.get(group.tokens.end) == Some(&Class::Relative) {
                return Some(number);
            }
            if let Governor::Preposition(_) = group.governor {
                let start = group.start.saturating_sub(1).max(floor);
                j = start;
                nouns = 0;
                relative = false;
                continue;
            }
            if group.blocked {
                if !crossed && nouns == 0 && found.subject.is_none() {
                    let start = noun_start(scene, group.start.max(floor), floor);
                    found.clause.start = found.clause.start.min(start);
                    found.subject = Some(start..group.tokens.end);
                    found.unnamed = true;
                    return None;
                }
                j = group.start.max(floor);
                continue;
            }
            if !accept(number) {
                if !crossed && nouns == 0 && found.subject.is_none() && !coordinated {
                    found.subject = Some(noun_start(scene, group.start, floor)..group.tokens.end);
                    found.unnamed = true;
                    return None;
                }
                j = group.start.max(floor);
                continue;
            }
            let before = group
                .start
                .checked_sub(1)
                .filter(|&b| b >= floor)
                .map(|b| scene.classes[b]);
            let object = matches!(before, Some(Class::Verb));
            if object && coordinated && !relative {
                j = group.start.max(floor);
                continue;
            }
            if !crossed && found.subject.is_none() {
                found.subject = Some(noun_start(scene, group.start, floor)..group.tokens.end);
            }
            return Some(number);
        }
        match scene.classes[j] {
            Class::Auxiliary | Class::Number | Class::Bracket => {}
            Class::Comma => {
                coordinated = true;
                comma = true;
                nouns = 0;
            }
            Class::Relative => {
                relative = true;
                nouns = 0;
                if j + 3 >= at {
                    coordinated = false;
                }
            }
            Class::Noun | Class::Name => {
                nouns += 1;
                if !crossed && nouns == 1 {
                    let run = noun_start(scene, j, floor)..j + 1;
                    found.clause.start = found.clause.start.min(run.start);
                    let governed = run
                        .start
                        .checked_sub(1)
                        .filter(|&b| b >= floor)
                        .map(|b| scene.classes[b]);
                    match governed {
                        Some(Class::Preposition(_)) => {
                            j = run.start - 1;
                            nouns = 0;
                        }
                        Some(Class::Verb) if coordinated => j = run.start,
                        _ if comma && !relative => {
                            // what a comma cuts off is an adverbial, or an apposition to a name before it
                            j = run.start;
                            nouns = 0;
                            let before = j
                                .checked_sub(1)
                                .filter(|&b| b > floor && scene.classes[b] == Class::Comma);
                            if let Some(number) = before.and_then(|b| scene.group_at(b - 1))
                                && accept(number)
                                && scene.groups[number].governor == Governor::None
                            {
                                return Some(number);
                            }
                        }
                        _ => {
                            // an unnamed subject; an apposition before a comma may still name it
                            if found.subject.is_none() {
                                found.subject = Some(run.clone());
                            }
                            let cut =
                                run.start > floor && scene.classes[run.start - 1] == Class::Comma;
                            if cut
                                && relative
                                && let Some(number) = scene.group_at(run.start.saturating_sub(2))
                                && accept(number)
                            {
                                return Some(number);
                            }
                            found.unnamed = true;
                            return None;
                        }
                    }
                }
            }
            Class::Preposition(_) => nouns = 0,
            Class::Conjunction => {
                coordinated = true;
                nouns = 0;
            }
            Class::Verb | Class::Passive => {
                crossed = true;
                nouns = 0;
            }
            Class::Subordinate => {
                // `saat ditangkap, Budi …`: its subject follows, where the clause has none of its own
                if !crossed && let Some(number) = fronted(scene, at, accept) {
                    return Some(number);
                }
                crossed = true;
                coordinated = true;
                nouns = 0;
            }
            Class::Speech => {
                if tokens.lower(j).starts_with("me") || tokens.lower(j).starts_with("ber") {
                    crossed = true;
                    nouns = 0;
                } else {
                    return None;
                }
            }
            Class::Quote | Class::Stop => return None,
        }
        found.clause.start = found.clause.start.min(j);
    }
    None
}

/// The subject of a clause in front: `Setelah ditangkap, Budi …`.
fn fronted(scene: &Scene<'_, '_>, at: usize, accept: Accept<'_>) -> Option<usize> {
    let end = sentence(scene, at.saturating_sub(1)).end.min(at + 25);
    let mut j = at;
    let mut comma = false;
    while j < end {
        if let Some(number) = scene.group_at(j) {
            let group = &scene.groups[number];
            if comma
                && group.governor == Governor::None
                && !group.blocked
                && !matches!(scene.atoms[group.heads[0]].thing, Thing::Time(_))
                && accept(number)
            {
                return Some(number);
            }
            j = group.tokens.end.max(j + 1);
            continue;
        }
        match scene.classes[j] {
            Class::Comma => comma = true,
            Class::Verb | Class::Passive | Class::Speech if comma => return None,
            Class::Quote | Class::Stop => return None,
            _ => {}
        }
        j += 1;
    }
    None
}

/// Where the run of nouns and names that ends at `at` begins.
fn noun_start(scene: &Scene<'_, '_>, at: usize, floor: usize) -> usize {
    let mut start = at;
    while start > floor {
        let before = start - 1;
        let noun = matches!(
            scene.classes[before],
            Class::Noun | Class::Name | Class::Number | Class::Bracket
        );
        let time = scene
            .group_at(before)
            .is_some_and(|g| matches!(scene.atoms[scene.groups[g].heads[0]].thing, Thing::Time(_)));
        if !noun || time {
            break;
        }
        start = before;
    }
    start
}
