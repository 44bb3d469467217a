//! Features of a mention: its rule, what the rule found around it, and its words.

use super::bag::{Bag, bucket};
use super::{Court, Draft};
use crate::event::Filler;
use crate::event::scene::Thing;

/// The features of the draft at `index`.
pub(super) fn bag(court: &Court<'_, '_, '_>, mut bag: Bag, drafts: &[Draft], index: usize) -> Bag {
    let draft = &drafts[index];
    let (scene, frames) = (court.scene, &court.finder.frames);
    let tokens = scene.layers.tokens;
    let kind = &frames.kinds[draft.kind];
    let name: &str = &kind.name;
    let rule: &str = &frames.triggers[draft.rule].id;
    let voice = draft.voice.as_str();
    let loose = frames.triggers[draft.rule].loose;
    let standing = if loose && draft.strong {
        "loose strong"
    } else if loose {
        "loose"
    } else if draft.strong {
        "strong"
    } else if draft.barred {
        "barred"
    } else {
        "weak"
    };
    bag.add(&["kind", name]);
    bag.add(&["rule", rule]);
    bag.add(&["rule", rule, voice]);
    bag.add(&["voice", voice]);
    bag.add(&[standing]);
    bag.add(&[standing, voice]);
    bag.add(&["kind", name, standing]);
    let word = tokens.stem(draft.tokens.start);
    bag.add(&["word", word]);
    bag.add(&["kind", name, "word", word]);
    bag.add(&["length", bucket(draft.tokens.len())]);
    if let Some([coarse, fine]) = court.clusters(draft.tokens.start) {
        bag.add(&["cluster", &coarse]);
        bag.add(&["cluster", &fine]);
        bag.add(&["kind", name, "cluster", &fine]);
    }
    around(court, &mut bag, draft, name);
    let mut filled = 0;
    for (number, role) in kind.roles.iter().enumerate() {
        let fillers = || draft.filled.iter().filter(|f| f.role == number);
        if fillers().next().is_some() {
            filled += 1;
            bag.add(&["has", &role.name]);
            bag.add(&["kind", name, "has", &role.name]);
        }
        for filler in fillers() {
            bag.add(&["from", filler.source]);
            bag.add(&["from", filler.source, voice]);
            let shape = match &filler.filler {
                Filler::Phrase(_) => "phrase",
                Filler::Thing(Thing::Entity(_)) => "entity",
                Filler::Thing(_) => "number",
            };
            bag.add(&["shape", shape]);
        }
    }
    bag.add(&["filled", bucket(filled)]);
    bag.add(&["filled", bucket(filled), voice]);
    if draft.topic.is_some() {
        bag.add(&["topic", standing]);
    }
    if draft.moment.is_empty() {
        bag.add(&["no time"]);
    } else {
        bag.add(&["time", bucket(draft.moment.cost)]);
    }
    match &draft.place {
        Some((_, cost)) => bag.add(&["place", bucket(*cost)]),
        None => bag.add(&["no place"]),
    }
    if draft.functions.unnamed {
        bag.add(&["unnamed"]);
        bag.add(&["unnamed", voice]);
    }
    bag.add(&["polarity", &draft.polarity.to_string()]);
    if let Some(modality) = draft.modality {
        bag.add(&["modality", &modality.to_string()]);
    }
    if scene.quoted[draft.tokens.start] {
        bag.add(&["quoted"]);
    }
    let sentence = court.sentence(draft.tokens.start);
    bag.add(&["sentence", bucket(sentence)]);
    let own = tokens.sentence(sentence);
    neighbours(court, &mut bag, draft, own.start, own.end);
    let others = |range: std::ops::Range<usize>| {
        let same = drafts[range].iter().filter(|d| d.kind == draft.kind);
        same.filter(|d| d.strong).count()
    };
    let (from, to) = (index.saturating_sub(30), drafts.len().min(index + 30));
    bag.add(&["before", bucket(others(from..index))]);
    bag.add(&["after", bucket(others(index + 1..to.max(index + 1)))]);
    let near = |other: &Draft| court.sentence(other.tokens.start) == sentence;
    let crowd = drafts[from..to].iter().filter(|d| near(d)).count();
    bag.add(&["crowd", bucket(crowd)]);
    // what else the same words may name
    let same = |d: &&Draft| d.tokens.start == draft.tokens.start && d.kind != draft.kind;
    for rival in drafts[from..to].iter().filter(same) {
        let other: &str = &frames.kinds[rival.kind].name;
        let firm = if frames.triggers[rival.rule].loose {
            "loose rival"
        } else {
            "firm rival"
        };
        bag.add(&[firm, standing]);
        bag.add(&["kind", name, firm, other]);
    }
    bag
}

