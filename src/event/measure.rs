//! How well the room does on gold layers: entities, times and quantities are those of the gold files.
//!
//! Tests print the scores and skip with a word where `../shared` is absent.

use super::EventFinder;
use crate::coreference::{Anaphor, CoreferenceFinder};
use crate::models::Models;
use crate::pipeline::Layers;
use crate::relation::Relations;
use crate::schema::{Entity, EntityId, Event, Filler, Gold, Quote, Ref, Relation, days};
use crate::token::Tokenizer;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[derive(Default, Clone, Copy)]
struct Counts {
    right: usize,
    found: usize,
    gold: usize,
}

impl Counts {
    fn f1(self) -> f64 {
        2.0 * self.right as f64 / (self.found + self.gold).max(1) as f64
    }

    fn show(self) -> String {
        let part = |n: usize| self.right as f64 / n.max(1) as f64;
        format!(
            "P {:.3} R {:.3} F {:.3} ({}/{}/{})",
            part(self.found),
            part(self.gold),
            self.f1(),
            self.right,
            self.found,
            self.gold
        )
    }
}

#[derive(Default)]
struct Score {
    triggers: Counts,
    arguments: Counts,
    matched: Counts,
    types: BTreeMap<String, (Counts, Counts)>,
    roles: BTreeMap<String, Counts>,
    time: (usize, usize),
    place: (usize, usize),
    polarity: (usize, usize),
    modality: (usize, usize),
    log: String,
}

fn folder(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/gold")
        .join(name);
    root.is_dir().then_some(root)
}

/// Gold entities renumbered as [`Layers`] wants them, with the way back.
fn renumber(gold: &Gold) -> (Vec<Entity>, FxHashMap<EntityId, EntityId>) {
    let mut entities = gold.annotation.entities.clone();
    entities.sort_by_key(|e| e.mentions.first().map(|m| m.span.start));
    let mut map = FxHashMap::default();
    for (index, entity) in entities.iter_mut().enumerate() {
        let id = EntityId(index as u32 + 1);
        map.insert(entity.id, id);
        entity.id = id;
    }
    (entities, map)
}

fn mapped(map: &FxHashMap<EntityId, EntityId>, id: Ref) -> Ref {
    match id {
        Ref::Entity(e) => Ref::Entity(map.get(&e).copied().unwrap_or(e)),
        other => other,
    }
}

fn words(text: &str) -> Vec<String> {
    let parts = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty());
    parts.map(str::to_lowercase).collect()
}

fn same(map: &FxHashMap<EntityId, EntityId>, gold: &Filler, found: &Filler) -> bool {
    match (gold, found) {
        (Filler::Ref { id: a }, Filler::Ref { id: b }) => mapped(map, *a) == *b,
        (Filler::Phrase(a), Filler::Phrase(b)) => {
            let (a, mut b) = (words(&a.text), words(&b.text));
            let common = a
                .iter()
                .filter(|w| {
                    b.iter()
                        .position(|x| x == *w)
                        .map(|i| b.remove(i))
                        .is_some()
                })
                .count();
            !a.is_empty() && 2 * common >= a.len()
        }
        _ => false,
    }
}

