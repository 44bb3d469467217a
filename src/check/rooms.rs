//! The rooms: each loads its data, and runs its rules' examples.

use super::rules::line_of;
use super::{Problem, Report};
use crate::error::Result;
use crate::models::{ExampleFailure, Models};
use crate::pipeline::Annotator;

/// What a room offers to `check`.
type Run = fn(&Models) -> Result<Vec<ExampleFailure>>;

/// The rooms that have rules, in the order of the pipeline.
const ROOMS: &[(&str, Run)] = &[
    ("time", crate::time::check_examples),
    ("quantity", crate::quantity::check_examples),
];

pub(super) fn check(models: &Models, report: &mut Report) {
    let mut failed = false;
    for (room, run) in ROOMS {
        match run(models) {
            Err(error) => {
                failed = true;
                report.add("", None, format!("{room}: {error}"));
            }
            Ok(failures) => failures
                .into_iter()
                .for_each(|failure| report.problems.push(problem(models, failure))),
        }
    }
    // What a room says about itself is clearer than what the pipeline says about it.
    if let Err(error) = Annotator::new(models)
        && !failed
    {
        report.add("", None, error.to_string());
    }
}

fn problem(models: &Models, failure: ExampleFailure) -> Problem {
    let text = models.text(&failure.file).unwrap_or("");
    Problem {
        line: line_of(text, &failure.rule),
        rule: Some(failure.rule.to_string()),
        message: failure.to_string(),
        file: failure.file,
    }
}
