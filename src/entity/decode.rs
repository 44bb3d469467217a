//! Chains of tags: the best one, and how probable each tag and span is.

use ndarray::{Array2, ArrayView2};
use std::ops::Range;

/// The tags of one tagger: `O`, then `B-` and `I-` of each label in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tags {
    labels: Vec<String>,
}

/// Score of a transition that BIO forbids.
pub(crate) const FORBIDDEN: f32 = -1.0e4;

impl Tags {
    pub(crate) fn new(labels: Vec<String>) -> Self {
        Self { labels }
    }

    pub(crate) fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Number of tags.
    pub(crate) fn len(&self) -> usize {
        1 + 2 * self.labels.len()
    }

    pub(crate) fn begin(&self, label: usize) -> usize {
        1 + 2 * label
    }

    pub(crate) fn inside(&self, label: usize) -> usize {
        2 + 2 * label
    }

    /// The label of a tag and whether the tag begins it.
    pub(crate) fn label(&self, tag: usize) -> Option<(usize, bool)> {
        (tag > 0).then(|| ((tag - 1) / 2, tag % 2 == 1))
    }

    /// Whether BIO lets `to` follow `from`; `None` is the begin of the sentence.
    pub(crate) fn may_follow(&self, from: Option<usize>, to: usize) -> bool {
        match self.label(to) {
            Some((label, false)) => {
                from.and_then(|tag| self.label(tag)).map(|(l, _)| l) == Some(label)
            }
            _ => true,
        }
    }

    /// Transitions (tags + 1 for the begin) × tags, zero where allowed.
    pub(crate) fn transitions(&self) -> Array2<f32> {
        let tags = self.len();
        Array2::from_shape_fn((tags + 1, tags), |(from, to)| {
            let from = (from < tags).then_some(from);
            if self.may_follow(from, to) {
                0.0
            } else {
                FORBIDDEN
            }
        })
    }

    /// Spans of a tag sequence as (tokens, label).
    pub(crate) fn spans(&self, sequence: &[usize]) -> Vec<(Range<usize>, usize)> {
        let mut spans: Vec<(Range<usize>, usize)> = Vec::new();
        for (at, &tag) in sequence.iter().enumerate() {
            if let Some((label, begins)) = self.label(tag) {
                match spans.last_mut() {
                    Some((range, last)) if !begins && *last == label && range.end == at => {
                        range.end += 1;
                    }
                    _ => spans.push((at..at + 1, label)),
                }
            }
        }
        spans
    }
}

/// Transitions of one tagger, ready for use.
#[derive(Clone, Debug)]
pub(crate) struct Steps {
    /// (tags + 1) × tags, the begin of the sentence last.
    pub scores: Array2<f32>,
    /// Their exponentials.
    pub exp: Array2<f64>,
}

impl Steps {
    pub(crate) fn new(scores: Array2<f32>) -> Self {
        Self {
            exp: scores.mapv(|score| f64::from(score).exp()),
            scores,
        }
    }
}

/// The best chain of tags; `transitions` has one more row, for the begin.
pub(crate) fn viterbi(emissions: ArrayView2<'_, f32>, transitions: &Array2<f32>) -> Vec<usize> {
    let (len, tags) = emissions.dim();
    if len == 0 {
        return Vec::new();
    }
    let mut back = vec![0u8; len * tags];
    let mut score: Vec<f32> = (0..tags)
        .map(|tag| emissions[(0, tag)] + transitions[(tags, tag)])
        .collect();
    let mut next = vec![0.0f32; tags];
    for (at, back) in back.chunks_mut(tags).enumerate().skip(1) {
        next.fill(f32::NEG_INFINITY);
        // from each tag to all others: rows lie side by side, so that several go in one step
        for (from, (&before, row)) in score.iter().zip(transitions.rows()).enumerate() {
            for ((best, back), step) in next.iter_mut().zip(&mut *back).zip(row) {
                let total = before + step;
                let better = total > *best;
                *best = if better { total } else { *best };
                *back = if better { from as u8 } else { *back };
            }
        }
        for (next, emission) in next.iter_mut().zip(emissions.row(at)) {
            *next += emission;
        }
        std::mem::swap(&mut score, &mut next);
    }
    let mut tag = (1..tags).fold(
        0,
        |best, tag| if score[tag] > score[best] { tag } else { best },
    );
    let mut sequence = vec![tag; len];
    for at in (1..len).rev() {
        tag = back[at * tags + tag] as usize;
        sequence[at - 1] = tag;
    }
    sequence
}

