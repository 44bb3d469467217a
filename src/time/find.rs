//! The finder: layers of rules over tokens, then one pass that resolves.

use super::captures::Captures;
use super::facts::Facts;
use super::function::FUNCTIONS;
use super::names::Names;
use super::partial::{Hint, LABELS, Partial, Point, What};
use super::reference;
use super::resolve::Context;
use super::value::Value;
use crate::error::{Error, Result};
use crate::models::Models;
use crate::pattern::{Call, Compiler, Mark, Marks, PatternSet, select};
use crate::schema::{Basis, Interval, Mention, ReferenceTime, Span, Time, TimeId, TimeType};
use crate::token::{Lookup, Tokens};
use jiff::civil::Date;
use std::ops::Range;
use std::sync::Arc;

/// The times of an article.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FoundTimes {
    /// The date against which relative dates were resolved, and where it comes from.
    pub reference: ReferenceTime,
    /// That date, where one is known.
    pub day: Option<Date>,
    /// The times in order of position.
    pub times: Vec<Time>,
    /// What the reader should know, such as weekdays that contradict their dates.
    pub warnings: Vec<String>,
}

/// Finds time expressions and gives them TIMEX3 values; immutable, shared by all threads.
pub struct TimeFinder {
    layers: Vec<Layer>,
    facts: Facts,
    /// Words that say that something is still to come.
    future: Lookup,
}

/// Rules that see what the layers before have found.
struct Layer {
    set: PatternSet,
    rules: Vec<TimeRule>,
}

struct TimeRule {
    id: Arc<str>,
    call: Call,
    /// Whether its matches only serve later rules.
    latent: bool,
    /// Whether it wins over an equally long match of another rule.
    wins: bool,
}

/// A match with its meaning.
pub(super) struct Found {
    range: Range<usize>,
    pub partial: Partial,
    rule: Arc<str>,
    latent: bool,
    order: usize,
}

impl TimeFinder {
    /// A finder with the rules and lexicons of `models`.
    ///
    /// # Errors
    /// Where a rule or lexicon is missing or malformed.
    pub fn new(models: &Models) -> Result<Self> {
        let files = models.rules("time/")?;
        let mut compiler = Compiler::new(models)?.with_labels(LABELS);
        let mut layers: Vec<Layer> = Vec::new();
        for number in 1..=9 {
            let mut chosen = files.clone();
            for file in &mut chosen {
                let layer = |rule: &crate::models::Rule| {
                    rule.fields
                        .get("layer")
                        .and_then(toml::Value::as_integer)
                        .unwrap_or(1)
                };
                file.rules.retain(|rule| layer(rule) == number);
            }
            let rules: Vec<TimeRule> = chosen
                .iter()
                .flat_map(|file| file.rules.iter().map(move |rule| (file, rule)))
                .map(|(file, rule)| {
                    TimeRule::new(rule)
                        .map_err(|e| e.at(format!("models/{}: rule {}", file.path, rule.id)))
                })
                .collect::<Result<_>>()?;
            if rules.is_empty() {
                continue;
            }
            let set = compiler.set(&chosen)?;
            for spec in set.specs() {
                let call = &rules[spec.rule].call;
                let known =
                    |argument: &&String| !spec.names().any(|name| name == argument.as_str());
                // every argument is a capture of some pattern of the rule
                let others = set
                    .specs()
                    .iter()
                    .filter(|other| other.rule == spec.rule)
                    .count();
                if others == 1
                    && let Some(unknown) = call.arguments.iter().find(known)
                {
                    return Err(Error::models(format!(
                        "{}: value reads {unknown}, which the pattern does not capture",
                        spec.place
                    )));
                }
            }
            layers.push(Layer { set, rules });
        }
        Ok(Self {
            layers,
            facts: Facts::new(models)?,
            future: Lookup::new(models, &["future_cues"])?,
        })
    }

    /// The times of a text. `published` resolves relative dates; a time inside a mention that is a
    /// name (law, event, work, organisation, place, person) is part of the name and not found.
    pub fn find(
        &self,
        tokens: &Tokens<'_>,
        published: Option<Date>,
        mentions: &[Mention],
    ) -> FoundTimes {
        let mut found = self.recognise(tokens, mentions);
        let points: Vec<Point> = found.iter().filter_map(Found::point).collect();
        let (day, basis) = match published {
            Some(date) => (Some(date), Basis::Published),
            None => match reference::infer(&points) {
                Some(date) => (Some(date), Basis::Inferred),
                None => (None, Basis::None),
            },
        };
        // `kelahiran 1994 ini`: of another year, `ini` belongs to the noun
        let this_year = day.map(Date::year);
        found.retain(|found| {
            found.point().is_none_or(|point| {
                point.hint != Some(Hint::This) || point.year.is_none() || point.year == this_year
            })
        });
        let found = best(found);
        let mut context = Context {
            facts: &self.facts,
            reference: day,
            known: Vec::new(),
            last_day: None,
            last_month: None,
            last_year: None,
            last_clock: None,
            sentence: 0,
            last_period: None,
            future: false,
            warnings: Vec::new(),
        };
        context.known = known_days(&points, &mut context);
        let mut times: Vec<Time> = Vec::new();
        for (index, one) in found.iter().enumerate() {
            let span = tokens.span(one.range.clone());
            let text = span.of(tokens.text());
            context.future = self.is_future(tokens, one.range.start);
            context.sentence = tokens.sentence_of(one.range.start);
            let what = with_day(one, found.get(index + 1));
            let Some(value) = context.value(&what, text) else {
                continue;
            };
            context.remember(&value);
            times.push(time(times.len(), span, text, one, &value));
        }
        context.warnings.dedup();
        FoundTimes {
            reference: ReferenceTime {
                value: day.map(|day| day.to_string()),
                basis,
            },
            day,
            times,
            warnings: context.warnings,
        }
    }

