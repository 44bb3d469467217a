//! The article as the finder sees it: annotated things in a row, grouped into noun phrases.

use super::words::{Class, ClauseWords, Head};
use crate::pipeline::Layers;
use crate::relation::Relations;
use crate::schema::{EntityId, Label, Quote, Ref};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Something that may fill a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Thing {
    /// Index of an entity.
    Entity(usize),
    /// Index of a quantity.
    Quantity(usize),
    /// Index of a time.
    Time(usize),
}

/// A stretch of tokens that stands for a thing.
#[derive(Clone, Debug)]
pub(super) struct Atom {
    pub tokens: Range<usize>,
    pub thing: Thing,
    /// Entity label, quantity type or TIMEX3 type.
    pub label: &'static str,
    /// Pronouns and the like.
    pub anaphor: bool,
}

/// What governs a noun phrase from the left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Governor {
    None,
    Preposition(Option<u16>),
}

/// A noun phrase of one or more coordinated heads.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub tokens: Range<usize>,
    /// Where its nouns before the first name begin.
    pub start: usize,
    /// Indices of atoms.
    pub heads: Vec<usize>,
    /// Titles, ages, appositions.
    pub modifiers: Vec<usize>,
    pub governor: Governor,
    /// A noun before it is the one meant: `rumah Budi`.
    pub blocked: bool,
}

/// All that the rooms of this folder look at.
pub(super) struct Scene<'s, 'a> {
    pub layers: &'s Layers<'a>,
    pub classes: Vec<Class>,
    pub atoms: Vec<Atom>,
    pub groups: Vec<Group>,
    /// The group that a token belongs to, plus one; 0 for none.
    group_of: Vec<u32>,
    /// A ROL that stands for a person.
    pub holders: FxHashMap<usize, usize>,
    /// Offices and organisations of persons.
    pub posts: FxHashMap<usize, Vec<usize>>,
    /// The organisation of an office: nested in its name or right behind it.
    pub organisations: FxHashMap<usize, usize>,
    /// Whether a token stands inside a quotation.
    pub quoted: Vec<bool>,
    /// Sentence where a quotation ends and its speaker, in order.
    voices: Vec<(usize, usize)>,
}

impl<'s, 'a> Scene<'s, 'a> {
    pub(super) fn new(
        words: &ClauseWords,
        layers: &'s Layers<'a>,
        relations: &Relations,
        quotes: &[Quote],
    ) -> Self {
        let tokens = layers.tokens;
        let index = |id: EntityId| {
            (id.0 as usize)
                .checked_sub(1)
                .filter(|&i| i < layers.entities.len())
        };
        let mut holders = FxHashMap::default();
        for &(office, person) in &relations.mentions_of {
            if let (Some(office), Some(person)) = (index(office), index(person)) {
                holders.insert(office, person);
            }
        }
        let mut posts: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
        for relation in &relations.relations {
            if let (Ref::Entity(from), Ref::Entity(to)) = (relation.from, relation.to)
                && matches!(&*relation.kind, "position" | "employer" | "member")
                && let (Some(from), Some(to)) = (index(from), index(to))
            {
                posts.entry(from).or_default().push(to);
            }
        }
        let mut scene = Self {
            layers,
            classes: words.classify(tokens),
            atoms: Vec::new(),
            groups: Vec::new(),
            group_of: vec![0; tokens.len()],
            holders,
            posts,
            organisations: organisations(layers),
            quoted: vec![false; tokens.len()],
            voices: Vec::new(),
        };
        let speakers = scene.speakers(quotes, index);
        scene.collect(speakers);
        scene.group(words);
        scene
    }

    /// First-person pronouns inside quotations stand for the speaker.
    fn speakers(
        &mut self,
        quotes: &[Quote],
        index: impl Fn(EntityId) -> Option<usize>,
    ) -> Vec<(usize, usize)> {
        let tokens = self.layers.tokens;
        let mut found = Vec::new();
        for quote in quotes {
            let speaker = quote.speaker.and_then(&index);
            if let (Some(last), Some(speaker)) = (tokens.covered(quote.span).last(), speaker) {
                self.voices.push((tokens.sentence_of(last), speaker));
            }
            for at in tokens.covered(quote.span) {
                self.quoted[at] = true;
                if let Some(speaker) = speaker
                    && matches!(tokens.stem(at), "saya" | "aku" | "kami")
                {
                    found.push((at, speaker));
                }
            }
        }
        found
    }

