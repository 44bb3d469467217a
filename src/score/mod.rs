//! The guidelines' metrics (section 9): how good an output is, measured against gold.
//!
//! In: gold articles and annotations. Out: a [`Report`], printed as a table or serialised as JSON.
//! Articles are paired by id; an article that the output lacks counts as empty. A layer that a gold file
//! says it has not is left out for that file. What is counted how:
//!
//! - entities: mentions with span and label equal; a span and label counts once.
//! - coreference: over all marked mentions, a mention being its span. Pairs; MUC, B³ and CEAFe with the
//!   mentions of either side as they are; pairs among the mentions that both sides have.
//! - times: one-to-one matching of overlapping spans; values are compared as strings.
//! - quantities: span and type equal; then number and unit.
//! - events: one-to-one matching of gold and found events of one type with overlapping triggers. An argument
//!   is right in a matched event, with equal role and filler; arguments of events that are not matched count
//!   as missed or false. Times are compared by their first and last day, an open side equals an open side.
//! - an entity is the same if the two share a mention (an equal span, or an overlap with equal labels), a time
//!   or quantity if spans overlap; a phrase if it has half of the gold's words.
//! - quotes: known by their first five words.
//!
//! CoNLL files have their own entry, [`conll`].
//!
//! ```
//! use peristiwa::{Gold, score};
//! let json = r#"{"id": "a1", "times": {"t1": {"type": "DATE", "value": "2024-08-13"}}}"#;
//! let gold = Gold::parse("[[Sari Dewi|PER:e1]] mundur [[kemarin|TMX:t1]].", json).unwrap();
//! let mut output = gold.annotation.clone();
//! output.times.clear();
//! let report = score(&[gold], &[output]);
//! assert_eq!(report.entities.all.f1(), Some(1.0));
//! assert_eq!(report.times.value.recall(), Some(0.0));
//! println!("{report}");
//! ```

mod align;
mod assign;
mod confusion;
pub mod conll;
mod coreference;
mod counts;
mod event;
mod filler;
mod relation;
mod report;
mod slip;
mod span;

pub use confusion::{Confusion, confusions};
pub use coreference::CoreferenceScores;
pub use counts::{Accuracy, Counts, Fractions};
pub(crate) use event::Beside;
pub use event::EventScores;
pub use relation::{QuoteScores, RelationScores};
pub use report::Report;
pub use slip::{Slip, SlipKind};
pub use span::{EntityScores, QuantityScores, TimeScores};

use crate::schema::{Annotation, Gold};

/// Scores outputs against gold. Offsets may count characters or bytes, as each output says.
pub fn score(golds: &[Gold], outputs: &[Annotation]) -> Report {
    let aligned = align::align(golds, outputs);
    let mut slips = slip::Slips::default();
    let mut report = Report {
        articles: golds.len(),
        warnings: aligned.warnings,
        unknown: aligned.unknown,
        ..Report::default()
    };
    for pair in &aligned.pairs {
        if pair.gold.has("entities") {
            report.entities.add(pair, &mut slips);
            report.coreference.add(pair);
        }
        if pair.gold.has("times") {
            report.times.add(pair, &mut slips);
        }
        if pair.gold.has("quantities") {
            report.quantities.add(pair, &mut slips);
        }
        if pair.gold.has("events") {
            report.events.add(pair, &mut slips);
        }
        if pair.gold.has("relations") {
            report.relations.add(pair, &mut slips);
        }
        if pair.gold.has("quotes") {
            report.quotes.add(pair, &mut slips);
        }
    }
    report.coreference.finish();
    // By layer, so that one kind of error can be read in one go.
    slips
        .0
        .sort_by(|a, b| (a.layer, a.kind, &a.label).cmp(&(b.layer, b.kind, &b.label)));
    report.slips = slips.0;
    report
}

#[cfg(test)]
mod tests;
