//! Weights of the judge: `models/weights/event.toml`.

use super::bag::{Bag, hash};
use crate::error::{Error, Result};
use crate::models::Models;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Whether words name an event of their type.
    Mention,
    /// Whether a mention names the same event as others.
    Same,
    /// Whether something fills a role.
    Argument,
    /// Whether a time is that of an event.
    Time,
    /// Whether an event with its arguments is one.
    Event,
}

impl Stage {
    /// All stages, in the order in which they run.
    pub(crate) const ALL: [Stage; 5] = [
        Stage::Mention,
        Stage::Same,
        Stage::Argument,
        Stage::Time,
        Stage::Event,
    ];

    /// The name in the file.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Stage::Mention => "mention",
            Stage::Same => "same",
            Stage::Argument => "argument",
            Stage::Time => "time",
            Stage::Event => "event",
        }
    }
}

/// The file as far as the judge reads it.
#[derive(Deserialize)]
struct File {
    threshold: BTreeMap<String, f32>,
    weight: BTreeMap<String, BTreeMap<String, f32>>,
}

/// Weights and thresholds of every stage that was trained.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weights {
    stages: [Option<(f32, FxHashMap<u64, f32>)>; Stage::ALL.len()],
}

/// Where the weights are.
const PATH: &str = "weights/event.toml";

impl Weights {
    /// The weights of `models`; none where the file is absent.
    ///
    /// # Errors
    /// Where the file is malformed or lacks a stage.
    pub(crate) fn read(models: &Models) -> Result<Option<Self>> {
        if !models.paths("weights/").contains(&PATH) {
            return Ok(None);
        }
        let fail = |message: String| Error::models(format!("models/{PATH}: {message}"));
        let file: File =
            toml::from_str(models.text(PATH)?).map_err(|e| fail(e.message().to_owned()))?;
        let mut weights = Self::default();
        for stage in Stage::ALL {
            let name = stage.as_str();
            let (threshold, list) = match (file.threshold.get(name), file.weight.get(name)) {
                (Some(threshold), Some(list)) => (threshold, list),
                // a stage that was never trained is left to the rules
                (None, None) => continue,
                _ => {
                    return Err(fail(format!(
                        "expected [weight.{name}] and its [threshold]; train anew"
                    )));
                }
            };
            if let Some((feature, _)) = list.iter().find(|(_, w)| !w.is_finite()) {
                return Err(fail(format!("[weight.{name}] {feature:?} is no number")));
            }
            let list = list.iter().map(|(name, weight)| (name.as_str(), *weight));
            weights.set(stage, *threshold, list);
        }
        Ok(Some(weights))
    }

    /// Puts in the weights of a stage.
    pub(crate) fn set<'n>(
        &mut self,
        stage: Stage,
        threshold: f32,
        weights: impl Iterator<Item = (&'n str, f32)>,
    ) {
        let map = weights.map(|(name, weight)| (hash(&[name]), weight));
        self.stages[stage as usize] = Some((threshold, map.collect()));
    }

    /// The weighed sum of a bag; none where the stage was not trained.
    pub(super) fn sum(&self, stage: Stage, bag: &Bag) -> Option<f32> {
        let (_, map) = self.stages[stage as usize].as_ref()?;
        let terms = bag.features().iter();
        Some(
            terms
                .map(|(key, value)| map.get(key).unwrap_or(&0.0) * value)
                .sum(),
        )
    }

    /// The probability of yes; none where the stage was not trained.
    pub(crate) fn probability(&self, stage: Stage, bag: &Bag) -> Option<f32> {
        self.sum(stage, bag).map(probability)
    }

    pub(super) fn knows(&self, stage: Stage) -> bool {
        self.stages[stage as usize].is_some()
    }

    /// The probability from which a stage says yes.
    pub(super) fn threshold(&self, stage: Stage) -> f32 {
        let stage = self.stages[stage as usize].as_ref();
        stage.map_or(0.5, |(threshold, _)| *threshold)
    }

    /// Sets the probability from which a stage says yes.
    pub(crate) fn set_threshold(&mut self, stage: Stage, threshold: f32) {
        if let Some(known) = &mut self.stages[stage as usize] {
            known.0 = threshold;
        }
    }
}

/// The logistic function.
pub(super) fn probability(sum: f32) -> f32 {
    1.0 / (1.0 + (-sum).exp())
}
