//! The trained network on plain numbers: words to scores of tags.
//!
//! Word vectors, a convolution over characters and a learned row for frequent words are projected once for each
//! different word of a batch; features of place are added; one bidirectional recurrent layer reads the sentence;
//! each head scores its own tags.

use super::crf::{Chain, Found, best, lattice, probability};
use super::features::{CHARS, Seen, char_kinds, visit_shapes};
use super::lstm::{Direction, Packing, tanh};
use super::names::Names;
use super::vectors::{Vectors, stable_hash};
use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Words in a batch, at most about so many.
const BATCH: usize = 2048;
/// Words whose projection is kept from text to text.
const KEPT: usize = 8000;

/// Projections of words seen before, and room to work in; what it holds changes speed, never results.
#[derive(Default)]
pub(crate) struct Cache {
    known: FxHashMap<Box<str>, usize>,
    rows: Vec<f32>,
    buffers: Buffers,
}

/// Of a batch: gates and states by direction, and cells.
#[derive(Default)]
struct Buffers {
    gates: [Vec<f32>; 2],
    states: [Vec<f32>; 2],
    cells: Vec<f32>,
}

/// Lengths of the network's layers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sizes {
    /// Of a pre-trained vector.
    pub vector: usize,
    /// Filters of the character convolution.
    pub filters: usize,
    /// Of a learned word row.
    pub word: usize,
    /// Of a recurrent state, each direction.
    pub hidden: usize,
    /// Of what the words on both sides let expect; 0 where heads do without.
    pub query: usize,
}

impl Sizes {
    /// Numbers that depend on the word alone.
    pub(crate) fn form(&self) -> usize {
        self.vector + self.filters + self.word
    }

    /// Numbers that heads see of a word.
    pub(crate) fn state(&self) -> usize {
        2 * self.hidden + self.query
    }
}

/// What one data set's annotation makes of the shared layers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Head {
    /// Name of the annotation.
    pub name: String,
    /// Its tags.
    pub chain: Chain,
    /// (2 hidden) × tags.
    pub weights: Vec<f32>,
    /// One a tag.
    pub bias: Vec<f32>,
    /// Slope and shift on the log odds that turn a probability into an honest one; empty where not measured.
    pub calibration: Vec<f32>,
}

impl Head {
    /// The share of spans with this probability that are right.
    pub(crate) fn calibrated(&self, score: f32) -> f32 {
        let &[slope, shift] = &self.calibration[..] else {
            return score;
        };
        let odds = score.clamp(1e-6, 1.0 - 1e-6);
        let odds = (odds / (1.0 - odds)).ln() * slope + shift;
        1.0 / (1.0 + (-odds).exp())
    }
}

/// The network with all it needs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Network {
    pub sizes: Sizes,
    pub vectors: Arc<Vectors>,
    pub names: Arc<Names>,
    /// Hash of a word to its learned row.
    pub words: Arc<FxHashMap<u64, u32>>,
    pub word_rows: Vec<f32>,
    /// For the character before, at and after a place: CHARS × filters each.
    pub chars: Vec<f32>,
    pub char_bias: Vec<f32>,
    /// (form + CONTEXT_FEATURES) × 8 hidden: gates forward, then backward.
    pub input: Vec<f32>,
    pub input_bias: Vec<f32>,
    /// hidden × 4 hidden, forward and backward.
    pub recurrent: [Vec<f32>; 2],
    /// 2 hidden × query: from the forward state before a word and the backward state behind it.
    pub query: Vec<f32>,
    pub query_bias: Vec<f32>,
    /// Weight of the network where it is pooled with another tagger, 0 to 1; 0 stands for a half.
    pub weight: f32,
    pub heads: Vec<Head>,
}

impl Network {
    /// What depends on a word alone, written to `out` of `sizes.form()` numbers.
    pub(crate) fn form(&self, word: &Seen, out: &mut [f32]) {
        let (vector, rest) = out.split_at_mut(self.sizes.vector);
        let (filters, learned) = rest.split_at_mut(self.sizes.filters);
        self.vectors.fill(&word.form, vector);
        self.convolve(&char_kinds(&word.surface), filters);
        learned.fill(0.0);
        if let Some(&row) = self.words.get(&stable_hash(word.form.as_bytes())) {
            let from = row as usize * self.sizes.word;
            if let Some(row) = self.word_rows.get(from..from + self.sizes.word) {
                learned.copy_from_slice(row);
            }
        }
    }

