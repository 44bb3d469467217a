//! Word vectors from unlabelled text: skip-gram with negative sampling.

use super::learner::Random;

/// Numbers in a vector.
pub(super) const SIZE: usize = 64;

/// How the vectors are learned.
pub(super) struct Plan {
    /// Words before and after that a word is to foretell.
    pub window: usize,
    /// Words of chance for each true neighbour.
    pub negatives: usize,
    pub epochs: usize,
    pub rate: f32,
    /// Words with a larger share of the text than this are left out at times.
    pub common: f32,
    pub seed: u64,
}

/// Learns a vector for each of the words `0..counts.len()`; `text` holds word numbers, with numbers
/// past the last word where a sentence ends or a word is unknown.
pub(super) fn learn(text: &[u32], counts: &[u64], plan: &Plan) -> Vec<[f32; SIZE]> {
    let words = counts.len();
    let mut random = Random(plan.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut inner: Vec<[f32; SIZE]> = (0..words)
        .map(|_| {
            std::array::from_fn(|_| {
                (random.below(1 << 20) as f32 / 1_048_576.0 - 0.5) / SIZE as f32
            })
        })
        .collect();
    let mut outer = vec![[0.0f32; SIZE]; words];
    let urn = urn(counts);
    let total: u64 = counts.iter().sum();
    // frequent words say little about their neighbours
    let keep: Vec<f32> = counts
        .iter()
        .map(|&count| {
            (plan.common * total as f32 / count.max(1) as f32)
                .sqrt()
                .min(1.0)
        })
        .collect();
    let steps = (text.len() * plan.epochs).max(1);
    let mut sentence: Vec<u32> = Vec::new();
    let mut done = 0usize;
    for _ in 0..plan.epochs {
        for (at, &word) in text.iter().enumerate() {
            let ends = word as usize >= words;
            if !ends && (random.below(1 << 20) as f32) < keep[word as usize] * 1_048_576.0 {
                sentence.push(word);
            }
            if !(ends || at + 1 == text.len() || sentence.len() > 1000) {
                continue;
            }
            done += sentence.len();
            let rate = plan.rate * (1.0 - done as f32 / steps as f32).max(0.02);
            for centre in 0..sentence.len() {
                let reach = 1 + random.below(plan.window as u64) as usize;
                let from = centre.saturating_sub(reach);
                let to = (centre + reach + 1).min(sentence.len());
                for near in (from..to).filter(|&near| near != centre) {
                    let mut change = [0.0f32; SIZE];
                    let vector = inner[sentence[near] as usize];
                    for draw in 0..=plan.negatives {
                        let target = if draw == 0 {
                            sentence[centre]
                        } else {
                            urn[random.below(urn.len() as u64) as usize]
                        };
                        if draw > 0 && target == sentence[centre] {
                            continue;
                        }
                        let other = &mut outer[target as usize];
                        let product = dot(&vector, other);
                        let wanted = if draw == 0 { 1.0 } else { 0.0 };
                        let slope = (wanted - 1.0 / (1.0 + (-product).exp())) * rate;
                        for ((change, other), own) in change.iter_mut().zip(other).zip(&vector) {
                            *change += slope * *other;
                            *other += slope * own;
                        }
                    }
                    let own = &mut inner[sentence[near] as usize];
                    own.iter_mut()
                        .zip(&change)
                        .for_each(|(own, change)| *own += change);
                }
            }
            sentence.clear();
        }
    }
    inner
}

/// Words to draw from, each as often as its count to the power of 3/4 says.
fn urn(counts: &[u64]) -> Vec<u32> {
    let weights: Vec<f64> = counts
        .iter()
        .map(|&count| (count as f64).powf(0.75))
        .collect();
    let total: f64 = weights.iter().sum();
    let mut urn = Vec::new();
    for (word, weight) in weights.iter().enumerate() {
        let share = (weight / total * 1e6).ceil() as usize;
        urn.extend(std::iter::repeat_n(word as u32, share));
    }
    urn
}

/// Groups vectors around `groups` centres by direction; the result is each vector's group.
pub(super) fn group(vectors: &[[f32; SIZE]], groups: usize, rounds: usize) -> Vec<u16> {
    let unit: Vec<[f32; SIZE]> = vectors.iter().map(normalised).collect();
    // words come by frequency: every n-th of the more frequent half is a spread of kinds
    let step = (unit.len() / 2 / groups.max(1)).max(1);
    let mut centres: Vec<[f32; SIZE]> = unit.iter().step_by(step).take(groups).copied().collect();
    let mut group = vec![0u16; unit.len()];
    for _ in 0..rounds {
        for (slot, vector) in group.iter_mut().zip(&unit) {
            let mut best = (f32::NEG_INFINITY, 0);
            for (number, centre) in centres.iter().enumerate() {
                let product = dot(vector, centre);
                if product > best.0 {
                    best = (product, number);
                }
            }
            *slot = best.1 as u16;
        }
        let mut sums = vec![[0.0f32; SIZE]; centres.len()];
        for (&number, vector) in group.iter().zip(&unit) {
            let sum = &mut sums[number as usize];
            sum.iter_mut()
                .zip(vector)
                .for_each(|(sum, value)| *sum += value);
        }
        for (centre, sum) in centres.iter_mut().zip(&sums) {
            if sum.iter().any(|value| *value != 0.0) {
                *centre = normalised(sum);
            }
        }
    }
    group
}

/// In eight sums side by side, which the compiler makes one instruction.
fn dot(a: &[f32; SIZE], b: &[f32; SIZE]) -> f32 {
    let mut sums = [0.0f32; 8];
    for (a, b) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
        for (lane, sum) in sums.iter_mut().enumerate() {
            *sum += a[lane] * b[lane];
        }
    }
    sums.iter().sum()
}

fn normalised(vector: &[f32; SIZE]) -> [f32; SIZE] {
    let length = vector
        .iter()
        .map(|value| value * value)
        .sum::<f32>()
        .sqrt()
        .max(1e-9);
    vector.map(|value| value / length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_used_alike_come_together() {
        // 0 and 2 stand before 4, 1 and 3 before 5; 6 ends a sentence
        let mut random = Random(7);
        let mut text = Vec::new();
        for _ in 0..4000 {
            let word = random.below(4) as u32;
            text.extend([word, 4 + word % 2, 6]);
        }
        let plan = Plan {
            window: 1,
            negatives: 3,
            epochs: 2,
            rate: 0.1,
            common: 1.0,
            seed: 1,
        };
        let vectors = learn(&text, &[1000, 1000, 1000, 1000, 2000, 2000], &plan);
        let groups = group(&vectors[..4], 2, 5);
        assert_eq!(groups[0], groups[2]);
        assert_eq!(groups[1], groups[3]);
        assert_ne!(groups[0], groups[1]);
    }
}