fn score(
    finder: &EventFinder,
    tokenizer: &Tokenizer,
    coreference: &CoreferenceFinder,
    gold: &Gold,
    score: &mut Score,
) {
    let (entities, map) = renumber(gold);
    let tokens = tokenizer.tokenize(&gold.article.text);
    let a = &gold.annotation;
    // what pronouns stand for is the system's answer, brought to the gold entities by their mentions
    let mentions = entities.iter().flat_map(|e| e.mentions.clone()).collect();
    let system = coreference.find(&tokens, mentions);
    let by_span: FxHashMap<_, _> = entities
        .iter()
        .flat_map(|e| e.mentions.iter().map(|m| ((m.span, e.label), e.id)))
        .collect();
    let anaphors: Vec<_> = system
        .anaphors
        .iter()
        .filter_map(|anaphor| {
            let entity = system.entities.get(anaphor.entity.0 as usize - 1)?;
            let id = entity
                .mentions
                .iter()
                .find_map(|m| by_span.get(&(m.span, entity.label)))?;
            Some(Anaphor {
                tokens: anaphor.tokens.clone(),
                entity: *id,
            })
        })
        .collect();
    let layers = Layers::new(
        &tokens,
        &entities,
        &a.times,
        &a.quantities,
        &anaphors,
        gold.article.published,
    );
    let relations = Relations {
        relations: a
            .relations
            .iter()
            .map(|r| Relation {
                from: mapped(&map, r.from),
                to: mapped(&map, r.to),
                ..r.clone()
            })
            .collect(),
        mentions_of: gold
            .mentions_of
            .iter()
            .map(|(x, y)| (map[x], map[y]))
            .collect(),
    };
    let quotes: Vec<Quote> = a
        .quotes
        .iter()
        .map(|q| Quote {
            speaker: q.speaker.map(|s| map[&s]),
            ..q.clone()
        })
        .collect();
    let found = finder.judged(&layers, &relations, &quotes, &mut super::Judge::default());
    let scene = super::scene::Scene::new(&finder.words, &layers, &relations, &quotes);
    let (drafts, _) = finder.drafts(&scene, &super::phrase::slots(finder, &scene), false);
    let name = |filler: &Filler, gold: bool| match filler {
        Filler::Phrase(e) => format!("{:?}", e.text),
        Filler::Ref { id } => {
            let id = if gold { mapped(&map, *id) } else { *id };
            let text = match id {
                Ref::Entity(e) => entities[e.0 as usize - 1].name.clone(),
                Ref::Time(t) => a
                    .times
                    .iter()
                    .find(|x| x.id == t)
                    .map(|x| x.text.clone())
                    .unwrap_or_default(),
                Ref::Quantity(q) => a
                    .quantities
                    .iter()
                    .find(|x| x.id == q)
                    .map(|x| x.text.clone())
                    .unwrap_or_default(),
            };
            format!("{id} {}", text.replace('\n', " "))
        }
    };
    let say = |e: &Event, gold: bool| {
        let args: Vec<_> = e
            .arguments
            .iter()
            .map(|x| format!("{}={}", x.role, name(&x.filler, gold)))
            .collect();
        let triggers: Vec<_> = e.triggers.iter().map(|t| t.text.as_str()).collect();
        let when = e
            .time
            .as_ref()
            .map(|w| format!("{:?} {:?} {:?}", w.id.map(|i| i.to_string()), w.from, w.to));
        let by = e.found_by.as_deref().unwrap_or_default();
        format!(
            "{} {:?} {by} [{}] T{:?} P{:?} {} {}",
            e.kind,
            triggers,
            args.join("; "),
            when,
            e.place.as_ref().map(|p| name(p, gold)),
            e.polarity,
            e.modality
        )
    };
    let _ = writeln!(score.log, "== {}", a.id);
    let mut taken = vec![false; found.len()];
    for event in &a.events {
        let kind = score.types.entry(event.kind.to_string()).or_default();
        kind.0.gold += 1;
        kind.1.gold += event.arguments.len();
        score.triggers.gold += 1;
        score.arguments.gold += event.arguments.len();
        for x in &event.arguments {
            score.roles.entry(x.role.to_string()).or_default().gold += 1;
        }
        let overlap = |f: &Event| {
            event
                .triggers
                .iter()
                .map(|t| {
                    f.triggers
                        .iter()
                        .filter(|u| u.span.overlaps(t.span))
                        .count()
                })
                .sum::<usize>()
        };
        let best = (0..found.len())
            .filter(|&i| !taken[i] && found[i].kind == event.kind && overlap(&found[i]) > 0)
            .max_by_key(|&i| {
                let args = event
                    .arguments
                    .iter()
                    .filter(|x| {
                        found[i]
                            .arguments
                            .iter()
                            .any(|y| y.role == x.role && same(&map, &x.filler, &y.filler))
                    })
                    .count();
                (overlap(&found[i]) + 3 * args, std::cmp::Reverse(i))
            });
        let Some(best) = best else {
            let _ = writeln!(score.log, "MISS {}", say(event, true));
            for draft in &drafts {
                let span = tokens.span(draft.tokens.clone());
                if event.triggers.iter().any(|t| t.span.overlaps(span)) {
                    let kind = &finder.frames.kinds[draft.kind];
                    let roles: Vec<_> = draft
                        .filled
                        .iter()
                        .map(|f| (&kind.roles[f.role].name, &f.filler))
                        .collect();
                    let rule = &finder.frames.triggers[draft.rule].id;
                    let _ = writeln!(
                        score.log,
                        "    draft {rule} {:?} {roles:?} strong {} topic {:?}",
                        span.of(tokens.text()),
                        draft.strong,
                        draft.topic
                    );
                }
            }
            for trigger in &event.triggers {
                let sentence =
                    tokens.sentence(tokens.sentence_of(tokens.covered(trigger.span).start));
                let _ = writeln!(
                    score.log,
                    "    in {}",
                    tokens.span(sentence).of(tokens.text()).replace('\n', " ")
                );
            }
            continue;
        };
        taken[best] = true;
        let other = &found[best];
        score.triggers.right += 1;
        kind.0.right += 1;
        let mut used = vec![false; other.arguments.len()];
        for x in &event.arguments {
            let hit = (0..used.len()).find(|&i| {
                !used[i]
                    && other.arguments[i].role == x.role
                    && same(&map, &x.filler, &other.arguments[i].filler)
            });
            match hit {
                Some(i) => {
                    used[i] = true;
                    score.arguments.right += 1;
                    score.matched.right += 1;
                    kind.1.right += 1;
                    score.roles.entry(x.role.to_string()).or_default().right += 1;
                }
                None => {
                    let _ = writeln!(
                        score.log,
                        "  lacks {}={} in {}",
                        x.role,
                        name(&x.filler, true),
                        say(other, false)
                    );
                }
            }
        }
        score.matched.gold += event.arguments.len();
        score.matched.found += other.arguments.len();
        for (i, y) in other.arguments.iter().enumerate() {
            if !used[i] {
                let _ = writeln!(
                    score.log,
                    "  wrong {}={} in {} | gold {}",
                    y.role,
                    name(&y.filler, false),
                    say(other, false),
                    say(event, true)
                );
            }
        }
        let day = |value: &Option<String>| value.as_deref().and_then(days::days);
        let edges = |e: &Event| {
            let when = e.time.clone().unwrap_or_default();
            (day(&when.from).map(|d| d.0), day(&when.to).map(|d| d.1))
        };
        let mut tally = |slot: fn(&mut Score) -> &mut (usize, usize), right: bool, what: &str| {
            let slot = slot(score);
            slot.0 += usize::from(right);
            slot.1 += 1;
            if !right {
                let line = format!(
                    "  {what}: {} | gold {}\n",
                    say(other, false),
                    say(event, true)
                );
                score.log.push_str(&line);
            }
        };
        tally(|s| &mut s.time, edges(event) == edges(other), "time");
        let place = match (&event.place, &other.place) {
            (None, None) => true,
            (Some(x), Some(y)) => same(&map, x, y),
            _ => false,
        };
        tally(|s| &mut s.place, place, "place");
        tally(
            |s| &mut s.polarity,
            event.polarity == other.polarity,
            "polarity",
        );
        tally(
            |s| &mut s.modality,
            event.modality == other.modality,
            "modality",
        );
    }
    for (i, event) in found.iter().enumerate() {
        let kind = score.types.entry(event.kind.to_string()).or_default();
        kind.0.found += 1;
        kind.1.found += event.arguments.len();
        score.triggers.found += 1;
        score.arguments.found += event.arguments.len();
        for y in &event.arguments {
            score.roles.entry(y.role.to_string()).or_default().found += 1;
        }
        if !taken[i] {
            let near = a.events.iter().filter(|g| {
                g.triggers
                    .iter()
                    .any(|t| event.triggers.iter().any(|u| u.span.overlaps(t.span)))
            });
            let near: Vec<_> = near.map(|g| g.kind.to_string()).collect();
            let _ = writeln!(score.log, "FALSE {} {:?}", say(event, false), near);
        }
    }
}

