//! The tagger at work: features to scores to chains to mentions.

use super::decode::{Lattice, viterbi};
use super::features::{Extractor, TEMPLATES, Workspace};
use super::linear::Linear;
use super::second;
use crate::error::{Error, Result};
use crate::models::Models;
use crate::schema::{Label, Mention};
use crate::token::Tokens;
use ndarray::{Array2, s};
use std::cmp::Reverse;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// The weights below `models/`.
const FILE: &str = "weights/entity.bin";
/// What `found_by` says.
const NAME: &str = "entity.bin";

/// Finds mentions; immutable, shared by all threads.
pub(crate) struct EntityFinder {
    pub(super) tagger: Tagger,
    /// The schema's label of each tagger's labels.
    pub(super) labels: Vec<Vec<Label>>,
    name: Arc<str>,
}

/// Features and weights together, for any labels.
pub(crate) struct Tagger {
    extractor: Arc<Extractor>,
    pub(crate) linear: Linear,
    /// Exponentials of the transitions of the last look.
    exps: Vec<Array2<f64>>,
    /// Buffers that wait for the next text.
    pool: Mutex<Vec<Buffers>>,
}

/// Sums the weights of features, token by token.
struct Sums<'s> {
    linear: &'s Linear,
    scores: &'s mut Array2<f32>,
    token: usize,
    features: Vec<u32>,
    rows: Vec<u32>,
}

impl<'s> Sums<'s> {
    fn new(linear: &'s Linear, scores: &'s mut Array2<f32>) -> Self {
        Self {
            linear,
            scores,
            token: 0,
            features: Vec::with_capacity(256),
            rows: Vec::with_capacity(256),
        }
    }

    fn add(&mut self, token: usize, feature: u32) {
        if token != self.token {
            self.flush();
            self.token = token;
        }
        self.features.push(feature);
    }

    fn flush(&mut self) {
        if self.token < self.scores.nrows()
            && let Some(row) = self.scores.row_mut(self.token).as_slice_mut()
        {
            self.linear.add(&self.features, &mut self.rows, row);
        }
        self.features.clear();
    }
}

#[derive(Default)]
struct Buffers {
    work: Workspace,
    lattice: Lattice,
}

/// A span with its label, as numbers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tagged {
    pub tokens: Range<usize>,
    pub tagger: usize,
    pub label: usize,
    /// Raw probability of the span.
    pub raw: f64,
}

impl Tagger {
    pub(crate) fn new(extractor: Arc<Extractor>, linear: Linear) -> Result<Self> {
        let missing: Vec<&str> = linear
            .lexicons
            .iter()
            .filter(|name| !extractor.lexicons().contains(name))
            .map(String::as_str)
            .collect();
        if !missing.is_empty() {
            return Err(Error::models(format!(
                "trained with lexicons that are missing: {}; restore them or train again",
                missing.join(" ")
            )));
        }
        let exp = |transitions: &Array2<f32>| transitions.mapv(|t| f64::from(t).exp());
        Ok(Self {
            exps: linear
                .taggers
                .iter()
                .map(|t| exp(t.second.as_ref().unwrap_or(&t.transitions)))
                .collect(),
            extractor,
            linear,
            pool: Mutex::new(Vec::new()),
        })
    }

    /// The spans of one text, by tagger, in order.
    pub(crate) fn tag(&self, tokens: &Tokens<'_>) -> Vec<Tagged> {
        let mut buffers = self.take();
        let scores = self.last_scores(tokens, &mut buffers.work);
        let mut tagged = Vec::new();
        for (number, columns) in self.columns().enumerate() {
            let (tagger, exp) = (&self.linear.taggers[number], &self.exps[number]);
            let transitions = tagger.second.as_ref().unwrap_or(&tagger.transitions);
            for sentence in tokens.sentences() {
                let part = scores.slice(s![sentence.clone(), columns.clone()]);
                let spans = tagger.tags.spans(&viterbi(part, transitions));
                if spans.is_empty() {
                    continue;
                }
                buffers.lattice.run(part, exp, None);
                for (range, label) in spans {
                    let (begin, inside) = (tagger.tags.begin(label), tagger.tags.inside(label));
                    tagged.push(Tagged {
                        raw: buffers.lattice.span(range.clone(), begin, inside, exp),
                        tokens: range.start + sentence.start..range.end + sentence.start,
                        tagger: number,
                        label,
                    });
                }
            }
        }
        self.give_back(buffers);
        tagged
    }

