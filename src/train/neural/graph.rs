//! The network as candle sees it: variables, the loss of a batch, and steps against its slope.

use super::data::{Case, Sentence, Task, misspell, recase};
use super::ops::{ChainLoss, Recurrent};
use crate::entity::neural::{
    CHARS, CONTEXT_FEATURES, Chain, FIRST_NAME, Head, Names, Network, Packing, Seen, Sizes,
    Vectors, char_kinds, stable_hash, visit_shapes,
};
use crate::train::random::Random;
use candle_core::{Device, Result, Tensor, Var};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Numbers that stand for a character.
const CHAR_DIMS: usize = 30;

/// The task whose labels the others share.
const BASE: &str = "gold";

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

/// All variables, with what they share with the run-time network.
pub(super) struct Graph {
    pub sizes: Sizes,
    pub vectors: Arc<Vectors>,
    pub names: Arc<Names>,
    words: Arc<FxHashMap<u64, u32>>,
    tasks: Vec<Task>,
    pub vars: Vec<Var>,
}

// places in `vars`
const WORD: usize = 0;
const CHAR: usize = 1;
const CONVOLUTION: usize = 2; // and two more
const CHAR_BIAS: usize = 5;
const INPUT: usize = 6; // forward, backward
const INPUT_BIAS: usize = 8;
const RECURRENT: usize = 10;
const HEADS: usize = 12; // three each: weights, bias, transitions

impl Graph {
    pub(super) fn new(
        sizes: Sizes,
        vectors: Arc<Vectors>,
        names: Arc<Names>,
        words: FxHashMap<u64, u32>,
        tasks: &[Task],
        seed: u64,
    ) -> Result<Self> {
        let mut random = Random::new(seed ^ 0x5eed);
        let mut vars = Vec::new();
        let mut var = |rows: usize, columns: usize, bound: f32| -> Result<()> {
            let values: Vec<f32> = (0..rows * columns)
                .map(|_| (random.unit() * 2.0 - 1.0) * bound)
                .collect();
            vars.push(Var::from_vec(values, (rows, columns), &Device::Cpu)?);
            Ok(())
        };
        let fan = |rows: usize, columns: usize| (6.0 / (rows + columns) as f32).sqrt();
        let (hidden, four) = (sizes.hidden, 4 * sizes.hidden);
        let wide = sizes.form() + CONTEXT_FEATURES;
        // the last row of words stays zero: unknown or withheld
        var(words.len() + 1, sizes.word, 0.0)?;
        var(CHARS, CHAR_DIMS, 0.3)?;
        for _ in 0..3 {
            var(CHAR_DIMS, sizes.filters, fan(3 * CHAR_DIMS, sizes.filters))?;
        }
        var(1, sizes.filters, 0.0)?;
        for _ in 0..2 {
            var(wide, four, fan(wide, hidden))?;
        }
        for _ in 0..2 {
            var(1, four, 0.0)?;
        }
        for _ in 0..2 {
            var(hidden, four, fan(hidden, hidden))?;
        }
        for task in tasks {
            let tags = 1 + 2 * task.labels.len();
            var(2 * hidden, tags, fan(2 * hidden, tags))?;
            var(1, tags, 0.0)?;
            var(tags + 1, tags, 0.0)?;
        }
        for bias in [INPUT_BIAS, INPUT_BIAS + 1] {
            // to remember is the better first guess
            let values: Vec<f32> = (0..four)
                .map(|n| f32::from(u8::from(n / hidden == 1)))
                .collect();
            vars[bias].set(&Tensor::from_vec(values, (1, four), &Device::Cpu)?)?;
        }
        Ok(Self {
            sizes,
            vectors,
            names,
            words: Arc::new(words),
            tasks: tasks.to_vec(),
            vars,
        })
    }

