//! Events: triggers, arguments, time, place, polarity and modality.

use super::align::{Pair, touching};
use super::assign::assign;
use super::counts::{Accuracy, Counts};
use super::filler::{same_filler, show};
use super::slip::{SlipKind, Slips};
use super::span::closeness;
use crate::schema::{Annotation, Argument, Event, Filler, Gold, Span, When, days};
use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::collections::BTreeMap;

/// Events, once an id.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct EventScores {
    /// Articles that are annotated in this layer.
    pub articles: usize,
    /// Type equal, triggers overlap: these are the matched events.
    pub triggers: Counts,
    /// Triggers overlap, whatever the type.
    pub identified: Counts,
    /// Triggers of each type.
    pub types: BTreeMap<String, Counts>,
    /// Role and filler equal, in a matched event; of all arguments of all events.
    pub arguments: Counts,
    /// The same, of the arguments of matched events.
    pub arguments_of_matched: Counts,
    /// Arguments of each role.
    pub roles: BTreeMap<String, Counts>,
    /// Begin and end day equal, of matched events.
    pub time: Accuracy,
    /// The same where either side has a day.
    pub time_said: Accuracy,
    /// Place equal, of matched events.
    pub place: Accuracy,
    /// The same where either side has a place.
    pub place_said: Accuracy,
    /// Polarity equal, of matched events.
    pub polarity: Accuracy,
    /// Modality equal, of matched events.
    pub modality: Accuracy,
}

impl EventScores {
    pub(super) fn add(&mut self, pair: &Pair, slips: &mut Slips) {
        self.articles += 1;
        let (gold, found) = (&pair.gold.annotation.events, &pair.output.events);
        let identified = matched(gold, found, |_, _| true);
        self.identified += Counts {
            right: identified.iter().flatten().count(),
            found: found.len(),
            gold: gold.len(),
        };
        let partners = matched(gold, found, |a, b| a.kind == b.kind);
        let mut taken = vec![false; found.len()];
        for (event, partner) in gold.iter().zip(partners) {
            self.count(event, |counts| counts.gold += 1);
            let partner = partner.and_then(|place| {
                *taken.get_mut(place)? = true;
                found.get(place)
            });
            let Some(partner) = partner else {
                self.arguments_missed(event);
                let note = beside(event, found);
                let slip = ("events", SlipKind::Missed);
                slips.add(slip, pair, first(event), &event.kind, note);
                continue;
            };
            self.count(event, |counts| counts.right += 1);
            self.arguments(pair, event, partner, slips);
            self.rest(pair, event, partner, slips);
        }
        for (event, taken) in found.iter().zip(taken) {
            self.count(event, |counts| counts.found += 1);
            if !taken {
                self.arguments.found += event.arguments.len();
                for argument in &event.arguments {
                    self.role(argument).found += 1;
                }
                let note = beside(event, gold);
                let slip = ("events", SlipKind::False);
                slips.add(slip, pair, first(event), &event.kind, note);
            }
        }
    }

    fn count(&mut self, event: &Event, change: impl Fn(&mut Counts)) {
        change(&mut self.triggers);
        change(self.types.entry(event.kind.to_string()).or_default());
    }

    fn role(&mut self, argument: &Argument) -> &mut Counts {
        self.roles.entry(argument.role.to_string()).or_default()
    }

    fn arguments_missed(&mut self, event: &Event) {
        self.arguments.gold += event.arguments.len();
        for argument in &event.arguments {
            self.role(argument).gold += 1;
        }
    }

    fn arguments(&mut self, pair: &Pair, gold: &Event, found: &Event, slips: &mut Slips) {
        let mut edges = Vec::new();
        for (row, argument) in gold.arguments.iter().enumerate() {
            for (column, other) in found.arguments.iter().enumerate() {
                let same = || same_filler(pair, &argument.filler, &other.filler);
                if argument.role == other.role && same() {
                    edges.push((row, column, 1.0));
                }
            }
        }
        let chosen = assign(gold.arguments.len(), &edges);
        let counts = Counts {
            right: chosen.iter().flatten().count(),
            found: found.arguments.len(),
            gold: gold.arguments.len(),
        };
        self.arguments += counts;
        self.arguments_of_matched += counts;
        let mut taken = vec![false; found.arguments.len()];
        for (argument, partner) in gold.arguments.iter().zip(chosen) {
            let counts = self.role(argument);
            counts.gold += 1;
            counts.right += usize::from(partner.is_some());
            match partner {
                Some(column) => taken[column] = true,
                None => {
                    let note = show(pair, true, &argument.filler);
                    let label = format!("{} {}", gold.kind, argument.role);
                    slips.add(
                        ("arguments", SlipKind::Missed),
                        pair,
                        first(gold),
                        label,
                        note,
                    );
                }
            }
        }
        for (argument, taken) in found.arguments.iter().zip(taken) {
            self.role(argument).found += 1;
            if !taken {
                let note = show(pair, false, &argument.filler);
                let label = format!("{} {}", found.kind, argument.role);
                slips.add(
                    ("arguments", SlipKind::False),
                    pair,
                    first(gold),
                    label,
                    note,
                );
            }
        }
    }