    /// Shows the lattice of each tagger over each sentence, with the exponentials of its transitions.
    pub(super) fn visit<'t>(
        &'t self,
        tokens: &Tokens<'_>,
        mut visit: impl FnMut(usize, Range<usize>, Lattice, &'t Array2<f64>),
    ) {
        let mut buffers = self.take();
        let scores = self.last_scores(tokens, &mut buffers.work);
        for (number, (columns, exp)) in self.columns().zip(&self.exps).enumerate() {
            for sentence in tokens.sentences().filter(|sentence| !sentence.is_empty()) {
                let mut lattice = Lattice::default();
                let part = scores.slice(s![sentence.clone(), columns.clone()]);
                lattice.run(part, exp, None);
                visit(number, sentence, lattice, exp);
            }
        }
        self.give_back(buffers);
    }

    /// Scores of every tag of every token, after the second look where there is one.
    fn last_scores(&self, tokens: &Tokens<'_>, work: &mut Workspace) -> Array2<f32> {
        let mut scores = self.first_scores(tokens, work);
        if self.linear.looks_twice() {
            let first = self.first_tags(tokens, &scores);
            let mut sums = Sums::new(&self.linear, &mut scores);
            self.second_features(tokens, work, &first, |token, feature| {
                sums.add(token, feature)
            });
            sums.flush();
        }
        scores
    }

    /// The columns of each tagger.
    fn columns(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let mut column = 0;
        self.linear.taggers.iter().map(move |tagger| {
            let from = column;
            column += tagger.tags.len();
            from..column
        })
    }

    /// Scores of every tag of every token, from the features of the first look.
    pub(crate) fn first_scores(&self, tokens: &Tokens<'_>, work: &mut Workspace) -> Array2<f32> {
        let mut scores = Array2::<f32>::zeros((tokens.len(), self.linear.width()));
        let mut sums = Sums::new(&self.linear, &mut scores);
        self.extractor
            .extract(tokens, work, |token, feature| sums.add(token, feature));
        sums.flush();
        scores
    }

    /// The best tags of the first look, by tagger.
    pub(crate) fn first_tags(&self, tokens: &Tokens<'_>, scores: &Array2<f32>) -> Vec<Vec<u8>> {
        let taggers = self.linear.taggers.iter().zip(self.columns());
        taggers
            .map(|(tagger, columns)| {
                let mut tags = Vec::with_capacity(tokens.len());
                for sentence in tokens.sentences() {
                    let part = scores.slice(s![sentence, columns.clone()]);
                    tags.extend(
                        viterbi(part, &tagger.transitions)
                            .iter()
                            .map(|&tag| tag as u8),
                    );
                }
                tags
            })
            .collect()
    }

    /// The features of the second look, after the first has filled `work`.
    pub(crate) fn second_features(
        &self,
        tokens: &Tokens<'_>,
        work: &Workspace,
        first: &[Vec<u8>],
        sink: impl FnMut(usize, u32),
    ) {
        if let Some(tagger) = self.linear.taggers.first() {
            second::look(tokens, work, &tagger.tags, first, sink);
        }
    }

    fn take(&self) -> Buffers {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        pool.pop().unwrap_or_default()
    }

    fn give_back(&self, buffers: Buffers) {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        pool.push(buffers);
    }
}

impl EntityFinder {
    /// A finder with the weights and lexicons of `models`.
    ///
    /// # Errors
    /// Where the weights are missing, malformed or of other templates, or a lexicon they need is missing.
    pub(crate) fn new(models: &Models) -> Result<Self> {
        let place = format!("models/{FILE}");
        let linear = Linear::read(models.file(FILE)?, TEMPLATES).map_err(|e| e.at(&place))?;
        let extractor = Arc::new(Extractor::new(models)?);
        Self::with(Tagger::new(extractor, linear).map_err(|e| e.at(&place))?)
    }

    pub(crate) fn with(tagger: Tagger) -> Result<Self> {
        let labels = tagger.linear.taggers.iter().map(|tagger| {
            let labels = tagger.tags.labels().iter();
            labels
                .map(|label| label.parse().map_err(Error::models))
                .collect()
        });
        Ok(Self {
            labels: labels.collect::<Result<_>>()?,
            tagger,
            name: NAME.into(),
        })
    }

    /// The mentions of one text, by position, an outer one before those inside it.
    pub(crate) fn find(&self, tokens: &Tokens<'_>) -> Vec<Mention> {
        let tagged = self.tagger.tag(tokens);
        let mut mentions: Vec<Mention> = tagged
            .into_iter()
            .filter_map(|found| {
                let label = *self.labels.get(found.tagger)?.get(found.label)?;
                let span = tokens.span(found.tokens);
                let calibration = self.tagger.linear.taggers.get(found.tagger)?.calibration;
                Some(Mention {
                    span,
                    text: span.of(tokens.text()).to_owned(),
                    label,
                    score: Some(calibration.apply(found.raw)),
                    found_by: Some(self.name.clone()),
                })
            })
            .collect();
        nest(&mut mentions);
        mentions
    }
}

