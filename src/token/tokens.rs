//! The tokens of one text.

use crate::schema::Span;
use rustc_hash::FxHasher;
use std::hash::Hasher;
use std::ops::Range;

/// A 64-bit hash of a normal form: equal words have equal keys, so that lexicons and rules compare numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub u64);

impl Key {
    /// The key of a word in normal form.
    pub fn of(word: &str) -> Self {
        let mut hasher = FxHasher::default();
        hasher.write(word.as_bytes());
        Key(hasher.finish())
    }
}

/// What a token is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Letters, perhaps with digits, hyphens or an abbreviation's dot.
    Word,
    /// Digits with separators.
    Number,
    /// One punctuation mark.
    Punctuation,
    /// A quotation mark of any shape.
    Quote,
    /// A currency sign, emoji or other symbol.
    Symbol,
    /// A web or mail address, a mention or a hashtag.
    Address,
}

/// The value of a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number {
    /// Its value, with Indonesian separators: `1.250` is 1250, `8,03` is 8.03.
    pub value: f64,
    /// Number of digits printed; 0 for a number word.
    pub digits: u8,
    /// Whether digits alone are printed: no separator.
    pub plain: bool,
}

/// One token.
#[derive(Clone, Debug)]
pub struct Token {
    /// Bytes of the text.
    pub span: Span,
    /// What it is made of.
    pub kind: Kind,
    /// Key of the normal form.
    pub key: Key,
    /// Key of the normal form without the clitics -nya, -lah, -kah, -pun; equals `key` where there is none.
    pub stem: Key,
    /// Where the normal form lies in the arena.
    pub(super) lower: (u32, u32),
    /// Bytes of the normal form that are the stem.
    pub(super) stem_len: u16,
    /// Its number, for figures.
    pub number: Option<Number>,
    /// Whether white space (or the begin of the text) stands before it.
    pub spaced: bool,
    /// Whether a line break stands before it.
    pub line_break: bool,
    /// Whether its first letter is upper case.
    pub capital: bool,
    /// Whether all its letters are upper case (and it has one).
    pub upper: bool,
}

