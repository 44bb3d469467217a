//! The output is what the documentation says: held to a second declaration, to the JSON Schema, to the README.

use crate::samples::{SENTENCE, annotator, articles, new_annotator, project};
use crate::schema_validator;
use peristiwa::{Annotation, Article, Offsets};
use serde::Deserialize;
use serde_json::{Value, json};
use std::process::Command;

/// The output declared a second time, from SCHEMA.md and not from the crate, with no field unknown.
#[allow(dead_code, reason = "the fields are there to be read by serde")]
mod declared {
    use super::Deserialize;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Output {
        pub schema: u8,
        pub id: String,
        pub meta: Option<Meta>,
        pub offsets: Option<String>,
        pub reference_time: Reference,
        pub sentences: Option<Vec<Span>>,
        pub entities: Option<Vec<Entity>>,
        pub times: Option<Vec<Time>>,
        pub quantities: Option<Vec<Quantity>>,
        pub events: Option<Vec<Event>>,
        pub relations: Option<Vec<Relation>>,
        pub quotes: Option<Vec<Quote>>,
        pub warnings: Option<Vec<String>>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Meta {
        pub published: Option<String>,
        pub source: Option<String>,
        pub title: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Reference {
        pub value: Option<String>,
        pub basis: String,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Span {
        pub start: u32,
        pub end: u32,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Mention {
        pub start: u32,
        pub end: u32,
        pub text: String,
        pub score: Option<f64>,
        pub found_by: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Entity {
        pub id: String,
        pub label: String,
        pub name: String,
        pub mentions: Vec<Mention>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Interval {
        pub from: Option<String>,
        pub to: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Time {
        pub id: String,
        pub start: u32,
        pub end: u32,
        pub text: String,
        pub r#type: String,
        pub value: String,
        pub r#mod: Option<String>,
        pub quant: Option<String>,
        pub freq: Option<String>,
        pub interval: Option<Interval>,
        pub found_by: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Quantity {
        pub id: String,
        pub start: u32,
        pub end: u32,
        pub text: String,
        pub r#type: String,
        pub value: f64,
        pub unit: Option<String>,
        pub found_by: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Piece {
        pub role: Option<String>,
        pub r#ref: Option<String>,
        pub start: Option<u32>,
        pub end: Option<u32>,
        pub text: Option<String>,
        pub score: Option<f64>,
        pub found_by: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct When {
        pub r#ref: Option<String>,
        pub from: Option<String>,
        pub to: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Event {
        pub id: String,
        pub r#type: String,
        pub triggers: Vec<Piece>,
        pub arguments: Option<Vec<Piece>>,
        pub time: Option<When>,
        pub place: Option<Piece>,
        pub polarity: String,
        pub modality: String,
        pub score: Option<f64>,
        pub found_by: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Relation {
        pub r#type: String,
        pub from: String,
        pub to: String,
        pub score: Option<f64>,
        pub found_by: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Quote {
        pub start: u32,
        pub end: u32,
        pub speaker: Option<String>,
        pub found_by: Option<String>,
    }
}

/// The schema as the program prints it.
fn printed_schema() -> Value {
    let run = Command::new(env!("CARGO_BIN_EXE_peristiwa"))
        .arg("schema")
        .output()
        .unwrap();
    assert!(run.status.success());
    serde_json::from_slice(&run.stdout).unwrap()
}

/// Holds one line of output to everything.
fn holds(schema: &Value, line: &str) -> declared::Output {
    let output: declared::Output =
        serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
    assert_eq!(output.schema, 1);
    for event in output.events.iter().flatten() {
        assert!(
            event
                .triggers
                .iter()
                .all(|t| t.text.is_some() && t.role.is_none() && t.r#ref.is_none())
        );
        let arguments = event.arguments.iter().flatten();
        for piece in arguments.chain(&event.place) {
            assert!(
                piece.r#ref.is_some() != piece.text.is_some(),
                "an id or a phrase: {line}"
            );
            assert_eq!(piece.start.is_some(), piece.text.is_some());
            assert_eq!(piece.end.is_some(), piece.text.is_some());
        }
        assert!(
            event
                .arguments
                .iter()
                .flatten()
                .all(|argument| argument.role.is_some())
        );
    }
    assert!(!line.contains(":null"), "never null: {line}");
    let value: Value = serde_json::from_str(line).unwrap();
    let errors = schema_validator::errors(schema, &value);
    assert!(errors.is_empty(), "{}\n{line}", errors.join("\n"));
    output
}

#[test]
fn output_is_as_declared() {
    let schema = printed_schema();
    let explaining = new_annotator().explaining(true).offsets(Offsets::Bytes);
    let mut all = articles();
    all.push(Article::new(SENTENCE));
    all.push(Article::new("").id("empty"));
    for article in &all {
        for annotator in [annotator(), &explaining] {
            let annotation = annotator.annotate(article);
            let line = serde_json::to_string(&annotation).unwrap();
            let output = holds(&schema, &line);
            assert_eq!(
                output.offsets.is_some(),
                annotation.offsets == Offsets::Bytes
            );
            // What is read again is what was written.
            let again: Annotation = serde_json::from_str(&line).unwrap();
            assert_eq!(serde_json::to_string(&again).unwrap(), line);
        }
        let line = serde_json::to_string(&annotator().annotate(article)).unwrap();
        assert!(!line.contains("\"found_by\""), "only with --explain");
        let value: Value = serde_json::from_str(&line).unwrap();
        for event in value["events"].as_array().into_iter().flatten() {
            for argument in event["arguments"].as_array().into_iter().flatten() {
                assert!(argument.get("score").is_none(), "only with --explain");
            }
        }
    }
}

/// SCHEMA.md's own example, in full.
fn example() -> Value {
    json!({"schema": 1, "id": "a1",
     "meta": {"published": "2024-08-14", "source": "x", "title": "y"},
     "reference_time": {"value": "2024-08-14", "basis": "published"},
     "sentences": [{"start": 0, "end": 210}],
     "entities": [{"id": "e1", "label": "PER", "name": "Usman Kansong",
        "mentions": [{"start": 0, "end": 13, "text": "Usman Kansong", "score": 0.5}]}],
     "times": [{"id": "t1", "start": 170, "end": 183, "text": "Selasa (13/8)", "type": "DATE", "value": "2024-08-13",
        "interval": {"from": "2024-08-13", "to": "2024-08-13"}}],
     "quantities": [{"id": "q1", "start": 0, "end": 15, "text": "Rp 8,03 triliun", "type": "MONEY", "value": 8.03e12, "unit": "IDR"}],
     "events": [{"id": "v1", "type": "personnel.end",
        "triggers": [{"start": 19, "end": 36, "text": "mengundurkan diri"}],
        "arguments": [{"role": "person", "ref": "e1"}, {"role": "crime", "start": 0, "end": 3, "text": "abc"}],
        "time": {"ref": "t1", "from": "2024-08-13", "to": "2024-08-13"},
        "place": {"ref": "e1"}, "polarity": "positive", "modality": "asserted", "score": 0.5}],
     "relations": [{"type": "position", "from": "e1", "to": "e2", "score": 0.5}],
     "quotes": [{"start": 300, "end": 380, "speaker": "e1"}],
     "warnings": ["glued word split: Kansongresmi"]})
}

#[test]
fn the_documented_example_fits() {
    let example = example();
    holds(&printed_schema(), &example.to_string());
    let annotation: Annotation = serde_json::from_value(example.clone()).unwrap();
    assert_eq!(serde_json::to_value(&annotation).unwrap(), example);
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let schema = printed_schema();
    let changes: [(&str, Value); 12] = [
        ("/schema", json!(2)),
        ("/id", json!(7)),
        ("/meta/published", json!("kemarin")),
        ("/reference_time/basis", json!("guessed")),
        ("/sentences/0/start", json!(-1)),
        ("/entities/0/label", json!("PERSON")),
        ("/entities/0/mentions", json!([])),
        ("/entities/0/mentions/0/score", json!(1.5)),
        ("/times/0/id", json!("e1")),
        (
            "/events/0/arguments/0",
            json!({"role": "person", "ref": "e1", "start": 0, "end": 3, "text": "abc"}),
        ),
        ("/events/0/place", json!({})),
        ("/events/0/polarity", json!(null)),
    ];
    for (pointer, wrong) in changes {
        let mut changed = example();
        *changed.pointer_mut(pointer).unwrap() = wrong;
        assert!(
            !schema_validator::errors(&schema, &changed).is_empty(),
            "{pointer}"
        );
    }
    let mut changed = example();
    changed["surprise"] = json!(1);
    assert_eq!(
        schema_validator::errors(&schema, &changed),
        ["$: unknown field surprise"]
    );
}

#[test]
fn every_field_is_described() {
    fn walk(value: &Value, path: &str) {
        let Some(object) = value.as_object() else {
            return;
        };
        for (name, field) in object
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let described = field.get("description").is_some() || field.get("$ref").is_some();
            // Alternatives repeat fields that are described where they stand alone.
            assert!(described, "{path}.{name} has no description");
        }
        for (name, inner) in object {
            walk(inner, &format!("{path}.{name}"));
        }
    }
    let schema = printed_schema();
    walk(&schema, "$");
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        assert!(definition.get("description").is_some(), "$defs.{name}");
    }
}

/// Every JSON line of the README that is an output, is one.
#[test]
fn the_readme_shows_real_output() {
    let Ok(readme) = std::fs::read_to_string(project("README.md")) else {
        println!("skipped: no README.md yet");
        return;
    };
    let schema = printed_schema();
    let blocks = readme
        .split("```json")
        .skip(1)
        .filter_map(|rest| rest.split("```").next());
    let outputs: Vec<Value> = blocks
        .flat_map(|block| {
            serde_json::Deserializer::from_str(block)
                .into_iter::<Value>()
                .collect::<Vec<_>>()
        })
        .map(|value| value.expect("JSON in the README is JSON"))
        .filter(|value| value.get("schema").is_some() && value.get("error").is_none())
        .collect();
    assert!(
        !outputs.is_empty(),
        "the README shows an output in a json block"
    );
    for output in outputs {
        holds(&schema, &output.to_string());
    }
}
