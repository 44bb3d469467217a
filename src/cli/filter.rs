//! `--only` and `--min-score`: what of an annotation is written.

use crate::schema::{Annotation, Filler, Ref};
use rustc_hash::FxHashSet;

/// A part of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Layer {
    Sentences,
    Entities,
    Times,
    Quantities,
    Events,
    Relations,
    Quotes,
}

/// What is written.
#[derive(clap::Args)]
pub(super) struct Filter {
    /// Write only these: sentences,entities,times,quantities,events,relations,quotes
    #[arg(
        long,
        value_name = "LAYERS",
        value_delimiter = ',',
        hide_possible_values = true
    )]
    only: Vec<Layer>,
    /// Leave out what is less probable (0 to 1), and what refers to it
    #[arg(long, value_name = "SCORE", value_parser = probability)]
    min_score: Option<f32>,
}

fn probability(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(score) if (0.0..=1.0).contains(&score) => Ok(score),
        _ => Err("expected a number from 0 to 1".to_owned()),
    }
}

impl Filter {
    /// The layers that are asked for; none where it is all of them.
    pub(super) fn layers(&self) -> &[Layer] {
        &self.only
    }

    /// What changes the bytes that are written, in words.
    pub(super) fn summary(&self) -> String {
        format!("only={:?} least={:?}", self.only, self.min_score)
    }

    /// Takes out what is not asked for; ids stay as they are.
    pub(super) fn apply(&self, annotation: &mut Annotation) {
        if let Some(least) = self.min_score {
            drop_below(annotation, least);
        }
        if self.only.is_empty() {
            return;
        }
        let without = |layer| !self.only.contains(&layer);
        if without(Layer::Sentences) {
            annotation.sentences.clear();
        }
        if without(Layer::Entities) {
            annotation.entities.clear();
        }
        if without(Layer::Times) {
            annotation.times.clear();
        }
        if without(Layer::Quantities) {
            annotation.quantities.clear();
        }
        if without(Layer::Events) {
            annotation.events.clear();
        }
        if without(Layer::Relations) {
            annotation.relations.clear();
        }
        if without(Layer::Quotes) {
            annotation.quotes.clear();
        }
    }
}

fn drop_below(annotation: &mut Annotation, least: f32) {
    let enough = |score: Option<f32>| score.is_none_or(|score| score >= least);
    for entity in &mut annotation.entities {
        entity.mentions.retain(|mention| enough(mention.score));
    }
    annotation.entities.retain(|e| !e.mentions.is_empty());
    let kept: FxHashSet<_> = annotation.entities.iter().map(|e| e.id).collect();
    let known = |reference: Ref| match reference {
        Ref::Entity(id) => kept.contains(&id),
        Ref::Time(_) | Ref::Quantity(_) => true,
    };
    let filled = |filler: &Filler| match filler {
        Filler::Ref { id } => known(*id),
        Filler::Phrase(_) => true,
    };
    annotation.events.retain(|event| enough(event.score));
    for event in &mut annotation.events {
        event
            .arguments
            .retain(|argument| enough(argument.score) && filled(&argument.filler));
        event.place = event.place.take().filter(filled);
    }
    annotation
        .relations
        .retain(|r| enough(r.score) && known(r.from) && known(r.to));
    for quote in &mut annotation.quotes {
        quote.speaker = quote.speaker.filter(|id| kept.contains(id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn filtered(filter: &Filter) -> Value {
        let mention = |score: f32| json!({"start": 0, "end": 1, "text": "A", "score": score});
        let annotation = json!({"schema": 1, "id": "a", "reference_time": {"basis": "none"},
            "entities": [
                {"id": "e1", "label": "PER", "name": "A", "mentions": [mention(0.25), mention(0.75)]},
                {"id": "e2", "label": "LOC", "name": "A", "mentions": [mention(0.25)]}],
            "events": [
                {"id": "v1", "type": "a.b", "triggers": [], "polarity": "positive", "modality": "asserted", "score": 0.75,
                 "arguments": [{"role": "person", "ref": "e1"}, {"role": "agent", "ref": "e2"}], "place": {"ref": "e2"}},
                {"id": "v2", "type": "a.b", "triggers": [], "polarity": "positive", "modality": "asserted", "score": 0.25}],
            "relations": [{"type": "r", "from": "e1", "to": "e2", "score": 1.0}],
            "quotes": [{"start": 0, "end": 1, "speaker": "e2"}]});
        let mut annotation: Annotation = serde_json::from_value(annotation).unwrap();
        filter.apply(&mut annotation);
        serde_json::to_value(&annotation).unwrap()
    }

    #[test]
    fn what_is_improbable_goes_with_all_that_refers_to_it() {
        let kept = filtered(&Filter {
            only: Vec::new(),
            min_score: Some(0.5),
        });
        assert_eq!(kept["entities"].as_array().unwrap().len(), 1);
        assert_eq!(kept["entities"][0]["mentions"].as_array().unwrap().len(), 1);
        assert_eq!(kept["events"].as_array().unwrap().len(), 1);
        assert_eq!(
            kept["events"][0]["arguments"],
            json!([{"role": "person", "ref": "e1"}])
        );
        assert!(kept["events"][0].get("place").is_none());
        assert!(kept.get("relations").is_none());
        assert_eq!(kept["quotes"], json!([{"start": 0, "end": 1}]));
    }

    #[test]
    fn only_what_is_asked_for() {
        let kept = filtered(&Filter {
            only: vec![Layer::Quotes],
            min_score: None,
        });
        let fields: Vec<_> = kept.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["id", "quotes", "reference_time", "schema"]);
    }
}
