//! The scanner: text to words, numbers and marks with exact byte spans.

use super::number::parse_figure;
use super::tokens::{Key, Kind, Number, Tokens};
use super::words::{FREQUENT, Words};
use crate::error::Result;
use crate::models::Models;
use crate::schema::Span;
use rustc_hash::FxHashSet;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

/// Cuts texts into tokens.
pub(super) struct Scanner {
    /// Abbreviations that keep their dot, in normal form with the dot.
    abbreviations: FxHashSet<String>,
    /// Letters that may be glued to a figure: currencies, units, zones, scales.
    units: FxHashSet<String>,
    /// For stems; a scanner that only cuts lexicon entries has none.
    words: Option<Arc<Words>>,
}

/// What a character does to the scan.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    /// Zero-width: part of whatever it stands in, absent from the normal form.
    Ignorable,
    Letter,
    /// A combining mark: goes on with a word.
    Joiner,
    Digit,
    Quote,
    Punctuation,
    Symbol,
}

/// A character as the scan sees it: where it stands, and what it stands for.
#[derive(Clone, Copy)]
struct Char {
    start: usize,
    end: usize,
    /// The character meant: an entity decoded, a curly quote made straight.
    meant: char,
    class: Class,
}

impl Scanner {
    pub(super) fn new(models: &Models, words: Option<Arc<Words>>) -> Result<Self> {
        let forms = |name: &str| -> Result<Vec<String>> {
            let lexicon = models.lexicon(name)?;
            Ok(lexicon.entries.iter().map(|e| normal(&e.form)).collect())
        };
        let mut units = FxHashSet::default();
        for name in ["currencies", "units", "zones", "scales"] {
            let short = forms(name)?.into_iter();
            units.extend(short.filter(|form| form.chars().all(char::is_alphabetic)));
        }
        Ok(Self {
            abbreviations: forms("sentence_abbreviations")?.into_iter().collect(),
            units,
            words,
        })
    }

    pub(super) fn scan(&self, tokens: &mut Tokens<'_>) {
        let text = tokens.text();
        let mut rest = 0;
        let mut buffer = String::new();
        while let Some(first) = char_at(text, rest) {
            match first.class {
                Class::Space | Class::Ignorable => rest = first.end,
                Class::Letter | Class::Digit | Class::Joiner => {
                    rest = self.word_or_number(tokens, first, &mut buffer);
                }
                Class::Symbol if matches!(first.meant, '@' | '#') => {
                    rest = self.handle(tokens, first, &mut buffer);
                }
                class => {
                    let kind = match class {
                        Class::Quote => Kind::Quote,
                        Class::Punctuation => Kind::Punctuation,
                        _ => Kind::Symbol,
                    };
                    let end = mark_end(text, first);
                    buffer.clear();
                    buffer.push(first.meant);
                    self.push(tokens, (first.start, end), kind, &buffer, None);
                    rest = end;
                }
            }
        }
    }

    /// Keys of the words of a lexicon entry.
    pub(super) fn keys(&self, form: &str) -> Vec<Key> {
        let mut tokens = Tokens::new(form);
        self.scan(&mut tokens);
        tokens.iter().map(|token| token.key).collect()
    }

    fn push(
        &self,
        tokens: &mut Tokens<'_>,
        (start, end): (usize, usize),
        kind: Kind,
        lower: &str,
        number: Option<Number>,
    ) {
        let stem = match &self.words {
            Some(words) if kind == Kind::Word => words.stem(lower).len(),
            _ => lower.len(),
        };
        let token = tokens.make(Span::new(start, end), kind, lower, stem, number);
        tokens.push(token);
    }

    /// Adds a word that somebody else has cut out.
    pub(super) fn push_word(&self, tokens: &mut Tokens<'_>, span: Span) {
        let surface = span.of(tokens.text());
        let lower = normal(surface);
        let kind = match char_at(surface, 0).map(|c| c.class) {
            Some(Class::Quote) => Kind::Quote,
            Some(Class::Punctuation) if lower.chars().count() == 1 => Kind::Punctuation,
            Some(Class::Symbol) if lower.chars().count() == 1 => Kind::Symbol,
            Some(Class::Digit) if lower.chars().all(|c| !c.is_alphabetic()) => Kind::Number,
            _ => Kind::Word,
        };
        let number = (kind == Kind::Number)
            .then(|| parse_figure(&lower))
            .flatten();
        self.push(
            tokens,
            (span.start as usize, span.end as usize),
            kind,
            &lower,
            number,
        );
    }

