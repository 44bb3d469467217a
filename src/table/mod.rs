//! Annotations as Arrow tables: for Parquet, pandas, DuckDB, Spark, without a way through JSON.
//!
//! In: a slice of [`Annotation`]. Out: one [`RecordBatch`] with a row an article and everything found
//! in it as nested columns ([`batch`]), or one a [`Table`] with a row an entity, an event and so on.
//! Names are those of the JSON; what JSON leaves out is null, or an empty list. Offsets count what the
//! annotation's count (column `offsets`). Ids, labels, types and dates are strings, offsets 32-bit and
//! scores 32-bit floats: types that every reader of Arrow knows. A slice always gives the same bytes.
//!
//! ```
//! use peristiwa::table::{self, Table};
//! use peristiwa::{Annotator, Article, Models};
//!
//! let annotator = Annotator::new(&Models::bundled()?)?;
//! let articles = [Article::new("Budi Santoso dilantik sebagai Bupati Sleman.").id("a1")];
//! let annotations = annotator.annotate_all(&articles);
//!
//! let nested = table::batch(&annotations)?;
//! assert_eq!(nested.schema(), table::schema()?);
//! assert_eq!(nested.num_rows(), 1);
//!
//! let events = Table::Events.batch(&annotations)?;
//! assert_eq!(events.schema().field(0).name(), "article");
//! assert_eq!(events.num_rows(), annotations[0].events.len());
//! # Ok::<(), peristiwa::Error>(())
//! ```

mod column;
mod flat;
mod record;
#[cfg(test)]
mod tests;

pub use arrow_array::RecordBatch;
pub use arrow_schema::SchemaRef;
pub use flat::Table;

use crate::error::Result;
use crate::schema::{Annotation, Entity, Event};
use column::Column;

/// One row an article, in order, with everything found in it as nested columns.
///
/// | column | holds |
/// | --- | --- |
/// | `schema` | schema version |
/// | `id` | the article's id |
/// | `meta` | `published`, `source`, `title` as given |
/// | `offsets` | unit of all offsets: `chars` or `bytes` |
/// | `reference_time` | `value`, `basis` |
/// | `sentences` | list of `start`, `end` |
/// | `entities` | list of `id`, `label`, `name`, `mentions`: list of `start`, `end`, `text`, `score`, `found_by` |
/// | `times` | list of `id`, `start`, `end`, `text`, `type`, `value`, `mod`, `quant`, `freq`, `interval` (`from`, `to`), `found_by` |
/// | `quantities` | list of `id`, `start`, `end`, `text`, `type`, `value`, `unit`, `found_by` |
/// | `events` | list of `id`, `type`, `triggers` (list of `start`, `end`, `text`), `arguments` (list of `role`, `ref` or `start`, `end`, `text`; `score`, `found_by`), `time` (`ref`, `from`, `to`), `place` (`ref` or `start`, `end`, `text`), `polarity`, `modality`, `score`, `found_by` |
/// | `relations` | list of `type`, `from`, `to`, `score`, `found_by` |
/// | `quotes` | list of `start`, `end`, `speaker`, `found_by` |
/// | `warnings` | list of texts |
///
/// # Errors
/// Where a column would pass 2 GiB: make smaller batches.
pub fn batch(annotations: &[Annotation]) -> Result<RecordBatch> {
    let mut columns = record::article(annotations)?;
    columns.push(column::list(
        "sentences",
        annotations.iter().map(|a| a.sentences.len()),
        record::span(annotations.iter().flat_map(|a| &a.sentences))?,
    )?);
    let entities: Vec<_> = annotations.iter().flat_map(|a| &a.entities).collect();
    let times: Vec<_> = annotations.iter().flat_map(|a| &a.times).collect();
    let quantities: Vec<_> = annotations.iter().flat_map(|a| &a.quantities).collect();
    let events: Vec<_> = annotations.iter().flat_map(|a| &a.events).collect();
    let relations: Vec<_> = annotations.iter().flat_map(|a| &a.relations).collect();
    let quotes: Vec<_> = annotations.iter().flat_map(|a| &a.quotes).collect();
    let lists: [(&str, Length, Vec<Column>); 6] = [
        ("entities", |a| a.entities.len(), entity(&entities)?),
        ("times", |a| a.times.len(), record::time(&times)?),
        (
            "quantities",
            |a| a.quantities.len(),
            record::quantity(&quantities)?,
        ),
        ("events", |a| a.events.len(), event(&events)?),
        (
            "relations",
            |a| a.relations.len(),
            record::relation(&relations)?,
        ),
        ("quotes", |a| a.quotes.len(), record::quote(&quotes)?),
    ];
    for (name, length, items) in lists {
        columns.push(column::list(name, annotations.iter().map(length), items)?);
    }
    columns.push(record::warnings(annotations)?);
    column::batch(columns, annotations.len())
}

/// How many of its kind an article has.
type Length = fn(&Annotation) -> usize;

fn entity(rows: &[&Entity]) -> Result<Vec<Column>> {
    let mentions: Vec<_> = rows.iter().flat_map(|entity| &entity.mentions).collect();
    let mut columns = record::entity(rows)?;
    let lengths = rows.iter().map(|entity| entity.mentions.len());
    columns.push(column::list(
        "mentions",
        lengths,
        record::mention(&mentions)?,
    )?);
    Ok(columns)
}

fn event(rows: &[&Event]) -> Result<Vec<Column>> {
    let triggers: Vec<_> = rows.iter().flat_map(|event| &event.triggers).collect();
    let arguments: Vec<_> = rows.iter().flat_map(|event| &event.arguments).collect();
    let mut columns = record::event_head(rows)?;
    let lengths = rows.iter().map(|event| event.triggers.len());
    columns.push(column::list(
        "triggers",
        lengths,
        record::trigger(&triggers)?,
    )?);
    let lengths = rows.iter().map(|event| event.arguments.len());
    columns.push(column::list(
        "arguments",
        lengths,
        record::argument(&arguments)?,
    )?);
    columns.extend(record::event_rest(rows)?);
    Ok(columns)
}

/// The schema of every [`batch`].
///
/// # Errors
/// None that an input could cause.
pub fn schema() -> Result<SchemaRef> {
    Ok(batch(&[])?.schema())
}