/// Forward and backward sums over one sentence, scaled token by token; buffers are reused.
#[derive(Default)]
pub(crate) struct Lattice {
    tags: usize,
    len: usize,
    emit: Vec<f64>,
    alpha: Vec<f64>,
    beta: Vec<f64>,
    scale: Vec<f64>,
}

impl Lattice {
    /// Fills the lattice; `exp` holds the exponentials of the transitions, `allowed` a bit set of tags
    /// for each token. The result is the log of the sum over all allowed chains, minus infinity where
    /// there is none.
    pub(crate) fn run(
        &mut self,
        emissions: ArrayView2<'_, f32>,
        exp: &Array2<f64>,
        allowed: Option<&[u32]>,
    ) -> f64 {
        let (len, tags) = emissions.dim();
        (self.len, self.tags) = (len, tags);
        for buffer in [&mut self.emit, &mut self.alpha, &mut self.beta] {
            buffer.clear();
            buffer.resize(len * tags, 0.0);
        }
        self.scale.clear();
        let mut log = 0.0;
        for at in 0..len {
            let row = emissions.row(at);
            let mask = allowed
                .and_then(|all| all.get(at))
                .copied()
                .unwrap_or(u32::MAX);
            let open = |tag: usize| mask & (1 << tag) != 0;
            let most = (0..tags)
                .filter(|&tag| open(tag))
                .map(|tag| row[tag])
                .fold(f32::NEG_INFINITY, f32::max);
            let most = if most.is_finite() { most } else { 0.0 };
            log += f64::from(most);
            let (before, here) = self.alpha.split_at_mut(at * tags);
            let here = &mut here[..tags];
            match at.checked_sub(1) {
                None => here
                    .iter_mut()
                    .zip(exp.row(tags))
                    .for_each(|(to, e)| *to = *e),
                Some(last) => {
                    for (a, row) in before[last * tags..].iter().zip(exp.rows()) {
                        here.iter_mut().zip(row).for_each(|(to, e)| *to += a * e);
                    }
                }
            }
            let mut sum = 0.0;
            for (tag, into) in here.iter_mut().enumerate() {
                let emit = if open(tag) {
                    f64::from(row[tag] - most).exp()
                } else {
                    0.0
                };
                self.emit[at * tags + tag] = emit;
                *into *= emit;
                sum += *into;
            }
            if sum.is_nan() || sum <= 0.0 {
                // nothing that is allowed can be reached
                self.alpha.fill(0.0);
                self.beta.fill(0.0);
                self.scale.resize(len, 1.0);
                return f64::NEG_INFINITY;
            }
            for value in &mut self.alpha[at * tags..(at + 1) * tags] {
                *value /= sum;
            }
            self.scale.push(sum);
            log += sum.ln();
        }
        let mut weight = vec![0.0; tags];
        for at in (0..len).rev() {
            let (here, next) = self.beta.split_at_mut((at + 1) * tags);
            let here = &mut here[at * tags..];
            if at + 1 == len {
                here.fill(1.0);
                continue;
            }
            let emit = &self.emit[(at + 1) * tags..(at + 2) * tags];
            for ((weight, emit), beta) in weight.iter_mut().zip(emit).zip(&*next) {
                *weight = emit * beta / self.scale[at + 1];
            }
            for (here, row) in here.iter_mut().zip(exp.rows()) {
                *here = row.iter().zip(&weight).map(|(e, weight)| e * weight).sum();
            }
        }
        log
    }

    /// What going from `tag` at `at` to `to` adds to the backward sum.
    fn step(&self, at: usize, tag: usize, to: usize, exp: &Array2<f64>) -> f64 {
        let next = (at + 1) * self.tags + to;
        exp[(tag, to)] * self.emit[next] * self.beta[next] / self.scale[at + 1]
    }

    /// Probability of a tag at a token.
    pub(crate) fn marginal(&self, at: usize, tag: usize) -> f64 {
        let index = at * self.tags + tag;
        self.alpha[index] * self.beta[index]
    }

    /// Probability of `from` at token `at` and `to` at the next.
    pub(crate) fn pair(&self, at: usize, from: usize, to: usize, exp: &Array2<f64>) -> f64 {
        self.alpha[at * self.tags + from] * self.step(at, from, to, exp)
    }