    /// Loss of a batch, whose sentences all teach the same heads.
    pub(super) fn loss(
        &self,
        batch: &[&Sentence],
        noise: &Noise,
        random: &mut Random,
    ) -> Result<Tensor> {
        let mut batch = batch.to_vec();
        batch.sort_by_key(|sentence| std::cmp::Reverse(sentence.words.len()));
        let seen: Vec<Vec<Seen>> = batch
            .iter()
            .map(|sentence| disturb(&sentence.words, noise, random))
            .collect();
        let lengths: Vec<usize> = seen.iter().map(Vec::len).collect();
        let packing = Arc::new(Packing::new(&lengths));
        let states = self.states(&seen, &packing, noise, random)?;
        let mut loss: Option<Tensor> = None;
        for (nth, &(head, _)) in batch
            .first()
            .map_or(&[][..], |s| &s.tags)
            .iter()
            .enumerate()
        {
            let mut truth = vec![0; packing.rows()];
            for (number, sentence) in batch.iter().enumerate() {
                for (position, &tag) in sentence.tags[nth].1.iter().enumerate() {
                    truth[packing.row(number, position)] = usize::from(tag);
                }
            }
            let [weights, bias, moves] =
                self.head(head, |at| Ok(self.vars[at].as_tensor().clone()))?;
            let emissions = states.matmul(&weights)?.broadcast_add(&bias)?;
            let own = emissions.apply_op2(&moves, ChainLoss::new(&packing, truth))?;
            loss = Some(match loss {
                Some(sum) => sum.add(&own)?,
                None => own,
            });
        }
        loss.ok_or_else(|| candle_core::Error::msg("a batch teaches nothing"))
    }

    /// Weights, bias and transitions of a head. What a source calls by a name of the guidelines is scored as there,
    /// plus what is its own: so every source teaches the guidelines' head, and keeps its differences to itself.
    fn head(&self, head: usize, value: impl Fn(usize) -> Result<Tensor>) -> Result<[Tensor; 3]> {
        let at = HEADS + 3 * head;
        let own = [value(at)?, value(at + 1)?, value(at + 2)?];
        let base = self.tasks.iter().position(|task| task.name == BASE);
        let Some(base) = base.filter(|&base| base != head) else {
            return Ok(own);
        };
        let (from, to) = (&self.tasks[base].labels, &self.tasks[head].labels);
        let columns = 1 + 2 * to.len();
        let mut same = vec![0f32; (1 + 2 * from.len()) * columns];
        let mut any = false;
        for (column, label) in to.iter().enumerate() {
            if let Some(row) = from.iter().position(|known| known == label) {
                any = true;
                for tag in 1..3 {
                    same[(2 * row + tag) * columns + 2 * column + tag] = 1.0;
                }
            }
        }
        if !any {
            return Ok(own);
        }
        same[0] = 1.0;
        let same = Tensor::from_vec(same, (1 + 2 * from.len(), columns), &Device::Cpu)?;
        let base = HEADS + 3 * base;
        let [weights, bias, moves] = own;
        Ok([
            weights.add(&value(base)?.matmul(&same)?)?,
            bias.add(&value(base + 1)?.matmul(&same)?)?,
            moves,
        ])
    }

    fn states(
        &self,
        seen: &[Vec<Seen>],
        packing: &Arc<Packing>,
        noise: &Noise,
        random: &mut Random,
    ) -> Result<Tensor> {
        let device = &Device::Cpu;
        let rows = packing.rows();
        let mut known: FxHashMap<&str, usize> = FxHashMap::default();
        let mut forms: Vec<&Seen> = Vec::new();
        let mut form_of = vec![0u32; rows];
        let mut context = vec![0f32; rows * CONTEXT_FEATURES];
        for (number, words) in seen.iter().enumerate() {
            for (position, word) in words.iter().enumerate() {
                let row = packing.row(number, position);
                let form = *known.entry(&word.surface).or_insert_with(|| {
                    forms.push(word);
                    forms.len() - 1
                });
                form_of[row] = form as u32;
                for &feature in &word.names {
                    context[row * CONTEXT_FEATURES + usize::from(feature)] = 1.0;
                }
            }
            visit_shapes(
                words.len(),
                |at| &*words[at].surface,
                |at, feature| {
                    let row = packing.row(number, at);
                    context[row * CONTEXT_FEATURES + usize::from(feature)] = 1.0;
                },
            );
        }
        let features = self.forms(&forms, noise, random)?;
        let form_of = Tensor::from_vec(form_of, rows, device)?;
        let context = Tensor::from_vec(context, (rows, CONTEXT_FEATURES), device)?;
        let input = Tensor::cat(&[&features.index_select(&form_of, 0)?, &context], 1)?;
        let input = drop(&input, noise.dropout, random)?;
        let mut ways = Vec::new();
        for way in 0..2 {
            let gates = input
                .matmul(&self.vars[INPUT + way])?
                .broadcast_add(&self.vars[INPUT_BIAS + way])?;
            let op = Recurrent::new(packing, way == 1);
            ways.push(gates.apply_op2(&self.vars[RECURRENT + way], op)?);
        }
        drop(&Tensor::cat(&ways, 1)?, noise.dropout, random)
    }

