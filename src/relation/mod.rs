//! Relations between entities, each once an article, and which offices stand for which persons.
//!
//! In: all layers up to coreference. Out: [`Relations`]: triples of the types of
//! `ontology/relations.toml`, found by the link rules of `rules/relation` over names and anaphors, and
//! by what follows from them: whoever holds the office `Kapolres Ngawi` of the organisation inside or
//! behind it works there; `Satreskrim Polres Ngawi` is part of `Polres Ngawi`.
//!
//! ```text
//! Menteri Kominfo Budi Santoso (54), warga Medan, …
//! position(Budi Santoso, Menteri Kominfo) employer(Budi Santoso, Kominfo) age(Budi Santoso, 54) origin(Budi Santoso, Medan)
//! ```

mod draw;
mod infer;
mod score;

use crate::error::{Error, Result};
use crate::models::Models;
use crate::pattern::{LinkSet, Mark, Marks};
use crate::pipeline::Layers;
use crate::schema::{EntityId, Label, QuantityId, Ref, Relation};
use crate::token::Lookup;
use rustc_hash::FxHashMap;
use std::sync::Arc;

pub(crate) use score::{Counts, bucket};

/// What the stage gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Relations {
    /// Triples, each once.
    pub relations: Vec<Relation>,
    /// A ROL entity that alone stands for a person, with that person.
    pub mentions_of: Vec<(EntityId, EntityId)>,
}

/// Finds relations; immutable, shared by all threads.
pub(crate) struct RelationFinder {
    links: LinkSet,
    scores: score::Scores,
    members: Lookup,
    places: Lookup,
    ranks: Lookup,
    /// First words of the names of parts.
    parts: Lookup,
    /// Begins of titles and of the names of the organisations that they lead, longest first.
    office_bodies: Vec<(String, String)>,
    /// Sizes of places by the first word of their name, and by their kind.
    heads: FxHashMap<String, u8>,
    kinds: FxHashMap<String, u8>,
    /// Labels of both ends of each relation type.
    ends: Vec<Ends>,
}

/// What the two ends of a relation type may be.
struct Ends {
    kind: Arc<str>,
    from: Vec<String>,
    to: Vec<String>,
}

impl RelationFinder {
    /// A finder with the rules and lexicons of `models`.
    ///
    /// # Errors
    /// Where one of them is missing or malformed, or a rule names a relation that the ontology lacks.
    pub(crate) fn new(models: &Models) -> Result<Self> {
        let files = models.rules("relation")?;
        let links = LinkSet::new(models, &files)?;
        for rule in links.rules() {
            if models.ontology().relation(&rule.link).is_none() {
                let known = models.ontology().relations().iter().map(|r| &*r.name);
                return Err(Error::models(format!(
                    "rule {}: unknown relation {:?}; known: {}",
                    rule.id,
                    rule.link,
                    known.collect::<Vec<_>>().join(" ")
                )));
            }
        }
        let ends = models.ontology().relations().iter().map(|relation| Ends {
            kind: relation.name.clone(),
            from: relation.from.clone(),
            to: relation.to.clone(),
        });
        let mut sizes = [FxHashMap::default(), FxHashMap::default()];
        for entry in &models.lexicon("place_sizes")?.entries {
            let table = usize::from(entry.value == "kind");
            let size = entry.note.parse().map_err(|_| {
                Error::models(format!(
                    "models/lexicon/place_sizes.tsv: line {}: the note must be a size, found {:?}",
                    entry.line, entry.note
                ))
            })?;
            sizes[table].insert(entry.form.to_lowercase(), size);
        }
        let [heads, kinds] = sizes;
        let bodies = models.lexicon("office_bodies")?.entries.iter();
        let mut office_bodies: Vec<(String, String)> = bodies
            .map(|entry| (entry.form.to_lowercase(), entry.value.to_lowercase()))
            .collect();
        office_bodies.sort_by_key(|(office, _)| std::cmp::Reverse(office.len()));
        Ok(Self {
            links,
            scores: score::Scores::read(models)?,
            ranks: Lookup::new(models, &["rank_bodies"])?,
            parts: Lookup::new(models, &["part_heads"])?,
            office_bodies,
            heads,
            kinds,
            members: Lookup::new(models, &["member_heads"])?,
            places: Lookup::new(models, &["places"])?,
            ends: ends.collect(),
        })
    }

