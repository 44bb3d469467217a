//! The learner: AdaGrad on the likelihood of a chain, where a token may allow several tags.
//!
//! Every feature has a copy that all sources share and one of each source, so that what a source does
//! its own way does not move the others; at run time the gold copy is added to the shared one.

use crate::entity::{Lattice, Tags};
use ndarray::{Array2, s};

/// What the learner may be told.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub epochs: usize,
    pub rate: f32,
    pub l1: f32,
    pub l2: f32,
    /// Share of features left out at each token in training.
    pub dropout: f32,
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            epochs: 12,
            rate: 0.15,
            l1: 1e-4,
            l2: 1e-4,
            dropout: 0.15,
            seed: 1,
        }
    }
}

/// One sentence ready for learning.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sentence {
    /// Feature numbers of all tokens, one after the other.
    pub features: Vec<u32>,
    /// Where each token's features end.
    pub ends: Vec<u32>,
    /// For each tagger the allowed tags of each token; empty where the tagger learns nothing here.
    pub allowed: Vec<Vec<u32>>,
    /// Number of the source.
    pub source: usize,
    pub weight: f32,
    /// Scores that are not learned here but added to: those of a first look.
    pub offset: Option<Array2<f32>>,
}

/// Weights that are being learned.
pub(crate) struct Learner {
    taggers: Vec<Tags>,
    width: usize,
    /// Number of feature rows; the copy of a source is found through `copies`.
    pub weights: Vec<f32>,
    squares: Vec<f32>,
    /// For each tagger, transitions of the shared copy and of each source.
    pub transitions: Vec<Vec<Array2<f32>>>,
    transition_squares: Vec<Vec<Array2<f32>>>,
    settings: Settings,
    random: Random,
    /// Rows of a feature, side by side: the shared copy and the source's.
    copies: usize,
    scratch: Scratch,
}

#[derive(Default)]
struct Scratch {
    free: Lattice,
    tied: Lattice,
    kept: Vec<u32>,
    ends: Vec<u32>,
}

/// Gradients smaller than this are not worth a walk over the features.
const NEGLIGIBLE: f32 = 2e-3;

