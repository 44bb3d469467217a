//! The rules' own examples, executed.

use super::find::QuantityFinder;
use crate::error::Result;
use crate::models::{ExampleFailure, Models};
use crate::schema::Quantity;
use crate::token::Tokenizer;

/// Runs the examples of every rule; one entry for each that fails.
///
/// `yes` is `[sentence, span, value, unit]` (no unit for AGE and PERCENT) and must be found by this very
/// rule; in a `no` sentence the rule must find nothing.
///
/// # Errors
/// Where the room cannot be loaded.
pub(crate) fn check_examples(models: &Models) -> Result<Vec<ExampleFailure>> {
    let tokenizer = Tokenizer::new(models)?;
    let finder = QuantityFinder::new(models)?;
    let mut failures = Vec::new();
    for file in models.rules("quantity/")? {
        for rule in &file.rules {
            let by_rule = |q: &Quantity| q.found_by.as_deref() == Some(rule.id.as_str());
            let mut fail = |example: &str, expected: String, found: &[Quantity]| {
                let found: Vec<String> = found.iter().map(show).collect();
                failures.push(ExampleFailure::new(&file, rule, example, expected, &found));
            };
            for example in &rule.yes {
                let (sentence, span, value, unit) = match &example.0[..] {
                    [sentence, span, value] => (sentence, span, value, ""),
                    [sentence, span, value, unit] => (sentence, span, value, unit.as_str()),
                    _ => {
                        let expected = "[sentence, span, value, unit]".to_owned();
                        fail(&example.0.join(" | "), expected, &[]);
                        continue;
                    }
                };
                let found = finder.find(&tokenizer.tokenize(sentence), &[], &[]);
                let met = |q: &Quantity| {
                    by_rule(q)
                        && q.text == *span
                        && value.parse() == Ok(q.value)
                        && q.unit.as_deref().unwrap_or("") == unit
                };
                if !found.iter().any(met) {
                    fail(sentence, format!("[{span}] {value} {unit}"), &found);
                }
            }
            for sentence in &rule.no {
                let found = finder.find(&tokenizer.tokenize(sentence), &[], &[]);
                if found.iter().any(by_rule) {
                    fail(sentence, "nothing".to_owned(), &found);
                }
            }
        }
    }
    Ok(failures)
}

fn show(quantity: &Quantity) -> String {
    let by = quantity.found_by.as_deref().unwrap_or("");
    let unit = quantity.unit.as_deref().unwrap_or("");
    format!("[{}] {} {unit} by {by}", quantity.text, quantity.value)
}
