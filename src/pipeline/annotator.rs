//! Stage after stage over one article: read this file first.

use super::layers::Layers;
use super::offsets;
use crate::coreference::CoreferenceFinder;
use crate::entity::EntityFinder;
use crate::error::Result;
use crate::event::EventFinder;
use crate::models::Models;
use crate::quantity::QuantityFinder;
use crate::quote::QuoteFinder;
use crate::relation::RelationFinder;
use crate::schema::{
    Annotation, Article, Filler, Mention, Meta, Offsets, Quantity, QuantityId,
    QuantityType, Ref, SCHEMA,
};
use crate::time::TimeFinder;
use crate::token::{Tokenizer, Tokens};
use jiff::civil::Date;
use rustc_hash::FxHashSet;

/// Annotates articles: immutable once made, shared by all threads.
///
/// ```
/// use peristiwa::{Annotator, Article, Models};
///
/// let annotator = Annotator::new(&Models::bundled()?)?;
/// let article = Article::new("Budi Santoso dilantik sebagai Bupati Sleman pada Selasa (13/8).")
///     .published("2024-08-14".parse().unwrap());
/// let annotation = annotator.annotate(&article);
/// assert_eq!(annotation.times[0].value, "2024-08-13");
/// assert_eq!(&*annotation.events[0].kind, "personnel.start");
/// # Ok::<(), peristiwa::Error>(())
/// ```
pub struct Annotator {
    tokenizer: Tokenizer,
    entities: EntityFinder,
    times: TimeFinder,
    quantities: QuantityFinder,
    coreference: CoreferenceFinder,
    relations: RelationFinder,
    quotes: QuoteFinder,
    events: EventFinder,
    explain: bool,
    offsets: Offsets,
}

impl Annotator {
    /// An annotator with the lexicons, rules and weights of `models`.
    ///
    /// # Errors
    /// Where a file of `models` is missing, malformed or disagrees with another.
    pub fn new(models: &Models) -> Result<Self> {
        Ok(Self {
            tokenizer: Tokenizer::new(models)?,
            entities: EntityFinder::new(models)?,
            times: TimeFinder::new(models)?,
            quantities: QuantityFinder::new(models)?,
            coreference: CoreferenceFinder::new(models)?,
            relations: RelationFinder::new(models)?,
            quotes: QuoteFinder::new(models)?,
            events: EventFinder::new(models)?,
            explain: false,
            offsets: Offsets::default(),
        })
    }

    /// Whether every annotation names the rule or model that made it; off at first.
    pub fn explaining(mut self, explain: bool) -> Self {
        self.explain = explain;
        self
    }

    /// The unit of all offsets; Unicode scalar values at first.
    pub fn offsets(mut self, offsets: Offsets) -> Self {
        self.offsets = offsets;
        self
    }

    /// Everything found in one article; never fails, empty text gives an empty annotation.
    pub fn annotate(&self, article: &Article) -> Annotation {
        let tokens = self.tokenizer.tokenize(&article.text);
        let mentions = self.entities.find(&tokens);
        self.link(article, &tokens, mentions)
    }

    /// The stages after the tagger, on mentions from wherever they come.
    pub(crate) fn link(
        &self,
        article: &Article,
        tokens: &Tokens<'_>,
        mentions: Vec<Mention>,
    ) -> Annotation {
        let found = self.times.find(tokens, article.published, &mentions);
        let mut quantities = self.quantities.find(tokens, &found.times, &mentions);
        let coreference = self.coreference.find(tokens, mentions);
        let layers = Layers::new(
            tokens,
            &coreference.entities,
            &found.times,
            &quantities,
            &coreference.anaphors,
            found.day,
        );
        let relations = self.relations.find(&layers);
        let quotes = self.quotes.find(&layers, &relations);
        let mut events = self.events.find(&layers, &relations, &quotes);

        let mut relations = relations.relations;
        let used = (events.iter().flat_map(|event| &event.arguments))
            .filter_map(|argument| match argument.filler {
                Filler::Ref { id } => Some(id),
                Filler::Phrase(_) => None,
            })
            .chain(relations.iter().flat_map(|r| [r.from, r.to]));
        let renumber = keep_used(&mut quantities, used);
        let apply = |id: &mut Ref| {
            if let Ref::Quantity(quantity) = id {
                *quantity = renumber(*quantity);
            }
        };
        for argument in events.iter_mut().flat_map(|event| &mut event.arguments) {
            if let Filler::Ref { id } = &mut argument.filler {
                apply(id);
            }
        }
        for relation in &mut relations {
            apply(&mut relation.from);
            apply(&mut relation.to);
        }

        let mut warnings = tokens.warnings.clone();
        warnings.extend(found.warnings);
        let mut annotation = Annotation {
            schema: SCHEMA,
            id: article.id.clone().unwrap_or_default(),
            meta: Meta {
                published: article.published.map(|date: Date| date.to_string()),
                source: article.source.clone(),
                title: article.title.clone(),
            },
            offsets: Offsets::Bytes,
            reference_time: found.reference,
            sentences: tokens.sentences().map(|s| tokens.span(s)).collect(),
            entities: coreference.entities,
            times: found.times,
            quantities,
            events,
            relations,
            quotes,
            warnings,
        };
        if !self.explain {
            annotation.without_explanation();
        }
        offsets::convert(&mut annotation, &article.text, self.offsets);
        annotation
    }
}

/// Drops the ages, counts and measures that nothing uses, as the guidelines have it, and gives the
/// new number of each one kept.
fn keep_used(
    quantities: &mut Vec<Quantity>,
    used: impl Iterator<Item = Ref>,
) -> impl Fn(QuantityId) -> QuantityId + use<> {
    let used: FxHashSet<QuantityId> = used
        .filter_map(|id| match id {
            Ref::Quantity(id) => Some(id),
            _ => None,
        })
        .collect();
    quantities.retain(|quantity| {
        matches!(quantity.kind, QuantityType::Money | QuantityType::Percent)
            || used.contains(&quantity.id)
    });
    let old: Vec<QuantityId> = quantities.iter().map(|quantity| quantity.id).collect();
    for (index, quantity) in quantities.iter_mut().enumerate() {
        quantity.id = QuantityId(index as u32 + 1);
    }
    move |id| match old.binary_search(&id) {
        Ok(index) => QuantityId(index as u32 + 1),
        Err(_) => id,
    }
}
