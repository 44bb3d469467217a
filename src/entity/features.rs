//! Feature templates: what the taggers see of a token, as hashes.
//!
//! A feature is one 32-bit hash of a template's number and its values. Templates and their numbers
//! are part of the model: [`TEMPLATES`] goes up with every change, and old weights are refused.

use super::article::{Article, Cues, Mode};
use super::clusters::{Cluster, Clusters};
use super::gazetteer::{Gazetteer, Hits, Place};
use super::word::{Store, Word, mix};
use crate::error::Result;
use crate::models::Models;
use crate::token::{Kind, Subwords, Tokenizer, Tokens, Words};
use std::sync::Arc;

/// Version of the templates; stored in the weights.
pub(crate) const TEMPLATES: u32 = 2;

/// Makes features; immutable, shared by all threads.
pub(crate) struct Extractor {
    gazetteer: Gazetteer,
    cues: Cues,
    subwords: Subwords,
    frequencies: Arc<Words>,
    clusters: Arc<Clusters>,
}

/// Buffers of one thread.
#[derive(Default)]
pub(crate) struct Workspace {
    store: Store,
    words: Vec<u32>,
    hits: Hits,
    pub(super) article: Article,
}

impl Workspace {
    /// What a word of the text at hand says about itself.
    pub(super) fn word(&self, at: usize) -> Option<&Word> {
        self.words.get(at).map(|&number| self.store.get(number))
    }
}

/// The hash of a feature; never 0.
#[inline]
pub(super) fn feature(template: u64, value: u64) -> u32 {
    let h = mix(template.wrapping_mul(0xA24B_AED4_963E_E407), value);
    ((h ^ (h >> 32)) as u32).max(1)
}

impl Extractor {
    pub(crate) fn new(models: &Models) -> Result<Self> {
        let gazetteer = Gazetteer::new(models, &*models.shared(Tokenizer::new)?)?;
        Ok(Self {
            cues: Cues::new(&gazetteer),
            gazetteer,
            subwords: Subwords::new(models)?,
            frequencies: models.shared(Words::new)?,
            clusters: models.shared(Clusters::new)?,
        })
    }

    /// Names of the lexicons whose classes are among the features.
    pub(crate) fn lexicons(&self) -> &[String] {
        self.gazetteer.lexicons()
    }

    /// Hands every feature of every token to `sink`, token by token.
    pub(crate) fn extract(
        &self,
        tokens: &Tokens<'_>,
        work: &mut Workspace,
        mut sink: impl FnMut(usize, u32),
    ) {
        work.store.limit();
        work.words.clear();
        for (at, token) in tokens.iter().enumerate() {
            let forms = (tokens.surface(at), tokens.lower(at));
            let number = work.store.number(
                forms,
                token,
                &self.frequencies,
                &self.subwords,
                &self.clusters,
            );
            work.words.push(number);
        }
        self.gazetteer.find(tokens, &mut work.hits);
        work.article.read(tokens, &work.hits, &self.cues);
        for (number, sentence) in tokens.sentences().enumerate() {
            let mode = work.article.mode(number);
            for at in sentence.clone() {
                let view = View {
                    tokens,
                    work,
                    sentence: (sentence.start, sentence.end),
                    mode,
                    at,
                };
                view.all(&mut |template, value| sink(at, feature(template, value)));
            }
        }
    }
}

/// One token with all that the templates look at.
struct View<'v, 'a> {
    tokens: &'v Tokens<'a>,
    work: &'v Workspace,
    sentence: (usize, usize),
    mode: Mode,
    at: usize,
}

type Sink<'s> = &'s mut dyn FnMut(u64, u64);

/// Stands for what lies outside the sentence.
pub(super) const EDGE: u64 = 0x5EED_ED6E;

impl View<'_, '_> {
    fn word(&self, offset: isize) -> Option<&Word> {
        let at = self.at.checked_add_signed(offset)?;
        let inside = at >= self.sentence.0 && at < self.sentence.1;
        inside.then(|| self.work.store.get(self.work.words[at]))
    }

    fn lower(&self, offset: isize) -> u64 {
        self.word(offset).map_or(EDGE, |word| word.lower)
    }

    /// The shape where capitals mean something, else whether it is a word.
    fn shape(&self, offset: isize) -> u64 {
        let Some(word) = self.word(offset) else {
            return EDGE;
        };
        if self.mode == Mode::Mixed {
            return word.shape;
        }
        let at = self.at.wrapping_add_signed(offset);
        match self.tokens.get(at).map(|token| token.kind) {
            Some(Kind::Word) => 1,
            Some(Kind::Number) => 2,
            _ => 3,
        }
    }

