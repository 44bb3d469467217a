//! `peristiwa train events`: the weights of the event room's judge, from gold articles.
//!
//! Each stage learns on what the stages before it leave of articles that they have not seen: the articles
//! are cut into folds, and for each fold the earlier stages are those of the other folds. Thresholds are
//! the ones that do best over all folds; the weights that are written come from all articles.

use super::card::Card;
use super::judged::{self, Judged};
use super::logistic::{Settings, learn};
use super::whole;
use crate::error::{Error, Result};
use crate::event::{Bag, Case, Judge, Question, Stage, Weights};
use crate::pipeline::Annotator;
use crate::schema::{
    Annotation, Article, Basis, Event, Filler, Gold, Offsets, Ref, ReferenceTime, SCHEMA, Span,
};
use crate::score::{Beside, EventScores, score};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Options of the training.
pub(crate) struct Options {
    pub gold: Vec<PathBuf>,
    pub whole: Option<PathBuf>,
    pub judged: Vec<PathBuf>,
    pub texts: Option<PathBuf>,
    pub dev: Option<PathBuf>,
    pub output: PathBuf,
    pub models: Option<PathBuf>,
    pub date: Option<String>,
    pub folds: usize,
    pub l2: f32,
    pub steps: usize,
    pub cutoff: u32,
    pub log: Option<PathBuf>,
}

/// Stages that learn on the same pass over the articles.
const PASSES: [&[Stage]; 3] = [
    &[Stage::Mention],
    &[Stage::Argument, Stage::Time],
    &[Stage::Event],
];

/// The weights of a stage, as the file has them.
type Table = BTreeMap<String, f32>;

/// Trains and writes the weights.
///
/// # Errors
/// Where gold or models cannot be read, or the file not be written.
pub(crate) fn events(options: &Options) -> Result<()> {
    let annotator = Annotator::new(&super::load(options.models.as_deref())?)?;
    let (mut golds, mut added) = (Vec::new(), Vec::new());
    let mut table = match &options.whole {
        Some(path) => whole::read(path)?,
        None => whole::Table::new(),
    };
    for folder in &options.gold {
        for mut gold in Gold::read_folder(folder)? {
            if gold.has("events") {
                golds.push(gold);
            } else if let Some(lines) = table.remove(&gold.annotation.id) {
                whole::add(&mut gold, &lines)?;
                added.push(gold);
            }
        }
    }
    // the articles that were gold before keep their folds
    let own = golds.len();
    golds.extend(added);
    if golds.is_empty() {
        return Err(Error::input("no gold article has events"));
    }
    let judged = match &options.texts {
        Some(texts) => judged::read(&options.judged, texts)?,
        None => Vec::new(),
    };
    let folds = options.folds.clamp(2, golds.len().max(2));
    let settings = Settings {
        l2: options.l2,
        steps: options.steps,
        cutoff: options.cutoff,
    };
    // the weights for the articles of each fold, and after them those of all articles
    let mut weights = vec![Weights::default(); folds + 1];
    let mut tables: BTreeMap<Stage, Table> = BTreeMap::new();
    for stages in PASSES {
        let known = golds.iter().enumerate();
        let mut answered: Vec<Vec<(Case, bool)>> = known
            .map(|(number, gold)| answered(&annotator, gold, &weights[number % folds]))
            .collect();
        for judged in &judged {
            let weights = &weights[answered.len() % folds];
            answered.push(said(&annotator, judged, weights));
        }
        for &stage in stages {
            for (fold, weights) in weights.iter_mut().enumerate() {
                let cases: Vec<(&Bag, bool)> = answered
                    .iter()
                    .enumerate()
                    .filter(|(number, _)| number % folds != fold)
                    .flat_map(|(_, cases)| cases)
                    .filter(|(case, _)| case.stage == stage)
                    .map(|(case, yes)| (&case.bag, *yes))
                    .collect();
                let table = learn(&cases, settings);
                let list = table.iter().map(|(name, weight)| (name.as_str(), *weight));
                weights.set(stage, begin(stage), list);
                if fold == folds {
                    let right = cases.iter().filter(|(_, yes)| *yes).count();
                    eprintln!(
                        "{}: {} cases, {right} of them yes, {} weights",
                        stage.as_str(),
                        cases.len(),
                        table.len()
                    );
                    tables.insert(stage, table);
                }
            }
        }
    }
    if let Some(path) = &options.log {
        let mut lines = String::new();
        for (number, gold) in golds.iter().enumerate() {
            log(&annotator, gold, &weights[number % folds], &mut lines);
        }
        std::fs::write(path, lines).map_err(|e| Error::io(path, e))?;
    }
    let thresholds = thresholds(&annotator, &golds, &mut weights, folds);
    let crossed = |part: std::ops::Range<usize>| {
        let from = part.start;
        measured(&annotator, &golds[part], |number| {
            &weights[(from + number) % folds]
        })
    };
    let mut scores = vec![("gold, by folds".to_owned(), crossed(0..own))];
    if own < golds.len() {
        scores.push(("added, by folds".to_owned(), crossed(own..golds.len())));
    }
    if let Some(dev) = &options.dev {
        let golds = with_events(dev)?;
        let all = &weights[folds];
        scores.push((
            dev.display().to_string(),
            measured(&annotator, &golds, |_| all),
        ));
    }
    for (name, scores) in &scores {
        for (what, value) in rows(scores) {
            eprintln!("{name}: {what} {value:.4}");
        }
    }
    card(options, (&golds, &judged), &thresholds, &tables, &scores).write(&options.output)
}

