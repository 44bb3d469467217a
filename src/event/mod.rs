//! Events: triggers, arguments, time and place, polarity and modality.
//!
//! In: [`Layers`], relations and quotes. Out: [`Event`]s in order of their first trigger. What names an
//! event, which function of the clause fills which role, and how phrases fill the rest, stands in
//! `models/rules/event/*.toml` and a few lexicons; this room holds the machinery alone:
//!
//! - `load` reads the files into `frames`; `words` and `scene` see the article as classes of words and noun phrases;
//! - `trigger` finds candidates; `grammar` their subject, object, agent and prepositional phrases;
//! - `argument` and `phrase` fill roles; `when` finds time and place; `stance` polarity and modality;
//! - `merge` joins several mentions of one event.
//!
//! ```text
//! [[Budi|PER]] ditangkap [[KPK|ORG]] pada [[Selasa|DATE]] terkait kasus suap.
//! → justice.arrest, trigger "ditangkap", person Budi, agent KPK, crime "suap", time Selasa
//! ```

mod argument;
mod examples;
mod frames;
mod further;
mod grammar;
mod judge;
mod lend;
mod load;
#[cfg(test)]
mod measure;
mod merge;
mod phrase;
mod scene;
mod stance;
mod topic;
mod trigger;
mod when;
mod words;

use crate::entity::Clusters;
use crate::error::Result;
use crate::models::Models;
use crate::pattern::{Compiler, Pattern, PatternSet};
use crate::pipeline::Layers;
use crate::relation::Relations;
use crate::schema::{
    Argument, EntityId, Event, EventId, Extract, Filler as Filling, Modality, Polarity, Quote, Ref,
    When, days,
};
use frames::{Frames, Voice};
use merge::Cluster;
use rustc_hash::FxHashMap;
use scene::{Scene, Thing};
use std::ops::Range;
use std::sync::Arc;
use trigger::Candidate;
use when::Moment;

pub(crate) use examples::run_examples;
pub(crate) use judge::{Bag, Case, Judge, Question, Stage, Weights};

/// Finds events; immutable, shared by all threads.
pub(crate) struct EventFinder {
    frames: Frames,
    patterns: PatternSet,
    slots: PatternSet,
    near: FxHashMap<usize, Pattern>,
    waive: FxHashMap<usize, Pattern>,
    words: words::ClauseWords,
    stances: stance::Stances,
    weights: Option<Weights>,
    clusters: Arc<Clusters>,
    /// Number of the preposition of places.
    di: Option<u16>,
}

/// What fills a role, before ids.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Filler {
    Thing(Thing),
    Phrase(Range<usize>),
}

/// A filled role.
#[derive(Clone, Debug)]
struct Filled {
    role: usize,
    filler: Filler,
    /// What filled it: a grammatical function, a slot, another event …
    source: &'static str,
    /// How sure it is, where it was judged.
    belief: Option<f32>,
}

impl Filled {
    fn new(role: usize, filler: Filler, source: &'static str) -> Self {
        Self {
            role,
            filler,
            source,
            belief: None,
        }
    }

    fn same(&self, other: &Self) -> bool {
        self.role == other.role && self.filler == other.filler
    }
}

/// One mention of an event with what its own sentence says.
#[derive(Clone, Debug)]
struct Draft {
    kind: usize,
    rule: usize,
    tokens: Range<usize>,
    voice: Voice,
    functions: grammar::Functions,
    filled: Vec<Filled>,
    moment: Moment,
    place: Option<(Filler, usize)>,
    polarity: Polarity,
    /// None for a noun of which nothing is said.
    modality: Option<Modality>,
    /// It lacks what its rule asks for; without weights it is no mention.
    barred: bool,
    /// It stands by itself; otherwise it only repeats another mention.
    strong: bool,
    /// How sure it names an event, before the weights of the judge are a probability.
    belief: f32,
    /// It may repeat another mention.
    follows: bool,
    /// Where it repeats none, it is about this person.
    topic: Option<Vec<Filled>>,
}

impl Draft {
    /// Whether it is told as a thing that happened.
    fn real(&self) -> bool {
        self.polarity == Polarity::Positive && self.modality.is_none_or(|m| m == Modality::Asserted)
    }
}

