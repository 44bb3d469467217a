//! What is known of names beside the tagger: rules over tokens and over what it found.
//!
//! In: tokens and the tagger's mentions. Out: mentions. Each file of `models/rules/entity` is a stage that
//! sees, as `{PER}` or `{ORG}`, what the stages before it left, in order of path. A rule's captures that
//! are named like labels, in lower case, become mentions (`rol:`, a second one `rol_2:`); its `policy` says what happens to others there:
//!
//! | policy | where a mention overlaps that is not the same and not nested as the guidelines allow |
//! | --- | --- |
//! | `add` | the rule yields (also where none is given) |
//! | `grow` | it goes if it lies wholly inside; else the rule yields |
//! | `extend` | it goes, unless it has the same label and begin and reaches further |
//! | `replace` | it goes |
//! | `drop` | the rule makes nothing; mentions that are exactly its captures, label and span, go |
//!
//! Before them brackets are put right, after them names are marked wherever the article repeats them.

mod brackets;
mod examples;
mod repeat;
#[cfg(test)]
mod tests;

pub(crate) use examples::check_examples;

use super::finder::nest;
use crate::error::{Error, Result};
use crate::models::{Models, Rule, RuleFile};
use crate::pattern::{Compiler, Mark, Marks, PatternSet, select};
use crate::schema::{Label, Mention, Span};
use crate::token::Tokens;
use std::sync::Arc;

/// What a rule does to mentions that are in its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Policy {
    Add,
    Grow,
    Extend,
    Replace,
    Drop,
}

/// What a rule says beside its patterns.
struct Action {
    id: Arc<str>,
    policy: Policy,
    /// Probability that a mention of the rule is right.
    score: f32,
}

/// One file of rules.
struct Stage {
    set: PatternSet,
    actions: Vec<Action>,
    /// For each pattern of the set, the captures that become mentions.
    captures: Vec<Vec<(Label, String)>>,
}

/// All stages; immutable, shared by all threads.
pub(super) struct Rules(Vec<Stage>);

/// The folder of the rules below `models/rules/`.
const FOLDER: &str = "entity/";
/// The score of a rule that gives none.
const SCORE: f32 = 0.9;

impl Rules {
    /// The rules of `models`; none where it has none.
    pub(super) fn new(models: &Models) -> Result<Self> {
        let mut compiler = Compiler::new(models)?;
        let files = models.rules(FOLDER)?;
        let stages = files.iter().map(|file| Stage::new(file, &mut compiler));
        Ok(Self(stages.collect::<Result<_>>()?))
    }

    /// The mentions after all stages, by position, an outer one before those inside it.
    pub(super) fn apply(&self, tokens: &Tokens<'_>, mut mentions: Vec<Mention>) -> Vec<Mention> {
        brackets::balance(tokens.text(), &mut mentions);
        nest(&mut mentions);
        for stage in &self.0 {
            stage.apply(tokens, &mut mentions);
        }
        if repeat::repeat(tokens, &mut mentions) {
            nest(&mut mentions);
        }
        mentions
    }
}

impl Stage {
    fn new(file: &RuleFile, compiler: &mut Compiler<'_>) -> Result<Self> {
        let set = compiler.set(std::slice::from_ref(file))?;
        let at = |rule: &Rule, e: Error| e.at(format!("models/{}: rule {}", file.path, rule.id));
        let actions = file.rules.iter().map(|r| action(r).map_err(|e| at(r, e)));
        let mut captures = Vec::new();
        for spec in set.specs() {
            let named: Vec<(Label, String)> = spec
                .names()
                .filter_map(|name| {
                    let label = name.split('_').next().unwrap_or(name);
                    let label = label.to_uppercase().parse().ok()?;
                    Some((label, name.to_owned()))
                })
                .collect();
            if named.is_empty() {
                return Err(Error::models(format!(
                    "{}: no capture is named like a label; write org:(…)",
                    spec.place
                )));
            }
            captures.push(named);
        }
        Ok(Self {
            actions: actions.collect::<Result<_>>()?,
            set,
            captures,
        })
    }

    fn apply(&self, tokens: &Tokens<'_>, mentions: &mut Vec<Mention>) {
        let marks = mentions.iter().enumerate().map(|(index, mention)| {
            let range = tokens.covered(mention.span);
            Mark {
                label: mention.label.as_str(),
                start: range.start,
                end: range.end,
                index,
            }
        });
        let marks = Marks::new(marks.collect(), tokens.len());
        let found = self.set.matches(tokens, &marks);
        if found.is_empty() {
            return;
        }
        let ranges: Vec<_> = found
            .iter()
            .map(|(number, m)| (m.start, m.end, self.set.specs()[*number].rule))
            .collect();
        let mut changed = false;
        for index in select(&ranges) {
            let (number, m) = &found[index];
            let Some(action) = self.actions.get(ranges[index].2) else {
                continue;
            };
            let captured = self.captures[*number].iter().filter_map(|(label, name)| {
                let range = self.set.capture(*number, m, name)?.range.clone();
                Some((*label, span_of(tokens, range, *label)))
            });
            changed |= action.run(captured.collect(), tokens, mentions);
        }
        if changed {
            nest(mentions);
        }
    }
}

