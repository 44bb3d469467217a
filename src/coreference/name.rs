//! Names made comparable: abbreviations spelled out, brackets, legal forms and generic heads set apart.

use crate::error::{Error, Result};
use crate::models::Models;
use crate::schema::Label;
use crate::token::{Key, Kind, Lookup, Tokenizer, Tokens};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// One word of a name in normal form.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// Key of the normal form.
    pub key: Key,
    /// The normal form.
    pub text: Box<str>,
}

/// A name as a row of words.
#[derive(Clone, Debug, Default)]
pub(super) struct Name {
    /// All words, abbreviations spelled out, brackets left out.
    pub words: Vec<Word>,
    /// Where the part lies that names the thing, without `PT`, `Kota`, `Tbk`, `RI`.
    pub core: Range<usize>,
    /// The lone word of a name printed in capitals: `kpk`, `ahy`.
    pub initials: Option<Box<str>>,
}

impl Name {
    /// The words without legal forms and generic heads.
    pub(super) fn core(&self) -> &[Word] {
        &self.words[self.core.clone()]
    }

    /// The first letters of the words, small words left out: what `initials` may stand for.
    pub(super) fn first_letters(&self) -> String {
        let words = self.words.iter().filter(|w| !SMALL.contains(&&*w.text));
        words.filter_map(|w| w.text.chars().next()).collect()
    }
}

/// Abbreviations that the article itself introduces: `Badan Gizi Nasional (BGN)`.
pub(super) type Introduced = FxHashMap<Key, Vec<Word>>;

/// Words that initials leave out.
const SMALL: [&str; 12] = [
    "dan", "di", "ke", "dari", "untuk", "atas", "the", "of", "and", "for", "bagi", "pada",
];

/// Spells names out.
pub(super) struct Speller {
    abbreviations: Spelled,
    nicknames: Spelled,
    lead: FxHashMap<(Label, Key), Vec<Vec<Key>>>,
    trail: FxHashMap<(Label, Key), Vec<Vec<Key>>>,
}

/// A lexicon of short forms with the words of their full forms.
struct Spelled {
    lookup: Lookup,
    words: Vec<Vec<Word>>,
    labels: Vec<Vec<Label>>,
}

impl Spelled {
    fn new(models: &Models, tokenizer: &Tokenizer, name: &str) -> Result<Self> {
        let lookup = Lookup::new(models, &[name])?;
        let words = lookup.entries().iter().map(|entry| {
            let tokens = tokenizer.tokenize(&entry.value);
            (0..tokens.len())
                .filter_map(|at| word(&tokens, at))
                .collect()
        });
        let labels = lookup.entries().iter().map(|entry| {
            let notes = entry.note.split_whitespace();
            notes.filter_map(|note| note.parse().ok()).collect()
        });
        Ok(Self {
            words: words.collect(),
            labels: labels.collect(),
            lookup,
        })
    }

    /// The full form of the longest entry for `label` that begins at `at`, and where the entry ends.
    fn at(
        &self,
        tokens: &Tokens<'_>,
        at: usize,
        end: usize,
        label: Label,
    ) -> Option<(usize, &[Word])> {
        let mut found = self.lookup.all(tokens, at);
        let fits = |entry: usize| {
            let labels = &self.labels[entry];
            let inside = |&part: &Label| part == label || may_hold(label, part);
            !self.words[entry].is_empty() && (labels.is_empty() || labels.iter().any(inside))
        };
        let found = found.find(|found| found.end <= end && fits(found.entry))?;
        Some((found.end, &self.words[found.entry]))
    }
}

/// Whether a name of label `whole` may have a name of label `part` in it.
fn may_hold(whole: Label, part: Label) -> bool {
    match part {
        Label::Loc => whole != Label::Per,
        Label::Org => matches!(whole, Label::Rol | Label::Loc | Label::Law),
        Label::Law => whole == Label::Org,
        _ => false,
    }
}

fn word(tokens: &Tokens<'_>, at: usize) -> Option<Word> {
    let token = tokens.get(at)?;
    matches!(token.kind, Kind::Word | Kind::Number | Kind::Address).then(|| {
        let lower = tokens.lower(at);
        let text = lower.strip_suffix('.').unwrap_or(lower);
        let key = if text.len() == lower.len() {
            token.key
        } else {
            Key::of(text)
        };
        Word {
            key,
            text: text.into(),
        }
    })
}

impl Speller {
    pub(super) fn new(models: &Models) -> Result<Self> {
        let tokenizer = Tokenizer::new(models)?;
        let mut speller = Self {
            abbreviations: Spelled::new(models, &tokenizer, "abbreviations")?,
            nicknames: Spelled::new(models, &tokenizer, "nicknames")?,
            lead: FxHashMap::default(),
            trail: FxHashMap::default(),
        };
        for entry in &models.lexicon("name_wrappers")?.entries {
            let fail = |message: String| {
                Error::models(message).at(format!(
                    "models/lexicon/name_wrappers.tsv: line {}",
                    entry.line
                ))
            };
            let tokens = tokenizer.tokenize(&entry.form);
            for label in entry.note.split_whitespace() {
                let label: Label = label.parse().map_err(&fail)?;
                // names are compared spelled out, so the wrapper must be too
                let spelled =
                    speller.words(&tokens, 0..tokens.len(), label, &Introduced::default());
                let keys: Vec<Key> = spelled.iter().map(|w| w.key).collect();
                let (Some(&first), Some(&last)) = (keys.first(), keys.last()) else {
                    continue;
                };
                if !matches!(entry.value.as_str(), "lead" | "trail" | "edge") {
                    return Err(fail(format!(
                        "expected lead, trail or edge, found {:?}",
                        entry.value
                    )));
                }
                if entry.value != "trail" {
                    let bucket = speller.lead.entry((label, first)).or_default();
                    bucket.push(keys.clone());
                }
                if entry.value != "lead" {
                    speller.trail.entry((label, last)).or_default().push(keys);
                }
            }
        }
        for bucket in speller.lead.values_mut().chain(speller.trail.values_mut()) {
            bucket.sort_by_key(|keys| std::cmp::Reverse(keys.len()));
        }
        Ok(speller)
    }