/// Sorts, and drops of two that cross, or of which a flat one holds a role, the less probable.
pub(super) fn nest(mentions: &mut Vec<Mention>) {
    mentions.sort_by_key(|m| (m.span.start, Reverse(m.span.end), m.label != Label::Rol));
    let mut at = 1;
    while at < mentions.len() {
        let here = &mentions[at];
        let outer = mentions[..at]
            .iter()
            .rev()
            .take(4)
            .position(|m| m.span.overlaps(here.span));
        let Some(back) = outer else {
            at += 1;
            continue;
        };
        let outer = &mentions[at - 1 - back];
        let nested = outer.label == Label::Rol
            && here.label != Label::Rol
            && outer.span.contains(here.span)
            && outer.span != here.span;
        if nested {
            at += 1;
        } else if outer.score >= here.score {
            mentions.remove(at);
        } else {
            mentions.remove(at - 1 - back);
            at = (at - 1).max(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Span;
    use crate::token::Tokenizer;
    use proptest::prelude::*;
    use std::sync::OnceLock;

    fn ready() -> &'static (Tokenizer, EntityFinder) {
        static READY: OnceLock<(Tokenizer, EntityFinder)> = OnceLock::new();
        READY.get_or_init(|| {
            let models = Models::from_dir("models").unwrap();
            (
                Tokenizer::new(&models).unwrap(),
                EntityFinder::new(&models).unwrap(),
            )
        })
    }

    fn found(text: &str) -> Vec<(String, Label)> {
        let (tokenizer, finder) = ready();
        let mentions = finder.find(&tokenizer.tokenize(text));
        mentions.into_iter().map(|m| (m.text, m.label)).collect()
    }

    #[test]
    fn finds_names_and_roles() {
        let all =
            found("Gubernur Jawa Barat Rina Hartono bertemu pimpinan KPK di Bandung, Senin (5/2).");
        assert!(
            all.contains(&("Rina Hartono".to_owned(), Label::Per)),
            "{all:?}"
        );
        assert!(all.contains(&("KPK".to_owned(), Label::Org)), "{all:?}");
        assert!(all.contains(&("Bandung".to_owned(), Label::Loc)), "{all:?}");
        assert!(
            all.contains(&("Gubernur Jawa Barat".to_owned(), Label::Rol)),
            "{all:?}"
        );
    }

    #[test]
    fn a_role_may_hold_others_and_nothing_else_may() {
        let mention = |start, end, label, score| Mention {
            span: Span::new(start, end),
            text: String::new(),
            label,
            score: Some(score),
            found_by: None,
        };
        let mut mentions = vec![
            mention(9, 15, Label::Org, 0.9),
            mention(0, 15, Label::Rol, 0.8),
            mention(20, 30, Label::Rol, 0.4),
            mention(25, 35, Label::Per, 0.9),
            mention(40, 50, Label::Rol, 0.3),
            mention(40, 50, Label::Org, 0.6),
        ];
        nest(&mut mentions);
        let kept: Vec<_> = mentions.iter().map(|m| (m.span.start, m.label)).collect();
        assert_eq!(
            kept,
            [
                (0, Label::Rol),
                (9, Label::Org),
                (25, Label::Per),
                (40, Label::Org)
            ]
        );
    }

    #[test]
    fn a_missing_lexicon_is_an_error() {
        let models = Models::from_dir("models").unwrap();
        let extractor = Arc::new(Extractor::new(&models).unwrap());
        let linear = Linear::new(Vec::new(), vec!["planets".to_owned()], Vec::new());
        let error = Tagger::new(extractor, linear).err().unwrap();
        assert!(error.to_string().contains("planets"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_text_gives_ordered_spans_of_it(text in "\\PC{0,200}|([A-Za-z( )\\[\\].,]{0,8} ){0,40}") {
            let (tokenizer, finder) = ready();
            let mentions = finder.find(&tokenizer.tokenize(&text));
            for pair in mentions.windows(2) {
                prop_assert!(pair[0].span.start <= pair[1].span.start);
            }
            for mention in &mentions {
                prop_assert_eq!(mention.span.of(&text), &mention.text);
                prop_assert!(!mention.text.is_empty());
                let score = mention.score.unwrap_or(-1.0);
                prop_assert!((0.0..=1.0).contains(&score));
            }
        }
    }
}
