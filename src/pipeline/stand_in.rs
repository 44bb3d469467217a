//! Stand-in until the rooms are joined: it only tokenises.

use crate::error::Result;
use crate::models::Models;
use crate::schema::{Annotation, Article, Meta, Offsets, ReferenceTime, SCHEMA};
use crate::token::Tokenizer;

/// Annotates articles; immutable, shared by all threads.
pub struct Annotator {
    tokenizer: Tokenizer,
    explain: bool,
    offsets: Offsets,
}

impl Annotator {
    /// An annotator with the knowledge of `models`.
    ///
    /// # Errors
    /// Where the models lack something or disagree.
    pub fn new(models: &Models) -> Result<Self> {
        Ok(Self {
            tokenizer: Tokenizer::new(models)?,
            explain: false,
            offsets: Offsets::Chars,
        })
    }

    /// Whether annotations say what found them.
    pub fn explaining(mut self, explain: bool) -> Self {
        self.explain = explain;
        self
    }

    /// The unit of the offsets.
    pub fn offsets(mut self, offsets: Offsets) -> Self {
        self.offsets = offsets;
        self
    }

    /// What is found in one article.
    pub fn annotate(&self, article: &Article) -> Annotation {
        let tokens = self.tokenizer.tokenize(&article.text);
        let sentences = tokens.sentences().map(|range| tokens.span(range)).collect();
        let mut annotation = Annotation {
            schema: SCHEMA,
            id: article.id.clone().unwrap_or_default(),
            meta: Meta {
                published: article.published.map(|date| date.to_string()),
                source: article.source.clone(),
                title: article.title.clone(),
            },
            offsets: Offsets::Bytes,
            reference_time: ReferenceTime::default(),
            sentences,
            entities: Vec::new(),
            times: Vec::new(),
            quantities: Vec::new(),
            events: Vec::new(),
            relations: Vec::new(),
            quotes: Vec::new(),
            warnings: tokens.warnings.clone(),
        };
        super::offsets::convert(&mut annotation, &article.text, self.offsets);
        annotation
    }
}
