//! What the judge sees of a filler that is proposed for a role.

use super::*;

pub(super) fn bag(
    court: &Court<'_, '_, '_>,
    mut bag: Bag,
    cluster: &Cluster,
    all: &[Candidate],
    candidate: &Candidate,
    rank: usize,
) -> Bag {
    let (scene, frames) = (court.scene, &court.finder.frames);
    let kind = &frames.kinds[cluster.kind];
    let (name, role): (&str, &str) = (&kind.name, &kind.roles[candidate.role].name);
    bag.add(&[role]);
    bag.add(&["kind", name, role]);
    for &(source, number) in &candidate.sources {
        bag.add(&["source", source]);
        bag.add(&[role, "source", source]);
        bag.add(&["kind", name, role, "source", source]);
        if let Some(draft) = cluster.drafts.get(number) {
            let rule: &str = &frames.triggers[draft.rule].id;
            bag.add(&["source", source, draft.voice.as_str()]);
            bag.add(&[role, "source", source, draft.voice.as_str()]);
            bag.add(&["rule", rule, role, "source", source]);
            bag.add(&[
                "source",
                source,
                if draft.strong { "strong" } else { "weak" },
            ]);
        }
    }
    let ours = proposed(candidate);
    if !ours {
        bag.add(&["unproposed"]);
        bag.add(&[role, "unproposed"]);
    }
    let count = candidate.sources.len();
    bag.add(&["sources", bucket(count)]);
    let mut rivals = 0;
    for other in all {
        if !proposed(other) || std::ptr::eq(other, candidate) {
            continue;
        }
        if other.role == candidate.role {
            rivals += 1;
        } else if other.filler == candidate.filler {
            let their: &str = &kind.roles[other.role].name;
            bag.add(&["elsewhere", if ours { "both" } else { "other" }]);
            bag.add(&[role, "elsewhere", their]);
        }
    }
    let standing = if ours { "ours" } else { "not ours" };
    bag.add(&["rivals", bucket(rivals), standing]);
    bag.add(&[role, "rivals", bucket(rivals.min(2)), standing]);
    bag.add(&["rank", bucket(rank), standing]);
    bag.add(&[role, "rank", bucket(rank.min(3)), standing]);
    let same = all.iter().filter(|c| c.role == candidate.role).count();
    bag.add(&["choices", bucket(same), standing]);
    match &candidate.filler {
        Filler::Phrase(range) => {
            let tokens = scene.layers.tokens;
            bag.add(&[role, "phrase"]);
            bag.add(&[role, "words", bucket(range.len())]);
            bag.add(&[role, "opens", tokens.stem(range.start)]);
            if let Some([coarse, fine]) = court.clusters(range.start) {
                bag.add(&[role, "opens", &coarse]);
                bag.add(&["kind", name, role, "opens", &coarse]);
                bag.add(&[role, "opens", &fine]);
            }
            if let Some(before) = range.start.checked_sub(1) {
                bag.add(&[role, "behind", tokens.lower(before)]);
            }
            bag.add(&[role, "ahead of", class(court, range.end)]);
            if range.clone().any(|at| scene.group_at(at).is_some()) {
                bag.add(&[role, "names inside"]);
            }
        }
        Filler::Thing(thing) => thing_features(court, &mut bag, role, *thing),
    }
    if let Some(slot) = candidate.slot {
        let slot: &str = &frames.slots[slot].id;
        bag.add(&["slot", slot]);
        bag.add(&["kind", name, "slot", slot]);
    }
    match &candidate.near {
        Some((number, range, cost)) => {
            let draft = &cluster.drafts[*number];
            position(court, &mut bag, role, draft, range, *cost, standing);
            if let Some(atom) = candidate.atom {
                grammar(court, &mut bag, (name, role), draft, atom);
            }
        }
        None => {
            bag.add(&["far", standing]);
            bag.add(&[role, "far"]);
        }
    }
    bag
}

/// How often and where an entity stands in the article.
fn thing_features(court: &Court<'_, '_, '_>, bag: &mut Bag, role: &str, thing: Thing) {
    let layers = court.scene.layers;
    match thing {
        Thing::Entity(entity) => {
            let entity = &layers.entities[entity];
            bag.add(&[role, "label", entity.label.as_str()]);
            bag.add(&[role, "often", bucket(entity.mentions.len())]);
            bag.add(&["often", bucket(entity.mentions.len())]);
            let first = entity.mentions.first();
            let first = first.map(|m| court.sentence(layers.tokens.covered(m.span).start));
            if first == Some(0) {
                bag.add(&[role, "in the lead"]);
            }
        }
        Thing::Quantity(quantity) => {
            bag.add(&[role, "label", layers.quantities[quantity].kind.as_str()]);
        }
        Thing::Time(time) => bag.add(&[role, "label", layers.times[time].kind.as_str()]),
    }
}

