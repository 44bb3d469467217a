//! Relation rules to counts of what each got right: `peristiwa train relations`.
//!
//! The rules run on the gold mentions, so that what they get wrong is their own.

use super::card::Card;
use super::load;
use crate::error::{Error, Result};
use crate::pipeline::Annotator;
use crate::relation::{Counts, bucket};
use crate::schema::{Annotation, EntityId, Gold, Offsets, Ref, Span};
use crate::token::Tokenizer;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What to count and where to write it.
pub(crate) struct Options {
    /// Folders of gold articles; those without relations are left out.
    pub gold: Vec<PathBuf>,
    /// The file to write.
    pub output: PathBuf,
    /// A models folder in place of the bundled one.
    pub models: Option<PathBuf>,
    /// The date that the file gives.
    pub date: Option<String>,
}

/// Right and found of each rule, by relation type.
type Table = BTreeMap<String, BTreeMap<String, Counts>>;

/// Counts and writes.
pub(crate) fn relations(options: &Options) -> Result<()> {
    let models = load(options.models.as_deref())?;
    let tokenizer = Tokenizer::new(&models)?;
    let annotator = Annotator::new(&models)?
        .explaining(true)
        .offsets(Offsets::Bytes);
    let mut table = Table::new();
    for folder in &options.gold {
        for gold in Gold::read_folder(folder)? {
            if gold.layers.is_none() {
                count(&annotator, &tokenizer, &gold, &mut table);
            }
        }
    }
    let mut card = Card::default();
    card.comment("Relations right and found of each rule, with few, some and many tokens between the ends; written by `peristiwa train relations`.");
    if let Some(date) = &options.date {
        card.text("date", date);
    }
    let gold = options
        .gold
        .iter()
        .map(|p| format!("--gold {}", p.display()));
    let gold: Vec<_> = gold.collect();
    let output = options.output.display();
    let command = format!(
        "peristiwa train relations {} --output {output}",
        gold.join(" ")
    );
    card.text("command", &command);
    card.text(
        "data",
        "the project's own gold articles; counts only, no text",
    );
    card.text("licence", "MIT OR Apache-2.0");
    for (kind, rules) in &table {
        card.section(&format!("relation.{kind}"));
        for (rule, counts) in rules {
            card.number(rule, format!("{counts:?}"));
        }
    }
    card.write(&options.output)
        .map_err(|e| Error::models(e.to_string()))
}

/// Adds what the rules find in one gold article.
fn count(annotator: &Annotator, tokenizer: &Tokenizer, gold: &Gold, table: &mut Table) {
    let tokens = tokenizer.tokenize(&gold.article.text);
    let given = gold.annotation.entities.iter();
    let mentions = given.flat_map(|e| e.mentions.iter().cloned()).collect();
    let found = annotator.link(&gold.article, &tokens, mentions);
    let relations = gold.annotation.relations.iter();
    let there: BTreeSet<_> = relations.map(|r| (&*r.kind, r.from, r.to)).collect();
    let places = Places::new(&gold.annotation);
    for relation in &found.relations {
        let (from, to) = (
            places.of(&found, relation.from),
            places.of(&found, relation.to),
        );
        let right = from
            .iter()
            .any(|&a| to.iter().any(|&b| there.contains(&(&*relation.kind, a, b))));
        let rule = relation.found_by.as_deref().unwrap_or("");
        let rules = table.entry(relation.kind.to_string()).or_default();
        let counts = rules.entry(rule.to_owned()).or_default();
        let gap = gap(
            &tokens,
            &spans(&found, relation.from),
            &spans(&found, relation.to),
        );
        let counts = &mut counts[bucket(gap)];
        counts[0] += u32::from(right);
        counts[1] += 1;
    }
}

/// Tokens between the nearest of two sets of spans.
fn gap(tokens: &crate::token::Tokens<'_>, from: &[Span], to: &[Span]) -> usize {
    let pairs = from.iter().flat_map(|a| to.iter().map(move |b| (*a, *b)));
    let gaps = pairs.map(|(a, b)| {
        let (a, b) = (tokens.covered(a), tokens.covered(b));
        a.start.max(b.start).saturating_sub(a.end.min(b.end))
    });
    gaps.min().unwrap_or(usize::MAX)
}

/// Spans of an entity or quantity.
fn spans(annotation: &Annotation, id: Ref) -> Vec<Span> {
    match id {
        Ref::Entity(id) => {
            let entities = annotation.entities.iter().filter(|e| e.id == id);
            entities
                .flat_map(|e| e.mentions.iter().map(|m| m.span))
                .collect()
        }
        Ref::Quantity(id) => {
            let quantities = annotation.quantities.iter().filter(|q| q.id == id);
            quantities.map(|q| q.span).collect()
        }
        Ref::Time(_) => Vec::new(),
    }
}

/// What the gold has at a place.
struct Places(FxHashMap<Span, Vec<Ref>>);

impl Places {
    fn new(gold: &Annotation) -> Self {
        let mut places: FxHashMap<Span, Vec<Ref>> = FxHashMap::default();
        let mut add = |span: Span, id: Ref| places.entry(span).or_default().push(id);
        for entity in &gold.entities {
            let id = Ref::Entity(EntityId(entity.id.0));
            entity.mentions.iter().for_each(|m| add(m.span, id));
        }
        for quantity in &gold.quantities {
            add(quantity.span, Ref::Quantity(quantity.id));
        }
        Self(places)
    }

    /// The gold's ids of what the rules call `id`.
    fn of(&self, found: &Annotation, id: Ref) -> BTreeSet<Ref> {
        let spans = spans(found, id);
        let ids = spans.iter().filter_map(|span| self.0.get(span));
        ids.flatten().copied().collect()
    }
}
