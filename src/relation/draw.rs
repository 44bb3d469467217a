//! From links of marks to relations of referents.

use super::{RelationFinder, Relations, entity_of, referent};
use crate::pattern::{Link, List, Mark};
use crate::pipeline::{Layers, MentionAt};
use crate::schema::{EntityId, Label, Ref, Relation};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// How much of the tagger's doubt in a mention a relation of it shares.
const DOUBT: f32 = 0.3;

/// Relations while they are drawn.
pub(super) struct Draw<'f, 'l, 'a> {
    pub finder: &'f RelationFinder,
    pub layers: &'l Layers<'a>,
    known: FxHashSet<(Arc<str>, Ref, Ref)>,
    relations: Vec<Relation>,
    /// Offices that are said of a person where they are mentioned, by mention.
    bound: FxHashSet<usize>,
    /// Persons that hold an office entity, in order of finding.
    pub holders: FxHashMap<usize, Vec<usize>>,
    /// Persons with an employer or a body that they are a member of.
    employed: FxHashSet<Ref>,
    /// Places that have their container already.
    located: FxHashSet<Ref>,
}

impl<'f, 'l, 'a> Draw<'f, 'l, 'a> {
    pub(super) fn new(finder: &'f RelationFinder, layers: &'l Layers<'a>) -> Self {
        Self {
            finder,
            layers,
            known: FxHashSet::default(),
            relations: Vec::new(),
            bound: FxHashSet::default(),
            holders: FxHashMap::default(),
            employed: FxHashSet::default(),
            located: FxHashSet::default(),
        }
    }

    /// Adds a relation where both ends are what the ontology asks for.
    pub(super) fn add(&mut self, kind: &str, from: Ref, to: Ref, score: f32, found_by: &str) {
        let Some(ends) = self.finder.ends.iter().find(|ends| &*ends.kind == kind) else {
            return;
        };
        let fits = |end: Ref, labels: &[String]| {
            let label = match end {
                Ref::Entity(id) => self
                    .layers
                    .entities
                    .get(id.0 as usize - 1)
                    .map(|e| e.label.as_str()),
                Ref::Quantity(id) => self
                    .layers
                    .quantities
                    .get(id.0 as usize - 1)
                    .map(|q| q.kind.as_str()),
                Ref::Time(_) => None,
            };
            label.is_some_and(|label| labels.iter().any(|l| l == label))
        };
        if from == to || !fits(from, &ends.from) || !fits(to, &ends.to) {
            return;
        }
        let kind = ends.kind.clone();
        if matches!(&*kind, "employer" | "member") {
            self.employed.insert(from);
        }
        if self.known.insert((kind.clone(), from, to)) {
            self.relations.push(Relation {
                kind,
                from,
                to,
                score: Some(score),
                found_by: Some(found_by.into()),
            });
        }
    }

    /// Adds a relation of two entities, by index.
    pub(super) fn add_entities(
        &mut self,
        kind: &str,
        from: usize,
        to: usize,
        score: f32,
        by: &str,
    ) {
        let id = |index: usize| Ref::Entity(EntityId(index as u32 + 1));
        self.add(kind, id(from), id(to), score, by);
    }

    /// Draws the relations that the rules found.
    pub(super) fn links(&mut self, links: &[Link]) {
        self.positions(links);
        for link in links {
            let rule = &self.finder.links.rules()[link.rule];
            if &*rule.link == "position" {
                continue;
            }
            let (Some(from), Some(to)) = (
                referent(self.layers, &link.from),
                referent(self.layers, &link.to),
            ) else {
                continue;
            };
            let fits = match rule.when.as_str() {
                "nearest" => self.lies_in(&link.from, &link.to),
                "body" => self.body_lies_in(&link.from, &link.to),
                _ => true,
            };
            if !fits || (&*rule.link == "located_in" && !self.located.insert(from)) {
                continue;
            }
            let nested = matches!(&*rule.link, "employer" | "member" | "part_of")
                && (self.inside_office(&link.to) || self.inside_office(&link.from));
            if nested {
                continue;
            }
            self.add(&rule.link, from, to, rule.score, &rule.id);
        }
    }