    fn collect(&mut self, speakers: Vec<(usize, usize)>) {
        let layers = self.layers;
        let mut atoms = Vec::new();
        for mention in &layers.mentions {
            atoms.push(Atom {
                tokens: mention.tokens.clone(),
                thing: Thing::Entity(mention.entity),
                label: mention.label.as_str(),
                anaphor: false,
            });
        }
        for (index, range) in layers.time_tokens.iter().enumerate() {
            let label = layers.times[index].kind.as_str();
            atoms.push(Atom {
                tokens: range.clone(),
                thing: Thing::Time(index),
                label,
                anaphor: false,
            });
        }
        for (index, range) in layers.quantity_tokens.iter().enumerate() {
            let label = layers.quantities[index].kind.as_str();
            atoms.push(Atom {
                tokens: range.clone(),
                thing: Thing::Quantity(index),
                label,
                anaphor: false,
            });
        }
        let anaphors = layers.anaphors.iter().filter_map(|anaphor| {
            let entity = (anaphor.entity.0 as usize).checked_sub(1)?;
            Some((
                anaphor.tokens.clone(),
                layers.entities.get(entity)?.label,
                entity,
            ))
        });
        let speakers = speakers
            .into_iter()
            .map(|(at, entity)| (at..at + 1, layers.entities[entity].label, entity));
        for (range, label, entity) in anaphors.chain(speakers) {
            let last = layers.tokens.lower(range.end.saturating_sub(1));
            // the owner that -nya points to is not the thing named: `istrinya`
            let owner =
                range.len() == 1 && last.ends_with("nya") && last.len() > 3 && last != "dirinya";
            if !owner {
                atoms.push(Atom {
                    tokens: range,
                    thing: Thing::Entity(entity),
                    label: label.as_str(),
                    anaphor: true,
                });
            }
        }
        atoms.sort_by_key(|atom| {
            (
                atom.tokens.start,
                std::cmp::Reverse(atom.tokens.end),
                atom.anaphor,
            )
        });
        let mut end = 0;
        for atom in atoms {
            if atom.tokens.start >= end && !atom.tokens.is_empty() {
                end = atom.tokens.end;
                self.classes[atom.tokens.clone()].fill(Class::Name);
                self.atoms.push(atom);
            }
        }
    }

    fn group(&mut self, words: &ClauseWords) {
        let mut at = 0;
        while at < self.atoms.len() {
            let first = at;
            let mut heads = vec![at];
            let mut modifiers = Vec::new();
            if !self.is_time(at) {
                let mut commas = Vec::new();
                while at + 1 < self.atoms.len() && !self.is_time(at + 1) {
                    let head = heads.last().copied().unwrap_or(first);
                    match self.link(head, at, at + 1) {
                        Link::None => break,
                        Link::Modifier => modifiers.push(at + 1),
                        Link::Head => {
                            modifiers.extend(heads.pop());
                            heads.push(at + 1);
                        }
                        Link::Comma => {
                            commas.push(at);
                            heads.push(at + 1);
                        }
                        Link::And => {
                            commas.clear();
                            heads.push(at + 1);
                        }
                    }
                    at += 1;
                }
                // two names with a mere comma between them are no list
                if let Some(&cut) = commas.first()
                    && commas.len() < 2
                {
                    heads.retain(|&h| h <= cut);
                    modifiers.retain(|&m| m <= cut);
                    at = cut;
                }
            }
            let tokens = self.atoms[first].tokens.start..self.atoms[at].tokens.end;
            let (start, governor, blocked) = self.before(words, first);
            let number = self.groups.len() as u32 + 1;
            self.group_of[tokens.clone()].fill(number);
            self.groups.push(Group {
                tokens,
                start,
                heads,
                modifiers,
                governor,
                blocked,
            });
            at += 1;
        }
    }

    fn is_time(&self, atom: usize) -> bool {
        matches!(self.atoms[atom].thing, Thing::Time(_))
    }