/// The tokens of one text with its sentences and clauses.
pub struct Tokens<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    arena: String,
    sentences: Vec<Range<u32>>,
    sentence_of: Vec<u32>,
    clauses: Vec<Range<u32>>,
    clause_of: Vec<u32>,
    /// What the reader should know, such as glued words that were split.
    pub(crate) warnings: Vec<String>,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            tokens: Vec::with_capacity(text.len() / 5),
            arena: String::with_capacity(text.len()),
            sentences: Vec::new(),
            sentence_of: Vec::new(),
            clauses: Vec::new(),
            clause_of: Vec::new(),
            warnings: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, token: Token) {
        self.tokens.push(token);
    }

    /// Puts `pieces` in the place of token `index`.
    pub(super) fn replace(&mut self, index: usize, pieces: Vec<Token>) {
        self.tokens.splice(index..=index, pieces);
    }

    /// A token of this text that is not yet in the list; `stem_len` bytes of `lower` are its stem.
    pub(super) fn make(
        &mut self,
        span: Span,
        kind: Kind,
        lower: &str,
        stem_len: usize,
        number: Option<Number>,
    ) -> Token {
        let start = self.arena.len() as u32;
        self.arena.push_str(lower);
        let key = Key::of(lower);
        let stem = if stem_len == lower.len() {
            key
        } else {
            Key::of(&lower[..stem_len])
        };
        let surface = span.of(self.text);
        let mut letters = surface.chars().filter(|c| c.is_alphabetic()).peekable();
        let capital = letters.peek().is_some_and(|c| c.is_uppercase());
        let upper = letters.peek().is_some() && letters.all(|c| !c.is_lowercase());
        let before = match self.tokens.last() {
            Some(last) => self.text.get(last.span.end as usize..span.start as usize),
            None => self.text.get(..span.start as usize),
        }
        .unwrap_or("");
        Token {
            span,
            kind,
            key,
            stem,
            lower: (start, self.arena.len() as u32),
            stem_len: stem_len.min(u16::MAX as usize) as u16,
            number,
            spaced: !before.is_empty() || self.tokens.is_empty(),
            line_break: before.contains(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}']),
            capital,
            upper,
        }
    }

    pub(super) fn set_sentences(&mut self, ranges: impl IntoIterator<Item = Range<usize>>) {
        (self.sentences, self.sentence_of) = index_ranges(ranges, self.tokens.len());
    }

    pub(super) fn set_clauses(&mut self, ranges: impl IntoIterator<Item = Range<usize>>) {
        (self.clauses, self.clause_of) = index_ranges(ranges, self.tokens.len());
    }

    /// The untouched text.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Number of tokens.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether there is no token.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// All tokens in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Token> {
        self.tokens.iter()
    }

    /// The token at `index`.
    pub fn get(&self, index: usize) -> Option<&Token> {
        self.tokens.get(index)
    }

    /// What is printed for token `index`; empty past the end.
    pub fn surface(&self, index: usize) -> &'a str {
        self.tokens.get(index).map_or("", |t| t.span.of(self.text))
    }

    /// The normal form of token `index`; empty past the end.
    pub fn lower(&self, index: usize) -> &str {
        self.tokens
            .get(index)
            .map_or("", |t| &self.arena[t.lower.0 as usize..t.lower.1 as usize])
    }

    /// The normal form of token `index` without clitics; empty past the end.
    pub fn stem(&self, index: usize) -> &str {
        self.tokens.get(index).map_or("", |t| {
            &self.arena[t.lower.0 as usize..t.lower.0 as usize + t.stem_len as usize]
        })
    }

    /// The byte span that the tokens of `range` cover; empty for an empty range.
    pub fn span(&self, range: Range<usize>) -> Span {
        match (self.tokens.get(range.start), range.end.checked_sub(1)) {
            (Some(first), Some(last)) if last >= range.start && last < self.tokens.len() => {
                first.span.join(self.tokens[last].span)
            }
            _ => Span::default(),
        }
    }

    /// The tokens that overlap a byte span, as a range of indices.
    pub fn covered(&self, span: Span) -> Range<usize> {
        let start = self.tokens.partition_point(|t| t.span.end <= span.start);
        let end = self.tokens.partition_point(|t| t.span.start < span.end);
        start..end.max(start)
    }

    /// Token ranges of the sentences, without gaps.
    pub fn sentences(&self) -> impl ExactSizeIterator<Item = Range<usize>> + '_ {
        self.sentences
            .iter()
            .map(|r| r.start as usize..r.end as usize)
    }

    /// Number of the sentence that token `index` stands in.
    pub fn sentence_of(&self, index: usize) -> usize {
        self.sentence_of.get(index).map_or(0, |&s| s as usize)
    }

    /// Token range of sentence `number`; empty where there is none.
    pub fn sentence(&self, number: usize) -> Range<usize> {
        self.sentences
            .get(number)
            .map_or(0..0, |r| r.start as usize..r.end as usize)
    }

    /// Token ranges of the clauses, without gaps, never across a sentence's end.
    pub fn clauses(&self) -> impl ExactSizeIterator<Item = Range<usize>> + '_ {
        self.clauses
            .iter()
            .map(|r| r.start as usize..r.end as usize)
    }

    /// Number of the clause that token `index` stands in.
    pub fn clause_of(&self, index: usize) -> usize {
        self.clause_of.get(index).map_or(0, |&c| c as usize)
    }

    /// Token range of clause `number`; empty where there is none.
    pub fn clause(&self, number: usize) -> Range<usize> {
        self.clauses
            .get(number)
            .map_or(0..0, |r| r.start as usize..r.end as usize)
    }
}

fn index_ranges(
    ranges: impl IntoIterator<Item = Range<usize>>,
    len: usize,
) -> (Vec<Range<u32>>, Vec<u32>) {
    let ranges: Vec<_> = ranges
        .into_iter()
        .filter(|range| !range.is_empty())
        .map(|range| range.start as u32..range.end as u32)
        .collect();
    let mut of = vec![0; len];
    for (number, range) in ranges.iter().enumerate() {
        for slot in &mut of[range.start as usize..range.end as usize] {
            *slot = number as u32;
        }
    }
    (ranges, of)
}
