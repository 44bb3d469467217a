//! What follows from names: the employer from the office, the part from its name, places by their kind.

use super::draw::Draw;
use crate::pattern::Mark;
use crate::pipeline::MentionAt;
use crate::schema::{Label, Span};
use crate::token::{Key, Kind};
use rustc_hash::FxHashMap;
use std::ops::Range;

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
        if !(member && !bodies.is_empty()) {
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
        let inside = inside.iter().filter(|m| m.label == Label::Org);
        if let Some(last) = inside.last() {
            return vec![last.entity];
        }
        let mut at = office.tokens.end;
        // `Ketua (Plt)`, `Ketua Umum di`, `Direktur pada`
        for _ in 0..3 {
            let skip = matches!(
                layers.tokens.lower(at),
                "di" | "dari" | "pada" | "pengurus" | "pusat"
            );
            let bracket = layers.tokens.lower(at) == "(";
            if bracket {
                let close = (at..at + 6).find(|&i| layers.tokens.lower(i) == ")");
                match close {
                    Some(close) => at = close + 1,
                    None => break,
                }
            } else if skip {
                at += 1;
            } else {
                break;
            }
        }
        let next = layers.mentions_in(at..at + 1);
        let next = next
            .iter()
            .find(|m| m.label == Label::Org && m.tokens.start == at);
        next.map(|m| m.entity).into_iter().collect()
    }

    /// What follows from all that is known.
    pub(super) fn infer(&mut self) {
        self.parts_by_name();
        self.offices_by_name();
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
        for (office, person) in offices {
            let mentions = &self.layers.entities[office].mentions;
            let body = mentions.iter().find_map(|mention| {
                let title = plain(&mention.text);
                let rest = title.strip_prefix("wakil ").unwrap_or(&title);
                let body = OFFICES.iter().find_map(|(office, body)| {
                    let rest = rest.strip_prefix(office)?;
                    names.get(&format!("{body}{rest}")).copied()
                });
                body
            });
            if let Some(body) = body {
                self.add_entities("employer", person, body, 0.8, "employer-by-name");
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
            (Some(inner), Some(outer)) => inner < outer,
            (None, Some(outer)) => outer >= 2,
            (Some(inner), None) => inner < 3,
            (None, None) => true,
        }
    }

    /// Whether an organisation is said to be in a place, and the place is not where a report begins.
    pub(super) fn body_lies_in(&self, from: &Mark, to: &Mark) -> bool {
        let tokens = self.layers.tokens;
        // `KOMPAS.com, Jakarta -` is a dateline
        let begin = tokens.sentence(tokens.sentence_of(from.start)).start;
        let dateline =
            (to.end..to.end + 4).any(|at| matches!(tokens.lower(at), "-" | "–" | "—" | "--"));
        !(from.start <= begin + 1 && dateline)
    }

    /// How large a place is, by its generic head or by the list of places.
    fn size(&self, mark: &Mark) -> Size {
        let tokens = self.layers.tokens;
        let head = tokens.lower(mark.start);
        if let Some((_, size)) = HEADS.iter().find(|(word, _)| *word == head) {
            return Some(*size);
        }
        let span = |range: Range<usize>| tokens.span(range);
        let whole: Span = span(mark.start..mark.end);
        let mut best: Size = None;
        for found in self.finder.places.all(tokens, mark.start) {
            if span(mark.start..found.end) != whole {
                continue;
            }
            let kind = self.finder.places.entries()[found.entry].value.as_str();
            let size = KINDS
                .iter()
                .find(|(name, _)| *name == kind)
                .map(|(_, size)| *size);
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

/// Heads of offices with the heads of the organisations they lead.
const OFFICES: [(&str, &str); 22] = [
    ("kapolri", "polri"),
    ("kapolda", "polda"),
    ("kapolrestabes", "polrestabes"),
    ("kapolresta", "polresta"),
    ("kapolrestro", "polrestro"),
    ("kapolrestro", "polres"),
    ("kapolres metro", "polres metro"),
    ("kapolres", "polres"),
    ("kapolsek", "polsek"),
    ("kajari", "kejari"),
    ("kajati", "kejati"),
    ("kapolri", "kepolisian republik indonesia"),
    ("jaksa agung", "kejaksaan agung"),
    ("jaksa agung", "kejagung"),
    ("kepala ", ""),
    ("menteri ", "kementerian "),
    ("menteri ", "kementrian "),
    ("menko", "kemenko"),
    ("menkes", "kementerian kesehatan"),
    ("men", "kemen"),
    ("panglima tni", "tni"),
    ("dirut ", ""),
];

/// Generic heads of place names with the size of what they head.
const HEADS: [(&str, u8); 40] = [
    ("jalan", 0),
    ("jl", 0),
    ("jl.", 0),
    ("gedung", 0),
    ("stadion", 0),
    ("hotel", 0),
    ("rumah", 0),
    ("bandara", 0),
    ("pelabuhan", 0),
    ("pasar", 0),
    ("masjid", 0),
    ("gereja", 0),
    ("apartemen", 0),
    ("perumahan", 0),
    ("kampus", 0),
    ("kantor", 0),
    ("lapas", 0),
    ("terminal", 0),
    ("stasiun", 0),
    ("museum", 0),
    ("rt", 1),
    ("rw", 1),
    ("kampung", 1),
    ("dusun", 1),
    ("dukuh", 1),
    ("desa", 2),
    ("kelurahan", 2),
    ("nagari", 2),
    ("gampong", 2),
    ("kecamatan", 3),
    ("kec", 3),
    ("kec.", 3),
    ("distrik", 3),
    ("kabupaten", 4),
    ("kab", 4),
    ("kab.", 4),
    ("kota", 4),
    ("provinsi", 5),
    ("propinsi", 5),
    ("negara", 6),
];

/// Kinds of the list of places with their size.
const KINDS: [(&str, u8); 12] = [
    ("building", 0),
    ("stadium", 0),
    ("airport", 0),
    ("port", 0),
    ("street-area", 1),
    ("district", 3),
    ("regency", 4),
    ("city", 4),
    ("world-city", 4),
    ("capital", 4),
    ("province", 5),
    ("country", 6),
];