impl Learner {
    pub(crate) fn new(taggers: Vec<Tags>, rows: usize, sources: usize, settings: Settings) -> Self {
        let width = taggers.iter().map(Tags::len).sum();
        let transitions: Vec<Vec<Array2<f32>>> = taggers
            .iter()
            .map(|tags| vec![Array2::zeros((tags.len() + 1, tags.len())); sources + 1])
            .collect();
        Self {
            width,
            weights: vec![0.0; rows * width],
            squares: vec![1e-1; rows * width],
            transition_squares: transitions
                .iter()
                .map(|all| all.iter().map(|t| t.mapv(|_| 1e-1)).collect())
                .collect(),
            transitions,
            taggers,
            random: Random(settings.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            settings,
            copies: if sources > 1 { 2 } else { 1 },
            scratch: Scratch::default(),
        }
    }

    /// Begins with these transitions in place of none.
    pub(crate) fn begin_with(&mut self, tagger: usize, transitions: &Array2<f32>) {
        let rules = self.taggers[tagger].transitions();
        let own = transitions - &rules;
        self.transitions[tagger][0] = own;
    }

    /// All passes; the result is the mean of the weights after each of the later ones, which is
    /// steadier than the last.
    pub(crate) fn run(&mut self, sentences: &[Sentence]) -> Vec<f32> {
        let epochs = self.settings.epochs;
        let mut mean = vec![0.0f32; self.weights.len()];
        let later = epochs - epochs / 2;
        for epoch in 1..=epochs {
            let loss = self.epoch(sentences);
            eprintln!("epoch {epoch}: loss {loss:.4}");
            if epoch > epochs / 2 {
                // with nothing left out there are more features to a sum than in training
                let share = (1.0 - self.settings.dropout) / later as f32;
                mean.iter_mut()
                    .zip(&self.weights)
                    .for_each(|(m, w)| *m += w * share);
            }
        }
        mean
    }

    /// Columns of all taggers together.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// One pass over the sentences in an order of chance; `copies` maps a feature to its row in the
    /// sentence's source. The result is the mean loss a sentence.
    pub(crate) fn epoch(&mut self, sentences: &[Sentence]) -> f64 {
        let mut order: Vec<u32> = (0..sentences.len() as u32).collect();
        for last in (1..order.len()).rev() {
            order.swap(last, self.random.below(last as u64 + 1) as usize);
        }
        let mut loss = 0.0;
        for index in order {
            loss += self.step(&sentences[index as usize]);
        }
        loss / sentences.len().max(1) as f64
    }

    /// Transition scores of a source: what BIO says, the shared copy and its own.
    pub(crate) fn transitions_of(&self, tagger: usize, source: usize) -> Array2<f32> {
        let copies = &self.transitions[tagger];
        self.taggers[tagger].transitions() + &copies[0] + &copies[source + 1]
    }

    fn step(&mut self, sentence: &Sentence) -> f64 {
        self.drop_features(sentence);
        let len = self.scratch.ends.len();
        let mut scores = match &sentence.offset {
            Some(offset) => offset.clone(),
            None => Array2::zeros((len, self.width)),
        };
        let mut from = 0;
        for (at, &end) in self.scratch.ends.iter().enumerate() {
            let mut row = scores.row_mut(at);
            let Some(row) = row.as_slice_mut() else {
                continue;
            };
            for &feature in &self.scratch.kept[from..end as usize] {
                let start = feature as usize * self.width;
                let weights = &self.weights[start..start + self.width];
                row.iter_mut()
                    .zip(weights)
                    .for_each(|(sum, weight)| *sum += weight);
            }
            from = end as usize;
        }
        let mut gradient = Array2::<f32>::zeros((len, self.width));
        let mut loss = 0.0;
        let mut column = 0;
        for tagger in 0..self.taggers.len() {
            let columns = column..column + self.taggers[tagger].len();
            column = columns.end;
            let Some(allowed) = sentence.allowed.get(tagger).filter(|a| !a.is_empty()) else {
                continue;
            };
            let part = scores.slice(s![.., columns.clone()]);
            let exp = self
                .transitions_of(tagger, sentence.source)
                .mapv(|t| f64::from(t).exp());
            let free = self.scratch.free.run(part, &exp, None);
            let tied = self.scratch.tied.run(part, &exp, Some(allowed));
            if !(free - tied).is_finite() {
                continue;
            }
            loss += f64::from(sentence.weight) * (free - tied);
            self.transition_step(tagger, sentence, len, &exp);
            let mut into = gradient.slice_mut(s![.., columns]);
            for at in 0..len {
                for tag in 0..self.taggers[tagger].len() {
                    let (free, tied) = (&self.scratch.free, &self.scratch.tied);
                    let slope = free.marginal(at, tag) - tied.marginal(at, tag);
                    into[(at, tag)] = slope as f32 * sentence.weight;
                }
            }
        }
        self.feature_step(&gradient);
        loss
    }

    /// Leaves out a share of the features of each token.
    fn drop_features(&mut self, sentence: &Sentence) {
        let Scratch { kept, ends, .. } = &mut self.scratch;
        kept.clear();
        ends.clear();
        let limit = (f64::from(self.settings.dropout) * u32::MAX as f64) as u32;
        let mut from = 0;
        for &end in &sentence.ends {
            // shared copy and source copy stand side by side and go together
            for pair in sentence.features[from..end as usize].chunks(self.copies) {
                if limit == 0 || self.random.next() as u32 >= limit {
                    kept.extend_from_slice(pair);
                }
            }
            ends.push(kept.len() as u32);
            from = end as usize;
        }
    }

    fn feature_step(&mut self, gradient: &Array2<f32>) {
        let Settings { rate, l1, l2, .. } = self.settings;
        let mut from = 0;
        for (at, &end) in self.scratch.ends.iter().enumerate() {
            let features = from..end as usize;
            from = end as usize;
            let row = gradient.row(at);
            let Some(slopes) = row.as_slice() else {
                continue;
            };
            if slopes.iter().all(|slope| slope.abs() < NEGLIGIBLE) {
                continue;
            }
            for &feature in &self.scratch.kept[features] {
                let start = feature as usize * self.width;
                let weights = &mut self.weights[start..start + self.width];
                let squares = &mut self.squares[start..start + self.width];
                for ((weight, square), slope) in weights.iter_mut().zip(squares).zip(slopes) {
                    let slope = slope + l2 * *weight;
                    *square += slope * slope;
                    let step = rate / square.sqrt();
                    let moved = *weight - step * slope;
                    *weight = moved.signum() * (moved.abs() - step * l1).max(0.0);
                }
            }
        }
    }

    fn transition_step(
        &mut self,
        tagger: usize,
        sentence: &Sentence,
        len: usize,
        exp: &Array2<f64>,
    ) {
        let tags = self.taggers[tagger].len();
        let mut slopes = Array2::<f64>::zeros((tags + 1, tags));
        for (lattice, sign) in [(&self.scratch.free, 1.0), (&self.scratch.tied, -1.0)] {
            for to in 0..tags {
                if len > 0 {
                    slopes[(tags, to)] += sign * lattice.marginal(0, to);
                }
            }
            for at in 0..len.saturating_sub(1) {
                for from in 0..tags {
                    for to in 0..tags {
                        slopes[(from, to)] += sign * lattice.pair(at, from, to, exp);
                    }
                }
            }
        }
        let rate = self.settings.rate;
        for copy in [0, sentence.source + 1] {
            let weights = &mut self.transitions[tagger][copy];
            let squares = &mut self.transition_squares[tagger][copy];
            for ((weight, square), slope) in weights.iter_mut().zip(squares.iter_mut()).zip(&slopes)
            {
                let slope = *slope as f32 * sentence.weight + self.settings.l2 * *weight;
                *square += slope * slope;
                *weight -= rate / square.sqrt() * slope;
            }
        }
    }
}

/// A small generator of chance numbers (xorshift); the same seed gives the same run.
#[derive(Clone, Debug)]
pub(crate) struct Random(pub u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Loss of one sentence with the given weights, by the lattice alone.
    fn loss(learner: &Learner, sentence: &Sentence) -> f64 {
        let width = learner.width;
        let mut scores = Array2::<f32>::zeros((sentence.ends.len(), width));
        let mut from = 0;
        for (at, &end) in sentence.ends.iter().enumerate() {
            for &feature in &sentence.features[from..end as usize] {
                for column in 0..width {
                    scores[(at, column)] += learner.weights[feature as usize * width + column];
                }
            }
            from = end as usize;
        }
        let exp = learner.transitions_of(0, 0).mapv(|t| f64::from(t).exp());
        let mut lattice = Lattice::default();
        let free = lattice.run(scores.view(), &exp, None);
        free - lattice.run(scores.view(), &exp, Some(&sentence.allowed[0]))
    }

    fn toy() -> (Learner, Sentence) {
        let tags = Tags::new(vec!["A".into(), "B".into()]);
        let settings = Settings {
            dropout: 0.0,
            l1: 0.0,
            l2: 0.0,
            rate: 1e-3,
            ..Settings::default()
        };
        let mut learner = Learner::new(vec![tags], 4, 1, settings);
        let mut random = Random(5);
        let mut chance = || (random.below(1000) as f32 / 1000.0 - 0.5) * 2.0;
        learner.weights.iter_mut().for_each(|w| *w = chance());
        learner.transitions[0][0]
            .iter_mut()
            .for_each(|t| *t = chance());
        let sentence = Sentence {
            features: vec![0, 1, 2, 3, 1, 0, 3],
            ends: vec![2, 4, 5, 7],
            // B-A, then I-A or O, then anything, then O
            allowed: vec![vec![1 << 1, 1 | 1 << 2, 0b11111, 1]],
            weight: 1.0,
            ..Sentence::default()
        };
        (learner, sentence)
    }

    #[test]
    fn the_gradient_agrees_with_finite_differences() {
        let (mut learner, sentence) = toy();
        let before = learner.weights.clone();
        let squares = learner.squares.clone();
        let wanted: Vec<f64> = (0..before.len())
            .map(|index| {
                let mut at = |change: f32| {
                    learner.weights[index] = before[index] + change;
                    let loss = loss(&learner, &sentence);
                    learner.weights[index] = before[index];
                    loss
                };
                (at(1e-2) - at(-1e-2)) / 2e-2
            })
            .collect();
        learner.step(&sentence);
        // a feature of one token alone moves once: its squares tell the slope
        for feature in [2usize] {
            for column in 0..5 {
                let index = feature * 5 + column;
                let slope = (learner.squares[index] - squares[index]).max(0.0).sqrt();
                assert!((f64::from(slope) - wanted[index].abs()).abs() < 5e-3);
                let moved = f64::from(before[index] - learner.weights[index]);
                assert!(moved * wanted[index] >= 0.0);
            }
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_weights_and_the_loss_falls() {
        let run = || {
            let (mut learner, sentence) = toy();
            learner.settings.rate = 0.1;
            let first = learner.epoch(std::slice::from_ref(&sentence));
            let mut last = first;
            for _ in 0..30 {
                last = learner.epoch(std::slice::from_ref(&sentence));
            }
            assert!(last < first);
            learner.weights
        };
        assert_eq!(run(), run());
    }
}
