//! Names that contain a time: `Pilkada 2024`, `Universitas 17 Agustus 1945`.

use crate::schema::{Label, Mention};
use crate::token::{Key, Kind, Tokens};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Said so often word for word, a capitalised word and a year are a name.
const OFTEN: u32 = 3;

/// Where an article's names stand, and which years belong to the name before them.
pub(super) struct Names {
    /// Token ranges of mentions, in order.
    ranges: Vec<Range<usize>>,
    /// Word and year that are a name somewhere in the article.
    years: FxHashMap<(Key, Key), u32>,
}

impl Names {
    /// Of all mentions but offices.
    pub fn new(tokens: &Tokens<'_>, mentions: &[Mention]) -> Self {
        let mut ranges: Vec<_> = mentions
            .iter()
            .filter(|mention| mention.label != Label::Rol)
            .map(|mention| tokens.covered(mention.span))
            .collect();
        ranges.sort_unstable_by_key(|range| (range.start, range.end));
        let mut years = FxHashMap::default();
        for at in 1..tokens.len() {
            if let Some(pair) = word_and_year(tokens, at) {
                *years.entry(pair).or_insert(0) += 1;
            }
        }
        for range in &ranges {
            if range.len() > 1
                && let Some(pair) = word_and_year(tokens, range.end - 1)
            {
                years.insert(pair, OFTEN);
            }
        }
        Self { ranges, years }
    }

    /// Whether a time is part of a name; one that reaches beyond the name is not.
    pub fn contain(&self, tokens: &Tokens<'_>, time: &Range<usize>) -> bool {
        let after = self.ranges.partition_point(|name| name.start <= time.start);
        let mut before = self.ranges[..after].iter().rev().take(4);
        if before.any(|name| name.end >= time.end) {
            return true;
        }
        time.len() == 1
            && word_and_year(tokens, time.start)
                .and_then(|pair| self.years.get(&pair))
                .is_some_and(|count| *count >= OFTEN)
    }
}

/// The capitalised word before a bare year, also through the bracket of an abbreviation:
/// `UCF 2025`, `Career Fair (UCF) 2025`.
fn word_and_year(tokens: &Tokens<'_>, at: usize) -> Option<(Key, Key)> {
    let year = tokens.get(at)?.number?;
    if !(year.plain && year.digits == 4) {
        return None;
    }
    let back = if tokens.lower(at.checked_sub(1)?) == ")" {
        2
    } else {
        1
    };
    let before = at.checked_sub(back)?;
    let word = tokens.get(before)?;
    // at the begin of a sentence any word is capitalised
    let begins = tokens.sentence(tokens.sentence_of(at)).start == before;
    let name = word.kind == Kind::Word && word.capital && (!begins || word.upper);
    name.then(|| (word.key, tokens.get(at).map_or(word.key, |t| t.key)))
}
