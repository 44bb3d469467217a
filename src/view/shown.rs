//! An annotation with its text.

use crate::pipeline::convert;
use crate::schema::{Annotation, Offsets};
use serde::Serialize;

/// An article to show: what was found and, where it is known, the text in which it was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shown {
    #[serde(flatten)]
    annotation: Annotation,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

impl Shown {
    /// Without a text the page says so and shows the rest.
    pub fn new(annotation: Annotation, text: Option<String>) -> Self {
        Self { annotation, text }
    }

    /// The article's id.
    pub fn id(&self) -> &str {
        &self.annotation.id
    }

    /// Whether its text is known.
    pub fn has_text(&self) -> bool {
        self.text.is_some()
    }

    /// Whether the offsets cover in the text what the annotation says; true where there is no text.
    pub fn fits(&self) -> bool {
        let Some(text) = &self.text else { return true };
        let mut annotation = self.annotation.clone();
        convert(&mut annotation, text, Offsets::Bytes);
        let mentions = annotation.entities.iter().flat_map(|e| &e.mentions);
        let triggers = annotation.events.iter().flat_map(|e| &e.triggers);
        let times = annotation.times.iter();
        mentions
            .map(|m| (m.span, &m.text))
            .chain(triggers.map(|t| (t.span, &t.text)))
            .chain(times.map(|t| (t.span, &t.text)))
            .all(|(span, said)| span.of(text) == said.as_str())
    }
}
