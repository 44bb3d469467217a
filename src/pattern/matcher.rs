//! The matcher: backtracking over tokens and marks, with a budget.

use super::compile::{Class, Op, Pattern};
use crate::token::{Kind, Tokens, Voice};
use std::ops::Range;

/// Something that an earlier stage found, for `{LABEL}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Entity label, TIMEX3 type or quantity type.
    pub label: &'static str,
    /// First token.
    pub start: usize,
    /// Token after the last.
    pub end: usize,
    /// Number of the mention, time or quantity in the caller's list.
    pub index: usize,
}

/// All marks of an article by their first token, longest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    marks: Vec<Mark>,
    /// First mark of each token, and one past the last at the end.
    first: Vec<u32>,
}

impl Marks {
    pub(crate) fn new(mut marks: Vec<Mark>, tokens: usize) -> Self {
        marks.retain(|mark| mark.start < mark.end && mark.end <= tokens);
        marks.sort_by_key(|mark| (mark.start, std::cmp::Reverse(mark.end), mark.index));
        let mut first = vec![0u32; tokens + 1];
        for mark in &marks {
            first[mark.start + 1] += 1;
        }
        for token in 0..tokens {
            first[token + 1] += first[token];
        }
        Self { marks, first }
    }

    /// The marks that begin at a token, longest first.
    pub(crate) fn starting_at(&self, token: usize) -> &[Mark] {
        match (self.first.get(token), self.first.get(token + 1)) {
            (Some(&from), Some(&to)) => &self.marks[from as usize..to as usize],
            _ => &[],
        }
    }

    /// The marks that begin inside a range of tokens, in order.
    pub(crate) fn within(&self, range: Range<usize>) -> &[Mark] {
        match (self.first.get(range.start), self.first.get(range.end)) {
            (Some(&from), Some(&to)) if from <= to => &self.marks[from as usize..to as usize],
            _ => &[],
        }
    }

    /// All marks in order.
    pub(crate) fn all(&self) -> &[Mark] {
        &self.marks
    }
}

/// Where a pattern met the text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Match {
    /// First token.
    pub start: usize,
    /// Token after the last.
    pub end: usize,
    captures: Vec<(u8, Capture)>,
}

/// What a named part of a pattern met.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Capture {
    /// Its tokens.
    pub range: Range<usize>,
    /// What it was.
    pub value: Captured,
}

/// What a captured part was, beyond its tokens.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Captured {
    /// Words, or several things.
    Tokens,
    /// A lexicon entry: its value.
    Entry(Box<str>),
    /// A number.
    Number(f64),
    /// A form of a root.
    Form(Voice),
    /// Something marked.
    Mark(Mark),
}

impl Match {
    /// The capture of that number; the last one where it met several times.
    pub(crate) fn get(&self, name: usize) -> Option<&Capture> {
        let mut captures = self.captures.iter().rev();
        captures.find(|(n, _)| *n as usize == name).map(|(_, c)| c)
    }
}

impl Capture {
    /// The number that it is.
    pub(crate) fn number(&self) -> Option<f64> {
        match &self.value {
            Captured::Number(value) => Some(*value),
            Captured::Entry(value) => value.parse().ok(),
            _ => None,
        }
    }

    /// The value of the lexicon entry that it is.
    pub(crate) fn entry(&self) -> Option<&str> {
        match &self.value {
            Captured::Entry(value) => Some(value),
            _ => None,
        }
    }

    /// The mark that it is.
    pub(crate) fn mark(&self) -> Option<Mark> {
        match self.value {
            Captured::Mark(mark) => Some(mark),
            _ => None,
        }
    }
}

/// Steps that one attempt may take; patterns of the rule files need a few dozen.
const BUDGET: u32 = 4_000;

pub(super) struct Matcher<'p, 't, 'a> {
    pattern: &'p Pattern,
    tokens: &'t Tokens<'a>,
    marks: &'t Marks,
    end: usize,
    begin: usize,
    steps: u32,
    captures: Vec<(u8, Capture)>,
    last: Captured,
}

type Next<'n, 'p, 't, 'a> = &'n mut dyn FnMut(&mut Matcher<'p, 't, 'a>, usize) -> bool;

impl<'p, 't, 'a> Matcher<'p, 't, 'a> {
    pub(super) fn new(pattern: &'p Pattern, tokens: &'t Tokens<'a>, marks: &'t Marks) -> Self {
        Self {
            pattern,
            tokens,
            marks,
            begin: 0,
            end: 0,
            steps: 0,
            captures: Vec::new(),
            last: Captured::Tokens,
        }
    }

