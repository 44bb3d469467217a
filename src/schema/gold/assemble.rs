//! Puts the marks and the JSON of a pair together.

use super::{File, FileEvent};
use crate::error::{Error, Result};
use crate::schema::{
    Argument, Entity, EntityId, Event, EventId, Extract, Filler, Interval, Label, MarkId, Mention,
    Modality, Polarity, Quantity, Quote, Ref, Relation, Span, Time, TimeId, TimeType, When, days,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Marks by id, while a pair is put together.
pub(super) struct Reader<'a> {
    text: &'a str,
    file: &'a File,
    marks: &'a [(Span, MarkId)],
    entities: FxHashMap<EntityId, Label>,
    triggers: FxHashMap<EventId, Vec<Span>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, marks: &'a [(Span, MarkId)], file: &'a File) -> Result<Self> {
        let mut entities = FxHashMap::default();
        let mut triggers = FxHashMap::<_, Vec<Span>>::default();
        let mut times = FxHashSet::default();
        let mut quantities = FxHashSet::default();
        for &(span, kind) in marks {
            let missing = |layer| Err(Error::input(format!("{kind} is marked, not in {layer}")));
            match kind {
                MarkId::Entity(label, id) => {
                    let first = *entities.entry(id).or_insert(label);
                    if first != label {
                        return Err(Error::input(format!("{id} is both {first} and {label}")));
                    }
                }
                MarkId::Time(id) if !file.times.contains_key(&id) => return missing("times"),
                MarkId::Quantity(id) if !file.quantities.contains_key(&id) => {
                    return missing("quantities");
                }
                MarkId::Event(id) if !file.events.contains_key(&id) => return missing("events"),
                MarkId::Time(id) => drop(times.insert(id)),
                MarkId::Quantity(id) => drop(quantities.insert(id)),
                MarkId::Event(id) => triggers.entry(id).or_default().push(span),
            }
        }
        let unmarked = |id: String| Err(Error::input(format!("{id} is not marked in the text")));
        if let Some(id) = file.times.keys().find(|id| !times.contains(id)) {
            return unmarked(id.to_string());
        }
        if let Some(id) = file.quantities.keys().find(|id| !quantities.contains(id)) {
            return unmarked(id.to_string());
        }
        Ok(Self {
            text,
            file,
            marks,
            entities,
            triggers,
        })
    }

    fn extract(&self, span: Span) -> Extract {
        Extract {
            span,
            text: span.of(self.text).to_owned(),
        }
    }

    pub(super) fn entities(&self) -> Result<Vec<Entity>> {
        let mut place = FxHashMap::default();
        let mut entities: Vec<Entity> = Vec::new();
        for &(span, kind) in self.marks {
            let MarkId::Entity(label, id) = kind else {
                continue;
            };
            let index = *place.entry(id).or_insert(entities.len());
            if index == entities.len() {
                entities.push(Entity {
                    id,
                    label,
                    name: String::new(),
                    mentions: Vec::new(),
                });
            }
            let text = span.of(self.text).to_owned();
            if let Some(entity) = entities.get_mut(index) {
                if text.chars().count() > entity.name.chars().count() {
                    entity.name.clone_from(&text);
                }
                entity.mentions.push(Mention {
                    span,
                    text,
                    label,
                    score: None,
                    found_by: None,
                });
            }
        }
        Ok(entities)
    }

    pub(super) fn times(&self) -> Result<Vec<Time>> {
        let mut found = Vec::new();
        for &(span, kind) in self.marks {
            let MarkId::Time(id) = kind else { continue };
            let Some(time) = self.file.times.get(&id) else {
                continue;
            };
            if time.value.is_empty() {
                return Err(Error::input(format!("{id} has no value")));
            }
            let dated = matches!(time.kind, TimeType::Date | TimeType::Time);
            let days = days::days(&time.value).filter(|_| dated);
            found.push(Time {
                id,
                span,
                text: span.of(self.text).to_owned(),
                kind: time.kind,
                value: time.value.clone(),
                modifier: time.modifier.clone(),
                quant: time.quant.clone(),
                freq: time.freq.clone(),
                interval: days.map(|(from, to)| Interval {
                    from: Some(from.to_string()),
                    to: Some(to.to_string()),
                }),
                found_by: None,
            });
        }
        Ok(found)
    }

    pub(super) fn quantities(&self) -> Result<Vec<Quantity>> {
        let mut found = Vec::new();
        for &(span, kind) in self.marks {
            let MarkId::Quantity(id) = kind else { continue };
            let Some(quantity) = self.file.quantities.get(&id) else {
                continue;
            };
            let (value, _) = quantity
                .value
                .ends()
                .ok_or_else(|| Error::input(format!("{id}: value is no number")))?;
            found.push(Quantity {
                id,
                span,
                text: span.of(self.text).to_owned(),
                kind: quantity.kind,
                value,
                unit: quantity.unit.clone(),
                found_by: None,
            });
        }
        Ok(found)
    }

    fn known(&self, id: Ref) -> bool {
        match id {
            Ref::Entity(id) => self.entities.contains_key(&id),
            Ref::Time(id) => self.file.times.contains_key(&id),
            Ref::Quantity(id) => self.file.quantities.contains_key(&id),
        }
    }

    /// An id that is marked, or a phrase.
    fn filler(&self, event: EventId, filler: &str) -> Result<Filler> {
        let is_id = filler.starts_with(['e', 't', 'q', 'v'])
            && filler.len() > 1
            && filler.bytes().skip(1).all(|b| b.is_ascii_digit());
        if is_id {
            let id = filler
                .parse()
                .map_err(|problem| Error::input(format!("{event}: {problem}")))?;
            return match self.known(id) {
                true => Ok(Filler::Ref { id }),
                false => Err(Error::input(format!("{event}: {id} is not marked"))),
            };
        }
        let triggers = self.triggers.get(&event).map_or(&[][..], Vec::as_slice);
        Ok(Filler::Phrase(Extract {
            span: nearest(self.text, filler, triggers).unwrap_or_default(),
            text: filler.to_owned(),
        }))
    }

    pub(super) fn events(&self) -> Result<Vec<Event>> {
        let mut events = Vec::new();
        for (&id, event) in &self.file.events {
            let spans = self.triggers.get(&id);
            let mut arguments = Vec::with_capacity(event.args.len());
            for (role, filler) in &event.args {
                arguments.push(Argument {
                    role: role.clone(),
                    filler: self.filler(id, filler)?,
                    score: None,
                    found_by: None,
                });
            }
            let place = event.place.as_deref().filter(|place| !place.is_empty());
            events.push(Event {
                id,
                kind: event.kind.clone(),
                triggers: spans
                    .into_iter()
                    .flatten()
                    .map(|&s| self.extract(s))
                    .collect(),
                arguments,
                time: self.when(id, event)?,
                place: place.map(|place| self.filler(id, place)).transpose()?,
                polarity: event.polarity.unwrap_or(Polarity::Positive),
                modality: event.modality.unwrap_or(Modality::Asserted),
                score: None,
                found_by: None,
            });
        }
        // An event without a trigger has no place in the text: it goes last.
        events.sort_by_key(|event| event.triggers.first().map_or(u32::MAX, |t| t.span.start));
        Ok(events)
    }

    fn when(&self, event: EventId, file: &FileEvent) -> Result<Option<When>> {
        let bounds = |id: TimeId| match self.file.times.get(&id) {
            None => Err(Error::input(format!("{event}: {id} is not marked"))),
            Some(time) if matches!(time.kind, TimeType::Date | TimeType::Time) => {
                Ok(days::bounds(&time.value).unzip())
            }
            Some(_) => Ok((None, None)),
        };
        let mut when = When {
            id: file.time.or(file.begin).or(file.end),
            ..When::default()
        };
        if let Some(id) = file.time {
            (when.from, when.to) = bounds(id)?;
        }
        if let Some(id) = file.begin {
            when.from = bounds(id)?.0;
        }
        if let Some(id) = file.end {
            when.to = bounds(id)?.1;
        }
        Ok(when.id.is_some().then_some(when))
    }

    pub(super) fn relations(&self) -> Result<Vec<Relation>> {
        let relation = |(kind, from, to): &(Arc<str>, Ref, Ref)| match (*from, *to) {
            (id, _) | (_, id) if !self.known(id) => {
                Err(Error::input(format!("relation {kind}: {id} is not marked")))
            }
            (from, to) => Ok(Relation {
                kind: kind.clone(),
                from,
                to,
                score: None,
                found_by: None,
            }),
        };
        self.file.relations.iter().map(relation).collect()
    }

    pub(super) fn quotes(&self) -> Vec<Quote> {
        let mut from = 0;
        let mut found = Vec::new();
        for quote in &self.file.quotes {
            let finder = memchr::memmem::Finder::new(&quote.text);
            let after = |at: usize| {
                let place = finder.find(self.text.as_bytes().get(at..)?)?;
                Some(Span::new(at + place, at + place + quote.text.len()))
            };
            // Quotes come in order: the next one is looked for behind the last.
            let span = after(from).or_else(|| after(0)).unwrap_or_default();
            from = from.max(span.end as usize);
            found.push(Quote {
                span,
                speaker: quote.speaker,
                found_by: None,
            });
        }
        found
    }
}

/// The occurrence of `phrase` nearest to one of `triggers`; whole words before parts of words.
fn nearest(text: &str, phrase: &str, triggers: &[Span]) -> Option<Span> {
    if phrase.is_empty() {
        return None;
    }
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let distance = |span: Span| {
        let gaps = triggers.iter().map(|trigger| {
            let before = trigger.start.saturating_sub(span.end);
            before.max(span.start.saturating_sub(trigger.end))
        });
        gaps.min().unwrap_or(span.start)
    };
    memchr::memmem::find_iter(text.as_bytes(), phrase.as_bytes())
        .map(|start| Span::new(start, start + phrase.len()))
        .min_by_key(|&span| {
            let (before, behind) = text.split_at(span.start as usize);
            let cut = letter(before.chars().next_back()) && letter(phrase.chars().next())
                || letter(behind[phrase.len()..].chars().next())
                    && letter(phrase.chars().next_back());
            (cut, distance(span), span.start)
        })
}
