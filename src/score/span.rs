//! Entities, times and quantities: span, label and value.

use super::align::{Pair, touching};
use super::assign::{PAIR, assign};
use super::counts::{Accuracy, Counts};
use super::slip::{SlipKind, Slips};
use crate::schema::{Annotation, Label, Quantity, QuantityType, Span, Time};
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Entity mentions: right where span and label are equal.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct EntityScores {
    /// Articles that are annotated in this layer.
    pub articles: usize,
    /// All labels.
    pub all: Counts,
    /// PER, ORG and LOC together.
    pub per_org_loc: Counts,
    /// Span alone, whatever the label.
    pub spans: Counts,
    /// Each label.
    pub labels: BTreeMap<Label, Counts>,
}

impl EntityScores {
    pub(super) fn add(&mut self, pair: &Pair, slips: &mut Slips) {
        self.articles += 1;
        let (gold, found) = (labelled(&pair.gold.annotation), labelled(&pair.output));
        for &(_, label) in &gold {
            self.count(label, |counts| counts.gold += 1);
        }
        for &(_, label) in &found {
            self.count(label, |counts| counts.found += 1);
        }
        for &(_, label) in gold.intersection(&found) {
            self.count(label, |counts| counts.right += 1);
        }
        let alone = |marks: &BTreeSet<(Span, Label)>| -> BTreeSet<Span> {
            marks.iter().map(|(span, _)| *span).collect()
        };
        let (gold_spans, found_spans) = (alone(&gold), alone(&found));
        self.spans += Counts {
            right: gold_spans.intersection(&found_spans).count(),
            found: found_spans.len(),
            gold: gold_spans.len(),
        };
        let note = |span: Span, others: &BTreeSet<(Span, Label)>| {
            let beside = touching([(span, ())].into_iter(), others.iter().copied());
            let beside = beside
                .iter()
                .map(|(_, (other, label))| format!("{label} {:?}", other.of(pair.text())));
            beside.collect::<Vec<_>>().join(", ")
        };
        for &(span, label) in gold.difference(&found) {
            let note = note(span, &found);
            slips.add(("entities", SlipKind::Missed), pair, span, label, note);
        }
        for &(span, label) in found.difference(&gold) {
            let note = note(span, &gold);
            slips.add(("entities", SlipKind::False), pair, span, label, note);
        }
    }

    fn count(&mut self, label: Label, change: impl Fn(&mut Counts)) {
        change(&mut self.all);
        change(self.labels.entry(label).or_default());
        if matches!(label, Label::Per | Label::Org | Label::Loc) {
            change(&mut self.per_org_loc);
        }
    }
}

fn labelled(annotation: &Annotation) -> BTreeSet<(Span, Label)> {
    let entities = annotation.entities.iter();
    entities
        .flat_map(|e| e.mentions.iter().map(|m| (m.span, e.label)))
        .collect()
}

/// Time expressions, as TempEval-3 scores them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TimeScores {
    /// Articles that are annotated in this layer.
    pub articles: usize,
    /// The same span.
    pub strict: Counts,
    /// Spans that overlap, one to one.
    pub overlap: Counts,
    /// Spans that overlap and equal values: value F1.
    pub value: Counts,
    /// The same span and equal values.
    pub strict_value: Counts,
    /// Equal values among the overlapping.
    pub value_accuracy: Accuracy,
    /// Equal types among the overlapping.
    pub type_accuracy: Accuracy,
}

impl TimeScores {
    pub(super) fn add(&mut self, pair: &Pair, slips: &mut Slips) {
        self.articles += 1;
        let (gold, found) = (&pair.gold.annotation.times, &pair.output.times);
        let of = |right| Counts {
            right,
            found: found.len(),
            gold: gold.len(),
        };
        let span = |time: &Time| time.span;
        // Of two found on one span the one with the right value is meant.
        let alike = |a: &Time, b: &Time| Some(f64::from(u8::from(a.value == b.value)) * 1e-6);
        let (mut strict, mut strict_value, mut overlap, mut value) = (0, 0, 0, 0);
        let mut partner = vec![None; found.len()];
        for (time, other) in gold.iter().zip(matched(gold, found, span, alike)) {
            let Some((place, other)) = other.and_then(|place| Some((place, found.get(place)?)))
            else {
                let note = &time.value;
                slips.add(
                    ("times", SlipKind::Missed),
                    pair,
                    time.span,
                    time.kind,
                    note,
                );
                continue;
            };
            partner[place] = Some(());
            overlap += 1;
            let same_span = time.span == other.span;
            strict += usize::from(same_span);
            if !same_span {
                let note = format!("found {:?}", other.text);
                slips.add(("times", SlipKind::Wrong), pair, time.span, time.kind, note);
            }
            self.type_accuracy.add(time.kind == other.kind);
            if self.value_accuracy.add(time.value == other.value) {
                value += 1;
                strict_value += usize::from(same_span);
            } else {
                let note = format!("{} found {}", time.value, other.value);
                slips.add(
                    ("values", SlipKind::Wrong),
                    pair,
                    time.span,
                    time.kind,
                    note,
                );
            }
        }
        for (time, partner) in found.iter().zip(partner) {
            if partner.is_none() {
                let note = &time.value;
                slips.add(("times", SlipKind::False), pair, time.span, time.kind, note);
            }
        }
        self.strict += of(strict);
        self.overlap += of(overlap);
        self.value += of(value);
        self.strict_value += of(strict_value);
    }
}

