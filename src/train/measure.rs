//! Exact span and label scores, for the card and for the choice of options.

use crate::schema::Span;
use std::collections::{BTreeMap, HashSet};

/// Counts of one label.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Counts {
    pub gold: usize,
    pub found: usize,
    pub right: usize,
    /// Gold spans found with other bounds.
    pub bounds: usize,
    /// Gold spans found with another label.
    pub label: usize,
    /// Gold spans that nothing overlaps.
    pub missed: usize,
    /// Found spans that overlap no gold span.
    pub invented: usize,
}

impl Counts {
    /// Harmonic mean of precision and recall.
    pub(crate) fn f1(self) -> f64 {
        2.0 * self.right as f64 / (self.gold + self.found).max(1) as f64
    }

    fn add(&mut self, other: Counts) {
        self.gold += other.gold;
        self.found += other.found;
        self.right += other.right;
        self.bounds += other.bounds;
        self.label += other.label;
        self.missed += other.missed;
        self.invented += other.invented;
    }
}

/// Counts by label over many texts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scores(pub BTreeMap<String, Counts>);

impl Scores {
    /// Counts one text.
    pub(crate) fn add(&mut self, gold: &[(Span, String)], found: &[(Span, String)]) {
        self.add_errors(gold, found);
        let wanted: HashSet<&(Span, String)> = gold.iter().collect();
        for (_, label) in &wanted {
            self.0.entry(label.clone()).or_default().gold += 1;
        }
        let found: HashSet<&(Span, String)> = found.iter().collect();
        for item in found {
            let counts = self.0.entry(item.1.clone()).or_default();
            counts.found += 1;
            counts.right += usize::from(wanted.contains(item));
        }
    }

    /// Counts the kinds of error of one text; roles are compared with roles only.
    fn add_errors(&mut self, gold: &[(Span, String)], found: &[(Span, String)]) {
        let role = |label: &String| label == super::OUTER;
        for (span, label) in gold.iter().filter(|item| !found.contains(item)) {
            let near = found
                .iter()
                .filter(|(s, l)| s.overlaps(*span) && role(l) == role(label));
            let near: Vec<_> = near.collect();
            let counts = self.0.entry(label.clone()).or_default();
            if near.iter().any(|(_, l)| l == label) {
                counts.bounds += 1;
            } else if near.is_empty() {
                counts.missed += 1;
            } else {
                counts.label += 1;
            }
        }
        for (span, label) in found {
            if !gold
                .iter()
                .any(|(s, l)| s.overlaps(*span) && role(l) == role(label))
            {
                self.0.entry(label.clone()).or_default().invented += 1;
            }
        }
    }

    /// Counts of these labels together; of all where none is given.
    pub(crate) fn of(&self, labels: &[&str]) -> Counts {
        let mut all = Counts::default();
        for (label, counts) in &self.0 {
            if labels.is_empty() || labels.contains(&label.as_str()) {
                all.add(*counts);
            }
        }
        all
    }

    /// Mean of the labels' F1.
    pub(crate) fn macro_f1(&self) -> f64 {
        self.0.values().map(|counts| counts.f1()).sum::<f64>() / self.0.len().max(1) as f64
    }

    /// Label by label, then together, in percent.
    pub(crate) fn rows(&self) -> Vec<(String, f64)> {
        let percent = |f1: f64| (f1 * 10_000.0).round() / 100.0;
        let mut rows: Vec<_> = self
            .0
            .iter()
            .map(|(label, counts)| (label.clone(), percent(counts.f1())))
            .collect();
        let names = ["PER", "ORG", "LOC"];
        if names.iter().all(|name| self.0.contains_key(*name)) {
            rows.push(("PER+ORG+LOC".to_owned(), percent(self.of(&names).f1())));
        }
        rows.push(("micro".to_owned(), percent(self.of(&[]).f1())));
        rows.push(("macro".to_owned(), percent(self.macro_f1())));
        rows
    }
}
