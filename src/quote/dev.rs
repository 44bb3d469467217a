//! Scores of the linking rooms on the gold mentions: `cargo test --lib linking_scores -- --nocapture`.

use super::QuoteFinder;
use crate::coreference::CoreferenceFinder;
use crate::pipeline::Layers;
use crate::relation::RelationFinder;
use crate::schema::{EntityId, Gold, Mention, QuantityId, Ref};
use crate::{Models, Tokenizer};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// True positives, found, there.
#[derive(Clone, Copy, Default)]
struct Counts(usize, usize, usize);

impl Counts {
    fn f1(self) -> f64 {
        2.0 * self.0 as f64 / (self.1 + self.2).max(1) as f64
    }
}

struct Rooms {
    tokenizer: Tokenizer,
    coreference: CoreferenceFinder,
    relation: RelationFinder,
    quote: QuoteFinder,
}

type Table = BTreeMap<String, Counts>;

fn measure(rooms: &Rooms, gold: &Gold, table: &mut Table, say: &mut Vec<String>) {
    let id = gold.article.id.clone().unwrap_or_default();
    let text = &gold.article.text;
    let tokens = rooms.tokenizer.tokenize(text);
    let mentions: Vec<Mention> = gold
        .annotation
        .entities
        .iter()
        .flat_map(|e| e.mentions.iter().cloned())
        .collect();
    let found = rooms.coreference.find(&tokens, mentions);
    let mut gold_of = BTreeMap::new();
    for entity in &gold.annotation.entities {
        for mention in &entity.mentions {
            gold_of.insert((mention.span, entity.label), entity.id);
        }
    }
    // coreference: pairs of mentions, by label
    let mut alias: BTreeMap<EntityId, EntityId> = BTreeMap::new();
    for entity in &found.entities {
        let mut golds: BTreeMap<EntityId, usize> = BTreeMap::new();
        // titles that the room adds are not in the gold, or not again
        let known = entity.mentions.iter();
        let known = known.filter_map(|m| gold_of.get(&(m.span, entity.label)));
        for &id in known {
            *golds.entry(id).or_default() += 1;
        }
        let n: usize = golds.values().sum();
        let right: usize = golds.values().map(|k| k * (k - 1) / 2).sum();
        for label in ["coref", entity.label.as_str()] {
            let counts = table.entry(format!("coref {label}")).or_default();
            counts.0 += right;
            counts.1 += n * n.saturating_sub(1) / 2;
        }
        if golds.len() > 1 {
            let texts: BTreeSet<_> = entity.mentions.iter().map(|m| &m.text).collect();
            say.push(format!("{id} coref merged {} {texts:?}", entity.label));
        }
        let best = golds.iter().max_by_key(|(_, n)| **n).map(|(id, _)| *id);
        alias.insert(entity.id, best.unwrap_or_default());
    }
    let mut system: BTreeMap<EntityId, BTreeSet<&str>> = BTreeMap::new();
    for entity in &found.entities {
        let all = system.entry(alias[&entity.id]).or_default();
        all.insert(&entity.name);
    }
    for entity in &gold.annotation.entities {
        let n = entity.mentions.len();
        for label in ["coref", entity.label.as_str()] {
            let counts = table.entry(format!("coref {label}")).or_default();
            counts.2 += n * (n - 1) / 2;
        }
        if let Some(names) = system.get(&entity.id)
            && found
                .entities
                .iter()
                .filter(|e| alias[&e.id] == entity.id)
                .count()
                > 1
        {
            say.push(format!("{id} coref split {} {names:?}", entity.label));
        }
    }
    // relations
    let mut quantities = gold.annotation.quantities.clone();
    let ids: Vec<QuantityId> = quantities.iter().map(|q| q.id).collect();
    for (index, quantity) in quantities.iter_mut().enumerate() {
        quantity.id = QuantityId(index as u32 + 1);
    }
    let layers = Layers::new(
        &tokens,
        &found.entities,
        &[],
        &quantities,
        &found.anaphors,
        gold.article.published,
    );
    let relations = rooms.relation.find(&layers);
    let to_gold = |r: Ref| match r {
        Ref::Entity(id) => Ref::Entity(alias[&id]),
        Ref::Quantity(id) => Ref::Quantity(ids[id.0 as usize - 1]),
        Ref::Time(id) => Ref::Time(id),
    };
    let name = |r: Ref| match r {
        Ref::Entity(id) => gold
            .annotation
            .entities
            .iter()
            .find(|e| e.id == id)
            .map_or("?".into(), |e| e.name.clone()),
        other => other.to_string(),
    };
    let key = |r: &crate::schema::Relation| (r.kind.to_string(), r.from, r.to);
    let there: BTreeSet<_> = gold.annotation.relations.iter().map(key).collect();
    let mut ours = BTreeSet::new();
    for relation in &relations.relations {
        let mapped = (
            relation.kind.to_string(),
            to_gold(relation.from),
            to_gold(relation.to),
        );
        let right = usize::from(there.contains(&mapped));
        let rule = relation.found_by.as_deref().unwrap_or("");
        let counts = table
            .entry(format!("rule {rule} {}", relation.kind))
            .or_default();
        counts.0 += right;
        counts.1 += 1;
        if right == 0 && !ours.contains(&mapped) {
            let rule = relation.found_by.as_deref().unwrap_or("");
            say.push(format!(
                "{id} relation wrong {}({}, {}) {rule}",
                mapped.0,
                name(mapped.1),
                name(mapped.2)
            ));
        }
        ours.insert(mapped);
    }
    for (kind, from, to) in there.difference(&ours) {
        say.push(format!(
            "{id} relation missed {kind}({}, {})",
            name(*from),
            name(*to)
        ));
    }
    for (kind, ..) in &there {
        table.entry("relation".into()).or_default().2 += 1;
        table.entry(format!("relation {kind}")).or_default().2 += 1;
    }
    for relation in &ours {
        let right = usize::from(there.contains(relation));
        for key in ["relation".to_owned(), format!("relation {}", relation.0)] {
            let counts = table.entry(key).or_default();
            counts.0 += right;
            counts.1 += 1;
        }
    }
    let stands: BTreeSet<_> = gold.mentions_of.iter().copied().collect();
    let counts = table.entry("mentions_of".into()).or_default();
    counts.2 += stands.len();
    for (office, person) in &relations.mentions_of {
        counts.1 += 1;
        counts.0 += usize::from(stands.contains(&(alias[office], alias[person])));
    }
    // quotes
    let quotes = rooms.quote.find(&layers, &relations);
    let start = |span: crate::schema::Span| span.start as i64;
    let mut matched = BTreeSet::new();
    table.entry("quote".into()).or_default().1 += quotes.len();
    for quote in &gold.annotation.quotes {
        table.entry("quote".into()).or_default().2 += 1;
        let near = quotes
            .iter()
            .position(|q| (start(q.span) - start(quote.span)).abs() <= 3);
        let begin: String = quote.span.of(text).chars().take(50).collect();
        let Some(near) = near else {
            say.push(format!("{id} quote missed {begin:?}"));
            continue;
        };
        matched.insert(near);
        table.entry("quote".into()).or_default().0 += 1;
        let speaker = quotes[near].speaker.map(|s| alias[&s]);
        let counts = table.entry("speaker".into()).or_default();
        counts.1 += 1;
        counts.2 += 1;
        if speaker == quote.speaker {
            counts.0 += 1;
        } else {
            let name = |s: Option<EntityId>| s.map_or("none".into(), |s| name(Ref::Entity(s)));
            say.push(format!(
                "{id} speaker of {begin:?}: {} not {} ({})",
                name(speaker),
                name(quote.speaker),
                quotes[near].found_by.as_deref().unwrap_or("")
            ));
        }
    }
    for (index, quote) in quotes.iter().enumerate() {
        if !matched.contains(&index) {
            let begin: String = quote.span.of(text).chars().take(60).collect();
            say.push(format!("{id} quote wrong {begin:?}"));
        }
    }
}

