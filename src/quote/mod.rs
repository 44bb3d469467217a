//! Direct quotations and their speakers.
//!
//! In: all layers and the relations. Out: [`Quote`]s in order. A quotation is what stands between marks
//! of any shape, unless it is a title or a few words in scare quotes; who speaks is said by the rules of
//! `rules/quote` right after it, before it, or not at all: then the speaker goes on.
//!
//! ```text
//! "Harga turun," kata Menteri Pangan Ratna Dewi. "Stok aman." Ia menambahkan, "Impor nihil."
//! three quotes, each by Ratna Dewi
//! ```

mod cut;
#[cfg(test)]
mod dev;
mod speech;

use crate::error::Result;
use crate::models::Models;
use crate::pipeline::{Layers, MentionAt};
use crate::relation::Relations;
use crate::schema::{EntityId, Label, Quote, Ref};
use crate::token::{Kind, Lookup, Tokens};
use cut::Cut;
use rustc_hash::FxHashMap;
use speech::{Said, Speech, Who};
use std::sync::Arc;

/// Finds quotations; immutable, shared by all threads.
pub(crate) struct QuoteFinder {
    speech: Speech,
    titles: Lookup,
}

/// Words from which on text between marks is speech even where nobody is said to speak.
const LONG: usize = 9;

impl QuoteFinder {
    /// A finder with the rules and lexicons of `models`.
    ///
    /// # Errors
    /// Where one of them is missing or malformed.
    pub(crate) fn new(models: &Models) -> Result<Self> {
        let speech = Speech::new(models, &models.rules("quote")?)?;
        Ok(Self {
            speech,
            titles: Lookup::new(models, &["title_leads"])?,
        })
    }

    /// Whether the word before a quotation makes it a title or a search term: `bertajuk "…"`.
    fn titled(&self, tokens: &Tokens<'_>, cut: &Cut) -> bool {
        let open = cut.tokens.start.saturating_sub(1);
        let begins = open.saturating_sub(2)..open;
        let mut begins = begins.filter(|&at| at > 0);
        begins.any(|at| {
            let found = self.titles.longest(tokens, at);
            found.is_some_and(|found| found.end == open)
        })
    }

    /// The direct quotations of the article.
    pub(crate) fn find(&self, layers: &Layers<'_>, relations: &Relations) -> Vec<Quote> {
        let tokens = layers.tokens;
        let cuts = cut::cut(tokens);
        if cuts.is_empty() {
            return Vec::new();
        }
        let said = self.speech.find(tokens, &layers.marks, &cuts);
        let mut talk = Talk::new(layers, relations);
        let mut quotes = Vec::new();
        let mut next = 0;
        let mut previous: Option<(usize, Option<EntityId>)> = None;
        for (number, cut) in cuts.iter().enumerate() {
            let following = cuts
                .get(number + 1)
                .map_or(tokens.len(), |c| c.tokens.start);
            let after = after(tokens, &said, cut, following);
            let before = before(tokens, &said, cut, previous.map_or(0, |p| p.0));
            let titled = after.is_none() && self.titled(tokens, cut);
            if titled || !direct(tokens, cut, after.is_some(), before.is_some()) {
                continue;
            }
            // indirect speech up to here tells who speaks
            while said
                .get(next)
                .is_some_and(|s| s.tokens.end <= cut.tokens.start)
            {
                talk.hear(&said[next]);
                next += 1;
            }
            let adjacent = previous.is_some_and(|(end, _)| continues(tokens, end, cut));
            let (speaker, rule) = match (after, before) {
                (Some(said), _) | (None, Some(said)) => (talk.attribute(said), said.rule.clone()),
                (None, None) => {
                    let goes_on = previous.filter(|_| adjacent).map(|p| p.1);
                    (goes_on.unwrap_or(talk.last), Arc::from("goes-on"))
                }
            };
            previous = Some((after.map_or(cut.after, |s| s.tokens.end), speaker));
            quotes.push(Quote {
                span: tokens.span(cut.tokens.clone()),
                speaker,
                found_by: Some(rule),
            });
        }
        quotes
    }
}

/// Who has been speaking.
struct Talk<'l, 'a> {
    layers: &'l Layers<'a>,
    /// The person whom an office stands for, by entity index.
    persons: FxHashMap<usize, EntityId>,
    last: Option<EntityId>,
}

impl<'l, 'a> Talk<'l, 'a> {
    fn new(layers: &'l Layers<'a>, relations: &Relations) -> Self {
        let mut persons = FxHashMap::default();
        let positions = relations
            .relations
            .iter()
            .filter(|r| &*r.kind == "position");
        let held = positions.filter_map(|r| match (r.from, r.to) {
            (Ref::Entity(person), Ref::Entity(office)) => Some((office, person)),
            _ => None,
        });
        for (office, person) in relations.mentions_of.iter().copied().chain(held) {
            persons.entry(office.0 as usize - 1).or_insert(person);
        }
        Self {
            layers,
            persons,
            last: None,
        }
    }

