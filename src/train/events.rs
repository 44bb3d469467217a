//! `peristiwa train events`: the weights of the event room's judge, from gold articles.
//!
//! Each stage learns on what the stages before it leave of articles that they have not seen: the articles
//! are cut into folds, and for each fold the earlier stages are those of the other folds. Thresholds are
//! the ones that do best over all folds; the weights that are written come from all articles.

use super::card::Card;
use super::judged::{self, Judged};
use super::lessons::Lessons;
use super::logistic::{Settings, learn};
use super::whole;
use crate::error::{Error, Result};
use crate::event::{Bag, Case, Judge, Stage, Weights};
use crate::pipeline::Annotator;
use crate::schema::Gold;
use crate::score::{EventScores, score};
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
const PASSES: [&[Stage]; 4] = [
    &[Stage::Mention],
    &[Stage::Same],
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
    let lessons = Lessons::new(Annotator::new(&super::load(options.models.as_deref())?)?);
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
            .map(|(number, gold)| lessons.answered(gold, &weights[number % folds]))
            .collect();
        for judged in &judged {
            let weights = &weights[answered.len() % folds];
            answered.push(lessons.said(judged, weights));
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
    let thresholds = thresholds(&lessons, &golds, &mut weights, folds);
    let crossed = |part: std::ops::Range<usize>| {
        let from = part.start;
        measured(&lessons, &golds[part], |number| {
            &weights[(from + number) % folds]
        })
    };
    let mut scores = vec![("gold, by folds".to_owned(), crossed(0..own))];
    if own < golds.len() {
        scores.push(("added, by folds".to_owned(), crossed(own..golds.len())));
    }
    let mut dev = Vec::new();
    if let Some(folder) = &options.dev {
        dev = with_events(folder)?;
        let found = measured(&lessons, &dev, |_| &weights[folds]);
        scores.push((folder.display().to_string(), found));
    }
    if let Some(path) = &options.log {
        let mut lines = String::new();
        for (number, gold) in golds.iter().enumerate() {
            lessons.log(gold, &weights[number % folds], &mut lines);
        }
        for gold in &dev {
            lessons.log(gold, &weights[folds], &mut lines);
        }
        std::fs::write(path, lines).map_err(|e| Error::io(path, e))?;
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

fn measured<'w>(
    lessons: &Lessons,
    golds: &[Gold],
    weights: impl Fn(usize) -> &'w Weights,
) -> EventScores {
    let outputs: Vec<_> = golds
        .iter()
        .enumerate()
        .map(|(number, gold)| {
            let mut judge = Judge::new(Some(weights(number)));
            lessons.run(&gold.article, &gold.annotation.id, &mut judge)
        })
        .collect();
    score(golds, &outputs).events
}

/// The figure that a threshold is to raise.
type Measure = fn(&EventScores) -> Option<f64>;

/// The thresholds that do best over all folds, one stage after the other; sets them.
fn thresholds(
    lessons: &Lessons,
    golds: &[Gold],
    weights: &mut [Weights],
    folds: usize,
) -> BTreeMap<Stage, f32> {
    let stages: [(Stage, Measure); 4] = [
        (Stage::Same, |s| Some(s.triggers.f1()? + s.arguments.f1()?)),
        (Stage::Time, |s| s.time.value()),
        (Stage::Event, |s| Some(s.triggers.f1()? + s.arguments.f1()?)),
        (Stage::Argument, |s| s.arguments.f1()),
    ];
    let mut chosen: BTreeMap<Stage, f32> = Stage::ALL.iter().map(|&s| (s, begin(s))).collect();
    for (stage, value) in stages {
        let values: Vec<f64> = STEPS
            .iter()
            .map(|&step| {
                for weights in weights.iter_mut() {
                    weights.set_threshold(stage, step);
                }
                let scores = measured(lessons, golds, |number| &weights[number % folds]);
                value(&scores).unwrap_or(0.0)
            })
            .collect();
        // the neighbours count as well: few articles make a ragged curve
        let last = values.len() - 1;
        let around = |at: usize| -> f64 {
            2.0 * values[at] + values[at.saturating_sub(1)] + values[(at + 1).min(last)]
        };
        let best = (0..values.len()).max_by(|a, b| around(*a).total_cmp(&around(*b)));
        let best = best.map_or(begin(stage), |best| STEPS[best]);
        // over few articles the sum is flat: of equals the surer events
        let best = if stage == Stage::Event {
            best.max(SURE)
        } else {
            best
        };
        for weights in weights.iter_mut() {
            weights.set_threshold(stage, best);
        }
        chosen.insert(stage, best);
    }
    chosen
}

/// Least probability of an event.
const SURE: f32 = 0.46;

/// Thresholds that are tried.
const STEPS: [f32; 6] = [0.15, 0.22, 0.3, 0.38, 0.46, 0.54];

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
