//! Mentions to entities, and what pronouns and nominals stand for.
//!
//! In: tokens and the mentions found in them. Out: [`Coreference`]: the mentions grouped by referent
//! (`Usman Kansong`, `Usman`; `Kominfo`, `Kementerian Komunikasi dan Informatika`), and the
//! [`Anaphor`]s (`ia`, `-nya`, `pria itu`) with the entity that each stands for.
//!
//! Names are compared spelled out (`lexicon/abbreviations.tsv`, `nicknames.tsv`, abbreviations that the
//! article introduces in brackets), with what may be left out set apart (`name_wrappers.tsv`). Pairs
//! that the text itself calls one are found by `rules/coreference`; who holds an office by the position
//! rules of `rules/relation`, since one office has a referent for each holder.
//!
//! ```text
//! Mahkamah Agung (MA) … Hakim MA Budi Santoso … Budi … Ia …
//! e1 ORG: Mahkamah Agung, MA, MA · e3 PER: Budi Santoso, Budi · Ia = e3
//! ```

mod anaphor;
mod group;
mod name;
mod office;
mod title;

use crate::error::Result;
use crate::models::Models;
use crate::pattern::{Link, LinkSet, Mark, Marks};
use crate::schema::{Entity, EntityId, Label, Mention};
use crate::token::Tokens;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Something unnamed that stands for an entity: `ia`, `-nya`, `pria itu`, `perusahaan tersebut`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Anaphor {
    /// Its tokens; for the clitic -nya the whole word.
    pub tokens: Range<usize>,
    /// What it stands for.
    pub entity: EntityId,
}

/// What the stage gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Coreference {
    /// Entities by first mention, ids from 1.
    pub entities: Vec<Entity>,
    /// Resolved pronouns and nominals in order.
    pub anaphors: Vec<Anaphor>,
}

/// Groups mentions by referent; immutable, shared by all threads.
pub(crate) struct CoreferenceFinder {
    speller: name::Speller,
    aliases: LinkSet,
    holders: LinkSet,
    anaphors: anaphor::Resolver,
    titles: title::Titles,
}

/// The rules that say who holds an office.
const POSITIONS: &str = "relation/position";

impl CoreferenceFinder {
    /// A finder with the lexicons and rules of `models`.
    ///
    /// # Errors
    /// Where one of them is missing or malformed.
    pub(crate) fn new(models: &Models) -> Result<Self> {
        Ok(Self {
            speller: name::Speller::new(models)?,
            aliases: LinkSet::new(models, &models.rules("coreference")?)?,
            holders: LinkSet::new(models, &models.rules(POSITIONS)?)?,
            anaphors: anaphor::Resolver::new(models)?,
            titles: title::Titles::new(models)?,
        })
    }

    /// The entities that `mentions` are mentions of, and what unnamed expressions stand for.
    pub(crate) fn find(&self, tokens: &Tokens<'_>, mut mentions: Vec<Mention>) -> Coreference {
        let order = |m: &Mention| (m.span.start, std::cmp::Reverse(m.span.end), m.label);
        let places = |mentions: &[Mention]| -> Vec<Range<usize>> {
            let ranges = mentions.iter().map(|m| tokens.covered(m.span));
            ranges.collect()
        };
        mentions.sort_by_key(order);
        mentions.dedup_by_key(|m| (m.span, m.label));
        let mut ranges = places(&mentions);
        for (mention, range) in mentions.iter_mut().zip(&ranges) {
            if mention.label == Label::Per && self.titles.is_title(tokens, range) {
                mention.label = Label::Rol;
            }
        }
        mentions.sort_by_key(order);
        mentions.dedup_by_key(|m| (m.span, m.label));
        ranges = places(&mentions);
        let titles = self.titles.find(tokens, &mentions, &ranges);
        if !titles.is_empty() {
            mentions.extend(titles);
            mentions.sort_by_key(order);
            ranges = places(&mentions);
        }
        let marks = mentions.iter().zip(&ranges).enumerate();
        let marks = marks.map(|(index, (mention, range))| Mark {
            label: mention.label.as_str(),
            start: range.start,
            end: range.end,
            index,
        });
        let marks = Marks::new(marks.collect(), tokens.len());
        let groups = self.groups(tokens, &mentions, &ranges, &marks);
        let entities = entities(mentions, &groups);
        let anaphors = self.anaphors.find(tokens, &entities);
        Coreference { entities, anaphors }
    }

