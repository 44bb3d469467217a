//! What events lend each other: roles within a family, time and place within an incident.

use super::frames::{Borrow, Frames};
use super::merge::Cluster;
use super::phrase::SlotMatch;
use super::scene::{Scene, Thing};
use super::words::Class;
use super::{Filled, Filler, argument, when};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Farther apart than this in tokens, two events are not taken for one incident.
const INCIDENT: usize = 150;

/// Fills what the sentences of an event leave open from other events, then from the article.
pub(super) fn lend(
    frames: &Frames,
    scene: &Scene<'_, '_>,
    clusters: &mut [Cluster],
    slots: &[SlotMatch],
) {
    incidents(frames, clusters);
    if let Some(day) = opening(scene) {
        for cluster in clusters.iter_mut() {
            let first = &cluster.drafts[0];
            let early = scene.layers.tokens.sentence_of(first.tokens.start) < LEAD;
            if frames.kinds[cluster.kind].lead && early && cluster.moment.is_empty() && first.real()
            {
                cluster.moment.at = Some(day);
            }
        }
    }
    // of each role the first phrase that a frame asks for, or else any
    let mut first: FxHashMap<&str, (bool, Range<usize>)> = FxHashMap::default();
    for slot in slots {
        let asked = frames.asked[slot.slot];
        let entry = first.entry(&frames.slots[slot.slot].role);
        let known = entry.or_insert_with(|| (asked, slot.fill.clone()));
        if asked && !known.0 {
            *known = (true, slot.fill.clone());
        }
    }
    let homes = homes(frames, clusters);
    for index in 0..clusters.len() {
        let kind = &frames.kinds[clusters[index].kind];
        for &role in &kind.share {
            if lacks(&clusters[index], role) {
                let lent = lender(frames, clusters, index, &kind.roles[role].name);
                clusters[index].take(
                    lent.into_iter()
                        .map(|filler| Filled::new(role, filler, "share")),
                );
            }
        }
        for &role in &kind.seek {
            let first = first.get(&*kind.roles[role].name);
            if let Some((_, fill)) = first.filter(|_| lacks(&clusters[index], role)) {
                let filler = Filler::Phrase(fill.clone());
                clusters[index]
                    .filled
                    .push(Filled::new(role, filler, "seek"));
            }
        }
        argument::relate(scene, kind, &mut clusters[index].filled);
    }
    for index in 0..clusters.len() {
        let kind = &frames.kinds[clusters[index].kind];
        let mut lent: Vec<Filled> = Vec::new();
        for borrow in &kind.borrow {
            if lacks(&clusters[index], borrow.role) {
                for filler in borrowed(clusters, &homes, index, borrow) {
                    let new = Filled::new(borrow.role, filler, "borrow");
                    let phrase =
                        borrow.their.is_none() && lent.iter().any(|f| f.role == borrow.role);
                    if !phrase && !lent.iter().any(|f| f.same(&new)) {
                        lent.push(new);
                    }
                }
            }
        }
        clusters[index].take(lent);
    }
}

/// Sentences of the lead, and those in which the day of the news is looked for.
const LEAD: usize = 3;
const OPENING: usize = 5;
/// Tokens from a verb of speech to the day of the statement.
const SPOKEN: usize = 15;

/// The first day that the article names.
pub(super) fn opening(scene: &Scene<'_, '_>) -> Option<usize> {
    let tokens = scene.layers.tokens;
    let ends = scene
        .groups
        .iter()
        .take_while(|g| tokens.sentence_of(g.start) < OPENING);
    // the day of a statement is not the day of what it tells
    let told = |group: &&super::scene::Group| {
        let from = group.start.saturating_sub(SPOKEN);
        !scene.classes[from..group.start].contains(&Class::Speech)
    };
    let days = ends
        .filter(told)
        .filter_map(|group| match scene.atoms[group.heads[0]].thing {
            Thing::Time(time) => Some(time),
            _ => None,
        });
    days.into_iter().find(|&time| {
        let day = scene.layers.times[time].value.as_str().len() >= "2024-01-01".len();
        day && when::dated(scene, time)
    })
}

fn lacks(cluster: &Cluster, role: usize) -> bool {
    !cluster.filled.iter().any(|f| f.role == role)
}

/// The least distance in tokens between mentions of two events.
fn distance(a: &Cluster, b: &Cluster) -> usize {
    let (few, many) = if a.drafts.len() <= b.drafts.len() {
        (a, b)
    } else {
        (b, a)
    };
    let nearest = |at: usize| {
        let right = many.drafts.partition_point(|d| d.tokens.start < at);
        let sides = [right.checked_sub(1), Some(right)].into_iter().flatten();
        let near = sides.filter_map(|side| many.drafts.get(side));
        near.map(|d| d.tokens.start.abs_diff(at))
            .min()
            .unwrap_or(usize::MAX)
    };
    let starts = few
        .drafts
        .iter()
        .take(MENTIONS)
        .map(|d| nearest(d.tokens.start));
    starts.min().unwrap_or(usize::MAX)
}

