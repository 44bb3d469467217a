//! CoNLL: a word a line with BIO tags, an empty line after a sentence, `-DOCSTART-` before an article.

use crate::cli::filter::Layer;
use crate::schema::{Annotation, Span};
use crate::token::Tokens;
use std::fmt::Write;

/// The words of an article with one column of tags for each layer; spans count bytes.
///
/// Of mentions one inside another the outermost is written: a tag says one thing.
pub(super) fn article(annotation: &Annotation, tokens: &Tokens<'_>, layers: &[Layer]) -> String {
    let columns: Vec<Vec<String>> = layers
        .iter()
        .filter_map(|layer| spans(annotation, *layer))
        .map(|spans| tags(tokens, spans))
        .collect();
    let mut lines = format!("-DOCSTART-{}\n\n", "\tO".repeat(columns.len()));
    for sentence in tokens.sentences() {
        for index in sentence {
            // a word that holds white space would be two columns
            let word = tokens.surface(index).replace(char::is_whitespace, "_");
            lines.push_str(&word);
            for column in &columns {
                let _ = write!(lines, "\t{}", column.get(index).map_or("O", String::as_str));
            }
            lines.push('\n');
        }
        lines.push('\n');
    }
    lines
}

/// The spans of a layer with their labels; none for a layer that is no spans.
fn spans(annotation: &Annotation, layer: Layer) -> Option<Vec<(Span, String)>> {
    Some(match layer {
        Layer::Entities => {
            let entities = annotation.entities.iter();
            let mentions = entities.flat_map(|e| e.mentions.iter().map(|m| (m.span, e.label)));
            mentions
                .map(|(span, label)| (span, label.to_string()))
                .collect()
        }
        Layer::Times => {
            let times = annotation.times.iter();
            times
                .map(|time| (time.span, time.kind.to_string()))
                .collect()
        }
        Layer::Quantities => {
            let quantities = annotation.quantities.iter();
            quantities.map(|q| (q.span, q.kind.to_string())).collect()
        }
        Layer::Events => {
            let events = annotation.events.iter();
            let triggers = events.flat_map(|e| e.triggers.iter().map(|t| (t.span, &e.kind)));
            triggers
                .map(|(span, kind)| (span, kind.to_string()))
                .collect()
        }
        Layer::Quotes => {
            let quotes = annotation.quotes.iter();
            quotes
                .map(|quote| (quote.span, "QUOTE".to_owned()))
                .collect()
        }
        Layer::Sentences | Layer::Relations => return None,
    })
}

fn tags(tokens: &Tokens<'_>, mut spans: Vec<(Span, String)>) -> Vec<String> {
    spans.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
    let mut tags = vec!["O".to_owned(); tokens.len()];
    let mut free = 0;
    for (span, label) in spans {
        let covered = tokens.covered(span);
        if covered.start < free {
            continue;
        }
        free = covered.end;
        for (nth, tag) in tags.get_mut(covered).into_iter().flatten().enumerate() {
            let place = if nth == 0 { 'B' } else { 'I' };
            *tag = format!("{place}-{label}");
        }
    }
    tags
}