    /// `@name` and `#tag` as one token; a lone sign as a symbol.
    fn handle(&self, tokens: &mut Tokens<'_>, first: Char, buffer: &mut String) -> usize {
        let text = tokens.text();
        buffer.clear();
        buffer.push(first.meant);
        let mut end = first.end;
        while let Some(next) = char_at(text, end) {
            let inner = matches!(next.class, Class::Letter | Class::Digit | Class::Joiner)
                || (next.meant == '_')
                || (next.meant == '.'
                    && char_at(text, next.end).is_some_and(|c| c.class == Class::Letter));
            if !inner {
                break;
            }
            buffer.extend(next.meant.to_lowercase());
            end = next.end;
        }
        let kind = if end == first.end {
            Kind::Symbol
        } else {
            Kind::Address
        };
        self.push(tokens, (first.start, end), kind, buffer, None);
        end
    }

    fn word_or_number(&self, tokens: &mut Tokens<'_>, first: Char, buffer: &mut String) -> usize {
        let text = tokens.text();
        if first.class == Class::Letter
            && let Some(end) = address_end(text, first.start)
        {
            let lower = normal(&text[first.start..end]);
            self.push(tokens, (first.start, end), Kind::Address, &lower, None);
            return end;
        }
        let mut end = first.end;
        let mut all_digits = first.class == Class::Digit;
        // where letters turn to digits or back, for `Rp300` and `14.30WIB`
        let mut turn: Option<usize> = None;
        let mut last = first.class;
        while let Some(next) = char_at(text, end) {
            match next.class {
                Class::Ignorable | Class::Joiner => {}
                Class::Letter | Class::Digit => {
                    if next.class != last {
                        if turn.is_none() {
                            turn = Some(next.start);
                        }
                        last = next.class;
                    }
                    all_digits &= next.class == Class::Digit;
                }
                Class::Punctuation | Class::Quote | Class::Symbol => {
                    let Some(after) = char_at(text, next.end) else {
                        break;
                    };
                    let joins = match next.meant {
                        '.' | ',' => all_digits && after.class == Class::Digit,
                        '-' => {
                            last == Class::Letter
                                && after.class == Class::Letter
                                && hyphen_joins(&text[first.start..next.start], &text[next.end..])
                        }
                        '\'' => {
                            last == Class::Letter
                                && after.class == Class::Letter
                                && turn.is_none()
                                && !closes_quote(text, next)
                        }
                        _ => false,
                    };
                    if !joins {
                        break;
                    }
                    if next.meant == '-' {
                        last = Class::Letter;
                    }
                }
                Class::Space => break,
            }
            end = next.end;
        }
        if let Some(turn) = turn
            && self.splits(&text[first.start..turn], &text[turn..end], first.class)
        {
            end = turn;
            all_digits = first.class == Class::Digit;
        }
        if all_digits {
            let lower = normal(&text[first.start..end]);
            let number = parse_figure(&lower);
            self.push(tokens, (first.start, end), Kind::Number, &lower, number);
            return end;
        }
        if let Some(dotted) = self.abbreviation_end(text, first.start, end) {
            // `5,5 SR.` at the end of a sentence: a measure's symbol does without its dot
            let number = |t: &super::Token| t.kind == Kind::Number;
            let measured = tokens.iter().next_back().is_some_and(number)
                && dotted == end + 1
                && self.units.contains(&normal(&text[first.start..end]));
            if !(measured && may_end_sentence(text, dotted)) {
                end = dotted;
            }
        }
        normal_into(&text[first.start..end], buffer);
        self.push(tokens, (first.start, end), Kind::Word, buffer, None);
        end
    }

    /// Whether `Rp300` or `5km` are two tokens: the letters are a currency, unit, zone or scale.
    fn splits(&self, head: &str, tail: &str, first: Class) -> bool {
        if first == Class::Digit {
            let letters: String = tail.chars().take_while(|c| c.is_alphabetic()).collect();
            let tail = normal(tail);
            let lost_space = letters.len() > 3
                && (self.words.as_ref()).is_some_and(|w| w.frequency(Key::of(&tail)) >= FREQUENT);
            letters.len() == tail.len() && (lost_space || self.units.contains(&tail))
        } else {
            tail.starts_with(|c: char| c.is_ascii_digit()) && self.units.contains(&normal(head))
        }
    }

