//! Polarity and modality from the words before a trigger.

use super::frames::Voice;
use super::scene::Scene;
use super::words::{Class, ClauseWords, Light};
use crate::error::{Error, Result};
use crate::models::Models;
use crate::schema::{Modality, Polarity};
use crate::token::{Lookup, Tokens};
use std::ops::Range;

/// What one word says of what follows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stance {
    Negative,
    /// It lies ahead: a plan where somebody can plan it.
    Future,
    Modal(Modality),
}

/// The lexicon of stances.
pub(super) struct Stances {
    lookup: Lookup,
    stances: Vec<Stance>,
}

/// How far a stance reaches, in tokens.
const REACH: usize = 9;

impl Stances {
    pub(super) fn new(models: &Models) -> Result<Self> {
        let lookup = Lookup::new(models, &["stances"])?;
        let read = |entry: &crate::models::Entry| {
            match entry.value.as_str() {
                "negative" => return Ok(Stance::Negative),
                "future" => return Ok(Stance::Future),
                _ => {}
            }
            entry.value.parse().map(Stance::Modal).map_err(|e: String| {
                Error::models(format!(
                    "models/lexicon/stances.tsv: line {}: {e}",
                    entry.line
                ))
            })
        };
        let stances = lookup.entries().iter().map(read).collect::<Result<_>>()?;
        Ok(Self { lookup, stances })
    }

    /// The stance of each token, at the last token of its word.
    pub(super) fn mark(&self, tokens: &Tokens<'_>) -> Vec<Option<Stance>> {
        let mut marks = vec![None; tokens.len()];
        for at in 0..tokens.len() {
            if let Some(found) = self.lookup.longest(tokens, at) {
                let stance = self.stances[found.entry];
                let excepted = stance == Stance::Negative
                    && matches!(
                        tokens.lower(found.end),
                        "hanya" | "cuma" | "sekadar" | "lain" | "saja" | "mungkin"
                    );
                if !excepted {
                    marks[found.end - 1] = Some(stance);
                }
            }
        }
        marks
    }
}

/// Polarity and modality of the trigger at `at`; no modality for a noun of which nothing is said.
///
/// `ahead` is what such an event is when it lies in the future.
pub(super) fn stance(
    scene: &Scene<'_, '_>,
    words: &ClauseWords,
    marks: &[Option<Stance>],
    at: &Range<usize>,
    voice: Voice,
    ahead: Modality,
) -> (Polarity, Option<Modality>) {
    let tokens = scene.layers.tokens;
    let sentence = tokens.sentence(tokens.sentence_of(at.start));
    let floor = sentence.start.max(at.start.saturating_sub(REACH));
    let mut negative = false;
    let mut modality = None;
    let mut see = |stance: Stance, near: bool| match stance {
        Stance::Negative => negative |= near,
        Stance::Future => modality = modality.or(Some(ahead)),
        Stance::Modal(m) => modality = modality.or(Some(m)),
    };
    let mut j = at.start;
    let mut names = 0;
    while j > floor {
        j -= 1;
        if let Some(stance) = marks[j] {
            see(stance, at.start - j <= 5 && names == 0);
            if scene.classes[j] == Class::Subordinate {
                break;
            }
            continue;
        }
        match scene.classes[j] {
            Class::Verb | Class::Passive => {
                let light = tokens.get(j).and_then(|t| words.light(t.key));
                // `bakal menggelar diskusi`
                let own = voice == Voice::Noun || j + 1 == at.start;
                if light.is_none() || !own {
                    break;
                }
            }
            Class::Name => names += 1,
            // `bisa diketahui dari pemeriksaan`: the verb is possible, not the noun
            Class::Preposition(_) if voice == Voice::Noun => break,
            Class::Stop | Class::Quote | Class::Subordinate | Class::Speech | Class::Comma => break,
            _ => {}
        }
    }
    if voice == Voice::Noun {
        // `pernikahan itu akan digelar`
        let end = sentence.end.min(at.end + REACH);
        let mut passed = Vec::new();
        for (j, mark) in marks.iter().enumerate().take(end).skip(at.end) {
            if let Some(stance) = *mark {
                passed.push(stance);
                continue;
            }
            match scene.classes[j] {
                Class::Verb | Class::Passive => {
                    if tokens.get(j).and_then(|t| words.light(t.key)) == Some(Light::IsDone)
                        || tokens.lower(j) == "berlangsung"
                        || tokens.lower(j) == "terjadi"
                    {
                        passed.iter().for_each(|&stance| see(stance, true));
                    }
                    break;
                }
                Class::Stop
                | Class::Quote
                | Class::Subordinate
                | Class::Speech
                | Class::Comma
                | Class::Relative => break,
                _ => {}
            }
        }
    }
    let polarity = if negative {
        Polarity::Negative
    } else {
        Polarity::Positive
    };
    (
        polarity,
        modality.or((voice != Voice::Noun).then_some(Modality::Asserted)),
    )
}
