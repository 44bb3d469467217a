//! Which lexicon entries cover a token: longest match by class, in one walk over the text.

use super::word::mix;
use crate::error::Result;
use crate::models::Models;
use crate::token::{Key, Tokenizer, Tokens};
use rustc_hash::FxHashMap;

/// The lexicons that may say something about names. Those that are absent are left out; a model that
/// was trained with one asks for it.
pub(crate) const LEXICONS: [&str; 22] = [
    "abbreviations",
    "event_names",
    "family_names",
    "given_names",
    "kinship",
    "law_heads",
    "months",
    "name_particles",
    "nominals",
    "organisation_heads",
    "organisations",
    "place_heads",
    "places",
    "prepositions",
    "pronouns",
    "roles",
    "sentence_abbreviations",
    "speech_verbs",
    "titles",
    "villages",
    "weekdays",
    "works",
];
/// Lexicons whose values are kinds, each a class of its own; the others are one class.
const KINDS: [&str; 9] = [
    "event_names",
    "law_heads",
    "nominals",
    "organisation_heads",
    "organisations",
    "place_heads",
    "places",
    "titles",
    "works",
];
/// The bits of a set of classes.
const MOST_CLASSES: usize = 128;

/// Where in a match a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Begin,
    Inside,
    End,
    Single,
}

/// A class that covers a token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    /// Hash of the class's name.
    pub class: u64,
    /// Number of the class.
    pub number: u8,
    pub place: Place,
}

#[derive(Clone, Copy, Default)]
struct Node {
    classes: u128,
    longer: bool,
}

/// All entries of all lexicons as chains of keys.
pub(crate) struct Gazetteer {
    nodes: FxHashMap<u64, Node>,
    /// Hash of each class's name.
    classes: Vec<u64>,
    names: Vec<String>,
    lexicons: Vec<String>,
}

/// Hits of one text by token; buffers are reused.
#[derive(Default)]
pub(crate) struct Hits {
    hits: Vec<(u32, Hit)>,
    first: Vec<u32>,
}

impl Hits {
    /// The classes that cover a token.
    pub(crate) fn of(&self, token: usize) -> impl Iterator<Item = Hit> + '_ {
        let range = match (self.first.get(token), self.first.get(token + 1)) {
            (Some(&from), Some(&to)) => from as usize..to as usize,
            _ => 0..0,
        };
        self.hits[range].iter().map(|(_, hit)| *hit)
    }

    /// The classes that cover a token, as a set of their numbers.
    pub(crate) fn set(&self, token: usize) -> u128 {
        self.of(token).fold(0, |set, hit| set | 1 << hit.number)
    }
}

impl Gazetteer {
    pub(crate) fn new(models: &Models, tokenizer: &Tokenizer) -> Result<Self> {
        let mut gazetteer = Self {
            nodes: FxHashMap::default(),
            classes: Vec::new(),
            names: Vec::new(),
            lexicons: Vec::new(),
        };
        for name in LEXICONS {
            let Ok(lexicon) = models.lexicon(name) else {
                continue;
            };
            if lexicon.entries.is_empty() {
                continue;
            }
            gazetteer.lexicons.push(name.to_owned());
            let kinds = KINDS.contains(&name);
            for entry in &lexicon.entries {
                let class = match (kinds, entry.value.as_str()) {
                    (false, _) | (_, "") => name.to_owned(),
                    (true, value) => format!("{name}:{value}"),
                };
                let class = gazetteer.class(&class, name);
                gazetteer.insert(tokenizer, &entry.form, class);
            }
        }
        Ok(gazetteer)
    }

    /// Names of the lexicons that were there.
    pub(crate) fn lexicons(&self) -> &[String] {
        &self.lexicons
    }

    /// The set of those classes whose lexicon is among `lexicons`, or that are named there with value.
    pub(crate) fn set_of(&self, lexicons: &[&str]) -> u128 {
        let mut set = 0;
        for (number, name) in self.names.iter().enumerate() {
            let lexicon = name.split(':').next().unwrap_or(name);
            if lexicons.contains(&lexicon) || lexicons.contains(&name.as_str()) {
                set |= 1 << number;
            }
        }
        set
    }

    fn class(&mut self, name: &str, lexicon: &str) -> usize {
        if let Some(number) = self.names.iter().position(|known| known == name) {
            return number;
        }
        if self.names.len() >= MOST_CLASSES {
            // no room for values of their own: the last class takes the rest
            let same = self
                .names
                .iter()
                .position(|known| known.starts_with(lexicon));
            return same.unwrap_or(MOST_CLASSES - 1);
        }
        self.names.push(name.to_owned());
        self.classes.push(Key::of(name).0);
        self.names.len() - 1
    }

    fn insert(&mut self, tokenizer: &Tokenizer, form: &str, class: usize) {
        let plain = form.bytes().all(|b| b.is_ascii_alphabetic() || b == b' ');
        let mut chain = 0;
        let mut previous: Option<u64> = None;
        let mut step = |key: Key| {
            if let Some(before) = previous {
                self.nodes.entry(before).or_default().longer = true;
            }
            chain = mix(chain, key.0);
            self.nodes.entry(chain).or_default();
            previous = Some(chain);
        };
        if plain {
            let lower = form.to_ascii_lowercase();
            lower
                .split_ascii_whitespace()
                .for_each(|word| step(Key::of(word)));
        } else {
            tokenizer
                .tokenize(form)
                .iter()
                .for_each(|token| step(token.key));
        }
        if let Some(last) = previous {
            self.nodes.entry(last).or_default().classes |= 1 << class;
        }
    }

    /// Finds, for each class, the leftmost-longest matches.
    pub(crate) fn find(&self, tokens: &Tokens<'_>, hits: &mut Hits) {
        hits.hits.clear();
        let mut covered = [0u32; MOST_CLASSES];
        let mut longest = [0u32; MOST_CLASSES];
        for start in 0..tokens.len() {
            let mut found = 0u128;
            let mut chain = 0;
            let mut at = start;
            while let Some(token) = tokens.get(at) {
                at += 1;
                let stem = self.nodes.get(&mix(chain, token.stem.0));
                let exact = self.nodes.get(&mix(chain, token.key.0));
                let mut set = exact.map_or(0, |node| node.classes);
                if token.stem != token.key {
                    set |= stem.map_or(0, |node| node.classes);
                }
                found |= set;
                while set != 0 {
                    longest[set.trailing_zeros() as usize] = at as u32;
                    set &= set - 1;
                }
                if !exact.is_some_and(|node| node.longer) {
                    break;
                }
                chain = mix(chain, token.key.0);
            }
            while found != 0 {
                let number = found.trailing_zeros() as usize;
                found &= found - 1;
                let end = longest[number];
                if (start as u32) < covered[number] {
                    continue;
                }
                covered[number] = end;
                for token in start as u32..end {
                    let place = match (token == start as u32, token + 1 == end) {
                        (true, true) => Place::Single,
                        (true, false) => Place::Begin,
                        (false, true) => Place::End,
                        (false, false) => Place::Inside,
                    };
                    let class = self.classes[number];
                    let number = number as u8;
                    hits.hits.push((
                        token,
                        Hit {
                            class,
                            number,
                            place,
                        },
                    ));
                }
            }
        }
        hits.hits.sort_by_key(|(token, hit)| (*token, hit.number));
        hits.first.clear();
        hits.first.resize(tokens.len() + 1, 0);
        for (token, _) in &hits.hits {
            hits.first[*token as usize + 1] += 1;
        }
        for token in 0..tokens.len() {
            hits.first[token + 1] += hits.first[token];
        }
    }
}
