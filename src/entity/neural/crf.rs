//! The linear chain over a sentence's scores: best path, and how sure it is of a span.

use crate::entity::decode::{Lattice, Steps, viterbi};
use ndarray::{Array2, ArrayView2};

/// Labels of one head and what may follow what.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Chain {
    /// Tags in order: `O`, then `B-X`, `I-X` for each label.
    pub labels: Vec<String>,
    /// (tags + 1) × tags: the first row from the begin of the sentence.
    pub transitions: Vec<f32>,
}

/// A labelled range of words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Found {
    pub start: usize,
    pub end: usize,
    /// Index of its label.
    pub label: usize,
    /// Probability that exactly this span has this label.
    pub score: f32,
}

/// Stands for "never".
pub(crate) const NEVER: f32 = -1e4;

/// Whether tag `to` may follow `from` (`None`: the begin): `I-X` only `B-X` or `I-X`.
pub(crate) fn allowed(from: Option<usize>, to: usize) -> bool {
    let inside = to > 0 && to.is_multiple_of(2);
    !inside || from.is_some_and(|from| from == to || from + 1 == to)
}

impl Chain {
    /// Number of tags.
    pub(crate) fn tags(&self) -> usize {
        1 + 2 * self.labels.len()
    }

    /// The transitions, ready for use; what BIO forbids is never taken.
    pub(crate) fn steps(&self) -> Steps {
        let tags = self.tags();
        Steps::new(Array2::from_shape_fn((tags + 1, tags), |(from, to)| {
            let from = (from < tags).then_some(from);
            let row = from.map_or(0, |from| from + 1);
            if allowed(from, to) {
                self.transitions[row * tags + to]
            } else {
                NEVER
            }
        }))
    }
}

/// The spans of the best path through `emissions` (words × tags), each with score 1.
pub(crate) fn best(emissions: &[f32], steps: &Steps) -> Vec<Found> {
    let path = words(emissions, steps).map(|emissions| viterbi(emissions, &steps.scores));
    spans(&path.unwrap_or_default())
}

/// The sums over all paths through `emissions`.
pub(crate) fn lattice(emissions: &[f32], steps: &Steps) -> Lattice {
    let mut lattice = Lattice::default();
    if let Some(emissions) = words(emissions, steps) {
        lattice.run(emissions, &steps.exp, None);
    }
    lattice
}

/// Probability that exactly this span has this label.
pub(crate) fn probability(lattice: &Lattice, steps: &Steps, span: &Found) -> f32 {
    let (begin, inside) = (1 + 2 * span.label, 2 + 2 * span.label);
    lattice.span(span.start..span.end, begin, inside, &steps.exp) as f32
}

fn words<'e>(emissions: &'e [f32], steps: &Steps) -> Option<ArrayView2<'e, f32>> {
    let tags = steps.scores.ncols();
    ArrayView2::from_shape((emissions.len().checked_div(tags)?, tags), emissions).ok()
}

/// The spans of a path of tags.
pub(crate) fn spans(path: &[usize]) -> Vec<Found> {
    let mut spans: Vec<Found> = Vec::new();
    for (word, &tag) in path.iter().enumerate() {
        if tag == 0 {
            continue;
        }
        let label = (tag - 1) / 2;
        match spans.last_mut() {
            Some(last) if tag % 2 == 0 && last.end == word && last.label == label => {
                last.end = word + 1;
            }
            _ => spans.push(Found {
                start: word,
                end: word + 1,
                label,
                score: 1.0,
            }),
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain() -> Chain {
        Chain {
            labels: vec!["PER".into(), "LOC".into()],
            transitions: (0..30).map(|n| ((n * 13) % 7) as f32 / 7.0 - 0.4).collect(),
        }
    }

    fn every_path(chain: &Chain, emissions: &[f32]) -> Vec<(Vec<usize>, f32)> {
        let (tags, steps) = (chain.tags(), &chain.steps().scores);
        let mut paths = vec![(Vec::new(), 0.0)];
        for word in emissions.chunks(tags) {
            paths = paths
                .into_iter()
                .flat_map(|(path, score): (Vec<usize>, f32)| {
                    (0..tags).map(move |tag| {
                        let from = path.last().copied();
                        let mut path = path.clone();
                        path.push(tag);
                        (path, score + steps[(from.unwrap_or(tags), tag)] + word[tag])
                    })
                })
                .collect();
        }
        paths
    }

    #[test]
    fn agrees_with_counting_every_path() {
        let chain = chain();
        let emissions: Vec<f32> = (0..20)
            .map(|n| ((n * 29) % 11) as f32 / 3.0 - 1.0)
            .collect();
        let paths = every_path(&chain, &emissions);
        let steps = chain.steps();
        let top = paths.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
        assert_eq!(best(&emissions, &steps), spans(&top.0));
        let total: f32 = paths.iter().map(|p| p.1.exp()).sum();
        let lattice = lattice(&emissions, &steps);
        for found in best(&emissions, &steps) {
            let same = |path: &[usize]| {
                spans(path)
                    .iter()
                    .any(|s| (s.start, s.end, s.label) == (found.start, found.end, found.label))
            };
            let sum: f32 = paths.iter().filter(|p| same(&p.0)).map(|p| p.1.exp()).sum();
            assert!((sum / total - probability(&lattice, &steps, &found)).abs() < 1e-4);
        }
        assert!(best(&[], &steps).is_empty());
    }
}