    /// An office mention has one holder, by the earliest rule, unless the rule takes a whole enumeration.
    fn positions(&mut self, links: &[Link]) {
        let rules = self.finder.links.rules();
        let mut best: FxHashMap<usize, (usize, Mark)> = FxHashMap::default();
        let positions = || links.iter().filter(|l| &*rules[l.rule].link == "position");
        for link in positions() {
            let known = best.entry(link.to.index).or_insert((link.rule, link.from));
            let nearer = link.rule == known.0 && link.from.start > known.1.start;
            if link.rule < known.0 || nearer {
                *known = (link.rule, link.from);
            }
        }
        for link in positions() {
            let rule = &rules[link.rule];
            let Some(&(winner, from)) = best.get(&link.to.index) else {
                continue;
            };
            if winner != link.rule || (rule.list != List::From && from != link.from) {
                continue;
            }
            let (Some(person), Some(office)) = (
                entity_of(self.layers, &link.from),
                entity_of(self.layers, &link.to),
            ) else {
                continue;
            };
            self.bound.insert(link.to.index);
            let holders = self.holders.entry(office).or_default();
            if !holders.contains(&person) {
                holders.push(person);
            }
            self.office(person, link.to.index, rule.score, &rule.id.clone());
        }
    }

    /// `Ketua DKPP itu`: the office stands for a person named before; `sure` where no other may be meant.
    pub(super) fn held_by(&mut self, person: usize, office: usize, sure: bool) {
        if let Some(mention) = self.layers.mentions.get(office) {
            let holders = self.holders.entry(mention.entity).or_default();
            if holders.is_empty() {
                holders.push(person);
                if sure {
                    self.office(person, office, 0.7, "nominal-office");
                }
            }
        }
    }

    /// Whether an employer of a person is known.
    pub(super) fn employed(&self, person: usize) -> bool {
        let person = Ref::Entity(EntityId(person as u32 + 1));
        self.employed.contains(&person)
    }

    /// Whether a mark lies inside an office's name, where the office speaks for it.
    fn inside_office(&self, mark: &Mark) -> bool {
        self.outer(mark).is_some_and(|m| m.label == Label::Rol)
    }

    /// The longer mention that a mark lies in.
    fn outer(&self, mark: &Mark) -> Option<&MentionAt> {
        let after = self
            .layers
            .mentions
            .partition_point(|m| m.tokens.start <= mark.start);
        let near = &self.layers.mentions[after.saturating_sub(6)..after];
        near.iter().find(|m| {
            m.tokens.start <= mark.start
                && mark.end <= m.tokens.end
                && m.tokens.len() > mark.end - mark.start
        })
    }

    /// Offices that stand alone for a person who is known to hold them.
    fn stand_ins(&self) -> Vec<(EntityId, EntityId)> {
        let mut found = Vec::new();
        for (index, mention) in self.layers.mentions.iter().enumerate() {
            if mention.label != Label::Rol || self.bound.contains(&index) {
                continue;
            }
            let Some(holders) = self.holders.get(&mention.entity) else {
                continue;
            };
            // `jabatan Menteri`, `sebagai Menteri` speak of the office
            let before = self
                .layers
                .tokens
                .lower(mention.tokens.start.wrapping_sub(1));
            let office = matches!(
                before,
                "sebagai"
                    | "menjadi"
                    | "jabatan"
                    | "posisi"
                    | "kursi"
                    | "menjabat"
                    | "jadi"
                    | "calon"
            );
            if office {
                continue;
            }
            for &person in holders {
                let pair = (
                    EntityId(mention.entity as u32 + 1),
                    EntityId(person as u32 + 1),
                );
                if !found.contains(&pair) && found.len() < 256 {
                    found.push(pair);
                }
            }
        }
        found
    }

    pub(super) fn finish(mut self) -> Relations {
        for relation in &mut self.relations {
            let (gap, sure) = super::nearest(self.layers, relation.from, relation.to);
            let rule = relation.found_by.as_deref().unwrap_or("");
            let opinion = relation.score.unwrap_or(1.0);
            let scores = &self.finder.scores;
            // a doubtful mention has wrong bounds more often than a wrong referent
            let ends = 1.0 - DOUBT * (1.0 - sure);
            relation.score = Some(scores.of(&relation.kind, rule, gap, opinion) * ends);
        }
        Relations {
            mentions_of: self.stand_ins(),
            relations: self.relations,
        }
    }
}
