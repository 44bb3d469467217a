//! How sentences and numbers are disturbed for practice.

use super::data::{Case, misspell, recase};
use crate::entity::neural::{FIRST_NAME, Seen};
use crate::train::random::Random;
use candle_core::{Result, Tensor};

/// How the network is disturbed while it learns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Noise {
    /// Share of numbers dropped between the layers.
    pub dropout: f32,
    /// Share of words whose learned row is withheld.
    pub word: f32,
    /// Share of sentences that do without lists of names.
    pub names: f32,
    /// Shares of sentences in lower, and in upper case.
    pub lower: f32,
    pub upper: f32,
    /// Share of words misspelt.
    pub typo: f32,
}

impl Noise {
    /// No disturbance.
    pub(super) fn none() -> Self {
        Self {
            dropout: 0.0,
            word: 0.0,
            names: 0.0,
            lower: 0.0,
            upper: 0.0,
            typo: 0.0,
        }
    }
}

/// A sentence as a learner gets it.
pub(super) fn disturb(words: &[Seen], noise: &Noise, random: &mut Random) -> Vec<Seen> {
    let (dice, names) = (random.unit(), random.unit() >= noise.names);
    let case = if dice < noise.lower {
        Case::Lower
    } else if dice < noise.lower + noise.upper {
        Case::Upper
    } else {
        Case::Printed
    };
    words
        .iter()
        .map(|word| {
            let mut word = recase(word, case);
            if noise.typo > 0.0 && random.unit() < noise.typo {
                word = misspell(&word, random);
            }
            if !names {
                word.names = word
                    .names
                    .iter()
                    .copied()
                    .filter(|&f| f < FIRST_NAME)
                    .collect();
            }
            word
        })
        .collect()
}

/// Sets a share of the numbers to zero and makes up for it in the others.
pub(super) fn drop(tensor: &Tensor, share: f32, random: &mut Random) -> Result<Tensor> {
    if share <= 0.0 {
        return Ok(tensor.clone());
    }
    let keep = 1.0 / (1.0 - share);
    let count = tensor.elem_count();
    // a byte a number is exact enough, and eight times faster
    let bound = (share * 256.0) as u8;
    let mut mask = Vec::with_capacity(count + 8);
    while mask.len() < count {
        let bits = random.bits().to_le_bytes();
        mask.extend(bits.map(|byte| if byte < bound { 0.0 } else { keep }));
    }
    mask.truncate(count);
    tensor.mul(&Tensor::from_vec(mask, tensor.shape(), tensor.device())?)
}
