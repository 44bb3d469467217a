//! The columns of each kind of record, as `SCHEMA` names them: nested and flat tables share them.
//!
//! Lists of records are left to the caller: a nested table puts them into the row, flat ones beside it.

use super::column::{self, Column};
use crate::error::Result;
use crate::schema::{
    Annotation, Argument, Entity, Event, Extract, Filler, Interval, Mention, Meta, Offsets,
    Quantity, Quote, Relation, Span, Time, When,
};

pub(super) fn article(rows: &[Annotation]) -> Result<Vec<Column>> {
    let reference = || rows.iter().map(|row| &row.reference_time);
    let basis = reference().map(|time| match time.basis {
        crate::Basis::Published => "published",
        crate::Basis::Inferred => "inferred",
        crate::Basis::None => "none",
    });
    Ok(vec![
        column::offset("schema", rows.iter().map(|row| row.schema))?,
        column::text("id", rows.iter().map(|row| &*row.id))?,
        column::group("meta", meta(rows.iter().map(|row| &row.meta))?)?,
        column::text(
            "offsets",
            rows.iter().map(|row| match row.offsets {
                Offsets::Chars => "chars",
                Offsets::Bytes => "bytes",
            }),
        )?,
        column::group(
            "reference_time",
            vec![
                column::text_or_null("value", reference().map(|time| time.value.as_deref()))?,
                column::text("basis", basis)?,
            ],
        )?,
    ])
}

fn meta<'a>(rows: impl Iterator<Item = &'a Meta> + Clone) -> Result<Vec<Column>> {
    Ok(vec![
        column::text_or_null("published", rows.clone().map(|m| m.published.as_deref()))?,
        column::text_or_null("source", rows.clone().map(|m| m.source.as_deref()))?,
        column::text_or_null("title", rows.map(|m| m.title.as_deref()))?,
    ])
}

pub(super) fn warnings(rows: &[Annotation]) -> Result<Column> {
    column::texts(
        "warnings",
        rows.iter().map(|row| row.warnings.len()),
        rows.iter()
            .flat_map(|row| &row.warnings)
            .map(|text| &**text),
    )
}

pub(super) fn span<'a>(rows: impl Iterator<Item = &'a Span> + Clone) -> Result<Vec<Column>> {
    Ok(vec![
        column::offset("start", rows.clone().map(|span| span.start))?,
        column::offset("end", rows.map(|span| span.end))?,
    ])
}

pub(super) fn entity(rows: &[&Entity]) -> Result<Vec<Column>> {
    Ok(vec![
        column::printed("id", rows.iter().map(|entity| entity.id))?,
        column::text("label", rows.iter().map(|entity| entity.label.as_str()))?,
        column::text("name", rows.iter().map(|entity| &*entity.name))?,
    ])
}

pub(super) fn mention(rows: &[&Mention]) -> Result<Vec<Column>> {
    let mut columns = span(rows.iter().map(|mention| &mention.span))?;
    columns.extend([
        column::text("text", rows.iter().map(|mention| &*mention.text))?,
        column::score("score", rows.iter().map(|mention| mention.score)),
        column::text_or_null("found_by", rows.iter().map(|m| m.found_by.as_deref()))?,
    ]);
    Ok(columns)
}

pub(super) fn time(rows: &[&Time]) -> Result<Vec<Column>> {
    let mut columns = vec![column::printed("id", rows.iter().map(|time| time.id))?];
    columns.extend(span(rows.iter().map(|time| &time.span))?);
    let intervals = || rows.iter().map(|time| time.interval.as_ref());
    columns.extend([
        column::text("text", rows.iter().map(|time| &*time.text))?,
        column::text("type", rows.iter().map(|time| time.kind.as_str()))?,
        column::text("value", rows.iter().map(|time| &*time.value))?,
        column::text_or_null("mod", rows.iter().map(|time| time.modifier.as_deref()))?,
        column::text_or_null("quant", rows.iter().map(|time| time.quant.as_deref()))?,
        column::text_or_null("freq", rows.iter().map(|time| time.freq.as_deref()))?,
        column::group_or_null(
            "interval",
            intervals().map(|interval| interval.is_some()),
            interval(intervals())?,
        )?,
        column::text_or_null("found_by", rows.iter().map(|t| t.found_by.as_deref()))?,
    ]);
    Ok(columns)
}

fn interval<'a>(rows: impl Iterator<Item = Option<&'a Interval>> + Clone) -> Result<Vec<Column>> {
    let from = rows.clone().map(|row| row.and_then(|i| i.from.as_deref()));
    let to = rows.map(|row| row.and_then(|i| i.to.as_deref()));
    Ok(vec![
        column::text_or_null("from", from)?,
        column::text_or_null("to", to)?,
    ])
}