impl EventFinder {
    /// A finder with the event files of `models`.
    ///
    /// # Errors
    /// Where a file is missing or malformed, or names a type, role, slot or lexicon that is not there.
    pub(crate) fn new(models: &Models) -> Result<Self> {
        let frames = Frames::read(models)?;
        let mut compiler = Compiler::new(models)?;
        let patterns = compiler.set(&frames.files)?;
        let slots = compiler.set(&frames.slot_files)?;
        let mut near = FxHashMap::default();
        let mut waive = FxHashMap::default();
        for (number, trigger) in frames.triggers.iter().enumerate() {
            if let Some(source) = &trigger.waive {
                waive.insert(number, compiler.pattern(source)?);
            }
            if let Some(source) = &trigger.near {
                near.insert(number, compiler.pattern(source)?);
            }
        }
        let words = words::ClauseWords::new(models, &frames.prepositions)?;
        let di = frames
            .prepositions
            .iter()
            .position(|p| p == "di")
            .map(|p| p as u16);
        Ok(Self {
            patterns,
            slots,
            near,
            waive,
            words,
            stances: stance::Stances::new(models)?,
            weights: Weights::read(models)?,
            clusters: models.shared(Clusters::new)?,
            di,
            frames,
        })
    }

    /// The events of an article, in order of their first trigger.
    pub(crate) fn find(
        &self,
        layers: &Layers<'_>,
        relations: &Relations,
        quotes: &[Quote],
    ) -> Vec<Event> {
        let mut judge = Judge::new(self.weights.as_ref());
        self.judged(layers, relations, quotes, &mut judge)
    }

    /// The events as `judge` has it.
    pub(crate) fn judged(
        &self,
        layers: &Layers<'_>,
        relations: &Relations,
        quotes: &[Quote],
        judge: &mut Judge<'_>,
    ) -> Vec<Event> {
        let scene = Scene::new(&self.words, layers, relations, quotes);
        let slots = phrase::slots(self, &scene);
        let (mut drafts, verbs) = self.drafts(&scene, &slots, judge.loose());
        let court = judge::Court {
            finder: self,
            scene: &scene,
            slots: &slots,
            chunks: judge::chunks(&scene),
            verbs,
            opening: lend::opening(&scene),
        };
        if judge.sits() {
            judge::mentions(&court, judge, &mut drafts);
        }
        drafts.retain(|draft| !draft.barred);
        let mut clusters = if judge.sits() {
            judge::merge(&court, judge, drafts)
        } else {
            merge::merge(&self.frames, &scene, drafts, &slots)
        };
        lend::lend(&self.frames, &scene, &mut clusters, &slots);
        if judge.sits() {
            clusters = judge::clusters(&court, judge, clusters);
        }
        let events = clusters.iter().enumerate();
        events
            .map(|(index, cluster)| self.event(&scene, index, cluster))
            .collect()
    }

    /// Every mention of an event with what its own sentence says, in order.
    fn drafts(
        &self,
        scene: &Scene<'_, '_>,
        slots: &[phrase::SlotMatch],
        loose: bool,
    ) -> (Vec<Draft>, Vec<bool>) {
        let tokens = scene.layers.tokens;
        let candidates = trigger::candidates(self, scene, loose);
        let verbs = trigger::verbs(self, &candidates, tokens);
        let marks = self.stances.mark(tokens);
        let topics = topic::Topics::new(scene);
        let mut drafts: Vec<Draft> = Vec::with_capacity(candidates.len());
        for candidate in &candidates {
            let topic = self.topic(scene, &topics, &drafts, candidate);
            let draft = self.draft(scene, candidate, &verbs, slots, &marks, topic);
            let more = self.further(scene, &draft, &verbs);
            drafts.push(draft);
            drafts.extend(more);
        }
        (drafts, verbs)
    }

