//! The loop of the pre-training.

use super::words::Text;
use crate::entity::neural::{
    CONTEXT_FEATURES, FIRST_NAME, Network, Packing, Seen, Sizes, visit_shapes,
};
use crate::error::{Error, Result};
use crate::models::Models;
use crate::token::Tokenizer;
use crate::train::card::Card;
use crate::train::embeddings::Embeddings;
use crate::train::neural::checkpoint::{self, State};
use crate::train::neural::data::{Case, recase};
use crate::train::neural::graph::Graph;
use crate::train::neural::learn::{candle, save};
use crate::train::neural::lists::{NameFile, label, read_names};
use crate::train::neural::noise::Noise;
use crate::train::neural::ops::{GuessLoss, Recurrent};
use crate::train::neural::steps::Steps;
use crate::train::progress::Progress;
use crate::train::random::Random;
use candle_core::{Device, Tensor, Var};
use rustc_hash::FxHashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// What `peristiwa train encoder` is told.
#[derive(Clone, Debug)]
pub(crate) struct EncoderOptions {
    /// An encoder that is trained already and only gets the lists of names.
    pub from: Option<PathBuf>,
    /// Lists of names that taggers over the encoder know.
    pub names: Vec<NameFile>,
    /// Sentences, a line each, words split by spaces: `train embeddings` leaves it beside the vectors.
    pub text: PathBuf,
    /// What `train embeddings` made.
    pub vectors: PathBuf,
    /// Words with a vector of their own.
    pub rows: usize,
    /// The encoder to write.
    pub output: PathBuf,
    /// Numbers in a recurrent state, each direction.
    pub hidden: usize,
    /// Filters of the character convolution.
    pub filters: usize,
    /// Numbers that a word is guessed from.
    pub query: usize,
    /// Words that are guessed by themselves.
    pub own: usize,
    /// Groups of the other words.
    pub groups: usize,
    /// Words in a batch, about.
    pub batch: usize,
    /// Random words against the true ones of a batch.
    pub negatives: usize,
    /// First step size; falls to a twentieth.
    pub rate: f32,
    /// Share of the text that is read; 2 reads it twice.
    pub passes: f32,
    /// Seed of all random choices.
    pub seed: u64,
}

/// Rows of the words to guess, with the moments of their steps.
struct Targets {
    dims: usize,
    /// The rows, their first and second moments.
    tables: [Vec<f32>; 3],
    /// Picks a target by the square root of its share.
    urn: Vec<u32>,
}

impl Targets {
    fn new(share: &[f32], dims: usize, random: &mut Random) -> Self {
        let count = share.len() * dims;
        let sum: f32 = share.iter().map(|x| x.powf(0.6)).sum();
        let urn = share.iter().enumerate().flat_map(|(target, share)| {
            let places = (share.powf(0.6) / sum * 1e6).ceil() as usize;
            std::iter::repeat_n(target as u32, places)
        });
        Self {
            dims,
            tables: [
                (0..count).map(|_| (random.unit() - 0.5) * 0.1).collect(),
                vec![0.0; count],
                vec![0.0; count],
            ],
            urn: urn.collect(),
        }
    }

    /// The targets of a batch and random others: (candidates, place of each target among them).
    fn candidates(
        &self,
        truth: &[u32],
        negatives: usize,
        random: &mut Random,
    ) -> (Vec<u32>, Vec<u32>) {
        let mut place: FxHashMap<u32, u32> = FxHashMap::default();
        let mut all = Vec::new();
        let mut add = |target: u32| {
            *place.entry(target).or_insert_with(|| {
                all.push(target);
                all.len() as u32 - 1
            })
        };
        let truth = truth.iter().map(|&target| add(target)).collect();
        for _ in 0..negatives {
            add(self.urn[random.below(self.urn.len())]);
        }
        (all, truth)
    }

