//! All scores of one comparison, as a table and as JSON.

use super::counts::{Accuracy, Counts, Fractions};
use super::{
    CoreferenceScores, EntityScores, EventScores, QuantityScores, QuoteScores, RelationScores,
    Slip, TimeScores,
};
use serde::Serialize;
use std::fmt;

/// The scores of an output. Printing it gives an aligned table, serialising it gives JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// Gold articles.
    pub articles: usize,
    /// Entity mentions.
    pub entities: EntityScores,
    /// Coreference.
    pub coreference: CoreferenceScores,
    /// Time expressions.
    pub times: TimeScores,
    /// Quantities.
    pub quantities: QuantityScores,
    /// Events.
    pub events: EventScores,
    /// Relations.
    pub relations: RelationScores,
    /// Quotes.
    pub quotes: QuoteScores,
    /// Outputs whose article is not in the gold: left out.
    pub unknown: usize,
    /// What is odd about the comparison: articles that are missing, spans that do not fit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What was missed or wrong, one by one; empty it to write the scores alone.
    #[serde(rename = "errors", skip_serializing_if = "Vec::is_empty")]
    pub slips: Vec<Slip>,
}

impl Report {
    /// The scores as one table; layers without gold are left out.
    pub fn table(&self) -> String {
        let mut table = Table::default();
        let entities = &self.entities;
        if table.section("entities", entities.articles) {
            table.counts("all labels", entities.all);
            table.counts("PER+ORG+LOC", entities.per_org_loc);
            for (label, counts) in &entities.labels {
                table.counts(label.as_str(), *counts);
            }
            table.counts("span alone", entities.spans);
        }
        let coreference = &self.coreference;
        if table.section("coreference", coreference.articles) {
            table.counts("pairs", coreference.pairs);
            table.counts("pairs, given mentions", coreference.pairs_given);
            table.counts("pairs of names", coreference.pairs_of_names);
            table.fractions("MUC", coreference.muc);
            table.fractions("B3", coreference.b3);
            table.fractions("CEAFe", coreference.ceafe);
            table.row("CoNLL", [None, None, coreference.conll], [None; 3]);
        }
        let times = &self.times;
        if table.section("times", times.articles) {
            table.counts("strict span", times.strict);
            table.counts("overlapping span", times.overlap);
            table.counts("value", times.value);
            table.counts("strict span and value", times.strict_value);
            table.accuracy("value accuracy", times.value_accuracy);
            table.accuracy("type accuracy", times.type_accuracy);
        }
        let quantities = &self.quantities;
        if table.section("quantities", quantities.articles) {
            table.counts("all types", quantities.all);
            for (kind, counts) in &quantities.types {
                table.counts(kind.as_str(), *counts);
            }
            table.counts("overlapping span", quantities.overlap);
            table.accuracy("value accuracy", quantities.value_accuracy);
            table.accuracy("unit accuracy", quantities.unit_accuracy);
        }
        let events = &self.events;
        if table.section("events", events.articles) {
            table.counts("triggers", events.triggers);
            table.counts("triggers, any type", events.identified);
            table.counts("arguments", events.arguments);
            table.counts("  of matched events", events.arguments_of_matched);
            table.accuracy("time", events.time);
            table.accuracy("  where said", events.time_said);
            table.accuracy("place", events.place);
            table.accuracy("  where said", events.place_said);
            table.accuracy("polarity", events.polarity);
            table.accuracy("modality", events.modality);
            table.section("event types", events.articles);
            for (kind, counts) in &events.types {
                table.counts(kind, *counts);
            }
            table.section("roles", events.articles);
            for (role, counts) in &events.roles {
                table.counts(role, *counts);
            }
        }
        let relations = &self.relations;
        if table.section("relations", relations.articles) {
            table.counts("all types", relations.all);
            for (kind, counts) in &relations.types {
                table.counts(kind, *counts);
            }
        }
        let quotes = &self.quotes;
        if table.section("quotes", quotes.articles) {
            table.counts("found", quotes.found);
            table.accuracy("speaker", quotes.speaker);
            table.counts("quote and speaker", quotes.quote_and_speaker);
        }
        table.0
    }

    /// What was missed or wrong, a line each: layer, kind, label, article, surroundings, note.
    pub fn errors(&self) -> String {
        let mut out = String::new();
        for slip in &self.slips {
            let kind = match slip.kind {
                super::SlipKind::Missed => "missed",
                super::SlipKind::False => "false",
                super::SlipKind::Wrong => "wrong",
            };
            let cells = [
                slip.layer,
                kind,
                &slip.label,
                &slip.article,
                &slip.context,
                &slip.note,
            ];
            out.push_str(&cells.join("\t").replace(['\n', '\r'], " "));
            out.push('\n');
        }
        out
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.table())
    }
}

/// Aligned text: a name, three rates, three numbers.
#[derive(Default)]
pub(super) struct Table(pub String);

impl Table {
    /// Begins a layer; says whether there is anything to show.
    pub(super) fn section(&mut self, name: &str, articles: usize) -> bool {
        if articles == 0 {
            return false;
        }
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(&format!(
            "{name:<26}{:>10}{:>9}{:>9}{:>8}{:>8}{:>8}\n",
            "precision", "recall", "F1", "right", "found", "gold"
        ));
        true
    }

    pub(super) fn counts(&mut self, name: &str, counts: Counts) {
        let rates = [counts.precision(), counts.recall(), counts.f1()];
        self.row(
            name,
            rates,
            [counts.right, counts.found, counts.gold].map(Some),
        );
    }

    /// An accuracy stands where F1 stands.
    pub(super) fn accuracy(&mut self, name: &str, accuracy: Accuracy) {
        let numbers = [Some(accuracy.right), None, Some(accuracy.of)];
        self.row(name, [None, None, accuracy.value()], numbers);
    }

    fn fractions(&mut self, name: &str, fractions: Fractions) {
        let rates = [fractions.precision(), fractions.recall(), fractions.f1()];
        self.row(name, rates, [None; 3]);
    }

    pub(super) fn row(&mut self, name: &str, rates: [Option<f64>; 3], numbers: [Option<usize>; 3]) {
        let mut line = format!("  {name:<24}");
        for (rate, width) in rates.into_iter().zip([10, 9, 9]) {
            let rate = rate.map_or("–".into(), |rate| format!("{rate:.4}"));
            line.push_str(&format!("{rate:>width$}"));
        }
        for number in numbers {
            let number = number.map_or(String::new(), |number| number.to_string());
            line.push_str(&format!("{number:>8}"));
        }
        self.0.push_str(line.trim_end());
        self.0.push('\n');
    }
}
