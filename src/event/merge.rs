//! Several mentions of one event become one, and events lend each other what they share.

use super::frames::{Frames, Kind};
use super::phrase::SlotMatch;
use super::scene::Scene;
use super::when::{self, Moment};
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
    /// How sure it is an event, where it was judged.
    pub belief: Option<f32>,
}

impl Cluster {
    pub(super) fn new(draft: Draft, kind: &Kind) -> Self {
        let mut cluster = Self {
            kind: draft.kind,
            filled: Vec::new(),
            moment: draft.moment.clone(),
            place: draft.place.clone(),
            drafts: Vec::new(),
            belief: None,
        };
        // who is arrested does not arrest: the roles that make the event go first
        let (keys, others): (Vec<_>, Vec<_>) = draft
            .filled
            .iter()
            .cloned()
            .partition(|f| kind.keys.contains(&f.role));
        cluster.take(keys);
        cluster.take(others);
        cluster.drafts.push(draft);
        cluster
    }

    pub(super) fn add(&mut self, scene: &Scene<'_, '_>, draft: Draft) {
        for filled in &draft.filled {
            // a phrase that names the same thing again adds nothing
            let phrase = matches!(filled.filler, Filler::Phrase(_));
            if !(phrase && self.filled.iter().any(|f| f.role == filled.role)) {
                self.take([filled.clone()]);
            }
        }
        let vague = |moment: &Moment| {
            let times = [moment.at, moment.begin, moment.end];
            !times
                .into_iter()
                .flatten()
                .any(|time| when::dated(scene, time))
        };
        let sureness = |moment: &Moment| (vague(moment), moment.cost);
        // what only might be says nothing of when it was
        let said = draft.real() || !self.drafts.iter().any(Draft::real);
        if !draft.moment.is_empty()
            && said
            && (self.moment.is_empty() || sureness(&draft.moment) < sureness(&self.moment))
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

    /// Adds fillers; who has one role in an event does not get another.
    pub(super) fn take(&mut self, filled: impl IntoIterator<Item = Filled>) {
        for new in filled {
            if self.filled.len() < FILLERS && !self.filled.iter().any(|f| f.filler == new.filler) {
                self.filled.push(new);
            }
        }
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
        for &modality in Modality::ALL {
            let said = drafts.iter().filter(|d| d.modality == Some(modality));
            let (count, first) = said.fold((0, usize::MAX), |(count, first), d| {
                (count + 1, first.min(d.tokens.start))
            });
            let earlier = drafts
                .iter()
                .find_map(|d| d.modality.filter(|_| d.tokens.start <= first));
            if count > best.0 || (count == best.0 && count > 0 && earlier == Some(modality)) {
                best = (count, modality);
            }
        }
        (polarity, best.1)
    }
}

/// Groups drafts into events.
pub(super) fn merge(
    frames: &Frames,
    scene: &Scene<'_, '_>,
    drafts: Vec<Draft>,
    slots: &[SlotMatch],
) -> Vec<Cluster> {
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
            Some((_, index)) => clusters[index].add(scene, draft),
            None => clusters.push(Cluster::new(draft, kind)),
        }
    }
    let mut rest = Vec::new();
    for draft in weak {
        let at = draft.tokens.start;
        let kind = &frames.kinds[draft.kind];
        let middle = clusters.partition_point(|c| c.drafts[0].tokens.start <= at);
        let window = middle.saturating_sub(MOST)..clusters.len().min(middle + MOST);
        let fit = clusters[window.clone()]
            .iter()
            .enumerate()
            .map(|(offset, cluster)| (window.start + offset, cluster))
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
        match (fit, &draft.topic) {
            (Some(index), _) => clusters[index].add(scene, draft),
            (None, Some(topic)) => {
                let mut draft = draft.clone();
                draft.filled.extend(topic.clone());
                draft.strong = true;
                clusters.insert(middle, Cluster::new(draft, kind));
            }
            (None, _) => rest.push(draft),
        }
    }
    clusters.extend(leftovers(frames, scene, rest, slots));
    clusters.sort_by_key(|cluster| cluster.drafts.first().map_or(0, |d| d.tokens.start));
    clusters
}

/// Mentions that found no event and name nobody: events where the article itself gives an argument, or
/// where it comes back to them.
fn leftovers(
    frames: &Frames,
    scene: &Scene<'_, '_>,
    drafts: Vec<Draft>,
    slots: &[SlotMatch],
) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = Vec::new();
    for draft in drafts.into_iter().filter(|draft| draft.follows) {
        let kind = &frames.kinds[draft.kind];
        let known = clusters
            .iter_mut()
            .find(|c| c.kind == draft.kind && (!kind.apart || c.drafts[0].rule == draft.rule));
        match known {
            Some(cluster) => cluster.add(scene, draft),
            None => clusters.push(Cluster::new(draft, kind)),
        }
    }
    let sought = |kind: &Kind| {
        kind.seek.iter().any(|&role| {
            slots
                .iter()
                .any(|s| *frames.slots[s.slot].role == *kind.roles[role].name)
        })
    };
    clusters.retain(|cluster| {
        let kind = &frames.kinds[cluster.kind];
        sought(kind) || (kind.bare && cluster.drafts.len() > 1)
    });
    clusters
}

/// Clusters that a mention is compared with; keeps long articles linear.
pub(super) const MOST: usize = 60;

/// How well a draft fits a cluster: 2 for shared key fillers, 1 for nothing against it; none for a conflict.
pub(super) fn affinity(
    kind: &Kind,
    scene: &Scene<'_, '_>,
    cluster: &Cluster,
    draft: &Draft,
) -> Option<u8> {
    if kind.apart && cluster.drafts.iter().all(|d| d.rule != draft.rule) {
        return None;
    }
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
        } else if counted(&a) != counted(&b) {
            // `tiga polisi tewas` and the three names
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
        && a.cost.min(b.cost) < SURE
        && (a.cost.max(b.cost) < 2 * SURE || draft.real() != cluster.drafts[0].real())
    {
        return None;
    }
    Some(if shared { 2 } else { 1 })
}

/// Whether the fillers are counted rather than named.
fn counted(fillers: &[Filler]) -> bool {
    fillers
        .iter()
        .all(|f| matches!(f, Filler::Thing(super::scene::Thing::Quantity(_))))
}

/// Fillers of one event; a list of names stays below, a text without end does not grow one event.
pub(super) const FILLERS: usize = 80;

/// Times nearer than this are taken to be the event's own.
const SURE: usize = 12;

/// Whether two times name days that cannot be the same.
pub(super) fn differ(scene: &Scene<'_, '_>, a: usize, b: usize) -> bool {
    let times = scene.layers.times;
    let named = when::dated(scene, a) && when::dated(scene, b);
    let (a, b) = (times[a].value.as_str(), times[b].value.as_str());
    named && !a.starts_with(b) && !b.starts_with(a)
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