    fn draft(
        &self,
        scene: &Scene<'_, '_>,
        candidate: &Candidate,
        verbs: &[bool],
        slots: &[phrase::SlotMatch],
        marks: &[Option<stance::Stance>],
        topic: Option<usize>,
    ) -> Draft {
        let spec = &self.frames.triggers[candidate.rule];
        let kind_index = self.frames.frames[spec.frame].kind;
        let kind = &self.frames.kinds[kind_index];
        let frame = &self.frames.frames[spec.frame];
        let accept =
            |group: usize| argument::takes_subject(scene, kind, frame, candidate.voice, group);
        let functions = grammar::functions(
            scene,
            &self.words,
            &candidate.tokens,
            candidate.voice,
            verbs,
            &accept,
        );
        let mut filled = argument::arguments(self, scene, candidate, &functions, slots);
        let spoken = kind.role("topic").is_some() && kind.role("agent").is_some();
        if let Some(agent) = kind.role("agent").filter(|_| spoken)
            && !functions.unnamed
            && !filled.iter().any(|f| f.role == agent)
            && let Some(speaker) = scene.speaker(candidate.tokens.start)
            && kind.roles[agent].accepts(scene.layers.entities[speaker].label.as_str())
        {
            let filler = Filler::Thing(Thing::Entity(speaker));
            filled.push(Filled::new(agent, filler, "speaker"));
        }
        let mut about = None;
        if let Some(role) = kind.topic
            && !filled.iter().any(|f| f.role == role)
            && self.stands_in(scene, &functions, candidate)
            && let Some(person) = topic
        {
            let mut with = filled.clone();
            let filler = Filler::Thing(Thing::Entity(person));
            with.push(Filled::new(role, filler, "topic"));
            argument::relate(scene, kind, &mut with);
            if candidate.voice == Voice::Noun && spec.needs.len() <= 1 {
                about = Some(with.split_off(filled.len()));
            } else {
                filled = with;
            }
        }
        let holds = |lines: &[Vec<usize>]| {
            lines.iter().all(|line| {
                line.iter()
                    .any(|role| filled.iter().any(|f| f.role == *role))
            })
        };
        let waived = self.waive.get(&candidate.rule).is_some_and(|pattern| {
            let (from, to) = (functions.clause.start, functions.clause.end);
            (from..to).any(|at| {
                pattern
                    .match_at(scene.layers.tokens, &scene.layers.marks, at)
                    .is_some()
            })
        });
        let firm = holds(&spec.strict) || waived;
        let short = (!firm && candidate.voice != Voice::Noun) || filled.len() < spec.least;
        let moment = when::moment(scene, verbs, &candidate.tokens, spoken);
        // who works at an organisation works for it
        let inside = kind.role("org").is_none();
        let place = when::place(scene, verbs, &candidate.tokens, self.di, inside, &filled);
        let timed =
            !spec.timed || waived || !moment.is_empty() || when::lasting(scene, &functions.clause);
        let (polarity, modality) = stance::stance(
            scene,
            &self.words,
            marks,
            &candidate.tokens,
            candidate.voice,
            kind.ahead(),
        );
        let somewhere = place.is_some() || !moment.is_empty();
        let barred = short || !timed;
        let strong = !barred
            && firm
            && (about.is_none() || !filled.is_empty())
            && holds(&spec.needs)
            && (!filled.is_empty() || (kind.bare && somewhere))
            || (!barred && spec.place_ok && place.is_some());
        Draft {
            kind: kind_index,
            rule: candidate.rule,
            tokens: candidate.tokens.clone(),
            voice: candidate.voice,
            functions,
            filled,
            moment,
            place,
            polarity,
            modality,
            barred,
            strong,
            belief: 0.0,
            follows: spec.needs.len() <= 1 && !spec.timed,
            topic: about,
        }
    }

    /// The person that the text is about at a trigger: of the last event of the family, or of the sentences
    /// before.
    fn topic(
        &self,
        scene: &Scene<'_, '_>,
        topics: &topic::Topics,
        drafts: &[Draft],
        candidate: &Candidate,
    ) -> Option<usize> {
        let kind =
            &self.frames.kinds[self.frames.frames[self.frames.triggers[candidate.rule].frame].kind];
        kind.topic?;
        let tokens = scene.layers.tokens;
        let sentence = tokens.sentence_of(candidate.tokens.start);
        let last = drafts.iter().rev().take(12).find_map(|draft| {
            let other = &self.frames.kinds[draft.kind];
            let near = sentence - tokens.sentence_of(draft.tokens.start) <= 3;
            let role = other
                .topic
                .filter(|_| near && other.family == kind.family && draft.strong)?;
            draft.filled.iter().find_map(|f| match f.filler {
                Filler::Thing(Thing::Entity(entity)) if f.role == role => Some(entity),
                _ => None,
            })
        });
        last.or_else(|| topics.at(sentence))
    }

