//! What of the rules' proposals stays: a small logistic model for each decision.
//!
//! The rules propose mentions, and for every role what stands nearby; the judge gives each proposal a
//! probability, from what the rules say of it and from where it stands. In: drafts and clusters. Out: the
//! same with `belief` set, and without what is improbable. The weights are `models/weights/event.toml`,
//! written by `peristiwa train events`, which reads the same features through a [`Judge`] that records.

mod argument;
mod bag;
mod mention;
mod moment;
mod same;
#[cfg(test)]
mod tests;
mod weights;
mod whole;

use super::merge::Cluster;
use super::phrase::SlotMatch;
use super::scene::Scene;
use super::{Draft, EventFinder, Filler};
use crate::schema::{Filler as Filling, Span, When};
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::Arc;

pub(super) use argument::chunks;
pub(crate) use bag::Bag;
pub(super) use same::merge;
pub(crate) use weights::{Stage, Weights};

/// What a decision is about.
#[derive(Clone, Debug)]
pub(crate) enum Question {
    /// Do these words name an event of this type?
    Mention(Arc<str>, Span),
    /// Do the words at the end name the event of this type that the others name?
    Same(Arc<str>, Vec<Span>, Span),
    /// Does the filler have the role in the event of this number?
    Argument(usize, Arc<str>, Filling),
    /// Is it then?
    Time(usize, When),
    /// Is the event of this number one?
    Event(usize),
}

/// A decision with its features.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) stage: Stage,
    pub(crate) question: Question,
    pub(crate) bag: Bag,
}

/// Decides by weights, and records where somebody wants to learn.
#[derive(Default)]
pub(crate) struct Judge<'w> {
    weights: Option<&'w Weights>,
    tape: Option<Vec<Case>>,
    loose: bool,
}

impl<'w> Judge<'w> {
    /// A judge by `weights`; without any it leaves all to the rules.
    pub(crate) fn new(weights: Option<&'w Weights>) -> Self {
        Self {
            weights,
            tape: None,
            loose: weights.is_some(),
        }
    }

    /// A judge that records every case.
    pub(crate) fn recording(weights: &'w Weights) -> Self {
        Self {
            weights: Some(weights),
            tape: Some(Vec::new()),
            loose: true,
        }
    }

    /// No judge, but loose rules propose too: what their examples show.
    pub(crate) fn loosely() -> Self {
        Self {
            loose: true,
            ..Self::default()
        }
    }

    pub(super) fn loose(&self) -> bool {
        self.loose
    }

    /// What was recorded.
    pub(crate) fn cases(self) -> Vec<Case> {
        self.tape.unwrap_or_default()
    }

    /// Whether it has anything to say.
    pub(super) fn sits(&self) -> bool {
        self.weights.is_some()
    }

    fn knows(&self, stage: Stage) -> bool {
        self.weights.is_some_and(|w| w.knows(stage))
    }

    fn bag(&self) -> Bag {
        Bag::new(self.tape.is_some())
    }

    fn threshold(&self, stage: Stage) -> f32 {
        self.weights.map_or(0.5, |w| w.threshold(stage))
    }

    /// The probability of yes; none where no weights are known yet.
    fn ask(&mut self, stage: Stage, bag: Bag, question: impl FnOnce() -> Question) -> Option<f32> {
        let sum = self.weights.and_then(|w| w.sum(stage, &bag));
        if let Some(tape) = &mut self.tape {
            tape.push(Case {
                stage,
                question: question(),
                bag,
            });
        }
        sum.map(weights::probability)
    }
}

/// What the decisions of one article share.
pub(super) struct Court<'c, 's, 'a> {
    pub finder: &'c EventFinder,
    pub scene: &'c Scene<'s, 'a>,
    pub slots: &'c [SlotMatch],
    /// Noun phrases, in order.
    pub chunks: Vec<Range<usize>>,
    /// Tokens of triggers that are verbs.
    pub verbs: Vec<bool>,
    /// The day that the article opens with.
    pub opening: Option<usize>,
}

