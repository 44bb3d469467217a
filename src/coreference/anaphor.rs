//! What pronouns, the clitic -nya and nominals stand for.
//!
//! One walk over the sentences with what they are about: the subject of the last sentence for persons,
//! the last one named for organisations and places. Words: `lexicon/pronouns.tsv`, `nominals.tsv`,
//! `speech_verbs.tsv`, `subject_bars.tsv` (words after which a name is no subject), `fixed_clitics.tsv`
//! (words whose -nya stands for nobody).

use super::Anaphor;
use crate::error::Result;
use crate::models::Models;
use crate::schema::{Entity, EntityId, Label};
use crate::token::{Kind, Lookup, Tokens};
use std::ops::Range;

/// Resolves what is unnamed.
pub(super) struct Resolver {
    pronouns: Lookup,
    nominals: Lookup,
    speech: Lookup,
    bars: Lookup,
    fixed: Lookup,
}

/// What the text is about so far.
#[derive(Default)]
struct Focus {
    /// The person whom the last sentence was about.
    person: Option<usize>,
    /// The person before that one.
    person_before: Option<usize>,
    /// The last organisation named as a subject, else the last one named.
    body: Option<usize>,
    /// The last place.
    place: Option<usize>,
}

/// A mention with its entity, by position.
#[derive(Clone)]
struct Named {
    tokens: Range<usize>,
    entity: usize,
    label: Label,
}

/// Tokens that a nominal may hold between its head and `itu`.
const REACH: usize = 7;

/// The same where a relative clause stands between them.
const CLAUSE: usize = 14;

impl Resolver {
    pub(super) fn new(models: &Models) -> Result<Self> {
        Ok(Self {
            pronouns: Lookup::new(models, &["pronouns"])?,
            nominals: Lookup::new(models, &["nominals"])?,
            speech: Lookup::new(models, &["speech_verbs"])?,
            bars: Lookup::new(models, &["subject_bars"])?,
            fixed: Lookup::new(models, &["fixed_clitics"])?,
        })
    }

    pub(super) fn find(&self, tokens: &Tokens<'_>, entities: &[Entity]) -> Vec<Anaphor> {
        let mut named: Vec<Named> = Vec::new();
        for (index, entity) in entities.iter().enumerate() {
            named.extend(entity.mentions.iter().map(|m| Named {
                tokens: tokens.covered(m.span),
                entity: index,
                label: entity.label,
            }));
        }
        named.sort_by_key(|n| (n.tokens.start, std::cmp::Reverse(n.tokens.end)));
        let mut anaphors = Vec::new();
        let mut focus = Focus::default();
        let mut next = 0;
        let mut quoted = false;
        for sentence in tokens.sentences() {
            let from = next;
            while named
                .get(next)
                .is_some_and(|n| n.tokens.start < sentence.end)
            {
                next += 1;
            }
            if tokens.get(sentence.start).is_some_and(|t| t.line_break) {
                quoted = false;
            }
            self.sentence(
                tokens,
                sentence,
                &named[from..next],
                &mut focus,
                &mut quoted,
                &mut anaphors,
            );
        }
        anaphors
    }