    /// Indirect speech: the speaker is the one to go on, where a person is named.
    fn hear(&mut self, said: &Said) {
        if let Who::Mark(_) | Who::Pronoun(_) = said.who
            && let Some(speaker) = self.who(said)
            && self.label(speaker) == Some(Label::Per)
        {
            self.last = Some(speaker);
        }
    }

    /// The speaker of a quotation.
    fn attribute(&mut self, said: &Said) -> Option<EntityId> {
        let speaker = self.who(said);
        self.last = speaker;
        speaker
    }

    fn label(&self, entity: EntityId) -> Option<Label> {
        let index = (entity.0 as usize).checked_sub(1)?;
        self.layers.entities.get(index).map(|e| e.label)
    }

    fn who(&self, said: &Said) -> Option<EntityId> {
        match said.who {
            Who::Mark(index) => {
                let mention = self.layers.mentions.get(index)?;
                let id = EntityId(mention.entity as u32 + 1);
                match mention.label {
                    Label::Rol => {
                        let person = self.persons.get(&mention.entity).copied();
                        let body = || self.body_of_spokesperson(mention);
                        person.or_else(body).or(Some(id))
                    }
                    _ => Some(id),
                }
            }
            Who::Pronoun(at) | Who::Clitic(at) => self.last.or_else(|| self.anaphor(at)),
            Who::Unnamed => None,
        }
    }

    /// The organisation that speaks through an unnamed spokesperson.
    fn body_of_spokesperson(&self, office: &MentionAt) -> Option<EntityId> {
        let tokens = self.layers.tokens;
        let begin = office.tokens.start;
        let voice = matches!(
            tokens.lower(begin),
            "jubir" | "humas" | "manajemen" | "perwakilan" | "juru"
        );
        if !voice {
            return None;
        }
        let inside = self.layers.mentions_in(begin..office.tokens.end + 2);
        let body = inside.iter().rev().find(|m| m.label == Label::Org);
        body.map(|m| EntityId(m.entity as u32 + 1))
    }

    /// What the pronoun at a token stands for.
    fn anaphor(&self, at: usize) -> Option<EntityId> {
        let anaphors = self.layers.anaphors;
        let index = anaphors.partition_point(|a| a.tokens.start < at);
        let found = anaphors.get(index).filter(|a| a.tokens.start == at);
        found.map(|a| a.entity)
    }
}

/// The speaker named right after a quotation, before the next one.
fn after<'s>(
    tokens: &Tokens<'_>,
    said: &'s [Said],
    cut: &Cut,
    following: usize,
) -> Option<&'s Said> {
    let from = cut.after;
    let index = said.partition_point(|s| s.tokens.start < from);
    let said = said.get(index).filter(|s| s.tokens.start < following)?;
    let begin = said.tokens.start;
    let small = |at: usize| {
        matches!(
            tokens.lower(at),
            "," | "."
                | ";"
                | "-"
                | "–"
                | "demikian"
                | "begitu"
                | "itulah"
                | "seperti"
                | "sebagaimana"
                | ")"
        )
    };
    let near = begin <= from + 4 && (from..begin).all(small);
    // a full stop inside, then a capital: a new sentence
    let stopped = matches!(
        tokens.lower(cut.tokens.end.saturating_sub(1)),
        "." | "!" | "?"
    );
    let fresh = stopped && tokens.get(begin).is_some_and(|t| t.capital);
    (near && !fresh).then_some(said)
}

/// The speaker named before a quotation in its sentence, or before a colon.
fn before<'s>(tokens: &Tokens<'_>, said: &'s [Said], cut: &Cut, floor: usize) -> Option<&'s Said> {
    let open = cut.tokens.start.checked_sub(1)?;
    let index = said.partition_point(|s| s.tokens.end <= open);
    let said = said.get(index.checked_sub(1)?)?;
    let sentence = tokens.sentence(tokens.sentence_of(open)).start;
    // `"A," kata Budi, "B."`: what was said of A holds for B too
    let interrupted = said.tokens.end >= floor.saturating_sub(1)
        && (said.tokens.end..open).all(|at| matches!(tokens.lower(at), "," | ":" | "-"));
    let same = said.tokens.start >= sentence && said.tokens.start >= floor;
    (interrupted || same).then_some(said)
}

/// Whether nothing but small marks stands between the end of a quotation's sentence and the next one.
fn continues(tokens: &Tokens<'_>, end: usize, cut: &Cut) -> bool {
    let open = cut.tokens.start.saturating_sub(1);
    let gap = open.saturating_sub(end);
    gap <= 40 && {
        let full_stops = (end..open).filter(|&at| tokens.lower(at) == ".").count();
        full_stops <= 1
    }
}