    /// The relations that the article states.
    pub(crate) fn find(&self, layers: &Layers<'_>) -> Relations {
        let marks = named_and_unnamed(layers);
        let links = self.links.find(layers.tokens, &marks);
        let mut draw = draw::Draw::new(self, layers);
        draw.links(&links);
        draw.infer();
        draw.finish()
    }
}

/// Tokens between the nearest mentions of two entities, or of an entity and a quantity, and how sure the
/// tagger was of these mentions.
pub(crate) fn nearest(layers: &Layers<'_>, from: Ref, to: Ref) -> (usize, f32) {
    let places = |end: Ref| -> Vec<(usize, usize, f32)> {
        match end {
            Ref::Entity(id) => {
                let entity = layers.entities.get(id.0 as usize - 1);
                let mentions = entity
                    .into_iter()
                    .flat_map(|e| e.mentions.iter().take(MENTIONS));
                mentions
                    .map(|m| {
                        let range = layers.tokens.covered(m.span);
                        (range.start, range.end, m.score.unwrap_or(1.0))
                    })
                    .collect()
            }
            Ref::Quantity(id) => {
                let range = layers.quantity_tokens.get(id.0 as usize - 1);
                range.map(|r| (r.start, r.end, 1.0)).into_iter().collect()
            }
            Ref::Time(_) => Vec::new(),
        }
    };
    let (from, to) = (places(from), places(to));
    let pairs = from.iter().flat_map(|a| to.iter().map(move |b| (a, b)));
    let pairs = pairs.map(|(a, b)| {
        let gap = a.0.max(b.0).saturating_sub(a.1.min(b.1));
        (gap, a.2.min(b.2))
    });
    pairs
        .min_by_key(|(gap, _)| *gap)
        .unwrap_or((usize::MAX, 1.0))
}

/// Mentions of an entity that [`nearest`] looks at.
const MENTIONS: usize = 24;

/// Marks of the layers with the anaphors as marks of their entities' labels; the index of an anaphor
/// begins after the mentions.
fn named_and_unnamed(layers: &Layers<'_>) -> Marks {
    let mut marks: Vec<Mark> = layers.marks.all().to_vec();
    for (number, anaphor) in layers.anaphors.iter().enumerate() {
        let entity = layers.entities.get(anaphor.entity.0 as usize - 1);
        // `kakaknya` is somebody else than whose brother it is
        let first = anaphor.tokens.start;
        let clitic = anaphor.tokens.len() == 1
            && layers.tokens.lower(first).ends_with("nya")
            && !matches!(layers.tokens.lower(first), "dirinya" | "ianya");
        if let Some(entity) = entity.filter(|_| !clitic) {
            marks.push(Mark {
                label: entity.label.as_str(),
                start: anaphor.tokens.start,
                end: anaphor.tokens.end,
                index: layers.mentions.len() + number,
            });
        }
    }
    Marks::new(marks, layers.tokens.len())
}

/// What a mark of [`named_and_unnamed`] refers to.
fn referent(layers: &Layers<'_>, mark: &Mark) -> Option<Ref> {
    if mark.label.parse::<Label>().is_ok() {
        return entity_of(layers, mark).map(|index| Ref::Entity(EntityId(index as u32 + 1)));
    }
    let quantity = layers.quantities.get(mark.index)?;
    (quantity.kind.as_str() == mark.label).then(|| Ref::Quantity(QuantityId(mark.index as u32 + 1)))
}

/// Index of the entity that an entity mark refers to.
fn entity_of(layers: &Layers<'_>, mark: &Mark) -> Option<usize> {
    match mark.index.checked_sub(layers.mentions.len()) {
        None => layers.mentions.get(mark.index).map(|m| m.entity),
        Some(number) => layers.anaphors.get(number).map(|a| a.entity.0 as usize - 1),
    }
}

/// Runs the examples of the relation rules; one message for each that fails.
///
/// # Errors
/// Where a rule file is malformed.
pub(crate) fn check(models: &Models) -> Result<Vec<String>> {
    let files = models.rules("relation")?;
    LinkSet::new(models, &files)?.check(models, &files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_examples() {
        let problems = check(&Models::bundled().unwrap()).unwrap();
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }
}
