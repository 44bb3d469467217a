//! Training of the second look: on gold articles as a first look tags them that has not seen them.

use super::entities::Trainer;
use super::learner::{Learner, Sentence, Settings};
use super::numbers::{Raw, number_features};
use crate::entity::{Calibration, Lattice, Linear, Tagger, TaggerModel, Workspace, viterbi};
use crate::error::Result;
use ndarray::{Array2, s};
use std::collections::BTreeMap;

/// One gold passage as a first look that has not seen it tags it.
struct Look {
    scores: Array2<f32>,
    /// Features of the second look.
    hashes: Vec<u32>,
    ends: Vec<u32>,
    raw: usize,
}

/// Gives the tagger of roles a second look, and calibrates both taggers.
pub(super) fn add(trainer: &Trainer<'_>, first: Linear) -> Result<Linear> {
    let looks = looks(trainer)?;
    let mut features: BTreeMap<u32, Vec<f32>> = first
        .features()
        .map(|(hash, weights)| (hash, weights.to_vec()))
        .collect();
    let mut taggers = Vec::new();
    for (number, tagger) in first.taggers.iter().enumerate() {
        let roles = tagger.tags.labels() == [super::OUTER];
        let raws: Vec<Raw> = looks
            .iter()
            .map(|look| raw(trainer, look, number, roles))
            .collect();
        let all: Vec<&Raw> = raws.iter().collect();
        let (mut sentences, numbers) = number_features(&all, 1, 3);
        let ranges = looks.iter().flat_map(|look| {
            let sentences = trainer.raws[look.raw].sentences.iter();
            sentences
                .map(move |&(start, end)| look.scores.slice(s![start as usize..end as usize, ..]))
        });
        for (sentence, scores) in sentences.iter_mut().zip(ranges) {
            sentence.offset = Some(scores.to_owned());
        }
        if !roles {
            let calibration = calibrate(&sentences, &[], &first, number, &tagger.transitions);
            taggers.push(TaggerModel {
                calibration,
                ..tagger.clone()
            });
            continue;
        }
        let settings = Settings {
            epochs: 8,
            rate: 0.03,
            l1: 1e-3,
            l2: 1e-3,
            dropout: 0.1,
            seed: trainer.options.settings.seed,
        };
        let rows = numbers.rows as usize;
        let mut learner = Learner::new(trainer.taggers.clone(), rows, 1, settings);
        learner.begin_with(number, &tagger.transitions);
        let mean = learner.run(&sentences);
        for (hash, weights) in numbers.export(&mean, learner.width(), 0, 0.005) {
            let row = features
                .entry(hash)
                .or_insert_with(|| vec![0.0; weights.len()]);
            row.iter_mut()
                .zip(weights)
                .for_each(|(sum, weight)| *sum += weight);
        }
        let transitions = learner.transitions_of(number, 0);
        taggers.push(TaggerModel {
            calibration: calibrate(&sentences, &mean, &first, number, &transitions),
            second: Some(transitions),
            ..tagger.clone()
        });
    }
    Ok(Linear::new(
        taggers,
        first.lexicons.clone(),
        features.into_iter().collect(),
    ))
}

/// What one tagger learns from, without features where it has no second look.
fn raw(trainer: &Trainer<'_>, look: &Look, number: usize, features: bool) -> Raw {
    let whole = &trainer.raws[look.raw];
    let mut allowed = vec![Vec::new(); whole.allowed.len()];
    allowed[number].clone_from(&whole.allowed[number]);
    Raw {
        hashes: if features {
            look.hashes.clone()
        } else {
            Vec::new()
        },
        ends: if features {
            look.ends.clone()
        } else {
            vec![0; look.ends.len()]
        },
        sentences: whole.sentences.clone(),
        allowed,
        source: 0,
        weight: whole.weight,
        gold: None,
    }
}