    /// One step of the rows of `candidates` down their slope.
    fn step(&mut self, candidates: &[u32], slope: &[f32], rate: f32) {
        for (&target, slope) in candidates.iter().zip(slope.chunks(self.dims)) {
            let from = target as usize * self.dims;
            let range = from..from + self.dims;
            let [rows, firsts, seconds] = &mut self.tables;
            let moments = firsts[range.clone()]
                .iter_mut()
                .zip(&mut seconds[range.clone()]);
            for ((value, slope), (first, second)) in rows[range].iter_mut().zip(slope).zip(moments)
            {
                *first = 0.9 * *first + 0.1 * slope;
                *second = 0.999 * *second + 0.001 * slope * slope;
                *value -= rate * *first / (second.sqrt() + 1e-7);
            }
        }
    }
}

/// Pre-trains an encoder and writes it.
///
/// # Errors
/// Where a file cannot be read or written, or the training library fails.
pub(crate) fn encoder(models: &Models, options: &EncoderOptions) -> Result<()> {
    let names = Arc::new(read_names(&options.names, &Tokenizer::new(models)?)?);
    if let Some(from) = &options.from {
        let bytes = std::fs::read(from).map_err(|e| Error::io(from, e))?;
        let network = Network::read(&bytes, None).map_err(|e| e.at(from.display()))?;
        let network = Network { names, ..network };
        save(&network, None, &options.output)?;
        return card(options, &network).write(&options.output);
    }
    let vectors = Arc::new(Embeddings::load(&options.vectors)?.quantise(options.rows));
    let text = Text::read(&options.text, &vectors, options.own, options.groups)?;
    eprintln!(
        "{} words in {} sentences, {} different, guessed as {}",
        text.tokens.len(),
        text.sentences.len(),
        text.words.len(),
        text.share.len()
    );
    let sizes = Sizes {
        vector: vectors.dims(),
        filters: options.filters,
        word: 0,
        hidden: options.hidden,
        query: options.query,
    };
    let graph = Graph::new(
        sizes,
        vectors,
        names,
        FxHashMap::default(),
        &[],
        None,
        options.seed,
    )
    .map_err(candle)?;
    let mut random = Random::new(options.seed);
    let mut targets = Targets::new(&text.share, options.query, &mut random);
    let mut steps = Steps::new(&graph.vars).map_err(candle)?;
    let fingerprint = text.tokens.len() as u64 ^ (text.words.len() as u64) << 32 ^ options.seed;
    let mut state = State {
        fingerprint,
        epoch: 0,
        best: -1.0,
        random: 0,
    };
    let place = options.output.with_extension("checkpoint");
    let rows_place = options.output.with_extension("targets");
    if checkpoint::load_tables(&rows_place, &mut targets.tables)
        && let Some(found) = checkpoint::load(&place, fingerprint, &graph.vars, &mut steps)?
    {
        (state, random) = found;
        eprintln!("goes on after batch {}", state.epoch);
    }
    let pace = graph.pace(1.0);
    let batches = batches(&text, options);
    let mut progress = Progress::new("encoder", batches.len() as u64);
    let (mut saved, begun) = (Instant::now(), Instant::now());
    let (mut sum, mut words, mut all_words) = (0.0f64, 0usize, 0usize);
    for (number, batch) in batches.iter().enumerate().skip(state.epoch as usize) {
        let done = number as f32 / batches.len() as f32;
        let fall = 0.5 * (1.0 + (std::f32::consts::PI * done).cos());
        let begin = ((steps.step + 1) as f32 / 200.0).min(1.0);
        let rate = options.rate * (0.05 + 0.95 * fall) * begin;
        let count: usize = batch.iter().map(|&s| length(&text, s)).sum();
        let loss = step(
            &graph,
            &mut steps,
            &mut targets,
            &text,
            batch,
            options,
            rate,
            &pace,
            &mut random,
        )
        .map_err(candle)?;
        sum += f64::from(loss) * count as f64;
        words += count;
        all_words += count;
        if number % 200 == 199 {
            eprintln!(
                "batch {}: loss {:.4}, {:.0} words/s",
                number + 1,
                sum / words as f64,
                all_words as f64 / begun.elapsed().as_secs_f64()
            );
            (sum, words) = (0.0, 0);
        }
        progress.to(number as u64 + 1);
        if saved.elapsed().as_secs() > 240 || number + 1 == batches.len() {
            saved = Instant::now();
            state.epoch = number as u64 + 1;
            state.random = random.state();
            checkpoint::save(&place, state, &graph.vars, &steps)?;
            checkpoint::save_tables(&rows_place, &targets.tables)?;
            let network = graph.network(&steps.mean).map_err(candle)?;
            save(&network, None, &options.output)?;
            card(options, &network).write(&options.output)?;
        }
    }
    for place in [place, rows_place] {
        // nothing depends on it any more
        let _ = std::fs::remove_file(place);
    }
    Ok(())
}