    /// End of an abbreviation with its dots: `Tbk.`, `a.n.`, `S.H.`, `J.` before a name.
    fn abbreviation_end(&self, text: &str, start: usize, end: usize) -> Option<usize> {
        let dot = char_at(text, end).filter(|c| c.meant == '.')?;
        // letters and dots in turn, as in `a.n.` or `S.H.`
        let mut last = dot.end;
        while let Some(letter) = char_at(text, last).filter(|c| c.class == Class::Letter) {
            let mut stop = letter.end;
            while let Some(more) = char_at(text, stop).filter(|c| c.class == Class::Letter) {
                stop = more.end;
            }
            match char_at(text, stop).filter(|c| c.meant == '.') {
                Some(more) if text[letter.start..stop].chars().count() <= 2 => last = more.end,
                _ => break,
            }
        }
        if last != dot.end {
            let short = text[start..end].chars().count() <= 2;
            if short || self.abbreviations.contains(&normal(&text[start..last])) {
                return Some(last);
            }
        }
        let word = &text[start..end];
        let initial = word.chars().count() == 1
            && word.chars().all(char::is_uppercase)
            && next_word_is_capital(text, dot.end);
        (initial || self.abbreviations.contains(&normal(&text[start..dot.end]))).then_some(dot.end)
    }
}

/// Whether a hyphen makes one word of what stands around it: `kerja-kerja`, `non-aktif`, but two of
/// the pair `Prabowo-Sandiaga` and of `DPR-nya`.
fn hyphen_joins(head: &str, tail: &str) -> bool {
    let end = tail
        .find(|c: char| !c.is_alphabetic() && c != '\'')
        .unwrap_or(tail.len());
    let tail = &tail[..end];
    let head = head.rsplit('-').next().unwrap_or(head);
    let capital = |word: &str| word.starts_with(char::is_uppercase);
    let upper = head.len() > 1 && head.chars().all(char::is_uppercase);
    if capital(head) && capital(tail) {
        return head.to_lowercase() == tail.to_lowercase();
    }
    !(upper && tail == "nya")
}

/// Whether a straight or curly single quote ends a quotation: a letter before, no letter glued after
/// that would make a word such as `Jum'at`.
fn closes_quote(text: &str, quote: Char) -> bool {
    // a curly closing quote between letters is an apostrophe as well
    text[quote.start..quote.end].starts_with('\u{2018}')
}

fn next_word_is_capital(text: &str, from: usize) -> bool {
    let mut at = from;
    while let Some(next) = char_at(text, at) {
        match next.class {
            Class::Space if next.meant != '\n' => at = next.end,
            Class::Ignorable => at = next.end,
            Class::Letter => return next.meant.is_uppercase(),
            _ => return false,
        }
    }
    false
}

/// Whether what follows a dot lets it end a sentence: nothing, a new line or a capital letter.
fn may_end_sentence(text: &str, from: usize) -> bool {
    let rest = text[from..].trim_start_matches(' ');
    rest.is_empty() || rest.starts_with('\n') || next_word_is_capital(text, from)
}

/// Dashes and dots that repeat are one mark.
fn mark_end(text: &str, first: Char) -> usize {
    let mut end = first.end;
    if matches!(first.meant, '-' | '.' | '_' | '=' | '*') {
        while let Some(next) = char_at(text, end).filter(|c| c.meant == first.meant) {
            end = next.end;
        }
    }
    end
}

/// End of a web or mail address that begins at `start`.
fn address_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut end = start;
    let (mut at_sign, mut scheme) = (false, false);
    while end < bytes.len() {
        match bytes[end] {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {}
            b'@' => at_sign = true,
            b':' if bytes[end..].starts_with(b"://") => scheme = true,
            b'/' | b'?' | b'=' | b'&' | b'%' | b'~' | b'+' | b':' | b'#' if scheme => {}
            _ => break,
        }
        end += 1;
        if end - start > 64 && !scheme && !at_sign {
            break;
        }
    }
    while end > start && matches!(bytes[end - 1], b'.' | b'-' | b'?' | b':' | b'&') {
        end -= 1;
    }
    let candidate = text.get(start..end)?;
    let dotted = candidate.find('.').is_some_and(|dot| dot > 0);
    let web = scheme && candidate.len() > candidate.find("://").map_or(0, |i| i + 3)
        || candidate.starts_with("www.") && candidate.len() > 4;
    let mail = at_sign && dotted && !candidate.starts_with('@');
    let host = !scheme && !at_sign && is_host(candidate);
    (web || mail || host).then_some(end)
}

