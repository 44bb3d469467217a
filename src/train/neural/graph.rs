//! The network as candle sees it: variables, the loss of a batch, and steps against its slope.

use super::data::{Sentence, Task};
use super::noise::{Noise, disturb, drop};
use super::ops::{ChainLoss, Recurrent};
use crate::entity::neural::{
    CHARS, CONTEXT_FEATURES, Chain, FIRST_NAME, Head, Names, Network, Packing, Seen, Sizes,
    Vectors, char_kinds, stable_hash, visit_shapes,
};
use crate::train::random::Random;
use candle_core::{DType, Device, Result, Tensor, Var};
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::Arc;

/// Numbers that stand for a character.
const CHAR_DIMS: usize = 30;

/// The task whose labels the others share.
const BASE: &str = "gold";

/// All variables, with what they share with the run-time network.
pub(super) struct Graph {
    pub sizes: Sizes,
    pub vectors: Arc<Vectors>,
    pub names: Arc<Names>,
    words: Arc<FxHashMap<u64, u32>>,
    tasks: Vec<Task>,
    pub vars: Vec<Var>,
    /// Rows of each variable that a pre-trained network has given.
    learned: Vec<Vec<Range<usize>>>,
}

// places in `vars`
const WORD: usize = 0;
const CHAR: usize = 1;
const CONVOLUTION: usize = 2; // and two more
const CHAR_BIAS: usize = 5;
const INPUT: usize = 6; // forward, backward
const INPUT_BIAS: usize = 8;
const RECURRENT: usize = 10;
const QUERY: usize = 12; // and its bias
const HEADS: usize = 14; // three each: weights, bias, transitions

