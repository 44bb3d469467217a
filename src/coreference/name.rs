//! Names made comparable: abbreviations spelled out, brackets, legal forms and generic heads set apart.

use crate::error::{Error, Result};
use crate::models::Models;
use crate::schema::{Label, Span};
use crate::token::{Key, Kind, Lookup, Tokenizer, Tokens};
use rustc_hash::{FxHashMap, FxHashSet};
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
    /// Whether it begins with what many organisations are called: `Badan`, `Pengadilan`.
    pub generic: bool,
}

impl Name {
    /// The first letters of the words, small words left out: what `initials` may stand for.
    pub(super) fn first_letters(&self) -> String {
        let words = self.words.iter().filter(|w| !SMALL.contains(&&*w.text));
        let parts = words.flat_map(|w| w.text.split('-'));
        parts.filter_map(|part| part.chars().next()).collect()
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
    /// First words of organisation names that tell nothing by themselves.
    generic: FxHashSet<Key>,
    /// Words that are known as personal names.
    known: FxHashSet<Key>,
}

/// A lexicon of short forms with the words of their full forms.
struct Spelled {
    lookup: Lookup,
    words: Vec<Vec<Word>>,
    labels: Vec<Vec<Label>>,
}

impl Spelled {
    fn new(models: &Models, tokenizer: &Tokenizer, names: &[&str]) -> Result<Self> {
        let lookup = Lookup::new(models, names)?;
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
        let tokenizer = models.shared(Tokenizer::new)?;
        let mut speller = Self {
            abbreviations: Spelled::new(models, &tokenizer, &["abbreviations", "name_parts"])?,
            nicknames: Spelled::new(models, &tokenizer, &["nicknames"])?,
            lead: FxHashMap::default(),
            trail: FxHashMap::default(),
            generic: FxHashSet::default(),
            known: FxHashSet::default(),
        };
        for name in ["given_names", "family_names"] {
            let entries = models.lexicon(name)?.entries.iter();
            let keys = entries.map(|entry| Key::of(&entry.form.to_lowercase()));
            speller.known.extend(keys);
        }
        let heads = models.lexicon("organisation_heads")?.entries.iter();
        for head in heads.filter(|head| head.value == "generic") {
            let tokens = tokenizer.tokenize(&head.form);
            speller.generic.extend(tokens.iter().next().map(|t| t.key));
        }
        // nicknames stand for names that are themselves spelled out
        for entry in 0..speller.nicknames.words.len() {
            let form = &speller.nicknames.lookup.entries()[entry].value;
            let tokens = tokenizer.tokenize(form);
            let label = speller.nicknames.labels[entry].first().copied();
            let range = 0..tokens.len();
            let empty = Introduced::default();
            let words = speller.words(&tokens, range, label.unwrap_or(Label::Per), &empty);
            speller.nicknames.words[entry] = words;
        }
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

    /// The name that `span` prints, which lies in the tokens of `range`.
    pub(super) fn name(
        &self,
        tokens: &Tokens<'_>,
        (span, range): (Span, Range<usize>),
        label: Label,
        introduced: &Introduced,
    ) -> Name {
        let mut words = if span.contains(tokens.span(range.clone())) {
            self.words(tokens, range.clone(), label, introduced)
        } else {
            // part of a token: one of two names that a hyphen joins
            let letters = span.of(tokens.text()).split(|c: char| !c.is_alphanumeric());
            let letters = letters.filter(|text| !text.is_empty());
            letters
                .map(|text| {
                    let text = text.to_lowercase();
                    Word {
                        key: Key::of(&text),
                        text: text.into(),
                    }
                })
                .collect()
        };
        if words.is_empty() {
            // nothing but marks: the name is what is printed
            let text = span.of(tokens.text());
            words.push(Word {
                key: Key::of(text),
                text: text.into(),
            });
        }
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
        let generic = words.first().is_some_and(|w| self.generic.contains(&w.key));
        Name {
            words,
            core,
            initials,
            generic,
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
                    append(&mut words, full);
                    at += 1;
                    continue;
                }
                if let Some((end, full)) = self.abbreviations.at(tokens, at, range.end, label) {
                    append(&mut words, full);
                    at = end;
                    continue;
                }
            }
            match tokens.lower(at).split_once('.') {
                // `Tempo.co` is also called `Tempo`
                Some((name, domain)) if tokens.get(at).is_some_and(|t| t.kind == Kind::Address) => {
                    words.extend([name, domain].map(|text| Word {
                        key: Key::of(text),
                        text: text.into(),
                    }));
                }
                _ => words.extend(word(tokens, at)),
            }
            at += 1;
        }
        if matches!(label, Label::Org | Label::Rol) {
            // `DPRD Kabupaten Lumajang`, `DPRD Lumajang`
            let mut at = 0;
            words.retain(|w| {
                at += 1;
                at == 1 || !matches!(&*w.text, "kabupaten" | "kota" | "provinsi")
            });
        }
        if label == Label::Law {
            // `UU No. 11/2020`, `UU Nomor 11 Tahun 2020`
            words.retain(|w| !matches!(&*w.text, "nomor" | "no" | "tahun"));
        }
        words
    }

    /// Whether a word is a personal name that is no misprint.
    pub(super) fn is_name(&self, key: Key) -> bool {
        self.known.contains(&key)
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
        // `Kantor Kementerian Agama (Kemenag)` abbreviates a part that is known
        let known = self.abbreviations.lookup.longest(tokens, at);
        if let Some(found) = known.filter(|found| found.end == at + 1) {
            let part = &self.abbreviations.words[found.entry];
            let mut rest = full.iter();
            let inside = part.iter().all(|p| rest.any(|w| w.key == p.key));
            if inside && part.len() < full.len() {
                return;
            }
        }
        if token.kind == Kind::Word && token.capital && abbreviates(tokens.lower(at), &full) {
            introduced.entry(token.key).or_insert(full);
        }
    }
}

/// Adds a full form to what stands before it, without saying a word twice: `Partai Golkar`, `Menteri Kominfo`.
fn append(words: &mut Vec<Word>, full: &[Word]) {
    let skipped = match (words.last(), full.first()) {
        (Some(last), Some(first)) => {
            last.key == first.key || (&*last.text, &*first.text) == ("menteri", "kementerian")
        }
        _ => false,
    };
    words.extend(full[usize::from(skipped)..].iter().cloned());
}

/// Whether a word is put together from the begins of words of `full`, in order: `pansel`, `tabur`.
pub(super) fn syllabic(short: &str, full: &[Word]) -> bool {
    // how far each number of words can reach, as a set of positions in `short`
    let mut reached = vec![false; short.len() + 1];
    reached[0] = true;
    let mut used = 0;
    for word in full {
        for start in (0..short.len())
            .rev()
            .filter(|&i| reached[i])
            .collect::<Vec<_>>()
        {
            let common = short.bytes().skip(start).zip(word.text.bytes());
            let common = common.take_while(|(a, b)| a == b).count();
            // a lone letter makes no syllable
            for step in 2..=common {
                reached[start + step] = true;
                used += 1;
            }
        }
    }
    used >= 2
        && reached[short.len()]
        && full
            .first()
            .is_some_and(|w| short.len() > w.text.len().min(4))
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