/// For each gold thing the found one that overlaps it best, one to one; `alike` says which may go together
/// and what speaks for it besides.
fn matched<T>(
    gold: &[T],
    found: &[T],
    span: impl Fn(&T) -> Span,
    alike: impl Fn(&T, &T) -> Option<f64>,
) -> Vec<Option<usize>> {
    let places = |things: &[T]| -> Vec<(Span, usize)> {
        things
            .iter()
            .enumerate()
            .map(|(place, thing)| (span(thing), place))
            .collect()
    };
    let pairs = touching(places(gold).into_iter(), places(found).into_iter());
    let edges: Vec<_> = pairs
        .into_iter()
        .filter_map(|((one, a), (other, b))| {
            let more = alike(&gold[a], &found[b])?;
            Some((a, b, closeness(one, other) + more))
        })
        .collect();
    assign(gold.len(), &edges)
}

/// A weight that puts the number of pairs first, equal spans second and the overlap third.
pub(super) fn closeness(one: Span, other: Span) -> f64 {
    let shared = one
        .end
        .min(other.end)
        .saturating_sub(one.start.max(other.start));
    let joined = one.join(other).len().max(1);
    PAIR + f64::from(u8::from(one == other)) + f64::from(shared) / joined as f64
}

/// Quantities: right where span and type are equal.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct QuantityScores {
    /// Articles that are annotated in this layer.
    pub articles: usize,
    /// All types.
    pub all: Counts,
    /// Each type.
    pub types: BTreeMap<QuantityType, Counts>,
    /// Same type, spans that overlap.
    pub overlap: Counts,
    /// Equal numbers among those with the same span and type.
    pub value_accuracy: Accuracy,
    /// Equal units among those with the same span and type.
    pub unit_accuracy: Accuracy,
}

impl QuantityScores {
    pub(super) fn add(&mut self, pair: &Pair, slips: &mut Slips) {
        self.articles += 1;
        let (gold, found) = (&pair.gold.annotation.quantities, &pair.output.quantities);
        let overlapping = matched(
            gold,
            found,
            |q| q.span,
            |a, b| (a.kind == b.kind).then_some(0.0),
        );
        self.overlap += Counts {
            right: overlapping.iter().flatten().count(),
            found: found.len(),
            gold: gold.len(),
        };
        let mut left: FxHashMap<(Span, QuantityType), &Quantity> = FxHashMap::default();
        for quantity in found {
            left.insert((quantity.span, quantity.kind), quantity);
            self.count(quantity.kind, |counts| counts.found += 1);
        }
        for quantity in gold {
            self.count(quantity.kind, |counts| counts.gold += 1);
            let (span, kind) = (quantity.span, quantity.kind);
            let Some(other) = left.remove(&(span, kind)) else {
                let beside = found.iter().filter(|other| other.span.overlaps(span));
                let beside: Vec<_> = beside.map(|q| format!("{} {:?}", q.kind, q.text)).collect();
                let note = beside.join(", ");
                slips.add(("quantities", SlipKind::Missed), pair, span, kind, note);
                continue;
            };
            self.count(kind, |counts| counts.right += 1);
            if !self.value_accuracy.add(same_value(pair, quantity, other)) {
                let note = format!("{} found {}", quantity.value, other.value);
                slips.add(("amounts", SlipKind::Wrong), pair, span, kind, note);
            }
            if !self.unit_accuracy.add(same_unit(quantity, other)) {
                let note = format!("{:?} found {:?}", quantity.unit, other.unit);
                slips.add(("units", SlipKind::Wrong), pair, span, kind, note);
            }
        }
        let mut extra: Vec<_> = left.into_values().collect();
        extra.sort_by_key(|quantity| quantity.span);
        for quantity in extra {
            let (span, kind) = (quantity.span, quantity.kind);
            slips.add(("quantities", SlipKind::False), pair, span, kind, "");
        }
    }

    fn count(&mut self, kind: QuantityType, change: impl Fn(&mut Counts)) {
        change(&mut self.all);
        change(self.types.entry(kind).or_default());
    }
}

/// Equal numbers; of a range either end will do.
fn same_value(pair: &Pair, gold: &Quantity, found: &Quantity) -> bool {
    let near = |value: f64| (value - found.value).abs() <= 1e-9 * value.abs().max(1.0);
    let high = pair.gold.ranges.iter().find(|(id, _)| *id == gold.id);
    near(gold.value) || high.is_some_and(|&(_, high)| near(high))
}

fn same_unit(gold: &Quantity, found: &Quantity) -> bool {
    let name = |quantity: &Quantity| {
        let unit = quantity.unit.as_deref().unwrap_or("").trim();
        // Guideline 10: these have no unit, whatever is written.
        match quantity.kind {
            QuantityType::Age | QuantityType::Percent => String::new(),
            _ => unit.to_lowercase(),
        }
    };
    name(gold) == name(found)
}