/// Where it stands against the mention, and what lies between.
fn position(
    court: &Court<'_, '_, '_>,
    bag: &mut Bag,
    role: &str,
    draft: &Draft,
    range: &Range<usize>,
    cost: usize,
    standing: &str,
) {
    let scene = court.scene;
    let side = court.place(draft, range.start);
    let between = if range.start >= draft.tokens.end {
        draft.tokens.end..range.start
    } else {
        range.end.min(draft.tokens.start)..draft.tokens.start
    };
    let voice = draft.voice.as_str();
    bag.add(&["side", side, standing]);
    bag.add(&[role, "side", side]);
    bag.add(&[role, "side", side, voice]);
    bag.add(&["cost", bucket(cost), standing]);
    bag.add(&[role, "cost", bucket(cost)]);
    bag.add(&["distance", side, bucket(between.len())]);
    let (mut verbs, mut commas, mut clauses, mut quotes, mut names) = (0, 0, 0, 0, 0);
    for at in between.take(60) {
        match scene.classes[at] {
            _ if court.verbs[at] => verbs += 1,
            Class::Verb | Class::Passive => verbs += 1,
            Class::Comma => commas += 1,
            Class::Relative | Class::Subordinate | Class::Speech => clauses += 1,
            Class::Quote | Class::Stop => quotes += 1,
            Class::Name => names += 1,
            _ => {}
        }
    }
    path(court, bag, (role, voice), draft, range);
    for (what, count) in [
        ("verbs", verbs),
        ("commas", commas),
        ("clauses", clauses),
        ("quotes", quotes),
        ("names", names),
    ] {
        bag.add(&["between", what, bucket(count.min(3)), side]);
        if count > 0 {
            bag.add(&[role, "between", what]);
        }
    }
    if scene.quoted[range.start] != scene.quoted[draft.tokens.start] {
        bag.add(&[role, "quote edge"]);
    }
    if range.start > 0 && class(court, range.start - 1) == "preposition" {
        let word = scene.layers.tokens.lower(range.start - 1);
        bag.add(&[role, "after", word]);
    }
    bag.add(&["belief", bucket((draft.belief * 10.0) as usize), standing]);
}

/// What stands between, word class by word class, where that is little.
fn path(
    court: &Court<'_, '_, '_>,
    bag: &mut Bag,
    (role, voice): (&str, &str),
    draft: &Draft,
    range: &Range<usize>,
) {
    let (side, between) = if range.start >= draft.tokens.end {
        (">", draft.tokens.end..range.start)
    } else {
        ("<", range.end.min(draft.tokens.start)..draft.tokens.start)
    };
    if between.len() > 12 {
        return;
    }
    let mut steps = String::new();
    let mut last = "";
    let mut count = 0;
    for at in between.clone() {
        let step = class(court, at);
        if step != last {
            steps.push(' ');
            steps.push_str(step);
            count += 1;
        }
        last = step;
    }
    if count <= 5 {
        bag.add(&["path", side, &steps]);
        bag.add(&[role, "path", side, &steps]);
        bag.add(&[role, "path", side, voice, &steps]);
    }
    let tokens = court.scene.layers.tokens;
    if between.len() <= 2 {
        let mut words = String::new();
        for at in between {
            words.push(' ');
            words.push_str(tokens.lower(at));
        }
        bag.add(&[role, "gap", side, &words]);
    }
}

/// The noun phrase of an atom and its function for the mention.
fn grammar(
    court: &Court<'_, '_, '_>,
    bag: &mut Bag,
    (name, role): (&str, &str),
    draft: &Draft,
    at: usize,
) {
    let scene = court.scene;
    let tokens = scene.layers.tokens;
    let atom = &scene.atoms[at];
    let voice = draft.voice.as_str();
    if atom.anaphor {
        bag.add(&["anaphor"]);
        bag.add(&[role, "anaphor"]);
    }
    let Some(number) = scene.group_at(atom.tokens.start) else {
        return;
    };
    let group = &scene.groups[number];
    let part = if group.heads.contains(&at) {
        "head"
    } else {
        "modifier"
    };
    bag.add(&[part]);
    bag.add(&[role, part, atom.label]);
    if group.heads.len() > 1 {
        bag.add(&[role, "list"]);
    }
    if group.blocked {
        bag.add(&["blocked"]);
        bag.add(&[role, "blocked"]);
    }
    if group.start < group.tokens.start {
        bag.add(&[role, "noun", tokens.stem(group.tokens.start - 1)]);
        if let Some([coarse, fine]) = court.clusters(group.tokens.start - 1) {
            bag.add(&[role, "noun", &coarse]);
            bag.add(&[role, "noun", &fine]);
        }
    }
    let preposition = match group.governor {
        Governor::Preposition(_) => tokens.lower(group.start.saturating_sub(1)),
        Governor::None => "bare",
    };
    bag.add(&["governor", preposition]);
    bag.add(&[role, "governor", preposition]);
    bag.add(&["kind", name, role, "governor", preposition]);
    let function = draft.functions.groups.iter().find(|(_, g)| *g == number);
    let function = function.map_or("none", |(f, _)| f.as_str());
    bag.add(&["function", function, part]);
    bag.add(&[role, "function", function, voice, part]);
    bag.add(&["kind", name, role, "function", function, voice]);
    let before = group
        .start
        .checked_sub(1)
        .map_or("stop", |b| class(court, b));
    let after = class(court, group.tokens.end);
    bag.add(&[role, "before", before]);
    bag.add(&[role, "followed", after]);
    if before == "speech" || after == "speech" {
        bag.add(&["speaks"]);
        bag.add(&[role, "speaks"]);
    }
    let first = court.sentence(atom.tokens.start) == 0 && atom.tokens.start < 4;
    if first && atom.label == "LOC" {
        bag.add(&[role, "dateline"]);
    }
}
