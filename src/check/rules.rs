//! Rule files: each readable, ids unique in a room, every rule with a `yes`, patterns that compile.

use super::{Problem, Report};
use crate::models::{Models, Rule, RuleFile};
use crate::pattern::Compiler;
use crate::time;
use rustc_hash::FxHashMap;

pub(super) fn check(models: &Models, report: &mut Report) {
    let compilers = Compiler::new(models).and_then(|usual| {
        let own = Compiler::new(models)?.with_labels(time::LABELS);
        Ok((usual, own))
    });
    let (mut usual, mut of_time) = match compilers {
        Ok(compilers) => compilers,
        Err(error) => return report.add("", None, error.to_string()),
    };
    let mut places: FxHashMap<(String, String), String> = FxHashMap::default();
    for path in models.paths("rules/") {
        if !path.ends_with(".toml") {
            continue;
        }
        let text = match models.text(path) {
            Ok(text) => text,
            Err(error) => {
                report.add("", None, error.to_string());
                continue;
            }
        };
        let file = match RuleFile::parse(path, text) {
            Ok(file) => file,
            Err(error) => {
                report.add("", None, error.to_string());
                continue;
            }
        };
        let compiler = match room(path) {
            "time" => &mut of_time,
            _ => &mut usual,
        };
        for rule in &file.rules {
            report.rules += 1;
            report.examples += rule.yes.len() + rule.no.len();
            let mut problem = |message: String| {
                report.problems.push(Problem {
                    file: path.to_owned(),
                    line: line_of(text, &rule.id),
                    rule: Some(rule.id.clone()),
                    message,
                });
            };
            let place = (room(path).to_owned(), rule.id.clone());
            if let Some(other) = places.insert(place, path.to_owned()) {
                problem(format!("the id stands twice, also in models/{other}"));
            }
            check_rule(rule, compiler, &mut problem);
        }
    }
}

fn check_rule(rule: &Rule, compiler: &mut Compiler<'_>, problem: &mut impl FnMut(String)) {
    // A latent reading is never found by itself, so that no sentence can show it.
    let latent = rule.fields.get("latent").and_then(toml::Value::as_bool);
    if rule.yes.is_empty() && latent != Some(true) {
        problem("expected at least one example under `yes`".to_owned());
    }
    for example in &rule.yes {
        if example
            .0
            .first()
            .is_none_or(|sentence| sentence.trim().is_empty())
        {
            problem("expected a sentence first in each `yes`, found none".to_owned());
        }
    }
    let patterns = rule.patterns.iter();
    for pattern in patterns.chain(&rule.not_before).chain(&rule.not_after) {
        if let Err(error) = compiler.pattern(pattern) {
            problem(error.to_string());
        }
    }
}

/// `time` of `rules/time/date.toml`, `quote` of `rules/quote.toml`.
fn room(path: &str) -> &str {
    let path = path.strip_prefix("rules/").unwrap_or(path);
    let path = path.strip_suffix(".toml").unwrap_or(path);
    path.split('/').next().unwrap_or(path)
}

/// The line in which a rule's id stands; TOML readers do not tell.
pub(super) fn line_of(text: &str, id: &str) -> Option<u32> {
    let at = text.lines().position(|line| {
        line.trim_start()
            .strip_prefix("id")
            .map(str::trim_start)
            .and_then(|rest| rest.strip_prefix('='))
            .map(str::trim_start)
            .and_then(|rest| rest.strip_prefix(['"', '\'']))
            .and_then(|rest| rest.strip_prefix(id))
            .is_some_and(|rest| rest.starts_with(['"', '\'']))
    });
    at.map(|line| line as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_lines_and_rooms() {
        let text = "published = \"2024-08-14\"\n[[rule]]\nid = \"ab\"\n[[rule]]\n  id='a'\n";
        assert_eq!(line_of(text, "a"), Some(5));
        assert_eq!(line_of(text, "ab"), Some(3));
        assert_eq!(line_of(text, "c"), None);
        assert_eq!(room("rules/time/date.toml"), "time");
        assert_eq!(room("rules/quote.toml"), "quote");
    }
}