    fn rest(&mut self, pair: &Pair, gold: &Event, found: &Event, slips: &mut Slips) {
        let (wanted, got) = (edges(&gold.time), edges(&found.time));
        let right = self.time.add(wanted == got);
        if wanted != Default::default() || got != Default::default() {
            self.time_said.add(right);
        }
        let mut wrong = |layer, note| {
            slips.add(
                (layer, SlipKind::Wrong),
                pair,
                first(gold),
                &gold.kind,
                note,
            );
        };
        if !right {
            wrong(
                "event times",
                format!("{} found {}", when(gold), when(found)),
            );
        }
        let place = match (&gold.place, &found.place) {
            (None, None) => true,
            (Some(gold), Some(found)) => same_filler(pair, gold, found),
            _ => false,
        };
        self.place.add(place);
        if gold.place.is_some() || found.place.is_some() {
            self.place_said.add(place);
        }
        if !place {
            let said = |gold, place: &Option<Filler>| match place {
                Some(filler) => show(pair, gold, filler),
                None => "none".into(),
            };
            let note = format!(
                "{} found {}",
                said(true, &gold.place),
                said(false, &found.place)
            );
            wrong("event places", note);
        }
        if !self.polarity.add(gold.polarity == found.polarity) {
            wrong(
                "polarity",
                format!("{} found {}", gold.polarity, found.polarity),
            );
        }
        if !self.modality.add(gold.modality == found.modality) {
            wrong(
                "modality",
                format!("{} found {}", gold.modality, found.modality),
            );
        }
    }
}

/// A gold article beside an output, as training asks: which is which, by the same rules as the scores.
pub(crate) struct Beside<'a>(Pair<'a>);

impl<'a> Beside<'a> {
    pub(crate) fn new(gold: &'a Gold, output: Annotation) -> Self {
        Self(Pair::new(gold, std::borrow::Cow::Owned(output)))
    }

    /// For each found event the gold one.
    pub(crate) fn partners(&self) -> Vec<Option<&'a Event>> {
        let gold = &self.0.gold.annotation.events;
        let found = &self.0.output.events;
        let mut partners = vec![None; found.len()];
        let matched = matched(gold, found, |a, b| a.kind == b.kind);
        for (event, partner) in gold.iter().zip(matched) {
            if let Some(place) = partner.and_then(|at| partners.get_mut(at)) {
                *place = Some(event);
            }
        }
        partners
    }

    /// Whether a found filler is the gold one.
    pub(crate) fn same(&self, gold: &Filler, found: &Filler) -> bool {
        same_filler(&self.0, gold, found)
    }

    /// Whether the output has what a gold filler names; phrases are always there.
    pub(crate) fn known(&self, gold: &Filler) -> bool {
        match gold {
            Filler::Ref { id } => self.0.known(*id),
            Filler::Phrase(_) => true,
        }
    }

    /// Whether two times have the same first and last day.
    pub(crate) fn at_once(gold: &Option<When>, found: &Option<When>) -> bool {
        edges(gold) == edges(found)
    }
}

/// For each gold event the found one that is `alike` with overlapping triggers, one to one.
fn matched(
    gold: &[Event],
    found: &[Event],
    alike: impl Fn(&Event, &Event) -> bool,
) -> Vec<Option<usize>> {
    let triggers = |events: &[Event]| -> Vec<(Span, usize)> {
        let each = events.iter().enumerate();
        each.flat_map(|(place, event)| event.triggers.iter().map(move |t| (t.span, place)))
            .collect()
    };
    let mut best: FxHashMap<(usize, usize), f64> = FxHashMap::default();
    let pairs = touching(triggers(gold).into_iter(), triggers(found).into_iter());
    for ((one, row), (other, column)) in pairs {
        if alike(&gold[row], &found[column]) {
            let weight = best.entry((row, column)).or_default();
            *weight = weight.max(closeness(one, other));
        }
    }
    let mut edges: Vec<_> = best
        .into_iter()
        .map(|((a, b), weight)| (a, b, weight))
        .collect();
    // The map has no order of its own.
    edges.sort_by_key(|&(row, column, _)| (row, column));
    assign(gold.len(), &edges)
}

fn first(event: &Event) -> Span {
    event
        .triggers
        .first()
        .map_or(Span::default(), |trigger| trigger.span)
}

/// Events of the other side on the same words.
fn beside(event: &Event, others: &[Event]) -> String {
    let touches = |other: &&Event| {
        let mut spans = other.triggers.iter();
        spans.any(|there| {
            event
                .triggers
                .iter()
                .any(|here| here.span.overlaps(there.span))
        })
    };
    let names: Vec<_> = others
        .iter()
        .filter(touches)
        .map(|other| &*other.kind)
        .collect();
    names.join(", ")
}

/// One end of an event's time.
#[derive(Debug, Default, PartialEq)]
enum Edge<'a> {
    #[default]
    Open,
    Day(Date),
    /// What is no date counts as it is written.
    Odd(&'a str),
}

/// Begin and end day.
fn edges(time: &Option<When>) -> (Edge<'_>, Edge<'_>) {
    let Some(when) = time else {
        return Default::default();
    };
    let begin = when
        .from
        .as_deref()
        .map_or(Edge::Open, |value| match days::days(value) {
            Some((first, _)) => Edge::Day(first),
            None => Edge::Odd(value),
        });
    let end = when
        .to
        .as_deref()
        .map_or(Edge::Open, |value| match days::days(value) {
            Some((_, last)) => Edge::Day(last),
            None => Edge::Odd(value),
        });
    (begin, end)
}

fn when(event: &Event) -> String {
    let Some(when) = &event.time else {
        return "none".into();
    };
    let id = when.id.map(|id| id.to_string()).unwrap_or_default();
    let side = |value: &Option<String>| value.clone().unwrap_or_default();
    format!("{id} {}/{}", side(&when.from), side(&when.to))
}