    fn sentence(
        &self,
        tokens: &Tokens<'_>,
        sentence: Range<usize>,
        named: &[Named],
        focus: &mut Focus,
        quoted: &mut bool,
        anaphors: &mut Vec<Anaphor>,
    ) {
        let mut subject: Option<usize> = None;
        let mut weak: Option<usize> = None;
        let mut body: Option<usize> = None;
        // inside quotations: who speaks, and who was named there
        let mut speaker: Option<Option<usize>> = None;
        let mut spoken_of: Option<usize> = None;
        let named_here = named;
        let mut waiting = named.iter().peekable();
        let mut at = sentence.start;
        while at < sentence.end {
            let Some(token) = tokens.get(at) else { break };
            if token.kind == Kind::Quote {
                *quoted = !*quoted;
            }
            let mut inside = None;
            let mut titled = false;
            let mut office = None;
            while let Some(name) = waiting.next_if(|n| n.tokens.start <= at) {
                inside = inside.max(Some(name.tokens.end));
                titled |= name.label == Label::Rol;
                match name.label {
                    Label::Per if *quoted => spoken_of = Some(name.entity),
                    Label::Per if !*quoted => {
                        if subject.is_none()
                            && self.is_subject(tokens, &name.tokens, sentence.start)
                        {
                            subject = Some(name.entity);
                        }
                        // `(Budi/Kabar)` took the picture
                        let credit = tokens.lower(name.tokens.end) == "/"
                            || matches!(tokens.lower(at.wrapping_sub(1)), "/" | "(");
                        let barred =
                            credit || self.bars.longest(tokens, at.wrapping_sub(1)).is_some();
                        if weak.is_none() && !barred {
                            weak = Some(name.entity);
                        }
                    }
                    Label::Org => {
                        let source = tokens.get(at).is_some_and(|t| t.kind == Kind::Address);
                        if body.is_none() && !*quoted && !source {
                            focus.body = Some(name.entity);
                        }
                        body = body.or(Some(name.entity));
                    }
                    Label::Loc => focus.place = Some(name.entity),
                    Label::Rol if name.tokens.start == at => office = Some(name.tokens.clone()),
                    _ => {}
                }
            }
            let person = subject.or(focus.person).or(weak);
            if let Some(title) = office
                && let Some(pointer) = self.pointer(tokens, title.end, sentence.end, false)
                && let Some(entity) = person.or(focus.person)
            {
                anaphors.push(Anaphor {
                    tokens: at..pointer + 1,
                    entity: EntityId(entity as u32 + 1),
                });
                if !*quoted && person.is_none() {
                    subject = Some(entity);
                }
            }
            // `Bank Permata ini` is a name, and no `bank ini`
            let named = inside.is_some_and(|end| end > at) && !titled;
            let found = match (named, *quoted) {
                (true, _) => None,
                // who speaks does not call themselves `dia`
                (false, true) => {
                    let speaker = *speaker.get_or_insert_with(|| {
                        self.speaker(tokens, named_here, at).or(focus.person)
                    });
                    let other = [focus.person, focus.person_before].into_iter().flatten();
                    let other =
                        spoken_of.or_else(|| other.into_iter().find(|&p| Some(p) != speaker));
                    self.anaphor(tokens, at, sentence.end, focus, (other, true), anaphors)
                }
                (false, false) => {
                    self.anaphor(tokens, at, sentence.end, focus, (person, false), anaphors)
                }
            };
            if let Some(entity) = found
                && !*quoted
                && subject.is_none()
                && weak.is_none()
            {
                subject = Some(entity);
            }
            at = match inside {
                Some(end)
                    if end > at + 1 && waiting.peek().is_none_or(|n| n.tokens.start >= end) =>
                {
                    end
                }
                _ => at + 1,
            };
        }
        if let Some(person) = subject.or(weak)
            && focus.person != Some(person)
        {
            focus.person_before = focus.person;
            focus.person = Some(person);
        }
    }

    /// Whether a person's name is the subject of a verb that follows, or of a speech verb before it.
    fn is_subject(&self, tokens: &Tokens<'_>, name: &Range<usize>, begin: usize) -> bool {
        let said = (1..=4).any(|back| {
            name.start >= begin + back && self.speech.longest(tokens, name.start - back).is_some()
        });
        if said {
            return true;
        }
        let after = tokens.lower(name.end);
        const LEADS: [&str; 18] = [
            "juga", "akan", "telah", "sudah", "pun", "tidak", "lantas", "kembali", "sendiri",
            "masih", "belum", "lalu", "kemudian", "sempat", "pernah", "harus", "ingin", "yakin",
        ];
        const PREFIXES: [&str; 4] = ["me", "ber", "di", "ter"];
        let barred = name.start > begin && self.bars.longest(tokens, name.start - 1).is_some();
        let verb = after.len() > 4 && PREFIXES.iter().any(|p| after.starts_with(p));
        !barred && (verb || LEADS.contains(&after))
    }

    /// The person of a speech verb after token `at`.
    fn speaker(&self, tokens: &Tokens<'_>, named: &[Named], at: usize) -> Option<usize> {
        let mut after = named
            .iter()
            .filter(|n| n.label == Label::Per && n.tokens.start > at);
        let said = |n: &&Named| {
            (1..=4).any(|back| {
                self.speech
                    .longest(tokens, n.tokens.start.saturating_sub(back))
                    .is_some()
            })
        };
        after.find(said).map(|n| n.entity)
    }