    fn all(&self, sink: Sink<'_>) {
        let mode = self.mode as u64;
        sink(1, mode);
        self.words(sink);
        self.form(sink);
        self.clusters(sink);
        self.lexicons(sink);
        self.run(sink);
        self.article(sink);
    }

    /// Words and their neighbours.
    fn words(&self, sink: Sink<'_>) {
        for offset in -2..=2 {
            let template = 10 + (offset + 2) as u64;
            sink(template, self.lower(offset));
            sink(template + 10, self.shape(offset));
        }
        let (before, here, after) = (self.lower(-1), self.lower(0), self.lower(1));
        sink(30, mix(before, here));
        sink(31, mix(here, after));
        sink(32, mix(before, after));
        sink(33, mix(self.lower(-2), before));
        sink(34, mix(after, self.lower(2)));
        let shapes = (self.shape(-1), self.shape(0), self.shape(1));
        sink(35, mix(shapes.0, shapes.1));
        sink(36, mix(shapes.1, shapes.2));
        sink(37, mix(mix(shapes.0, shapes.1), shapes.2));
        sink(38, mix(before, shapes.1));
        sink(39, mix(shapes.1, after));
        sink(40, mix(mix(self.lower(-2), before), shapes.1));
        sink(41, mix(mix(before, shapes.1), after));
        if self.mode == Mode::Mixed {
            for offset in -1..=1 {
                sink(
                    43 + (offset + 1) as u64,
                    self.word(offset).map_or(EDGE, |w| w.surface),
                );
            }
        }
    }

    /// The word's own letters.
    fn form(&self, sink: Sink<'_>) {
        let Some(word) = self.word(0) else { return };
        let shape = self.shape(0);
        for (length, (&prefix, &suffix)) in word.prefixes.iter().zip(&word.suffixes).enumerate() {
            let length = length as u64;
            if prefix != 0 {
                sink(50 + length, prefix);
                sink(120 + length, mix(prefix, shape));
            }
            if suffix != 0 {
                sink(55 + length, suffix);
                sink(125 + length, mix(suffix, shape));
            }
        }
        for (end, &piece) in word
            .ends
            .iter()
            .enumerate()
            .filter(|(_, piece)| **piece != 0)
        {
            sink(60 + end as u64, piece);
        }
        for &piece in word.inner.iter().filter(|piece| **piece != 0) {
            sink(62, piece);
        }
        sink(63, mix(word.frequency, shape));
        sink(64, mix(word.length, shape));
        let first = self.at == self.sentence.0;
        sink(65, mix(u64::from(first), mix(word.frequency, shape)));
        for offset in [-1, 1] {
            if let Some(next) = self.word(offset) {
                let template = if offset < 0 { 66 } else { 67 };
                sink(template, next.suffixes[2]);
                sink(template + 2, mix(next.frequency, self.shape(offset)));
            }
        }
        if self.work.article.in_parens(self.at) {
            sink(70, shape);
        }
        let acronym = self.work.article.acronym(self.at);
        if acronym > 0 {
            sink(71, mix(u64::from(acronym), shape));
        }
        for (template, offset) in [(75, -1isize), (76, 0), (77, 1)] {
            if self
                .work
                .article
                .is_bridge(self.at.wrapping_add_signed(offset))
            {
                sink(template, shape);
            }
        }
        // the dateline: `JAKARTA, KOMPAS.com -`
        if self.at < 6 {
            sink(72, self.at as u64);
            sink(73, mix(self.at as u64, shape));
        }
        if let Some(token) = self.tokens.get(self.at)
            && !token.spaced
        {
            sink(74, shape);
        }
    }

    /// Clusters of the word and its neighbours.
    fn clusters(&self, sink: Sink<'_>) {
        let cluster = |offset| {
            self.word(offset)
                .map_or(Cluster::default(), |word| word.cluster)
        };
        let shape = self.shape(0);
        let grain = |cluster: Cluster, grain: usize| u64::from(cluster.grains[grain]);
        for offset in -2..=2 {
            let template = 130 + 4 * (offset + 2) as u64;
            let cluster = cluster(offset);
            if cluster == Cluster::default() {
                continue;
            }
            for number in 0..cluster.grains.len() {
                sink(template + number as u64, grain(cluster, number));
            }
        }
        let (before, here, after) = (cluster(-1), cluster(0), cluster(1));
        sink(150, mix(grain(before, 1), grain(here, 1)));
        sink(151, mix(grain(here, 1), grain(after, 1)));
        sink(152, mix(grain(here, 1), shape));
        sink(153, mix(grain(before, 2), shape));
        sink(154, mix(grain(after, 2), shape));
        sink(
            155,
            mix(mix(grain(before, 0), grain(here, 0)), grain(after, 0)),
        );
        sink(156, mix(u64::from(here.capital), shape));
        sink(
            157,
            mix(
                u64::from(before.capital),
                mix(u64::from(here.capital), u64::from(after.capital)),
            ),
        );
    }

