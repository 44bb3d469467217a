//! Lists of names, hashed: which words of a sentence stand in a known name, and how names usually use a word.
//!
//! The lists are baked into the weights, so that an edit of a lexicon never moves a trained tagger.

use super::format::{Reader, Writer};
use super::vectors::stable_hash;
use crate::error::Result;
use rustc_hash::FxHashMap;

/// Classes of names that the lists may give.
pub(crate) const CLASSES: [&str; 15] = [
    "person",
    "organisation",
    "place",
    "region",
    "abbreviation",
    "title",
    "known-organisation",
    "known-place",
    "given-name",
    "family-name",
    "organisation-head",
    "place-head",
    "law-head",
    "event-name",
    "work",
];
/// Places of some of them.
pub(super) const TITLE: usize = 5;
pub(super) const GIVEN: usize = 8;
pub(super) const ORGANISATION_HEAD: usize = 10;
pub(super) const PLACE_HEAD: usize = 11;
/// Ways in which names use a word: see [`NameLists::add_usage`].
const USAGES: usize = 10;
/// Longest name, in words.
const LONGEST: usize = 8;

/// Number of features that [`Names::visit`] may give.
pub(crate) const NAME_FEATURES: usize = CLASSES.len() * 3 + USAGES;

/// Names by the hash of their words.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Names {
    /// Hash of the words so far to a bit for each class that has this name, and bit 15: longer names begin so.
    names: FxHashMap<u32, u16>,
    usage: FxHashMap<u32, u16>,
}

const LONGER: u16 = 1 << 15;

fn step(state: u64, word: &str) -> u64 {
    let mut state = state ^ stable_hash(word.as_bytes());
    state = state.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    state ^ (state >> 29)
}

fn short(state: u64) -> u32 {
    (state >> 32) as u32
}

impl Names {
    /// Calls `visit(token, feature)` for the tokens of a sentence, given in normal form.
    pub(crate) fn visit<'w>(
        &self,
        count: usize,
        word: impl Fn(usize) -> &'w str,
        mut visit: impl FnMut(usize, u16),
    ) {
        // for each class up to where a longer name already covers
        let mut covered = [0usize; CLASSES.len()];
        for start in 0..count {
            let mut state = 0;
            let mut longest = [0usize; CLASSES.len()];
            for end in start..count.min(start + LONGEST) {
                state = step(state, word(end));
                let Some(&bits) = self.names.get(&short(state)) else {
                    break;
                };
                for (class, longest) in longest.iter_mut().enumerate() {
                    if bits & 1 << class != 0 {
                        *longest = end + 1;
                    }
                }
                if bits & LONGER == 0 {
                    break;
                }
            }
            for (class, &end) in longest.iter().enumerate() {
                if end <= covered[class] {
                    continue;
                }
                covered[class] = end;
                let base = (class * 3) as u16;
                // a name of one word is weaker evidence than the first of several
                visit(start, base + u16::from(end - start > 1));
                for inner in start + 1..end {
                    visit(inner, base + 2);
                }
            }
            let base = (CLASSES.len() * 3) as u16;
            let bits = self
                .usage
                .get(&short(step(1, word(start))))
                .copied()
                .unwrap_or(0);
            for usage in (0..USAGES as u16).filter(|usage| bits & 1 << usage != 0) {
                visit(start, base + usage);
            }
        }
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        for table in [&self.names, &self.usage] {
            let mut all: Vec<_> = table.iter().map(|(key, bits)| (*key, *bits)).collect();
            all.sort_unstable();
            writer.u32(all.len() as u32);
            let mut bytes = Vec::with_capacity(all.len() * 6);
            for (key, bits) in all {
                bytes.extend(key.to_le_bytes());
                bytes.extend(bits.to_le_bytes());
            }
            writer.bytes(bytes);
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let mut table = || -> Result<FxHashMap<u32, u16>> {
            let count = reader.u32()? as usize;
            let bytes = reader.bytes()?;
            reader.expect(bytes.len() == count.saturating_mul(6), "a list of names")?;
            let (cells, _) = bytes.as_chunks::<6>();
            Ok(cells
                .iter()
                .map(|c| {
                    let key = u32::from_le_bytes([c[0], c[1], c[2], c[3]]);
                    (key, u16::from_le_bytes([c[4], c[5]]))
                })
                .collect())
        };
        Ok(Self {
            names: table()?,
            usage: table()?,
        })
    }
}

/// Collects lists into [`Names`].
#[derive(Default)]
pub(crate) struct NameLists {
    names: Names,
    /// Of a word: names of persons that begin with, end in, hold it; the same for organisations and places.
    counts: FxHashMap<u32, [u32; 9]>,
}

impl NameLists {
    /// Adds a name, its words in normal form, to a class (an index into [`CLASSES`]).
    pub(crate) fn add(&mut self, class: usize, words: &[&str]) {
        if words.is_empty() || words.len() > LONGEST || class >= CLASSES.len() {
            return;
        }
        let mut state = 0;
        for (number, word) in words.iter().enumerate() {
            state = step(state, word);
            let bits = self.names.names.entry(short(state)).or_insert(0);
            *bits |= if number + 1 == words.len() {
                1 << class
            } else {
                LONGER
            };
        }
    }

    /// Counts how a name of one of the first three classes uses its words.
    pub(crate) fn add_usage(&mut self, class: usize, words: &[&str]) {
        for (number, word) in words.iter().enumerate() {
            let counts = self.counts.entry(short(step(1, word))).or_insert([0; 9]);
            let base = class.min(2) * 3;
            counts[base] += u32::from(number == 0);
            counts[base + 1] += u32::from(number + 1 == words.len());
            counts[base + 2] += 1;
        }
    }

    /// The lists, ready for use.
    pub(crate) fn finish(mut self) -> Names {
        for (key, c) in self.counts {
            let tests = [
                c[0] >= 2,
                c[0] >= 20,
                c[1] >= 2,
                c[1] >= 10,
                c[3] >= 3,
                c[3] >= 30,
                c[5] >= 5,
                c[8] >= 3,
                c[8] >= 50,
                c[2] >= 2 && c[2] > 3 * (c[5] + c[8]),
            ];
            let bits = tests
                .iter()
                .enumerate()
                .fold(0, |bits, (at, &test)| bits | u16::from(test) << at);
            if bits != 0 {
                self.names.usage.insert(key, bits);
            }
        }
        self.names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_longest_name() {
        let mut lists = NameLists::default();
        lists.add(2, &["jawa"]);
        lists.add(2, &["jawa", "barat"]);
        lists.add(0, &["budi"]);
        let names = lists.finish();
        let words = ["di", "jawa", "barat", "budi", "jawa"];
        let mut found = Vec::new();
        names.visit(
            words.len(),
            |i| words[i],
            |token, feature| found.push((token, feature)),
        );
        assert_eq!(found, [(1, 7), (2, 8), (3, 0), (4, 6)]);
        let mut writer = Writer::default();
        names.write(&mut writer);
        let bytes = writer.finish();
        assert_eq!(Names::read(&mut Reader::new(&bytes)).unwrap(), names);
    }
}
