//! How probable a relation is: what its rule got right on gold articles.
//!
//! `weights/relation.toml` counts, for each relation type and rule, how many relations were right and how
//! many were found, by how far apart their ends stand. A rule's share of right ones is drawn towards the
//! score that its author gave it, and that of a distance towards the rule's: what was rarely seen says
//! little. An end that the tagger doubts makes the whole as doubtful.

use crate::error::{Error, Result};
use crate::models::Models;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Right and found, by [`bucket`].
pub(crate) type Counts = [[u32; 2]; 3];

/// Where the counts are.
const PATH: &str = "weights/relation.toml";

/// How many relations the opinion behind a count weighs as much as.
const OPINION: f32 = 5.0;

/// Tokens between ends that stand near, and neither near nor far.
const NEAR: [usize; 2] = [2, 8];

/// The distance class of ends with so many tokens between them.
pub(crate) fn bucket(gap: usize) -> usize {
    NEAR.iter().filter(|&&near| gap > near).count()
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    relation: BTreeMap<String, BTreeMap<String, Counts>>,
}

/// The counts of each type and rule.
#[derive(Default)]
pub(super) struct Scores(FxHashMap<String, FxHashMap<String, Counts>>);

impl Scores {
    /// The counts of `models`; none where the file is absent.
    ///
    /// # Errors
    /// Where the file is malformed.
    pub(super) fn read(models: &Models) -> Result<Self> {
        if !models.paths("weights/").contains(&PATH) {
            return Ok(Self::default());
        }
        let file: File = toml::from_str(models.text(PATH)?)
            .map_err(|e| Error::models(format!("models/{PATH}: {}", e.message())))?;
        let table = file.relation.into_iter();
        Ok(Self(
            table
                .map(|(kind, rules)| (kind, rules.into_iter().collect()))
                .collect(),
        ))
    }

    /// Probability of a relation of rule `rule` whose ends have `gap` tokens between them; `opinion` is
    /// the rule's own score.
    pub(super) fn of(&self, kind: &str, rule: &str, gap: usize, opinion: f32) -> f32 {
        let Some(counts) = self.0.get(kind).and_then(|rules| rules.get(rule)) else {
            return opinion;
        };
        let share = |[right, found]: [u32; 2], opinion: f32| {
            (right as f32 + OPINION * opinion) / (found as f32 + OPINION)
        };
        let sum = |side: usize| counts.iter().map(|c| c[side]).sum();
        share(counts[bucket(gap)], share([sum(0), sum(1)], opinion))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_move_an_opinion() {
        let mut scores = Scores::default();
        assert_eq!(scores.of("age", "age", 0, 0.8), 0.8);
        let rules = scores.0.entry("age".to_owned()).or_default();
        rules.insert("age".to_owned(), [[40, 40], [0, 0], [0, 10]]);
        let near = scores.of("age", "age", 0, 0.8);
        let middle = scores.of("age", "age", 5, 0.8);
        let far = scores.of("age", "age", 20, 0.8);
        assert!(near > 0.95 && far < 0.35, "{near} {far}");
        assert!((middle - 0.8).abs() < 0.01, "{middle}");
    }
}
