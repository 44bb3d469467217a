//! The finder of mentions that the other rooms see: neural where its weights are there, else the linear chain.

use super::finder::{self, nest};
use super::neural::NeuralTagger;
use crate::error::Result;
use crate::models::Models;
use crate::schema::Mention;
use crate::token::Tokens;
use std::sync::Arc;

/// Weights of the neural tagger below `models/`.
const FILE: &str = "weights/neural.bin";

/// Finds mentions; immutable, shared by all threads.
pub struct EntityFinder(Tagger);

enum Tagger {
    /// The linear chain over features.
    Linear(Box<finder::EntityFinder>),
    /// The recurrent network, and what `found_by` says.
    Neural(Box<NeuralTagger>, Arc<str>),
}

impl EntityFinder {
    /// A finder with the weights of `models`.
    ///
    /// # Errors
    /// Where the weights are missing or malformed, or a lexicon they need is missing.
    pub fn new(models: &Models) -> Result<Self> {
        Ok(Self(match models.file(FILE) {
            Ok(bytes) => {
                let tagger =
                    NeuralTagger::read(bytes).map_err(|e| e.at(format!("models/{FILE}")))?;
                Tagger::Neural(Box::new(tagger), "neural.bin".into())
            }
            Err(_) => Tagger::Linear(Box::new(finder::EntityFinder::new(models)?)),
        }))
    }

    /// The mentions of one text, by position, an outer one before those inside it.
    pub fn find(&self, tokens: &Tokens<'_>) -> Vec<Mention> {
        let (tagger, name) = match &self.0 {
            Tagger::Linear(finder) => return finder.find(tokens),
            Tagger::Neural(tagger, name) => (tagger, name),
        };
        let mut mentions: Vec<Mention> = tagger
            .tag(tokens)
            .into_iter()
            .map(|found| {
                let span = tokens.span(found.tokens);
                Mention {
                    span,
                    text: span.of(tokens.text()).to_owned(),
                    label: found.label,
                    score: Some(found.score),
                    found_by: Some(name.clone()),
                }
            })
            .collect();
        nest(&mut mentions);
        mentions
    }

    /// The mentions of many texts, in order.
    pub fn find_all(&self, texts: &[Tokens<'_>]) -> Vec<Vec<Mention>> {
        texts.iter().map(|tokens| self.find(tokens)).collect()
    }
}
