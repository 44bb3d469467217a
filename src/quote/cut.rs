//! Where quotations begin and end: marks of any shape, also missing ones.

use crate::token::{Kind, Tokens};
use std::ops::Range;

/// Text between quotation marks.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cut {
    /// The tokens between the marks.
    pub tokens: Range<usize>,
    /// Token after the closing mark, or where the text breaks off.
    pub after: usize,
    /// Whether the closing mark is there.
    pub closed: bool,
}

/// Which way a mark looks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Opens,
    Closes,
    /// Blanks on both sides or on neither.
    Either,
}

/// One mark: its tokens and its look.
struct Mark {
    at: usize,
    end: usize,
    look: Look,
    single: bool,
}

/// Tokens that an unclosed quotation may have before it must be a stray mark.
const UNCLOSED: usize = 400;

/// All stretches between marks, in order, not nested.
pub(super) fn cut(tokens: &Tokens<'_>) -> Vec<Cut> {
    let marks = marks(tokens);
    let mut cuts = Vec::new();
    let mut number = 0;
    while number < marks.len() {
        let mark = &marks[number];
        if mark.look == Look::Closes && (mark.single || !doubtful(tokens, mark)) {
            number += 1;
            continue;
        }
        let limit = paragraph_end(tokens, mark.end);
        let close = closing(&marks, number, limit);
        match close {
            Some(close) => {
                let (start, end) = (mark.end, marks[close].at);
                if start < end {
                    cuts.push(Cut {
                        tokens: start..end,
                        after: marks[close].end,
                        closed: true,
                    });
                }
                number = close + 1;
            }
            None => {
                // a mark that nothing closes: to the next opening mark or the end of the paragraph
                let next = marks[number + 1..]
                    .iter()
                    .find(|m| m.look == Look::Opens && m.single == mark.single);
                let end = next.map_or(limit, |m| m.at.min(limit));
                if !mark.single
                    && mark.look == Look::Opens
                    && mark.end < end
                    && end - mark.end <= UNCLOSED
                {
                    cuts.push(Cut {
                        tokens: mark.end..end,
                        after: end,
                        closed: false,
                    });
                }
                number += 1;
            }
        }
    }
    cuts
}

/// Whether a mark that looks closing may open after all: it stands at the begin of a line.
fn doubtful(tokens: &Tokens<'_>, mark: &Mark) -> bool {
    mark.at == 0 || tokens.get(mark.at).is_some_and(|t| t.line_break)
}

/// The token where the paragraph of `at` ends.
fn paragraph_end(tokens: &Tokens<'_>, at: usize) -> usize {
    (at..tokens.len().min(at + UNCLOSED + 200))
        .skip(1)
        .find(|&i| {
            tokens.get(i).is_some_and(|t| t.line_break)
                // a line that goes on in lower case is a wrapped one
                && tokens.get(i).is_some_and(|t| t.capital || t.kind != Kind::Word)
        })
        .unwrap_or(tokens.len().min(at + UNCLOSED + 200))
}

/// The mark that closes the one numbered `open`, before token `limit`.
fn closing(marks: &[Mark], open: usize, limit: usize) -> Option<usize> {
    let single = marks[open].single;
    let mut nested = 0;
    let mut first_inner = None;
    let near = marks.iter().enumerate().skip(open + 1);
    for (number, mark) in near.take_while(|(_, m)| m.at < limit).take(24) {
        if mark.single != single {
            continue;
        }
        match mark.look {
            Look::Opens => {
                nested += 1;
                first_inner = first_inner.or(Some(number));
            }
            Look::Closes | Look::Either if nested == 0 => return Some(number),
            Look::Closes => nested -= 1,
            Look::Either => {}
        }
    }
    // every inner mark found its partner, this one did not
    None
}

fn marks(tokens: &Tokens<'_>) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some(token) = tokens.get(at) else { break };
        if token.kind != Kind::Quote {
            at += 1;
            continue;
        }
        let surface = tokens.surface(at);
        let mut single = tokens.lower(at) == "'" || matches!(surface, "‘" | "’" | "'" | "`");
        let mut end = at + 1;
        // two single marks are one double one
        if single
            && tokens
                .get(end)
                .is_some_and(|t| t.kind == Kind::Quote && !t.spaced)
            && tokens.surface(end) == surface
        {
            single = false;
            end += 1;
        }
        let bracket = at > 0 && matches!(tokens.lower(at - 1), "(" | "[" | "/" | ":");
        let before = token.spaced || at == 0 || bracket;
        let next = tokens.get(end);
        let after = next.is_none_or(|t| t.spaced)
            || matches!(tokens.lower(end), "," | "." | ")" | ";" | ":" | "!" | "?");
        let look = match (before, after) {
            (true, false) => Look::Opens,
            (false, true) => Look::Closes,
            // glued or loose on both sides: the shape must tell
            _ => match surface {
                "“" | "„" | "«" | "‘" => Look::Opens,
                "”" | "»" | "’" => Look::Closes,
                _ => Look::Either,
            },
        };
        marks.push(Mark {
            at,
            end,
            look,
            single,
        });
        at = end;
    }
    marks
}
