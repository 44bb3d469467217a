//! The rules' own examples, executed.

use super::find::TimeFinder;
use crate::token::Tokenizer;

impl TimeFinder {
    /// Runs the examples of every rule; a line for each that fails.
    ///
    /// `yes` is `[sentence, span, value]` and must be found by this very rule; in a `no` sentence the
    /// rule must find nothing.
    pub(crate) fn examples(&self, tokenizer: &Tokenizer) -> Vec<String> {
        let mut failures = Vec::new();
        for file in &self.files {
            for rule in &file.rules {
                let mut fail = |message: String| {
                    failures.push(format!("models/{}: rule {}: {message}", file.path, rule.id));
                };
                let latent = rule.fields.get("latent").and_then(toml::Value::as_bool) == Some(true);
                if rule.yes.is_empty() && !latent {
                    fail("no example; give a yes".to_owned());
                }
                for example in &rule.yes {
                    let [sentence, span, value] = &example.0[..] else {
                        fail("a yes is [sentence, span, value]".to_owned());
                        continue;
                    };
                    // shifted, so that no rule relies on standing at the begin
                    for text in [sentence.clone(), format!("Ya. {sentence}")] {
                        let tokens = tokenizer.tokenize(&text);
                        let found = self.find(&tokens, file.published, &[]);
                        let by = |time: &&crate::schema::Time| {
                            time.found_by.as_deref() == Some(rule.id.as_str())
                        };
                        let met = found.times.iter().filter(by);
                        if !met.clone().any(|t| t.text == *span && t.value == *value) {
                            let all: Vec<String> = found
                                .times
                                .iter()
                                .map(|t| {
                                    let by = t.found_by.as_deref().unwrap_or("");
                                    format!("[{}] {} by {by}", t.text, t.value)
                                })
                                .collect();
                            fail(format!(
                                "{sentence:?}: expected [{span}] {value}, found {}",
                                all.join(", ")
                            ));
                            break;
                        }
                    }
                }
                for sentence in &rule.no {
                    let tokens = tokenizer.tokenize(sentence);
                    let found = self.find(&tokens, file.published, &[]);
                    for time in found.times {
                        if time.found_by.as_deref() == Some(rule.id.as_str()) {
                            fail(format!(
                                "{sentence:?}: found [{}] {}",
                                time.text, time.value
                            ));
                        }
                    }
                }
            }
        }
        failures
    }
}
