//! What follows from names: the employer from the office, the part from its name, places by their kind.

use super::draw::Draw;
use crate::pattern::Mark;
use crate::pipeline::MentionAt;
use crate::schema::{Label, QuantityId, Ref, Span};
use crate::token::{Key, Kind};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Tokens behind a title in which its organisation is looked for.
const BEHIND: usize = 12;

/// How large a place is, from building to country; `None` for one that is not known.
type Size = Option<u8>;

impl Draw<'_, '_, '_> {
    /// A person holds the office of mention `office`: position, or member where the title says so, and
    /// the employer that the title or the organisation behind it names.
    pub(super) fn office(&mut self, person: usize, office: usize, score: f32, rule: &str) {
        let Some(mention) = self.layers.mentions.get(office).cloned() else {
            return;
        };
        let bodies = self.bodies(&mention);
        let member = self
            .finder
            .members
            .longest(self.layers.tokens, mention.tokens.start)
            .is_some();
        if !member || bodies.is_empty() {
            self.add_entities("position", person, mention.entity, score, rule);
        }
        for body in bodies {
            let kind = if member { "member" } else { "employer" };
            self.add_entities(kind, person, body, score * 0.95, rule);
        }
    }

    /// The organisations of an office: inside its name, else right behind it.
    fn bodies(&self, office: &MentionAt) -> Vec<usize> {
        let layers = self.layers;
        let inside = layers.mentions_in(office.tokens.clone());
        let mut inside = inside.iter().filter(|m| m.label == Label::Org);
        if let Some(last) = inside.next_back() {
            let tokens = layers.tokens;
            // `Jenderal TNI (Purn)` has left it
            let retired = (office.tokens.end..office.tokens.end + 2)
                .any(|at| matches!(tokens.lower(at), "purn" | "purn." | "purnawirawan"));
            return if retired {
                Vec::new()
            } else {
                vec![last.entity]
            };
        }
        self.body_behind(office.tokens.end).into_iter().collect()
    }

    /// The organisation that a title which ends at `at` goes on with: `Ketua (Plt)`, `Direktur Gizi pada`.
    fn body_behind(&self, mut at: usize) -> Option<usize> {
        let (layers, tokens) = (self.layers, self.layers.tokens);
        let last = at.checked_sub(1)?;
        let end = tokens.sentence(tokens.sentence_of(last)).end;
        let mut small = 0;
        for _ in 0..BEHIND {
            if at >= end {
                return None;
            }
            let starting = layers.mentions_in(at..at + 1);
            let body = starting.iter().find(|m| m.label == Label::Org);
            if let Some(body) = body {
                // words in lower case are a portfolio only where a preposition leads on from them
                let led = matches!(tokens.lower(at - 1), "di" | "pada" | "dari");
                return (small == 0 || led).then_some(body.entity);
            }
            if let Some(other) = starting.first() {
                // `Kepala Badan ([Kaban|ROL])`
                if !matches!(other.label, Label::Rol | Label::Nev) {
                    return None;
                }
                at = other.tokens.end;
                continue;
            }
            let token = tokens.get(at)?;
            at = match tokens.lower(at) {
                "(" => (at..end.min(at + 8)).find(|&i| tokens.lower(i) == ")")? + 1,
                "di" | "dari" | "pada" | "untuk" | "bidang" | "kantor" | "pengurus" | "pusat"
                | "/" | "-" | ")" => at + 1,
                _ if token.kind == Kind::Number || (token.kind == Kind::Word && token.capital) => {
                    at + 1
                }
                _ if token.kind == Kind::Word && small < 2 => {
                    small += 1;
                    at + 1
                }
                _ => return None,
            };
        }
        None
    }

    /// What follows from all that is known.
    pub(super) fn infer(&mut self) {
        self.nominals();
        self.parts_by_name();
        self.offices_by_name();
    }

    /// What nominals say of whom they stand for: `pria asal Ngawi itu`, `pria 54 tahun itu`.
    fn nominals(&mut self) {
        let layers = self.layers;
        for anaphor in layers.anaphors {
            let range = anaphor.tokens.clone();
            let person = anaphor.entity.0 as usize - 1;
            if range.len() < 3 {
                continue;
            }
            for mark in layers.marks.within(range) {
                let before = layers.tokens.lower(mark.start.saturating_sub(1));
                let born = matches!(before, "asal" | "kelahiran" | "asli" | "warga" | "dari");
                let from = Ref::Entity(anaphor.entity);
                if mark.label == "AGE" {
                    let age = Ref::Quantity(QuantityId(mark.index as u32 + 1));
                    self.add("age", from, age, 0.85, "nominal-age");
                } else if mark.label == "LOC" && born {
                    // a body's place is where it lies: `produsen asal Taiwan ini`
                    let place = layers.mentions[mark.index].entity;
                    self.add_entities("origin", person, place, 0.85, "nominal-origin");
                    self.add_entities("located_in", person, place, 0.7, "nominal-place");
                } else if mark.label == "ROL"
                    && matches!(
                        before,
                        "sebagai" | "menjabat" | "merupakan" | "menjadi" | "adalah"
                    )
                {
                    // `pria yang menjabat sebagai Ketua KPK itu`
                    self.office(person, mark.index, 0.7, "nominal-office");
                } else if mark.label == "ROL" && mark.start == anaphor.tokens.start {
                    let title = mark.end + 1 == anaphor.tokens.end
                        && !layers.tokens.lower(mark.end).ends_with("ni");
                    let sure = title && !self.named_before(mark.start);
                    self.held_by(person, mark.index, sure);
                }
            }
        }
    }

    /// Whether a person is named in the sentence of `at` before it.
    fn named_before(&self, at: usize) -> bool {
        let tokens = self.layers.tokens;
        let begin = tokens.sentence(tokens.sentence_of(at)).start;
        let before = self.layers.mentions_in(begin..at);
        before.iter().any(|m| m.label == Label::Per)
    }

    /// Words of an entity's longest name, without what stands in brackets.
    fn words(&self, entity: usize) -> Vec<Key> {
        let entity = &self.layers.entities[entity];
        let longest = entity.mentions.iter().max_by_key(|m| m.text.len());
        let range = longest.map_or(0..0, |m| self.layers.tokens.covered(m.span));
        let tokens = self.layers.tokens;
        let words = range.filter_map(|at| tokens.get(at));
        words
            .filter(|t| matches!(t.kind, Kind::Word | Kind::Number))
            .map(|t| t.key)
            .collect()
    }

    /// `Satreskrim Polres Ngawi` is part of `Polres Ngawi` where both are named.
    fn parts_by_name(&mut self) {
        let bodies: Vec<usize> = (0..self.layers.entities.len())
            .filter(|&e| self.layers.entities[e].label == Label::Org)
            .collect();
        let mut names: FxHashMap<Vec<Key>, usize> = FxHashMap::default();
        for &body in &bodies {
            for mention in &self.layers.entities[body].mentions {
                let range = self.layers.tokens.covered(mention.span);
                let keys = self.keys(range);
                names.entry(keys).or_insert(body);
            }
        }
        for &body in &bodies {
            if !self.is_part(body) {
                continue;
            }
            let words = self.words(body);
            let longest =
                (1..words.len().min(12)).find_map(|from| names.get(&words[from..]).copied());
            if let Some(whole) = longest
                && whole != body
            {
                self.add_entities("part_of", body, whole, 0.8, "part-by-name");
            }
        }
    }

    /// Whether an organisation's name begins as that of a part does: `Divisi`, `Satreskrim`.
    fn is_part(&self, body: usize) -> bool {
        let tokens = self.layers.tokens;
        let longest = self.layers.entities[body].mentions.iter();
        longest.max_by_key(|m| m.text.len()).is_some_and(|m| {
            let at = tokens.covered(m.span).start;
            self.finder.parts.longest(tokens, at).is_some()
        })
    }

    fn keys(&self, range: Range<usize>) -> Vec<Key> {
        let tokens = range.filter_map(|at| self.layers.tokens.get(at));
        tokens
            .filter(|t| matches!(t.kind, Kind::Word | Kind::Number))
            .map(|t| t.key)
            .collect()
    }

    /// `Kapolres Ngawi` works for `Polres Ngawi`, `Menparekraf` for `Kemenparekraf`, where that is named.
    fn offices_by_name(&mut self) {
        let mut names: FxHashMap<String, usize> = FxHashMap::default();
        for (index, entity) in self.layers.entities.iter().enumerate() {
            if entity.label == Label::Org {
                for mention in &entity.mentions {
                    names.entry(plain(&mention.text)).or_insert(index);
                }
            }
        }
        if names.is_empty() {
            return;
        }
        let mut offices: Vec<(usize, usize)> = Vec::new();
        for (&office, holders) in &self.holders {
            offices.extend(holders.iter().map(|&holder| (office, holder)));
        }
        offices.sort_unstable();
        let mut ranked = Vec::new();
        for (office, person) in offices {
            let mentions = &self.layers.entities[office].mentions;
            let offices = &self.finder.office_bodies;
            let member = |mention: &crate::schema::Mention| {
                let at = self.layers.tokens.covered(mention.span).start;
                self.finder
                    .members
                    .longest(self.layers.tokens, at)
                    .is_some()
            };
            if mentions.iter().any(member) {
                continue;
            }
            let body = mentions.iter().find_map(|mention| {
                let title = plain(&mention.text);
                let mut tails = title.match_indices(' ').map(|(at, _)| &title[at + 1..]);
                if let Some(&body) = tails.find_map(|tail| names.get(tail)) {
                    return Some(body);
                }
                let rest = title.strip_prefix("wakil ").unwrap_or(&title);
                offices.iter().find_map(|(office, body)| {
                    let rest = rest.strip_prefix(&**office)?;
                    names.get(format!("{body}{rest}").trim()).copied()
                })
            });
            if let Some(body) = body {
                self.add_entities("employer", person, body, 0.8, "employer-by-name");
                continue;
            }
            // a rank is held in a force, where no nearer employer is known
            let rank = mentions.first().and_then(|mention| {
                let at = self.layers.tokens.covered(mention.span).start;
                let found = self.finder.ranks.longest(self.layers.tokens, at)?;
                names.get(&plain(&self.finder.ranks.entries()[found.entry].value))
            });
            if let Some(&force) = rank {
                ranked.push((person, force));
            }
        }
        for (person, force) in ranked {
            if !self.employed(person) {
                self.add_entities("employer", person, force, 0.6, "employer-by-rank");
            }
        }
    }

    /// Whether the place of `from` lies in the place of `to`: smaller, and no enumeration.
    pub(super) fn lies_in(&self, from: &Mark, to: &Mark) -> bool {
        let tokens = self.layers.tokens;
        let (inner, outer) = (self.size(from), self.size(to));
        // `Bogor, Depok, dan Bekasi` names three
        let mut at = to.end;
        let mut listed = false;
        for _ in 0..12 {
            let glue = matches!(tokens.lower(at), "," | "dan" | "serta" | "hingga");
            if !glue {
                break;
            }
            let joined = matches!(tokens.lower(at), "dan" | "serta")
                || matches!(tokens.lower(at + 1), "dan" | "serta");
            let step = at + 1 + usize::from(joined && tokens.lower(at) == ",");
            let next = self.layers.marks.starting_at(step);
            let Some(next) = next.iter().find(|m| m.label == "LOC") else {
                break;
            };
            if joined {
                let further = self.size(next);
                listed =
                    further.is_none() || further == inner || further == outer && inner == outer;
                break;
            }
            at = next.end;
        }
        match (inner, outer) {
            _ if listed => false,
            // `Terminal A Bandara Juanda`
            (Some(inner), Some(outer)) if to.start == from.end => inner <= outer,
            (Some(inner), Some(outer)) => inner < outer,
            (None, Some(outer)) => outer >= 4,
            (Some(inner), None) => inner <= 8,
            (None, None) => true,
        }
    }

    /// Whether an organisation is said to be in a place, and the place is not where a report begins.
    pub(super) fn body_lies_in(&self, from: &Mark, to: &Mark) -> bool {
        let tokens = self.layers.tokens;
        let sentence = tokens.sentence(tokens.sentence_of(from.start));
        // `KOMPAS.com, Jakarta -` is a dateline
        let dash = |at: usize| matches!(tokens.lower(at), "-" | "–" | "—" | "--");
        let first = from.start <= sentence.start + 1;
        let dateline = dash(to.end)
            || first && (from.start < 3 || (to.end..to.end + 4).any(dash))
            || tokens
                .get(from.start)
                .is_some_and(|t| t.kind == Kind::Address);
        // `Menurut DPR, Jakarta bisa …`: the place is a subject
        let after = tokens.lower(to.end);
        let verb = after.len() > 4
            && ["me", "ber", "di", "ter"]
                .iter()
                .any(|p| after.starts_with(p));
        let subject = verb
            || matches!(
                after,
                "bisa" | "akan" | "juga" | "adalah" | "telah" | "sudah" | "masih" | "tidak"
            );
        // `Uni Eropa, Tiongkok, dan lainnya` is an enumeration
        let rest = (to.end..sentence.end.min(to.end + 8)).find(|&at| {
            matches!(tokens.lower(at), "dan" | "serta")
                || tokens
                    .get(at)
                    .is_some_and(|t| t.kind == Kind::Word && !t.capital)
        });
        let listed = tokens.lower(to.end) != "("
            && rest.is_some_and(|at| matches!(tokens.lower(at), "dan" | "serta"));
        let listed = listed && tokens.lower(to.start.wrapping_sub(1)) == ",";
        !(dateline || subject || listed)
    }

    /// How large a place is, by its generic head or by the list of places.
    fn size(&self, mark: &Mark) -> Size {
        let tokens = self.layers.tokens;
        let head = tokens.lower(mark.start);
        if let Some(&size) = self.finder.heads.get(head) {
            // `Dekai, Kabupaten Yahukimo`: of equal kinds the named kind is the larger
            return Some(size * 2 + 1);
        }
        let span = |range: Range<usize>| tokens.span(range);
        let whole: Span = span(mark.start..mark.end);
        let mut best: Size = None;
        for found in self.finder.places.all(tokens, mark.start) {
            if span(mark.start..found.end) != whole {
                continue;
            }
            let kind = self.finder.places.entries()[found.entry].value.as_str();
            let size = self.finder.kinds.get(kind).map(|size| size * 2);
            // of several places of one name news means the larger
            best = best.max(size);
        }
        best
    }
}

/// Lower case, single blanks.
fn plain(text: &str) -> String {
    text.to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