    /// All matches that may stand, overlapping.
    fn recognise(&self, tokens: &Tokens<'_>, mentions: &[Mention]) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        for (layer, Layer { set, rules }) in self.layers.iter().enumerate() {
            let marks = found.iter().enumerate().map(|(index, found)| Mark {
                label: found.partial.label(),
                start: found.range.start,
                end: found.range.end,
                index,
            });
            let marks = Marks::new(marks.collect(), tokens.len());
            let matches = set.matches(tokens, &marks);
            let mut new = Vec::new();
            for (number, m) in &matches {
                let rule = set.specs()[*number].rule;
                let captures = Captures {
                    set,
                    number: *number,
                    found: m,
                    tokens,
                    earlier: &found,
                    facts: &self.facts,
                };
                let range = match captures.get("span") {
                    Some(span) => span.range.clone(),
                    None => m.start..m.end,
                };
                if let Some(partial) = captures.evaluate(&rules[rule].call) {
                    new.push(Found {
                        range,
                        partial,
                        rule: rules[rule].id.clone(),
                        latent: rules[rule].latent,
                        // of equally long matches the simpler reading wins
                        order: if rules[rule].wins {
                            0
                        } else {
                            layer * 10_000 + rule
                        },
                    });
                }
            }
            found.append(&mut new);
        }
        let names = Names::new(tokens, mentions);
        found.retain(|found| !found.latent && !names.contain(tokens, &found.range));
        found
    }

    /// Whether the words before `start` in its clause say that something is still to come.
    fn is_future(&self, tokens: &Tokens<'_>, start: usize) -> bool {
        let clause = tokens.clause(tokens.clause_of(start));
        let from = start.saturating_sub(12).max(clause.start);
        (from..start).any(|at| self.future.longest(tokens, at).is_some())
    }
}

impl Found {
    /// Its point, or the end of its range.
    fn point(&self) -> Option<Point> {
        match &self.partial.what {
            What::Point(point) | What::Range(_, point) => Some(*point),
            _ => None,
        }
    }
}

/// The winning matches in order.
fn best(found: Vec<Found>) -> Vec<Found> {
    let ranges: Vec<_> = found
        .iter()
        .map(|found| (found.range.start, found.range.end, found.order))
        .collect();
    let mut found: Vec<Option<Found>> = found.into_iter().map(Some).collect();
    let winners = select(&ranges).into_iter();
    winners.filter_map(|index| found[index].take()).collect()
}

/// `pukul 18.30 WIB pada Senin (24/8)`: a clock takes the day that follows at once.
fn with_day(found: &Found, next: Option<&Found>) -> What {
    if let (What::Point(clock), "CLOCK", Some(next)) =
        (&found.partial.what, found.partial.label(), next)
        && next.range.start <= found.range.end + 1
        && let What::Point(day) = next.partial.what
        && let Some(both) = clock.merge(Point { clock: None, ..day })
    {
        return What::Point(both);
    }
    found.partial.what.clone()
}

impl TimeRule {
    fn new(rule: &crate::models::Rule) -> Result<Self> {
        if let Some(unknown) = rule
            .fields
            .keys()
            .find(|key| !["value", "layer", "latent", "wins"].contains(&key.as_str()))
        {
            return Err(Error::models(format!(
                "unknown field {unknown}; known: value layer latent wins"
            )));
        }
        let value = rule.fields.get("value").and_then(toml::Value::as_str);
        let value = value.ok_or_else(|| Error::models("no value; give value = \"function(…)\""))?;
        Ok(Self {
            id: rule.id.as_str().into(),
            call: Call::parse(value, FUNCTIONS)?,
            latent: rule.fields.get("latent").and_then(toml::Value::as_bool) == Some(true),
            wins: rule.fields.get("wins").and_then(toml::Value::as_bool) == Some(true),
        })
    }
}

/// The days that the text gives with a weekday or in full, resolved without warnings.
fn known_days(points: &[Point], context: &mut Context<'_>) -> Vec<Date> {
    let mut days = Vec::new();
    for point in points {
        if point.day.is_none() || point.month.is_none() {
            continue;
        }
        if let Some(Value::Point(stamp)) = context.value(&What::Point(*point), "")
            && let Some((day, _)) = stamp.days()
        {
            days.push(day);
        }
    }
    context.warnings.clear();
    days
}

fn time(index: usize, span: Span, text: &str, found: &Found, value: &Value) -> Time {
    let every = match &found.partial.what {
        What::Every(every) => Some(every),
        _ => None,
    };
    let timed = |stamp: &super::value::Stamp| stamp.clock.is_some();
    let kind = match value {
        _ if every.is_some() => TimeType::Set,
        Value::Length(_) | Value::Lengths(..) => TimeType::Duration,
        Value::Point(stamp) if timed(stamp) => TimeType::Time,
        Value::Range(from, to) if timed(from) || timed(to) => TimeType::Time,
        _ => TimeType::Date,
    };
    let (from, to) = value.interval();
    let interval = (from.is_some() || to.is_some()).then(|| Interval {
        from: from.map(|day| day.to_string()),
        to: to.map(|day| day.to_string()),
    });
    Time {
        id: TimeId(index as u32 + 1),
        span,
        text: text.to_owned(),
        kind,
        value: value.to_string(),
        modifier: found.partial.modifier.map(str::to_owned),
        quant: every
            .filter(|every| every.every)
            .map(|_| "EVERY".to_owned()),
        freq: every
            .and_then(|every| every.times)
            .map(|times| format!("{times}X")),
        interval,
        found_by: Some(found.rule.clone()),
    }
}