fn card(options: &EncoderOptions, network: &Network) -> Card {
    let mut card = Card::default();
    card.comment("Encoder of the neural taggers; written by `peristiwa train encoder`.");
    card.list(
        "names",
        &options.names.iter().map(label).collect::<Vec<_>>(),
    );
    card.number("hidden", network.sizes.hidden);
    card.number("filters", network.sizes.filters);
    card.number("query", network.sizes.query);
    if options.from.is_none() {
        card.number("rows", options.rows);
        card.number("own", options.own);
        card.number("groups", options.groups);
        card.number("batch", options.batch);
        card.number("negatives", options.negatives);
        card.number("rate", options.rate);
        card.number("passes", options.passes);
        card.number("seed", options.seed);
    }
    card
}

fn length(text: &Text, sentence: u32) -> usize {
    let (begin, end) = text.sentences[sentence as usize];
    (end - begin) as usize
}

/// Sentences in batches of like length, in random order.
fn batches(text: &Text, options: &EncoderOptions) -> Vec<Vec<u32>> {
    /// Batches' worth of sentences that are sorted together.
    const NEAR: usize = 20_000;
    let mut random = Random::new(options.seed ^ 0xba7c4);
    let mut all: Vec<u32> = Vec::new();
    let mut left = options.passes;
    while left > 0.0 {
        let mut order: Vec<u32> = (0..text.sentences.len() as u32).collect();
        random.shuffle(&mut order);
        order.truncate((order.len() as f32 * left.min(1.0)) as usize);
        all.extend(order);
        left -= 1.0;
    }
    let mut batches = Vec::new();
    for near in all.chunks_mut(NEAR) {
        near.sort_by_key(|&sentence| std::cmp::Reverse(length(text, sentence)));
        let mut own: Vec<Vec<u32>> = Vec::new();
        let mut words = usize::MAX;
        for &sentence in &*near {
            let count = length(text, sentence);
            if words.saturating_add(count) > options.batch {
                own.push(Vec::new());
                words = 0;
            }
            words += count;
            if let Some(batch) = own.last_mut() {
                batch.push(sentence);
            }
        }
        random.shuffle(&mut own);
        batches.extend(own);
    }
    batches
}

