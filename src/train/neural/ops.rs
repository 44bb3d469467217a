//! The two layers that are faster by hand than step by step: the recurrent layer and the chain's loss.
//!
//! Each works out its own derivative; the rest of the network is left to candle.

use crate::entity::neural::{Direction, NEVER, Packing, allowed};
use candle_core::{CpuStorage, CustomOp1, CustomOp2, Layout, Result, Shape, Tensor, bail};
use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2};
use std::sync::{Arc, Mutex};

fn floats<'s>(storage: &'s CpuStorage, layout: &Layout) -> Result<&'s [f32]> {
    let all = storage.as_slice::<f32>()?;
    match layout.contiguous_offsets() {
        Some((from, to)) => Ok(&all[from..to]),
        None => bail!("expected a tensor without gaps"),
    }
}

fn values(tensor: &Tensor) -> Result<Vec<f32>> {
    tensor.flatten_all()?.to_vec1::<f32>()
}

fn shaped(result: std::result::Result<(), ndarray::ShapeError>) -> Result<()> {
    result.map_err(candle_core::Error::wrap)
}

/// `out += left · right` on plain numbers, `left` or `right` turned where asked.
fn multiply(
    left: (&[f32], [usize; 2], bool),
    right: (&[f32], [usize; 2], bool),
    out: &mut [f32],
) -> Result<()> {
    let mut run = || {
        let (a, b) = (
            ArrayView2::from_shape(left.1, left.0)?,
            ArrayView2::from_shape(right.1, right.0)?,
        );
        let a = if left.2 { a.reversed_axes() } else { a };
        let b = if right.2 { b.reversed_axes() } else { b };
        let mut out = ArrayViewMut2::from_shape((a.nrows(), b.ncols()), out)?;
        general_mat_mul(1.0, &a, &b, 1.0, &mut out);
        Ok(())
    };
    shaped(run())
}

/// One direction of the recurrent layer: (rows × 4 hidden, hidden × 4 hidden) to rows × hidden.
pub(super) struct Recurrent {
    pub packing: Arc<Packing>,
    pub backward: bool,
    /// Gates and cells of the forward pass.
    kept: Mutex<(Vec<f32>, Vec<f32>)>,
}

impl Recurrent {
    pub(super) fn new(packing: &Arc<Packing>, backward: bool) -> Self {
        Self {
            packing: packing.clone(),
            backward,
            kept: Mutex::default(),
        }
    }

    fn direction<'a>(&'a self, recurrent: &'a [f32], hidden: usize) -> Direction<'a> {
        Direction {
            packing: &self.packing,
            backward: self.backward,
            hidden,
            recurrent,
        }
    }
}

