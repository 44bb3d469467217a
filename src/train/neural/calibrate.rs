//! Honest scores: how often spans of a probability are right, and the correction that makes it so.

use super::data::Sentence;
use crate::entity::neural::{Head, Network, Seen, spans};

/// Probability and truth of each span that a head finds, by its uncorrected probability.
pub(super) fn outcomes(
    network: &Network,
    head: usize,
    nth: usize,
    sentences: &[Sentence],
) -> Vec<(f32, bool)> {
    let seen: Vec<Vec<Seen>> = sentences.iter().map(|s| s.words.clone()).collect();
    let mut outcomes = Vec::new();
    for (sentence, found) in sentences.iter().zip(network.find(&seen, head)) {
        let tags: Vec<usize> = sentence.tags[nth].1.iter().map(|&t| t.into()).collect();
        let truth = spans(&tags);
        for span in found {
            let same = |t: &&crate::entity::neural::Found| {
                (t.start, t.end, t.label) == (span.start, span.end, span.label)
            };
            outcomes.push((span.score, truth.iter().find(same).is_some()));
        }
    }
    outcomes
}

/// Slope and shift on the log odds that make the outcomes most likely; empty where there are too few.
pub(super) fn fit(outcomes: &[(f32, bool)]) -> Vec<f32> {
    if outcomes.len() < 50 {
        return Vec::new();
    }
    let odds = |p: f32| {
        let p = f64::from(p.clamp(1e-6, 1.0 - 1e-6));
        (p / (1.0 - p)).ln()
    };
    let (mut slope, mut shift) = (1.0f64, 0.0f64);
    for _ in 0..50 {
        // Newton's method, held near (1, 0) by a weak pull
        let (mut g, mut h) = ([slope - 1.0, shift], [1.0, 0.0, 1.0]);
        for &(p, right) in outcomes {
            let x = odds(p);
            let guess = 1.0 / (1.0 + (-(slope * x + shift)).exp());
            let off = guess - f64::from(u8::from(right));
            let weight = (guess * (1.0 - guess)).max(1e-9);
            g = [g[0] + off * x, g[1] + off];
            h = [h[0] + weight * x * x, h[1] + weight * x, h[2] + weight];
        }
        let size = h[0] * h[2] - h[1] * h[1];
        // short steps: far from the best point a whole one may jump past it, ever farther
        let step = [
            (h[2] * g[0] - h[1] * g[1]) / size,
            (h[0] * g[1] - h[1] * g[0]) / size,
        ];
        let short = 0.5 / step[0].hypot(step[1]).max(0.5);
        slope -= short * step[0];
        shift -= short * step[1];
    }
    let sane = slope.is_finite() && shift.is_finite() && (0.05..5.0).contains(&slope);
    if sane {
        vec![slope as f32, shift as f32]
    } else {
        Vec::new()
    }
}

/// Expected calibration error in ten bins.
pub(super) fn error(head: &Head, outcomes: &[(f32, bool)]) -> f64 {
    let mut bins = [(0.0f64, 0.0f64, 0.0f64); 10];
    for &(raw, right) in outcomes {
        let score = f64::from(head.calibrated(raw));
        let bin = &mut bins[((score * 10.0) as usize).min(9)];
        *bin = (
            bin.0 + 1.0,
            bin.1 + score,
            bin.2 + f64::from(u8::from(right)),
        );
    }
    let off: f64 = bins.iter().map(|bin| (bin.1 - bin.2).abs()).sum();
    off / outcomes.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corrects_boastful_scores() {
        // 0.99 that is right in 7 of 10 cases, 0.6 that is right in 5 of 10
        let mut outcomes = Vec::new();
        for n in 0..200 {
            outcomes.push((0.99, n % 10 < 7));
            outcomes.push((0.6, n % 10 < 5));
        }
        let mut head = Head::default();
        let before = error(&head, &outcomes);
        head.calibration = fit(&outcomes);
        let after = error(&head, &outcomes);
        assert!(before > 0.15 && after < 0.02, "{before} {after}");
        assert!(fit(&outcomes[..10]).is_empty());
    }
}