/// Mentions of an event that are compared, and events on each side: both keep long texts linear.
const MENTIONS: usize = 40;
const NEAR: usize = 20;

fn window(clusters: &[Cluster], index: usize) -> std::ops::Range<usize> {
    index.saturating_sub(NEAR)..clusters.len().min(index + NEAR)
}

/// The incident nearest to the one at `index` that `has` what is looked for, with its distance.
fn nearest_incident(
    frames: &Frames,
    clusters: &[Cluster],
    index: usize,
    has: impl Fn(&Cluster) -> bool,
) -> Option<(usize, usize)> {
    window(clusters, index)
        .filter(|&other| other != index && frames.kinds[clusters[other].kind].incident)
        .filter(|&other| has(&clusters[other]))
        .map(|other| (distance(&clusters[index], &clusters[other]), other))
        .filter(|(distance, _)| *distance < INCIDENT)
        .min()
}

/// Time and place of an incident go to the events that are part of it.
fn incidents(frames: &Frames, clusters: &mut [Cluster]) {
    for index in 0..clusters.len() {
        if !frames.kinds[clusters[index].kind].incident {
            continue;
        }
        if clusters[index].moment.is_empty()
            && let Some((_, other)) =
                nearest_incident(frames, clusters, index, |c| !c.moment.is_empty())
        {
            clusters[index].moment = clusters[other].moment.clone();
        }
        if clusters[index].place.is_none()
            && let Some((_, other)) =
                nearest_incident(frames, clusters, index, |c| c.place.is_some())
        {
            clusters[index].place = clusters[other].place.clone();
        }
    }
}

/// The fillers of a role in the event of the family that is nearest in people, then in place.
fn lender(frames: &Frames, clusters: &[Cluster], index: usize, name: &str) -> Vec<Filler> {
    let own = &clusters[index];
    let family = frames.kinds[own.kind].family;
    let mine = people(own);
    let best = window(clusters, index)
        .filter(|&other| other != index && frames.kinds[clusters[other].kind].family == family)
        .filter_map(|other| {
            let role = frames.kinds[clusters[other].kind].role(name)?;
            let fillers = fillers(&clusters[other], role);
            if fillers.is_empty() {
                return None;
            }
            let common = people(&clusters[other])
                .iter()
                .any(|thing| mine.contains(thing));
            Some((!common, distance(own, &clusters[other]), fillers))
        })
        .min_by_key(|(stranger, distance, _)| (*stranger, *distance));
    best.filter(|(stranger, ..)| !stranger || mine.is_empty())
        .map(|(.., fillers)| fillers)
        .unwrap_or_default()
}

fn fillers(cluster: &Cluster, role: usize) -> Vec<Filler> {
    let own = cluster.filled.iter().filter(|f| f.role == role);
    own.map(|f| f.filler.clone()).collect()
}

fn people(cluster: &Cluster) -> Vec<Thing> {
    let things = cluster.filled.iter().filter_map(|f| match f.filler {
        Filler::Thing(thing) => Some(thing),
        Filler::Phrase(_) => None,
    });
    things.collect()
}

/// For each event and each type that borrows from its type, the nearest event of that type.
fn homes(frames: &Frames, clusters: &[Cluster]) -> Vec<Vec<(usize, usize)>> {
    let home = |index: usize| {
        let lender = clusters[index].kind;
        let mut nearest: Vec<(usize, usize, usize)> = Vec::new();
        for other in window(clusters, index) {
            let kind = clusters[other].kind;
            if other == index || !frames.kinds[kind].borrow.iter().any(|b| b.from == lender) {
                continue;
            }
            let distance = distance(&clusters[index], &clusters[other]);
            match nearest.iter_mut().find(|(known, ..)| *known == kind) {
                Some(best) if best.1 > distance => *best = (kind, distance, other),
                Some(_) => {}
                None => nearest.push((kind, distance, other)),
            }
        }
        nearest.retain(|(_, distance, _)| *distance < INCIDENT);
        nearest
            .into_iter()
            .map(|(kind, _, other)| (kind, other))
            .collect()
    };
    (0..clusters.len()).map(home).collect()
}

/// What the events of the lender's type within the incident have.
fn borrowed(
    clusters: &[Cluster],
    homes: &[Vec<(usize, usize)>],
    index: usize,
    borrow: &Borrow,
) -> Vec<Filler> {
    let lenders = window(clusters, index)
        .filter(|&other| other != index && clusters[other].kind == borrow.from);
    match borrow.their {
        // each lends to the nearest of the borrower's type only
        Some(role) => lenders
            .filter(|&other| homes[other].contains(&(clusters[index].kind, index)))
            .flat_map(|other| fillers(&clusters[other], role))
            .collect(),
        None => lenders
            .map(|other| (distance(&clusters[index], &clusters[other]), other))
            .filter(|(distance, _)| *distance < INCIDENT)
            .min()
            .map(|(_, other)| Filler::Phrase(clusters[other].drafts[0].tokens.clone()))
            .into_iter()
            .collect(),
    }
}
