//! Rules that link two marks: a person and an office, a short name and the full one, a place and the
//! one around it.
//!
//! A rule names its link and captures both ends as `from:` and `to:`. Its examples are marked
//! sentences (see [`Given`]) with the links that this very rule must find:
//!
//! ```toml
//! [[rule]]
//! id    = "age-brackets"
//! link  = "age"
//! match = "from:{PER} '(' to:{AGE} ')'"
//! yes   = [["[[Budi|PER]] ([[54|AGE]]) hadir.", "Budi > 54"]]
//! no    = ["[[Budi|PER]], [[54|AGE]] kilogram, hadir."]
//! ```

use super::{Given, Mark, Marks, PatternSet, compile::Compiler};
use crate::error::{Error, Result};
use crate::models::{Models, RuleFile};
use crate::token::{Tokenizer, Tokens};
use std::sync::Arc;

/// Compiled link rules.
pub(crate) struct LinkSet {
    patterns: PatternSet,
    rules: Vec<LinkRule>,
}

/// What a link rule says beside its patterns.
#[derive(Clone, Debug)]
pub(crate) struct LinkRule {
    /// The rule's id.
    pub id: Arc<str>,
    /// Name of the link, such as a relation type.
    pub link: Arc<str>,
    /// Whether an enumeration that begins with one end is meant as a whole.
    pub list: List,
    /// Probability that a match is right.
    pub score: f32,
    /// A condition that the room checks; empty for none.
    pub when: String,
}

/// Which end of a link stands for the enumeration that begins with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    /// Neither.
    No,
    /// `anggota DPR A, B, dan C`.
    From,
    /// `menjadi kapolsek di X, lalu kapolres di Y`.
    To,
}

/// A link found.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// Index of its rule in [`LinkSet::rules`].
    pub rule: usize,
    /// The first end.
    pub from: Mark,
    /// The second end.
    pub to: Mark,
}

impl LinkSet {
    /// Compiles the rules of `files`.
    ///
    /// # Errors
    /// Where a pattern or a field is wrong; the message names file and rule.
    pub(crate) fn new(models: &Models, files: &[RuleFile]) -> Result<Self> {
        let patterns = Compiler::new(models)?.set(files)?;
        let mut rules = Vec::new();
        for (file, rule) in files
            .iter()
            .flat_map(|f| f.rules.iter().map(move |r| (f, r)))
        {
            let fail = |message: String| {
                Error::models(message).at(format!("models/{}: rule {}", file.path, rule.id))
            };
            let mut read = LinkRule {
                id: rule.id.as_str().into(),
                link: "".into(),
                list: List::No,
                score: 0.8,
                when: String::new(),
            };
            for (field, value) in &rule.fields {
                match (field.as_str(), value) {
                    ("link", toml::Value::String(link)) => read.link = link.as_str().into(),
                    ("list", toml::Value::String(end)) if end == "from" => read.list = List::From,
                    ("list", toml::Value::String(end)) if end == "to" => read.list = List::To,
                    ("score", toml::Value::Float(score)) => read.score = *score as f32,
                    ("when", toml::Value::String(when)) => read.when.clone_from(when),
                    _ => {
                        return Err(fail(format!(
                            "unknown field {field} = {value}; known: link = \"...\", list = \"from\" or \"to\", score = 0.8, when = \"...\""
                        )));
                    }
                }
            }
            if read.link.is_empty() {
                return Err(fail("the field link is missing".to_owned()));
            }
            rules.push(read);
        }
        Ok(Self { patterns, rules })
    }

    /// The rules, in file order.
    pub(crate) fn rules(&self) -> &[LinkRule] {
        &self.rules
    }

    /// Every link of every rule, in order of the match; several rules may find the same.
    pub(crate) fn find(&self, tokens: &Tokens<'_>, marks: &Marks) -> Vec<Link> {
        let mut links = Vec::new();
        for (number, found) in self.patterns.matches(tokens, marks) {
            let end = |name: &str| self.patterns.capture(number, &found, name)?.mark();
            let (Some(from), Some(to)) = (end("from"), end("to")) else {
                continue;
            };
            let rule = self.patterns.specs()[number].rule;
            links.push(Link { rule, from, to });
            match self.rules[rule].list {
                List::No => {}
                List::From => {
                    let further = enumerated(tokens, marks, from).into_iter();
                    links.extend(further.map(|from| Link { rule, from, to }));
                }
                List::To => {
                    let further = going_on(tokens, marks, to).into_iter();
                    links.extend(further.map(|to| Link { rule, from, to }));
                }
            }
        }
        links
    }

