//! The rules' own examples, executed.

use super::Rules;
use crate::error::Result;
use crate::models::{ExampleFailure, Models};
use crate::pattern::Given;
use crate::schema::Mention;
use crate::token::Tokenizer;

/// Runs the examples of every rule; one entry for each that fails.
///
/// An example's sentence is marked with what the tagger found. `yes` is `[sentence, expected, …]` with
/// `LABEL text` for each mention that this very rule makes, or `-LABEL text` for one that goes; in a `no`
/// sentence the rule must make nothing.
///
/// # Errors
/// Where the room cannot be loaded or an example's marks are malformed.
pub(crate) fn check_examples(models: &Models) -> Result<Vec<ExampleFailure>> {
    let tokenizer = models.shared(Tokenizer::new)?;
    let rules = Rules::new(models)?;
    let mut failures = Vec::new();
    for file in models.rules(super::FOLDER)? {
        for rule in &file.rules {
            let run = |sentence: &str| -> Result<(Vec<Mention>, Vec<Mention>)> {
                let given = Given::parse(sentence)?;
                let before: Vec<Mention> = given
                    .entities
                    .into_iter()
                    .flat_map(|e| e.mentions)
                    .collect();
                let tokens = tokenizer.tokenize(&given.text);
                Ok((rules.apply(&tokens, before.clone()), before))
            };
            let mine = |m: &&Mention| m.found_by.as_deref() == Some(rule.id.as_str());
            for example in &rule.yes {
                let Some((sentence, expected)) = example.0.split_first() else {
                    continue;
                };
                let (found, before) = run(sentence)?;
                let met = |wanted: &String| match wanted.strip_prefix('-') {
                    Some(gone) => {
                        before.iter().any(|m| show(m) == gone)
                            && !found.iter().any(|m| show(m) == gone)
                    }
                    None => found.iter().filter(mine).any(|m| show(m) == *wanted),
                };
                if expected.is_empty() || !expected.iter().all(met) {
                    let found: Vec<String> = found.iter().map(explain).collect();
                    let expected = expected.join(", ");
                    failures.push(ExampleFailure::new(&file, rule, sentence, expected, &found));
                }
            }
            for sentence in &rule.no {
                let (found, _) = run(sentence)?;
                if found.iter().any(|m| mine(&m)) {
                    let found: Vec<String> = found.iter().map(explain).collect();
                    let nothing = "nothing".to_owned();
                    failures.push(ExampleFailure::new(&file, rule, sentence, nothing, &found));
                }
            }
        }
    }
    Ok(failures)
}

fn show(mention: &Mention) -> String {
    format!("{} {}", mention.label, mention.text)
}

fn explain(mention: &Mention) -> String {
    let by = mention.found_by.as_deref().unwrap_or("the tagger");
    format!("{} by {by}", show(mention))
}
