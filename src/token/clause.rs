//! Where clauses begin, inside sentences.

use super::lookup::Lookup;
use super::tokens::{Kind, Tokens};
use crate::error::Result;
use crate::models::Models;

/// Splits sentences at subordinating conjunctions, semicolons, colons and quotation marks.
pub(super) struct Splitter {
    conjunctions: Lookup,
}

impl Splitter {
    pub(super) fn new(models: &Models) -> Result<Self> {
        Ok(Self {
            conjunctions: Lookup::new(models, &["conjunctions"])?,
        })
    }

    pub(super) fn split(&self, tokens: &mut Tokens<'_>) {
        let mut ranges = Vec::with_capacity(tokens.len() / 8);
        for sentence in tokens.sentences() {
            let mut start = sentence.start;
            let mut at = sentence.start;
            while at < sentence.end {
                let begins = match self.conjunctions.longest(tokens, at) {
                    Some(found) => self.conjunctions.entries()[found.entry].value == "subord",
                    None => {
                        at > 0
                            && (tokens.get(at - 1).is_some_and(|t| t.kind == Kind::Quote)
                                || matches!(tokens.lower(at - 1), ";" | ":"))
                    }
                };
                if begins && at > start {
                    ranges.push(start..at);
                    start = at;
                }
                at += 1;
            }
            if start < sentence.end {
                ranges.push(start..sentence.end);
            }
        }
        tokens.set_clauses(ranges);
    }
}
