//! Which mentions belong together: pairs, MUC, B³ and CEAFe.
//!
//! A mention is its span. What only one side has counts as the CoNLL scorer counts it: a mention that the
//! other side lacks is in no cluster there.

use super::align::Pair;
use super::assign::assign;
use super::counts::{Counts, Fractions};
use crate::schema::{Annotation, Label, Span};
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::collections::BTreeMap;

/// Coreference of the marked mentions.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CoreferenceScores {
    /// Articles that are annotated in this layer.
    pub articles: usize,
    /// Pairs of mentions of one entity.
    pub pairs: Counts,
    /// Pairs among the mentions that both sides have: given system mentions.
    pub pairs_given: Counts,
    /// Pairs of names, ROL left out.
    pub pairs_of_names: Counts,
    /// MUC.
    pub muc: Fractions,
    /// B³.
    pub b3: Fractions,
    /// CEAFe.
    pub ceafe: Fractions,
    /// The mean F1 of the three.
    pub conll: Option<f64>,
}

/// Clusters as sets of spans: the number of the cluster for each span.
type Clusters = BTreeMap<Span, usize>;

impl CoreferenceScores {
    pub(super) fn add(&mut self, pair: &Pair) {
        self.articles += 1;
        let all = |_| true;
        let gold = clusters(&pair.gold.annotation, &FxHashMap::default(), all);
        let mut labels = FxHashMap::default();
        for entity in &pair.gold.annotation.entities {
            labels.extend(entity.mentions.iter().map(|m| (m.span, entity.label)));
        }
        let found = clusters(&pair.output, &labels, all);
        self.pairs += pairs(&gold, &found);
        let only = |these: &Clusters, those: &Clusters| -> Clusters {
            let both = these.iter().filter(|(span, _)| those.contains_key(span));
            both.map(|(span, cluster)| (*span, *cluster)).collect()
        };
        self.pairs_given += pairs(&only(&gold, &found), &only(&found, &gold));
        let name = |label| label != Label::Rol;
        self.pairs_of_names += pairs(
            &clusters(&pair.gold.annotation, &FxHashMap::default(), name),
            &clusters(&pair.output, &labels, name),
        );
        let table = Table::new(&gold, &found);
        table.muc(&mut self.muc);
        table.b3(&mut self.b3);
        table.ceafe(&mut self.ceafe);
    }

    pub(super) fn finish(&mut self) {
        let each = [self.muc.f1(), self.b3.f1(), self.ceafe.f1()];
        let known: Vec<f64> = each.into_iter().flatten().collect();
        self.conll = (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64);
    }
}

/// The clusters of the entities with a wanted label. Of two mentions on one span the first counts, or the
/// one that has the label which `preferred` knows for the span.
fn clusters(
    annotation: &Annotation,
    preferred: &FxHashMap<Span, Label>,
    wanted: impl Fn(Label) -> bool,
) -> Clusters {
    let mut clusters = Clusters::new();
    for (cluster, entity) in annotation.entities.iter().enumerate() {
        for mention in entity.mentions.iter().filter(|_| wanted(entity.label)) {
            let better = preferred.get(&mention.span) == Some(&entity.label);
            if better || !clusters.contains_key(&mention.span) {
                clusters.insert(mention.span, cluster);
            }
        }
    }
    clusters
}

fn pairs(gold: &Clusters, found: &Clusters) -> Counts {
    let table = Table::new(gold, found);
    let of = |size: &usize| size * size.saturating_sub(1) / 2;
    Counts {
        right: table.shared.values().map(of).sum(),
        found: table.found.values().map(of).sum(),
        gold: table.gold.values().map(of).sum(),
    }
}

/// Sizes of clusters and of what a gold and a found one share.
struct Table {
    gold: BTreeMap<usize, usize>,
    found: BTreeMap<usize, usize>,
    shared: BTreeMap<(usize, usize), usize>,
}

impl Table {
    fn new(gold: &Clusters, found: &Clusters) -> Self {
        let sizes = |clusters: &Clusters| {
            let mut sizes = BTreeMap::new();
            for &cluster in clusters.values() {
                *sizes.entry(cluster).or_insert(0) += 1;
            }
            sizes
        };
        let mut shared = BTreeMap::new();
        for (span, &cluster) in gold {
            if let Some(&other) = found.get(span) {
                *shared.entry((cluster, other)).or_insert(0) += 1;
            }
        }
        Self {
            gold: sizes(gold),
            found: sizes(found),
            shared,
        }
    }

    /// Links: a cluster of n mentions has n - 1, and loses one for each part beyond the first that the
    /// other side cuts it into.
    fn muc(&self, sum: &mut Fractions) {
        let links = |sizes: &BTreeMap<usize, usize>, side: fn(&(usize, usize)) -> usize| {
            let mut kept: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
            for (key, count) in &self.shared {
                let entry = kept.entry(side(key)).or_default();
                entry.0 += 1;
                entry.1 += count;
            }
            let (mut right, mut of) = (0, 0);
            for (cluster, &size) in sizes {
                let (parts, covered) = kept.get(cluster).copied().unwrap_or_default();
                right += size - (parts + (size - covered));
                of += size - 1;
            }
            (right as f64, of as f64)
        };
        add(&mut sum.of_gold, links(&self.gold, |key| key.0));
        add(&mut sum.of_found, links(&self.found, |key| key.1));
    }