impl Action {
    /// Makes mentions of what was captured, and removes what is in their way; whether anything changed.
    fn run(
        &self,
        mut captured: Vec<(Label, Span)>,
        tokens: &Tokens<'_>,
        mentions: &mut Vec<Mention>,
    ) -> bool {
        let same = |m: &Mention, (label, span): (Label, Span)| m.label == label && m.span == span;
        if self.policy == Policy::Drop {
            let before = mentions.len();
            mentions.retain(|m| !captured.iter().any(|&c| same(m, c)));
            return mentions.len() < before;
        }
        // captures that are nested wrongly or empty would not survive
        captured.retain(|(_, span)| !span.is_empty());
        let in_the_way = |m: &Mention| {
            let mut hit = captured.iter();
            hit.find(|&&c| m.span.overlaps(c.1) && !same(m, c) && !nested((m.label, m.span), c))
        };
        let yields = mentions.iter().any(|m| match (in_the_way(m), self.policy) {
            (None, _) => false,
            (Some(_), Policy::Replace) => false,
            (Some((_, span)), Policy::Grow) => !span.contains(m.span),
            (Some((label, span)), Policy::Extend) => {
                m.label == *label && m.span.start == span.start && m.span.end > span.end
            }
            (Some(_), _) => true,
        });
        let all_there = captured
            .iter()
            .all(|&c| mentions.iter().any(|m| same(m, c)));
        if yields || (all_there && self.policy == Policy::Add) {
            return false;
        }
        let before = mentions.len();
        let kept: Vec<bool> = mentions.iter().map(|m| in_the_way(m).is_none()).collect();
        let mut kept = kept.into_iter();
        mentions.retain(|_| kept.next().unwrap_or(true));
        let mut changed = mentions.len() < before;
        for (label, span) in captured {
            if mentions.iter().any(|m| same(m, (label, span))) {
                continue;
            }
            changed = true;
            mentions.push(Mention {
                span,
                text: span.of(tokens.text()).to_owned(),
                label,
                score: Some(self.score),
                found_by: Some(self.id.clone()),
            });
        }
        changed
    }
}

/// Whether one is a role that holds the other, which is a name in it.
fn nested(a: (Label, Span), b: (Label, Span)) -> bool {
    let holds = |outer: (Label, Span), inner: (Label, Span)| {
        outer.0 == Label::Rol
            && !matches!(inner.0, Label::Rol | Label::Per)
            && outer.1.contains(inner.1)
            && outer.1 != inner.1
    };
    holds(a, b) || holds(b, a)
}

/// The bytes of captured tokens; a clitic after the last word of anything but a name of a person or place
/// (`Instagramnya`) is no part of it, nor a last dot.
fn span_of(tokens: &Tokens<'_>, range: std::ops::Range<usize>, label: Label) -> Span {
    let mut span = tokens.span(range.clone());
    let last = range.end.saturating_sub(1);
    let clitic = tokens.lower(last).len() - tokens.stem(last).len();
    let plain = tokens
        .get(last)
        .is_some_and(|t| t.span.len() == tokens.lower(last).len());
    if plain && clitic > 0 && !matches!(label, Label::Per | Label::Loc) {
        span.end -= clitic as u32;
    }
    // the dot of `Tbk.` or `Pol.` is no part of a name, that of `Jr.` is
    if label != Label::Per && span.len() > 1 && span.of(tokens.text()).ends_with('.') {
        span.end -= 1;
    }
    span
}

fn action(rule: &Rule) -> Result<Action> {
    let mut action = Action {
        id: rule.id.as_str().into(),
        policy: Policy::Add,
        score: SCORE,
    };
    for (field, value) in &rule.fields {
        match (field.as_str(), value) {
            ("policy", toml::Value::String(policy)) => {
                action.policy = match policy.as_str() {
                    "add" => Policy::Add,
                    "grow" => Policy::Grow,
                    "extend" => Policy::Extend,
                    "replace" => Policy::Replace,
                    "drop" => Policy::Drop,
                    _ => {
                        return Err(Error::models(format!(
                            "unknown policy {policy:?}; known: add grow extend replace drop"
                        )));
                    }
                }
            }
            ("score", toml::Value::Float(score)) if (0.0..=1.0).contains(score) => {
                action.score = *score as f32;
            }
            _ => {
                return Err(Error::models(format!(
                    "unknown field {field} = {value}; known: policy = \"add\", score = 0.9"
                )));
            }
        }
    }
    Ok(action)
}