pub(super) fn quantity(rows: &[&Quantity]) -> Result<Vec<Column>> {
    let mut columns = vec![column::printed(
        "id",
        rows.iter().map(|quantity| quantity.id),
    )?];
    columns.extend(span(rows.iter().map(|quantity| &quantity.span))?);
    columns.extend([
        column::text("text", rows.iter().map(|quantity| &*quantity.text))?,
        column::text("type", rows.iter().map(|quantity| quantity.kind.as_str()))?,
        column::number("value", rows.iter().map(|quantity| quantity.value)),
        column::text_or_null("unit", rows.iter().map(|q| q.unit.as_deref()))?,
        column::text_or_null("found_by", rows.iter().map(|q| q.found_by.as_deref()))?,
    ]);
    Ok(columns)
}

pub(super) fn event_head(rows: &[&Event]) -> Result<Vec<Column>> {
    Ok(vec![
        column::printed("id", rows.iter().map(|event| event.id))?,
        column::text("type", rows.iter().map(|event| &*event.kind))?,
    ])
}

pub(super) fn event_rest(rows: &[&Event]) -> Result<Vec<Column>> {
    let times = || rows.iter().map(|event| event.time.as_ref());
    let places = || rows.iter().map(|event| event.place.as_ref());
    Ok(vec![
        column::group_or_null("time", times().map(|time| time.is_some()), when(times())?)?,
        column::group_or_null(
            "place",
            places().map(|place| place.is_some()),
            filler(places())?,
        )?,
        column::text("polarity", rows.iter().map(|event| event.polarity.as_str()))?,
        column::text("modality", rows.iter().map(|event| event.modality.as_str()))?,
        column::score("score", rows.iter().map(|event| event.score)),
        column::text_or_null("found_by", rows.iter().map(|e| e.found_by.as_deref()))?,
    ])
}

fn when<'a>(rows: impl Iterator<Item = Option<&'a When>> + Clone) -> Result<Vec<Column>> {
    let from = rows.clone().map(|row| row.and_then(|w| w.from.as_deref()));
    let to = rows.clone().map(|row| row.and_then(|w| w.to.as_deref()));
    Ok(vec![
        column::printed_or_null("ref", rows.map(|row| row.and_then(|when| when.id)))?,
        column::text_or_null("from", from)?,
        column::text_or_null("to", to)?,
    ])
}

/// What fills a role: `ref` of something annotated, or the other three of a phrase.
fn filler<'a>(rows: impl Iterator<Item = Option<&'a Filler>> + Clone) -> Result<Vec<Column>> {
    let ids = rows.clone().map(|filler| match filler {
        Some(Filler::Ref { id }) => Some(*id),
        _ => None,
    });
    let phrases = rows.map(|filler| match filler {
        Some(Filler::Phrase(extract)) => Some(extract),
        _ => None,
    });
    let start = phrases.clone().map(|phrase| phrase.map(|p| p.span.start));
    let end = phrases.clone().map(|phrase| phrase.map(|p| p.span.end));
    Ok(vec![
        column::printed_or_null("ref", ids)?,
        column::offset_or_null("start", start)?,
        column::offset_or_null("end", end)?,
        column::text_or_null("text", phrases.map(|phrase| phrase.map(|p| &*p.text)))?,
    ])
}

pub(super) fn trigger(rows: &[&Extract]) -> Result<Vec<Column>> {
    let mut columns = span(rows.iter().map(|trigger| &trigger.span))?;
    columns.push(column::text("text", rows.iter().map(|t| &*t.text))?);
    Ok(columns)
}

pub(super) fn argument(rows: &[&Argument]) -> Result<Vec<Column>> {
    let mut columns = vec![column::text("role", rows.iter().map(|a| &*a.role))?];
    columns.extend(filler(rows.iter().map(|argument| Some(&argument.filler)))?);
    columns.extend([
        column::score("score", rows.iter().map(|argument| argument.score)),
        column::text_or_null("found_by", rows.iter().map(|a| a.found_by.as_deref()))?,
    ]);
    Ok(columns)
}

pub(super) fn relation(rows: &[&Relation]) -> Result<Vec<Column>> {
    Ok(vec![
        column::text("type", rows.iter().map(|relation| &*relation.kind))?,
        column::printed("from", rows.iter().map(|relation| relation.from))?,
        column::printed("to", rows.iter().map(|relation| relation.to))?,
        column::score("score", rows.iter().map(|relation| relation.score)),
        column::text_or_null("found_by", rows.iter().map(|r| r.found_by.as_deref()))?,
    ])
}

pub(super) fn quote(rows: &[&Quote]) -> Result<Vec<Column>> {
    let mut columns = span(rows.iter().map(|quote| &quote.span))?;
    columns.extend([
        column::printed_or_null("speaker", rows.iter().map(|quote| quote.speaker))?,
        column::text_or_null("found_by", rows.iter().map(|q| q.found_by.as_deref()))?,
    ]);
    Ok(columns)
}
