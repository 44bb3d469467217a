//! One direction of a recurrent layer (LSTM) over a batch of sentences.
//!
//! Sentences lie sorted by falling length and packed by position: all first words, all second words, and so
//! on, so that no step works on padding. Used by training and at run time.

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2};

/// How a batch of sentences lies in its rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Packing {
    /// Number of sentences that have a word at each position.
    pub sizes: Vec<usize>,
    /// First row of each position.
    pub starts: Vec<usize>,
}

impl Packing {
    /// For sentences of these lengths, which must fall.
    pub(crate) fn new(lengths: &[usize]) -> Self {
        let longest = lengths.first().copied().unwrap_or(0);
        let mut sizes = Vec::with_capacity(longest);
        for position in 0..longest {
            sizes.push(lengths.partition_point(|&length| length > position));
        }
        let starts = sizes
            .iter()
            .scan(0, |next, size| {
                let start = *next;
                *next += size;
                Some(start)
            })
            .collect();
        Self { sizes, starts }
    }

    /// The row of a word.
    pub(crate) fn row(&self, sentence: usize, position: usize) -> usize {
        self.starts[position] + sentence
    }

    /// Number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.sizes.iter().sum()
    }

    /// Positions in the order in which a direction visits them.
    pub(crate) fn order(&self, backward: bool) -> Box<dyn Iterator<Item = usize>> {
        let count = self.sizes.len();
        if backward {
            Box::new((0..count).rev())
        } else {
            Box::new(0..count)
        }
    }

    /// The position visited before `position`, with the number of sentences that it shares with it.
    pub(crate) fn previous(&self, position: usize, backward: bool) -> Option<(usize, usize)> {
        let other = if backward {
            position + 1
        } else {
            position.checked_sub(1)?
        };
        let shared = (*self.sizes.get(other)?).min(self.sizes[position]);
        Some((other, shared))
    }
}

/// A close rational form of tanh that the compiler turns into vector code; within 1e-6 where it matters.
#[inline]
pub(crate) fn tanh(x: f32) -> f32 {
    let x = x.clamp(-7.9, 7.9);
    let s = x * x;
    let top = x
        * (4.893_525e-3
            + s * (6.372_619e-4
                + s * (1.485_722_4e-5
                    + s * (5.122_297e-8
                        + s * (-8.604_672e-11 + s * (2.000_188e-13 + s * -2.760_768_5e-16))))));
    let bottom = 4.893_525_3e-3 + s * (2.268_434_6e-3 + s * (1.185_347_1e-4 + s * 1.198_258_4e-6));
    top / bottom
}

/// The logistic function by [`tanh`].
#[inline]
pub(crate) fn sigmoid(x: f32) -> f32 {
    0.5 + 0.5 * tanh(0.5 * x)
}

/// What a direction needs and leaves.
pub(crate) struct Direction<'a> {
    /// How the rows lie.
    pub packing: &'a Packing,
    /// From the last word to the first.
    pub backward: bool,
    /// Numbers in a state.
    pub hidden: usize,
    /// `hidden` × 4 `hidden`: gates in, forget, cell, out.
    pub recurrent: &'a [f32],
}

impl Direction<'_> {
    /// Fills `states` (rows × hidden) and `cells`; `gates` (rows × 4 hidden) holds the projected input and is
    /// left with the activated gates.
    pub(crate) fn run(&self, gates: &mut [f32], states: &mut [f32], cells: &mut [f32]) {
        let hidden = self.hidden;
        let Ok(weights) = ArrayView2::from_shape((hidden, 4 * hidden), self.recurrent) else {
            return;
        };
        for position in self.packing.order(self.backward) {
            let start = self.packing.starts[position];
            let size = self.packing.sizes[position];
            let previous = self.packing.previous(position, self.backward);
            let gate = &mut gates[start * 4 * hidden..(start + size) * 4 * hidden];
            if let Some((other, shared)) = previous {
                let from = self.packing.starts[other];
                let before = &states[from * hidden..(from + shared) * hidden];
                if let (Ok(before), Ok(mut gate)) = (
                    ArrayView2::from_shape((shared, hidden), before),
                    ArrayViewMut2::from_shape(
                        (shared, 4 * hidden),
                        &mut gate[..shared * 4 * hidden],
                    ),
                ) {
                    general_mat_mul(1.0, &before, &weights, 1.0, &mut gate);
                }
            }
            for row in 0..size {
                let gate = &mut gate[row * 4 * hidden..(row + 1) * 4 * hidden];
                let at = (start + row) * hidden;
                let (left, right) = match previous {
                    Some((other, shared)) if row < shared => {
                        let from = (self.packing.starts[other] + row) * hidden;
                        if from < at {
                            let (low, high) = cells.split_at_mut(at);
                            (&low[from..from + hidden], &mut high[..hidden])
                        } else {
                            let (low, high) = cells.split_at_mut(from);
                            (&high[..hidden], &mut low[at..at + hidden])
                        }
                    }
                    _ => (&[][..], &mut cells[at..at + hidden]),
                };
                activate(gate, left, right, &mut states[at..at + hidden]);
            }
        }
    }
}

