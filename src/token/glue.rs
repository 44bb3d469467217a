//! Words that a scraper glued together where a link was: `Kansongresmi`, `PresidenPrabowo`.

use super::tokens::{Key, Kind, Token, Tokens};
use super::words::{FREQUENT, Words};
use crate::error::Result;
use crate::models::Models;
use crate::schema::Span;
use crate::token::scan::normal;
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// Splits glued words where lexicon and article agree.
pub(super) struct Glue {
    words: Arc<Words>,
    /// Names and other words that stand as they are printed.
    names: FxHashSet<Key>,
}

/// Longer words are addresses or noise.
const LONGEST: usize = 48;
/// What looks like a word but is an affix where it ends or begins a longer one.
const SUFFIXES: [&str; 12] = [
    "an", "kan", "nya", "lah", "kah", "pun", "ku", "mu", "wan", "man", "is", "isme",
];
const PREFIXES: [&str; 14] = [
    "di", "ke", "se", "ter", "ber", "me", "mem", "men", "per", "pe", "pen", "pem", "anti", "non",
];

impl Glue {
    pub(super) fn new(models: &Models, words: Arc<Words>) -> Result<Self> {
        let mut names = FxHashSet::default();
        for name in [
            "given_names",
            "family_names",
            "places",
            "organisations",
            "works",
        ] {
            for entry in &models.lexicon(name)?.entries {
                for word in entry.form.split([' ', '-']) {
                    names.insert(Key::of(&normal(word)));
                }
            }
        }
        Ok(Self { words, names })
    }

    pub(super) fn split(&self, tokens: &mut Tokens<'_>) {
        let candidates: Vec<usize> = (0..tokens.len())
            .filter(|&index| self.is_suspect(tokens, index))
            .collect();
        if candidates.is_empty() {
            return;
        }
        let capitals: FxHashSet<Key> = tokens
            .iter()
            .filter(|token| token.kind == Kind::Word && token.capital)
            .map(|token| token.key)
            .collect();
        // from the back, so that earlier indices stay good
        let mut warnings = Vec::new();
        for index in candidates.into_iter().rev() {
            let surface = tokens.surface(index);
            if let Some(cut) = self.cut(surface, &capitals) {
                let start = tokens.get(index).map_or(0, |t| t.span.start as usize);
                let pieces = self.pieces(tokens, start, surface, cut);
                let mut pieces = pieces;
                if let (Some(whole), Some(first)) = (tokens.get(index), pieces.first_mut()) {
                    first.spaced = whole.spaced;
                    first.line_break = whole.line_break;
                }
                tokens.replace(index, pieces);
                warnings.push(format!("glued word split: {surface}"));
            }
        }
        warnings.reverse();
        tokens.warnings.extend(warnings);
    }

    fn pieces(
        &self,
        tokens: &mut Tokens<'_>,
        start: usize,
        surface: &str,
        cut: usize,
    ) -> Vec<Token> {
        [(0, cut), (cut, surface.len())]
            .into_iter()
            .map(|(from, to)| {
                let lower = normal(&surface[from..to]);
                let stem = self.words.stem(&lower).len();
                let span = Span::new(start + from, start + to);
                let mut token = tokens.make(span, Kind::Word, &lower, stem, None);
                token.spaced = false;
                token.line_break = false;
                token
            })
            .collect()
    }

    fn is_suspect(&self, tokens: &Tokens<'_>, index: usize) -> bool {
        let Some(token) = tokens.get(index) else {
            return false;
        };
        token.kind == Kind::Word
            && (6..=LONGEST).contains(&token.span.len())
            && !self.known(token.key)
            && !self.known(token.stem)
            && !token.upper
            && tokens.surface(index).chars().all(char::is_alphabetic)
    }

    fn known(&self, key: Key) -> bool {
        self.words.frequency(key) > 0 || self.names.contains(&key)
    }

    /// Where to cut, in bytes; the best of all places.
    fn cut(&self, surface: &str, capitals: &FxHashSet<Key>) -> Option<usize> {
        let lower = normal(surface);
        if lower.len() != surface.len() {
            return None;
        }
        let capital = surface.chars().next().is_some_and(char::is_uppercase);
        let mut best: Option<(u32, usize)> = None;
        for (cut, letter) in surface.char_indices().skip(2) {
            // lower case may be cut elsewhere in scripts that are not ours
            let Some((left, right)) = lower.split_at_checked(cut) else {
                continue;
            };
            if right.len() < 2 {
                break;
            }
            let (left_key, right_key) = (Key::of(left), Key::of(right));
            let known = |key: Key| self.known(key) || capitals.contains(&key);
            let camel = letter.is_uppercase() && surface[..cut].ends_with(char::is_lowercase);
            // `ESDMBahlil`: an acronym, then a name
            let acronym = letter.is_uppercase()
                && surface[..cut].chars().all(char::is_uppercase)
                && surface[cut..].chars().skip(1).all(char::is_lowercase)
                && right.len() > 3;
            let score = if camel || acronym {
                let upper = surface[cut..].chars().all(char::is_uppercase);
                let long = right.len() > 2 || upper;
                (known(left_key) && known(right_key) && long).then_some(1000)
            } else if surface[cut..].chars().any(char::is_uppercase) || SUFFIXES.contains(&right) {
                None
            } else {
                self.plain_score(capital, (left, left_key), (right, right_key), capitals)
            };
            if let Some(score) = score
                && best.is_none_or(|(top, _)| score > top)
            {
                best = Some((score, cut));
            }
        }
        best.map(|(_, cut)| cut)
    }

    /// How well `left` and `right` stand as words of their own; `None` where they do not.
    fn plain_score(
        &self,
        capital: bool,
        (left, left_key): (&str, Key),
        (right, right_key): (&str, Key),
        capitals: &FxHashSet<Key>,
    ) -> Option<u32> {
        let right_frequency = self.words.frequency(right_key);
        if right_frequency < FREQUENT {
            return None;
        }
        let in_article = capital && left.len() >= 3 && capitals.contains(&left_key);
        if in_article && (right.len() >= 4 || left.len() >= 5) {
            return Some(500 + right_frequency as u32 + left.len() as u32);
        }
        // a long ordinary word ends no name: `Zaenudinmenyatakan`
        if capital && left.len() >= 4 && right.len() >= 7 && right_frequency >= FREQUENT + 4 {
            return Some(400 + right_frequency as u32 + right.len() as u32);
        }
        let named = capital && left.len() >= 5 && self.names.contains(&left_key);
        if named && right.len() >= 4 {
            return Some(300 + right_frequency as u32);
        }
        let left_frequency = self.words.frequency(left_key);
        let both = left_frequency >= FREQUENT + 8
            && right_frequency >= FREQUENT + 8
            && left.len() >= 4
            && right.len() >= 4
            && !PREFIXES.contains(&left);
        both.then_some(100 + left_frequency.min(right_frequency) as u32)
    }
}
