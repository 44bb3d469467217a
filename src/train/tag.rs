//! Taggers over whole files: for scores, and for CoNLL tables.

use super::corpus::Source;
use super::measure::Scores;
use crate::entity::neural::{Network, NeuralTagger};
use crate::entity::{Extractor, Linear, TEMPLATES, Tagger, encoder, pooled};
use crate::error::{Error, Result};
use crate::models::Models;
use crate::schema::Span;
use crate::token::{Tokenizer, Tokens};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The linear tagger, and the network that it is pooled with where there is one.
pub(super) struct Taggers {
    pub linear: Tagger,
    pub neural: Option<NeuralTagger>,
}

/// The network's file beside the linear tagger's: `x.neural.bin` for `x.bin`.
pub(super) fn neural_path(weights: &Path) -> PathBuf {
    weights.with_extension("neural.bin")
}

impl Taggers {
    /// Reads a model with what lies beside it.
    pub(super) fn read(
        weights: &Path,
        models: &Models,
        extractor: Arc<Extractor>,
        base: Option<&Path>,
    ) -> Result<Self> {
        let bytes = std::fs::read(weights).map_err(|e| Error::io(weights, e))?;
        let linear = Linear::read(&bytes, TEMPLATES).map_err(|e| e.at(weights.display()))?;
        let linear = Tagger::new(extractor, linear)?;
        let path = neural_path(weights);
        let neural = match std::fs::read(&path) {
            Ok(bytes) => {
                let base = match base {
                    Some(base) => {
                        let bytes = std::fs::read(base).map_err(|e| Error::io(base, e))?;
                        Some(Network::read(&bytes, None).map_err(|e| e.at(base.display()))?)
                    }
                    None => encoder(models)?,
                };
                let network = Network::read(&bytes, base.as_ref());
                let tagger = network.and_then(NeuralTagger::new);
                Some(tagger.map_err(|e| e.at(path.display()))?)
            }
            Err(_) => None,
        };
        let labels = linear
            .linear
            .taggers
            .iter()
            .map(|tagger| tagger.tags.labels());
        // tags are compared by number: the labels must stand in one order
        let neural = neural.filter(|neural| neural.labels().map(Vec::as_slice).eq(labels));
        Ok(Self { linear, neural })
    }

    /// What the taggers find, as spans and labels.
    pub(super) fn spans(&self, tokens: &Tokens<'_>) -> Vec<(Span, String)> {
        let label = |layer: usize, label: usize| {
            let labels = self.linear.linear.taggers.get(layer);
            labels
                .and_then(|tagger| tagger.tags.labels().get(label))
                .cloned()
                .unwrap_or_default()
        };
        match &self.neural {
            Some(neural) => pooled(&self.linear, neural, tokens)
                .into_iter()
                .map(|found| (tokens.span(found.tokens), label(found.layer, found.label)))
                .collect(),
            None => (self.linear.tag(tokens).into_iter())
                .map(|found| (tokens.span(found.tokens), label(found.tagger, found.label)))
                .collect(),
        }
    }

    /// Counts what is right on a source.
    pub(super) fn measure(&self, tokenizer: &Tokenizer, dev: &Source) -> Scores {
        let mut scores = Scores::default();
        for passage in &dev.passages {
            scores.add(&passage.spans, &self.spans(&passage.tokens(tokenizer)));
        }
        scores
    }
}

/// Tags a CoNLL file with a model: `token TAB gold TAB predicted`, as `peristiwa score --conll` reads it.
pub(crate) fn tag_conll(
    weights: &Path,
    models: Option<&Path>,
    base: Option<&Path>,
    file: &Path,
) -> Result<String> {
    let models = super::load(models)?;
    let tokenizer = Tokenizer::new(&models)?;
    let extractor = Arc::new(Extractor::new(&models)?);
    let mut taggers = Taggers::read(weights, &models, extractor, base)?;
    // sentences of such files stand alone
    taggers.neural = taggers.neural.map(NeuralTagger::looking_once);
    let source = Source::conll(file)?;
    let mut out = String::new();
    for passage in &source.passages {
        let tokens = passage.tokens(&tokenizer);
        let gold = bio(&tokens, &passage.spans);
        let found = bio(&tokens, &flat(taggers.spans(&tokens)));
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

/// The spans, but without what lies inside a role.
fn flat(mut spans: Vec<(Span, String)>) -> Vec<(Span, String)> {
    if spans.iter().any(|(_, label)| label != super::OUTER) {
        spans.retain(|(_, label)| label != super::OUTER);
    }
    spans
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
