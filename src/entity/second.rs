//! The second look of the tagger of roles: features made of the first look's tags.
//!
//! The first look tags every sentence alone. The second sees which names the other tagger found near by
//! and what the same word is elsewhere in the article: a role ends before a spelled-out organisation,
//! holds an abbreviated one, and stands before a person. (For names themselves it was tried and did not
//! pay: their chains know their neighbours already.)

use super::article::Mode;
use super::decode::Tags;
use super::features::{EDGE, Workspace, feature};
use super::word::mix;
use crate::token::{Key, Kind, Tokens};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Most tags of one tagger that votes count.
const MOST: usize = 32;

/// Hands the features of the second look to `sink`; `first` holds each tagger's tag of each token.
pub(crate) fn look(
    tokens: &Tokens<'_>,
    work: &Workspace,
    tags: &Tags,
    first: &[Vec<u8>],
    mut sink: impl FnMut(usize, u32),
) {
    let Some(flat) = first.first().filter(|flat| flat.len() == tokens.len()) else {
        return;
    };
    let outer = first.get(1).filter(|outer| outer.len() == tokens.len());
    let votes = votes(tokens, work, flat);
    for (number, sentence) in tokens.sentences().enumerate() {
        let mode = work.article.mode(number);
        let chain: Vec<usize> = flat[sentence.clone()]
            .iter()
            .map(|&tag| tag as usize)
            .collect();
        let spans = tags.spans(&chain);
        let mut span = 0;
        for at in sentence.clone() {
            while spans
                .get(span)
                .is_some_and(|(range, _)| range.end + sentence.start <= at)
            {
                span += 1;
            }
            let near = spans.get(span).map(|(range, label)| {
                (
                    range.start + sentence.start..range.end + sentence.start,
                    *label,
                )
            });
            let view = View {
                tokens,
                work,
                sentence: &sentence,
                mode,
                flat,
                outer,
                at,
            };
            let mut give = |template, value| sink(at, feature(template, value));
            view.neighbours(&mut give);
            if let Some((range, label)) = near {
                view.span(&range, label, &mut give);
            }
            view.votes(&votes, tags, &mut give);
        }
    }
}

/// How often each word got each tag.
type Votes = FxHashMap<Key, [u16; MOST]>;

fn votes(tokens: &Tokens<'_>, work: &Workspace, flat: &[u8]) -> Votes {
    let mut votes = Votes::default();
    for (at, token) in tokens.iter().enumerate() {
        let mode = work.article.mode(tokens.sentence_of(at));
        if token.kind == Kind::Word && (token.capital || mode != Mode::Mixed) {
            let tally = votes.entry(token.key).or_insert([0; MOST]);
            if let Some(count) = tally.get_mut(flat[at] as usize) {
                *count = count.saturating_add(1);
            }
        }
    }
    votes
}

struct View<'v, 'a> {
    tokens: &'v Tokens<'a>,
    work: &'v Workspace,
    sentence: &'v Range<usize>,
    mode: Mode,
    flat: &'v [u8],
    outer: Option<&'v Vec<u8>>,
    at: usize,
}

type Sink<'s> = &'s mut dyn FnMut(u64, u64);

impl View<'_, '_> {
    fn tag(&self, of: Option<&[u8]>, offset: isize) -> u64 {
        let at = self.at.wrapping_add_signed(offset);
        match of.and_then(|tags| tags.get(at)) {
            Some(&tag) if self.sentence.contains(&at) => u64::from(tag),
            _ => EDGE,
        }
    }

    fn lower(&self, at: usize) -> u64 {
        let inside = self.sentence.contains(&at);
        if inside {
            self.work.word(at).map_or(EDGE, |word| word.lower)
        } else {
            EDGE
        }
    }

    fn shape(&self, at: usize) -> u64 {
        match self.work.word(at) {
            Some(word) if self.mode == Mode::Mixed => word.shape,
            _ => 0,
        }
    }

    fn neighbours(&self, sink: Sink<'_>) {
        let flat = |offset| self.tag(Some(self.flat), offset);
        let outer = |offset| self.tag(self.outer.map(Vec::as_slice), offset);
        let (word, shape) = (self.lower(self.at), self.shape(self.at));
        for offset in -2..=2 {
            sink(200 + (offset + 2) as u64, flat(offset));
        }
        sink(205, mix(flat(-1), flat(0)));
        sink(206, mix(flat(0), flat(1)));
        sink(207, mix(flat(0), word));
        sink(208, mix(flat(1), word));
        sink(209, mix(flat(-1), word));
        sink(210, mix(flat(0), shape));
        sink(211, mix(flat(1), shape));
        if self.outer.is_some() {
            for offset in -1..=1 {
                sink(212 + (offset + 1) as u64, outer(offset));
            }
            sink(215, mix(outer(0), flat(0)));
            sink(216, mix(outer(-1), flat(0)));
            sink(217, mix(mix(outer(0), flat(0)), mix(outer(1), flat(1))));
            sink(218, mix(mix(outer(-1), flat(-1)), mix(outer(0), flat(0))));
        }
    }

    /// The flat span that the token stands in or that comes next.
    fn span(&self, range: &Range<usize>, label: usize, sink: Sink<'_>) {
        let label = label as u64;
        let head = self.lower(range.start);
        let shape = self.shape(range.start);
        let length = range.len().min(4) as u64;
        if range.contains(&self.at) {
            let inside = u64::from(self.at > range.start);
            sink(230, mix(mix(label, length), inside));
            sink(231, mix(mix(label, head), inside));
            sink(232, mix(mix(label, shape), mix(length, inside)));
            let before = range.start.checked_sub(1).map_or(EDGE, |at| self.lower(at));
            sink(233, mix(mix(label, before), inside));
        } else if range.start - self.at <= 4 {
            let away = (range.start - self.at) as u64;
            sink(235, mix(mix(label, length), away));
            sink(236, mix(mix(label, head), away));
            sink(237, mix(mix(label, shape), mix(length, away)));
        }
    }

    /// The tags of the same word elsewhere in the article.
    fn votes(&self, votes: &Votes, tags: &Tags, sink: Sink<'_>) {
        let Some(token) = self.tokens.get(self.at) else {
            return;
        };
        if !(token.capital || self.mode != Mode::Mixed) || token.kind != Kind::Word {
            return;
        }
        let Some(tally) = votes.get(&token.key) else {
            return;
        };
        let own = self.flat[self.at] as usize;
        let count = |tag: usize| {
            usize::from(tally.get(tag).copied().unwrap_or(0)) - usize::from(tag == own)
        };
        let all: usize = (0..tags.len()).map(count).sum();
        if all == 0 {
            sink(240, own as u64);
            return;
        }
        let best = (0..tags.len()).max_by_key(|&tag| (count(tag), std::cmp::Reverse(tag)));
        let best = best.unwrap_or(0);
        let share = (count(best) * 4 / all) as u64;
        let label = |tag: usize| tags.label(tag).map_or(0, |(label, _)| label as u64 + 1);
        let shape = self.shape(self.at);
        let amount = all.min(3) as u64;
        sink(241, mix(best as u64, share));
        sink(242, mix(label(best), label(own)));
        sink(243, mix(mix(best as u64, own as u64), mix(share, amount)));
        sink(244, mix(mix(label(best), label(own)), mix(shape, share)));
        // which labels it got at all
        for tag in 1..tags.len() {
            if count(tag) > 0 {
                sink(245, mix(tag as u64, own as u64));
            }
        }
    }
}