/// One step; returns the loss.
#[allow(clippy::too_many_arguments)]
fn step(
    graph: &Graph,
    steps: &mut Steps,
    targets: &mut Targets,
    text: &Text,
    batch: &[u32],
    options: &EncoderOptions,
    rate: f32,
    pace: &[Vec<f32>],
    random: &mut Random,
) -> candle_core::Result<f32> {
    let device = &Device::Cpu;
    let lengths: Vec<usize> = batch.iter().map(|&s| length(text, s)).collect();
    let packing = Arc::new(Packing::new(&lengths));
    let rows = packing.rows();
    let mut forms: Vec<Seen> = Vec::new();
    let mut known: FxHashMap<(u32, Case), u32> = FxHashMap::default();
    let mut form_of = vec![0u32; rows];
    let mut truth = vec![0u32; rows];
    let mut shapes = vec![0f32; rows * usize::from(FIRST_NAME)];
    let (mut before, mut after) = (vec![rows as u32; rows], vec![rows as u32; rows]);
    for (number, &sentence) in batch.iter().enumerate() {
        let (begin, end) = text.sentences[sentence as usize];
        let tokens = &text.tokens[begin as usize..end as usize];
        let case = match random.unit() {
            dice if dice < 0.04 => Case::Lower,
            dice if dice < 0.06 => Case::Upper,
            _ => Case::Printed,
        };
        let mut own = Vec::with_capacity(tokens.len());
        for (at, &token) in tokens.iter().enumerate() {
            let row = packing.row(number, at);
            let form = *known.entry((token, case)).or_insert_with(|| {
                forms.push(recase(&text.words[token as usize], case));
                forms.len() as u32 - 1
            });
            form_of[row] = form;
            own.push(form);
            truth[row] = text.target[token as usize];
            if at > 0 {
                before[row] = packing.row(number, at - 1) as u32;
            }
            if at + 1 < tokens.len() {
                after[row] = packing.row(number, at + 1) as u32;
            }
        }
        visit_shapes(
            own.len(),
            |at| &*forms[own[at] as usize].surface,
            |at, feature| {
                shapes[packing.row(number, at) * usize::from(FIRST_NAME) + usize::from(feature)] =
                    1.0;
            },
        );
    }
    let quiet = Noise::none();
    let refs: Vec<&Seen> = forms.iter().collect();
    let features = graph.forms(&refs, &quiet, random)?;
    let form_of = Tensor::from_vec(form_of, rows, device)?;
    let shapes = Tensor::from_vec(shapes, (rows, usize::from(FIRST_NAME)), device)?;
    let wide = graph.sizes.form();
    debug_assert!(CONTEXT_FEATURES > usize::from(FIRST_NAME));
    let mut ways = Vec::new();
    for way in 0..2 {
        let (input, bias, recurrent) = graph.way(way);
        let by_form = features
            .matmul(&input.narrow(0, 0, wide)?)?
            .broadcast_add(bias)?;
        let by_place = shapes.matmul(&input.narrow(0, wide, usize::from(FIRST_NAME))?)?;
        let gates = by_form.index_select(&form_of, 0)?.add(&by_place)?;
        ways.push(gates.apply_op2(recurrent, Recurrent::new(&packing, way == 1))?);
    }
    let query = graph.query(&ways, before, after)?;
    let (candidates, places) = targets.candidates(&truth, options.negatives, random);
    let dims = targets.dims;
    let chosen: Vec<f32> = candidates
        .iter()
        .flat_map(|&target| {
            &targets.tables[0][target as usize * dims..(target as usize + 1) * dims]
        })
        .copied()
        .collect();
    let chosen = Var::from_vec(chosen, (candidates.len(), dims), device)?;
    let shift: Vec<f32> = candidates
        .iter()
        .map(|&target| {
            // how likely a word is, and how likely it was to be among the candidates
            let share = text.share[target as usize];
            let seen = 1.0 - (-(rows as f32) * share).exp();
            share.ln() - seen.max(1e-6).ln()
        })
        .collect();
    let shift = Tensor::from_vec(shift, (1, candidates.len()), device)?;
    let scores = query.matmul(&chosen.t()?)?.broadcast_add(&shift)?;
    let loss = scores.apply_op1(GuessLoss::new(places))?;
    let slopes = loss.backward()?;
    let value = steps.down(&graph.vars, &loss, &slopes, rate, pace)?;
    if let Some(slope) = slopes.get(&chosen) {
        targets.step(&candidates, &slope.flatten_all()?.to_vec1::<f32>()?, rate);
    }
    Ok(value)
}