fn with_events(folder: &std::path::Path) -> Result<Vec<Gold>> {
    let mut golds = Gold::read_folder(folder)?;
    golds.retain(|gold| gold.has("events"));
    Ok(golds)
}

/// The threshold that a stage begins with.
fn begin(stage: Stage) -> f32 {
    match stage {
        Stage::Mention => 0.4,
        _ => 0.45,
    }
}

/// What one run over an article gives.
fn run(annotator: &Annotator, article: &Article, id: &str, judge: &mut Judge<'_>) -> Annotation {
    annotator.before_events(article, |finder, layers, relations, quotes| {
        let events = finder.judged(layers, relations, quotes, judge);
        Annotation {
            schema: SCHEMA,
            id: id.to_owned(),
            meta: Default::default(),
            offsets: Offsets::Bytes,
            reference_time: ReferenceTime {
                value: None,
                basis: Basis::None,
            },
            sentences: Vec::new(),
            entities: layers.entities.to_vec(),
            times: layers.times.to_vec(),
            quantities: layers.quantities.to_vec(),
            events,
            relations: Vec::new(),
            quotes: Vec::new(),
            warnings: Vec::new(),
        }
    })
}

/// The decisions in an article that gold has an answer to.
fn answered(annotator: &Annotator, gold: &Gold, weights: &Weights) -> Vec<(Case, bool)> {
    let mut judge = Judge::recording(weights);
    let output = run(annotator, &gold.article, &gold.annotation.id, &mut judge);
    let beside = Beside::new(gold, output);
    let partners = beside.partners();
    let partner = |event: usize| partners.get(event).copied().flatten();
    let answer = |question: &Question| match question {
        Question::Mention(kind, span) => Some(names(&gold.annotation.events, kind, *span)),
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
fn said(annotator: &Annotator, judged: &Judged, weights: &Weights) -> Vec<(Case, bool)> {
    let mut judge = Judge::recording(weights);
    let output = run(annotator, &judged.article, "", &mut judge);
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

/// All decisions in an article by weights that have not seen it, one a line: stage, answer, probability,
/// what was asked, features.
fn log(annotator: &Annotator, gold: &Gold, weights: &Weights, lines: &mut String) {
    use std::fmt::Write;
    for (case, yes) in answered(annotator, gold, weights) {
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
}

/// Whether a gold event of the type has a trigger there.
fn names(events: &[Event], kind: &str, span: Span) -> bool {
    let own = events.iter().filter(|event| &*event.kind == kind);
    own.flat_map(|event| &event.triggers)
        .any(|trigger| trigger.span.overlaps(span))
}

fn measured<'w>(
    annotator: &Annotator,
    golds: &[Gold],
    weights: impl Fn(usize) -> &'w Weights,
) -> EventScores {
    let outputs: Vec<_> = golds
        .iter()
        .enumerate()
        .map(|(number, gold)| {
            let mut judge = Judge::new(Some(weights(number)));
            run(annotator, &gold.article, &gold.annotation.id, &mut judge)
        })
        .collect();
    score(golds, &outputs).events
}

/// The figure that a threshold is to raise.
type Measure = fn(&EventScores) -> Option<f64>;

/// The thresholds that do best over all folds, one stage after the other; sets them.
fn thresholds(
    annotator: &Annotator,
    golds: &[Gold],
    weights: &mut [Weights],
    folds: usize,
) -> BTreeMap<Stage, f32> {
    let stages: [(Stage, Measure); 3] = [
        (Stage::Time, |s| s.time.value()),
        (Stage::Event, |s| Some(s.triggers.f1()? + s.arguments.f1()?)),
        (Stage::Argument, |s| s.arguments.f1()),
    ];
    let mut chosen: BTreeMap<Stage, f32> = Stage::ALL.iter().map(|&s| (s, begin(s))).collect();
    for (stage, value) in stages {
        let values: Vec<f64> = STEPS
            .map(|step| {
                for weights in weights.iter_mut() {
                    weights.set_threshold(stage, threshold(step));
                }
                let scores = measured(annotator, golds, |number| &weights[number % folds]);
                value(&scores).unwrap_or(0.0)
            })
            .collect();
        // the neighbours count as well: few articles make a ragged curve
        let around: Vec<f64> = values.windows(3).map(|near| near.iter().sum()).collect();
        let best = (0..around.len()).max_by(|a, b| around[*a].total_cmp(&around[*b]));
        let best = best.map_or(begin(stage), |best| threshold(STEPS.start + best as u8 + 1));
        for weights in weights.iter_mut() {
            weights.set_threshold(stage, best);
        }
        chosen.insert(stage, best);
    }
    chosen
}

/// Thresholds that are tried, in twentieths.
const STEPS: std::ops::Range<u8> = 2..15;

fn threshold(step: u8) -> f32 {
    f32::from(step) * 0.05
}

fn rows(scores: &EventScores) -> Vec<(&'static str, f64)> {
    let rows = [
        ("triggers precision", scores.triggers.precision()),
        ("triggers recall", scores.triggers.recall()),
        ("triggers F1", scores.triggers.f1()),
        ("arguments precision", scores.arguments.precision()),
        ("arguments recall", scores.arguments.recall()),
        ("arguments F1", scores.arguments.f1()),
        ("arguments of matched F1", scores.arguments_of_matched.f1()),
        ("time", scores.time.value()),
        ("place", scores.place.value()),
        ("polarity", scores.polarity.value()),
        ("modality", scores.modality.value()),
    ];
    let known = rows.into_iter().filter_map(|(n, v)| Some((n, v?)));
    known.collect()
}

fn card(
    options: &Options,
    (golds, judged): (&[Gold], &[Judged]),
    thresholds: &BTreeMap<Stage, f32>,
    tables: &BTreeMap<Stage, Table>,
    scores: &[(String, EventScores)],
) -> Card {
    let mut card = Card::default();
    card.comment("Weights of the judge of events; written by `peristiwa train events`.");
    card.comment("A weight is what a feature adds to the log-odds of yes; see src/event/judge/.");
    if let Some(date) = &options.date {
        card.text("date", date);
    }
    let mut words = vec!["peristiwa train events --gold".to_owned()];
    words.extend(options.gold.iter().map(|p| p.display().to_string()));
    if let Some(whole) = &options.whole {
        words.push(format!("--whole {}", whole.display()));
    }
    if let Some(texts) = &options.texts {
        words.push("--judged".to_owned());
        words.extend(options.judged.iter().map(|p| p.display().to_string()));
        words.push(format!("--texts {}", texts.display()));
    }
    if let Some(dev) = &options.dev {
        words.push(format!("--dev {}", dev.display()));
    }
    words.push(format!("--output {}", options.output.display()));
    card.text("command", &words.join(" "));
    card.section("data");
    card.number("articles", golds.len());
    let events: usize = golds.iter().map(|g| g.annotation.events.len()).sum();
    card.number("events", events);
    let verdicts: usize = judged.iter().map(|j| j.verdicts.len()).sum();
    card.number("judged mentions", verdicts);
    let arguments: usize = judged.iter().map(|j| j.arguments.len()).sum();
    card.number("judged arguments", arguments);
    card.section("options");
    card.number("folds", options.folds);
    card.number("l2", options.l2);
    card.number("steps", options.steps);
    card.number("cutoff", options.cutoff);
    for (name, scores) in scores {
        card.section(&format!("scores.\"{name}\""));
        for (what, value) in rows(scores) {
            card.number(what, format!("{value:.4}"));
        }
    }
    card.section("threshold");
    for (stage, threshold) in thresholds {
        card.number(stage.as_str(), format!("{threshold:.2}"));
    }
    for (stage, table) in tables {
        card.section(&format!("weight.{}", stage.as_str()));
        for (name, weight) in table {
            card.number(name, format!("{weight:.3}"));
        }
    }
    card
}
