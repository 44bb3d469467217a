//! brat standoff: the annotations of a text, one a line, beside the text.
//!
//! Mentions, times, quantities, triggers and quotes are text-bound (`T`), events `E` with the mention of each
//! filler that stands nearest, relations and speakers `R`, coreference `Equiv`, polarity and modality `A`,
//! values of times and quantities notes (`#`). Dots in names become underscores, as brat's names have none.

use crate::schema::{
    Annotation, EntityId, Event, Filler, Modality, Polarity, QuantityId, Ref, Span, TimeId,
};
use rustc_hash::FxHashMap;
use std::fmt::{Display, Write};

/// The `.ann` file of an article whose spans count characters.
pub(super) fn article(annotation: &Annotation, text: &str) -> String {
    let mut marks = Marks {
        text: text.chars().collect(),
        ..Marks::default()
    };
    marks.bound(annotation);
    for event in &annotation.events {
        marks.event(event);
    }
    for relation in &annotation.relations {
        marks.relation(&relation.kind, relation.from, relation.to);
    }
    for quote in &annotation.quotes {
        let said = marks.text_bound("Quote", quote.span);
        let speaker = quote.speaker.map(Ref::Entity);
        if let Some(by) = speaker.and_then(|id| marks.nearest(id, quote.span)) {
            marks.related("speaker", said, by);
        }
    }
    marks.lines
}

/// A text-bound annotation and where it stands.
#[derive(Clone, Copy)]
struct Bound {
    number: usize,
    span: Span,
}

#[derive(Default)]
struct Marks {
    text: Vec<char>,
    lines: String,
    bound: usize,
    events: usize,
    relations: usize,
    attributes: usize,
    notes: usize,
    entities: FxHashMap<EntityId, Vec<Bound>>,
    times: FxHashMap<TimeId, Bound>,
    quantities: FxHashMap<QuantityId, Bound>,
}

impl Marks {
    /// Mentions, times and quantities.
    fn bound(&mut self, annotation: &Annotation) {
        for entity in &annotation.entities {
            let mentions: Vec<Bound> = (entity.mentions.iter())
                .map(|mention| self.text_bound(&entity.label.to_string(), mention.span))
                .collect();
            if mentions.len() > 1 {
                self.lines.push_str("*\tEquiv");
                for mention in &mentions {
                    let _ = write!(self.lines, " T{}", mention.number);
                }
                self.lines.push('\n');
            }
            self.entities.insert(entity.id, mentions);
        }
        for time in &annotation.times {
            let bound = self.text_bound(&time.kind.to_string(), time.span);
            self.note(format_args!("T{}", bound.number), &time.value);
            self.times.insert(time.id, bound);
        }
        for quantity in &annotation.quantities {
            let bound = self.text_bound(&quantity.kind.to_string(), quantity.span);
            let unit = quantity.unit.as_deref().unwrap_or_default();
            let value = format!("{} {unit}", quantity.value);
            self.note(format_args!("T{}", bound.number), value.trim_end());
            self.quantities.insert(quantity.id, bound);
        }
    }

    /// A line with the covered text; a piece for each line of it, as brat wants.
    fn text_bound(&mut self, kind: &str, span: Span) -> Bound {
        self.bound += 1;
        let covered = self.text.get(span.start as usize..span.end as usize);
        let covered = covered.unwrap_or_default();
        let (mut places, mut at) = (Vec::new(), span.start as usize);
        for piece in covered.split(|c| matches!(c, '\n' | '\r')) {
            if !piece.is_empty() {
                places.push(format!("{at} {}", at + piece.len()));
            }
            at += piece.len() + 1;
        }
        let places = places.join(";");
        let shown: String = (covered.iter())
            .filter(|c| !matches!(c, '\r'))
            .map(|c| if *c == '\n' { ' ' } else { *c })
            .collect();
        let _ = writeln!(
            self.lines,
            "T{}\t{} {places}\t{shown}",
            self.bound,
            plain(kind)
        );
        Bound {
            number: self.bound,
            span,
        }
    }

    /// One event for each trigger: brat's events have one.
    fn event(&mut self, event: &Event) {
        for trigger in &event.triggers {
            let kind = plain(&event.kind);
            let bound = self.text_bound(&kind, trigger.span);
            let place = event.place.iter().map(|place| ("place", place));
            let arguments = event.arguments.iter().map(|a| (&*a.role, &a.filler));
            let mut roles: FxHashMap<&str, usize> = FxHashMap::default();
            let mut line = format!("{kind}:T{}", bound.number);
            for (role, filler) in arguments.chain(place) {
                if let Some(filler) = self.filler(filler, trigger.span) {
                    let count = roles.entry(role).or_insert(0);
                    *count += 1;
                    // a role that is filled again has a number in brat
                    let number = if *count > 1 {
                        count.to_string()
                    } else {
                        String::new()
                    };
                    let _ = write!(line, " {}{number}:T{}", plain(role), filler.number);
                }
            }
            let time = event.time.as_ref();
            if let Some(time) = time.and_then(|t| t.id).and_then(|id| self.times.get(&id)) {
                let _ = write!(line, " time:T{}", time.number);
            }
            self.events += 1;
            let _ = writeln!(self.lines, "E{}\t{line}", self.events);
            if event.polarity == Polarity::Negative {
                self.attribute("Negation", "");
            }
            if event.modality != Modality::Asserted {
                self.attribute("Modality", &event.modality.to_string());
            }
        }
    }