/// Whether text between marks is speech, no title and no scare quotes.
fn direct(tokens: &Tokens<'_>, cut: &Cut, after: bool, before: bool) -> bool {
    let inside = cut.tokens.clone();
    let words = inside.clone().filter(|&at| {
        tokens
            .get(at)
            .is_some_and(|t| matches!(t.kind, Kind::Word | Kind::Number))
    });
    let words = words.count();
    let last = tokens.lower(inside.end.saturating_sub(1));
    let stopped = matches!(last, "." | "," | "!" | "?" | "…") || last.starts_with("..");
    let capital = tokens
        .get(inside.start)
        .is_some_and(|t| t.capital || t.kind != Kind::Word);
    let lead = tokens.lower(inside.start.saturating_sub(2));
    let led = matches!(lead, "," | ":");
    if words == 0 {
        return false;
    }
    if !cut.closed {
        return words >= 4 && capital;
    }
    if after {
        return stopped || words >= 3 || capital;
    }
    if before {
        return (capital && (led || stopped || words >= LONG)) || (stopped && words >= 3);
    }
    // `"Banjir Besar Melanda Kota"` is a headline
    let long = inside.filter(|&at| {
        tokens
            .get(at)
            .is_some_and(|t| t.kind == Kind::Word && t.span.len() > 3)
    });
    let (mut capitals, mut all) = (0, 0);
    for at in long {
        all += 1;
        capitals += usize::from(tokens.get(at).is_some_and(|t| t.capital));
    }
    let title = !stopped && capitals * 3 >= all * 2 && all > 2;
    capital && !title && ((stopped && words >= 4) || (words >= LONG))
}

/// Runs the examples of the speaker rules; one message for each that fails.
///
/// # Errors
/// Where a rule file is malformed.
pub(crate) fn check(models: &Models) -> Result<Vec<String>> {
    let files = models.rules("quote")?;
    Speech::new(models, &files)?.check(models, &files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_examples() {
        let problems = check(&Models::bundled().unwrap()).unwrap();
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }

    mod arbitrary {
        use super::*;
        use crate::coreference::CoreferenceFinder;
        use crate::relation::RelationFinder;
        use crate::schema::{Mention, Span};
        use crate::token::Tokenizer;
        use proptest::prelude::*;
        use std::collections::BTreeSet;
        use std::sync::LazyLock;

        static ROOMS: LazyLock<(Tokenizer, CoreferenceFinder, RelationFinder, QuoteFinder)> =
            LazyLock::new(|| {
                let models = Models::bundled().unwrap();
                (
                    Tokenizer::new(&models).unwrap(),
                    CoreferenceFinder::new(&models).unwrap(),
                    RelationFinder::new(&models).unwrap(),
                    QuoteFinder::new(&models).unwrap(),
                )
            });

        const PIECES: [&str; 30] = [
            "\"", "“", "”", "'", " ", "\n", "(", ")", ",", ".", ":", "kata", "ujarnya", "dia",
            "Budi", "KPK", "Menteri", "menjabat", "itu", "pria", "asal", "dan", "alias", "-", "54",
            "tahun", "Kota", "PT", "é", "🙂",
        ];

        proptest! {
            #[test]
            fn any_text_with_any_mentions(
                pieces in prop::collection::vec((0..30usize, any::<bool>()), 0..60),
                spans in prop::collection::vec((0..60usize, 1..4usize, 0..7usize), 0..20),
            ) {
                let mut text = String::new();
                let mut ends = Vec::new();
                for (piece, spaced) in pieces {
                    let start = text.len();
                    text.push_str(PIECES[piece]);
                    ends.push((start, text.len()));
                    text.push_str(if spaced { " " } else { "" });
                }
                let mentions: Vec<Mention> = spans.into_iter().filter_map(|(from, count, label)| {
                    let (start, _) = *ends.get(from)?;
                    let (_, end) = *ends.get((from + count - 1).min(ends.len() - 1))?;
                    let span = Span::new(start, end);
                    let text = span.of(&text).to_owned();
                    let label = Label::ALL[label];
                    Some(Mention { span, text, label, score: None, found_by: None })
                }).collect();
                let (tokenizer, coreference, relation, quote) = &*ROOMS;
                let tokens = tokenizer.tokenize(&text);
                let given: BTreeSet<_> = mentions.iter().map(|m| (m.span.start, m.span.end)).collect();
                let found = coreference.find(&tokens, mentions);
                let all = found.entities.iter().flat_map(|e| &e.mentions);
                let ours = all.filter(|m| m.found_by.is_none());
                let ours: BTreeSet<_> = ours.map(|m| (m.span.start, m.span.end)).collect();
                prop_assert_eq!(ours, given);
                let layers = Layers::new(&tokens, &found.entities, &[], &[], &found.anaphors, None);
                let relations = relation.find(&layers);
                for q in quote.find(&layers, &relations) {
                    prop_assert!(!q.span.of(&text).is_empty());
                }
            }
        }
    }
}
