//! Stage after stage over one article: read this file first.

use super::layers::Layers;
use super::offsets;
use crate::coreference::{Coreference, CoreferenceFinder};
use crate::entity::{Bert, EntityFinder, TaggerKind};
use crate::error::Result;
use crate::event::EventFinder;
use crate::models::Models;
use crate::quantity::QuantityFinder;
use crate::quote::QuoteFinder;
use crate::relation::{RelationFinder, Relations};
use crate::schema::{
    Annotation, Article, Event, Filler, Mention, Meta, Offsets, Quantity, QuantityId, QuantityType,
    Quote, Ref, Relation, SCHEMA,
};
use crate::time::{FoundTimes, TimeFinder};
use crate::token::{Tokenizer, Tokens};
use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};
use std::convert::Infallible;
use std::sync::Arc;

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
    pub(super) tokenizer: Arc<Tokenizer>,
    pub(super) entities: EntityFinder,
    pub(super) times: TimeFinder,
    pub(super) quantities: QuantityFinder,
    pub(super) coreference: CoreferenceFinder,
    pub(super) relations: RelationFinder,
    pub(super) quotes: QuoteFinder,
    pub(super) events: EventFinder,
    explain: bool,
    offsets: Offsets,
}

impl Annotator {
    /// An annotator with the lexicons, rules and weights of `models`.
    ///
    /// # Errors
    /// Where a file of `models` is missing, malformed or disagrees with another.
    pub fn new(models: &Models) -> Result<Self> {
        Self::with(models, TaggerKind::default())
    }

    /// An annotator whose tagger is of one kind.
    ///
    /// # Errors
    /// As of [`Annotator::new`].
    pub fn with(models: &Models, tagger: TaggerKind) -> Result<Self> {
        Self::over(models, EntityFinder::with(models, tagger)?)
    }

    /// An annotator whose tagger is a transformer; all other stages are as ever.
    ///
    /// ```no_run
    /// use peristiwa::{Annotator, Bert, Models};
    /// let annotator = Annotator::bert(&Models::bundled()?, &Bert::new("models/bert"))?;
    /// # Ok::<(), peristiwa::Error>(())
    /// ```
    ///
    /// # Errors
    /// As of [`Annotator::new`], and where the transformer cannot be loaded, or this build, without the cargo
    /// feature `bert`, cannot run one.
    pub fn bert(models: &Models, bert: &Bert) -> Result<Self> {
        Self::over(models, EntityFinder::bert(models, bert)?)
    }

    fn over(models: &Models, entities: EntityFinder) -> Result<Self> {
        Ok(Self {
            tokenizer: models.shared(Tokenizer::new)?,
            entities,
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

    /// The words that all stages see.
    #[cfg(feature = "cli")]
    pub(crate) fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// Everything found in one article; never fails, empty text gives an empty annotation.
    pub fn annotate(&self, article: &Article) -> Annotation {
        let Ok(annotation) = self.annotate_while(article, || Ok::<(), Infallible>(()));
        annotation
    }

    /// The same, asking between the stages whether to go on; a stage that has begun is finished.
    ///
    /// # Errors
    /// What `go_on` says against it.
    pub(crate) fn annotate_while<E>(
        &self,
        article: &Article,
        go_on: impl Fn() -> Result<(), E>,
    ) -> Result<Annotation, E> {
        go_on()?;
        let tokens = self.tokenizer.tokenize(&article.text);
        go_on()?;
        let mentions = self.entities.find(&tokens);
        self.link_while(article, &tokens, mentions, go_on)
    }

    /// The stages after the tagger, on mentions from wherever they come.
    pub(crate) fn link(
        &self,
        article: &Article,
        tokens: &Tokens<'_>,
        mentions: Vec<Mention>,
    ) -> Annotation {
        let Ok(annotation) =
            self.link_while(article, tokens, mentions, || Ok::<(), Infallible>(()));
        annotation
    }

    fn link_while<E>(
        &self,
        article: &Article,
        tokens: &Tokens<'_>,
        mentions: Vec<Mention>,
        go_on: impl Fn() -> Result<(), E>,
    ) -> Result<Annotation, E> {
        let see = |layers: &Layers<'_>, relations: &_, quotes: &_| {
            go_on()?;
            Ok(self.events.find(layers, relations, quotes))
        };
        let (known, mut events) =
            self.before_events(article.published, tokens, mentions, &go_on, see)?;
        let Known {
            found,
            mut quantities,
            coreference,
            mut relations,
            quotes,
        } = known;
        keep_used(&mut quantities, &mut events, &mut relations);

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
        Ok(annotation)
    }

    /// The stages between the tagger and the events; `see` is shown what the events are found in.
    pub(super) fn before_events<E, R>(
        &self,
        published: Option<Date>,
        tokens: &Tokens<'_>,
        mentions: Vec<Mention>,
        go_on: impl Fn() -> Result<(), E>,
        see: impl FnOnce(&Layers<'_>, &Relations, &[Quote]) -> Result<R, E>,
    ) -> Result<(Known, R), E> {
        go_on()?;
        let found = self.times.find(tokens, published, &mentions);
        let quantities = self.quantities.find(tokens, &found.times, &mentions);
        go_on()?;
        let coreference = self.coreference.find(tokens, mentions);
        go_on()?;
        let layers = Layers::new(
            tokens,
            &coreference.entities,
            &found.times,
            &quantities,
            &coreference.anaphors,
            found.day,
        );
        let relations = self.relations.find(&layers);
        go_on()?;
        let quotes = self.quotes.find(&layers, &relations);
        let seen = see(&layers, &relations, &quotes)?;
        let known = Known {
            found,
            quantities,
            coreference,
            relations: relations.relations,
            quotes,
        };
        Ok((known, seen))
    }
}

/// What the stages between the tagger and the events find.
pub(super) struct Known {
    found: FoundTimes,
    quantities: Vec<Quantity>,
    coreference: Coreference,
    relations: Vec<Relation>,
    quotes: Vec<Quote>,
}

/// Drops the ages, counts and measures that nothing uses, as the guidelines have it, and renumbers.
fn keep_used(quantities: &mut Vec<Quantity>, events: &mut [Event], relations: &mut [Relation]) {
    let fillers = events
        .iter_mut()
        .flat_map(|event| &mut event.arguments)
        .filter_map(|argument| match &mut argument.filler {
            Filler::Ref {
                id: Ref::Quantity(id),
            } => Some(id),
            _ => None,
        });
    let members = relations
        .iter_mut()
        .flat_map(|relation| [&mut relation.from, &mut relation.to])
        .filter_map(|member| match member {
            Ref::Quantity(id) => Some(id),
            _ => None,
        });
    let mut ids: Vec<&mut QuantityId> = fillers.chain(members).collect();
    let used: FxHashSet<QuantityId> = ids.iter().map(|id| **id).collect();
    quantities.retain(|quantity| {
        matches!(quantity.kind, QuantityType::Money | QuantityType::Percent)
            || used.contains(&quantity.id)
    });
    let new: FxHashMap<QuantityId, QuantityId> = (quantities.iter().map(|q| q.id))
        .zip((1..).map(QuantityId))
        .collect();
    for quantity in quantities.iter_mut() {
        quantity.id = new[&quantity.id];
    }
    for id in &mut ids {
        if let Some(&kept) = new.get(id) {
            **id = kept;
        }
    }
}