    fn filler(&mut self, filler: &Filler, near: Span) -> Option<Bound> {
        match filler {
            Filler::Ref { id } => self.nearest(*id, near),
            Filler::Phrase(extract) => Some(self.text_bound("Phrase", extract.span)),
        }
    }

    /// The place that stands for an id: of an entity's mentions the nearest.
    fn nearest(&self, id: Ref, near: Span) -> Option<Bound> {
        let distance = |bound: &&Bound| near.start.abs_diff(bound.span.start);
        match id {
            Ref::Entity(id) => self.entities.get(&id)?.iter().min_by_key(distance).copied(),
            Ref::Time(id) => self.times.get(&id).copied(),
            Ref::Quantity(id) => self.quantities.get(&id).copied(),
        }
    }

    fn relation(&mut self, kind: &str, from: Ref, to: Ref) {
        let everywhere = |id| match id {
            Ref::Entity(id) => self.entities.get(&id).cloned().unwrap_or_default(),
            other => self.nearest(other, Span::default()).into_iter().collect(),
        };
        // the two that stand nearest to each other
        let (from, to) = (everywhere(from), everywhere(to));
        let pairs = from.iter().filter_map(|one| {
            let nearest = to
                .iter()
                .min_by_key(|two| one.span.start.abs_diff(two.span.start))?;
            Some((*one, *nearest))
        });
        let pair = pairs.min_by_key(|(one, two)| one.span.start.abs_diff(two.span.start));
        if let Some((one, two)) = pair {
            self.related(kind, one, two);
        }
    }

    fn related(&mut self, kind: &str, one: Bound, two: Bound) {
        self.relations += 1;
        let (number, kind) = (self.relations, plain(kind));
        let _ = writeln!(
            self.lines,
            "R{number}\t{kind} Arg1:T{} Arg2:T{}",
            one.number, two.number
        );
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.attributes += 1;
        let line = format!("A{}\t{name} E{} {value}", self.attributes, self.events);
        let _ = writeln!(self.lines, "{}", line.trim_end());
    }

    fn note(&mut self, of: impl Display, text: &str) {
        self.notes += 1;
        let _ = writeln!(self.lines, "#{}\tAnnotatorNotes {of}\t{text}", self.notes);
    }
}

/// A name of letters, digits, hyphens and underscores.
fn plain(name: &str) -> String {
    name.replace(|c: char| !c.is_ascii_alphanumeric() && c != '-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_kind_of_line() {
        let text = "😀 Budi\ntidak dilantik di Bali. Kata Budi: ya";
        let annotation = json!({"schema": 1, "id": "a", "reference_time": {"basis": "none"},
            "entities": [
                {"id": "e1", "label": "PER", "name": "Budi", "mentions": [
                    {"start": 2, "end": 6, "text": "Budi"}, {"start": 36, "end": 40, "text": "Budi"}]},
                {"id": "e2", "label": "LOC", "name": "Bali", "mentions": [{"start": 25, "end": 29, "text": "Bali"}]}],
            "times": [{"id": "t1", "start": 25, "end": 29, "text": "Bali", "type": "DATE", "value": "2024"}],
            "events": [{"id": "v1", "type": "personnel.start", "triggers": [{"start": 2, "end": 12, "text": "Budi\ntidak"}],
                "arguments": [{"role": "person", "ref": "e1"}, {"role": "person", "start": 13, "end": 21, "text": "dilantik"}],
                "time": {"ref": "t1"}, "place": {"ref": "e2"}, "polarity": "negative", "modality": "asserted"}],
            "relations": [{"type": "lives_in", "from": "e1", "to": "e2"}],
            "quotes": [{"start": 42, "end": 44, "speaker": "e1"}]});
        let annotation = serde_json::from_value(annotation).unwrap();
        let expected = "T1\tPER 2 6\tBudi\nT2\tPER 36 40\tBudi\n*\tEquiv T1 T2\nT3\tLOC 25 29\tBali\n\
            T4\tDATE 25 29\tBali\n#1\tAnnotatorNotes T4\t2024\n\
            T5\tpersonnel_start 2 6;7 12\tBudi tidak\nT6\tPhrase 13 21\tdilantik\n\
            E1\tpersonnel_start:T5 person:T1 person2:T6 place:T3 time:T4\nA1\tNegation E1\n\
            R1\tlives_in Arg1:T2 Arg2:T3\nT7\tQuote 42 44\tya\nR2\tspeaker Arg1:T7 Arg2:T2\n";
        assert_eq!(article(&annotation, text), expected);
    }
}
