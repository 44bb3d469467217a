//! Features to numbers: the shared copy of each and one for every source.

use super::corpus::Passage;
use super::learner::Sentence;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Features to numbers: each shared feature with its copy in every source.
#[derive(Default)]
pub(super) struct Numbers {
    /// By hash: how often, and the number of the shared copy.
    pub features: FxHashMap<u32, (u32, u32)>,
    /// By source and shared number: the number of the source's copy.
    pub copies: Vec<FxHashMap<u32, u32>>,
    pub rows: u32,
}

impl Numbers {
    /// The features with their weights: the shared copy and that of the source `shipped`; weights
    /// smaller than `least` count as none.
    pub(super) fn export(
        &self,
        weights: &[f32],
        width: usize,
        shipped: usize,
        least: f32,
    ) -> Vec<(u32, Vec<f32>)> {
        let row = |number: u32| &weights[number as usize * width..(number as usize + 1) * width];
        let mut features = Vec::new();
        for (&hash, &(_, number)) in &self.features {
            if number == u32::MAX {
                continue;
            }
            let mut weights = row(number).to_vec();
            if let Some(&copy) = self
                .copies
                .get(shipped)
                .and_then(|copies| copies.get(&number))
            {
                weights
                    .iter_mut()
                    .zip(row(copy))
                    .for_each(|(sum, own)| *sum += own);
            }
            weights
                .iter_mut()
                .filter(|w| w.abs() < least)
                .for_each(|w| *w = 0.0);
            if weights.iter().any(|&w| w != 0.0) {
                features.push((hash, weights));
            }
        }
        features.sort_unstable_by_key(|(hash, _)| *hash);
        features
    }
}

/// One passage's features by token, before they have numbers.
pub(super) struct Raw {
    pub hashes: Vec<u32>,
    pub ends: Vec<u32>,
    /// Token ranges of the sentences.
    pub sentences: Vec<(u32, u32)>,
    /// For each tagger the allowed tags of each token.
    pub allowed: Vec<Vec<u32>>,
    pub source: usize,
    pub weight: f32,
    /// Of gold: the passage and the part of the data that it is left out with.
    pub gold: Option<(Passage, usize)>,
}

/// The allowed tags of a sentence; a span that the sentence's begin cuts through begins there.
fn cut(allowed: &[u32], range: Range<usize>) -> Vec<u32> {
    let mut part = allowed.get(range).unwrap_or_default().to_vec();
    if let Some(first) = part.first_mut()
        && first.count_ones() == 1
        && first.trailing_zeros() > 0
        && first.trailing_zeros() % 2 == 0
    {
        *first >>= 1;
    }
    part
}

/// Gives every feature seen often enough its rows.
pub(super) fn number_features(
    raws: &[&Raw],
    sources: usize,
    cutoff: u32,
) -> (Vec<Sentence>, Numbers) {
    let mut numbers = Numbers {
        copies: vec![FxHashMap::default(); sources],
        ..Numbers::default()
    };
    for raw in raws {
        for &hash in &raw.hashes {
            numbers.features.entry(hash).or_insert((0, u32::MAX)).0 += 1;
        }
    }
    let alone = sources == 1;
    let mut sentences = Vec::new();
    for raw in raws {
        for &(start, end) in &raw.sentences {
            let range = start as usize..end as usize;
            let mut sentence = Sentence {
                source: raw.source,
                weight: raw.weight,
                allowed: raw
                    .allowed
                    .iter()
                    .map(|all| cut(all, range.clone()))
                    .collect(),
                ..Sentence::default()
            };
            for at in range {
                let from = at.checked_sub(1).map_or(0, |before| raw.ends[before]) as usize;
                for hash in &raw.hashes[from..raw.ends[at] as usize] {
                    let Some((count, number)) = numbers.features.get_mut(hash) else {
                        continue;
                    };
                    if *count < cutoff {
                        continue;
                    }
                    if *number == u32::MAX {
                        *number = numbers.rows;
                        numbers.rows += 1;
                    }
                    let shared = *number;
                    sentence.features.push(shared);
                    if alone {
                        // one source needs no copy
                        continue;
                    }
                    let rows = &mut numbers.rows;
                    let copy = *numbers.copies[raw.source].entry(shared).or_insert_with(|| {
                        *rows += 1;
                        *rows - 1
                    });
                    sentence.features.push(copy);
                }
                sentence.ends.push(sentence.features.len() as u32);
            }
            sentences.push(sentence);
        }
    }
    (sentences, numbers)
}
