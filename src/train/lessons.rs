//! What the judge is asked in an article, with the answers that people gave.

use super::judged::Judged;
use crate::event::{Case, Judge, Question, Weights};
use crate::pipeline::Annotator;
use crate::schema::{
    Annotation, Article, Event, EventId, Filler, Gold, Mention, Offsets, Ref, Span,
};
use crate::score::Beside;
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// The stages before events, with the names of every article that was seen.
pub(super) struct Lessons {
    annotator: Annotator,
    names: RefCell<FxHashMap<String, Vec<Mention>>>,
}

impl Lessons {
    pub(super) fn new(annotator: Annotator) -> Self {
        Self {
            annotator,
            names: RefCell::default(),
        }
    }

    /// What one run over an article gives.
    pub(super) fn run(&self, article: &Article, id: &str, judge: &mut Judge<'_>) -> Annotation {
        let mut names = self.names.borrow_mut();
        let names = names.entry(article.text.clone());
        let names = names
            .or_insert_with(|| self.annotator.names(article))
            .clone();
        self.annotator
            .for_events(article, names, |finder, layers, relations, quotes| {
                let events = finder.judged(layers, relations, quotes, judge);
                Annotation {
                    entities: layers.entities.to_vec(),
                    times: layers.times.to_vec(),
                    quantities: layers.quantities.to_vec(),
                    events,
                    ..Annotation::empty(id, Offsets::Bytes)
                }
            })
    }

    /// The decisions in an article that gold has an answer to.
    pub(super) fn answered(&self, gold: &Gold, weights: &Weights) -> Vec<(Case, bool)> {
        let mut judge = Judge::recording(weights);
        let output = self.run(&gold.article, &gold.annotation.id, &mut judge);
        let beside = Beside::new(gold, output);
        let partners = beside.partners();
        let partner = |event: usize| partners.get(event).copied().flatten();
        let answer = |question: &Question| match question {
            Question::Mention(kind, span) => Some(names(&gold.annotation.events, kind, *span)),
            Question::Same(kind, others, span) => {
                let own = named(&gold.annotation.events, kind, *span)?;
                let mut others = others
                    .iter()
                    .filter_map(|span| named(&gold.annotation.events, kind, *span))
                    .peekable();
                others.peek()?;
                Some(others.any(|other| other == own))
            }
            Question::Argument(event, role, filler) => {
                let mut own = partner(*event)?.arguments.iter();
                Some(own.any(|a| a.role == *role && beside.same(&a.filler, filler)))
            }
            Question::Time(event, when) => {
                let own = &partner(*event)?.time;
                Some(own.is_some() && Beside::at_once(own, &Some(when.clone())))
            }
            Question::Event(event) => Some(partner(*event).is_some()),
        };
        let cases = judge.cases().into_iter();
        cases
            .filter_map(|case| {
                let yes = answer(&case.question)?;
                Some((case, yes))
            })
            .collect()
    }

    /// The decisions in an article of which somebody said whether they are right.
    pub(super) fn said(&self, judged: &Judged, weights: &Weights) -> Vec<(Case, bool)> {
        let mut judge = Judge::recording(weights);
        let output = self.run(&judged.article, "", &mut judge);
        let answer = |question: &Question| match question {
            Question::Mention(kind, span) => judged.verdict(kind, *span),
            Question::Event(event) => {
                let event = output.events.get(*event)?;
                let mut spans = event.triggers.iter().map(|t| t.span);
                spans.find_map(|span| judged.verdict(&event.kind, span))
            }
            Question::Argument(event, role, filler) => {
                let event = output.events.get(*event)?;
                let spans = spans(&output, filler);
                let own = judged.arguments.iter().find(|(argument, _)| {
                    let there = event
                        .triggers
                        .iter()
                        .any(|t| t.span.overlaps(argument.trigger));
                    let filled = spans.iter().any(|span| span.overlaps(argument.filler));
                    there && filled && argument.kind == *event.kind && argument.role == **role
                });
                own.map(|(_, yes)| *yes)
            }
            _ => None,
        };
        let cases = judge.cases().into_iter();
        cases
            .filter_map(|case| answer(&case.question).map(|yes| (case, yes)))
            .collect()
    }

