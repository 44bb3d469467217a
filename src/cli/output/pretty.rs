//! `--pretty`: an article's events for people, one line each: who, what, whom, where, when.

use crate::schema::{Annotation, Event, Filler, Modality, Polarity, Ref, Time, When};
use std::fmt::Write;

/// Roles that act, the likeliest first; the first that is filled answers "who".
pub(super) const WHO: [&str; 8] = [
    "agent",
    "buyer",
    "winner",
    "person",
    "participant",
    "org",
    "vehicle",
    "item",
];
/// Roles that undergo; the first that is filled, and is not "who", answers "whom".
pub(super) const WHOM: [&str; 8] = [
    "target",
    "recipient",
    "person",
    "loser",
    "seller",
    "victim",
    "org",
    "law",
];

/// The article as text, with an empty line at the end.
pub(super) fn article(annotation: &Annotation, colour: bool) -> String {
    let mut page = Page {
        text: String::new(),
        colour,
    };
    page.head(annotation);
    for event in &annotation.events {
        page.event(annotation, event);
    }
    page.list("entities", entities(annotation));
    page.list("times", times(annotation));
    page.list("quantities", quantities(annotation));
    page.list("relations", relations(annotation));
    page.list("quotes", quotes(annotation));
    page.list("warnings", annotation.warnings.clone());
    page.text.push('\n');
    page.text
}

struct Page {
    text: String,
    colour: bool,
}

impl Page {
    fn head(&mut self, annotation: &Annotation) {
        let date = match &annotation.reference_time.value {
            Some(value) => format!("  {value}"),
            None => String::new(),
        };
        let title = match &annotation.meta.title {
            Some(title) => format!("  {title}"),
            None => String::new(),
        };
        self.styled("1", &plain(&annotation.id));
        self.text.push_str(&plain(&format!("{date}{title}")));
        self.text.push('\n');
    }

    fn event(&mut self, annotation: &Annotation, event: &Event) {
        let who = filled(event, &WHO, None);
        let whom = filled(event, &WHOM, who);
        let mut what = String::new();
        if event.polarity == Polarity::Negative {
            what.push_str("not: ");
        }
        what.push_str(event.triggers.first().map_or("", |t| &t.text));
        let rest = event
            .arguments
            .iter()
            .filter(|a| Some(&*a.role) != who && Some(&*a.role) != whom);
        let rest: Vec<_> = rest
            .map(|a| format!("{}: {}", a.role, name(annotation, &a.filler)))
            .collect();
        if !rest.is_empty() {
            let _ = write!(what, " ({})", rest.join("; "));
        }
        if event.modality != Modality::Asserted {
            let _ = write!(what, " [{}]", event.modality);
        }
        let fillers = |role: Option<&str>| {
            let of_role = event.arguments.iter().filter(|a| Some(&*a.role) == role);
            let names: Vec<_> = of_role.map(|a| name(annotation, &a.filler)).collect();
            names.join(", ")
        };
        self.text.push_str("  ");
        self.styled("1;36", &plain(&format!("{:<21}", event.kind)));
        self.part("who", &fillers(who));
        self.part("what", &what);
        self.part("whom", &fillers(whom));
        let place = event.place.as_ref().map(|p| name(annotation, p));
        self.part("where", &place.unwrap_or_default());
        let time = event.time.as_ref().map(|t| when(annotation, t));
        self.part("when", &time.unwrap_or_default());
        self.text.push('\n');
    }

    fn part(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            self.text.push_str("  ");
            self.styled("2", &format!("{key}:"));
            let _ = write!(self.text, " {}", plain(value));
        }
    }

    fn list(&mut self, key: &str, items: Vec<String>) {
        if !items.is_empty() {
            self.text.push_str("  ");
            self.styled("2", &format!("{key:<10}"));
            let _ = writeln!(self.text, " {}", plain(&items.join("; ")));
        }
    }

    fn styled(&mut self, style: &str, text: &str) {
        let _ = match self.colour {
            true => write!(self.text, "\u{1b}[{style}m{text}\u{1b}[0m"),
            false => write!(self.text, "{text}"),
        };
    }
}

/// One line, and nothing that could steer a terminal.
fn plain(text: &str) -> String {
    text.replace(char::is_control, " ")
}

pub(super) fn filled(
    event: &Event,
    roles: &[&'static str],
    but: Option<&str>,
) -> Option<&'static str> {
    roles
        .iter()
        .copied()
        .filter(|role| Some(*role) != but)
        .find(|role| event.arguments.iter().any(|a| &*a.role == *role))
}

pub(super) fn name(annotation: &Annotation, filler: &Filler) -> String {
    match filler {
        Filler::Ref { id } => reference(annotation, *id),
        Filler::Phrase(extract) => extract.text.clone(),
    }
}