    /// Lexicon classes of the token and its neighbours.
    fn lexicons(&self, sink: Sink<'_>) {
        let shape = self.shape(0);
        let place = |place: Place| place as u64 + 1;
        let mut any = 0;
        for hit in self.work.hits.of(self.at) {
            let code = mix(hit.class, place(hit.place));
            sink(80, code);
            sink(81, mix(code, shape));
            sink(82, mix(hit.class, self.lower(-1)));
            sink(83, mix(hit.class, self.lower(1)));
            any = mix(any, code);
        }
        sink(84, any);
        for offset in [-2isize, -1, 1, 2] {
            if self.word(offset).is_some() {
                let at = self.at.wrapping_add_signed(offset);
                let template = (86 + offset) as u64;
                for hit in self.work.hits.of(at) {
                    let code = mix(hit.class, place(hit.place));
                    sink(template, code);
                    if offset.abs() == 1 {
                        sink(template + 8, mix(code, shape));
                    }
                }
            }
        }
    }

    /// The run of capitalised words around the token.
    fn run(&self, sink: Sink<'_>) {
        if self.mode != Mode::Mixed {
            return;
        }
        let run = self.work.article.run(self.at);
        if run.is_empty() {
            return;
        }
        let lower = |at: usize| {
            let inside = at >= self.sentence.0 && at < self.sentence.1;
            if inside {
                self.work.store.get(self.work.words[at]).lower
            } else {
                EDGE
            }
        };
        let index = (self.at - run.start).min(5) as u64;
        let rest = (run.end - 1 - self.at).min(5) as u64;
        let head = lower(run.start);
        let before = run.start.checked_sub(1).map_or(EDGE, lower);
        let after = lower(run.end);
        sink(100, mix(index, rest));
        sink(101, mix(head, u64::from(index > 0)));
        sink(102, mix(before, u64::from(index > 0)));
        sink(103, mix(after, u64::from(rest > 0)));
        sink(104, mix(lower(run.end - 1), u64::from(rest > 0)));
        sink(105, mix(mix(before, after), u64::from(index > 0)));
        sink(106, mix(self.shape(0), mix(index, rest)));
        for hit in self.work.hits.of(run.start) {
            sink(107, mix(hit.class, index.min(3)));
        }
        if run.start > self.sentence.0 {
            for hit in self.work.hits.of(run.start - 1) {
                sink(108, mix(hit.class, index.min(3)));
            }
        }
        for hit in self.work.hits.of(run.end) {
            sink(109, mix(hit.class, u64::from(rest > 0)));
        }
    }

    /// The same word elsewhere in the article.
    fn article(&self, sink: Sink<'_>) {
        let elsewhere = self.work.article.elsewhere(self.tokens, self.at);
        let shape = self.shape(0);
        let counts = u64::from(elsewhere.lower) * 4 + u64::from(elsewhere.capital);
        sink(110, mix(counts, shape));
        if elsewhere.contexts != 0 {
            let mut rest = elsewhere.contexts;
            while rest != 0 {
                sink(111, mix(u64::from(rest.trailing_zeros()), shape));
                rest &= rest - 1;
            }
            sink(112, mix(u64::from(elsewhere.contexts), shape));
        }
        if let Some((start, length)) = elsewhere.run {
            let head = self.tokens.get(start).map_or(0, |token| token.key.0);
            let is_head = self
                .tokens
                .get(self.at)
                .is_some_and(|token| token.key.0 == head);
            let own = self.work.article.run(self.at).len().min(3) as u64;
            sink(113, mix(head, u64::from(is_head)));
            sink(114, mix(u64::from(is_head), mix(length.min(4) as u64, own)));
            for hit in self.work.hits.of(start) {
                sink(115, mix(hit.class, mix(u64::from(is_head), own)));
            }
        }
    }
}