impl Graph {
    pub(super) fn new(
        sizes: Sizes,
        vectors: Arc<Vectors>,
        names: Arc<Names>,
        words: FxHashMap<u64, u32>,
        tasks: &[Task],
        start: Option<&Network>,
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
        let chars = if start.is_some() { CHARS } else { CHAR_DIMS };
        var(CHARS, chars, 0.3)?;
        for _ in 0..3 {
            var(chars, sizes.filters, fan(3 * CHAR_DIMS, sizes.filters))?;
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
        var(2 * hidden, sizes.query, fan(2 * hidden, sizes.query))?;
        var(1, sizes.query, 0.0)?;
        for task in tasks {
            let tags = 1 + 2 * task.labels.len();
            var(sizes.state(), tags, fan(2 * hidden, tags))?;
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
        let mut graph = Self {
            sizes,
            vectors,
            names,
            words: Arc::new(words),
            tasks: tasks.to_vec(),
            learned: vec![Vec::new(); vars.len()],
            vars,
        };
        if let Some(start) = start {
            graph.take(start)?;
        }
        Ok(graph)
    }

    /// Takes over what a pre-trained network has.
    fn take(&mut self, start: &Network) -> Result<()> {
        let (wide, four) = (8 * start.sizes.hidden, 4 * start.sizes.hidden);
        let own = self.sizes.vector + self.sizes.filters;
        let sizes = self.sizes;
        for var in &self.vars[INPUT..INPUT + 2] {
            // nothing is known yet of names and learned words
            var.set(&var.zeros_like()?)?;
        }
        let mut set = |at: usize, values: &[f32], rows: Range<usize>| -> Result<()> {
            let columns = self.vars[at].dim(1)?;
            let mut all = self.vars[at].flatten_all()?.to_vec1::<f32>()?;
            all[rows.start * columns..rows.end * columns].copy_from_slice(values);
            self.vars[at].set(&Tensor::from_vec(all, self.vars[at].shape(), &Device::Cpu)?)?;
            self.learned[at].push(rows);
            Ok(())
        };
        // with a row a kind of character, the convolution's weights are its tables
        let one: Vec<f32> = (0..CHARS * CHARS)
            .map(|n| f32::from(u8::from(n / CHARS == n % CHARS)))
            .collect();
        set(CHAR, &one, 0..CHARS)?;
        for (place, table) in start.chars.chunks(CHARS * start.sizes.filters).enumerate() {
            set(CONVOLUTION + place, table, 0..CHARS)?;
        }
        set(CHAR_BIAS, &start.char_bias, 0..1)?;
        let context = start.sizes.form();
        for way in 0..2 {
            let half = |row: usize| {
                let from = row * wide + way * four;
                start.input[from..from + four].iter().copied()
            };
            // nothing is known yet of names and learned words
            let shapes: Vec<f32> = (context..context + usize::from(FIRST_NAME))
                .flat_map(half)
                .collect();
            let from = sizes.form();
            set(INPUT + way, &shapes, from..from + usize::from(FIRST_NAME))?;
            let forms: Vec<f32> = (0..own).flat_map(half).collect();
            set(INPUT + way, &forms, 0..own)?;
            let bias = &start.input_bias[way * four..(way + 1) * four];
            set(INPUT_BIAS + way, bias, 0..1)?;
            set(
                RECURRENT + way,
                &start.recurrent[way],
                0..start.sizes.hidden,
            )?;
        }
        set(QUERY, &start.query, 0..2 * start.sizes.hidden)?;
        set(QUERY + 1, &start.query_bias, 0..1)
    }

    /// Factors of the step size: `tune` for rows that were learned before, 1 for the others.
    pub(super) fn pace(&self, tune: f32) -> Vec<Vec<f32>> {
        let pace = |(at, var): (usize, &Var)| {
            let rows = var.dims().first().copied().unwrap_or(0);
            let learned = &self.learned[at];
            let factor = |row: usize| match learned.iter().any(|rows| rows.contains(&row)) {
                // a row a character stays as it is
                true if at == CHAR => 0.0,
                true => tune,
                false => 1.0,
            };
            (0..rows).map(factor).collect()
        };
        self.vars.iter().enumerate().map(pace).collect()
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
        if self.sizes.query > 0 {
            let (mut before, mut after) = (vec![rows as u32; rows], vec![rows as u32; rows]);
            for (number, words) in seen.iter().enumerate() {
                for at in 1..words.len() {
                    let (left, right) = (packing.row(number, at - 1), packing.row(number, at));
                    before[right] = left as u32;
                    after[left] = right as u32;
                }
            }
            let query = self.query(&ways, before, after)?;
            ways.push(query);
        }
        drop(&Tensor::cat(&ways, 1)?, noise.dropout, random)
    }

    /// Input weights, bias and recurrent weights of a direction.
    pub(super) fn way(&self, way: usize) -> (&Tensor, &Tensor, &Tensor) {
        (
            self.vars[INPUT + way].as_tensor(),
            self.vars[INPUT_BIAS + way].as_tensor(),
            self.vars[RECURRENT + way].as_tensor(),
        )
    }

    /// What the words before and behind a word let expect: from the forward state at `before`'s rows and the
    /// backward state at `after`'s; the number of rows stands for a sentence's edge.
    pub(super) fn query(
        &self,
        ways: &[Tensor],
        before: Vec<u32>,
        after: Vec<u32>,
    ) -> Result<Tensor> {
        let device = &Device::Cpu;
        let (rows, edge) = (
            before.len(),
            Tensor::zeros((1, self.sizes.hidden), DType::F32, device)?,
        );
        let mut sides = Vec::new();
        for (state, from) in ways.iter().zip([before, after]) {
            let from = Tensor::from_vec(from, rows, device)?;
            sides.push(Tensor::cat(&[state, &edge], 0)?.index_select(&from, 0)?);
        }
        Tensor::cat(&sides, 1)?
            .matmul(&self.vars[QUERY])?
            .broadcast_add(&self.vars[QUERY + 1])?
            .tanh()
    }

    pub(super) fn forms(
        &self,
        forms: &[&Seen],
        noise: &Noise,
        random: &mut Random,
    ) -> Result<Tensor> {
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
        let vectors = Tensor::from_vec(vectors, (count, dims), device)?;
        if self.sizes.word == 0 {
            return Tensor::cat(&[vectors, chars], 1);
        }
        let known: Vec<f32> = words
            .iter()
            .map(|&row| f32::from(u8::from(row as usize != self.words.len())))
            .collect();
        let known = Tensor::from_vec(known, (count, 1), device)?;
        let learned = self.vars[WORD]
            .index_select(&Tensor::from_vec(words, count, device)?, 0)?
            .broadcast_mul(&known)?;
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
            query: values[QUERY].clone(),
            query_bias: values[QUERY + 1].clone(),
            weight: 0.0,
            heads,
        })
    }
}

#[cfg(test)]
mod tests;
