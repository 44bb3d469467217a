//! Several mentions of one event become one, and events lend each other what they share.

use super::frames::{Frames, Kind};
use super::phrase::SlotMatch;
use super::scene::{Scene, Thing};
use super::when::Moment;
use super::{Draft, Filled, Filler};
use crate::schema::{Modality, Polarity};

/// Mentions that name one event.
#[derive(Clone, Debug)]
pub(super) struct Cluster {
    pub kind: usize,
    /// In order of position.
    pub drafts: Vec<Draft>,
    pub filled: Vec<Filled>,
    pub moment: Moment,
    pub place: Option<(Filler, usize)>,
}

impl Cluster {
    fn new(draft: Draft) -> Self {
        Self {
            kind: draft.kind,
            filled: draft.filled.clone(),
            moment: draft.moment.clone(),
            place: draft.place.clone(),
            drafts: vec![draft],
        }
    }

    fn add(&mut self, draft: Draft) {
        for filled in &draft.filled {
            // a phrase that names the same thing again adds nothing
            let phrase = matches!(filled.filler, Filler::Phrase(_));
            let known = self
                .filled
                .iter()
                .any(|f| f.role == filled.role && (phrase || f.filler == filled.filler));
            if !known {
                self.filled.push(filled.clone());
            }
        }
        if !draft.moment.is_empty()
            && (self.moment.is_empty() || draft.moment.cost < self.moment.cost)
        {
            self.moment = draft.moment.clone();
        }
        if let Some((_, cost)) = &draft.place
            && self.place.as_ref().is_none_or(|(_, least)| cost < least)
        {
            self.place = draft.place.clone();
        }
        let at = self
            .drafts
            .partition_point(|d| d.tokens.start < draft.tokens.start);
        self.drafts.insert(at, draft);
    }

    /// Polarity and modality: what most mentions say, the first of equals.
    pub(super) fn stance(&self) -> (Polarity, Modality) {
        let strong: Vec<_> = self.drafts.iter().filter(|d| d.strong).collect();
        let drafts = if strong.is_empty() {
            self.drafts.iter().collect()
        } else {
            strong
        };
        let negative = drafts
            .iter()
            .filter(|d| d.polarity == Polarity::Negative)
            .count();
        let polarity = if negative * 2 > drafts.len() {
            Polarity::Negative
        } else {
            Polarity::Positive
        };
        let mut best = (0, Modality::Asserted);
        for draft in &drafts {
            let count = drafts
                .iter()
                .filter(|d| d.modality == draft.modality)
                .count();
            if count > best.0 {
                best = (count, draft.modality);
            }
        }
        (polarity, best.1)
    }
}

/// Groups drafts into events.
pub(super) fn merge(frames: &Frames, scene: &Scene<'_, '_>, drafts: Vec<Draft>) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = Vec::new();
    let (strong, weak): (Vec<_>, Vec<_>) = drafts.into_iter().partition(|draft| draft.strong);
    for draft in strong {
        let kind = &frames.kinds[draft.kind];
        let fit = clusters
            .iter()
            .enumerate()
            .rev()
            .take(MOST)
            .filter(|(_, cluster)| cluster.kind == draft.kind)
            .filter_map(|(index, cluster)| Some((affinity(kind, scene, cluster, &draft)?, index)))
            .max();
        match fit {
            Some((_, index)) => clusters[index].add(draft),
            None => clusters.push(Cluster::new(draft)),
        }
    }
    for draft in weak {
        let at = draft.tokens.start;
        let kind = &frames.kinds[draft.kind];
        let fit = clusters
            .iter()
            .enumerate()
            .filter(|(_, cluster)| cluster.kind == draft.kind && draft.follows)
            .filter(|(_, cluster)| affinity(kind, scene, cluster, &draft).is_some())
            .min_by_key(|(_, cluster)| {
                let first = cluster.drafts.first().map_or(0, |d| d.tokens.start);
                // what was named before is meant rather than what comes later
                if first <= at {
                    at - first
                } else {
                    2 * (first - at)
                }
            })
            .map(|(index, _)| index);
        if let Some(index) = fit {
            clusters[index].add(draft);
        }
    }
    clusters.sort_by_key(|cluster| cluster.drafts.first().map_or(0, |d| d.tokens.start));
    clusters
}

/// Clusters that a mention is compared with; keeps long articles linear.
const MOST: usize = 60;