impl Court<'_, '_, '_> {
    fn span(&self, range: &Range<usize>) -> Span {
        self.scene.layers.tokens.span(range.clone())
    }

    /// Names of the clusters of a word, coarse and finer; none where it is unknown.
    fn clusters(&self, at: usize) -> Option<[String; 2]> {
        let tokens = self.scene.layers.tokens;
        let found = self
            .finder
            .clusters
            .get(tokens.surface(at), tokens.lower(at));
        let [coarse, fine, _] = found.grains;
        (coarse != 0).then(|| [format!("c{coarse}"), format!("f{fine}")])
    }

    /// Sentence of a token.
    fn sentence(&self, token: usize) -> usize {
        self.scene.layers.tokens.sentence_of(token)
    }

    /// The tokens in which a mention's fillers are looked for: its sentence and the ones beside it.
    fn window(&self, draft: &Draft) -> Range<usize> {
        let tokens = self.scene.layers.tokens;
        let sentence = self.sentence(draft.tokens.start);
        let last = tokens.sentences().len().saturating_sub(1);
        let from = tokens.sentence(sentence.saturating_sub(1)).start;
        let to = tokens.sentence((sentence + 1).min(last)).end;
        let from = from.max(draft.tokens.start.saturating_sub(REACH));
        from..to.min(draft.tokens.end + REACH).max(from)
    }

    /// Where something stands against a mention.
    fn place(&self, draft: &Draft, at: usize) -> &'static str {
        let own = self.sentence(draft.tokens.start);
        match self.sentence(at) {
            there if there == own && at < draft.tokens.start => "left",
            there if there == own => "right",
            there if there < own => "previous",
            _ => "next",
        }
    }
}

/// The surest mentions of a cluster, as indices in order of position.
fn leaders(cluster: &Cluster) -> Vec<usize> {
    let mut order: Vec<usize> = (0..cluster.drafts.len()).collect();
    order.sort_by(|&a, &b| {
        let belief = |i: usize| cluster.drafts[i].belief;
        belief(b).total_cmp(&belief(a)).then(a.cmp(&b))
    });
    order.truncate(LEADERS);
    order.sort_unstable();
    order
}

/// Mentions of an event that are looked at, and tokens on each side of one; both keep long texts linear.
const LEADERS: usize = 6;
const REACH: usize = 80;

/// Mentions less probable than this are dropped, also as repetitions.
const FLOOR: f32 = 0.12;

/// Sets the belief of every mention; which are strong and which dropped follows from it.
pub(super) fn mentions(court: &Court<'_, '_, '_>, judge: &mut Judge<'_>, drafts: &mut Vec<Draft>) {
    let threshold = judge.threshold(Stage::Mention);
    for index in 0..drafts.len() {
        let bag = mention::bag(court, judge.bag(), drafts, index);
        let draft = &mut drafts[index];
        let kind = &court.finder.frames.kinds[draft.kind].name;
        let question = || Question::Mention(kind.clone(), court.span(&draft.tokens));
        match judge.ask(Stage::Mention, bag, question) {
            Some(belief) => {
                draft.belief = belief;
                draft.strong = belief >= threshold;
                draft.barred = belief < FLOOR;
                if draft.strong
                    && let Some(topic) = draft.topic.take()
                {
                    draft.filled.extend(topic);
                }
            }
            None => draft.belief = if draft.strong { 0.8 } else { 0.3 },
        }
    }
    // of several types for the same words the most probable
    let mut best: FxHashMap<usize, (f32, usize)> = FxHashMap::default();
    for draft in drafts.iter() {
        let entry = best.entry(draft.tokens.start).or_insert((-1.0, 0));
        if draft.belief > entry.0 {
            *entry = (draft.belief, draft.rule);
        }
    }
    let known = judge.knows(Stage::Mention);
    drafts.retain(|draft| !known || best[&draft.tokens.start].1 == draft.rule);
}

/// Judges arguments, time and the event itself; drops what is improbable.
pub(super) fn clusters(
    court: &Court<'_, '_, '_>,
    judge: &mut Judge<'_>,
    clusters: Vec<Cluster>,
) -> Vec<Cluster> {
    let rows = argument::all(court, judge, &clusters);
    let mut kept = Vec::with_capacity(clusters.len());
    for (index, (mut cluster, filled)) in clusters.into_iter().zip(rows).enumerate() {
        if let Some(filled) = filled {
            cluster.filled = filled;
        }
        moment::times(court, judge, index, &mut cluster);
        let bag = whole::bag(court, judge.bag(), &cluster);
        let belief = judge.ask(Stage::Event, bag, || Question::Event(index));
        cluster.belief = belief;
        if belief.is_none_or(|b| b >= judge.threshold(Stage::Event)) {
            kept.push(cluster);
        }
    }
    kept
}

/// A filler as the output has it.
fn filling(court: &Court<'_, '_, '_>, filler: &Filler) -> Filling {
    super::filling(court.scene.layers, filler)
}
