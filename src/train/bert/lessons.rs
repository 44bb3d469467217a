//! Passages made into sentences of pieces, each word's tag at its first piece.

use super::vocabulary::Vocabulary;
use crate::entity::Tags;
use crate::error::{Error, Result};
use crate::pipeline::convert;
use crate::schema::{Annotation, Offsets};
use crate::token::{Tokenizer, Tokens};
use crate::train::corpus::{Passage, Source};
use crate::train::random::Random;
use crate::train::text::lines;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::path::Path;
use tch::{Kind, Tensor};

/// A sentence, or as much of it as the network can see at once.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sentence {
    /// With the pieces of begin and end.
    pub pieces: Vec<u32>,
    /// Where each word begins.
    pub places: Vec<usize>,
    /// One a word.
    pub tags: Vec<i64>,
    /// The words' numbers in their passage.
    pub words: Range<usize>,
}

/// Cuts a passage into sentences of at most `longest` pieces.
pub(super) fn cut(
    passage: &Passage,
    tokens: &Tokens<'_>,
    tags: &Tags,
    vocabulary: &mut Vocabulary,
    longest: usize,
) -> Vec<Sentence> {
    let all = flat(passage, tokens, tags);
    let special = vocabulary.special;
    let mut sentences = Vec::new();
    for range in tokens.sentences() {
        let mut now: Option<Sentence> = None;
        for word in range {
            let pieces = vocabulary.encode(tokens.surface(word));
            // an address may have more pieces than fit
            let pieces = &pieces[..pieces.len().min(longest.saturating_sub(2)).max(1)];
            if now
                .as_ref()
                .is_some_and(|s| s.pieces.len() + pieces.len() >= longest)
            {
                sentences.extend(now.take());
            }
            let sentence = now.get_or_insert_with(|| Sentence {
                pieces: vec![special.begin],
                places: Vec::new(),
                tags: Vec::new(),
                words: word..word,
            });
            sentence.places.push(sentence.pieces.len());
            sentence.pieces.extend_from_slice(pieces);
            let tag = all.get(word).copied().unwrap_or(0);
            // a mark that the cut has opened begins anew
            let opened = sentence.tags.is_empty() && tag > 0 && tag % 2 == 0;
            sentence.tags.push(if opened { tag - 1 } else { tag });
            sentence.words.end = word + 1;
        }
        sentences.extend(now);
    }
    for sentence in &mut sentences {
        sentence.pieces.push(special.end);
    }
    sentences
}

/// One tag a word: of mentions inside one another the inner ones count.
fn flat(passage: &Passage, tokens: &Tokens<'_>, tags: &Tags) -> Vec<i64> {
    let mut spans: Vec<(Range<usize>, usize)> = Vec::new();
    for (span, label) in &passage.spans {
        if let Some(label) = tags.labels().iter().position(|known| known == label) {
            spans.push((tokens.covered(*span), label));
        }
    }
    spans.sort_by_key(|(range, _)| (range.len(), range.start));
    let mut all = vec![0; tokens.len()];
    for (range, label) in spans {
        let Some(place) = all
            .get_mut(range)
            .filter(|place| place.iter().all(|t| *t == 0))
        else {
            continue;
        };
        for (nth, tag) in place.iter_mut().enumerate() {
            *tag = match nth {
                0 => tags.begin(label),
                _ => tags.inside(label),
            } as i64;
        }
    }
    all
}

/// Articles as `annotate` has annotated them, found in their texts by id.
///
/// # Errors
/// Where a file cannot be read or is not such a file.
pub(super) fn annotated(path: &Path, texts: &Path) -> Result<Source> {
    let mut known: FxHashMap<String, String> = FxHashMap::default();
    lines(texts, |line| {
        let value: serde_json::Value = serde_json::from_str(line).map_err(bad)?;
        if let (Some(id), Some(text)) = (value["id"].as_str(), value["text"].as_str()) {
            known.insert(id.to_owned(), text.to_owned());
        }
        Ok(())
    })?;
    let mut passages = Vec::new();
    lines(path, |line| {
        let mut annotation: Annotation = serde_json::from_str(line).map_err(bad)?;
        let Some(text) = known.remove(&annotation.id) else {
            return Ok(());
        };
        convert(&mut annotation, &text, Offsets::Bytes);
        let mut spans = Vec::new();
        for entity in &annotation.entities {
            for mention in &entity.mentions {
                // of another text under the same id it says something else
                if mention.span.of(&text) == mention.text {
                    spans.push((mention.span, entity.label.to_string()));
                }
            }
        }
        passages.push(Passage {
            text,
            words: None,
            spans,
        });
        Ok(())
    })?;
    if passages.is_empty() {
        return Err(Error::input(format!(
            "{}: no article there whose text is in {}",
            path.display(),
            texts.display()
        )));
    }
    Ok(Source {
        name: path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        passages,
        gold: true,
        labels: Vec::new(),
    })
}

fn bad(cause: serde_json::Error) -> Error {
    Error::input(format!("expected JSON Lines of articles: {cause}"))
}

/// The sentences of a source that are not held out.
pub(super) fn read(
    source: &Source,
    tokenizer: &Tokenizer,
    held_out: &crate::train::HeldOut,
    mut cut: impl FnMut(&Passage, &Tokens<'_>) -> Vec<Sentence>,
) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    for passage in &source.passages {
        let tokens = passage.tokens(tokenizer);
        let new = cut(passage, &tokens).into_iter().filter(|sentence| {
            !held_out.holds(sentence.words.clone().map(|word| tokens.surface(word)))
        });
        sentences.extend(new);
    }
    sentences
}

/// The sentences' numbers in batches of about one length, in another order for each pass.
pub(super) fn batches(sentences: &[Sentence], batch: usize, seed: u64) -> Vec<Vec<usize>> {
    let mut random = Random::new(seed);
    let mut order: Vec<usize> = (0..sentences.len()).collect();
    random.shuffle(&mut order);
    for window in order.chunks_mut(batch * 32) {
        window.sort_by_key(|&at| sentences[at].pieces.len());
    }
    let mut batches: Vec<Vec<usize>> = order.chunks(batch).map(<[usize]>::to_vec).collect();
    random.shuffle(&mut batches);
    batches
}

/// A batch as the network takes it.
pub(super) struct Batch {
    pub pieces: Tensor,
    pub mask: Tensor,
    /// The words' places, in all rows one after the other.
    pub places: Tensor,
    pub tags: Tensor,
}

impl Batch {
    pub(super) fn new(sentences: &[&Sentence], pad: u32) -> Self {
        let longest = sentences.iter().map(|s| s.pieces.len()).max().unwrap_or(0);
        let (mut pieces, mut mask) = (Vec::new(), Vec::new());
        let (mut places, mut tags) = (Vec::new(), Vec::new());
        for (row, sentence) in sentences.iter().enumerate() {
            for at in 0..longest {
                let piece = sentence.pieces.get(at);
                pieces.push(i64::from(piece.copied().unwrap_or(pad)));
                mask.push(i64::from(piece.is_some()));
            }
            places.extend(
                sentence
                    .places
                    .iter()
                    .map(|place| (row * longest + place) as i64),
            );
            tags.extend_from_slice(&sentence.tags);
        }
        let shape = [sentences.len() as i64, longest as i64];
        Self {
            pieces: Tensor::from_slice(&pieces).view(shape),
            mask: Tensor::from_slice(&mask).view(shape).to_kind(Kind::Int8),
            places: Tensor::from_slice(&places),
            tags: Tensor::from_slice(&tags),
        }
    }
}