/// `Kompas.com`, `setkab.go.id`: dotted words of which the last is a known top-level domain.
fn is_host(candidate: &str) -> bool {
    const DOMAINS: [&str; 9] = ["com", "id", "org", "net", "tv", "info", "me", "news", "gov"];
    let Some((head, last)) = candidate.rsplit_once('.') else {
        return false;
    };
    !head.is_empty()
        && DOMAINS.contains(&last.to_ascii_lowercase().as_str())
        // `lalu.Me…` is a sentence break without a space
        && (last.chars().all(|c| c.is_lowercase()) || last.chars().all(|c| c.is_uppercase()))
        && head.split('.').all(|part| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
}

/// The normal form of a word: NFC, lower case, straight quotes, entities decoded, nothing zero-width.
pub(crate) fn normal(surface: &str) -> String {
    let mut out = String::with_capacity(surface.len());
    normal_into(surface, &mut out);
    out
}

fn normal_into(surface: &str, out: &mut String) {
    out.clear();
    if surface.is_ascii() && !surface.contains('&') {
        out.push_str(surface);
        out.make_ascii_lowercase();
        return;
    }
    let mut at = 0;
    let mut plain = String::with_capacity(surface.len());
    while let Some(next) = char_at(surface, at) {
        if next.class != Class::Ignorable {
            plain.extend(next.meant.to_lowercase());
        }
        at = next.end;
    }
    out.extend(plain.nfc());
}

/// The character at `start`, with HTML entities read as what they stand for.
fn char_at(text: &str, start: usize) -> Option<Char> {
    let printed = text.get(start..)?.chars().next()?;
    let plain_end = start + printed.len_utf8();
    let (meant, end) = match printed {
        '&' => entity(&text[start..]).map_or(('&', plain_end), |(c, len)| (c, start + len)),
        _ => (printed, plain_end),
    };
    let meant = straight(meant);
    Some(Char {
        start,
        end,
        meant,
        class: classify(meant),
    })
}

/// Quotes and dashes of any shape, and remnants of Windows-1252, as their plain twin.
fn straight(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{201B}' | '\u{2032}' | '\u{91}' | '\u{92}'
        | '\u{B4}' | '`' | '\u{2BC}' => '\'',
        '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{201F}' | '\u{2033}' | '\u{93}' | '\u{94}'
        | '\u{AB}' | '\u{BB}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{96}' | '\u{97}' => '-',
        '\u{2026}' | '\u{85}' => '\u{2026}',
        '\u{A0}' | '\u{202F}' | '\u{2007}' => ' ',
        other => other,
    }
}

fn classify(c: char) -> Class {
    match c {
        'a'..='z' | 'A'..='Z' => Class::Letter,
        '0'..='9' => Class::Digit,
        '"' | '\'' => Class::Quote,
        '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' | '\u{202A}'..='\u{202E}' => {
            Class::Ignorable
        }
        '$' | '+' | '<' | '=' | '>' | '^' | '|' | '~' | '%' | '@' | '#' | '&' | '*' | '\\' => {
            Class::Symbol
        }
        c if c.is_ascii_punctuation() => Class::Punctuation,
        c if c.is_whitespace() || c.is_control() => Class::Space,
        c if unicode_normalization::char::is_combining_mark(c) => Class::Joiner,
        c if c.is_alphabetic() => Class::Letter,
        c if c.is_numeric() => Class::Symbol,
        '\u{2026}' | '\u{2022}' | '\u{B7}' | '\u{A1}' | '\u{BF}' | '\u{3001}' | '\u{3002}' => {
            Class::Punctuation
        }
        _ => Class::Symbol,
    }
}

/// A HTML entity at the begin of `text`: the character and the entity's length.
fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(10).position(|b| b == b';')?;
    let name = text.get(1..end)?;
    let c = match name {
        "amp" => '&',
        "quot" | "ldquo" | "rdquo" | "bdquo" | "laquo" | "raquo" => '"',
        "apos" | "lsquo" | "rsquo" | "sbquo" => '\'',
        "lt" => '<',
        "gt" => '>',
        "nbsp" | "ensp" | "emsp" | "thinsp" => ' ',
        "ndash" | "mdash" => '-',
        "hellip" => '\u{2026}',
        "shy" | "zwnj" | "zwj" => '\u{200B}',
        "eacute" => 'é',
        "egrave" => 'è',
        "uuml" => 'ü',
        "ouml" => 'ö',
        "euro" => '€',
        "deg" => '°',
        "bull" | "middot" => '\u{2022}',
        _ => {
            let code = name.strip_prefix('#')?;
            let code = match code.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => code.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((c, end + 1))
}
