//! What the tagger sees of a word.
//!
//! The same code serves training and use, so that they cannot drift apart.

use super::names::{GIVEN, NAME_FEATURES, Names, ORGANISATION_HEAD, PLACE_HEAD, TITLE};
use super::vectors::vector_form;
use crate::token::{Key, Kind, Tokens};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Number of kinds of characters; 0 stands for "outside the word".
pub(crate) const CHARS: usize = 128;
/// Longest part of a word that the character features see: its first and last halves.
const SEEN: usize = 24;
/// Number of shapes of words.
const SHAPES: usize = 12;
/// Number of features that a word has from the rest of its article.
const ELSEWHERE: usize = 12;
/// Number of features that a word has from its place.
pub(crate) const CONTEXT_FEATURES: usize = SHAPES + 4 + NAME_FEATURES + ELSEWHERE;
/// First of the features from the rest of the article.
pub(crate) const FIRST_ELSEWHERE: u16 = (SHAPES + 4 + NAME_FEATURES) as u16;
/// First of the features that come from lists of names.
pub(crate) const FIRST_NAME: u16 = (SHAPES + 4) as u16;

/// Kind of a character.
fn kind(c: char) -> u8 {
    use unicode_normalization::UnicodeNormalization;
    match c {
        '0'..='9' => b'0',
        '!'..='~' => c as u8,
        '\u{2018}' | '\u{2019}' | '\u{2032}' => b'\'',
        '\u{201c}' | '\u{201d}' | '\u{2033}' => b'"',
        '\u{2010}'..='\u{2015}' => b'-',
        _ => match c.nfd().next() {
            Some(base @ 'A'..='z') => base as u8,
            _ if c.is_uppercase() => 1,
            _ if c.is_alphabetic() => 2,
            _ => 3,
        },
    }
}

/// The kinds of a word's characters, long words cut in the middle.
pub(crate) fn char_kinds(surface: &str) -> Vec<u8> {
    let mut kinds: Vec<u8> = surface.chars().take(200).map(kind).collect();
    if kinds.len() > SEEN {
        kinds.drain(SEEN / 2..kinds.len() - SEEN / 2);
    }
    kinds
}

/// What a word looks like, as a number below [`SHAPES`].
pub(crate) fn shape(surface: &str) -> u16 {
    let (mut upper, mut lower, mut digits, mut other, mut first) = (0, 0, 0, 0, None);
    for c in surface.chars() {
        if c.is_numeric() {
            digits += 1;
        } else if c.is_uppercase() {
            upper += 1;
            first.get_or_insert(true);
        } else if c.is_alphabetic() {
            lower += 1;
            first.get_or_insert(false);
        } else {
            other += 1;
        }
    }
    let capital = first == Some(true);
    match (upper, lower, digits) {
        (0, 0, 0) if matches!(surface, "\"" | "'" | "“" | "”" | "‘" | "’") => 1,
        (0, 0, 0) => 0,
        (0, 0, _) => 2,
        (0, _, 0) if other > 0 => 3,
        (0, _, 0) => 4,
        (1, 0, 0) => 5,
        (_, 0, 0) => 6,
        (1, _, 0) if capital && other > 0 => 7,
        (1, _, 0) if capital => 8,
        (_, _, 0) => 9,
        (0, ..) => 10,
        _ => 11,
    }
}

/// One word as the tagger sees it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    /// As printed.
    pub surface: Box<str>,
    /// Under which it has a vector.
    pub form: Box<str>,
    /// Features of its place, below [`CONTEXT_FEATURES`], without those of case.
    pub names: Box<[u16]>,
}

/// The words of each sentence of a text as the tagger sees them.
pub(crate) fn see(tokens: &Tokens<'_>, names: &Names) -> Vec<(Range<usize>, Vec<Seen>)> {
    let ranges: Vec<Range<usize>> = tokens.sentences().filter(|r| !r.is_empty()).collect();
    let mut found: Vec<Vec<u16>> = vec![Vec::new(); tokens.len()];
    for range in &ranges {
        names.visit(
            range.len(),
            |at| tokens.lower(range.start + at),
            |at, feature| found[range.start + at].push(FIRST_NAME + feature),
        );
    }
    elsewhere(tokens, &mut found);
    let mut found = found.into_iter();
    ranges
        .into_iter()
        .map(|range| {
            let words = range
                .clone()
                .zip(found.by_ref())
                .map(|(token, names)| Seen {
                    surface: tokens.surface(token).into(),
                    form: vector_form(tokens.lower(token)).into(),
                    names: names.into(),
                });
            let words = words.collect();
            (range, words)
        })
        .collect()
}