    /// Runs the examples of `files`; one message for each that fails.
    pub(crate) fn check(&self, models: &Models, files: &[RuleFile]) -> Result<Vec<String>> {
        let tokenizer = Tokenizer::new(models)?;
        let mut problems = Vec::new();
        for (file, rule) in files
            .iter()
            .flat_map(|f| f.rules.iter().map(move |r| (f, r)))
        {
            let mut say =
                |what: String| problems.push(format!("{}: rule {}: {what}", file.path, rule.id));
            if rule.yes.is_empty() {
                say("no `yes` example".to_owned());
            }
            for example in &rule.yes {
                let Some((sentence, expected)) = example.0.split_first() else {
                    say("an empty example".to_owned());
                    continue;
                };
                let mut expected = expected.to_vec();
                let mut found = self.found_by(&tokenizer, sentence, &rule.id)?;
                expected.sort();
                found.sort();
                found.dedup();
                if found != expected {
                    say(format!(
                        "{sentence:?}: expected {expected:?}, found {found:?}"
                    ));
                }
            }
            for sentence in &rule.no {
                let found = self.found_by(&tokenizer, sentence, &rule.id)?;
                if !found.is_empty() {
                    say(format!("{sentence:?}: must not fire, found {found:?}"));
                }
            }
        }
        Ok(problems)
    }

    /// The links that rule `id` finds in a marked sentence, as `from > to`.
    fn found_by(&self, tokenizer: &Tokenizer, sentence: &str, id: &str) -> Result<Vec<String>> {
        let given = Given::parse(sentence)?;
        let tokens = tokenizer.tokenize(&given.text);
        let marks = given.marks(&tokens);
        let text = |mark: &Mark| tokens.span(mark.start..mark.end).of(&given.text).to_owned();
        let links = self.find(&tokens, &marks);
        let links = links.iter().filter(|l| *self.rules[l.rule].id == *id);
        Ok(links
            .map(|link| format!("{} > {}", text(&link.from), text(&link.to)))
            .collect())
    }
}

/// The marks that go on an enumeration after `first`: `A, B (40), dan C`.
fn enumerated(tokens: &Tokens<'_>, marks: &Marks, first: Mark) -> Vec<Mark> {
    let mut found = Vec::new();
    let sentence = tokens.sentence(tokens.sentence_of(first.start));
    let mut at = first.end;
    while at < sentence.end {
        if tokens.lower(at) == "(" {
            let close = (at..sentence.end.min(at + 8)).find(|&i| tokens.lower(i) == ")");
            match close {
                Some(close) => at = close + 1,
                None => break,
            }
        }
        let begin = at;
        while matches!(tokens.lower(at), "," | "dan" | "serta" | ";") && at < sentence.end {
            at += 1;
        }
        let next = marks
            .starting_at(at)
            .iter()
            .find(|m| m.label == first.label);
        match next {
            Some(&mark) if at > begin => {
                found.push(mark);
                at = mark.end;
            }
            _ => break,
        }
    }
    // `A, B` alone may be two phrases; an enumeration has a conjunction or three members
    let joined = found
        .last()
        .is_some_and(|last| matches!(tokens.lower(last.start.saturating_sub(1)), "dan" | "serta"));
    if joined || found.len() >= 2 {
        found
    } else {
        Vec::new()
    }
}

/// Tokens between two members of a series of `to` ends: a place, a year.
const APART: usize = 10;

/// The marks that go on a series: `kapolsek di X pada 2011, lalu kapolres di Y, dan direktur`.
fn going_on(tokens: &Tokens<'_>, marks: &Marks, first: Mark) -> Vec<Mark> {
    let mut found: Vec<Mark> = Vec::new();
    let sentence = tokens.sentence(tokens.sentence_of(first.start));
    let mut end = first.end;
    while found.len() < 12 {
        let mut at = end;
        let mut joined = false;
        let mut next = None;
        while at < sentence.end.min(end + APART) {
            let starting = marks.starting_at(at);
            if let Some(mark) = starting.iter().find(|m| m.label == first.label) {
                next = Some(*mark);
                break;
            }
            if starting.iter().any(|m| m.label == "PER") {
                break;
            }
            joined = match tokens.lower(at) {
                "dan" | "lalu" | "kemudian" | "serta" | "hingga" | "sekaligus" | "," => true,
                "sebagai" | "menjadi" | "juga" | "mantan" | "eks" | "selanjutnya" => joined,
                _ => false,
            };
            at = starting.first().map_or(at + 1, |m| m.end);
        }
        match next {
            Some(mark) if joined && !named_next(tokens, marks, mark.end) => {
                found.push(mark);
                end = mark.end;
            }
            _ => break,
        }
    }
    found
}

/// Whether a person's name stands at `at` or behind a rank or a comma there.
fn named_next(tokens: &Tokens<'_>, marks: &Marks, at: usize) -> bool {
    let mut at = at;
    for _ in 0..4 {
        let starting = marks.starting_at(at);
        if starting.iter().any(|m| m.label == "PER") {
            return true;
        }
        match starting.first() {
            Some(mark) => at = mark.end,
            None if tokens.lower(at) == "," => at += 1,
            None => return false,
        }
    }
    false
}
