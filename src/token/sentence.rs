//! Where sentences end.

use super::tokens::{Kind, Tokens};
use crate::error::Result;
use crate::models::Models;
use crate::token::scan::normal;
use rustc_hash::FxHashMap;

/// A longer run without a stop is cut, so that no later stage meets a sentence of 100,000 words.
const LONGEST: usize = 300;

/// Finds the ends of sentences.
pub(super) struct Splitter {
    /// Abbreviations with their dot; true where one may also end a sentence.
    abbreviations: FxHashMap<String, bool>,
}

impl Splitter {
    pub(super) fn new(models: &Models) -> Result<Self> {
        let lexicon = models.lexicon("sentence_abbreviations")?;
        let entries = lexicon.entries.iter();
        Ok(Self {
            abbreviations: entries
                .map(|entry| (normal(&entry.form), entry.note == "final"))
                .collect(),
        })
    }

    pub(super) fn split(&self, tokens: &mut Tokens<'_>) {
        let mut ends = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            if let Some(end) = self.end_after(tokens, at) {
                ends.push(end);
                at = end;
            } else {
                at += 1;
            }
        }
        if ends.last() != Some(&tokens.len()) {
            ends.push(tokens.len());
        }
        let mut start = 0;
        let mut ranges = Vec::with_capacity(ends.len());
        for end in ends {
            while end - start > LONGEST {
                let cut = cut_before(tokens, start + LONGEST, start + LONGEST / 2);
                ranges.push(start..cut);
                start = cut;
            }
            ranges.push(start..end);
            start = end;
        }
        tokens.set_sentences(ranges);
    }

    /// The end of the sentence whose last word or stop is token `at`.
    fn end_after(&self, tokens: &Tokens<'_>, at: usize) -> Option<usize> {
        let token = tokens.get(at)?;
        let lower = tokens.lower(at);
        let stop = token.kind == Kind::Punctuation
            && (matches!(lower, "." | "!" | "?" | "\u{2026}") || lower.starts_with(".."));
        let abbreviation = token.kind == Kind::Word && lower.ends_with('.');
        let mut end = at + 1;
        if stop {
            // `?!`, then closing quotes and brackets that are glued to the stop
            while let Some(next) = tokens.get(end) {
                let more = matches!(tokens.lower(end), "." | "!" | "?" | ")" | "]" | "\u{2026}")
                    || next.kind == Kind::Quote && closes(tokens, end);
                if next.spaced || !more {
                    break;
                }
                end += 1;
            }
        }
        let Some(next) = tokens.get(end) else {
            return Some(end);
        };
        if next.line_break {
            let gap =
                &tokens.text()[tokens.get(end - 1)?.span.end as usize..next.span.start as usize];
            let blank = gap.matches('\n').count() > 1;
            let lower_case = next.kind == Kind::Word && !next.capital;
            if blank || stop || !lower_case {
                return Some(end);
            }
        }
        let opens = next.capital
            || matches!(next.kind, Kind::Quote | Kind::Number | Kind::Address)
            || matches!(tokens.lower(end), "(" | "[" | "-" | "\u{2022}");
        if stop {
            if !next.spaced {
                // `gol.Pernyataan`: the space was lost
                let before = tokens.get(at.checked_sub(1)?)?;
                let glued = next.capital
                    && next.kind == Kind::Word
                    && next.span.len() > 1
                    && (end > at + 1 || before.kind != Kind::Word || before.span.len() > 2);
                let quoted = next.kind == Kind::Quote && end == at + 1;
                return (glued || quoted).then_some(end);
            }
            let ellipsis = lower.len() > 1;
            return (opens && (!ellipsis || next.capital)).then_some(end);
        }
        if abbreviation {
            let may_end = self.abbreviations.get(lower).copied().unwrap_or(false);
            return (may_end && opens && next.spaced && next.capital).then_some(end);
        }
        None
    }
}

/// The token after the last comma or semicolon between `floor` and `limit`; else `limit`.
fn cut_before(tokens: &Tokens<'_>, limit: usize, floor: usize) -> usize {
    (floor..limit)
        .rev()
        .find(|&at| matches!(tokens.lower(at), "," | ";"))
        .map_or(limit, |at| at + 1)
}

/// Whether the quotation mark at `at` closes: what follows is a space, the end, or another mark.
fn closes(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens
        .get(at + 1)
        .is_none_or(|next| next.spaced || next.kind != Kind::Word || next.capital)
}
