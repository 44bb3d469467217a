//! Who fills which role: everything near a mention that the role takes is a candidate.

mod features;
mod phrases;

use super::bag::{Bag, bucket};
use super::mention::class;
use super::{Court, Judge, Question, Stage, filling, leaders};
use crate::event::merge::{Cluster, FILLERS};
use crate::event::scene::{Governor, Thing};
use crate::event::words::Class;
use crate::event::{Draft, Filled, Filler, argument, phrase, when};
use rustc_hash::FxHashMap;
use std::ops::Range;

pub(in crate::event) use phrases::chunks;

/// A possible filler of a role of one event.
struct Candidate {
    role: usize,
    filler: Filler,
    /// What proposes it, and in which mention.
    sources: Vec<(&'static str, usize)>,
    /// Slot that gave the phrase.
    slot: Option<usize>,
    /// The mention that it stands nearest to, where it stands, and how far.
    near: Option<(usize, Range<usize>, usize)>,
    /// The atom there.
    atom: Option<usize>,
}

/// Candidates of one event by role and filler.
#[derive(Default)]
struct Candidates {
    list: Vec<Candidate>,
    things: FxHashMap<(usize, Thing), usize>,
    phrases: FxHashMap<(usize, usize, usize), usize>,
}

impl Candidates {
    fn at(&mut self, role: usize, filler: &Filler) -> &mut Candidate {
        let next = self.list.len();
        let index = match filler {
            Filler::Thing(thing) => *self.things.entry((role, *thing)).or_insert(next),
            Filler::Phrase(range) => *self
                .phrases
                .entry((role, range.start, range.end))
                .or_insert(next),
        };
        if index == next {
            self.list.push(Candidate {
                role,
                filler: filler.clone(),
                sources: Vec::new(),
                slot: None,
                near: None,
                atom: None,
            });
        }
        &mut self.list[index]
    }
}

impl Candidate {
    fn propose(&mut self, source: &'static str, draft: usize) {
        if !self.sources.contains(&(source, draft)) {
            self.sources.push((source, draft));
        }
    }

    fn stands(&mut self, draft: usize, range: Range<usize>, cost: usize, atom: Option<usize>) {
        let mut sources = self.sources.iter();
        let loose = |source: &str| matches!(source, "chunk words" | "long words");
        let proposed = sources.any(|(source, d)| *d == draft && !loose(source));
        let cost = cost.saturating_sub(if proposed { 10 } else { 0 });
        if self.near.as_ref().is_none_or(|(.., least)| cost < *least) {
            self.near = Some((draft, range, cost));
            self.atom = atom;
        }
    }
}

/// The judged arguments of all events; none where the judge cannot tell yet.
pub(super) fn all(
    court: &Court<'_, '_, '_>,
    judge: &mut Judge<'_>,
    clusters: &[Cluster],
) -> Vec<Option<Vec<Filled>>> {
    let story = Story::new(court, clusters);
    let numbered = clusters.iter().enumerate();
    numbered
        .map(|(index, cluster)| one(court, judge, &story, index, cluster))
        .collect()
}

/// What all events of the article say together: who has which role, and who is named most.
struct Story<'n> {
    /// Events that give a role, by its name, to a thing: family and number of each.
    roles: FxHashMap<(&'n str, Thing), Vec<(usize, usize)>>,
    /// Of each entity, how many of its label are named more often.
    ranks: Vec<usize>,
}

impl<'n> Story<'n> {
    fn new(court: &Court<'n, '_, '_>, clusters: &[Cluster]) -> Self {
        let kinds = &court.finder.frames.kinds;
        let mut roles: FxHashMap<(&str, Thing), Vec<(usize, usize)>> = FxHashMap::default();
        for (number, cluster) in clusters.iter().enumerate() {
            let kind = &kinds[cluster.kind];
            for filled in &cluster.filled {
                if let Filler::Thing(thing) = filled.filler {
                    let name: &str = &kind.roles[filled.role].name;
                    let known = roles.entry((name, thing)).or_default();
                    if !known.contains(&(kind.family, number)) {
                        known.push((kind.family, number));
                    }
                }
            }
        }
        let entities = court.scene.layers.entities;
        let mut order: Vec<usize> = (0..entities.len()).collect();
        order.sort_by_key(|&e| {
            (
                entities[e].label,
                std::cmp::Reverse(entities[e].mentions.len()),
                e,
            )
        });
        let mut ranks = vec![0; entities.len()];
        for pair in order.windows(2) {
            if entities[pair[0]].label == entities[pair[1]].label {
                ranks[pair[1]] = ranks[pair[0]] + 1;
            }
        }
        Self { roles, ranks }
    }

