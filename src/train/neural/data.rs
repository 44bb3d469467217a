//! Passages made into sentences that the network learns from.

use crate::entity::neural::{FIRST_ELSEWHERE, Names, Seen, see, stable_hash, vector_form};
use crate::token::Tokenizer;
use crate::train::corpus::{Passage, Source};
use rustc_hash::FxHashMap;

/// One sentence with its true tags.
#[derive(Clone, Debug)]
pub(crate) struct Sentence {
    pub words: Vec<Seen>,
    /// One a head that the sentence teaches: (head, tags).
    pub tags: Vec<(usize, Vec<u8>)>,
}

/// A head to be taught: the labels of one way of annotating.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Task {
    pub name: String,
    pub labels: Vec<String>,
}

/// What is taught, and from what.
#[derive(Default)]
pub(crate) struct Lessons {
    pub tasks: Vec<Task>,
    /// Sentences of each source.
    pub sources: Vec<Vec<Sentence>>,
}

/// Labels of the guidelines that hold no other.
const FLAT: [&str; 6] = ["PER", "ORG", "LOC", "LAW", "WORK", "NEV"];

/// The tasks that a source teaches: the guidelines' two layers, or its own labels.
pub(crate) fn tasks(source: &Source) -> Vec<Task> {
    let strings = |labels: &[&str]| labels.iter().map(|&label| label.to_owned()).collect();
    if source.gold {
        return vec![
            Task {
                name: "gold".to_owned(),
                labels: strings(&FLAT),
            },
            Task {
                name: "gold-roles".to_owned(),
                labels: strings(&["ROL"]),
            },
        ];
    }
    let name = source.name.split('/').next().unwrap_or(&source.name);
    vec![Task {
        name: name.to_owned(),
        labels: source.labels.clone(),
    }]
}

impl Lessons {
    /// Adds a source; sources of one name share a head.
    pub(crate) fn add(&mut self, source: &Source, tokenizer: &Tokenizer, names: &Names) {
        let heads: Vec<usize> = tasks(source)
            .into_iter()
            .map(|task| {
                let known = self.tasks.iter().position(|known| known.name == task.name);
                known.unwrap_or_else(|| {
                    self.tasks.push(task);
                    self.tasks.len() - 1
                })
            })
            .collect();
        let mut sentences = Vec::new();
        for passage in &source.passages {
            sentences.extend(self.cut(passage, &heads, tokenizer, names));
        }
        self.sources.push(sentences);
    }

    /// The sentences of one passage, with the tags of `heads`.
    pub(crate) fn cut(
        &self,
        passage: &Passage,
        heads: &[usize],
        tokenizer: &Tokenizer,
        names: &Names,
    ) -> Vec<Sentence> {
        let tokens = passage.tokens(tokenizer);
        let all: Vec<(usize, Vec<u8>)> = heads
            .iter()
            .map(|&head| {
                let mut tags = vec![0u8; tokens.len()];
                for (span, label) in &passage.spans {
                    let labels = &self.tasks[head].labels;
                    if let Some(label) = labels.iter().position(|known| known == label) {
                        for (inner, token) in tokens.covered(*span).enumerate() {
                            tags[token] = (1 + 2 * label + usize::from(inner > 0)) as u8;
                        }
                    }
                }
                (head, tags)
            })
            .collect();
        see(&tokens, names)
            .into_iter()
            .map(|(range, words)| {
                let mut tags = all.clone();
                for (_, tags) in &mut tags {
                    *tags = tags[range.clone()].to_vec();
                    // a mark that a sentence's end has cut begins anew
                    if let Some(first) = tags.first_mut().filter(|t| **t > 0 && **t % 2 == 0) {
                        *first -= 1;
                    }
                }
                Sentence { words, tags }
            })
            .collect()
    }

    /// Words with a learned row: those seen at least `least` times, by falling count.
    pub(crate) fn words(&self, least: u32) -> FxHashMap<u64, u32> {
        let mut counts: FxHashMap<&str, u32> = FxHashMap::default();
        for sentence in self.sources.iter().flatten() {
            for word in &sentence.words {
                *counts.entry(&word.form).or_insert(0) += 1;
            }
        }
        let mut words: Vec<_> = counts.into_iter().filter(|w| w.1 >= least).collect();
        words.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        words
            .into_iter()
            .enumerate()
            .map(|(row, (word, _))| (stable_hash(word.as_bytes()), row as u32))
            .collect()
    }
}

/// How letters of a sentence are changed for practice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Case {
    Printed,
    Lower,
    Upper,
}

/// A word with its letters changed.
pub(crate) fn recase(word: &Seen, case: Case) -> Seen {
    let surface = match case {
        Case::Printed => return word.clone(),
        Case::Lower => word.surface.to_lowercase(),
        Case::Upper => word.surface.to_uppercase(),
    };
    let mut names = word.names.clone();
    if case == Case::Lower {
        // what capitals elsewhere say is not there in lower-cased articles
        names = names
            .iter()
            .copied()
            .filter(|&f| f < FIRST_ELSEWHERE)
            .collect();
    }
    Seen {
        surface: surface.into(),
        names,
        ..word.clone()
    }
}

/// A word with a slip of the fingers: two letters swapped, one dropped or one doubled.
pub(crate) fn misspell(word: &Seen, random: &mut crate::train::random::Random) -> Seen {
    let mut letters: Vec<char> = word.surface.chars().collect();
    if letters.len() < 5 || letters.iter().any(|c| !c.is_alphabetic()) {
        return word.clone();
    }
    let at = 1 + random.below(letters.len() - 2);
    match random.below(3) {
        0 => letters.swap(at, at + 1),
        1 => drop(letters.remove(at)),
        _ => letters.insert(at, letters[at]),
    }
    let surface: String = letters.into_iter().collect();
    Seen {
        form: vector_form(&surface.to_lowercase()).into(),
        surface: surface.into(),
        names: Box::default(),
    }
}