    fn convolve(&self, kinds: &[u8], out: &mut [f32]) {
        let filters = out.len();
        out.fill(f32::NEG_INFINITY);
        let row = |table: usize, kind: u8| {
            let from = (table * CHARS + usize::from(kind)) * filters;
            &self.chars[from..from + filters]
        };
        for (at, &kind) in kinds.iter().enumerate() {
            let before = at.checked_sub(1).map_or(0, |at| kinds[at]);
            let after = kinds.get(at + 1).copied().unwrap_or(0);
            let (a, b, c) = (row(0, before), row(1, kind), row(2, after));
            for (n, out) in out.iter_mut().enumerate() {
                *out = out.max(a[n] + b[n] + c[n]);
            }
        }
        for (out, bias) in out.iter_mut().zip(&self.char_bias) {
            *out = (*out + bias).max(0.0);
        }
    }

    /// Scores (words × tags) of each of `heads` for each sentence.
    pub(crate) fn scores(
        &self,
        sentences: &[Vec<Seen>],
        heads: &[usize],
        cache: &mut Cache,
    ) -> Vec<Vec<Vec<f32>>> {
        let mut order: Vec<usize> = (0..sentences.len()).collect();
        order.sort_by_key(|&s| std::cmp::Reverse(sentences[s].len()));
        let mut scores = vec![Vec::new(); sentences.len()];
        let mut from = 0;
        while from < order.len() {
            let (mut to, mut words) = (from, 0);
            while to < order.len() && (to == from || words + sentences[order[to]].len() <= BATCH) {
                words += sentences[order[to]].len();
                to += 1;
            }
            if cache.known.len() > KEPT {
                cache.known.clear();
                cache.rows.clear();
            }
            self.batch(sentences, &order[from..to], heads, cache, &mut scores);
            from = to;
        }
        scores
    }

    fn batch(
        &self,
        sentences: &[Vec<Seen>],
        order: &[usize],
        heads: &[usize],
        cache: &mut Cache,
        scores: &mut [Vec<Vec<f32>>],
    ) {
        let hidden = self.sizes.hidden;
        let lengths: Vec<usize> = order.iter().map(|&s| sentences[s].len()).collect();
        let packing = Packing::new(&lengths);
        let rows = packing.rows();
        let mut buffers = std::mem::take(&mut cache.buffers);
        let Buffers {
            gates,
            states,
            cells,
        } = &mut buffers;
        for (gates, states) in gates.iter_mut().zip(&mut *states) {
            grow(gates, rows * 4 * hidden);
            grow(states, rows * hidden);
        }
        grow(cells, rows * hidden);
        self.project(sentences, order, &packing, cache, gates);
        for (way, (gates, states)) in gates.iter_mut().zip(&mut *states).enumerate() {
            let direction = Direction {
                packing: &packing,
                backward: way == 1,
                hidden,
                recurrent: &self.recurrent[way],
            };
            direction.run(gates, states, cells);
        }
        let query = self.query(&packing, states);
        for &head in heads {
            let Some(head) = self.heads.get(head) else {
                continue;
            };
            let tags = head.chain.tags();
            let mut out: Vec<f32> = head.bias.repeat(rows);
            for (way, states) in states.iter().enumerate() {
                let weights = &head.weights[way * hidden * tags..(way + 1) * hidden * tags];
                multiply(
                    &states[..rows * hidden],
                    weights,
                    &mut out,
                    rows,
                    hidden,
                    tags,
                );
            }
            let weights = &head.weights[2 * hidden * tags..];
            multiply(&query, weights, &mut out, rows, self.sizes.query, tags);
            for (sentence, &number) in order.iter().enumerate() {
                let mut own = Vec::with_capacity(lengths[sentence] * tags);
                for position in 0..lengths[sentence] {
                    let row = packing.row(sentence, position);
                    own.extend_from_slice(&out[row * tags..(row + 1) * tags]);
                }
                scores[number].push(own);
            }
        }
        cache.buffers = buffers;
    }