impl CustomOp2 for Recurrent {
    fn name(&self) -> &'static str {
        "recurrent"
    }

    fn cpu_fwd(
        &self,
        input: &CpuStorage,
        input_layout: &Layout,
        weights: &CpuStorage,
        weights_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let mut gates = floats(input, input_layout)?.to_vec();
        let weights = floats(weights, weights_layout)?;
        let hidden = weights_layout.dims()[0];
        let rows = self.packing.rows();
        let mut states = vec![0.0; rows * hidden];
        let mut cells = vec![0.0; rows * hidden];
        self.direction(weights, hidden)
            .run(&mut gates, &mut states, &mut cells);
        if let Ok(mut kept) = self.kept.lock() {
            *kept = (gates, cells);
        }
        Ok((CpuStorage::F32(states), Shape::from((rows, hidden))))
    }

    fn bwd(
        &self,
        _input: &Tensor,
        weights: &Tensor,
        states: &Tensor,
        slope: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let hidden = weights.dim(0)?;
        let four = 4 * hidden;
        let (recurrent, states) = (values(weights)?, values(states)?);
        let mut slope = values(slope)?;
        let (gates, cells) = match self.kept.lock() {
            Ok(mut kept) => std::mem::take(&mut *kept),
            Err(_) => bail!("the forward pass failed"),
        };
        let rows = self.packing.rows();
        let mut to_gates = vec![0.0f32; rows * four];
        let mut to_cells = vec![0.0f32; rows * hidden];
        let mut to_weights = vec![0.0f32; hidden * four];
        let packing = &self.packing;
        for position in packing.order(!self.backward) {
            let (start, size) = (packing.starts[position], packing.sizes[position]);
            let previous = packing.previous(position, self.backward);
            for row in start..start + size {
                let gate = &gates[row * four..(row + 1) * four];
                let out = &mut to_gates[row * four..(row + 1) * four];
                let before = previous
                    .filter(|(_, shared)| row - start < *shared)
                    .map(|(other, _)| packing.starts[other] + row - start);
                for n in 0..hidden {
                    let (i, f, g, o) = (
                        gate[n],
                        gate[hidden + n],
                        gate[2 * hidden + n],
                        gate[3 * hidden + n],
                    );
                    let at = row * hidden + n;
                    let squashed = crate::entity::neural::tanh(cells[at]);
                    let to_state = slope[at];
                    let to_cell = to_cells[at] + to_state * o * (1.0 - squashed * squashed);
                    out[n] = to_cell * g * i * (1.0 - i);
                    out[2 * hidden + n] = to_cell * i * (1.0 - g * g);
                    out[3 * hidden + n] = to_state * squashed * o * (1.0 - o);
                    if let Some(before) = before {
                        out[hidden + n] = to_cell * cells[before * hidden + n] * f * (1.0 - f);
                        to_cells[before * hidden + n] = to_cell * f;
                    }
                }
            }
            if let Some((other, shared)) = previous {
                let from = packing.starts[other];
                let gate = &to_gates[start * four..(start + shared) * four];
                let before = from * hidden..(from + shared) * hidden;
                multiply(
                    (gate, [shared, four], false),
                    (&recurrent, [hidden, four], true),
                    &mut slope[before.clone()],
                )?;
                multiply(
                    (&states[before], [shared, hidden], true),
                    (gate, [shared, four], false),
                    &mut to_weights,
                )?;
            }
        }
        Ok((
            Some(Tensor::from_vec(to_gates, (rows, four), weights.device())?),
            Some(Tensor::from_vec(
                to_weights,
                (hidden, four),
                weights.device(),
            )?),
        ))
    }
}

/// Loss of the chain: (rows × tags, (tags + 1) × tags) to the mean over words of minus the log probability of
/// the true tags.
pub(super) struct ChainLoss {
    pub packing: Arc<Packing>,
    /// True tag of each row.
    pub truth: Vec<usize>,
    kept: Mutex<(Vec<f32>, Vec<f32>)>,
}

impl ChainLoss {
    pub(super) fn new(packing: &Arc<Packing>, truth: Vec<usize>) -> Self {
        Self {
            packing: packing.clone(),
            truth,
            kept: Mutex::default(),
        }
    }

    /// Loss of one sentence in double precision; adds its slopes.
    fn sentence(
        &self,
        rows: &[usize],
        tags: usize,
        emissions: &[f32],
        moves: &[f32],
        to_emissions: &mut [f32],
        to_moves: &mut [f32],
    ) -> f32 {
        let words = rows.len();
        let emission = |word: usize, tag: usize| emissions[rows[word] * tags + tag];
        let mut ahead = vec![0.0f32; words * tags];
        let mut behind = vec![0.0f32; words * tags];
        let mut sums = vec![0.0f32; tags];
        for word in 0..words {
            for to in 0..tags {
                let sum = if word == 0 {
                    moves[to]
                } else {
                    for (from, sum) in sums.iter_mut().enumerate() {
                        *sum = ahead[(word - 1) * tags + from] + moves[(from + 1) * tags + to];
                    }
                    log_sum(&sums)
                };
                ahead[word * tags + to] = sum + emission(word, to);
            }
        }
        for word in (0..words - 1).rev() {
            for from in 0..tags {
                for (to, sum) in sums.iter_mut().enumerate() {
                    *sum = behind[(word + 1) * tags + to]
                        + emission(word + 1, to)
                        + moves[(from + 1) * tags + to];
                }
                behind[word * tags + from] = log_sum(&sums);
            }
        }
        let total = log_sum(&ahead[(words - 1) * tags..]);
        let mut truth_score = 0.0;
        for word in 0..words {
            for tag in 0..tags {
                let at = word * tags + tag;
                to_emissions[rows[word] * tags + tag] += (ahead[at] + behind[at] - total).exp();
            }
            let tag = self.truth[rows[word]];
            to_emissions[rows[word] * tags + tag] -= 1.0;
            let row = if word == 0 {
                0
            } else {
                self.truth[rows[word - 1]] + 1
            };
            truth_score += emission(word, tag) + moves[row * tags + tag];
            to_moves[row * tags + tag] -= 1.0;
            for to in 0..tags {
                if word == 0 {
                    to_moves[to] += (ahead[to] + behind[to] - total).exp();
                    continue;
                }
                for from in 0..tags {
                    let score = ahead[(word - 1) * tags + from]
                        + moves[(from + 1) * tags + to]
                        + emission(word, to)
                        + behind[word * tags + to];
                    to_moves[(from + 1) * tags + to] += (score - total).exp();
                }
            }
        }
        total - truth_score
    }
}

