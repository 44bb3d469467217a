//! Offices, ranks and professions before a name that the tagger left unmarked: `petugas penyuluh
//! lapangan Kecamatan Suoh, Seto`, `Kadishub Joko`.
//!
//! A title of `lexicon/titles.tsv` is one where nothing but its portfolio, an organisation, a place, a
//! bracket or a form of address stands between it and the person; elsewhere the same word may speak of
//! anybody, so nothing is added there.

use crate::error::Result;
use crate::models::Models;
use crate::schema::{Label, Mention};
use crate::token::{Kind, Lookup, Tokens};
use std::ops::Range;

/// Finds titles.
pub(super) struct Titles {
    titles: Lookup,
    /// First words of organisation names that keep a title outside: `Ketua | Komisi X`.
    heads: Lookup,
    small: Lookup,
}

/// Words of a portfolio behind the head of a title.
const PORTFOLIO: usize = 5;

/// Words that say too little of a person to be a title, or name a group.
const VAGUE: [&str; 8] = [
    "tokoh", "bintang", "polisi", "tim", "artis", "aktris", "aktor", "legenda",
];

/// Words that end no portfolio: what follows them is another's name.
const STOPS: [&str; 12] = [
    "milik",
    "tipe",
    "mantan",
    "eks",
    "sekaligus",
    "asal",
    "tak",
    "tidak",
    "usai",
    "bantah",
    "sebut",
    "minta",
];

/// Tokens between a title and its person.
const REACH: usize = 16;

impl Titles {
    pub(super) fn new(models: &Models) -> Result<Self> {
        Ok(Self {
            titles: Lookup::new(models, &["titles"])?,
            heads: Lookup::new(models, &["organisation_heads"])?,
            small: Lookup::new(models, &["prepositions", "conjunctions", "pronouns"])?,
        })
    }

    /// The titles that stand before a person among `mentions`, which lie at `ranges`, and overlap none.
    pub(super) fn find(
        &self,
        tokens: &Tokens<'_>,
        mentions: &[Mention],
        ranges: &[Range<usize>],
    ) -> Vec<Mention> {
        let mut found = Vec::new();
        let mut next = 0;
        let mut at = 0;
        while at < tokens.len() {
            while ranges.get(next).is_some_and(|r| r.start < at) {
                next += 1;
            }
            let ahead = || ranges[next..].iter().zip(&mentions[next..]);
            if let Some(range) = ranges.get(next).filter(|r| r.start == at) {
                at = range.end.max(at + 1);
                continue;
            }
            // most words begin no title
            let Some(head) = self.head(tokens, at) else {
                at += 1;
                continue;
            };
            let covered = ahead().next().is_some_and(|(r, _)| r.start < head);
            let taken = next.checked_sub(1).map_or(0, |last| ranges[last].end);
            let begin = match covered {
                true => None,
                false => self.begin(tokens, at, taken),
            };
            let end = begin.and_then(|_| self.title(tokens, at, head, ahead()));
            match begin.zip(end) {
                Some((begin, end)) => {
                    let span = tokens.span(begin..end);
                    found.push(Mention {
                        span,
                        text: span.of(tokens.text()).to_owned(),
                        label: Label::Rol,
                        score: Some(0.6),
                        found_by: Some("title-before-name".into()),
                    });
                    at = end;
                }
                None => at = head,
            }
        }
        found
    }

    /// Whether a name is nothing but a title in short: `Menag`, tagged as a person.
    pub(super) fn is_title(&self, tokens: &Tokens<'_>, range: &Range<usize>) -> bool {
        self.head(tokens, range.start) == Some(range.end)
            && self
                .titles
                .longest(tokens, range.start)
                .is_some_and(|f| self.titles.entries()[f.entry].value == "office")
    }

    /// Where the title's head that begins at `at` ends.
    fn head(&self, tokens: &Tokens<'_>, at: usize) -> Option<usize> {
        let mut found = self.titles.all(tokens, at);
        let value = |entry: usize| self.titles.entries()[entry].value.as_str();
        let found = found.next()?;
        let title = matches!(value(found.entry), "office" | "rank" | "profession");
        (title && !VAGUE.contains(&tokens.lower(at))).then_some(found.end)
    }

