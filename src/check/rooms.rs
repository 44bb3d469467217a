//! The rooms: each loads its data, and runs its rules' examples.

use super::rules::line_of;
use super::{Problem, Report};
use crate::error::Result;
use crate::models::{ExampleFailure, Models};
use crate::pipeline::Annotator;
use crate::{coreference, entity, event, quantity, quote, relation, time};

/// What a room offers to `check`: a message `FILE: rule ID: what` for each example that fails.
type Run = fn(&Models) -> Result<Vec<String>>;

/// The rooms that have rules, in the order of the pipeline.
const ROOMS: &[(&str, Run)] = &[
    ("entity", |models| messages(entity::check_examples(models))),
    ("time", |models| messages(time::check_examples(models))),
    ("quantity", |models| {
        messages(quantity::check_examples(models))
    }),
    ("coreference", coreference::check),
    ("relation", relation::check),
    ("quote", quote::check),
    ("event", event::run_examples),
];

/// Failures as the other rooms write them.
fn messages(failures: Result<Vec<ExampleFailure>>) -> Result<Vec<String>> {
    let text = |f: ExampleFailure| format!("{}: rule {}: {f}", f.file, f.rule);
    Ok(failures?.into_iter().map(text).collect())
}

pub(super) fn check(models: &Models, report: &mut Report) {
    let mut loaded = true;
    for (room, run) in ROOMS {
        match run(models) {
            Err(error) => {
                loaded = false;
                report.add("", None, error.to_string());
            }
            Ok(failures) => report
                .problems
                .extend(failures.iter().map(|text| problem(models, room, text))),
        }
    }
    // What a room says about itself is clearer than what the pipeline says about it.
    if loaded && let Err(error) = Annotator::new(models) {
        report.add("", None, error.to_string());
    }
}

/// Takes a room's message apart, so that its problem can be sorted by file and given a line.
fn problem(models: &Models, room: &str, text: &str) -> Problem {
    let text = text.strip_prefix("models/").unwrap_or(text);
    let parts = text.split_once(": rule ").and_then(|(file, rest)| {
        let (rule, message) = rest.split_once(": ")?;
        Some((file, rule, message, models.text(file).ok()?))
    });
    match parts {
        Some((file, rule, message, content)) => Problem {
            file: file.to_owned(),
            line: line_of(content, rule),
            rule: Some(rule.to_owned()),
            message: message.to_owned(),
        },
        None => Problem {
            file: String::new(),
            line: None,
            rule: None,
            message: format!("{room}: {text}"),
        },
    }
}