fn log_sum(values: &[f32]) -> f32 {
    let top = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    top + values
        .iter()
        .map(|value| (value - top).exp())
        .sum::<f32>()
        .ln()
}

impl CustomOp2 for ChainLoss {
    fn name(&self) -> &'static str {
        "chain-loss"
    }

    fn cpu_fwd(
        &self,
        emissions: &CpuStorage,
        emissions_layout: &Layout,
        moves: &CpuStorage,
        moves_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let emissions = floats(emissions, emissions_layout)?;
        let mut moves = floats(moves, moves_layout)?.to_vec();
        let tags = moves_layout.dims()[1];
        for from in 0..=tags {
            for to in 0..tags {
                if !allowed(from.checked_sub(1), to) {
                    moves[from * tags + to] = NEVER;
                }
            }
        }
        let mut to_emissions = vec![0.0; emissions.len()];
        let mut to_moves = vec![0.0; moves.len()];
        let mut loss = 0.0;
        for sentence in 0..self.packing.sizes.first().copied().unwrap_or(0) {
            let rows: Vec<usize> = (0..self.packing.sizes.len())
                .take_while(|&position| self.packing.sizes[position] > sentence)
                .map(|position| self.packing.row(sentence, position))
                .collect();
            loss += self.sentence(
                &rows,
                tags,
                emissions,
                &moves,
                &mut to_emissions,
                &mut to_moves,
            );
        }
        let scale = 1.0 / self.packing.rows().max(1) as f32;
        to_emissions.iter_mut().for_each(|x| *x *= scale);
        to_moves.iter_mut().for_each(|x| *x *= scale);
        if let Ok(mut kept) = self.kept.lock() {
            *kept = (to_emissions, to_moves);
        }
        Ok((CpuStorage::F32(vec![loss * scale]), Shape::from(())))
    }

    fn bwd(
        &self,
        emissions: &Tensor,
        moves: &Tensor,
        _loss: &Tensor,
        slope: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let slope = f64::from(slope.to_scalar::<f32>()?);
        let (to_emissions, to_moves) = match self.kept.lock() {
            Ok(mut kept) => std::mem::take(&mut *kept),
            Err(_) => bail!("the forward pass failed"),
        };
        let give = |values: Vec<f32>, like: &Tensor| {
            Tensor::from_vec(values, like.shape(), like.device())?.affine(slope, 0.0)
        };
        Ok((
            Some(give(to_emissions, emissions)?),
            Some(give(to_moves, moves)?),
        ))
    }
}

/// Mean log loss of guesses (rows × candidates) whose true candidates are known.
pub(super) struct GuessLoss {
    truth: Vec<u32>,
    kept: Mutex<Vec<f32>>,
}

impl GuessLoss {
    pub(super) fn new(truth: Vec<u32>) -> Self {
        Self {
            truth,
            kept: Mutex::default(),
        }
    }
}

/// A close e to the x that the compiler turns into vector code; for x up to 0.
#[inline]
fn fall(x: f32) -> f32 {
    let x = x.max(-80.0) * std::f32::consts::LOG2_E;
    let whole = x.floor();
    let part = x - whole;
    let power = 1.0
        + part
            * (std::f32::consts::LN_2
                + part
                    * (0.240_226_5
                        + part * (0.055_504_1 + part * (0.009_618_1 + part * 0.001_339_8))));
    f32::from_bits(((whole as i32 + 127) << 23) as u32) * power
}

