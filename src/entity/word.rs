//! What a word alone says about itself, worked out once a word and kept.

use super::clusters::{Cluster, Clusters};
use crate::token::{Kind, Subwords, Token, Words};
use rustc_hash::FxHashMap;

/// Words kept at most; then the store begins anew, so that memory does not grow with the text.
const MOST: usize = 1 << 15;

/// Joins two hashes, order mattering.
#[inline]
pub(crate) fn mix(a: u64, b: u64) -> u64 {
    let h = (a.rotate_left(23) ^ b).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    h ^ (h >> 29)
}

/// Hash of bytes.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    crate::token::Key::of(std::str::from_utf8(bytes).unwrap_or("")).0
}

/// One word's features as hashes; 0 where there is none.
#[derive(Clone, Debug, Default)]
pub(super) struct Word {
    pub lower: u64,
    pub surface: u64,
    /// Runs of the same class of letter once: `Xx`, `X`, `d.d`.
    pub shape: u64,
    pub prefixes: [u64; 4],
    pub suffixes: [u64; 4],
    /// First and last subword piece.
    pub ends: [u64; 2],
    /// Up to four inner pieces.
    pub inner: [u64; 4],
    /// Frequency in lower case, in steps.
    pub frequency: u64,
    /// Length in letters, at most 10.
    pub length: u64,
    /// What unlabelled text says of it.
    pub cluster: Cluster,
}

/// Words by surface.
#[derive(Default)]
pub(super) struct Store {
    index: FxHashMap<u64, u32>,
    words: Vec<Word>,
    pieces: Vec<u32>,
}

impl Store {
    /// Forgets all where there is too much; to be called between texts.
    pub(super) fn limit(&mut self) {
        if self.words.len() > MOST {
            self.index.clear();
            self.words.clear();
        }
    }

    pub(super) fn get(&self, number: u32) -> &Word {
        &self.words[number as usize]
    }

    /// The number of the word.
    pub(super) fn number(
        &mut self,
        (surface, lower): (&str, &str),
        token: &Token,
        frequencies: &Words,
        subwords: &Subwords,
        clusters: &Clusters,
    ) -> u32 {
        let key = hash(surface.as_bytes());
        if let Some(&number) = self.index.get(&key) {
            return number;
        }
        let number = self.words.len() as u32;
        let mut word = Word {
            lower: token.key.0,
            surface: key,
            shape: shape(surface, token.kind),
            frequency: 1 + u64::from(frequencies.frequency(token.key)).div_ceil(8),
            length: surface.chars().take(10).count() as u64,
            ..Word::default()
        };
        word.cluster = match token.kind {
            Kind::Number => clusters.get("0", "0"),
            Kind::Address => clusters.get("@", "@"),
            _ => clusters.get(surface, lower),
        };
        if token.kind == Kind::Word {
            affixes(lower, &mut word);
            self.pieces.clear();
            subwords.pieces(surface, &mut self.pieces);
            let id = |piece: &u32| 1 + u64::from(*piece);
            match self.pieces.as_slice() {
                [] => {}
                [only] => word.ends = [id(only), 0],
                [first, inner @ .., last] => {
                    word.ends = [id(first), id(last)];
                    word.inner
                        .iter_mut()
                        .zip(inner)
                        .for_each(|(slot, p)| *slot = id(p));
                }
            }
        }
        self.words.push(word);
        self.index.insert(key, number);
        number
    }
}

fn affixes(lower: &str, word: &mut Word) {
    let starts: Vec<usize> = lower.char_indices().map(|(at, _)| at).take(5).collect();
    for (length, slot) in word.prefixes.iter_mut().enumerate() {
        if let Some(&end) = starts.get(length + 1) {
            *slot = hash(&lower.as_bytes()[..end]);
        }
    }
    let mut ends = lower.char_indices().rev().map(|(at, _)| at);
    for slot in &mut word.suffixes {
        match ends.next() {
            Some(at) if at > 0 => *slot = hash(&lower.as_bytes()[at..]),
            _ => break,
        }
    }
}

/// Classes of letters in turn; a run counts once, but two capitals are another thing than one.
fn shape(surface: &str, kind: Kind) -> u64 {
    let mut shape = u64::from(kind == Kind::Address);
    let mut run = (0, 0);
    let mut runs = 0;
    for c in surface.chars() {
        let class = match c {
            c if c.is_uppercase() => 1,
            c if c.is_alphabetic() => 2,
            c if c.is_numeric() => 3,
            '.' | ',' => 4,
            '-' => 5,
            _ => 6,
        };
        if class == run.0 {
            run.1 += 1;
            continue;
        }
        shape = mix(shape, shape_of_run(run));
        run = (class, 1);
        runs += 1;
        if runs > 8 {
            break;
        }
    }
    mix(shape, shape_of_run(run))
}

fn shape_of_run((class, length): (u64, u64)) -> u64 {
    let counted = if class == 1 || class == 3 {
        length.min(2)
    } else {
        1
    };
    class * 8 + counted
}
