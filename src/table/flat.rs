//! Tables without nesting, joined by the article's id and the ids inside it.

use super::column::{self, Column, flatten};
use super::{RecordBatch, SchemaRef, record};
use crate::error::Result;
use crate::schema::Annotation;
use std::fmt;

/// A flat table. Each but `articles` begins with `article`, the article's id; rows stand in the
/// annotation's order. Fields of an inner object are columns of their own: `interval_from`, `place_ref`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// One row an article: `id`, `schema`, `published`, `source`, `title`, `offsets`,
    /// `reference_time_value`, `reference_time_basis`, `warnings` (the one list).
    Articles,
    /// One row a sentence: `article`, `start`, `end`.
    Sentences,
    /// One row an entity: `article`, `id`, `label`, `name`.
    Entities,
    /// One row a mention: `article`, `entity` (its id), `start`, `end`, `text`, `score`, `found_by`.
    Mentions,
    /// One row a time expression: `article`, `id`, `start`, `end`, `text`, `type`, `value`, `mod`,
    /// `quant`, `freq`, `interval_from`, `interval_to`, `found_by`.
    Times,
    /// One row a quantity: `article`, `id`, `start`, `end`, `text`, `type`, `value`, `unit`, `found_by`.
    Quantities,
    /// One row an event: `article`, `id`, `type`, `time_ref`, `time_from`, `time_to`, `place_ref`,
    /// `place_start`, `place_end`, `place_text`, `polarity`, `modality`, `score`, `found_by`.
    Events,
    /// One row a trigger: `article`, `event` (its id), `start`, `end`, `text`.
    Triggers,
    /// One row an argument: `article`, `event` (its id), `role`, then `ref` or `start`, `end`, `text`;
    /// `score`, `found_by`.
    Arguments,
    /// One row a relation: `article`, `type`, `from`, `to`, `score`, `found_by`.
    Relations,
    /// One row a quotation: `article`, `start`, `end`, `speaker`, `found_by`.
    Quotes,
}

impl Table {
    /// All tables.
    pub const ALL: &'static [Table] = &[
        Table::Articles,
        Table::Sentences,
        Table::Entities,
        Table::Mentions,
        Table::Times,
        Table::Quantities,
        Table::Events,
        Table::Triggers,
        Table::Arguments,
        Table::Relations,
        Table::Quotes,
    ];

    /// Its name, such as `events`: what files and folders of it are called.
    pub fn as_str(self) -> &'static str {
        match self {
            Table::Articles => "articles",
            Table::Sentences => "sentences",
            Table::Entities => "entities",
            Table::Mentions => "mentions",
            Table::Times => "times",
            Table::Quantities => "quantities",
            Table::Events => "events",
            Table::Triggers => "triggers",
            Table::Arguments => "arguments",
            Table::Relations => "relations",
            Table::Quotes => "quotes",
        }
    }

    /// The schema of its every batch.
    ///
    /// # Errors
    /// None that an input could cause.
    pub fn schema(self) -> Result<SchemaRef> {
        Ok(self.batch(&[])?.schema())
    }

    /// Its rows for `annotations`.
    ///
    /// # Errors
    /// Where a column would pass 2 GiB: make smaller batches.
    pub fn batch(self, annotations: &[Annotation]) -> Result<RecordBatch> {
        let all = annotations;
        match self {
            Table::Articles => articles(all),
            Table::Sentences => table(
                all,
                |a| &a.sentences,
                |rows| record::span(rows.iter().copied()),
            ),
            Table::Entities => table(all, |a| &a.entities, record::entity),
            Table::Mentions => {
                let of = children(all, |a| &a.entities, |entity| (entity.id, &entity.mentions));
                child_table("entity", of, record::mention)
            }
            Table::Times => table(all, |a| &a.times, record::time),
            Table::Quantities => table(all, |a| &a.quantities, record::quantity),
            Table::Events => table(
                all,
                |a| &a.events,
                |rows| {
                    let mut columns = record::event_head(rows)?;
                    columns.extend(record::event_rest(rows)?);
                    Ok(columns)
                },
            ),
            Table::Triggers => {
                let of = children(all, |a| &a.events, |event| (event.id, &event.triggers));
                child_table("event", of, record::trigger)
            }
            Table::Arguments => {
                let of = children(all, |a| &a.events, |event| (event.id, &event.arguments));
                child_table("event", of, record::argument)
            }
            Table::Relations => table(all, |a| &a.relations, record::relation),
            Table::Quotes => table(all, |a| &a.quotes, record::quote),
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

fn articles(all: &[Annotation]) -> Result<RecordBatch> {
    let mut columns = flatten(record::article(all)?, &["meta"]);
    columns.push(record::warnings(all)?);
    column::batch(columns, all.len())
}

/// A table of what stands right under an article.
fn table<T>(
    all: &[Annotation],
    part: impl Fn(&Annotation) -> &Vec<T>,
    columns: impl Fn(&[&T]) -> Result<Vec<Column>>,
) -> Result<RecordBatch> {
    let rows: Vec<&T> = all.iter().flat_map(&part).collect();
    let articles = all.iter();
    let articles = articles.flat_map(|a| std::iter::repeat_n(&*a.id, part(a).len()));
    let mut key = vec![column::text("article", articles)?];
    key.extend(flatten(columns(&rows)?, &[]));
    column::batch(key, rows.len())
}

/// Each child with its article's and its parent's id.
fn children<'a, P: 'a, I: Copy, T>(
    all: &'a [Annotation],
    parents: impl Fn(&'a Annotation) -> &'a Vec<P>,
    part: impl Fn(&'a P) -> (I, &'a Vec<T>),
) -> Vec<(&'a str, I, &'a T)> {
    let mut rows = Vec::new();
    for annotation in all {
        for parent in parents(annotation) {
            let (id, items) = part(parent);
            rows.extend(items.iter().map(|item| (&*annotation.id, id, item)));
        }
    }
    rows
}

/// A table of what stands under an entity or event.
fn child_table<I: fmt::Display + Copy, T>(
    parent: &str,
    of: Vec<(&str, I, &T)>,
    columns: impl Fn(&[&T]) -> Result<Vec<Column>>,
) -> Result<RecordBatch> {
    let rows: Vec<&T> = of.iter().map(|row| row.2).collect();
    let mut key = vec![
        column::text("article", of.iter().map(|row| row.0))?,
        column::printed(parent, of.iter().map(|row| row.1))?,
    ];
    key.extend(flatten(columns(&rows)?, &[]));
    column::batch(key, rows.len())
}
