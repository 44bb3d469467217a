//! Logistic regression with a pull towards zero: all cases at once, so the order of cases says nothing.

use crate::event::Bag;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// What the learner may be told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    /// Pull of large weights towards zero.
    pub l2: f32,
    /// Steps over all cases.
    pub steps: usize,
    /// Features seen in fewer cases are left out.
    pub cutoff: u32,
}

/// Weights too small to say anything are left out.
const NEGLIGIBLE: f32 = 0.01;

/// Weights by name for cases with their answers.
pub(super) fn learn(cases: &[(&Bag, bool)], settings: Settings) -> BTreeMap<String, f32> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for (bag, _) in cases {
        for (name, _) in bag.named() {
            *counts.entry(name).or_default() += 1;
        }
    }
    counts.retain(|_, count| *count >= settings.cutoff);
    let names: Vec<&str> = counts.into_keys().collect();
    let index: FxHashMap<&str, usize> = names.iter().copied().zip(0..).collect();
    let rows: Vec<Vec<(usize, f32)>> = cases
        .iter()
        .map(|(bag, _)| {
            let known = bag.named().filter_map(|(n, v)| Some((*index.get(n)?, v)));
            known.collect()
        })
        .collect();
    let mut weights = vec![0.0f32; names.len()];
    let (mut first, mut second) = (vec![0.0f32; names.len()], vec![0.0f32; names.len()]);
    let mut slope = vec![0.0f32; names.len()];
    for step in 0..settings.steps {
        slope
            .iter_mut()
            .zip(&weights)
            .for_each(|(slope, weight)| *slope = settings.l2 * weight);
        for (row, (_, yes)) in rows.iter().zip(cases) {
            let sum: f32 = row.iter().map(|&(at, value)| weights[at] * value).sum();
            let miss = 1.0 / (1.0 + (-sum).exp()) - if *yes { 1.0 } else { 0.0 };
            for &(at, value) in row {
                slope[at] += miss * value;
            }
        }
        // Adam on the whole data, with steps that become smaller
        let rate = 0.05 / (1.0 + 4.0 * step as f32 / settings.steps as f32);
        let (a, b) = (
            1.0 - 0.9f32.powi(step as i32 + 1),
            1.0 - 0.999f32.powi(step as i32 + 1),
        );
        for at in 0..weights.len() {
            first[at] = 0.9 * first[at] + 0.1 * slope[at];
            second[at] = 0.999 * second[at] + 0.001 * slope[at] * slope[at];
            weights[at] -= rate * (first[at] / a) / ((second[at] / b).sqrt() + 1e-6);
        }
    }
    let named = names.iter().map(|name| (*name).to_owned()).zip(weights);
    named.filter(|(_, w)| w.abs() >= NEGLIGIBLE).collect()
}
