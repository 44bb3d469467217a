//! Puts each gold article beside its output: byte spans, spans that touch, and which ids are the same.

use crate::pipeline::convert;
use crate::schema::{Annotation, Entity, EntityId, Gold, Offsets, QuantityId, Ref, Span, TimeId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;

/// One gold article and what was found in it.
pub(super) struct Pair<'a> {
    pub gold: &'a Gold,
    pub output: Cow<'a, Annotation>,
    entities: FxHashSet<(EntityId, EntityId)>,
    times: FxHashSet<(TimeId, TimeId)>,
    quantities: FxHashSet<(QuantityId, QuantityId)>,
}

/// All gold articles with their outputs.
pub(super) struct Aligned<'a> {
    pub pairs: Vec<Pair<'a>>,
    /// Articles that are missing, spans that do not fit.
    pub warnings: Vec<String>,
    /// Outputs without gold.
    pub unknown: usize,
}

/// Pairs every gold article with the output of the same id.
pub(super) fn align<'a>(golds: &'a [Gold], outputs: &'a [Annotation]) -> Aligned<'a> {
    let mut warnings = Vec::new();
    let mut by_id: FxHashMap<&str, &Annotation> = FxHashMap::default();
    for output in outputs {
        if by_id.insert(&output.id, output).is_some() {
            warnings.push(format!("{}: in the output more than once", output.id));
        }
    }
    let mut pairs = Vec::with_capacity(golds.len());
    for gold in golds {
        let id = gold.annotation.id.as_str();
        let output = match by_id.remove(id) {
            Some(output) => in_bytes(output, &gold.article.text),
            None => {
                warnings.push(format!("{id}: missing in the output, counted as empty"));
                Cow::Owned(Annotation::empty(id, Offsets::Bytes))
            }
        };
        if let Some(problem) = misfit(&output, &gold.article.text) {
            warnings.push(format!("{id}: {problem}"));
        }
        pairs.push(Pair::new(gold, output));
    }
    Aligned {
        pairs,
        warnings,
        unknown: by_id.len(),
    }
}

/// The output with byte spans.
fn in_bytes<'a>(output: &'a Annotation, text: &str) -> Cow<'a, Annotation> {
    if output.offsets == Offsets::Bytes {
        return Cow::Borrowed(output);
    }
    let mut output = output.clone();
    convert(&mut output, text, Offsets::Bytes);
    Cow::Owned(output)
}

/// Whether some span does not cover the text that it says: then the unit or the text is another.
fn misfit(output: &Annotation, text: &str) -> Option<String> {
    let mentions = output.entities.iter().flat_map(|entity| &entity.mentions);
    let mentions = mentions.map(|mention| (mention.span, &mention.text));
    let times = output.times.iter().map(|time| (time.span, &time.text));
    let triggers = output.events.iter().flat_map(|event| &event.triggers);
    let triggers = triggers.map(|trigger| (trigger.span, &trigger.text));
    let mut all = mentions.chain(times).chain(triggers);
    let (span, said) = all.find(|(span, said)| span.of(text) != said.as_str())?;
    let real = span.of(text);
    Some(format!(
        "a span covers {real:?} where the output says {said:?}; is \"offsets\" right, is it the same text?"
    ))
}

impl<'a> Pair<'a> {
    pub(super) fn new(gold: &'a Gold, output: Cow<'a, Annotation>) -> Self {
        let times = touching(
            gold.annotation
                .times
                .iter()
                .map(|time| (time.span, time.id)),
            output.times.iter().map(|time| (time.span, time.id)),
        );
        let quantities = touching(
            gold.annotation.quantities.iter().map(|q| (q.span, q.id)),
            output.quantities.iter().map(|q| (q.span, q.id)),
        );
        // The same entity shares a mention: the same span, or one that overlaps with the same label.
        let entities = touching(mentions(&gold.annotation), mentions(&output));
        let entities = entities
            .into_iter()
            .filter(|((gold_span, gold), (span, found))| {
                gold_span == span || gold.label == found.label
            })
            .map(|((_, gold), (_, found))| (gold.id, found.id));
        Self {
            entities: entities.collect(),
            times: times.into_iter().map(|(a, b)| (a.1, b.1)).collect(),
            quantities: quantities.into_iter().map(|(a, b)| (a.1, b.1)).collect(),
            gold,
            output,
        }
    }

    /// The article's text.
    pub fn text(&self) -> &'a str {
        &self.gold.article.text
    }

    /// Whether a gold entity and a found one are the same.
    pub fn same_entity(&self, gold: EntityId, found: EntityId) -> bool {
        self.entities.contains(&(gold, found))
    }

    /// Whether a gold id and a found one stand for the same thing.
    pub fn same(&self, gold: Ref, found: Ref) -> bool {
        match (gold, found) {
            (Ref::Entity(gold), Ref::Entity(found)) => self.same_entity(gold, found),
            (Ref::Time(gold), Ref::Time(found)) => self.times.contains(&(gold, found)),
            (Ref::Quantity(gold), Ref::Quantity(found)) => self.quantities.contains(&(gold, found)),
            _ => false,
        }
    }

    /// Whether the output has what a gold id stands for.
    pub fn known(&self, gold: Ref) -> bool {
        match gold {
            Ref::Entity(gold) => self.entities.iter().any(|(known, _)| *known == gold),
            Ref::Time(gold) => self.times.iter().any(|(known, _)| *known == gold),
            Ref::Quantity(gold) => self.quantities.iter().any(|(known, _)| *known == gold),
        }
    }
}

fn mentions(annotation: &Annotation) -> impl Iterator<Item = (Span, &Entity)> {
    let entities = annotation.entities.iter();
    entities.flat_map(|entity| entity.mentions.iter().map(move |m| (m.span, entity)))
}

/// All spans of a layer that are annotated by `id`.
pub(super) fn spans_of(annotation: &Annotation, id: Ref) -> Vec<Span> {
    match id {
        Ref::Entity(id) => {
            let entity = annotation.entities.iter().filter(|entity| entity.id == id);
            entity
                .flat_map(|entity| &entity.mentions)
                .map(|m| m.span)
                .collect()
        }
        Ref::Time(id) => {
            let times = annotation.times.iter().filter(|time| time.id == id);
            times.map(|time| time.span).collect()
        }
        Ref::Quantity(id) => {
            let quantities = annotation.quantities.iter().filter(|q| q.id == id);
            quantities.map(|q| q.span).collect()
        }
    }
}

/// All pairs of a gold span and a found span that share a byte.
#[allow(clippy::type_complexity)]
pub(super) fn touching<G: Copy, F: Copy>(
    gold: impl Iterator<Item = (Span, G)>,
    found: impl Iterator<Item = (Span, F)>,
) -> Vec<((Span, G), (Span, F))> {
    let mut found: Vec<_> = found.collect();
    found.sort_by_key(|(span, _)| (span.start, span.end));
    let longest = found.iter().map(|(span, _)| span.len()).max().unwrap_or(0) as u32;
    let mut pairs = Vec::new();
    for gold in gold {
        let from = gold.0.start.saturating_sub(longest);
        let first = found.partition_point(|(span, _)| span.start < from);
        let near = found[first..]
            .iter()
            .take_while(|(span, _)| span.start < gold.0.end);
        pairs.extend(
            near.filter(|(span, _)| span.overlaps(gold.0))
                .map(|&other| (gold, other)),
        );
    }
    pairs
}