/// How well a draft fits a cluster: 2 for shared key fillers, 1 for nothing against it; none for a conflict.
fn affinity(kind: &Kind, scene: &Scene<'_, '_>, cluster: &Cluster, draft: &Draft) -> Option<u8> {
    let mut shared = false;
    let of = |filled: &[Filled], role: usize| -> Vec<Filler> {
        filled
            .iter()
            .filter(|f| f.role == role)
            .map(|f| f.filler.clone())
            .collect()
    };
    for &key in &kind.keys {
        let (a, b) = (of(&cluster.filled, key), of(&draft.filled, key));
        if a.is_empty() || b.is_empty() {
            continue;
        }
        if a.iter().any(|x| b.iter().any(|y| same(scene, x, y))) {
            shared = true;
        } else {
            return None;
        }
    }
    if !kind.pool.is_empty() {
        let pool = |filled: &[Filled]| -> Vec<Filler> {
            let inside = filled.iter().filter(|f| kind.pool.contains(&f.role));
            inside.map(|f| f.filler.clone()).collect()
        };
        let (a, b) = (pool(&cluster.filled), pool(&draft.filled));
        let new = b.iter().filter(|y| !a.contains(y)).count();
        if new > 0 && a.len() + new > kind.pool_most {
            return None;
        }
        shared |= new < b.len();
    }
    let (a, b) = (&cluster.moment, &draft.moment);
    if let (Some(x), Some(y)) = (a.at, b.at)
        && x != y
        && differ(scene, x, y)
        && a.cost < SURE
        && b.cost < SURE
    {
        return None;
    }
    Some(if shared { 2 } else { 1 })
}

/// Times nearer than this are taken to be the event's own.
const SURE: usize = 12;

/// Whether two times name days that cannot be the same.
fn differ(scene: &Scene<'_, '_>, a: usize, b: usize) -> bool {
    let times = scene.layers.times;
    let (a, b) = (times[a].value.as_str(), times[b].value.as_str());
    let dated =
        |value: &str| value.len() >= 4 && value.as_bytes()[..4].iter().all(u8::is_ascii_digit);
    dated(a) && dated(b) && !a.starts_with(b) && !b.starts_with(a)
}

/// Whether two fillers name the same; phrases by a common word.
pub(super) fn same(scene: &Scene<'_, '_>, a: &Filler, b: &Filler) -> bool {
    match (a, b) {
        (Filler::Phrase(a), Filler::Phrase(b)) => {
            let tokens = scene.layers.tokens;
            a.clone().any(|x| {
                tokens.lower(x).len() > 2
                    && b.clone()
                        .any(|y| tokens.get(x).map(|t| t.stem) == tokens.get(y).map(|t| t.stem))
            })
        }
        _ => a == b,
    }
}

/// Fills roles from other events of the family, then from the article.
pub(super) fn share(
    frames: &Frames,
    scene: &Scene<'_, '_>,
    clusters: &mut [Cluster],
    slots: &[SlotMatch],
) {
    for index in 0..clusters.len() {
        let kind = &frames.kinds[clusters[index].kind];
        for &role in &kind.share {
            if clusters[index].filled.iter().any(|f| f.role == role) {
                continue;
            }
            let name = &kind.roles[role].name;
            let lent = lender(frames, clusters, index, name);
            clusters[index]
                .filled
                .extend(lent.into_iter().map(|filler| Filled { role, filler }));
        }
        for &role in &kind.seek {
            if clusters[index].filled.iter().any(|f| f.role == role) {
                continue;
            }
            let name = &*kind.roles[role].name;
            let first = slots.iter().find(|s| frames.slots[s.slot].role == name);
            if let Some(first) = first {
                let filler = Filler::Phrase(first.fill.clone());
                clusters[index].filled.push(Filled { role, filler });
            }
        }
        super::argument::relate(scene, kind, &mut clusters[index].filled);
    }
}

/// The fillers of a role in the event of the family that is nearest in people, then in place.
fn lender(frames: &Frames, clusters: &[Cluster], index: usize, name: &str) -> Vec<Filler> {
    let own = &clusters[index];
    let family = frames.kinds[own.kind].family;
    let people = |cluster: &Cluster| -> Vec<Thing> {
        let things = cluster.filled.iter().filter_map(|f| match f.filler {
            Filler::Thing(thing) => Some(thing),
            Filler::Phrase(_) => None,
        });
        things.collect()
    };
    let mine = people(own);
    let from = index.saturating_sub(MOST);
    let to = clusters.len().min(index + MOST);
    let best = (from..to)
        .filter(|&other| other != index && frames.kinds[clusters[other].kind].family == family)
        .filter_map(|other| {
            let kind = &frames.kinds[clusters[other].kind];
            let role = kind.role(name)?;
            let fillers: Vec<_> = clusters[other]
                .filled
                .iter()
                .filter(|f| f.role == role)
                .map(|f| f.filler.clone())
                .collect();
            if fillers.is_empty() {
                return None;
            }
            let common = people(&clusters[other])
                .iter()
                .any(|thing| mine.contains(thing));
            Some((!common, other.abs_diff(index), fillers))
        })
        .min_by_key(|(stranger, distance, _)| (*stranger, *distance));
    best.filter(|(stranger, ..)| !stranger || mine.is_empty())
        .map(|(.., fillers)| fillers)
        .unwrap_or_default()
}
