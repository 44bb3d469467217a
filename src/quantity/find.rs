//! The finder: rules over tokens, the longest wins.

use crate::error::{Error, Result};
use crate::models::{Models, Rule};
use crate::pattern::{Call, Capture, Compiler, Functions, Mark, Marks, Match, PatternSet, select};
use crate::schema::{Label, Mention, Quantity, QuantityId, QuantityType, Time};
use crate::token::{Tokens, exact};
use std::ops::Range;
use std::sync::Arc;

/// What a rule's `value` may call, with the captures that each function reads.
const FUNCTIONS: &Functions = &[
    ("money", &["currency", "count", "scale", "vague"]),
    ("rupiah", &["count"]),
    ("cents", &["count"]),
    ("percent", &["count"]),
    ("age", &["count"]),
    ("measure", &["count", "unit", "times"]),
    ("magnitude", &["count"]),
    ("count", &["count", "vague", "noun", "scale"]),
];

/// Finds quantities; immutable, shared by all threads.
pub struct QuantityFinder {
    set: PatternSet,
    rules: Vec<(Arc<str>, Call)>,
}

/// What a match amounts to.
struct Amount {
    kind: QuantityType,
    value: f64,
    unit: Option<String>,
}

impl QuantityFinder {
    /// A finder with the rules and lexicons of `models`.
    ///
    /// # Errors
    /// Where a rule or lexicon is missing or malformed.
    pub fn new(models: &Models) -> Result<Self> {
        let files = models.rules("quantity/")?;
        let call = |rule: &Rule| {
            let value = rule.fields.get("value").and_then(toml::Value::as_str);
            let value =
                value.ok_or_else(|| Error::models("no value; give value = \"function(…)\""))?;
            Call::parse(value, FUNCTIONS)
        };
        let mut rules = Vec::new();
        for file in &files {
            for rule in &file.rules {
                let at = |e: Error| e.at(format!("models/{}: rule {}", file.path, rule.id));
                rules.push((rule.id.as_str().into(), call(rule).map_err(at)?));
            }
        }
        Ok(Self {
            set: Compiler::new(models)?.set(&files)?,
            rules,
        })
    }

    /// The quantities of a text outside its times and names.
    pub fn find(&self, tokens: &Tokens<'_>, times: &[Time], mentions: &[Mention]) -> Vec<Quantity> {
        let time_ranges: Vec<_> = times.iter().map(|t| tokens.covered(t.span)).collect();
        let marks = times.iter().zip(&time_ranges).enumerate();
        let marks = marks.map(|(index, (time, range))| Mark {
            label: time.kind.as_str(),
            start: range.start,
            end: range.end,
            index,
        });
        let marks = Marks::new(marks.collect(), tokens.len());
        let mut taken = vec![false; tokens.len()];
        for range in time_ranges {
            taken[range].fill(true);
        }
        let mut named = vec![false; tokens.len()];
        for mention in mentions.iter().filter(|m| m.label != Label::Rol) {
            named[tokens.covered(mention.span)].fill(true);
        }
        let mut found: Vec<(Range<usize>, usize, Amount)> = Vec::new();
        for (number, m) in self.set.matches(tokens, &marks) {
            let spec = &self.set.specs()[number];
            let get = |name: &str| self.set.capture(number, &m, name);
            let range = get("span").map_or(m.start..m.end, |span| span.range.clone());
            // a figure inside a time or name is no quantity; a unit may be a name (`anggota DPR`)
            let blocked = taken[range.clone()].iter().any(|t| *t)
                || named.get(range.start).copied().unwrap_or(false);
            if blocked {
                continue;
            }
            if let Some(amount) = amount(&self.rules[spec.rule].1, tokens, &m, &get) {
                found.push((range, spec.rule, amount));
            }
        }
        let ranges: Vec<_> = found
            .iter()
            .map(|(r, rule, _)| (r.start, r.end, *rule))
            .collect();
        let mut found: Vec<_> = found.into_iter().map(Some).collect();
        let winners = select(&ranges).into_iter();
        let winners = winners.filter_map(|index| found[index].take());
        winners
            .enumerate()
            .map(|(index, (range, rule, amount))| {
                let span = tokens.span(range);
                Quantity {
                    id: QuantityId(index as u32 + 1),
                    span,
                    text: span.of(tokens.text()).to_owned(),
                    kind: amount.kind,
                    value: amount.value,
                    unit: amount.unit,
                    found_by: Some(self.rules[rule].0.clone()),
                }
            })
            .collect()
    }
}

fn amount<'a>(
    call: &Call,
    tokens: &Tokens<'_>,
    _match: &Match,
    get: &dyn Fn(&str) -> Option<&'a Capture>,
) -> Option<Amount> {
    let number = |name: &str| get(name)?.number();
    let entry = |name: &str| get(name)?.entry();
    let printed = |name: &str| {
        let range = get(name)?.range.clone();
        let words: Vec<&str> = range.map(|at| tokens.lower(at)).collect();
        Some(words.join(" "))
    };
    // `ratusan juta dolar` counts its least
    let count = number("count").or_else(|| number("vague"))? * number("scale").unwrap_or(1.0);
    let (kind, unit) = match call.function {
        "money" => (QuantityType::Money, Some(entry("currency")?.to_owned())),
        "rupiah" => (QuantityType::Money, Some("IDR".to_owned())),
        "cents" => {
            return Some(Amount {
                kind: QuantityType::Money,
                value: count / 100.0,
                unit: Some("USD".to_owned()),
            });
        }
        "magnitude" => (QuantityType::Measure, Some("M".to_owned())),
        "percent" => (QuantityType::Percent, None),
        "age" => (QuantityType::Age, None),
        "measure" => (QuantityType::Measure, Some(entry("unit")?.to_owned())),
        "count" => {
            let noun = printed("noun")?;
            (QuantityType::Count, (!noun.is_empty()).then_some(noun))
        }
        _ => return None,
    };
    Some(Amount {
        kind,
        value: exact(count * number("times").unwrap_or(1.0)),
        unit,
    })
}