impl CustomOp1 for GuessLoss {
    fn name(&self) -> &'static str {
        "guess-loss"
    }

    fn cpu_fwd(&self, scores: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let mut scores = floats(scores, layout)?.to_vec();
        let (rows, columns) = (layout.dims()[0], layout.dims()[1]);
        let scale = 1.0 / rows.max(1) as f32;
        let mut loss = 0.0f64;
        for (row, &truth) in scores.chunks_exact_mut(columns.max(1)).zip(&self.truth) {
            let top = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let own = row[truth as usize];
            let mut sum = 0.0;
            for x in row.iter_mut() {
                *x = fall(*x - top);
                sum += *x;
            }
            loss += f64::from(top + sum.ln() - own);
            let share = scale / sum;
            row.iter_mut().for_each(|x| *x *= share);
            row[truth as usize] -= scale;
        }
        if let Ok(mut kept) = self.kept.lock() {
            *kept = scores;
        }
        let loss = loss as f32 * scale;
        Ok((CpuStorage::F32(vec![loss]), Shape::from(())))
    }

    fn bwd(&self, scores: &Tensor, _loss: &Tensor, slope: &Tensor) -> Result<Option<Tensor>> {
        let slope = f64::from(slope.to_scalar::<f32>()?);
        let kept = match self.kept.lock() {
            Ok(mut kept) => std::mem::take(&mut *kept),
            Err(_) => bail!("the forward pass failed"),
        };
        let slopes = Tensor::from_vec(kept, scores.shape(), scores.device())?;
        Ok(Some(if slope == 1.0 {
            slopes
        } else {
            slopes.affine(slope, 0.0)?
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::{Device, Var};

    fn numbers(count: usize, seed: usize) -> Vec<f32> {
        (0..count)
            .map(|n| (((n + seed) * 7919) % 101) as f32 / 50.0 - 1.0)
            .collect()
    }

    /// Compares candle's slopes with differences of the loss.
    fn check(vars: &[Var], loss: impl Fn() -> Tensor) {
        let slopes = loss().backward().unwrap();
        for var in vars {
            let slope = values(slopes.get(var).unwrap()).unwrap();
            let old = values(var).unwrap();
            for n in (0..old.len()).step_by(3) {
                let at = |delta: f32| {
                    let mut new = old.clone();
                    new[n] += delta;
                    var.set(&Tensor::from_vec(new, var.shape(), &Device::Cpu).unwrap())
                        .unwrap();
                    loss().to_scalar::<f32>().unwrap()
                };
                let measured = (at(1e-2) - at(-1e-2)) / 2e-2;
                at(0.0);
                assert!(
                    (measured - slope[n]).abs() < 2e-3,
                    "{n}: {measured} {}",
                    slope[n]
                );
            }
        }
    }

    fn var(count: (usize, usize), seed: usize) -> Var {
        let data = numbers(count.0 * count.1, seed);
        Var::from_tensor(&Tensor::from_vec(data, count, &Device::Cpu).unwrap()).unwrap()
    }

    #[test]
    fn slopes_of_the_recurrent_layer_are_right() {
        let packing = Arc::new(Packing::new(&[4, 2, 1]));
        let (input, weights) = (var((7, 12), 1), var((3, 12), 5));
        let pick = Tensor::from_vec(numbers(21, 3), (7, 3), &Device::Cpu).unwrap();
        for backward in [false, true] {
            check(&[input.clone(), weights.clone()], || {
                let op = Recurrent::new(&packing, backward);
                let states = input.apply_op2(&weights, op).unwrap();
                states.mul(&pick).unwrap().sum_all().unwrap()
            });
        }
    }

    #[test]
    fn slopes_of_guesses_are_right() {
        let scores = var((4, 6), 2);
        check(std::slice::from_ref(&scores), || {
            scores.apply_op1(GuessLoss::new(vec![1, 0, 5, 1])).unwrap()
        });
    }

    #[test]
    fn slopes_of_the_chain_are_right() {
        let packing = Arc::new(Packing::new(&[3, 2]));
        let (emissions, moves) = (var((5, 5), 1), var((6, 5), 5));
        check(&[emissions.clone(), moves.clone()], || {
            let op = ChainLoss::new(&packing, vec![1, 0, 2, 3, 0]);
            emissions.apply_op2(&moves, op).unwrap()
        });
    }
}
