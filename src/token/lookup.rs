//! Lexicons made ready for matching over tokens.

use super::scan::Scanner;
use super::tokens::{Key, Tokens};
use crate::error::Result;
use crate::models::{Entry, Models};
use rustc_hash::FxHashMap;

/// The further words of an entry, and its number.
type Tail = (Box<[Key]>, u32);

/// One or more lexicons, indexed by the first word of each entry.
pub(crate) struct Lookup {
    entries: Vec<Entry>,
    /// First key to (further keys, entry), longest first.
    index: FxHashMap<Key, Vec<Tail>>,
}

/// An entry that matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Token index after the match.
    pub end: usize,
    /// Number of the entry.
    pub entry: usize,
}

impl Lookup {
    /// The lexicons of these names together; of equal forms the first wins.
    pub(crate) fn new(models: &Models, names: &[&str]) -> Result<Self> {
        let mut entries = Vec::new();
        for name in names {
            entries.extend(models.lexicon(name)?.entries.iter().cloned());
        }
        let scanner = Scanner::new(models, None)?;
        let mut index: FxHashMap<Key, Vec<Tail>> = FxHashMap::default();
        for (number, entry) in entries.iter().enumerate() {
            let keys = scanner.keys(&entry.form);
            if let Some((first, rest)) = keys.split_first() {
                index
                    .entry(*first)
                    .or_default()
                    .push((rest.into(), number as u32));
            }
        }
        for bucket in index.values_mut() {
            bucket.sort_by_key(|(rest, number)| (std::cmp::Reverse(rest.len()), *number));
        }
        Ok(Self { entries, index })
    }

    /// All entries, by number.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The keys with which an entry may begin.
    pub(crate) fn first_keys(&self) -> impl Iterator<Item = Key> + '_ {
        self.index.keys().copied()
    }

    /// The longest entry that begins at token `start`; the last word may carry a clitic.
    pub(crate) fn longest(&self, tokens: &Tokens<'_>, start: usize) -> Option<Found> {
        self.all(tokens, start).next()
    }

    /// All entries that begin at token `start`, longest first.
    pub(crate) fn all<'s>(
        &'s self,
        tokens: &'s Tokens<'_>,
        start: usize,
    ) -> impl Iterator<Item = Found> + 's {
        let token = tokens.get(start);
        let exact = token.and_then(|t| self.index.get(&t.key));
        let stem = token
            .filter(|t| t.stem != t.key)
            .and_then(|t| self.index.get(&t.stem))
            .into_iter()
            .flatten()
            .filter(|(rest, _)| rest.is_empty());
        exact
            .into_iter()
            .flatten()
            .chain(stem)
            .filter_map(move |(rest, entry)| {
                let last = rest.len();
                rest.iter()
                    .enumerate()
                    .all(|(offset, &key)| {
                        tokens
                            .get(start + 1 + offset)
                            .is_some_and(|t| t.key == key || (offset + 1 == last && t.stem == key))
                    })
                    .then_some(Found {
                        end: start + 1 + rest.len(),
                        entry: *entry as usize,
                    })
            })
    }
}
