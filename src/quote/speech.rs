//! Who is said to speak, and where the text says so.

use super::cut::Cut;
use crate::error::{Error, Result};
use crate::models::{Models, RuleFile};
use crate::pattern::{Compiler, Marks, PatternSet};
use crate::token::{Kind, Tokenizer, Tokens};
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::Arc;

/// Compiled speaker rules.
pub(super) struct Speech {
    patterns: PatternSet,
    rules: Vec<SpeakerRule>,
}

struct SpeakerRule {
    id: Arc<str>,
    voice: Verb,
    unnamed: bool,
}

/// Which verbs a rule takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verb {
    /// `mengatakan`, `berkata`: the speaker stands before.
    Active,
    /// `disampaikan`: the speaker follows.
    Passive,
    Any,
}

/// A place where the text names a speaker.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Said {
    /// From verb to speaker, or the other way round.
    pub tokens: Range<usize>,
    /// Who it is.
    pub who: Who,
    /// The rule that says so.
    pub rule: Arc<str>,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// The mark with this index in the caller's list.
    Mark(usize),
    /// A pronoun at this token.
    Pronoun(usize),
    /// The clitic of the verb at this token: `ujarnya`.
    Clitic(usize),
    /// Somebody without a name.
    Unnamed,
}

impl Speech {
    pub(super) fn new(models: &Models, files: &[RuleFile]) -> Result<Self> {
        let patterns = Compiler::new(models)?.set(files)?;
        let mut rules = Vec::new();
        for (file, rule) in files
            .iter()
            .flat_map(|f| f.rules.iter().map(move |r| (f, r)))
        {
            let mut read = SpeakerRule {
                id: rule.id.as_str().into(),
                voice: Verb::Any,
                unnamed: false,
            };
            for (field, value) in &rule.fields {
                match (field.as_str(), value.as_str(), value.as_bool()) {
                    ("voice", Some("passive"), _) => read.voice = Verb::Passive,
                    ("voice", Some("active"), _) => read.voice = Verb::Active,
                    ("unnamed", _, Some(unnamed)) => read.unnamed = unnamed,
                    _ => {
                        return Err(Error::models(format!(
                            "models/{}: rule {}: unknown field {field} = {value}; known: voice = \"active\" or \"passive\", unnamed = true",
                            file.path, rule.id
                        )));
                    }
                }
            }
            rules.push(read);
        }
        Ok(Self { patterns, rules })
    }

    /// All places outside quotations where a speaker is named, in order; of several readings of one
    /// verb that of the earliest rule.
    pub(super) fn find(&self, tokens: &Tokens<'_>, marks: &Marks, cuts: &[Cut]) -> Vec<Said> {
        let mut best: FxHashMap<usize, (usize, Said)> = FxHashMap::default();
        for (number, found) in self.patterns.matches(tokens, marks) {
            let rule = self.patterns.specs()[number].rule;
            let Some(verb) = self.patterns.capture(number, &found, "verb") else {
                continue;
            };
            let at = verb.range.start;
            let quoted = quoted(cuts, at)
                || (found.start..found.end)
                    .any(|i| tokens.get(i).is_some_and(|t| t.kind == Kind::Quote));
            let passive = tokens.lower(at).starts_with("di");
            let SpeakerRule { id, voice, unnamed } = &self.rules[rule];
            let fits = match voice {
                Verb::Active => !passive,
                Verb::Passive => passive,
                Verb::Any => true,
            };
            if quoted || !fits {
                continue;
            }
            let mark = self
                .patterns
                .capture(number, &found, "speaker")
                .and_then(|c| c.mark());
            let pronoun = self.patterns.capture(number, &found, "pronoun");
            let last = verb.range.end - 1;
            let clitic = tokens.lower(last).ends_with("nya");
            let who = match (mark, pronoun) {
                _ if *unnamed && !clitic => Who::Unnamed,
                (Some(mark), _) if !clitic => Who::Mark(mark.index),
                (_, Some(pronoun)) => Who::Pronoun(pronoun.range.start),
                _ if clitic => Who::Clitic(last),
                _ => continue,
            };
            let said = Said {
                tokens: found.start..found.end,
                who,
                rule: id.clone(),
            };
            let known = best.entry(at).or_insert_with(|| (rule, said.clone()));
            if rule < known.0 {
                *known = (rule, said);
            }
        }
        let mut all: Vec<_> = best.into_values().map(|(_, said)| said).collect();
        all.sort_by_key(|said| (said.tokens.start, said.tokens.end));
        all
    }

    /// Runs the examples of `files`; one message for each that fails.
    pub(super) fn check(&self, models: &Models, files: &[RuleFile]) -> Result<Vec<String>> {
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
            let yes = rule.yes.iter().filter_map(|e| e.0.split_first());
            let yes = yes.map(|(sentence, expected)| (sentence, Some(expected)));
            let no = rule.no.iter().map(|sentence| (sentence, None));
            for (sentence, expected) in yes.chain(no) {
                let given = crate::pattern::Given::parse(sentence)?;
                let tokens = tokenizer.tokenize(&given.text);
                let marks = given.marks(&tokens);
                let cuts = super::cut::cut(&tokens);
                let found: Vec<String> = self
                    .find(&tokens, &marks, &cuts)
                    .iter()
                    .filter(|said| *said.rule == *rule.id)
                    .filter_map(|said| {
                        let token = |at: usize| tokens.span(at..at + 1);
                        let span = match said.who {
                            Who::Mark(index) => {
                                let mark = marks.all().iter().find(|m| m.index == index)?;
                                tokens.span(mark.start..mark.end)
                            }
                            Who::Pronoun(at) | Who::Clitic(at) => token(at),
                            Who::Unnamed => return Some(String::new()),
                        };
                        Some(span.of(&given.text).to_owned())
                    })
                    .collect();
                let good = match expected {
                    Some([]) => found == [""],
                    Some(expected) => found == expected,
                    None => found.is_empty(),
                };
                if !good {
                    say(format!(
                        "{sentence:?}: expected {expected:?}, found {found:?}"
                    ));
                }
            }
        }
        Ok(problems)
    }
}

/// Whether token `at` stands inside a quotation.
pub(super) fn quoted(cuts: &[Cut], at: usize) -> bool {
    let after = cuts.partition_point(|cut| cut.tokens.start <= at);
    after > 0 && cuts[after - 1].tokens.contains(&at)
}
