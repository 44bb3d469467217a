//! Writes a [`Gold`] as the pair that reads back as it.

use super::Gold;
use crate::error::{Error, Result};
use crate::schema::marks::insert;
use crate::schema::{
    Event, Filler, Label, MarkId, Quantity, QuantityType, Span, Time, TimeId, TimeType, days,
};
use serde::Serialize;
use serde_json::{Value, json, to_string};
use std::fmt::Write as _;

#[derive(Serialize)]
struct TimeLine<'a> {
    #[serde(rename = "type")]
    kind: TimeType,
    value: &'a str,
    #[serde(rename = "mod", skip_serializing_if = "Option::is_none")]
    modifier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quant: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    freq: Option<&'a str>,
}

#[derive(Serialize)]
struct QuantityLine<'a> {
    #[serde(rename = "type")]
    kind: QuantityType,
    value: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
}

#[derive(Serialize)]
struct EventLine<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    args: Vec<(&'a str, String)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    begin: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<Value>,
    place: Option<String>,
    polarity: &'a str,
    modality: &'a str,
}

impl Gold {
    /// The marked text and the JSON, as files hold them.
    ///
    /// Fails where marks would cross or the text's own brackets would be read as marks.
    pub fn write(&self) -> Result<(String, String)> {
        let marked = insert(&self.article.text, &self.marks())?;
        let json = self.json().map_err(|e| Error::input(e.to_string()))?;
        Ok((marked, json))
    }

    /// All marks; of those on one span the outer one first.
    fn marks(&self) -> Vec<(Span, MarkId)> {
        let found = &self.annotation;
        let mut marks = Vec::new();
        for event in &found.events {
            let triggers = event.triggers.iter();
            marks.extend(triggers.map(|t| (t.span, MarkId::Event(event.id))));
        }
        marks.extend(found.times.iter().map(|t| (t.span, MarkId::Time(t.id))));
        let quantities = found.quantities.iter();
        marks.extend(quantities.map(|q| (q.span, MarkId::Quantity(q.id))));
        // An office may be no more than the name inside it: ROL is the outer one.
        for outer in [true, false] {
            for entity in &found.entities {
                let mentions = entity.mentions.iter();
                let chosen = mentions.filter(|_| (entity.label == Label::Rol) == outer);
                marks.extend(chosen.map(|m| (m.span, MarkId::Entity(entity.label, entity.id))));
            }
        }
        marks
    }

    fn json(&self) -> serde_json::Result<String> {
        let found = &self.annotation;
        let mut out = String::from("{");
        let mut field = |name: &str, value: String| {
            let comma = if out.len() > 1 { ",\n " } else { "" };
            let _ = write!(out, "{comma}\"{name}\": {value}");
        };
        field("id", to_string(&found.id)?);
        field("published", to_string(&found.meta.published)?);
        field("source", to_string(&found.meta.source)?);
        field("topic", to_string(&self.topic)?);
        if let Some(layers) = &self.layers {
            field("layers", to_string(layers)?);
        }
        let mut times: Vec<_> = found.times.iter().map(|t| (t.id, time_line(t))).collect();
        field("times", lines(&mut times)?);
        let quantities = found.quantities.iter();
        let mut quantities: Vec<_> = quantities.map(|q| (q.id, self.quantity_line(q))).collect();
        field("quantities", lines(&mut quantities)?);
        let mut events: Vec<_> = found
            .events
            .iter()
            .map(|e| (e.id, self.event_line(e)))
            .collect();
        field("events", lines(&mut events)?);
        let relations = found.relations.iter().map(|r| (&r.kind, r.from, r.to));
        field("relations", to_string(&relations.collect::<Vec<_>>())?);
        field("mentions_of", to_string(&self.mentions_of)?);
        let quotes = found.quotes.iter().map(|quote| {
            let text = quote.span.of(&self.article.text);
            json!({"speaker": quote.speaker, "text": first_words(text, 5)})
        });
        field("quotes", to_string(&quotes.collect::<Vec<_>>())?);
        out.push_str("}\n");
        Ok(out)
    }