    fn enter(&mut self, start: usize) {
        let last = self.tokens.len().saturating_sub(1);
        let sentence = self
            .tokens
            .sentence(self.tokens.sentence_of(start.min(last)));
        self.begin = sentence.start;
        self.end = sentence.end;
        self.steps = 0;
    }

    pub(super) fn run(mut self, start: usize) -> Option<Match> {
        self.enter(start);
        let pattern = self.pattern;
        let mut end = None;
        self.step(&pattern.root, start, &mut |_, at| {
            end = Some(at);
            true
        });
        Some(Match {
            start,
            end: end?,
            captures: self.captures,
        })
    }

    /// Whether the pattern can lead from token `start` exactly to token `target`.
    pub(super) fn reaches(mut self, start: usize, target: usize) -> bool {
        self.enter(start);
        let pattern = self.pattern;
        self.step(&pattern.root, start, &mut |_, at| at == target)
    }

    /// Tries `op` at token `at`, then `next` where it ends; restores the captures where that fails.
    fn step(&mut self, op: &'p Op, at: usize, next: Next<'_, 'p, 't, 'a>) -> bool {
        self.steps += 1;
        if self.steps > BUDGET {
            return false;
        }
        let token = (at < self.end).then(|| self.tokens.get(at)).flatten();
        match op {
            Op::Words(keys) => {
                let count = keys.len();
                let met = at + count <= self.end
                    && keys.iter().enumerate().all(|(offset, key)| {
                        self.tokens.get(at + offset).is_some_and(|t| {
                            t.key == *key || (offset + 1 == count && t.stem == *key)
                        })
                    });
                met && self.go(Captured::Tokens, at + count, next)
            }
            Op::Lexicon { lookup, accepted } => {
                let tokens = self.tokens;
                for found in lookup.all(tokens, at) {
                    let accepts = accepted
                        .as_ref()
                        .is_none_or(|set| set.contains(&(found.entry as u32)));
                    if found.end <= self.end && accepts {
                        let value = lookup.entries()[found.entry].value.as_str();
                        if self.go(Captured::Entry(value.into()), found.end, next) {
                            return true;
                        }
                    }
                }
                false
            }
            Op::Number(words) => match words.at(self.tokens, at) {
                Some((end, value)) if end <= self.end => {
                    self.go(Captured::Number(value), end, next)
                }
                _ => false,
            },
            Op::Range {
                low,
                high,
                digits,
                words,
            } => {
                let Some(token) = token else { return false };
                let met = match (token.number, digits) {
                    (Some(number), Some(digits)) => {
                        (number.plain && number.digits == *digits).then_some((at + 1, number.value))
                    }
                    (Some(number), None) => number.plain.then_some((at + 1, number.value)),
                    (None, Some(_)) => None,
                    (None, None) => words.at(self.tokens, at),
                };
                match met {
                    Some((end, value))
                        if end <= self.end
                            && value >= *low
                            && value <= *high
                            && value.fract() == 0.0 =>
                    {
                        self.go(Captured::Number(value), end, next)
                    }
                    _ => false,
                }
            }
            Op::Clock => match token.and_then(|_| clock(self.tokens.lower(at))) {
                Some(value) => self.go(Captured::Number(value), at + 1, next),
                None => false,
            },
            Op::Mark(labels) => {
                let marks = self.marks;
                for mark in marks.starting_at(at) {
                    if mark.end <= self.end
                        && labels.contains(&mark.label)
                        && self.go(Captured::Mark(*mark), mark.end, next)
                    {
                        return true;
                    }
                }
                false
            }
            Op::Root(forms) => {
                let Some(token) = token else { return false };
                match forms.get(&token.key).or_else(|| forms.get(&token.stem)) {
                    Some(&voice) => self.go(Captured::Form(voice), at + 1, next),
                    None => false,
                }
            }
            Op::Class(class) => {
                let met = token.is_some_and(|token| match class {
                    Class::Capital => token.kind == Kind::Word && token.capital,
                    Class::Lower => token.kind == Kind::Word && !token.capital,
                    Class::Upper => token.kind == Kind::Word && token.upper,
                    Class::Word => token.kind == Kind::Word,
                    Class::Number => token.kind == Kind::Number,
                    Class::Quote => token.kind == Kind::Quote,
                    Class::Punctuation => token.kind == Kind::Punctuation,
                    Class::Roman => roman(self.tokens.surface(at)).is_some(),
                    Class::Any => true,
                });
                if !met {
                    return false;
                }
                let value = match (class, token.and_then(|t| t.number)) {
                    (Class::Roman, _) => roman(self.tokens.surface(at)).map(f64::from),
                    (_, number) => number.map(|n| n.value),
                };
                let captured = value.map_or(Captured::Tokens, Captured::Number);
                self.go(captured, at + 1, next)
            }
            Op::Gap(most) => {
                let last = (at + most).min(self.end);
                (at..=last).any(|stop| self.go(Captured::Tokens, stop, next))
            }
            Op::Sequence(ops) => self.sequence(ops, at, next),
            Op::Either(ops) => ops.iter().any(|op| self.step(op, at, next)),
            Op::Repeat { op, least, most } => self.repeat(op, *least, *most, at, next),
            Op::Capture(name, inner) => {
                let mark = self.captures.len();
                let met = self.step(inner, at, &mut |this, end| {
                    // an optional part that is absent leaves no capture
                    if end == at {
                        return next(this, end);
                    }
                    let before = this.captures.len();
                    let value = std::mem::replace(&mut this.last, Captured::Tokens);
                    let kept = value.clone();
                    this.captures.push((
                        *name,
                        Capture {
                            range: at..end,
                            value,
                        },
                    ));
                    if next(this, end) {
                        return true;
                    }
                    this.captures.truncate(before);
                    this.last = kept;
                    false
                });
                if !met {
                    self.captures.truncate(mark);
                }
                met
            }
            Op::Ahead(inner) => {
                let met = self.step(inner, at, &mut |_, _| true);
                met && self.go(Captured::Tokens, at, next)
            }
            Op::NotAhead(inner) => {
                let kept = self.captures.len();
                let met = self.step(inner, at, &mut |_, _| true);
                self.captures.truncate(kept);
                !met && self.go(Captured::Tokens, at, next)
            }
            Op::Begin => at == self.begin && self.go(Captured::Tokens, at, next),
            Op::End => at == self.end && self.go(Captured::Tokens, at, next),
            Op::Glued => token.is_some_and(|t| !t.spaced) && self.go(Captured::Tokens, at, next),
        }
    }