/// The phrases around: heads of words that are subject and object, labels of the nearest names.
fn around(court: &Court<'_, '_, '_>, bag: &mut Bag, draft: &Draft, name: &str) {
    let scene = court.scene;
    let tokens = scene.layers.tokens;
    let voice = draft.voice.as_str();
    let sentence = tokens.sentence(court.sentence(draft.tokens.start));
    let direct = [
        ("subject", &draft.functions.subject),
        ("object", &draft.functions.object),
    ];
    for (function, range) in direct {
        let Some(at) = range
            .as_ref()
            .map(|r| r.start)
            .filter(|&at| at < tokens.len())
        else {
            continue;
        };
        bag.add(&[function, tokens.stem(at)]);
        bag.add(&["kind", name, function, tokens.stem(at)]);
        if let Some([coarse, fine]) = court.clusters(at) {
            bag.add(&[function, &coarse, voice]);
            bag.add(&["kind", name, function, &coarse]);
            bag.add(&[function, &fine]);
        }
    }
    let left = scene
        .groups_in(&(sentence.start..draft.tokens.start))
        .next_back();
    let right = scene.groups_in(&(draft.tokens.end..sentence.end)).next();
    for (side, group) in [("left", left), ("right", right)] {
        let Some(group) = group.map(|g| &scene.groups[g]) else {
            bag.add(&["nobody", side]);
            bag.add(&["kind", name, "nobody", side]);
            continue;
        };
        let label = scene.atoms[group.heads[0]].label;
        let gap = if side == "left" {
            draft.tokens.start.saturating_sub(group.tokens.end)
        } else {
            group.start.saturating_sub(draft.tokens.end)
        };
        bag.add(&["nearest", side, label, bucket(gap)]);
        bag.add(&["kind", name, "nearest", side, label]);
    }
}

/// The words around, and how the sentence looks.
fn neighbours(court: &Court<'_, '_, '_>, bag: &mut Bag, draft: &Draft, from: usize, to: usize) {
    let tokens = court.scene.layers.tokens;
    let class = |at: usize| class(court, at);
    let (start, end) = (draft.tokens.start, draft.tokens.end);
    let voice = draft.voice.as_str();
    if start > from {
        bag.add(&["prev", tokens.lower(start - 1)]);
        bag.add(&["prev class", class(start - 1), voice]);
    } else {
        bag.add(&["first"]);
    }
    if start > from + 1 {
        bag.add(&["prev class 2", class(start - 2), class(start - 1)]);
    }
    if end < to {
        bag.add(&["next", tokens.lower(end)]);
        bag.add(&["next class", class(end), voice]);
    }
    let near = [
        ("c-1", start.checked_sub(1)),
        ("c-2", start.checked_sub(2)),
        ("c+1", Some(end)),
        ("c+2", Some(end + 1)),
    ];
    for (where_, at) in near {
        let Some(at) = at.filter(|at| (from..to).contains(at)) else {
            continue;
        };
        if let Some([coarse, fine]) = court.clusters(at) {
            bag.add(&[where_, &coarse]);
            bag.add(&[where_, &coarse, voice]);
            bag.add(&[where_, &fine]);
        }
    }
    let capital = |at: usize| tokens.get(at).is_some_and(|t| t.capital);
    if capital(start) && start > from {
        bag.add(&["capital"]);
    }
    // a headline glued into the text: most words have a capital
    let near = from.max(start.saturating_sub(5))..to.min(end + 5);
    let capitals = near.clone().filter(|&at| capital(at)).count();
    if 3 * capitals > 2 * near.len() {
        bag.add(&["headline"]);
    }
}

/// What stands at a token: the label of an annotated thing, or the class of the word.
pub(super) fn class(court: &Court<'_, '_, '_>, at: usize) -> &'static str {
    use crate::event::words::Class;
    let scene = court.scene;
    if let Some(group) = scene.group_at(at) {
        return scene.atoms[scene.groups[group].heads[0]].label;
    }
    match scene.classes.get(at) {
        Some(Class::Preposition(_)) => "preposition",
        Some(Class::Conjunction) => "conjunction",
        Some(Class::Relative) => "relative",
        Some(Class::Subordinate) => "subordinate",
        Some(Class::Auxiliary) => "auxiliary",
        Some(Class::Speech) => "speech",
        Some(Class::Verb) => "verb",
        Some(Class::Passive) => "passive",
        Some(Class::Noun) => "noun",
        Some(Class::Name) => "name",
        Some(Class::Number) => "number",
        Some(Class::Comma) => "comma",
        Some(Class::Bracket) => "bracket",
        Some(Class::Quote) => "quote",
        Some(Class::Stop) | None => "stop",
    }
}