    /// All decisions in an article by weights that have not seen it, one a line: stage, answer, probability,
    /// what was asked, features.
    pub(super) fn log(&self, gold: &Gold, weights: &Weights, lines: &mut String) {
        use std::fmt::Write;
        for (case, yes) in self.answered(gold, weights) {
            let p = weights.probability(case.stage, &case.bag).unwrap_or(0.5);
            let asked = match &case.question {
                Question::Mention(kind, span) => {
                    format!("{kind} {:?}", span.of(&gold.article.text))
                }
                Question::Argument(event, role, filler) => format!("v{event} {role} {filler:?}"),
                other => format!("{other:?}"),
            };
            let names: Vec<_> = case.bag.named().map(|(name, _)| name).collect();
            let id = &gold.annotation.id;
            let (stage, names) = (case.stage.as_str(), names.join(" | "));
            let _ = writeln!(lines, "{stage}\t{yes}\t{p:.3}\t{id}\t{asked}\t{names}");
        }
        self.unasked(gold, weights, lines);
    }

    /// What gold has and the events that were found lack, one a line.
    fn unasked(&self, gold: &Gold, weights: &Weights, lines: &mut String) {
        use std::fmt::Write;
        let mut judge = Judge::recording(weights);
        let id = &gold.annotation.id;
        let output = self.run(&gold.article, id, &mut judge);
        let asked = judge.cases();
        let beside = Beside::new(gold, output);
        let partners = beside.partners();
        for own in &gold.annotation.events {
            let kind = &own.kind;
            let found = |at: &Option<&Event>| at.is_some_and(|event| std::ptr::eq(event, own));
            let Some(at) = partners.iter().position(found) else {
                let words: Vec<_> = own.triggers.iter().map(|t| t.text.as_str()).collect();
                let roles = own.arguments.len();
                let words = words.join(" / ");
                let _ = writeln!(lines, "unfound\t{id}\t{kind}\t{roles}\t{words}");
                continue;
            };
            for argument in &own.arguments {
                let belief = asked.iter().filter_map(|case| match &case.question {
                    Question::Argument(event, role, filler)
                        if *event == at
                            && *role == argument.role
                            && beside.same(&argument.filler, filler) =>
                    {
                        weights.probability(case.stage, &case.bag)
                    }
                    _ => None,
                });
                let belief = belief.fold(-1.0f32, f32::max);
                let (role, filler) = (&argument.role, &argument.filler);
                let known = beside.known(filler);
                let text = match filler {
                    Filler::Phrase(extract) => extract.text.clone(),
                    Filler::Ref { id } => id.to_string(),
                };
                let _ = writeln!(
                    lines,
                    "sought\t{id}\t{kind}\t{role}\t{known}\t{belief:.3}\t{text}"
                );
            }
        }
    }
}

/// Where a filler stands.
fn spans(output: &Annotation, filler: &Filler) -> Vec<Span> {
    match filler {
        Filler::Phrase(extract) => vec![extract.span],
        Filler::Ref {
            id: Ref::Entity(id),
        } => {
            let own = output.entities.iter().filter(|e| e.id == *id);
            own.flat_map(|e| &e.mentions).map(|m| m.span).collect()
        }
        Filler::Ref { id: Ref::Time(id) } => {
            let own = output.times.iter().filter(|t| t.id == *id);
            own.map(|t| t.span).collect()
        }
        Filler::Ref {
            id: Ref::Quantity(id),
        } => {
            let own = output.quantities.iter().filter(|q| q.id == *id);
            own.map(|q| q.span).collect()
        }
    }
}

/// The gold event of the type that has a trigger there.
fn named(events: &[Event], kind: &str, span: Span) -> Option<EventId> {
    let own = events.iter().filter(|event| &*event.kind == kind);
    let mut there = own.filter(|event| event.triggers.iter().any(|t| t.span.overlaps(span)));
    there.next().map(|event| event.id)
}

/// Whether a gold event of the type has a trigger there.
fn names(events: &[Event], kind: &str, span: Span) -> bool {
    let own = events.iter().filter(|event| &*event.kind == kind);
    own.flat_map(|event| &event.triggers)
        .any(|trigger| trigger.span.overlaps(span))
}