/// What an id stands for; the id itself where that part of the output was left out.
fn reference(annotation: &Annotation, id: Ref) -> String {
    let found = match id {
        Ref::Entity(id) => annotation
            .entities
            .iter()
            .find(|e| e.id == id)
            .map(|e| &e.name),
        Ref::Time(id) => annotation
            .times
            .iter()
            .find(|t| t.id == id)
            .map(|t| &t.text),
        Ref::Quantity(id) => annotation
            .quantities
            .iter()
            .find(|q| q.id == id)
            .map(|q| &q.text),
    };
    found.cloned().unwrap_or_else(|| id.to_string())
}

pub(super) fn when(annotation: &Annotation, when: &When) -> String {
    match (&when.from, &when.to) {
        (Some(from), Some(to)) if from == to => from.clone(),
        (Some(from), Some(to)) => format!("{from} to {to}"),
        (Some(from), None) => format!("from {from}"),
        (None, Some(to)) => format!("until {to}"),
        (None, None) => when
            .id
            .map_or_else(String::new, |id| reference(annotation, Ref::Time(id))),
    }
}

fn entities(annotation: &Annotation) -> Vec<String> {
    let entities = annotation.entities.iter();
    entities
        .map(|e| match e.mentions.len() {
            1 => format!("{} {}", e.label, e.name),
            count => format!("{} {} ×{count}", e.label, e.name),
        })
        .collect()
}

fn times(annotation: &Annotation) -> Vec<String> {
    let time = |t: &Time| format!("{} = {}", t.text, t.value);
    annotation.times.iter().map(time).collect()
}

fn quantities(annotation: &Annotation) -> Vec<String> {
    let quantities = annotation.quantities.iter();
    quantities
        .map(|q| match &q.unit {
            Some(unit) => format!("{} {} = {} {unit}", q.kind, q.text, q.value),
            None => format!("{} {} = {}", q.kind, q.text, q.value),
        })
        .collect()
}

fn relations(annotation: &Annotation) -> Vec<String> {
    let relations = annotation.relations.iter();
    relations
        .map(|r| {
            let (from, to) = (reference(annotation, r.from), reference(annotation, r.to));
            format!("{from} –{}→ {to}", r.kind)
        })
        .collect()
}

fn quotes(annotation: &Annotation) -> Vec<String> {
    let quotes = annotation.quotes.iter();
    let speaker = |id| reference(annotation, Ref::Entity(id));
    quotes
        .map(|q| q.speaker.map_or_else(|| "?".to_owned(), speaker))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sample() -> Annotation {
        let entity = |id: &str, label: &str, name: &str| json!({"id": id, "label": label, "name": name, "mentions": [{"start": 0, "end": 1, "text": name}]});
        let annotation = json!({"schema": 1, "id": "a1", "meta": {"title": "Bupati\nbaru"},
            "reference_time": {"value": "2024-08-14", "basis": "published"},
            "entities": [entity("e1", "PER", "Kustini"), entity("e2", "PER", "Budi"),
                entity("e3", "ROL", "Kepala Dinas"), entity("e4", "LOC", "Sleman")],
            "times": [{"id": "t1", "start": 0, "end": 1, "text": "Selasa", "type": "DATE", "value": "2024-08-13"}],
            "events": [
                {"id": "v1", "type": "personnel.start", "triggers": [{"start": 0, "end": 1, "text": "melantik"}],
                 "arguments": [{"role": "agent", "ref": "e1"}, {"role": "person", "ref": "e2"}, {"role": "position", "ref": "e3"}],
                 "time": {"ref": "t1", "from": "2024-08-13", "to": "2024-08-13"}, "place": {"ref": "e4"},
                 "polarity": "positive", "modality": "asserted"},
                {"id": "v2", "type": "life.die", "triggers": [{"start": 0, "end": 1, "text": "tewas"}],
                 "arguments": [{"role": "person", "ref": "e2"}], "polarity": "negative", "modality": "alleged"}]});
        serde_json::from_value(annotation).unwrap()
    }

    #[test]
    fn an_event_is_a_line() {
        let page = article(&sample(), false);
        let lines: Vec<_> = page.lines().collect();
        assert_eq!(lines[0], "a1  2024-08-14  Bupati baru");
        assert_eq!(
            lines[1],
            "  personnel.start        who: Kustini  what: melantik (position: Kepala Dinas)  whom: Budi  where: Sleman  when: 2024-08-13"
        );
        assert_eq!(
            lines[2],
            "  life.die               who: Budi  what: not: tewas [alleged]"
        );
        assert_eq!(
            lines[3],
            "  entities   PER Kustini; PER Budi; ROL Kepala Dinas; LOC Sleman"
        );
        assert_eq!(lines[4], "  times      Selasa = 2024-08-13");
    }

    #[test]
    fn colours_are_closed_again() {
        let page = article(&sample(), true);
        assert_eq!(page.matches("\u{1b}[").count() % 2, 0);
        assert!(page.contains("\u{1b}[1;36mlife.die"));
    }
}