    /// What the words on both sides let expect of each word: rows × query.
    fn query(&self, packing: &Packing, states: &[Vec<f32>; 2]) -> Vec<f32> {
        let (hidden, wide) = (self.sizes.hidden, self.sizes.query);
        let rows = packing.rows();
        let mut query = self.query_bias.repeat(rows);
        if wide == 0 {
            return query;
        }
        for (way, states) in states.iter().enumerate() {
            let weights = &self.query[way * hidden * wide..(way + 1) * hidden * wide];
            for (position, (&start, &size)) in packing.starts.iter().zip(&packing.sizes).enumerate()
            {
                let Some((other, shared)) = packing.previous(position, way == 1) else {
                    continue;
                };
                let shared = shared.min(size);
                let from = packing.starts[other] * hidden;
                let near = &states[from..from + shared * hidden];
                let out = &mut query[start * wide..(start + shared) * wide];
                multiply(near, weights, out, shared, hidden, wide);
            }
        }
        query.iter_mut().for_each(|x| *x = tanh(*x));
        query
    }

    /// Input of both directions: rows × 4 hidden each.
    fn project(
        &self,
        sentences: &[Vec<Seen>],
        order: &[usize],
        packing: &Packing,
        cache: &mut Cache,
        gates: &mut [Vec<f32>; 2],
    ) {
        let (wide, width) = (8 * self.sizes.hidden, self.sizes.form());
        let half = wide / 2;
        let mut forms = Vec::new();
        let mut form_of = vec![0; packing.rows()];
        for (sentence, &number) in order.iter().enumerate() {
            for (position, word) in sentences[number].iter().enumerate() {
                let form = match cache.known.get(&word.surface) {
                    Some(&form) => form,
                    None => {
                        let next = cache.known.len();
                        cache.known.insert(word.surface.clone(), next);
                        let at = forms.len();
                        forms.resize(at + width, 0.0);
                        self.form(word, &mut forms[at..]);
                        next
                    }
                };
                form_of[packing.row(sentence, position)] = form;
            }
        }
        let count = forms.len() / width.max(1);
        let before = cache.rows.len();
        cache.rows.extend(self.input_bias.repeat(count));
        let fresh = &mut cache.rows[before..];
        multiply(
            &forms,
            &self.input[..width * wide],
            fresh,
            count,
            width,
            wide,
        );
        for (row, &form) in form_of.iter().enumerate() {
            let from = &cache.rows[form * wide..(form + 1) * wide];
            gates[0][row * half..(row + 1) * half].copy_from_slice(&from[..half]);
            gates[1][row * half..(row + 1) * half].copy_from_slice(&from[half..]);
        }
        let mut add = |row: usize, feature: u16| {
            let from = (width + usize::from(feature)) * wide;
            let weights = &self.input[from..from + wide];
            for (way, gates) in gates.iter_mut().enumerate() {
                let weights = &weights[way * half..(way + 1) * half];
                for (gate, weight) in gates[row * half..(row + 1) * half].iter_mut().zip(weights) {
                    *gate += weight;
                }
            }
        };
        for (sentence, &number) in order.iter().enumerate() {
            let words = &sentences[number];
            visit_shapes(
                words.len(),
                |at| &*words[at].surface,
                |at, feature| add(packing.row(sentence, at), feature),
            );
            for (at, word) in words.iter().enumerate() {
                for &feature in &word.names {
                    add(packing.row(sentence, at), feature);
                }
            }
        }
    }

    /// The spans that a head finds in each sentence.
    pub(crate) fn find(&self, sentences: &[Vec<Seen>], head: usize) -> Vec<Vec<Found>> {
        let Some(chain) = self.heads.get(head).map(|head| &head.chain) else {
            return vec![Vec::new(); sentences.len()];
        };
        let steps = chain.steps();
        self.scores(sentences, &[head], &mut Cache::default())
            .iter()
            .map(|scores| {
                let emissions = scores.first().map_or(&[][..], |s| s);
                let lattice = lattice(emissions, &steps);
                let mut found = best(emissions, &steps);
                for span in &mut found {
                    span.score = probability(&lattice, &steps, span);
                }
                found
            })
            .collect()
    }
}

/// Makes room for `count` numbers; what stands there is overwritten before it is read.
fn grow(buffer: &mut Vec<f32>, count: usize) {
    if buffer.len() < count {
        buffer.resize(count, 0.0);
    }
}

/// `out += left · right`, with `rows × inner` and `inner × columns`.
fn multiply(
    left: &[f32],
    right: &[f32],
    out: &mut [f32],
    rows: usize,
    inner: usize,
    columns: usize,
) {
    if let (Ok(left), Ok(right), Ok(mut out)) = (
        ArrayView2::from_shape((rows, inner), left),
        ArrayView2::from_shape((inner, columns), right),
        ArrayViewMut2::from_shape((rows, columns), out),
    ) {
        general_mat_mul(1.0, &left, &right, 1.0, &mut out);
    }
}
