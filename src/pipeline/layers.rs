//! The read-only view of an article that the linking stages share.

use crate::coreference::Anaphor;
use crate::pattern::{Given, Mark, Marks};
use crate::schema::{Entity, Label, Quantity, Time};
use crate::token::Tokens;
use jiff::civil::Date;
use std::ops::Range;

/// A mention with its place in the tokens.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MentionAt {
    /// Its tokens.
    pub tokens: Range<usize>,
    /// Index of its entity in [`Layers::entities`].
    pub entity: usize,
    /// Index among the entity's mentions.
    pub mention: usize,
    /// Its label.
    pub label: Label,
}

/// Everything found so far in one article.
pub(crate) struct Layers<'a> {
    /// Words, sentences, clauses.
    pub tokens: &'a Tokens<'a>,
    /// Entities by first mention; the id of the entity at index `i` is `i + 1`.
    pub entities: &'a [Entity],
    /// All mentions of all entities in order of position, an outer one before those inside it.
    pub mentions: Vec<MentionAt>,
    /// Time expressions in order; the id of the one at index `i` is `i + 1`.
    pub times: &'a [Time],
    /// Token ranges of the times.
    pub time_tokens: Vec<Range<usize>>,
    /// Quantities in order; the id of the one at index `i` is `i + 1`.
    pub quantities: &'a [Quantity],
    /// Token ranges of the quantities.
    pub quantity_tokens: Vec<Range<usize>>,
    /// Pronouns and nominals with what they stand for, in order.
    pub anaphors: &'a [Anaphor],
    /// The day against which the article's dates were resolved, where one is known.
    pub published: Option<Date>,
    /// Mentions (index into `mentions`), times and quantities as marks for patterns.
    pub marks: Marks,
}

impl<'a> Layers<'a> {
    /// The view over what an example gives.
    pub(crate) fn given(tokens: &'a Tokens<'a>, given: &'a Given) -> Self {
        let Given {
            entities,
            times,
            quantities,
            ..
        } = given;
        Self::new(tokens, entities, times, quantities, &[], None)
    }

    /// The view over what the first stages found.
    pub(crate) fn new(
        tokens: &'a Tokens<'a>,
        entities: &'a [Entity],
        times: &'a [Time],
        quantities: &'a [Quantity],
        anaphors: &'a [Anaphor],
        published: Option<Date>,
    ) -> Self {
        let mut mentions = Vec::new();
        for (entity, found) in entities.iter().enumerate() {
            for (mention, at) in found.mentions.iter().enumerate() {
                mentions.push(MentionAt {
                    tokens: tokens.covered(at.span),
                    entity,
                    mention,
                    label: found.label,
                });
            }
        }
        mentions.sort_by_key(|m| (m.tokens.start, std::cmp::Reverse(m.tokens.end), m.label));
        let time_tokens: Vec<_> = times.iter().map(|t| tokens.covered(t.span)).collect();
        let quantity_tokens: Vec<_> = quantities.iter().map(|q| tokens.covered(q.span)).collect();
        let mark = |label, range: &Range<usize>, index| Mark {
            label,
            start: range.start,
            end: range.end,
            index,
        };
        let mut marks = Vec::new();
        for (index, mention) in mentions.iter().enumerate() {
            marks.push(mark(mention.label.as_str(), &mention.tokens, index));
        }
        for (index, range) in time_tokens.iter().enumerate() {
            marks.push(mark(times[index].kind.as_str(), range, index));
        }
        for (index, range) in quantity_tokens.iter().enumerate() {
            marks.push(mark(quantities[index].kind.as_str(), range, index));
        }
        Self {
            tokens,
            entities,
            mentions,
            times,
            time_tokens,
            quantities,
            quantity_tokens,
            anaphors,
            published,
            marks: Marks::new(marks, tokens.len()),
        }
    }

    /// The mentions that begin inside a range of tokens.
    pub(crate) fn mentions_in(&self, range: Range<usize>) -> &[MentionAt] {
        let from = self
            .mentions
            .partition_point(|m| m.tokens.start < range.start);
        let to = self
            .mentions
            .partition_point(|m| m.tokens.start < range.end);
        &self.mentions[from..to.max(from)]
    }
}
