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
        event.arguments.retain(|argument| filled(&argument.filler));
        event.place = event.place.take().filter(filled);
    }
    annotation
        .relations
        .retain(|r| enough(r.score) && known(r.from) && known(r.to));
    for quote in &mut annotation.quotes {
        quote.speaker = quote.speaker.filter(|id| kept.contains(id));
    }
}