    fn go(&mut self, met: Captured, at: usize, next: Next<'_, 'p, 't, 'a>) -> bool {
        self.last = met;
        next(self, at)
    }

    fn sequence(&mut self, ops: &'p [Op], at: usize, next: Next<'_, 'p, 't, 'a>) -> bool {
        match ops {
            [] => next(self, at),
            [only] => self.step(only, at, &mut |this, end| {
                // several things in a row are no one value, unless only one stands here
                next(this, end)
            }),
            [first, rest @ ..] => self.step(first, at, &mut |this, end| {
                this.sequence_rest(rest, end, next)
            }),
        }
    }

    fn sequence_rest(&mut self, ops: &'p [Op], at: usize, next: Next<'_, 'p, 't, 'a>) -> bool {
        match ops {
            [] => self.go(Captured::Tokens, at, next),
            [first, rest @ ..] => self.step(first, at, &mut |this, end| {
                this.sequence_rest(rest, end, next)
            }),
        }
    }

    /// Greedy: as often as it can, then fewer.
    fn repeat(
        &mut self,
        op: &'p Op,
        least: usize,
        most: usize,
        at: usize,
        next: Next<'_, 'p, 't, 'a>,
    ) -> bool {
        if most > 0 {
            let met = self.step(op, at, &mut |this, end| {
                end > at && this.repeat(op, least.saturating_sub(1), most - 1, end, next)
            });
            if met {
                return true;
            }
        }
        least == 0 && next(self, at)
    }
}

/// `14.30`, `14,30`, `14.30.05`: hours and minutes as hours + minutes / 100.
fn clock(figure: &str) -> Option<f64> {
    let (hours, rest) = figure.split_once(['.', ','])?;
    let (minutes, seconds) = rest.split_once(['.', ',']).unwrap_or((rest, "00"));
    if seconds.len() != 2 || seconds.parse::<u32>().ok()? >= 60 {
        return None;
    }
    let valid = (1..=2).contains(&hours.len()) && minutes.len() == 2;
    let hours: u32 = hours.parse().ok().filter(|h| valid && *h <= 24)?;
    let minutes: u32 = minutes.parse().ok().filter(|m| *m < 60)?;
    Some(f64::from(hours) + f64::from(minutes) / 100.0)
}

/// The value of a Roman numeral in capitals, up to 39.
fn roman(word: &str) -> Option<u32> {
    let mut total = 0;
    let mut last = 0;
    if word.is_empty() || word.len() > 6 {
        return None;
    }
    for letter in word.bytes().rev() {
        let value = match letter {
            b'I' => 1,
            b'V' => 5,
            b'X' => 10,
            _ => return None,
        };
        if value < last {
            total -= value;
        } else {
            total += value;
            last = value;
        }
    }
    (1..=39).contains(&total).then_some(total as u32)
}