    /// Probability that exactly the tokens of `range` are one span of the label with these tags.
    pub(crate) fn span(
        &self,
        range: Range<usize>,
        begin: usize,
        inside: usize,
        exp: &Array2<f64>,
    ) -> f64 {
        if range.is_empty() || range.end > self.len {
            return 0.0;
        }
        let mut path = self.alpha[range.start * self.tags + begin];
        let mut tag = begin;
        for at in range.start + 1..range.end {
            path *= exp[(tag, inside)] * self.emit[at * self.tags + inside] / self.scale[at];
            tag = inside;
        }
        let last = range.end - 1;
        let mut ends = self.beta[last * self.tags + tag];
        if range.end < self.len {
            ends -= self.step(last, tag, inside, exp);
        }
        (path * ends).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toy(len: usize, seed: u64) -> (Tags, Array2<f32>, Array2<f32>) {
        let tags = Tags::new(vec!["A".into(), "B".into()]);
        let mut state = seed;
        let mut random = move || {
            state = state
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            ((state >> 33) as f32 / (1u64 << 31) as f32 - 0.5) * 4.0
        };
        let emissions = Array2::from_shape_fn((len, 5), |_| random());
        let transitions = tags
            .transitions()
            .mapv(|t| if t < -1.0 { t } else { random() });
        (tags, emissions, transitions)
    }

    /// Every chain with its score, the slow way.
    fn all(emissions: &Array2<f32>, transitions: &Array2<f32>) -> Vec<(Vec<usize>, f64)> {
        let (len, tags) = emissions.dim();
        let mut chains = vec![(Vec::new(), 0.0f64)];
        for at in 0..len {
            chains = chains
                .into_iter()
                .flat_map(|(chain, score): (Vec<usize>, f64)| {
                    (0..tags).map(move |tag| {
                        let from = chain.last().copied().unwrap_or(tags);
                        let step = emissions[(at, tag)] + transitions[(from, tag)];
                        let longer = chain.iter().copied().chain([tag]).collect();
                        (longer, score + f64::from(step))
                    })
                })
                .collect();
        }
        chains
    }

    #[test]
    fn viterbi_is_the_best_of_all_chains() {
        for seed in 1..20 {
            let (_, emissions, transitions) = toy(5, seed);
            let chains = all(&emissions, &transitions);
            let best = chains.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
            assert_eq!(viterbi(emissions.view(), &transitions), best.0);
        }
        assert!(viterbi(Array2::zeros((0, 5)).view(), &Array2::zeros((6, 5))).is_empty());
    }

    #[test]
    fn marginals_and_spans_are_sums_over_chains() {
        for seed in 1..10 {
            let (tags, emissions, transitions) = toy(4, seed);
            let exp = transitions.mapv(|t| f64::from(t).exp());
            let mut lattice = Lattice::default();
            let log = lattice.run(emissions.view(), &exp, None);
            let chains = all(&emissions, &transitions);
            let total: f64 = chains.iter().map(|(_, score)| score.exp()).sum();
            assert!((log - total.ln()).abs() < 1e-5);
            for at in 0..4 {
                let sum: f64 = (0..5).map(|tag| lattice.marginal(at, tag)).sum();
                assert!((sum - 1.0).abs() < 1e-9);
            }
            let wanted: f64 = chains
                .iter()
                .filter(|(chain, _)| tags.spans(chain).contains(&(1..3, 1)))
                .map(|(_, score)| score.exp() / total)
                .sum();
            assert!((lattice.span(1..3, 3, 4, &exp) - wanted).abs() < 1e-6);
        }
    }

    #[test]
    fn a_mask_limits_the_sum() {
        let (_, emissions, transitions) = toy(3, 7);
        let exp = transitions.mapv(|t| f64::from(t).exp());
        let mut lattice = Lattice::default();
        let log = lattice.run(emissions.view(), &exp, Some(&[1, 0b11, 1]));
        let wanted: f64 = all(&emissions, &transitions)
            .iter()
            .filter(|(c, _)| c[0] == 0 && c[1] < 2 && c[2] == 0)
            .map(|(_, score)| score.exp())
            .sum();
        assert!((log - wanted.ln()).abs() < 1e-5);
    }

    #[test]
    fn no_chain_is_no_probability() {
        let (_, emissions, transitions) = toy(3, 5);
        let exp = transitions.mapv(|t| f64::from(t).exp());
        let mut lattice = Lattice::default();
        // I-A at the begin is forbidden
        assert_eq!(
            lattice.run(emissions.view(), &exp, Some(&[1 << 2, 1, 1])),
            f64::NEG_INFINITY
        );
        assert_eq!(lattice.marginal(1, 0), 0.0);
    }

    #[test]
    fn tags_and_spans() {
        let tags = Tags::new(vec!["PER".into(), "ORG".into()]);
        assert_eq!(tags.label(4), Some((1, false)));
        assert_eq!(tags.inside(1), 4);
        assert_eq!(
            tags.spans(&[1, 2, 0, 3, 3, 4]),
            [(0..2, 0), (3..4, 1), (4..6, 1)]
        );
        assert!(!tags.may_follow(Some(1), 4) && !tags.may_follow(None, 2));
    }
}
