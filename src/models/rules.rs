//! Rule files: TOML with `[[rule]]` entries that carry their own examples.

use crate::error::{Error, Result};
use serde::Deserialize;
use std::collections::BTreeMap;

/// One file of rules.
#[derive(Clone, Debug)]
pub struct RuleFile {
    /// Its path below `models/`.
    pub path: String,
    /// Publication date for the examples, where the file gives one.
    pub published: Option<jiff::civil::Date>,
    /// In file order; an earlier rule wins a tie.
    pub rules: Vec<Rule>,
}

/// One rule: a pattern, what it gives, and examples that `check` executes.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Unique in its room; written as `found_by` with `--explain`.
    pub id: String,
    /// Patterns of the `pattern` room's language; any of them may match.
    pub patterns: Vec<String>,
    /// A pattern that must not stand right before the match.
    pub not_before: Option<String>,
    /// A pattern that must not stand right after the match.
    pub not_after: Option<String>,
    /// Examples that must be found by this very rule.
    pub yes: Vec<Example>,
    /// Sentences in which this rule must not fire.
    pub no: Vec<String>,
    /// All other fields, for the room to read and check.
    pub fields: toml::Table,
}

/// `[sentence, expected…]`; what is expected is the room's to say.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct Example(pub Vec<String>);

#[derive(Deserialize)]
struct RawFile {
    #[serde(default)]
    published: Option<String>,
    #[serde(default)]
    parts: BTreeMap<String, String>,
    #[serde(default)]
    rule: Vec<RawRule>,
}

#[derive(Deserialize)]
struct RawRule {
    id: String,
    #[serde(rename = "match")]
    patterns: OneOrMany,
    #[serde(default)]
    not_before: Option<String>,
    #[serde(default)]
    not_after: Option<String>,
    #[serde(default)]
    yes: Vec<Example>,
    #[serde(default)]
    no: Vec<String>,
    #[serde(flatten)]
    fields: toml::Table,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl RuleFile {
    pub(crate) fn parse(path: &str, text: &str) -> Result<Self> {
        let raw: RawFile =
            toml::from_str(text).map_err(|e| Error::models(format!("models/{path}: {e}")))?;
        let published = raw
            .published
            .map(|date| {
                date.parse()
                    .map_err(|e| Error::models(format!("models/{path}: published {date:?}: {e}")))
            })
            .transpose()?;
        let fill = |pattern: String| fill(pattern, &raw.parts);
        let rules = raw.rule.into_iter().map(|rule| Rule {
            id: rule.id,
            patterns: match rule.patterns {
                OneOrMany::One(one) => vec![fill(one)],
                OneOrMany::Many(many) => many.into_iter().map(fill).collect(),
            },
            not_before: rule.not_before.map(fill),
            not_after: rule.not_after.map(fill),
            yes: rule.yes,
            no: rule.no,
            fields: rule.fields,
        });
        Ok(Self {
            path: path.to_owned(),
            published,
            rules: rules.collect(),
        })
    }
}

/// Puts the file's parts in the place of `$name`; a part may use others, a few deep.
fn fill(mut pattern: String, parts: &BTreeMap<String, String>) -> String {
    for _ in 0..4 {
        if !pattern.contains('$') {
            break;
        }
        for (name, part) in parts {
            pattern = pattern.replace(&format!("${name}$"), &format!("({part})"));
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_filled_in() {
        let text = r##"
            [parts]
            year = "#1900-2099"
            edition = "'ke' '-' # | $year$"
            [[rule]]
            id = "a"
            match = "^ 'HUT' $edition$ $"
            yes = [["HUT 2020"]]
        "##;
        let file = RuleFile::parse("rules/x.toml", text).unwrap();
        assert_eq!(
            file.rules[0].patterns,
            ["^ 'HUT' ('ke' '-' # | (#1900-2099)) $"]
        );
    }
}
