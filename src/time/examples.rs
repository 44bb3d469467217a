//! The rules' own examples, executed.

use super::find::TimeFinder;
use crate::error::Result;
use crate::models::{ExampleFailure, Models};
use crate::schema::Time;
use crate::token::Tokenizer;

/// Runs the examples of every rule; one entry for each that fails.
///
/// `yes` is `[sentence, span, value]` and must be found by this very rule (a latent rule serves
/// others, so any may find it); in a `no` sentence the rule must find nothing.
///
/// # Errors
/// Where the room cannot be loaded.
pub(crate) fn check_examples(models: &Models) -> Result<Vec<ExampleFailure>> {
    let tokenizer = Tokenizer::new(models)?;
    let finder = TimeFinder::new(models)?;
    let mut failures = Vec::new();
    for file in models.rules("time/")? {
        let find = |text: &str| {
            let tokens = tokenizer.tokenize(text);
            finder.find(&tokens, file.published, &[]).times
        };
        for rule in &file.rules {
            let mut fail = |example: &str, expected: String, found: &[Time]| {
                let found: Vec<String> = found.iter().map(show).collect();
                failures.push(ExampleFailure::new(&file, rule, example, expected, &found));
            };
            let latent = rule.fields.get("latent").and_then(toml::Value::as_bool) == Some(true);
            let by_rule = |time: &Time| time.found_by.as_deref() == Some(rule.id.as_str());
            for example in &rule.yes {
                let [sentence, span, value] = &example.0[..] else {
                    let whole = example.0.join(" | ");
                    fail(&whole, "[sentence, span, value]".to_owned(), &[]);
                    continue;
                };
                // shifted too, so that no rule relies on standing at the begin
                for text in [sentence.clone(), format!("Ya. {sentence}")] {
                    let found = find(&text);
                    let met = |time: &Time| {
                        (latent || by_rule(time)) && time.text == *span && time.value == *value
                    };
                    if !found.iter().any(met) {
                        fail(sentence, format!("[{span}] {value}"), &found);
                        break;
                    }
                }
            }
            for sentence in &rule.no {
                let found = find(sentence);
                if found.iter().any(by_rule) {
                    fail(sentence, "nothing".to_owned(), &found);
                }
            }
        }
    }
    Ok(failures)
}

fn show(time: &Time) -> String {
    let by = time.found_by.as_deref().unwrap_or("");
    format!("[{}] {} by {by}", time.text, time.value)
}