/// Tags every gold passage with a first look that was learned without its part of the data.
fn looks(trainer: &Trainer<'_>) -> Result<Vec<Look>> {
    let mut looks = Vec::new();
    let mut work = Workspace::default();
    for fold in 0..trainer.options.folds {
        let tagger = Tagger::new(trainer.extractor.clone(), trainer.learn(Some(fold)))?;
        for (number, raw) in trainer.raws.iter().enumerate() {
            let Some((passage, _)) = raw.gold.as_ref().filter(|(_, part)| *part == fold) else {
                continue;
            };
            let tokens = passage.tokens(&trainer.tokenizer);
            let scores = tagger.first_scores(&tokens, &mut work);
            let tags = tagger.first_tags(&tokens, &scores);
            let mut hashes = Vec::new();
            let mut ends = vec![0; tokens.len()];
            tagger.second_features(&tokens, &work, &tags, |token, feature| {
                hashes.push(feature);
                ends[token] = hashes.len() as u32;
            });
            looks.push(Look {
                scores,
                hashes,
                ends,
                raw: number,
            });
        }
    }
    Ok(looks)
}

/// How the raw probabilities of one tagger's spans relate to their being right.
fn calibrate(
    sentences: &[Sentence],
    weights: &[f32],
    first: &Linear,
    number: usize,
    transitions: &Array2<f32>,
) -> Calibration {
    let tags = &first.taggers[number].tags;
    let from: usize = first.taggers[..number]
        .iter()
        .map(|tagger| tagger.tags.len())
        .sum();
    let columns = from..from + tags.len();
    let exp = transitions.mapv(|t| f64::from(t).exp());
    let mut lattice = Lattice::default();
    let mut pairs = Vec::new();
    for sentence in sentences {
        let Some(mut scores) = sentence.offset.clone() else {
            continue;
        };
        let mut start = 0;
        for (at, &end) in sentence.ends.iter().enumerate() {
            for &feature in &sentence.features[start..end as usize] {
                let row = feature as usize * first.width();
                let weights = &weights[row..row + first.width()];
                scores
                    .row_mut(at)
                    .iter_mut()
                    .zip(weights)
                    .for_each(|(sum, w)| *sum += w);
            }
            start = end as usize;
        }
        let part = scores.slice(s![.., columns.clone()]);
        let found = tags.spans(&viterbi(part, transitions));
        if found.is_empty() {
            continue;
        }
        let gold: Vec<usize> = sentence.allowed[number]
            .iter()
            .map(|set| set.trailing_zeros() as usize)
            .collect();
        let gold = tags.spans(&gold);
        lattice.run(part, &exp, None);
        for (range, label) in found {
            let right = gold.contains(&(range.clone(), label));
            let raw = lattice.span(range, tags.begin(label), tags.inside(label), &exp);
            pairs.push((raw, right));
        }
    }
    fit(&pairs)
}

/// The logistic curve over log-odds that fits the pairs best, by gradient.
fn fit(pairs: &[(f64, bool)]) -> Calibration {
    let odds: Vec<(f64, f64)> = pairs
        .iter()
        .map(|&(raw, right)| {
            let raw = raw.clamp(1e-6, 1.0 - 1e-6);
            ((raw / (1.0 - raw)).ln(), f64::from(u8::from(right)))
        })
        .collect();
    let (mut slope, mut offset) = (1.0f64, 0.0f64);
    if odds.len() < 20 {
        return Calibration::default();
    }
    for _ in 0..3000 {
        let (mut by_slope, mut by_offset) = (0.0, 0.0);
        for (x, right) in &odds {
            let error = 1.0 / (1.0 + (-(slope * x + offset)).exp()) - right;
            by_slope += error * x;
            by_offset += error;
        }
        slope -= 0.02 * by_slope / odds.len() as f64;
        offset -= 0.1 * by_offset / odds.len() as f64;
    }
    Calibration {
        slope: slope as f32,
        offset: offset as f32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overconfident_model_is_toned_down() {
        // says 0.95, is right three times of four; says 0.5, is right every other time
        let pairs: Vec<(f64, bool)> = (0..400)
            .map(|i| {
                if i % 2 == 0 {
                    (0.95, i % 8 != 0)
                } else {
                    (0.5, i % 4 == 1)
                }
            })
            .collect();
        let fitted = fit(&pairs);
        assert!((fitted.apply(0.95) - 0.75).abs() < 0.02);
        assert!((fitted.apply(0.5) - 0.5).abs() < 0.02);
    }
}
