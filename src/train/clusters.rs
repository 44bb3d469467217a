//! Training of the word clusters.

use super::subwords::texts;
use super::vectors::{Plan, group, learn};
use crate::entity::{Cluster, Clusters};
use crate::error::{Error, Result};
use crate::token::{Kind, Tokenizer};
use rustc_hash::FxHashMap;
use std::path::PathBuf;

/// What `peristiwa train clusters` is told.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// Files of text, or of JSON lines with a `text`, or folders of such.
    pub text: Vec<PathBuf>,
    /// Where the clusters go.
    pub output: PathBuf,
    /// Words seen less often have no cluster.
    pub least: u64,
    pub epochs: usize,
    pub seed: u64,
}

/// Numbers of clusters, from coarse to fine.
const GROUPS: [usize; 3] = [64, 256, 1024];
/// Word number of a sentence's end while words are still being counted.
const END: u32 = u32::MAX;

/// Learns the clusters and writes them.
pub(crate) fn clusters(options: &Options) -> Result<()> {
    let tokenizer = Tokenizer::new(&super::load(None)?)?;
    let mut numbers: FxHashMap<String, u32> = FxHashMap::default();
    let mut counts: Vec<u64> = Vec::new();
    let mut text: Vec<u32> = Vec::new();
    // by lower-case form: occurrences in mid-sentence, and capitalised ones
    let mut cases: FxHashMap<String, (u32, u32)> = FxHashMap::default();
    for passage in texts(&options.text)? {
        let tokens = tokenizer.tokenize(&passage);
        for sentence in tokens.sentences() {
            for at in sentence.clone() {
                let Some(token) = tokens.get(at) else {
                    continue;
                };
                let form = match token.kind {
                    Kind::Number => "0",
                    Kind::Address => "@",
                    _ => tokens.surface(at),
                };
                let number = match numbers.get(form) {
                    Some(&number) => number,
                    None => {
                        numbers.insert(form.to_owned(), counts.len() as u32);
                        counts.push(0);
                        counts.len() as u32 - 1
                    }
                };
                counts[number as usize] += 1;
                text.push(number);
                if token.kind == Kind::Word && at > sentence.start {
                    let lower = tokens.lower(at);
                    if !cases.contains_key(lower) {
                        cases.insert(lower.to_owned(), (0, 0));
                    }
                    if let Some((all, capital)) = cases.get_mut(lower) {
                        *all += 1;
                        *capital += u32::from(token.capital);
                    }
                }
            }
            text.push(END);
        }
    }
    // the most frequent first; rare words drop out
    let mut order: Vec<(&String, u32)> = numbers
        .iter()
        .map(|(form, &number)| (form, number))
        .collect();
    order.retain(|(_, number)| counts[*number as usize] >= options.least);
    order.sort_by_key(|(form, number)| (std::cmp::Reverse(counts[*number as usize]), *form));
    let mut rank = vec![END; counts.len()];
    for (new, (_, old)) in order.iter().enumerate() {
        rank[*old as usize] = new as u32;
    }
    // a rare word leaves a gap, a sentence's end breaks the window
    text = text
        .into_iter()
        .filter_map(|number| match rank.get(number as usize) {
            Some(&END) => None,
            Some(&new) => Some(new),
            None => Some(END),
        })
        .collect();
    let frequent: Vec<u64> = order.iter().map(|(_, old)| counts[*old as usize]).collect();
    eprintln!("{} tokens, {} words", text.len(), frequent.len());
    let plan = Plan {
        window: 3,
        negatives: 5,
        epochs: options.epochs,
        rate: 0.05,
        common: 1e-4,
        seed: options.seed,
    };
    let vectors = learn(&text, &frequent, &plan);
    eprintln!("vectors learned");
    let grains = GROUPS.map(|groups| group(&vectors, groups, 12));
    let entries = order.iter().enumerate().map(|(word, (form, _))| {
        let capital = cases.get(&form.to_lowercase()).map_or(0, |(all, capital)| {
            if *all >= 5 {
                1 + (capital * 8 / all) as u8
            } else {
                0
            }
        });
        let grains = std::array::from_fn(|grain| 1 + grains[grain][word]);
        (form.as_str(), Cluster { grains, capital })
    });
    let bytes = Clusters::write(entries);
    std::fs::write(&options.output, bytes).map_err(|e| Error::io(&options.output, e))
}
