//! The finder of mentions that the other rooms see: the tagger, then the rules.

use super::bert::Bert;
use super::either::{self, TaggerKind};
use super::rules::Rules;
use crate::error::Result;
use crate::models::Models;
use crate::schema::Mention;
use crate::token::Tokens;

/// Finds mentions; immutable, shared by all threads.
pub struct EntityFinder {
    tagger: either::EntityFinder,
    rules: Rules,
}

impl EntityFinder {
    /// A finder with the weights, rules and lexicons of `models`.
    ///
    /// # Errors
    /// Where weights, a rule or a lexicon are missing or malformed.
    pub fn new(models: &Models) -> Result<Self> {
        Self::with(models, TaggerKind::default())
    }

    /// A finder with a tagger of one kind.
    ///
    /// # Errors
    /// As of [`EntityFinder::new`].
    pub fn with(models: &Models, kind: TaggerKind) -> Result<Self> {
        Ok(Self {
            tagger: either::EntityFinder::new(models, kind)?,
            rules: Rules::new(models)?,
        })
    }

    /// A finder whose tagger is a transformer; the rules come after it as after the others.
    ///
    /// # Errors
    /// As of [`EntityFinder::new`], and where the transformer cannot be loaded, or this build cannot run one.
    pub fn bert(models: &Models, bert: &Bert) -> Result<Self> {
        Ok(Self {
            tagger: either::EntityFinder::bert(models, bert)?,
            rules: Rules::new(models)?,
        })
    }

    /// The mentions of one text, by position, an outer one before those inside it.
    pub fn find(&self, tokens: &Tokens<'_>) -> Vec<Mention> {
        let found = self.find_all(std::slice::from_ref(tokens));
        found.into_iter().next().unwrap_or_default()
    }

    /// The mentions of many texts, in order; the same as one by one, but faster.
    pub fn find_all(&self, texts: &[Tokens<'_>]) -> Vec<Vec<Mention>> {
        let tagged = self.tagger.find_all(texts);
        let both = texts.iter().zip(tagged);
        both.map(|(tokens, mentions)| self.rules.apply(tokens, mentions))
            .collect()
    }
}