    fn forms(&self, forms: &[&Seen], noise: &Noise, random: &mut Random) -> Result<Tensor> {
        let device = &Device::Cpu;
        let (count, dims) = (forms.len(), self.sizes.vector);
        let mut vectors = vec![0f32; count * dims];
        let mut words = vec![self.words.len() as u32; count];
        let kinds: Vec<Vec<u8>> = forms.iter().map(|word| char_kinds(&word.surface)).collect();
        let longest = kinds.iter().map(Vec::len).max().unwrap_or(1).max(1);
        let mut near: [Vec<u32>; 3] = Default::default();
        let mut padding = Vec::with_capacity(count * longest);
        for (number, word) in forms.iter().enumerate() {
            if dims > 0 {
                self.vectors
                    .fill(&word.form, &mut vectors[number * dims..(number + 1) * dims]);
            }
            if let Some(&row) = self.words.get(&stable_hash(word.form.as_bytes()))
                && random.unit() >= noise.word
            {
                words[number] = row;
            }
            let kinds = &kinds[number];
            let kind = |at: Option<usize>| {
                at.and_then(|at| kinds.get(at))
                    .map_or(0, |&kind| u32::from(kind))
            };
            for at in 0..longest {
                near[0].push(kind(at.checked_sub(1).filter(|_| at < kinds.len())));
                near[1].push(kind(Some(at)));
                near[2].push(kind(Some(at + 1)));
                padding.push(if at < kinds.len() { 0f32 } else { -1e4 });
            }
        }
        let filters = self.sizes.filters;
        let mut sum = Tensor::from_vec(padding, (count * longest, 1), device)?
            .broadcast_as((count * longest, filters))?;
        for (place, near) in near.into_iter().enumerate() {
            let table = self.vars[CHAR].matmul(&self.vars[CONVOLUTION + place])?;
            let near = Tensor::from_vec(near, count * longest, device)?;
            sum = sum.add(&table.index_select(&near, 0)?)?;
        }
        let chars = sum
            .reshape((count, longest, filters))?
            .max(1)?
            .broadcast_add(&self.vars[CHAR_BIAS])?
            .relu()?;
        let known: Vec<f32> = words
            .iter()
            .map(|&row| f32::from(u8::from(row as usize != self.words.len())))
            .collect();
        let known = Tensor::from_vec(known, (count, 1), device)?;
        let learned = self.vars[WORD]
            .index_select(&Tensor::from_vec(words, count, device)?, 0)?
            .broadcast_mul(&known)?;
        let vectors = Tensor::from_vec(vectors, (count, dims), device)?;
        Tensor::cat(&[vectors, chars, learned], 1)
    }

    /// The network as it runs, with these values in place of the variables' own.
    pub(super) fn network(&self, values: &[Vec<f32>]) -> Result<Network> {
        let tensor =
            |at: usize| Tensor::from_vec(values[at].clone(), self.vars[at].shape(), &Device::Cpu);
        let mut chars = Vec::new();
        for place in 0..3 {
            let table = tensor(CHAR)?.matmul(&tensor(CONVOLUTION + place)?)?;
            chars.extend(table.flatten_all()?.to_vec1::<f32>()?);
        }
        let four = 4 * self.sizes.hidden;
        let (forward, backward) = (&values[INPUT], &values[INPUT + 1]);
        let input = forward
            .chunks(four)
            .zip(backward.chunks(four))
            .flat_map(|(forward, backward)| forward.iter().chain(backward).copied())
            .collect();
        let mut heads = Vec::new();
        for (number, task) in self.tasks.iter().enumerate() {
            let [weights, bias, transitions] = self.head(number, tensor)?;
            let plain = |tensor: Tensor| tensor.flatten_all()?.to_vec1::<f32>();
            heads.push(Head {
                name: task.name.clone(),
                chain: Chain {
                    labels: task.labels.clone(),
                    transitions: plain(transitions)?,
                },
                weights: plain(weights)?,
                bias: plain(bias)?,
                calibration: Vec::new(),
            });
        }
        let mut word_rows = values[WORD].clone();
        word_rows.truncate(self.words.len() * self.sizes.word);
        Ok(Network {
            sizes: self.sizes,
            vectors: self.vectors.clone(),
            names: self.names.clone(),
            words: self.words.clone(),
            word_rows,
            chars,
            char_bias: values[CHAR_BIAS].clone(),
            input,
            input_bias: [&values[INPUT_BIAS][..], &values[INPUT_BIAS + 1][..]].concat(),
            recurrent: [values[RECURRENT].clone(), values[RECURRENT + 1].clone()],
            heads,
        })
    }
}