    fn quantity_line<'a>(&self, quantity: &'a Quantity) -> QuantityLine<'a> {
        let number = |value: f64| match value as i64 {
            // Whole numbers are written without a point.
            whole if whole as f64 == value => json!(whole),
            _ => json!(value),
        };
        let range = self.ranges.iter().find(|(id, _)| *id == quantity.id);
        QuantityLine {
            kind: quantity.kind,
            value: match range {
                Some(&(_, high)) => json!([number(quantity.value), number(high)]),
                None => number(quantity.value),
            },
            unit: quantity.unit.as_deref(),
        }
    }

    fn event_line<'a>(&self, event: &'a Event) -> EventLine<'a> {
        let filler = |filler: &Filler| match filler {
            Filler::Ref { id } => id.to_string(),
            Filler::Phrase(extract) => extract.text.clone(),
        };
        let arguments = event.arguments.iter();
        let mut line = EventLine {
            kind: &event.kind,
            args: arguments.map(|a| (&*a.role, filler(&a.filler))).collect(),
            time: None,
            begin: None,
            end: None,
            place: event.place.as_ref().map(filler),
            polarity: event.polarity.as_str(),
            modality: event.modality.as_str(),
        };
        match self.when(event) {
            Told::At(id) => line.time = Some(json!(id)),
            Told::Between(begin, end) => {
                line.begin = Some(json!(begin));
                line.end = Some(json!(end));
            }
        }
        line
    }

    /// Which expressions say when an event happens.
    fn when(&self, event: &Event) -> Told {
        let Some(when) = &event.time else {
            return Told::At(None);
        };
        let times = &self.annotation.times;
        let (from, to) = (when.from.as_deref(), when.to.as_deref());
        let ends = |time: &Time| match time.kind {
            TimeType::Date | TimeType::Time => days::bounds(&time.value).unzip(),
            TimeType::Duration | TimeType::Set => (None, None),
        };
        let own = times.iter().find(|time| Some(time.id) == when.id);
        let own_ends = own.map(ends);
        if own_ends.is_some_and(|ends| (ends.0.as_deref(), ends.1.as_deref()) == (from, to)) {
            return Told::At(when.id);
        }
        let begins = |time: &&Time| from.is_some() && ends(time).0.as_deref() == from;
        let stops = |time: &&Time| to.is_some() && ends(time).1.as_deref() == to;
        let begin = own.filter(begins).or_else(|| times.iter().find(begins));
        let end = own.filter(stops).or_else(|| times.iter().find(stops));
        match (begin, end) {
            (None, None) => Told::At(when.id),
            _ => Told::Between(begin.map(|time| time.id), end.map(|time| time.id)),
        }
    }
}

enum Told {
    At(Option<TimeId>),
    Between(Option<TimeId>, Option<TimeId>),
}

fn time_line(time: &Time) -> TimeLine<'_> {
    TimeLine {
        kind: time.kind,
        value: &time.value,
        modifier: time.modifier.as_deref(),
        quant: time.quant.as_deref(),
        freq: time.freq.as_deref(),
    }
}

/// One entry a line, by id; what is marked several times once.
fn lines<I: Ord + Copy + std::fmt::Display, T: Serialize>(
    entries: &mut Vec<(I, T)>,
) -> serde_json::Result<String> {
    entries.sort_by_key(|(id, _)| *id);
    entries.dedup_by_key(|(id, _)| *id);
    if entries.is_empty() {
        return Ok("{}".into());
    }
    let mut out = String::from("{");
    for (index, (id, entry)) in entries.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        let _ = write!(out, "{comma}\n  \"{id}\": {}", to_string(entry)?);
    }
    out.push('}');
    Ok(out)
}

/// The beginning of `text` up to the end of its word number `count`.
fn first_words(text: &str, count: usize) -> &str {
    let mut words = text.split_whitespace().take(count);
    let Some(first) = words.next() else {
        return "";
    };
    let last = words.last().unwrap_or(first);
    let offset = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    &text[offset(first)..offset(last) + last.len()]
}
