//! What each token does in its clause, from a small lexicon and the verb prefixes.

use crate::error::{Error, Result};
use crate::models::Models;
use crate::token::{Key, Kind, Lookup, Tokens};
use rustc_hash::FxHashMap;

/// The part of a token in its clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A preposition; its number where a frame names it.
    Preposition(Option<u16>),
    /// `dan`, `lalu`: what follows is of the same rank.
    Conjunction,
    /// `yang`.
    Relative,
    /// `setelah`, `bahwa`: a subordinate clause begins.
    Subordinate,
    /// Auxiliaries, adverbs, demonstratives: skipped between subject and verb.
    Auxiliary,
    /// `kata`, `ujar`, `mengatakan`.
    Speech,
    /// A verb whose subject acts.
    Verb,
    /// A verb whose subject undergoes.
    Passive,
    /// Any other word without a capital.
    Noun,
    /// A word with a capital.
    Name,
    /// Figures.
    Number,
    /// `,`
    Comma,
    /// `(` or `)`, hyphens, slashes.
    Bracket,
    /// A quotation mark.
    Quote,
    /// Any other mark, which ends a clause.
    Stop,
}

/// Whether a noun before a name lets the name through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    Through,
    Block,
}

/// What a light verb says of its subject and the noun after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Light {
    Does,
    Undergoes,
    IsDone,
}

/// The lexicons of clause structure.
pub(super) struct ClauseWords {
    classes: FxHashMap<Key, Class>,
    heads: FxHashMap<Key, Head>,
    lights: FxHashMap<Key, Light>,
    /// Nouns that stand for a person named before; false where they must be pointed to.
    stand_ins: FxHashMap<Key, bool>,
}

impl ClauseWords {
    pub(super) fn new(models: &Models, prepositions: &[String]) -> Result<Self> {
        let mut classes = FxHashMap::default();
        let lexicon = Lookup::new(models, &["clause_words"])?;
        for entry in lexicon.entries() {
            let class = match entry.value.as_str() {
                "prep" => Class::Preposition(None),
                "conj" => Class::Conjunction,
                "rel" => Class::Relative,
                "subord" => Class::Subordinate,
                "aux" => Class::Auxiliary,
                "speech" => Class::Speech,
                "verb" => Class::Verb,
                "noun" => Class::Noun,
                other => {
                    return Err(Error::models(format!(
                        "models/lexicon/clause_words.tsv: line {}: unknown class {other:?}; known: prep conj rel subord aux speech verb noun",
                        entry.line
                    )));
                }
            };
            classes.insert(Key::of(&entry.form), class);
        }
        for (number, word) in prepositions.iter().enumerate() {
            classes.insert(Key::of(word), Class::Preposition(Some(number as u16)));
        }
        let heads = values(models, "phrase_heads", |value| match value {
            "through" => Some(Head::Through),
            "block" => Some(Head::Block),
            _ => None,
        })?;
        let lights = values(models, "light_verbs", |value| match value {
            "does" => Some(Light::Does),
            "undergoes" => Some(Light::Undergoes),
            "is_done" => Some(Light::IsDone),
            _ => None,
        })?;
        let stand_ins = values(models, "stand_ins", |value| match value {
            "known" => Some(true),
            "pointed" => Some(false),
            _ => None,
        })?;
        Ok(Self {
            classes,
            heads,
            lights,
            stand_ins,
        })
    }

    /// The class of every token.
    pub(super) fn classify(&self, tokens: &Tokens<'_>) -> Vec<Class> {
        (0..tokens.len())
            .map(|index| self.class(tokens, index))
            .collect()
    }

    fn class(&self, tokens: &Tokens<'_>, index: usize) -> Class {
        let Some(token) = tokens.get(index) else {
            return Class::Stop;
        };
        match token.kind {
            Kind::Number => return Class::Number,
            Kind::Quote => return Class::Quote,
            Kind::Punctuation => {
                return match tokens.lower(index) {
                    "," => Class::Comma,
                    "(" | ")" | "[" | "]" | "-" | "/" | "&" => Class::Bracket,
                    _ => Class::Stop,
                };
            }
            Kind::Symbol | Kind::Address => return Class::Name,
            Kind::Word => {}
        }
        if let Some(&class) = self
            .classes
            .get(&token.key)
            .or_else(|| self.classes.get(&token.stem))
        {
            return class;
        }
        let first = tokens.sentence(tokens.sentence_of(index)).start == index;
        if token.capital && !first && (token.upper || !headline(tokens, index)) {
            return Class::Name;
        }
        prefix_class(tokens.lower(index)).unwrap_or(if token.capital {
            Class::Name
        } else {
            Class::Noun
        })
    }

    pub(super) fn head(&self, key: Key) -> Option<Head> {
        self.heads.get(&key).copied()
    }

    /// Whether a noun stands for somebody named before; `pointed` where a demonstrative follows.
    pub(super) fn stands_in(&self, key: Key, pointed: bool) -> bool {
        self.stand_ins
            .get(&key)
            .is_some_and(|known| *known || pointed)
    }

    pub(super) fn light(&self, key: Key) -> Option<Light> {
        self.lights.get(&key).copied()
    }
}

/// In a headline every word has a capital; a verb is told by its neighbours that have one too.
fn headline(tokens: &Tokens<'_>, index: usize) -> bool {
    let capital = |at: Option<usize>| at.and_then(|i| tokens.get(i)).is_some_and(|t| t.capital);
    capital(index.checked_sub(1)) && capital(Some(index + 1))
}

/// The class that a verb prefix gives.
pub(super) fn prefix_class(word: &str) -> Option<Class> {
    let len = word.len();
    if len >= 6 && word.starts_with("me") && word[2..].starts_with(['m', 'n', 'l', 'r', 'w', 'y']) {
        Some(Class::Verb)
    } else if len >= 5 && word.starts_with("di") {
        Some(Class::Passive)
    } else if len >= 6 && word.starts_with("ber") {
        Some(Class::Verb)
    } else if len >= 6 && word.starts_with("ter") {
        Some(Class::Passive)
    } else {
        None
    }
}

fn values<T>(
    models: &Models,
    name: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<FxHashMap<Key, T>> {
    let mut map = FxHashMap::default();
    for entry in &models.lexicon(name)?.entries {
        let value = read(&entry.value).ok_or_else(|| {
            Error::models(format!(
                "models/lexicon/{name}.tsv: line {}: unknown value {:?}",
                entry.line, entry.value
            ))
        })?;
        map.insert(Key::of(&entry.form.to_lowercase()), value);
    }
    Ok(map)
}