    /// Whether the missing subject may be the topic: nothing stands there, or a noun that points back.
    fn stands_in(
        &self,
        scene: &Scene<'_, '_>,
        functions: &grammar::Functions,
        candidate: &Candidate,
    ) -> bool {
        let tokens = scene.layers.tokens;
        match (&functions.subject, functions.unnamed) {
            (Some(range), true) if candidate.voice != Voice::Noun => {
                let head = tokens.get(range.start).map(|t| t.key).unwrap_or_default();
                let pointed = (range.start..candidate.tokens.start)
                    .any(|at| matches!(tokens.lower(at), "itu" | "ini" | "tersebut"));
                self.words.stands_in(head, pointed)
            }
            (_, unnamed) => !unnamed,
        }
    }

    fn event(&self, scene: &Scene<'_, '_>, index: usize, cluster: &Cluster) -> Event {
        let layers = scene.layers;
        let tokens = layers.tokens;
        let kind = &self.frames.kinds[cluster.kind];
        let extract = |range: &Range<usize>| {
            let span = tokens.span(range.clone());
            Extract {
                span,
                text: span.of(tokens.text()).to_owned(),
            }
        };
        let main = cluster
            .drafts
            .iter()
            .find(|d| d.strong)
            .unwrap_or(&cluster.drafts[0]);
        let found_by: Arc<str> = self.frames.triggers[main.rule].id.clone();
        let mut filled = cluster.filled.clone();
        filled.sort_by_key(|f| f.role);
        let (polarity, mut modality) = cluster.stance();
        let time = self.time(layers, &cluster.moment);
        let begin = time
            .as_ref()
            .and_then(|when| days::days(when.from.as_deref()?));
        if modality == Modality::Asserted
            && let (Some((begin, _)), Some(published)) = (begin, layers.published)
            && begin > published
        {
            // what is dated after the article lies ahead however it is put
            modality = kind.ahead();
        }
        Event {
            id: EventId(index as u32 + 1),
            kind: kind.name.clone(),
            triggers: cluster.drafts.iter().map(|d| extract(&d.tokens)).collect(),
            arguments: filled
                .iter()
                .map(|f| Argument {
                    role: kind.roles[f.role].name.clone(),
                    filler: filling(layers, &f.filler),
                    score: f.belief,
                    found_by: Some(found_by.clone()),
                })
                .collect(),
            time,
            place: (cluster.place.as_ref()).map(|(filler, _)| filling(layers, filler)),
            polarity,
            modality,
            score: cluster.belief,
            found_by: Some(found_by),
        }
    }

    fn time(&self, layers: &Layers<'_>, moment: &Moment) -> Option<When> {
        let bounds = |time: Option<usize>| {
            let time = &layers.times[time?];
            Some((time.id, days::bounds(&time.value)))
        };
        if let Some((id, bounds)) = bounds(moment.at) {
            let (from, to) = bounds.unzip();
            return Some(When {
                id: Some(id),
                from,
                to,
            });
        }
        let (begin, end) = (bounds(moment.begin), bounds(moment.end));
        let id = begin.as_ref().or(end.as_ref()).map(|(id, _)| *id)?;
        Some(When {
            id: Some(id),
            from: begin.and_then(|(_, bounds)| bounds).map(|(from, _)| from),
            to: end.and_then(|(_, bounds)| bounds).map(|(_, to)| to),
        })
    }
}

/// A filler as the output has it.
fn filling(layers: &Layers<'_>, filler: &Filler) -> Filling {
    let id = match filler {
        Filler::Thing(Thing::Entity(entity)) => Ref::Entity(EntityId(*entity as u32 + 1)),
        Filler::Thing(Thing::Time(time)) => Ref::Time(layers.times[*time].id),
        Filler::Thing(Thing::Quantity(quantity)) => Ref::Quantity(layers.quantities[*quantity].id),
        Filler::Phrase(range) => {
            let span = layers.tokens.span(range.clone());
            let text = span.of(layers.tokens.text()).to_owned();
            return Filling::Phrase(Extract { span, text });
        }
    };
    Filling::Ref { id }
}