    /// Group of each mention: any number, equal for one referent.
    fn groups(
        &self,
        tokens: &Tokens<'_>,
        mentions: &[Mention],
        ranges: &[Range<usize>],
        marks: &Marks,
    ) -> Vec<usize> {
        let aliases = self.aliases.find(tokens, marks);
        let introduced = self.introduced(tokens, mentions, ranges, &aliases);
        let name = |index: usize| {
            let place = (mentions[index].span, ranges[index].clone());
            self.speller
                .name(tokens, place, mentions[index].label, &introduced)
        };
        let mut forms = group::Forms::default();
        for (index, mention) in mentions.iter().enumerate() {
            if mention.label != Label::Rol {
                forms.add(index, mention.label, name(index));
            }
        }
        for link in &aliases {
            let (a, b) = (link.from.index, link.to.index);
            let strict = self.aliases.rules()[link.rule].when == "short";
            if forms.may_be_one(a, b) && (!strict || forms.shortens(a, b)) {
                forms.unite_mentions(a, b);
            }
        }
        forms.join(|key| self.speller.is_name(key));
        let mut groups = forms.groups();
        groups.resize(mentions.len(), None);

        let holders = holders(&self.holders.find(tokens, marks));
        let mut offices = Vec::new();
        for (index, mention) in mentions.iter().enumerate() {
            if mention.label == Label::Rol {
                let range = ranges[index].clone();
                let inner = marks.within(range.start + 1..range.end).iter();
                let inner = inner.rev().find(|m| m.label == Label::Org.as_str());
                let title = range.start..inner.map_or(range.end, |m| m.start);
                let place = (tokens.span(title.clone()), title);
                // `Direktur di PT Maju`
                let skip = matches!(tokens.lower(range.end), "di" | "pada" | "dari");
                let next = range.end + usize::from(skip);
                let body = inner.map(|m| m.index).or_else(|| body(marks, next));
                offices.push(office::Office {
                    mention: index,
                    name: self.speller.name(tokens, place, Label::Rol, &introduced),
                    holder: holders.get(&index).and_then(|&holder| groups[holder]),
                    body: body.and_then(|body| groups[body]),
                    named: inner.is_some(),
                });
            }
        }
        let same = office::group(&offices);
        // numbers of offices begin after those of names
        let base = mentions.len();
        let mut all: Vec<usize> = groups.iter().map(|g| g.unwrap_or(0)).collect();
        for (office, group) in offices.iter().zip(same) {
            all[office.mention] = base + group;
        }
        // `Menteri Perdagangan (Mendag)`: a title of one word in brackets is the same office
        let mut renamed: FxHashMap<usize, usize> = FxHashMap::default();
        for link in &aliases {
            let (a, b) = (link.from.index, link.to.index);
            let offices = mentions[a].label == Label::Rol && ranges[b].len() == 1;
            if offices && all[a] != all[b] {
                renamed.insert(all[b], all[a]);
            }
        }
        for group in &mut all {
            // a chain of brackets is short
            for _ in 0..4 {
                *group = renamed.get(group).copied().unwrap_or(*group);
            }
        }
        all
    }

    /// The abbreviations that the article introduces.
    fn introduced(
        &self,
        tokens: &Tokens<'_>,
        mentions: &[Mention],
        ranges: &[Range<usize>],
        aliases: &[Link],
    ) -> name::Introduced {
        let mut introduced = name::Introduced::default();
        for (mention, range) in mentions.iter().zip(ranges) {
            if mention.label != Label::Per {
                self.speller
                    .introduce(tokens, range.clone(), mention.label, &mut introduced);
            }
        }
        for link in aliases {
            let (a, b) = (link.from.index, &ranges[link.to.index]);
            let label = mentions[a].label;
            if label != Label::Per && b.len() == 1 {
                let empty = name::Introduced::default();
                let place = (mentions[a].span, ranges[a].clone());
                let full = self.speller.name(tokens, place, label, &empty);
                self.speller
                    .note(tokens, b.start, full.words, &mut introduced);
            }
        }
        introduced
    }
}

/// The person who holds each office right where it is mentioned, by mention; the earlier rule wins.
fn holders(links: &[Link]) -> FxHashMap<usize, usize> {
    let mut best: FxHashMap<usize, (usize, usize, usize)> = FxHashMap::default();
    for link in links {
        let new = (link.rule, link.from.index, link.from.start);
        let known = best.entry(link.to.index).or_insert(new);
        // of equal rules the nearest person before the office, as in `Budi, lalu Agus menjadi ketua`
        if (new.0, std::cmp::Reverse(link.from.start)) < (known.0, std::cmp::Reverse(known.2)) {
            *known = new;
        }
    }
    best.into_iter()
        .map(|(office, (_, person, _))| (office, person))
        .collect()
}

/// The organisation whose name begins at a token.
fn body(marks: &Marks, at: usize) -> Option<usize> {
    let mut marks = marks.starting_at(at).iter();
    marks
        .find(|m| m.label == Label::Org.as_str())
        .map(|m| m.index)
}

/// Entities by first mention, named by their fullest mention.
fn entities(mentions: Vec<Mention>, groups: &[usize]) -> Vec<Entity> {
    let mut entities: Vec<Entity> = Vec::new();
    let mut index: FxHashMap<usize, usize> = FxHashMap::default();
    for (mention, &group) in mentions.into_iter().zip(groups) {
        let next = entities.len();
        let at = *index.entry(group).or_insert(next);
        if at == next {
            entities.push(Entity {
                id: EntityId(next as u32 + 1),
                label: mention.label,
                name: String::new(),
                mentions: Vec::new(),
            });
        }
        entities[at].mentions.push(mention);
    }
    for entity in &mut entities {
        let fullest = entity.mentions.iter().rev().max_by_key(|m| {
            let clean = !m.text.contains(['\n', '(']);
            let shouted = m.text.chars().all(|c| !c.is_lowercase()) && m.text.len() > 6;
            (clean, !shouted, m.text.chars().count())
        });
        entity.name = fullest.map(|m| m.text.clone()).unwrap_or_default();
    }
    entities
}

/// Runs the examples of the alias rules; one message for each that fails.
///
/// # Errors
/// Where a rule file is malformed.
pub(crate) fn check(models: &Models) -> Result<Vec<String>> {
    let files = models.rules("coreference")?;
    LinkSet::new(models, &files)?.check(models, &files)
}

#[cfg(test)]
mod tests;
