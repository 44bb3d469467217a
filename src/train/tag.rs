//! Taggers over whole files: for scores, and for CoNLL tables.

use super::corpus::Source;
use super::measure::Scores;
use crate::entity::{Extractor, Linear, TEMPLATES, Tagger};
use crate::error::{Error, Result};
use crate::schema::Span;
use crate::token::{Tokenizer, Tokens};
use std::path::Path;
use std::sync::Arc;

/// Tags a CoNLL file with a model: `token TAB gold TAB predicted`, as `peristiwa score --conll` reads it.
pub(crate) fn tag_conll(weights: &Path, models: Option<&Path>, file: &Path) -> Result<String> {
    let models = super::load(models)?;
    let tokenizer = Tokenizer::new(&models)?;
    let bytes = std::fs::read(weights).map_err(|e| Error::io(weights, e))?;
    let linear = Linear::read(&bytes, TEMPLATES).map_err(|e| e.at(weights.display()))?;
    let tagger = Tagger::new(Arc::new(Extractor::new(&models)?), linear)?;
    let source = Source::conll(file)?;
    let mut out = String::new();
    for passage in &source.passages {
        let tokens = passage.tokens(&tokenizer);
        let gold = bio(&tokens, &passage.spans);
        let found = bio(&tokens, &flat(&tagger, &tokens));
        for at in 0..tokens.len() {
            out.push_str(&format!(
                "{}\t{}\t{}\n",
                tokens.surface(at),
                gold[at],
                found[at]
            ));
        }
        out.push('\n');
    }
    Ok(out)
}

/// What the taggers find, but without what lies inside a role.
fn flat(tagger: &Tagger, tokens: &Tokens<'_>) -> Vec<(Span, String)> {
    let mut spans = spans(tagger, tokens);
    if spans.iter().any(|(_, label)| label != super::OUTER) {
        spans.retain(|(_, label)| label != super::OUTER);
    }
    spans
}

/// What the taggers find, as spans and labels.
fn spans(tagger: &Tagger, tokens: &Tokens<'_>) -> Vec<(Span, String)> {
    let label = |tagger_number: usize, label: usize| {
        let labels = tagger
            .linear
            .taggers
            .get(tagger_number)
            .map(|t| t.tags.labels());
        labels
            .and_then(|labels| labels.get(label))
            .cloned()
            .unwrap_or_default()
    };
    tagger
        .tag(tokens)
        .into_iter()
        .map(|found| (tokens.span(found.tokens), label(found.tagger, found.label)))
        .collect()
}

fn bio(tokens: &Tokens<'_>, spans: &[(Span, String)]) -> Vec<String> {
    let mut tags = vec!["O".to_owned(); tokens.len()];
    for (span, label) in spans {
        for (offset, at) in tokens.covered(*span).enumerate() {
            tags[at] = format!("{}-{label}", if offset == 0 { "B" } else { "I" });
        }
    }
    tags
}

/// Counts what a tagger gets right on a source.
pub(super) fn measure(tokenizer: &Tokenizer, tagger: &Tagger, dev: &Source) -> Scores {
    let mut scores = Scores::default();
    for passage in &dev.passages {
        scores.add(&passage.spans, &spans(tagger, &passage.tokens(tokenizer)));
    }
    scores
}