    /// How the next atom hangs together with the phrase whose last head is `head`.
    fn link(&self, head: usize, last: usize, next: usize) -> Link {
        let (h, a, b) = (&self.atoms[head], &self.atoms[last], &self.atoms[next]);
        let tokens = self.layers.tokens;
        let gap = a.tokens.end..b.tokens.start;
        if gap.len() > 4 || tokens.sentence_of(a.tokens.start) != tokens.sentence_of(b.tokens.start)
        {
            return Link::None;
        }
        let same = h.label == b.label && h.thing != b.thing;
        let office = |label: &str| label == "ROL";
        let mut comma = false;
        let mut and = false;
        let mut bracket = false;
        let mut noun = 0;
        let mut portfolio = false;
        for at in gap.clone() {
            match self.classes[at] {
                Class::Comma => comma = true,
                Class::Bracket if matches!(tokens.lower(at), "-" | "/") => return Link::None,
                Class::Bracket => bracket = true,
                Class::Conjunction
                    if matches!(tokens.lower(at), "dan" | "serta" | "maupun" | "atau") =>
                {
                    and = true
                }
                Class::Noun if matches!(tokens.lower(at), "alias" | "bin" | "binti") => {
                    bracket = true
                }
                Class::Noun => noun += 1,
                Class::Name if office(a.label) => portfolio = true,
                _ => return Link::None,
            }
        }
        if portfolio {
            // `Menteri Pangan dan Pertanian Budi`
            let named = b.label == "PER" && !comma && !bracket && noun == 0;
            return if named { Link::Head } else { Link::None };
        }
        if noun > 0 {
            return if and && same && noun <= 2 {
                Link::And
            } else {
                Link::None
            };
        }
        if and {
            return if same { Link::And } else { Link::None };
        }
        if bracket {
            return Link::Modifier;
        }
        if comma {
            return match (h.label, b.label) {
                (l, "PER") if office(l) => Link::Head,
                ("PER", l) if office(l) => Link::Modifier,
                ("LOC", "LOC") => Link::Modifier,
                _ if same && matches!(h.label, "PER" | "ORG") => Link::Comma,
                _ => Link::None,
            };
        }
        // side by side
        match (h.label, b.label) {
            ("ROL", "PER")
            | ("ROL", "ROL")
            | ("ORG", "PER")
            | ("LOC", "PER")
            | ("COUNT", "PER") => Link::Head,
            ("ROL", "ORG") | ("ROL", "LOC") => Link::Modifier,
            _ => Link::Modifier,
        }
    }

    /// The nouns before a name, what governs them, and whether one of them is the thing meant.
    fn before(&self, words: &ClauseWords, atom: usize) -> (usize, Governor, bool) {
        let tokens = self.layers.tokens;
        let begin = self.atoms[atom].tokens.start;
        let sentence = tokens.sentence(tokens.sentence_of(begin)).start;
        let person = matches!(
            self.atoms[atom].label,
            "PER" | "ROL" | "COUNT" | "MONEY" | "PERCENT" | "MEASURE"
        );
        let mut start = begin;
        let mut blocked = false;
        let mut decided = false;
        while start > sentence && begin - start < 4 {
            let at = start - 1;
            if self.group_of[at] != 0 || self.classes[at] != Class::Noun {
                break;
            }
            let key = tokens.get(at).map(|t| t.stem).unwrap_or_default();
            if !decided {
                match words.head(key) {
                    Some(Head::Through) => decided = person,
                    Some(Head::Block) => (blocked, decided) = (true, true),
                    None => {
                        let adjacent = at + 1 == begin;
                        blocked |= !person && adjacent;
                        decided = adjacent && !person;
                    }
                }
            }
            start = at;
        }
        let governor = match start
            .checked_sub(1)
            .filter(|&at| at >= sentence)
            .map(|at| self.classes[at])
        {
            Some(Class::Preposition(number)) => Governor::Preposition(number),
            _ => Governor::None,
        };
        (start, governor, blocked)
    }

    /// Who speaks in the sentence of a token, or in the one after it.
    pub(super) fn speaker(&self, token: usize) -> Option<usize> {
        let sentence = self.layers.tokens.sentence_of(token);
        let from = self.voices.partition_point(|(at, _)| *at < sentence);
        let (at, speaker) = *self.voices.get(from)?;
        (at <= sentence + 1).then_some(speaker)
    }

    /// The group of a token.
    pub(super) fn group_at(&self, token: usize) -> Option<usize> {
        self.group_of
            .get(token)
            .and_then(|&g| (g as usize).checked_sub(1))
    }

    /// Groups that begin in a range of tokens, as a range of numbers.
    pub(super) fn groups_in(&self, range: &Range<usize>) -> Range<usize> {
        let from = self
            .groups
            .partition_point(|g| g.tokens.start < range.start);
        let to = self.groups.partition_point(|g| g.tokens.start < range.end);
        from..to.max(from)
    }

    /// The entity that a head stands for where a role takes `PER`: an office gives its holder.
    pub(super) fn holder(&self, atom: &Atom) -> Option<usize> {
        match atom.thing {
            Thing::Entity(entity) if atom.label == Label::Rol.as_str() => {
                self.holders.get(&entity).copied()
            }
            _ => None,
        }
    }
}

enum Link {
    None,
    Modifier,
    Head,
    Comma,
    And,
}

fn organisations(layers: &Layers<'_>) -> FxHashMap<usize, usize> {
    let mut found = FxHashMap::default();
    for (index, mention) in layers.mentions.iter().enumerate() {
        if mention.label != Label::Rol || found.contains_key(&mention.entity) {
            continue;
        }
        let next = layers.mentions[index + 1..].iter().take(4);
        let organisation = next
            .filter(|m| m.label == Label::Org)
            .find(|m| m.tokens.start <= mention.tokens.end + 1);
        if let Some(organisation) = organisation {
            found.insert(mention.entity, organisation.entity);
        }
    }
    found
}