    /// How many other events, of the family and of any, give the role to the thing.
    fn others(&self, role: &str, thing: Thing, family: usize, index: usize) -> (usize, usize) {
        let known = self.roles.get(&(role, thing)).map_or(&[][..], |list| list);
        let others = || known.iter().filter(|(_, number)| *number != index);
        (
            others().filter(|(f, _)| *f == family).count(),
            others().count(),
        )
    }
}

fn one(
    court: &Court<'_, '_, '_>,
    judge: &mut Judge<'_>,
    story: &Story<'_>,
    index: usize,
    cluster: &Cluster,
) -> Option<Vec<Filled>> {
    let kind = &court.finder.frames.kinds[cluster.kind];
    let candidates = candidates(court, story, cluster);
    let ranks = ranks(&candidates);
    let mut judged = Vec::with_capacity(candidates.len());
    let mut known = true;
    for (candidate, rank) in candidates.iter().zip(ranks) {
        let mut bag = features::bag(court, judge.bag(), cluster, &candidates, candidate, rank);
        if let Filler::Thing(thing) = candidate.filler {
            told(court, &mut bag, story, (index, cluster), (candidate, thing));
        }
        let question = || {
            let role = kind.roles[candidate.role].name.clone();
            Question::Argument(index, role, filling(court, &candidate.filler))
        };
        match judge.ask(Stage::Argument, bag, question) {
            Some(belief) => judged.push((belief, candidate)),
            None => known = false,
        }
    }
    known.then(|| choose(court, judge, cluster, judged))
}

/// The probable fillers; who has one role does not get another, and phrases do not overlap.
fn choose(
    court: &Court<'_, '_, '_>,
    judge: &Judge<'_>,
    cluster: &Cluster,
    mut judged: Vec<(f32, &Candidate)>,
) -> Vec<Filled> {
    let kind = &court.finder.frames.kinds[cluster.kind];
    judged.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut kept: Vec<Filled> = Vec::new();
    let mut pool = 0;
    for (belief, candidate) in judged {
        let threshold = judge.threshold(Stage::Argument);
        let threshold = match proposed(candidate) {
            true => threshold,
            // what no rule proposes must be surer
            false => threshold.max(UNPROPOSED),
        };
        if belief < threshold || kept.len() >= FILLERS {
            continue;
        }
        let taken = kept.iter().any(|f| match (&f.filler, &candidate.filler) {
            (Filler::Phrase(a), Filler::Phrase(b)) => {
                f.role == candidate.role || (a.start < b.end && b.start < a.end)
            }
            (a, b) => a == b,
        });
        let pooled = kind.pool.contains(&candidate.role);
        if taken || (pooled && pool >= kind.pool_most) {
            continue;
        }
        pool += usize::from(pooled);
        let source = candidate.sources.first().map_or("near", |(s, _)| *s);
        kept.push(Filled {
            role: candidate.role,
            filler: candidate.filler.clone(),
            source,
            belief: Some(belief),
        });
    }
    kept
}

/// What the rest of the article says of the candidate.
fn told(
    court: &Court<'_, '_, '_>,
    bag: &mut Bag,
    story: &Story<'_>,
    (index, cluster): (usize, &Cluster),
    (candidate, thing): (&Candidate, Thing),
) {
    let kind = &court.finder.frames.kinds[cluster.kind];
    let role: &str = &kind.roles[candidate.role].name;
    let (family, any) = story.others(role, thing, kind.family, index);
    let open = match cluster.filled.iter().any(|f| f.role == candidate.role) {
        true if proposed(candidate) => "ours",
        true => "taken",
        false => "open",
    };
    bag.add(&["told", bucket(any.min(3)), open]);
    bag.add(&["told in family", bucket(family.min(3)), open]);
    bag.add(&[role, "told in family", bucket(family.min(2)), open]);
    if let Thing::Entity(entity) = thing {
        let rank = bucket(story.ranks[entity].min(3));
        let label = court.scene.layers.entities[entity].label.as_str();
        bag.add(&["renown", label, rank, open]);
        bag.add(&[role, "renown", label, rank, open]);
        bag.add(&["kind", &kind.name, role, "renown", rank, open]);
    }
}

fn candidates(court: &Court<'_, '_, '_>, story: &Story<'_>, cluster: &Cluster) -> Vec<Candidate> {
    let (scene, frames) = (court.scene, &court.finder.frames);
    let kind = &frames.kinds[cluster.kind];
    let mut found = Candidates::default();
    let leaders = leaders(cluster);
    for &number in &leaders {
        let draft = &cluster.drafts[number];
        for filled in &draft.filled {
            found
                .at(filled.role, &filled.filler)
                .propose(filled.source, number);
        }
    }
    for filled in &cluster.filled {
        let candidate = found.at(filled.role, &filled.filler);
        if candidate.sources.is_empty() {
            candidate.propose(filled.source, usize::MAX);
        }
    }
    let persons: Vec<usize> = (cluster.filled.iter())
        .filter_map(|f| match f.filler {
            Filler::Thing(Thing::Entity(entity)) => Some(entity),
            _ => None,
        })
        .collect();
    for post in persons
        .iter()
        .filter_map(|p| scene.posts.get(p))
        .flatten()
        .take(FILLERS)
    {
        let label = scene.layers.entities[*post].label.as_str();
        for (role, spec) in kind.roles.iter().enumerate() {
            if spec.accepts(label) && !spec.accepts("PER") {
                let filler = Filler::Thing(Thing::Entity(*post));
                found.at(role, &filler).propose("post", usize::MAX);
            }
        }
    }
    // who has the role in other events of the family
    for (role, spec) in kind.roles.iter().enumerate() {
        let name: &str = &spec.name;
        let mut known: Vec<Thing> = (story.roles.iter())
            .filter(|((other, _), list)| {
                *other == name && list.iter().any(|(family, _)| *family == kind.family)
            })
            .map(|((_, thing), _)| *thing)
            .filter(|thing| match thing {
                Thing::Entity(e) => spec.accepts(scene.layers.entities[*e].label.as_str()),
                _ => false,
            })
            .collect();
        known.sort_by_key(|thing| match thing {
            Thing::Entity(e) => *e,
            _ => usize::MAX,
        });
        for thing in known.into_iter().take(FAMILY) {
            found.at(role, &Filler::Thing(thing));
        }
    }
    phrases::sought(court, &mut found, kind);
    for &number in &leaders {
        let draft = &cluster.drafts[number];
        let window = court.window(draft);
        let distance =
            |range: &Range<usize>| when::cost(scene, &court.verbs, &draft.tokens, range, false);
        for group in scene.groups_in(&window) {
            let group = &scene.groups[group];
            for &at in group.heads.iter().chain(&group.modifiers) {
                let atom = &scene.atoms[at];
                for role in 0..kind.roles.len() {
                    if let Some(thing) = argument::filler(scene, kind, role, atom) {
                        let cost = distance(&atom.tokens);
                        found.at(role, &Filler::Thing(thing)).stands(
                            number,
                            atom.tokens.clone(),
                            cost,
                            Some(at),
                        );
                    }
                }
            }
        }
        let from = court.slots.partition_point(|s| s.start < window.start);
        let to = court.slots.partition_point(|s| s.start < window.end);
        for slot in &court.slots[from..to.max(from)] {
            let Some(role) = kind.role(&frames.slots[slot.slot].role) else {
                continue;
            };
            let overlaps = slot.fill.start < draft.tokens.end && draft.tokens.start < slot.fill.end;
            if overlaps {
                continue;
            }
            let filler = argument::label_or_phrase(scene, kind, role, &slot.fill);
            let candidate = found.at(role, &filler);
            candidate.slot = candidate.slot.or(Some(slot.slot));
            candidate.stands(number, slot.fill.clone(), distance(&slot.fill), None);
        }
        let direct = [
            ("subject words", &draft.functions.subject),
            ("object words", &draft.functions.object),
        ];
        for (source, range) in direct {
            let Some(range) = range else { continue };
            let range = phrase::tidy(scene, range);
            let range = range.start..range.end.min(range.start + 12);
            let wordless = |at| !matches!(scene.classes[at], Class::Noun | Class::Name);
            if range.is_empty() || range.clone().all(wordless) {
                continue;
            }
            for (role, spec) in kind.roles.iter().enumerate() {
                if spec.phrase {
                    let filler = argument::label_or_phrase(scene, kind, role, &range);
                    let candidate = found.at(role, &filler);
                    candidate.propose(source, number);
                    candidate.stands(number, range.clone(), distance(&range), None);
                }
            }
        }
        phrases::around(court, &mut found, kind, (number, draft));
        for filled in &draft.filled {
            if let Filler::Phrase(range) = &filled.filler {
                let cost = distance(range);
                found
                    .at(filled.role, &filled.filler)
                    .stands(number, range.clone(), cost, None);
            }
        }
    }
    found.list
}

/// Whether a rule gives it the role.
fn proposed(candidate: &Candidate) -> bool {
    let mut sources = candidate.sources.iter();
    sources.any(|(source, _)| !source.ends_with(" words") && *source != "post")
}

/// Fillers taken from other events of the family.
const FAMILY: usize = 12;

/// Below this nothing fills a role that no rule gave it.
const UNPROPOSED: f32 = 0.35;

/// For each candidate, how many of its role stand nearer.
fn ranks(candidates: &[Candidate]) -> Vec<usize> {
    let cost = |c: &Candidate| c.near.as_ref().map_or(usize::MAX, |(.., cost)| *cost);
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by_key(|&i| (candidates[i].role, cost(&candidates[i]), i));
    let mut ranks = vec![0; candidates.len()];
    let (mut role, mut rank) = (usize::MAX, 0);
    for index in order {
        if candidates[index].role != role {
            (role, rank) = (candidates[index].role, 0);
        }
        ranks[index] = rank;
        rank += 1;
    }
    ranks
}