/// What the other places of a word in the article say of it: news repeats its names, first long, later short.
fn elsewhere(tokens: &Tokens<'_>, found: &mut [Vec<u16>]) {
    let capital = |at: usize| {
        tokens
            .get(at)
            .is_some_and(|t| t.capital && t.kind == Kind::Word)
    };
    let has = |found: &[Vec<u16>], at: Option<usize>, class: usize| {
        let first = FIRST_NAME + 3 * class as u16;
        at.and_then(|at| found.get(at))
            .is_some_and(|features| features.iter().any(|f| (first..first + 3).contains(f)))
    };
    let mut bits = vec![0u16; tokens.len()];
    let mut counts: FxHashMap<Key, [u16; ELSEWHERE]> = FxHashMap::default();
    for at in 0..tokens.len() {
        let Some(token) = tokens.get(at).filter(|t| t.kind == Kind::Word) else {
            continue;
        };
        let sentence = tokens.sentence(tokens.sentence_of(at));
        let before = at.checked_sub(1).filter(|&at| at >= sentence.start);
        let (first, last) = (
            before.is_some_and(capital),
            at + 1 < sentence.end && capital(at + 1),
        );
        let age = tokens.lower(at + 1) == "("
            && tokens
                .get(at + 2)
                .is_some_and(|t| t.number.is_some_and(|n| n.plain && n.digits == 2));
        let word = before.map_or("", |at| tokens.lower(at));
        let tests = [
            !token.capital,
            token.capital && before.is_some(),
            token.capital && first && !last,
            token.capital && last && !first,
            token.capital && first && last,
            token.capital && has(found, before, TITLE),
            token.capital && has(found, before, GIVEN),
            token.capital && matches!(word, "di" | "ke" | "dari"),
            token.capital && age,
            token.capital && has(found, before, ORGANISATION_HEAD),
            token.capital && has(found, before, PLACE_HEAD),
            token.capital && word == "(",
        ];
        let own = tests
            .iter()
            .enumerate()
            .fold(0, |bits, (bit, &test)| bits | u16::from(test) << bit);
        bits[at] = own;
        let counts = counts.entry(token.key).or_default();
        for (bit, count) in counts.iter_mut().enumerate() {
            *count = count.saturating_add(own >> bit & 1);
        }
    }
    for (at, features) in found.iter_mut().enumerate() {
        let Some(counts) = tokens
            .get(at)
            .filter(|t| t.capital)
            .and_then(|token| counts.get(&token.key))
        else {
            continue;
        };
        for (bit, count) in counts.iter().enumerate() {
            if *count > (bits[at] >> bit & 1) {
                features.push(FIRST_ELSEWHERE + bit as u16);
            }
        }
    }
}

/// Calls `visit(word, feature)` with the features of case and place of a sentence.
pub(crate) fn visit_shapes<'w>(
    count: usize,
    surface: impl Fn(usize) -> &'w str,
    mut visit: impl FnMut(usize, u16),
) {
    let letters = || (0..count).flat_map(|at| surface(at).chars());
    let no_lower = !letters().any(char::is_lowercase);
    let no_upper = !letters().any(char::is_uppercase);
    for at in 0..count {
        visit(at, shape(surface(at)));
        if no_lower {
            visit(at, SHAPES as u16);
        }
        if no_upper {
            visit(at, SHAPES as u16 + 1);
        }
    }
    if count > 0 {
        visit(0, SHAPES as u16 + 2);
        visit(count - 1, SHAPES as u16 + 3);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_the_rest_of_the_article() {
        let tokenizer = crate::Tokenizer::new(&crate::Models::bundled().unwrap()).unwrap();
        let tokens = tokenizer.tokenize("Kata Sari Dewi (54) begitu. Lalu Dewi pergi ke Medan.");
        let seen = see(&tokens, &Names::default());
        let words = &seen[1].1;
        let dewi = words.iter().find(|word| &*word.surface == "Dewi").unwrap();
        // elsewhere it ends a name of two words, and an age follows
        for bit in [2, 8] {
            assert!(dewi.names.contains(&(FIRST_ELSEWHERE + bit)), "{bit}");
        }
        let medan = words.iter().find(|word| &*word.surface == "Medan").unwrap();
        assert!(medan.names.is_empty());
    }

    #[test]
    fn sees_shapes() {
        let words = [
            "di", "Budi", "KPK", "B", "2024", "U-23", "McD", "“", ".", "Jum'at", "covid-19", "bu'",
        ];
        let shapes: Vec<_> = words.iter().map(|word| shape(word)).collect();
        assert_eq!(shapes, [4, 8, 6, 5, 2, 11, 9, 1, 0, 7, 10, 3]);
        assert_eq!(char_kinds("É9’"), [b'E', b'0', b'\'']);
        assert_eq!(char_kinds(&"a".repeat(99)).len(), SEEN);
        assert!(
            words
                .iter()
                .flat_map(|w| char_kinds(w))
                .all(|k| usize::from(k) < CHARS)
        );
    }
}
