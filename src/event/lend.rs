//! What events lend each other: roles within a family, time and place within an incident.

use super::frames::{Borrow, Frames};
use super::merge::{Cluster, MOST};
use super::phrase::SlotMatch;
use super::scene::{Scene, Thing};
use super::{Filled, Filler, argument};

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
    for index in 0..clusters.len() {
        let kind = &frames.kinds[clusters[index].kind];
        for &role in &kind.share {
            if lacks(&clusters[index], role) {
                let lent = lender(frames, clusters, index, &kind.roles[role].name);
                clusters[index].take(lent.into_iter().map(|filler| Filled { role, filler }));
            }
        }
        for &role in &kind.seek {
            let name = &*kind.roles[role].name;
            // a phrase that a frame asks for, or else any
            let used = |s: &&SlotMatch| frames.frames.iter().any(|f| f.slots.contains(&s.slot));
            let mut named = slots.iter().filter(|s| frames.slots[s.slot].role == name);
            let first = named.clone().find(used).or_else(|| named.next());
            if let Some(first) = first.filter(|_| lacks(&clusters[index], role)) {
                let filler = Filler::Phrase(first.fill.clone());
                clusters[index].filled.push(Filled { role, filler });
            }
        }
        argument::relate(scene, kind, &mut clusters[index].filled);
    }
    for index in 0..clusters.len() {
        let kind = &frames.kinds[clusters[index].kind];
        let mut lent: Vec<Filled> = Vec::new();
        for borrow in &kind.borrow {
            if lacks(&clusters[index], borrow.role) {
                for filler in borrowed(clusters, index, borrow) {
                    let new = Filled {
                        role: borrow.role,
                        filler,
                    };
                    let phrase =
                        borrow.their.is_none() && lent.iter().any(|f| f.role == borrow.role);
                    if !phrase && !lent.contains(&new) {
                        lent.push(new);
                    }
                }
            }
        }
        clusters[index].take(lent);
    }
}

fn lacks(cluster: &Cluster, role: usize) -> bool {
    !cluster.filled.iter().any(|f| f.role == role)
}

/// The least distance in tokens between mentions of two events.
fn distance(a: &Cluster, b: &Cluster) -> usize {
    let mut least = usize::MAX;
    let (mut i, mut j) = (0, 0);
    while let (Some(x), Some(y)) = (a.drafts.get(i), b.drafts.get(j)) {
        least = least.min(x.tokens.start.abs_diff(y.tokens.start));
        if x.tokens.start < y.tokens.start {
            i += 1
        } else {
            j += 1
        }
    }
    least
}

fn window(clusters: &[Cluster], index: usize) -> std::ops::Range<usize> {
    index.saturating_sub(MOST)..clusters.len().min(index + MOST)
}

/// Time and place of an incident go to the events that are part of it.
fn incidents(frames: &Frames, clusters: &mut [Cluster]) {
    for index in 0..clusters.len() {
        if !frames.kinds[clusters[index].kind].incident {
            continue;
        }
        let nearest = |has: &dyn Fn(&Cluster) -> bool| {
            window(clusters, index)
                .filter(|&other| other != index && frames.kinds[clusters[other].kind].incident)
                .filter(|&other| has(&clusters[other]))
                .map(|other| (distance(&clusters[index], &clusters[other]), other))
                .filter(|(distance, _)| *distance < INCIDENT)
                .min()
        };
        if clusters[index].moment.is_empty()
            && let Some((_, other)) = nearest(&|c| !c.moment.is_empty())
        {
            clusters[index].moment = clusters[other].moment.clone();
        }
        let nearest = |has: &dyn Fn(&Cluster) -> bool| {
            window(clusters, index)
                .filter(|&other| other != index && frames.kinds[clusters[other].kind].incident)
                .filter(|&other| has(&clusters[other]))
                .map(|other| (distance(&clusters[index], &clusters[other]), other))
                .filter(|(distance, _)| *distance < INCIDENT)
                .min()
        };
        if clusters[index].place.is_none()
            && let Some((_, other)) = nearest(&|c| c.place.is_some())
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

/// What the nearest events of the lender's type within the incident have.
fn borrowed(clusters: &[Cluster], index: usize, borrow: &Borrow) -> Vec<Filler> {
    let near = window(clusters, index)
        .filter(|&other| other != index && clusters[other].kind == borrow.from)
        .map(|other| (distance(&clusters[index], &clusters[other]), other))
        .filter(|(distance, _)| *distance < INCIDENT);
    match borrow.their {
        Some(role) => near
            .filter(|(_, other)| {
                // each lends to the nearest of the borrower's type only
                let own = distance(&clusters[index], &clusters[*other]);
                let rivals = window(clusters, *other).filter(|&rival| {
                    rival != index && clusters[rival].kind == clusters[index].kind
                });
                rivals
                    .into_iter()
                    .all(|rival| distance(&clusters[rival], &clusters[*other]) >= own)
            })
            .flat_map(|(_, other)| fillers(&clusters[other], role))
            .collect(),
        None => near
            .min()
            .map(|(_, other)| Filler::Phrase(clusters[other].drafts[0].tokens.clone()))
            .into_iter()
            .collect(),
    }
}
