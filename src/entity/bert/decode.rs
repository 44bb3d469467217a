//! From the model's scores of words to labelled spans, with the tagger's own Viterbi.

use super::labels::Folding;
use crate::entity::decode::{Lattice, Steps, viterbi};
use crate::entity::neural::Tagged;
use ndarray::{Array2, ArrayView2};

/// Scores of one sentence to spans.
pub(super) struct Decoder {
    folding: Folding,
    steps: Steps,
}

impl Decoder {
    pub(super) fn new(folding: Folding) -> Self {
        let steps = Steps::new(folding.transitions());
        Self { folding, steps }
    }

    /// The spans of the best chain; `scores` are words × `width` labels of the model.
    pub(super) fn spans(&self, scores: &[f32], width: usize) -> Vec<Tagged> {
        let words = scores.len().checked_div(width).unwrap_or(0);
        let Ok(scores) = ArrayView2::from_shape((words, width), scores) else {
            return Vec::new();
        };
        let tags = &self.folding.tags;
        let mut folded = Array2::zeros((words, tags.len()));
        for (from, mut into) in scores.rows().into_iter().zip(folded.rows_mut()) {
            if let Some(into) = into.as_slice_mut() {
                self.folding.fold(from.as_slice().unwrap_or(&[]), into);
            }
        }
        // another batch adds up in another order: what that changes must not choose between chains
        let path = viterbi(
            folded.mapv(|x: f32| round(x, 1e4)).view(),
            &self.steps.scores,
        );
        let spans = tags.spans(&path);
        let mut lattice = Lattice::default();
        if !spans.is_empty() {
            lattice.run(folded.view(), &self.steps.exp, None);
        }
        let tagged = spans.into_iter().map(|(tokens, label)| {
            let (begin, inside) = (tags.begin(label), tags.inside(label));
            let score = lattice.span(tokens.clone(), begin, inside, &self.steps.exp) as f32;
            Tagged {
                layer: 0,
                label,
                score: round(score, 1e3),
                tokens,
            }
        });
        tagged.collect()
    }
}

fn round(number: f32, unit: f32) -> f32 {
    (number * unit).round() / unit
}