    /// For each mention the share of its cluster that the other side puts together with it.
    fn b3(&self, sum: &mut Fractions) {
        for (&(gold, found), &count) in &self.shared {
            let count = count as f64;
            let size = |sizes: &BTreeMap<usize, usize>, cluster| {
                sizes.get(&cluster).copied().unwrap_or(1) as f64
            };
            sum.of_gold.0 += count * count / size(&self.gold, gold);
            sum.of_found.0 += count * count / size(&self.found, found);
        }
        sum.of_gold.1 += self.gold.values().sum::<usize>() as f64;
        sum.of_found.1 += self.found.values().sum::<usize>() as f64;
    }

    /// The best one-to-one matching of clusters by the share of mentions in common.
    fn ceafe(&self, sum: &mut Fractions) {
        let alike = |gold: usize, found: usize, count: usize| {
            let sizes = self.gold.get(&gold).unwrap_or(&1) + self.found.get(&found).unwrap_or(&1);
            2.0 * count as f64 / sizes as f64
        };
        let edges: Vec<_> = self
            .shared
            .iter()
            .map(|(&(gold, found), &count)| (gold, found, alike(gold, found, count)))
            .collect();
        let rows = self.gold.keys().next_back().map_or(0, |last| last + 1);
        let chosen = assign(rows, &edges);
        let kept = edges
            .iter()
            .filter(|edge| chosen.get(edge.0) == Some(&Some(edge.1)));
        let total: f64 = kept.map(|edge| edge.2).sum();
        add(&mut sum.of_gold, (total, self.gold.len() as f64));
        add(&mut sum.of_found, (total, self.found.len() as f64));
    }
}

fn add(sum: &mut (f64, f64), more: (f64, f64)) {
    sum.0 += more.0;
    sum.1 += more.1;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clusters_of(lists: &[&[usize]]) -> Clusters {
        let each = lists.iter().enumerate();
        each.flat_map(|(cluster, list)| {
            list.iter()
                .map(move |&at| (Span::new(at * 10, at * 10 + 5), cluster))
        })
        .collect()
    }

    fn close(left: Option<f64>, right: f64) {
        let left = left.unwrap();
        assert!((left - right).abs() < 1e-12, "{left} is not {right}");
    }

    /// Gold {1 2 3} {4 5 6 7}, found {1 2} {3 4 5} {6 7 8}: an example with all kinds of trouble.
    #[test]
    fn measures_by_hand() {
        let gold = clusters_of(&[&[1, 2, 3], &[4, 5, 6, 7]]);
        let found = clusters_of(&[&[1, 2], &[3, 4, 5], &[6, 7, 8]]);
        let table = Table::new(&gold, &found);
        // Links: the first gold cluster is cut in two, so is the second: (3-2)+(4-2) of 2+3.
        // Found: whole, cut in two, cut in two (8 alone): (2-1)+(3-2)+(3-2) of 1+2+2.
        let mut muc = Fractions::default();
        table.muc(&mut muc);
        close(muc.recall(), 3.0 / 5.0);
        close(muc.precision(), 3.0 / 5.0);
        // 1,2: 2/3 each; 3: 1/3; 4,5,6,7: 2/4 each. Found: 1,2: 1; 3: 1/3; 4,5: 2/3; 6,7: 2/3; 8: 0.
        let mut b3 = Fractions::default();
        table.b3(&mut b3);
        close(b3.recall(), (4.0 / 3.0 + 1.0 / 3.0 + 2.0) / 7.0);
        close(
            b3.precision(),
            (2.0 + 1.0 / 3.0 + 4.0 / 3.0 + 4.0 / 3.0) / 8.0,
        );
        // The best: first with first 4/5, second with second or third 4/7.
        let mut ceafe = Fractions::default();
        table.ceafe(&mut ceafe);
        close(ceafe.recall(), (4.0 / 5.0 + 4.0 / 7.0) / 2.0);
        close(ceafe.precision(), (4.0 / 5.0 + 4.0 / 7.0) / 3.0);
        // Pairs: 12, 45, 67 in common; 3 + 6 in the gold; 1 + 3 + 3 found.
        let counts = pairs(&gold, &found);
        assert_eq!((counts.right, counts.found, counts.gold), (3, 7, 9));
    }

    #[test]
    fn one_mention_alone_is_no_pair_and_no_link() {
        let gold = clusters_of(&[&[1], &[2]]);
        let table = Table::new(&gold, &gold);
        let mut muc = Fractions::default();
        table.muc(&mut muc);
        assert_eq!(muc.f1(), None);
        let mut b3 = Fractions::default();
        table.b3(&mut b3);
        close(b3.f1(), 1.0);
        assert_eq!(pairs(&gold, &gold).f1(), None);
    }
}
