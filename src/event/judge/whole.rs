//! Features of a whole event: its mentions and its arguments together.

use super::Court;
use super::bag::{Bag, bucket};
use crate::event::merge::Cluster;

/// The features of a cluster whose arguments are judged.
pub(super) fn bag(court: &Court<'_, '_, '_>, mut bag: Bag, cluster: &Cluster) -> Bag {
    let frames = &court.finder.frames;
    let kind = &frames.kinds[cluster.kind];
    let name: &str = &kind.name;
    let logit = |p: f32| (p.clamp(0.01, 0.99) / (1.0 - p.clamp(0.01, 0.99))).ln();
    let beliefs = || cluster.drafts.iter().map(|d| d.belief);
    let best = beliefs().fold(0.0, f32::max);
    bag.weigh(&["best mention"], logit(best));
    let missing: f32 = beliefs().map(|b| 1.0 - b).product();
    bag.weigh(&["any mention"], logit(1.0 - missing));
    bag.add(&["kind", name]);
    bag.add(&["mentions", bucket(cluster.drafts.len())]);
    let strong = cluster.drafts.iter().filter(|d| d.strong).count();
    bag.add(&["strong", bucket(strong)]);
    let sure = cluster
        .filled
        .iter()
        .filter_map(|f| f.belief)
        .fold(0.0, f32::max);
    bag.weigh(&["best argument"], sure);
    let sum: f32 = cluster.filled.iter().filter_map(|f| f.belief).sum();
    bag.weigh(&["arguments"], sum.min(4.0));
    bag.add(&["filled", bucket(cluster.filled.len())]);
    for filled in &cluster.filled {
        let role: &str = &kind.roles[filled.role].name;
        bag.add(&["has", role]);
        bag.add(&["kind", name, "has", role]);
    }
    bag.add(&[if cluster.moment.is_empty() {
        "no time"
    } else {
        "time"
    }]);
    bag.add(&[if cluster.place.is_some() {
        "place"
    } else {
        "no place"
    }]);
    let first = cluster.drafts.first().map_or(0, |d| d.tokens.start);
    bag.add(&["sentence", bucket(court.sentence(first))]);
    bag
}