    /// Where `itu`, `tersebut` or `ini` closes the phrase whose head ends at `from`; `long` where it may
    /// say more: `pria kelahiran Solo, 13 April 1970 ini`, `pria yang menjabat sebagai Ketua KPK itu`.
    fn pointer(&self, tokens: &Tokens<'_>, from: usize, end: usize, long: bool) -> Option<usize> {
        let relative = long && tokens.lower(from) == "yang";
        let reach = if relative { CLAUSE } else { REACH };
        for at in from + usize::from(relative)..end.min(from + reach) {
            let token = tokens.get(at)?;
            match tokens.lower(at) {
                "itu" | "tersebut" | "ini" => {
                    // `saat itu`, `tahun ini` point at a time
                    let before = tokens.lower(at - 1);
                    let time = matches!(
                        before,
                        "saat"
                            | "tahun"
                            | "hari"
                            | "bulan"
                            | "pekan"
                            | "minggu"
                            | "waktu"
                            | "masa"
                            | "kala"
                            | "ketika"
                            | "malam"
                            | "pagi"
                            | "siang"
                            | "sore"
                            | "musim"
                            | "karena"
                            | "kali"
                            | "seperti"
                            | "di"
                    );
                    return (!time).then_some(at);
                }
                "pada" | "karena" | "agar" | "sehingga" | "ketika" | "saat" | "untuk"
                    if !relative =>
                {
                    return None;
                }
                "," if long => {
                    let next = tokens.get(at + 1)?;
                    let place = next.capital || next.kind == Kind::Number;
                    if !place || relative {
                        return None;
                    }
                }
                "," | "." | "yang" => return None,
                "dan" | "(" if !relative => return None,
                _ if token.kind == Kind::Quote => return None,
                // the phrase has ended where its verb stands
                verb if !relative
                    && !token.capital
                    && verb.len() > 5
                    && (verb.starts_with("me") || (!long && verb.starts_with("ber"))) =>
                {
                    return None;
                }
                _ => {}
            }
        }
        None
    }

    /// Adds the anaphor that begins at `at`, where one does, and gives the person that it stands for.
    fn anaphor(
        &self,
        tokens: &Tokens<'_>,
        at: usize,
        end: usize,
        focus: &Focus,
        (subject, quoted): (Option<usize>, bool),
        anaphors: &mut Vec<Anaphor>,
    ) -> Option<usize> {
        let token = tokens.get(at)?;
        let about = if quoted { None } else { focus.person };
        if token.kind != Kind::Word {
            return None;
        }
        let mut add = |tokens: Range<usize>, entity: Option<usize>| {
            let entity = entity?;
            anaphors.push(Anaphor {
                tokens,
                entity: EntityId(entity as u32 + 1),
            });
            Some(entity)
        };
        if let Some(found) = self.pronouns.longest(tokens, at) {
            let entity = match self.pronouns.entries()[found.entry].value.as_str() {
                "3sg" => subject.or(about),
                // several persons have no id; a body may be spoken of as `mereka`
                "3pl" if focus.person.is_none() => {
                    add(at..found.end, focus.body);
                    return None;
                }
                _ => None,
            };
            return add(at..found.end, entity);
        }
        if let Some(found) = self.nominals.longest(tokens, at) {
            let pointer = self.pointer(tokens, found.end, end, true);
            // `13 perusahaan tersebut` are many
            let before = at.checked_sub(1).map_or("", |before| tokens.lower(before));
            let many = matches!(
                before,
                "para"
                    | "kedua"
                    | "ketiga"
                    | "keempat"
                    | "seluruh"
                    | "semua"
                    | "sejumlah"
                    | "beberapa"
                    | "dua"
                    | "tiga"
                    | "empat"
                    | "lima"
            ) || at
                .checked_sub(1)
                .and_then(|b| tokens.get(b))
                .is_some_and(|t| t.kind == Kind::Number);
            if let Some(pointer) = pointer.filter(|_| !many) {
                let entity = match self.nominals.entries()[found.entry].value.as_str() {
                    "PER" => subject.or(about),
                    "ORG" => {
                        add(at..pointer + 1, focus.body);
                        return None;
                    }
                    "LOC" if pointer > found.end + 1 => return None,
                    "LOC" => {
                        add(at..pointer + 1, focus.place);
                        return None;
                    }
                    _ => None,
                };
                return add(at..pointer + 1, entity);
            }
        }
        if token.stem != token.key
            && tokens.lower(at).ends_with("nya")
            && self.fixed.longest(tokens, at).is_none()
        {
            // the object of an active verb is not its subject: `KPK menahannya`
            let object = tokens.lower(at).starts_with("me");
            let entity = match (object, subject) {
                (true, Some(subject)) => [focus.person, focus.person_before]
                    .into_iter()
                    .flatten()
                    .find(|&p| p != subject),
                (true, None) => about,
                (false, _) => subject.or(about),
            };
            add(at..at + 1, entity);
        }
        None
    }
}