fn measure(name: &str) -> Option<Score> {
    let Some(folder) = folder(name) else {
        println!("skipped: ../shared/gold/{name} is absent");
        return None;
    };
    let models = Models::from_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("models")).unwrap();
    let finder = EventFinder::new(&models).unwrap();
    let tokenizer = Tokenizer::new(&models).unwrap();
    let coreference = CoreferenceFinder::new(&models).unwrap();
    let mut total = Score::default();
    for gold in Gold::read_folder(folder).unwrap() {
        if gold.has("events") {
            score(&finder, &tokenizer, &coreference, &gold, &mut total);
        }
    }
    let s = &total;
    println!("{name}: triggers {}", s.triggers.show());
    println!("{name}: arguments {}", s.arguments.show());
    println!("{name}: arguments of matched {}", s.matched.show());
    let part = |(right, all): (usize, usize)| right as f64 / all.max(1) as f64;
    println!(
        "{name}: time {:.3} place {:.3} polarity {:.3} modality {:.3}",
        part(s.time),
        part(s.place),
        part(s.polarity),
        part(s.modality)
    );
    for (kind, (triggers, arguments)) in &s.types {
        println!(
            "{name}: {kind:22} {} | {}",
            triggers.show(),
            arguments.show()
        );
    }
    for (role, counts) in &s.roles {
        println!("{name}: {role:12} {}", counts.show());
    }
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("target");
    let _ = std::fs::write(target.join(format!("events-{name}.txt")), &s.log);
    Some(total)
}

#[test]
fn measures_on_gold_layers() {
    for (name, triggers, arguments) in [("train", 0.70, 0.48), ("dev", 0.63, 0.46)] {
        if let Some(score) = measure(name) {
            assert!(
                score.triggers.f1() >= triggers,
                "{name}: triggers fell to {:.3}",
                score.triggers.f1()
            );
            assert!(
                score.arguments.f1() >= arguments,
                "{name}: arguments fell to {:.3}",
                score.arguments.f1()
            );
        }
    }
}