/// Gates of one word to its cell and state; `before` is empty at a sentence's begin.
#[inline]
fn activate(gate: &mut [f32], before: &[f32], cell: &mut [f32], state: &mut [f32]) {
    let hidden = cell.len();
    let (input, rest) = gate.split_at_mut(hidden);
    let (forget, rest) = rest.split_at_mut(hidden);
    let (fresh, out) = rest.split_at_mut(hidden);
    input.iter_mut().for_each(|x| *x = sigmoid(*x));
    forget.iter_mut().for_each(|x| *x = sigmoid(*x));
    fresh.iter_mut().for_each(|x| *x = tanh(*x));
    out.iter_mut().for_each(|x| *x = sigmoid(*x));
    for ((cell, input), fresh) in cell.iter_mut().zip(&*input).zip(&*fresh) {
        *cell = input * fresh;
    }
    for ((cell, forget), before) in cell.iter_mut().zip(&*forget).zip(before) {
        *cell += forget * before;
    }
    for ((state, out), cell) in state.iter_mut().zip(&*out).zip(&*cell) {
        *state = out * tanh(*cell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tanh_is_close() {
        for step in -1000..1000 {
            let x = step as f32 / 100.0;
            assert!((tanh(x) - x.tanh()).abs() < 2e-6, "{x}");
        }
    }

    #[test]
    fn a_batch_gives_what_single_sentences_give() {
        let hidden = 3;
        let value = |n: usize| ((n * 7919) % 101) as f32 / 50.0 - 1.0;
        let recurrent: Vec<f32> = (0..hidden * 4 * hidden).map(value).collect();
        let sentence = |length: usize, seed: usize| -> Vec<f32> {
            (0..length * 4 * hidden).map(|n| value(n + seed)).collect()
        };
        let run = |lengths: &[usize], inputs: &[Vec<f32>], backward| {
            let packing = Packing::new(lengths);
            let mut gates = vec![0.0; packing.rows() * 4 * hidden];
            for (s, input) in inputs.iter().enumerate() {
                for (p, word) in input.chunks(4 * hidden).enumerate() {
                    let row = packing.row(s, p);
                    gates[row * 4 * hidden..(row + 1) * 4 * hidden].copy_from_slice(word);
                }
            }
            let mut states = vec![0.0; packing.rows() * hidden];
            let mut cells = states.clone();
            let direction = Direction {
                packing: &packing,
                backward,
                hidden,
                recurrent: &recurrent,
            };
            direction.run(&mut gates, &mut states, &mut cells);
            let mut out = Vec::new();
            for (s, &length) in lengths.iter().enumerate() {
                for p in 0..length {
                    let row = packing.row(s, p);
                    out.extend_from_slice(&states[row * hidden..(row + 1) * hidden]);
                }
            }
            out
        };
        let (a, b) = (sentence(4, 1), sentence(2, 5));
        for backward in [false, true] {
            let both = run(&[4, 2], &[a.clone(), b.clone()], backward);
            let mut apart = run(&[4], std::slice::from_ref(&a), backward);
            apart.extend(run(&[2], std::slice::from_ref(&b), backward));
            let far = both.iter().zip(&apart).any(|(x, y)| (x - y).abs() > 1e-5);
            assert!(!far, "{both:?} {apart:?}");
        }
    }
}
