//! Events that the project added to gold articles which have none: a table in place of marks.

use crate::error::{Error, Result};
use crate::schema::{
    Argument, Event, EventId, Extract, Filler, Gold, Modality, Polarity, Ref, Span, TimeType, When,
    days,
};
use std::collections::BTreeMap;
use std::path::Path;

/// What was said of an article, line by line.
pub(super) type Table = BTreeMap<String, Vec<Vec<String>>>;

/// Reads lines `article TAB event TAB key TAB value`, where the value is an id of the article or first and
/// last character, and `article TAB none` for an article without events.
pub(super) fn read(path: &Path) -> Result<Table> {
    let lines = std::fs::read_to_string(path).map_err(|e| Error::io(path, e))?;
    let mut table = Table::new();
    for (number, line) in lines.lines().enumerate() {
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        let mut fields = line.split('\t').map(str::to_owned);
        let article = fields.next().unwrap_or_default();
        let fields: Vec<String> = fields.collect();
        let none = fields.len() == 1 && fields[0] == "none";
        if !none && !(3..=4).contains(&fields.len()) {
            let place = format!("{}:{}", path.display(), number + 1);
            let message = "expected article, event, key and value, or article and none, by tabs";
            return Err(Error::input(message).at(place));
        }
        let own = table.entry(article).or_default();
        if !none {
            own.push(fields);
        }
    }
    Ok(table)
}

/// Puts the events of `lines` into an article.
///
/// # Errors
/// Where a line names what the article lacks.
pub(super) fn add(gold: &mut Gold, lines: &[Vec<String>]) -> Result<()> {
    let mut bytes: Vec<usize> = gold.article.text.char_indices().map(|(at, _)| at).collect();
    bytes.push(gold.article.text.len());
    let mut events: Vec<Event> = Vec::new();
    for fields in lines {
        let fail = |what: String| {
            let place = format!("{} {}", gold.annotation.id, fields.join(" "));
            Error::input(what).at(place)
        };
        let id: EventId = fields[0].parse().map_err(fail)?;
        let value = fields[2].as_str();
        if fields[1] == "type" {
            events.push(Event {
                id,
                kind: value.into(),
                triggers: Vec::new(),
                arguments: Vec::new(),
                time: None,
                place: None,
                polarity: Polarity::Positive,
                modality: Modality::Asserted,
                score: None,
                found_by: None,
            });
            continue;
        }
        let filler = || match fields.get(3) {
            Some(end) => extract(gold, &bytes, value, end).map(Filler::Phrase),
            None => value.parse().map(|id: Ref| Filler::Ref { id }),
        };
        let own = events.iter_mut().find(|event| event.id == id);
        let event = own.ok_or_else(|| fail("an event begins with its type".to_owned()))?;
        match fields[1].as_str() {
            "trigger" => {
                let end = fields.get(3).map_or("", String::as_str);
                let trigger = extract(gold, &bytes, value, end).map_err(fail)?;
                event.triggers.push(trigger);
            }
            "polarity" => event.polarity = value.parse().map_err(fail)?,
            "modality" => event.modality = value.parse().map_err(fail)?,
            "place" => event.place = Some(filler().map_err(fail)?),
            key @ ("time" | "begin" | "end") => when(gold, event, key, value).map_err(fail)?,
            role => event.arguments.push(Argument {
                role: role.into(),
                filler: filler().map_err(fail)?,
                score: None,
                found_by: None,
            }),
        }
    }
    gold.annotation.events = events;
    if let Some(layers) = &mut gold.layers {
        layers.push("events".to_owned());
    }
    Ok(())
}

fn extract(gold: &Gold, bytes: &[usize], start: &str, end: &str) -> Result<Extract, String> {
    let byte = |at: &str| at.parse().ok().and_then(|at: usize| bytes.get(at)).copied();
    let (Some(start), Some(end)) = (byte(start), byte(end)) else {
        return Err("the text is shorter".to_owned());
    };
    let span = Span::new(start, end.max(start));
    let text = span.of(&gold.article.text).to_owned();
    Ok(Extract { span, text })
}

/// Sets one edge of an event's time, or both.
fn when(gold: &Gold, event: &mut Event, key: &str, value: &str) -> Result<(), String> {
    let id = value.parse()?;
    let own = gold.annotation.times.iter().find(|time| time.id == id);
    let time = own.ok_or_else(|| format!("{id} is not marked"))?;
    let dated = matches!(time.kind, TimeType::Date | TimeType::Time);
    let bounds = dated.then(|| days::bounds(&time.value)).flatten();
    let (from, to) = bounds.unzip();
    let when = event.time.get_or_insert_with(When::default);
    when.id = when.id.or(Some(id));
    if key != "end" {
        when.from = from;
    }
    if key != "begin" {
        when.to = to;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_a_table_stand_where_marks_would_put_them() {
        let marked = "[[Rini|PER:e1]] menikah pada [[12 Mei 2024|TMX:t1]] karena cinta.";
        let json = r#"{"id": "a", "layers": ["entities", "times"],
            "times": {"t1": {"type": "DATE", "value": "2024-05-12"}}}"#;
        let mut gold = Gold::parse(marked, json).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("whole.tsv");
        let lines = "# what: a\na\tv1\ttype\tlife.marry\na\tv1\ttrigger\t5\t12\na\tv1\tperson\te1\n\
                     a\tv1\ttime\tt1\na\tv1\tcause\t37\t42\na\tv1\tmodality\tplanned\nb\tnone\n";
        std::fs::write(&path, lines).unwrap();
        let table = read(&path).unwrap();
        assert!(table["b"].is_empty());
        assert!(!gold.has("events"));
        add(&mut gold, &table["a"]).unwrap();
        assert!(gold.has("events"));
        let event = &gold.annotation.events[0];
        assert_eq!(event.triggers[0].text, "menikah");
        assert_eq!(event.modality, Modality::Planned);
        let when = event.time.as_ref().unwrap();
        assert_eq!(when.to.as_deref(), Some("2024-05-12"));
        assert_eq!(event.arguments.len(), 2);
        assert!(
            add(
                &mut gold,
                &[vec!["v9".into(), "person".into(), "e1".into()]]
            )
            .is_err()
        );
    }
}
