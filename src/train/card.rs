//! The card beside a model: what it was made from, how, and how well it does.

use crate::error::{Error, Result};
use std::fmt::Write;
use std::path::Path;

use super::corpus::Source;
use super::entities::Options;
use super::measure::Scores;
use crate::entity::{Linear, TEMPLATES};

/// What the card says, in order: sections of keys and values already written as TOML.
#[derive(Default)]
pub(crate) struct Card(String);

impl Card {
    pub(crate) fn comment(&mut self, text: &str) {
        let _ = writeln!(self.0, "# {text}");
    }

    pub(crate) fn section(&mut self, name: &str) {
        let _ = write!(self.0, "\n[{name}]\n");
    }

    pub(crate) fn text(&mut self, key: &str, value: &str) {
        let _ = writeln!(self.0, "{} = {}", quoted(key), quoted(value));
    }

    pub(crate) fn number(&mut self, key: &str, value: impl std::fmt::Display) {
        let _ = writeln!(self.0, "{} = {value}", quoted(key));
    }

    pub(crate) fn list(&mut self, key: &str, values: &[String]) {
        let values: Vec<_> = values.iter().map(|value| quoted(value)).collect();
        let _ = writeln!(self.0, "{} = [{}]", quoted(key), values.join(", "));
    }

    /// Writes the card beside the model, with the ending `.toml`.
    pub(crate) fn write(&self, model: &Path) -> Result<()> {
        let path = model.with_extension("toml");
        std::fs::write(&path, &self.0).map_err(|e| Error::io(&path, e))
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The card of entity weights.
pub(super) fn entities(
    options: &Options,
    sources: &[Source],
    linear: &Linear,
    scores: Vec<(String, Scores)>,
) -> Card {
    let mut card = Card::default();
    card.comment("Weights of the entity taggers; written by `peristiwa train entities`.");
    if let Some(date) = &options.date {
        card.text("date", date);
    }
    card.text("command", &command(options));
    for tagger in &linear.taggers {
        card.list(
            &format!("labels{}", tagger.tags.labels().len()),
            tagger.tags.labels(),
        );
    }
    card.list("lexicons", &linear.lexicons);
    card.number("features", linear.len());
    card.number("templates", TEMPLATES);
    card.comment("Sets and folds named below, and what overlaps them, are no test of this model.");
    card.section("data");
    for source in sources {
        card.number(&source.name, source.passages.len());
    }
    card.section("options");
    let settings = &options.settings;
    card.number("seed", settings.seed);
    card.number("epochs", settings.epochs);
    card.number("rate", settings.rate);
    card.number("l1", settings.l1);
    card.number("l2", settings.l2);
    card.number("dropout", settings.dropout);
    card.number("gold_weight", options.gold_weight);
    card.number("case_share", options.case_share);
    card.number("cutoff", options.cutoff);
    card.number("folds", options.folds);
    for (name, counts) in scores {
        card.section(&format!("scores.{}", quoted(&name)));
        for (label, f1) in counts.rows() {
            card.number(&label, f1);
        }
    }
    card
}

fn command(options: &Options) -> String {
    let mut words = vec!["peristiwa train entities".to_owned()];
    let mut add = |name: &str, path: &Path| words.push(format!("{name} {}", path.display()));
    options.train.iter().for_each(|path| add("--train", path));
    options.gold.iter().for_each(|path| add("--gold", path));
    options.dev.iter().for_each(|path| add("--dev", path));
    add("--output", &options.output);
    words.join(" ")
}