/// Prints scores on the fully annotated training articles with every error, and on dev without.
#[test]
fn linking_scores() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/gold");
    if !shared.is_dir() {
        println!("skipped: no ../shared/gold");
        return;
    }
    let models = Models::bundled().unwrap();
    let rooms = Rooms {
        tokenizer: Tokenizer::new(&models).unwrap(),
        coreference: CoreferenceFinder::new(&models).unwrap(),
        relation: RelationFinder::new(&models).unwrap(),
        quote: QuoteFinder::new(&models).unwrap(),
    };
    for part in ["train", "dev"] {
        let mut table = Table::new();
        let mut say = Vec::new();
        for gold in Gold::read_folder(shared.join(part)).unwrap() {
            if gold.layers.is_none() {
                measure(&rooms, &gold, &mut table, &mut say);
            } else {
                let mut coreference = Table::new();
                let mut errors = Vec::new();
                measure(&rooms, &gold, &mut coreference, &mut errors);
                say.extend(errors.into_iter().filter(|e| e.contains(" coref ")));
                for (key, counts) in coreference {
                    if key.starts_with("coref") {
                        let all = table.entry(format!("t {key}")).or_default();
                        all.0 += counts.0;
                        all.1 += counts.1;
                        all.2 += counts.2;
                    }
                }
            }
        }
        if part == "train" {
            say.sort();
            println!("{}", say.join("\n"));
        }
        for (key, counts) in &table {
            println!(
                "{part} {key:24} P {:.3} R {:.3} F {:.3}  ({}/{}/{})",
                counts.0 as f64 / counts.1.max(1) as f64,
                counts.0 as f64 / counts.2.max(1) as f64,
                counts.f1(),
                counts.0,
                counts.1,
                counts.2
            );
        }
    }
}