/// A sentence as a learner gets it.
fn disturb(words: &[Seen], noise: &Noise, random: &mut Random) -> Vec<Seen> {
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
fn drop(tensor: &Tensor, share: f32, random: &mut Random) -> Result<Tensor> {
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

/// Steps by Adam, with a running mean of the variables, which does better than their last values.
pub(super) struct Steps {
    pub step: u64,
    first: Vec<Vec<f32>>,
    second: Vec<Vec<f32>>,
    pub mean: Vec<Vec<f32>>,
}

impl Steps {
    pub(super) fn new(vars: &[Var]) -> Result<Self> {
        let zeros: Vec<Vec<f32>> = vars.iter().map(|var| vec![0.0; var.elem_count()]).collect();
        let mean = vars
            .iter()
            .map(|var| var.flatten_all()?.to_vec1())
            .collect::<Result<_>>()?;
        Ok(Self {
            step: 0,
            first: zeros.clone(),
            second: zeros,
            mean,
        })
    }

    /// All that it remembers of each variable.
    pub(super) fn tables(&self) -> impl Iterator<Item = &Vec<f32>> {
        self.first.iter().chain(&self.second).chain(&self.mean)
    }

    pub(super) fn tables_mut(&mut self) -> impl Iterator<Item = &mut Vec<f32>> {
        self.first
            .iter_mut()
            .chain(&mut self.second)
            .chain(&mut self.mean)
    }

    /// One step down the slope of `loss`; returns the loss.
    pub(super) fn take(&mut self, vars: &[Var], loss: &Tensor, rate: f32) -> Result<f32> {
        const CLIP: f32 = 2.0;
        let slopes = loss.backward()?;
        let value = loss.to_scalar::<f32>()?;
        self.step += 1;
        let mut all: Vec<(usize, Vec<f32>)> = Vec::new();
        for (at, var) in vars.iter().enumerate() {
            if let Some(slope) = slopes.get(var) {
                all.push((at, slope.flatten_all()?.to_vec1::<f32>()?));
            }
        }
        let norm: f32 = all
            .iter()
            .flat_map(|(_, s)| s)
            .map(|x| x * x)
            .sum::<f32>()
            .sqrt();
        if !norm.is_finite() {
            return Ok(value);
        }
        let clip = (CLIP / norm.max(1e-6)).min(1.0);
        let step = self.step as i32;
        let (fix1, fix2) = (1.0 - 0.9f32.powi(step), 1.0 - 0.999f32.powi(step));
        let decay = 0.998f32.min((1.0 + self.step as f32) / (10.0 + self.step as f32));
        for (at, slope) in all {
            let mut values = vars[at].flatten_all()?.to_vec1::<f32>()?;
            let moments = self.first[at].iter_mut().zip(&mut self.second[at]);
            for ((value, slope), (first, second)) in values.iter_mut().zip(&slope).zip(moments) {
                let slope = slope * clip;
                *first = 0.9 * *first + 0.1 * slope;
                *second = 0.999 * *second + 0.001 * slope * slope;
                *value -= rate * (*first / fix1) / ((*second / fix2).sqrt() + 1e-8);
            }
            for (mean, value) in self.mean[at].iter_mut().zip(&values) {
                *mean = decay * *mean + (1.0 - decay) * value;
            }
            vars[at].set(&Tensor::from_vec(values, vars[at].shape(), &Device::Cpu)?)?;
        }
        Ok(value)
    }
}