    /// The name that the tokens of `range` print.
    pub(super) fn name(
        &self,
        tokens: &Tokens<'_>,
        range: Range<usize>,
        label: Label,
        introduced: &Introduced,
    ) -> Name {
        let words = self.words(tokens, range.clone(), label, introduced);
        let lone = range.len() == 1
            && tokens
                .get(range.start)
                .is_some_and(|t| t.upper && t.kind == Kind::Word && t.span.len() >= 2);
        let initials = lone.then(|| tokens.lower(range.start).replace('.', "").into());
        let mut core = 0..words.len();
        while let Some(count) = self.wrapper(&words[core.clone()], label, true) {
            core.start += count;
        }
        while let Some(count) = self.wrapper(&words[core.clone()], label, false) {
            core.end -= count;
        }
        Name {
            words,
            core,
            initials,
        }
    }

    /// How many words at an edge are a wrapper, where something is left without them.
    fn wrapper(&self, words: &[Word], label: Label, leads: bool) -> Option<usize> {
        let (edge, table) = match leads {
            true => (words.first()?, &self.lead),
            false => (words.last()?, &self.trail),
        };
        let forms = table.get(&(label, edge.key))?;
        let found = forms.iter().find(|keys| {
            let from = match leads {
                true => 0,
                false => words.len().saturating_sub(keys.len()),
            };
            keys.len() < words.len() && words[from..].iter().zip(*keys).all(|(w, k)| w.key == *k)
        })?;
        Some(found.len())
    }

    fn words(
        &self,
        tokens: &Tokens<'_>,
        range: Range<usize>,
        label: Label,
        introduced: &Introduced,
    ) -> Vec<Word> {
        if let Some((end, full)) = self.nicknames.at(tokens, range.start, range.end, label)
            && end == range.end
        {
            return full.to_vec();
        }
        let mut words: Vec<Word> = Vec::with_capacity(range.len());
        let mut at = range.start;
        while at < range.end {
            if tokens.lower(at) == "(" {
                let close = (at..range.end).find(|&i| tokens.lower(i) == ")");
                // `(1)` of an article of law belongs to its name
                let figure = tokens.get(at + 1).is_some_and(|t| t.number.is_some());
                if let Some(close) = close.filter(|_| !figure && !words.is_empty()) {
                    at = close + 1;
                    continue;
                }
            }
            if label != Label::Per {
                let own = tokens.get(at).and_then(|t| introduced.get(&t.key));
                if let Some(full) = own {
                    words.extend(full.iter().cloned());
                    at += 1;
                    continue;
                }
                if let Some((end, full)) = self.abbreviations.at(tokens, at, range.end, label) {
                    // `Menteri Kominfo` is the Menteri Komunikasi dan Informatika
                    let minister = words.last().is_some_and(|w| &*w.text == "menteri");
                    let ministry = full.first().is_some_and(|w| &*w.text == "kementerian");
                    words.extend(full[usize::from(minister && ministry)..].iter().cloned());
                    at = end;
                    continue;
                }
            }
            words.extend(word(tokens, at));
            at += 1;
        }
        words
    }

    /// Notes the abbreviations that a name carries in brackets of its own:
    /// `Pengadilan Negeri (PN) Medan` introduces `PN`.
    pub(super) fn introduce(
        &self,
        tokens: &Tokens<'_>,
        range: Range<usize>,
        label: Label,
        introduced: &mut Introduced,
    ) {
        for open in range.clone() {
            let bracketed = tokens.lower(open) == "("
                && open > range.start
                && open + 2 < range.end
                && tokens.lower(open + 2) == ")";
            if bracketed {
                let empty = Introduced::default();
                let full = self.words(tokens, range.start..open, label, &empty);
                self.note(tokens, open + 1, full, introduced);
            }
        }
    }

    /// Notes that the token `at` stands for `full` from here on, where it looks like a short form of it.
    pub(super) fn note(
        &self,
        tokens: &Tokens<'_>,
        at: usize,
        full: Vec<Word>,
        introduced: &mut Introduced,
    ) {
        let Some(token) = tokens.get(at) else { return };
        if token.kind == Kind::Word && token.capital && abbreviates(tokens.lower(at), &full) {
            introduced.entry(token.key).or_insert(full);
        }
    }
}

/// Whether the letters of `short` stand in the words of `full`, in order, with its first letter at the begin of a word.
pub(super) fn abbreviates(short: &str, full: &[Word]) -> bool {
    let long: usize = full.iter().map(|w| w.text.chars().count()).sum();
    let letters: Vec<char> = short.chars().filter(|c| c.is_alphanumeric()).collect();
    if letters.len() < 2 || letters.len() >= long {
        return false;
    }
    full.iter().enumerate().take(2).any(|(from, first)| {
        first.text.starts_with(letters[0]) && {
            let mut rest = full[from..].iter().flat_map(|w| w.text.chars());
            letters.iter().all(|&letter| rest.any(|c| c == letter))
        }
    })
}