    /// Where the title whose head stands at `at` begins: `Wakil Kapolda`; nowhere where the word before
    /// makes a group or a name of it: `para guru`, `Tuan Guru`.
    fn begin(&self, tokens: &Tokens<'_>, at: usize, taken: usize) -> Option<usize> {
        let sentence = tokens.sentence(tokens.sentence_of(at)).start;
        if at <= sentence.max(taken) {
            return Some(at);
        }
        let before = at - 1;
        match tokens.lower(before) {
            "para" | "sejumlah" | "beberapa" | "banyak" | "bukan" => None,
            "wakil" | "deputy" | "vice" | "plt" | "plt." | "pj" | "pj." | "plh" | "pjs" => {
                Some(before)
            }
            _ => {
                let named = |at: usize| {
                    tokens
                        .get(at)
                        .is_some_and(|t| t.capital && t.kind == Kind::Word)
                };
                let name = before > sentence && named(before) && named(at);
                (!name || self.titles.longest(tokens, before).is_some()).then_some(at)
            }
        }
    }

    /// Where the title ends whose head is `start..head`, if it leads to a person.
    fn title<'m>(
        &self,
        tokens: &Tokens<'_>,
        start: usize,
        head: usize,
        ahead: impl Iterator<Item = (&'m Range<usize>, &'m Mention)>,
    ) -> Option<usize> {
        let limit = tokens
            .sentence(tokens.sentence_of(start))
            .end
            .min(head + REACH);
        let mut ahead = ahead.peekable();
        let (mut end, mut at) = (head, head);
        let mut open = true;
        let mut capitals = 0;
        let mut comma = false;
        while at < limit {
            while ahead.next_if(|(r, _)| r.start < at).is_some() {}
            if let Some((range, mention)) = ahead.next_if(|(r, _)| r.start == at) {
                match mention.label {
                    Label::Per => {
                        // the client of `kuasa hukum Budi`, unless `kuasa hukum Budi, Sari`
                        let client = matches!(tokens.lower(head - 1), "hukum" | "hukumnya");
                        let mut other = || {
                            tokens.lower(range.end) == ","
                                && ahead
                                    .any(|(r, m)| r.start == range.end + 1 && m.label == Label::Per)
                        };
                        return (!client || at > head || other()).then_some(end);
                    }
                    Label::Rol => {}
                    Label::Org | Label::Loc if comma => return None,
                    Label::Org | Label::Loc => {
                        let generic = mention.label == Label::Org
                            && self.heads.longest(tokens, at).is_some_and(|found| {
                                self.heads.entries()[found.entry].value == "generic"
                            });
                        if open && at == end && !generic {
                            end = range.end;
                        }
                    }
                    _ => return None,
                }
                open = false;
                at = range.end.max(at + 1);
                continue;
            }
            let token = tokens.get(at)?;
            let lower = tokens.lower(at);
            let courtesy = self.titles.longest(tokens, at).filter(|found| {
                let value = self.titles.entries()[found.entry].value.as_str();
                matches!(value, "courtesy" | "academic" | "rank")
            });
            at = match (lower, courtesy) {
                (_, Some(found)) if token.capital => {
                    open = false;
                    found.end
                }
                ("(", _) => {
                    open = false;
                    (at..limit.min(at + 6)).find(|&i| tokens.lower(i) == ")")? + 1
                }
                (",", _) if at > head && !comma => {
                    open = false;
                    comma = true;
                    at + 1
                }
                ("di" | "dari" | "pada" | "untuk" | "bernama" | "berinisial", _) if !comma => {
                    open = false;
                    at + 1
                }
                ("dan" | "/" | "-", _) if open && at > head => at + 1,
                _ if comma || token.kind == Kind::Quote || token.kind == Kind::Punctuation => {
                    return None;
                }
                _ if open => {
                    let verb = !token.capital
                        && lower.len() > 5
                        && ["me", "ber", "di", "ter"]
                            .iter()
                            .any(|p| lower.starts_with(p));
                    let small = self.small.longest(tokens, at).is_some()
                        || STOPS.contains(&lower)
                        || lower.ends_with("nya");
                    if verb || small || at >= head + PORTFOLIO {
                        return None;
                    }
                    end = at + 1;
                    end
                }
                _ if token.capital && capitals < 4 => {
                    capitals += 1;
                    at + 1
                }
                _ => return None,
            };
        }
        None
    }
}
