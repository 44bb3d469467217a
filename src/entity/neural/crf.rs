//! The linear chain over a sentence's scores: best path, and how sure it is of a span.

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

/// Log sums of the beginnings and of the endings of paths through each tag of each word, and of whole paths.
pub(crate) type Sums = (Vec<f32>, Vec<f32>, f32);

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

    fn score(&self, from: Option<usize>, to: usize) -> f32 {
        let row = from.map_or(0, |from| from + 1);
        if allowed(from, to) {
            self.transitions[row * self.tags() + to]
        } else {
            NEVER
        }
    }

    /// The spans of the best path through `emissions` (words × tags), with their probabilities.
    pub(crate) fn decode(&self, emissions: &[f32]) -> Vec<Found> {
        let path = self.best(emissions);
        let spans = spans(&path);
        if spans.is_empty() {
            return spans;
        }
        self.rate(emissions, spans)
    }

    /// The best path of tags.
    pub(crate) fn best(&self, emissions: &[f32]) -> Vec<usize> {
        let tags = self.tags();
        let words = emissions.len() / tags;
        let mut back = vec![0u8; words * tags];
        let mut last: Vec<f32> = Vec::new();
        let mut next = vec![0.0; tags];
        for word in 0..words {
            for to in 0..tags {
                let (mut best, mut from) = (f32::NEG_INFINITY, 0);
                if word == 0 {
                    best = self.score(None, to);
                }
                for (tag, before) in last.iter().enumerate() {
                    let score = before + self.score(Some(tag), to);
                    if score > best {
                        (best, from) = (score, tag);
                    }
                }
                next[to] = best + emissions[word * tags + to];
                back[word * tags + to] = from as u8;
            }
            last.clone_from(&next);
        }
        let mut path = vec![0; words];
        let mut tag = (0..last.len())
            .max_by(|&a, &b| last[a].total_cmp(&last[b]).then(b.cmp(&a)))
            .unwrap_or(0);
        for word in (0..words).rev() {
            path[word] = tag;
            tag = back[word * tags + tag] as usize;
        }
        path
    }

    /// Log of the summed weights of all beginnings, and of all endings, of paths through each tag of each word.
    pub(crate) fn sums(&self, emissions: &[f32]) -> Sums {
        let tags = self.tags();
        let words = emissions.len() / tags;
        let mut ahead = vec![0.0; words * tags];
        let mut behind = vec![0.0; words * tags];
        for word in 0..words {
            for to in 0..tags {
                let sum = if word == 0 {
                    self.score(None, to)
                } else {
                    log_sum(
                        (0..tags)
                            .map(|tag| ahead[(word - 1) * tags + tag] + self.score(Some(tag), to)),
                    )
                };
                ahead[word * tags + to] = sum + emissions[word * tags + to];
            }
        }
        for word in (0..words.saturating_sub(1)).rev() {
            for from in 0..tags {
                behind[word * tags + from] = log_sum((0..tags).map(|to| {
                    let next = (word + 1) * tags + to;
                    behind[next] + emissions[next] + self.score(Some(from), to)
                }));
            }
        }
        let total = match words.checked_sub(1) {
            Some(last) => log_sum((0..tags).map(|tag| ahead[last * tags + tag])),
            None => 0.0,
        };
        (ahead, behind, total)
    }

    fn rate(&self, emissions: &[f32], mut spans: Vec<Found>) -> Vec<Found> {
        let sums = self.sums(emissions);
        for span in &mut spans {
            span.score = self.probability(emissions, &sums, span);
        }
        spans
    }

    /// Probability that exactly this span has this label, given what [`sums`](Self::sums) gave.
    pub(crate) fn probability(&self, emissions: &[f32], sums: &Sums, span: &Found) -> f32 {
        let tags = self.tags();
        let words = emissions.len() / tags;
        if span.end > words || span.start >= span.end || span.label >= self.labels.len() {
            return 0.0;
        }
        let (ahead, behind, total) = sums;
        let (begin, inside) = (1 + 2 * span.label, 2 + 2 * span.label);
        let mut score = ahead[span.start * tags + begin];
        let mut tag = begin;
        for word in span.start + 1..span.end {
            score += self.score(Some(tag), inside) + emissions[word * tags + inside];
            tag = inside;
        }
        if span.end < words {
            score += log_sum((0..tags).filter(|&to| to != inside).map(|to| {
                let next = span.end * tags + to;
                behind[next] + emissions[next] + self.score(Some(tag), to)
            }));
        }
        (score - total).exp().clamp(0.0, 1.0)
    }
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

fn log_sum(values: impl Iterator<Item = f32> + Clone) -> f32 {
    let top = values.clone().fold(f32::NEG_INFINITY, f32::max);
    if top == f32::NEG_INFINITY {
        return top;
    }
    // what is lost in rounding needs no exponential
    let near = values.map(|value| value - top).filter(|&less| less > -18.0);
    top + near.map(f32::exp).sum::<f32>().ln()
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
        let tags = chain.tags();
        let mut paths = vec![(Vec::new(), 0.0)];
        for word in emissions.chunks(tags) {
            paths = paths
                .into_iter()
                .flat_map(|(path, score): (Vec<usize>, f32)| {
                    (0..tags).map(move |tag| {
                        let from = path.last().copied();
                        let mut path = path.clone();
                        path.push(tag);
                        (path, score + chain.score(from, tag) + word[tag])
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
        let best = paths.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
        assert_eq!(chain.best(&emissions), best.0);
        let total: f32 = paths.iter().map(|p| p.1.exp()).sum();
        for found in chain.decode(&emissions) {
            let same = |path: &[usize]| {
                spans(path)
                    .iter()
                    .any(|s| (s.start, s.end, s.label) == (found.start, found.end, found.label))
            };
            let sum: f32 = paths.iter().filter(|p| same(&p.0)).map(|p| p.1.exp()).sum();
            assert!((sum / total - found.score).abs() < 1e-4);
        }
        assert!(chain.decode(&[]).is_empty());
    }
}
