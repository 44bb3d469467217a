//! What was taken for what: labels of entities, types of times, quantities and events.

use super::align::{Pair, align, touching};
use super::assign::{PAIR, assign};
use crate::schema::{Annotation, Gold, Span};
use serde::Serialize;
use std::collections::BTreeMap;

/// How often a gold label was found as which label, in one layer.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Confusion {
    /// `entities`, `times`, `quantities` or `events`.
    pub layer: &'static str,
    /// Gold label, found label, how often; an empty label stands for nothing on that side.
    pub cells: Vec<(String, String, usize)>,
}

/// Whatever has a place and a label.
type Labelled = Vec<(Span, String)>;

/// The confusions of an output. Marks are paired one to one: equal spans before overlapping ones, of these
/// such with equal labels first.
///
/// ```
/// use peristiwa::{Gold, score};
/// let gold = Gold::parse("[[Sari|PER:e1]] ke [[Bogor|LOC:e2]].", r#"{"id": "a1"}"#).unwrap();
/// let other = Gold::parse("[[Sari|ORG:e1]] ke Bogor.", r#"{"id": "a1"}"#).unwrap();
/// let entities = &score::confusions(&[gold], &[other.annotation])[0];
/// let cell = |gold: &str, found: &str| (gold.to_owned(), found.to_owned(), 1);
/// assert_eq!(entities.cells, [cell("LOC", ""), cell("PER", "ORG")]);
/// ```
pub fn confusions(golds: &[Gold], outputs: &[Annotation]) -> Vec<Confusion> {
    type Layer = (&'static str, fn(&Annotation) -> Labelled);
    let layers: [Layer; 4] = [
        ("entities", entities),
        ("times", times),
        ("quantities", quantities),
        ("events", events),
    ];
    let aligned = align(golds, outputs);
    let of = |(layer, marks): Layer| {
        let mut cells = BTreeMap::new();
        for pair in aligned.pairs.iter().filter(|pair| pair.gold.has(layer)) {
            count(pair, marks, &mut cells);
        }
        let cells = cells.into_iter().map(|((a, b), count)| (a, b, count));
        Confusion {
            layer,
            cells: cells.collect(),
        }
    };
    layers.into_iter().map(of).collect()
}

fn count(
    pair: &Pair,
    marks: fn(&Annotation) -> Labelled,
    cells: &mut BTreeMap<(String, String), usize>,
) {
    let (gold, found) = (marks(&pair.gold.annotation), marks(&pair.output));
    let numbered = |marks: &Labelled| -> Vec<(Span, usize)> {
        let each = marks.iter().enumerate();
        each.map(|(at, (span, _))| (*span, at)).collect()
    };
    let pairs = touching(numbered(&gold).into_iter(), numbered(&found).into_iter());
    let edges: Vec<_> = pairs
        .into_iter()
        .map(|((one, row), (other, column))| {
            let equal = f64::from(u8::from(one == other)) * 4.0;
            let same = f64::from(u8::from(gold[row].1 == found[column].1));
            (row, column, PAIR + equal + same)
        })
        .collect();
    let mut taken = vec![false; found.len()];
    let mut add = |gold: &str, found: &str| {
        *cells
            .entry((gold.to_owned(), found.to_owned()))
            .or_default() += 1;
    };
    for ((_, label), partner) in gold.iter().zip(assign(gold.len(), &edges)) {
        match partner.and_then(|at| Some((taken.get_mut(at)?, found.get(at)?))) {
            Some((taken, (_, other))) => {
                *taken = true;
                add(label, other);
            }
            None => add(label, ""),
        }
    }
    for ((_, label), _) in found.iter().zip(taken).filter(|(_, taken)| !taken) {
        add("", label);
    }
}

fn entities(annotation: &Annotation) -> Labelled {
    let entities = annotation.entities.iter();
    entities
        .flat_map(|e| (e.mentions.iter()).map(|m| (m.span, e.label.as_str().to_owned())))
        .collect()
}

fn times(annotation: &Annotation) -> Labelled {
    let times = annotation.times.iter();
    times
        .map(|t| (t.span, t.kind.as_str().to_owned()))
        .collect()
}

fn quantities(annotation: &Annotation) -> Labelled {
    let quantities = annotation.quantities.iter();
    quantities
        .map(|q| (q.span, q.kind.as_str().to_owned()))
        .collect()
}

/// An event stands where its first trigger stands.
fn events(annotation: &Annotation) -> Labelled {
    let events = annotation.events.iter();
    events
        .map(|event| {
            let first = event.triggers.first().map_or(Span::default(), |t| t.span);
            (first, event.kind.to_string())
        })
        .collect()
}
