//! One row an event: what people look at in a spreadsheet.

use super::pretty::{WHO, WHOM, filled, name, when};
use crate::schema::{Annotation, Event};
use csv::WriterBuilder;

const COLUMNS: [&str; 18] = [
    "article",
    "published",
    "source",
    "title",
    "event",
    "type",
    "who",
    "what",
    "whom",
    "where",
    "when",
    "from",
    "to",
    "arguments",
    "polarity",
    "modality",
    "score",
    "sentence",
];

/// The line of column names.
pub(super) fn header(delimiter: u8) -> String {
    table([COLUMNS.map(str::to_owned)], delimiter)
}

/// The events of an article whose spans count bytes of `text`.
pub(super) fn rows(annotation: &Annotation, text: &str, delimiter: u8) -> String {
    let events = annotation.events.iter();
    table(events.map(|event| row(annotation, event, text)), delimiter)
}

fn row(annotation: &Annotation, event: &Event, text: &str) -> [String; 18] {
    let meta = &annotation.meta;
    let given = |part: &Option<String>| part.clone().unwrap_or_default();
    let who = filled(event, &WHO, None);
    let whom = filled(event, &WHOM, who);
    let fillers = |role: Option<&str>| {
        let of_role = event.arguments.iter().filter(|a| Some(&*a.role) == role);
        let names: Vec<_> = of_role.map(|a| name(annotation, &a.filler)).collect();
        names.join(", ")
    };
    let all = event.arguments.iter();
    let all: Vec<_> = all
        .map(|a| format!("{}: {}", a.role, name(annotation, &a.filler)))
        .collect();
    let trigger = event.triggers.first();
    let sentence = trigger.and_then(|trigger| {
        let around = |s: &&crate::schema::Span| s.overlaps(trigger.span);
        annotation.sentences.iter().find(around)
    });
    let time = event.time.as_ref();
    [
        annotation.id.clone(),
        given(&meta.published),
        given(&meta.source),
        given(&meta.title),
        event.id.to_string(),
        event.kind.to_string(),
        fillers(who),
        trigger.map_or_else(String::new, |trigger| trigger.text.clone()),
        fillers(whom),
        event
            .place
            .as_ref()
            .map_or_else(String::new, |place| name(annotation, place)),
        time.map_or_else(String::new, |time| when(annotation, time)),
        time.map_or_else(String::new, |time| given(&time.from)),
        time.map_or_else(String::new, |time| given(&time.to)),
        all.join("; "),
        event.polarity.to_string(),
        event.modality.to_string(),
        event
            .score
            .map_or_else(String::new, |score| score.to_string()),
        sentence.map_or_else(String::new, |span| span.of(text).to_owned()),
    ]
}

fn table(rows: impl IntoIterator<Item = [String; 18]>, delimiter: u8) -> String {
    let mut writer = WriterBuilder::new()
        .delimiter(delimiter)
        .from_writer(Vec::new());
    for row in rows {
        // into memory: nothing can fail
        let _ = writer.write_record(row.map(harmless));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// A cell that no spreadsheet takes for a formula: the texts come from anywhere.
fn harmless(cell: String) -> String {
    match cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{cell}"),
        false => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_row_an_event() {
        let text = "Budi, \"B\", dilantik. =1+1";
        let annotation = json!({"schema": 1, "id": "=a", "meta": {"title": "Satu\nDua"}, "reference_time": {"basis": "none"},
            "sentences": [{"start": 0, "end": 20}],
            "entities": [{"id": "e1", "label": "PER", "name": "Budi, \"B\"", "mentions": [{"start": 0, "end": 9, "text": "Budi, \"B\""}]}],
            "events": [{"id": "v1", "type": "personnel.start", "triggers": [{"start": 11, "end": 19, "text": "dilantik"}],
                "arguments": [{"role": "person", "ref": "e1"}], "time": {"from": "2024-08"}, "polarity": "positive", "modality": "asserted"}]});
        let annotation = serde_json::from_value(annotation).unwrap();
        assert_eq!(
            rows(&annotation, text, b','),
            "'=a,,,\"Satu\nDua\",v1,personnel.start,\"Budi, \"\"B\"\"\",dilantik,,,from 2024-08,2024-08,,\
             \"person: Budi, \"\"B\"\"\",positive,asserted,,\"Budi, \"\"B\"\", dilantik.\"\n"
        );
        assert_eq!(header(b'\t').split('\t').count(), 18);
    }
}
