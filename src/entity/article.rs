//! What the rest of the article says about a word: news repeats its names.

use super::gazetteer::{Gazetteer, Hits};
use crate::token::{Key, Kind, Tokens};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Which letters a sentence has, and so what capitals mean in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mode {
    /// Capitals mark names.
    #[default]
    Mixed,
    /// No capital anywhere: lower-cased text.
    Lower,
    /// Capitals throughout: a headline in capitals.
    Upper,
    /// Every word begins with one: a headline.
    Title,
}

/// Contexts in which a word may stand, as bits.
const CONTEXTS: usize = 12;

/// What is known of one word in the whole article.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    lower: u16,
    capital: u16,
    contexts: [u16; CONTEXTS],
    /// The longest run of capitalised words that it stands in: begin and length.
    run: (u32, u32),
}

/// Runs of capitalised words and word statistics of one text; buffers are reused.
#[derive(Default)]
pub(super) struct Article {
    seen: FxHashMap<Key, Seen>,
    modes: Vec<Mode>,
    /// The run that each token stands in; empty where it stands in none.
    runs: Vec<(u32, u32)>,
    contexts: Vec<u16>,
    /// Brackets in the middle of a run, and what stands in them.
    bridges: Vec<bool>,
    parens: Vec<bool>,
    /// The token stands in a run whose initials follow in brackets, or is those initials.
    acronyms: Vec<u8>,
}

/// What other occurrences of a word say about it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Elsewhere {
    /// 0 never, 1 once, 2 more often.
    pub lower: u8,
    /// 0 never, 1 once, 2 more often.
    pub capital: u8,
    /// Contexts of other occurrences, one bit each.
    pub contexts: u16,
    /// A longer run elsewhere: its first token, its length and where in it the word stands.
    pub run: Option<(usize, usize)>,
}

/// Sets of lexicon classes that contexts are made of.
pub(super) struct Cues {
    titles: u128,
    given: u128,
    kinship: u128,
    speech: u128,
    places: u128,
    organisations: u128,
    organisation_heads: u128,
    place_heads: u128,
}

impl Cues {
    pub(super) fn new(gazetteer: &Gazetteer) -> Self {
        Self {
            titles: gazetteer.set_of(&["titles", "roles"]),
            given: gazetteer.set_of(&["given_names", "family_names"]),
            kinship: gazetteer.set_of(&["kinship"]),
            speech: gazetteer.set_of(&["speech_verbs"]),
            places: gazetteer.set_of(&["places", "villages"]),
            organisations: gazetteer.set_of(&["organisations"]),
            organisation_heads: gazetteer.set_of(&["organisation_heads"]),
            place_heads: gazetteer.set_of(&["place_heads"]),
        }
    }
}

impl Article {
    pub(super) fn read(&mut self, tokens: &Tokens<'_>, hits: &Hits, cues: &Cues) {
        self.read_modes(tokens);
        self.read_runs(tokens);
        self.read_parens(tokens);
        self.read_acronyms(tokens);
        self.contexts.clear();
        self.seen.clear();
        for (at, token) in tokens.iter().enumerate() {
            let contexts = self.context(tokens, hits, cues, at);
            self.contexts.push(contexts);
            if token.kind != Kind::Word {
                continue;
            }
            let sentence = tokens.sentence_of(at);
            let mode = self.modes.get(sentence).copied().unwrap_or_default();
            let first = tokens.sentence(sentence).start == at;
            let seen = self.seen.entry(token.key).or_default();
            if !token.capital {
                seen.lower = seen.lower.saturating_add(1);
            } else if mode == Mode::Mixed && !first {
                seen.capital = seen.capital.saturating_add(1);
            }
            if token.capital || mode != Mode::Mixed {
                for (bit, count) in seen.contexts.iter_mut().enumerate() {
                    *count += contexts >> bit & 1;
                }
            }
            let (start, end) = self.runs[at];
            if mode == Mode::Mixed && end - start > seen.run.1 {
                seen.run = (start, end - start);
            }
        }
    }

    pub(super) fn mode(&self, sentence: usize) -> Mode {
        self.modes.get(sentence).copied().unwrap_or_default()
    }

    pub(super) fn run(&self, at: usize) -> Range<usize> {
        self.runs
            .get(at)
            .map_or(0..0, |&(start, end)| start as usize..end as usize)
    }

    pub(super) fn in_parens(&self, at: usize) -> bool {
        self.parens.get(at).copied().unwrap_or(false)
    }

    pub(super) fn is_bridge(&self, at: usize) -> bool {
        self.bridges.get(at).copied().unwrap_or(false)
    }

    pub(super) fn acronym(&self, at: usize) -> u8 {
        self.acronyms.get(at).copied().unwrap_or(0)
    }

    /// What the other occurrences of the word at `at` say.
    pub(super) fn elsewhere(&self, tokens: &Tokens<'_>, at: usize) -> Elsewhere {
        let Some((token, seen)) = tokens
            .get(at)
            .and_then(|t| Some((t, self.seen.get(&t.key)?)))
        else {
            return Elsewhere::default();
        };
        let mode = self.mode(tokens.sentence_of(at));
        let first = tokens.sentence(tokens.sentence_of(at)).start == at;
        let own = u16::from(token.capital && mode == Mode::Mixed && !first);
        let counted = token.capital || mode != Mode::Mixed;
        let mut contexts = 0;
        for (bit, &count) in seen.contexts.iter().enumerate() {
            let mine = if counted {
                self.contexts[at] >> bit & 1
            } else {
                0
            };
            contexts |= u16::from(count > mine) << bit;
        }
        let (start, end) = self.runs[at];
        let longer = seen.run.1 > end - start && counted;
        Elsewhere {
            lower: (seen.lower.saturating_sub(u16::from(!token.capital))).min(2) as u8,
            capital: (seen.capital - own).min(2) as u8,
            contexts,
            run: longer.then_some((seen.run.0 as usize, seen.run.1 as usize)),
        }
    }

    fn read_modes(&mut self, tokens: &Tokens<'_>) {
        self.modes.clear();
        let any = tokens
            .iter()
            .filter(|t| t.kind == Kind::Word && t.capital)
            .count();
        let words = tokens.iter().filter(|t| t.kind == Kind::Word).count();
        for sentence in tokens.sentences() {
            let (mut all, mut capital, mut upper) = (0, 0, 0);
            for at in sentence {
                if let Some(token) = tokens.get(at).filter(|t| t.kind == Kind::Word) {
                    all += 1;
                    capital += usize::from(token.capital);
                    upper += usize::from(token.upper && token.span.len() > 1);
                }
            }
            self.modes.push(if any * 50 < words || any == 0 {
                Mode::Lower
            } else if all >= 3 && upper * 10 >= all * 8 {
                Mode::Upper
            } else if all >= 5 && capital * 10 >= all * 9 {
                Mode::Title
            } else {
                Mode::Mixed
            });
        }
    }

    /// Runs of capitalised words, with one small word or mark between: `Badan Narkotika Nasional`,
    /// `Kementerian Hukum dan HAM`.
    fn read_runs(&mut self, tokens: &Tokens<'_>) {
        self.runs.clear();
        self.bridges.clear();
        self.bridges.resize(tokens.len(), false);
        self.runs.resize(tokens.len(), (0, 0));
        let strong = |at: usize| {
            tokens
                .get(at)
                .is_some_and(|t| t.capital && t.kind == Kind::Word)
        };
        for sentence in tokens.sentences() {
            let mut at = sentence.start;
            while at < sentence.end {
                if !strong(at) {
                    at += 1;
                    continue;
                }
                let start = at;
                let mut end = at + 1;
                while end < sentence.end {
                    let figure = tokens.get(end).is_some_and(|t| t.kind == Kind::Number);
                    let link = matches!(
                        tokens.lower(end),
                        "dan"
                            | "of"
                            | "de"
                            | "and"
                            | "the"
                            | "bin"
                            | "binti"
                            | "&"
                            | "-"
                            | "al"
                            | "untuk"
                    );
                    if strong(end) || figure {
                        end += 1;
                    } else if link && end + 1 < sentence.end && strong(end + 1) {
                        end += 2;
                    } else if end + 3 < sentence.end
                        && tokens.lower(end) == "("
                        && strong(end + 1)
                        && tokens.lower(end + 2) == ")"
                        && strong(end + 3)
                        && tokens.get(end + 1).is_some_and(|t| t.span.len() > 1)
                    {
                        // `Pengadilan Negeri (PN) Semarang` is one name
                        self.bridges[end..end + 3].fill(true);
                        end += 4;
                    } else {
                        break;
                    }
                }
                for slot in &mut self.runs[start..end] {
                    *slot = (start as u32, end as u32);
                }
                at = end;
            }
        }
    }

    fn read_parens(&mut self, tokens: &Tokens<'_>) {
        self.parens.clear();
        for sentence in tokens.sentences() {
            let mut open = 0usize;
            for at in sentence {
                if tokens.lower(at) == ")" {
                    open = open.saturating_sub(1);
                }
                self.parens.push(open > 0);
                if tokens.lower(at) == "(" {
                    open += 1;
                }
            }
        }
    }

    /// `Komisi Pemberantasan Korupsi (KPK)`: 1 for the run's words from the initial on, 2 for the initials.
    fn read_acronyms(&mut self, tokens: &Tokens<'_>) {
        self.acronyms.clear();
        self.acronyms.resize(tokens.len(), 0);
        for at in 2..tokens.len() {
            let short = tokens.lower(at);
            let bracketed = tokens.lower(at - 1) == "(" && tokens.lower(at + 1) == ")";
            if !bracketed || !short.is_ascii() || short.len() < 2 || short.len() > 12 {
                continue;
            }
            let run = self.run(at - 2);
            let run = run.start..run.end.min(at - 1);
            let Some(initial) = short.chars().next() else {
                continue;
            };
            let begin = run
                .clone()
                .find(|&word| tokens.lower(word).starts_with(initial) && word + 1 < run.end);
            if let Some(begin) = begin {
                self.acronyms[begin..at - 1].fill(1);
                self.acronyms[at] = 2;
            }
        }
    }

    /// The context of one occurrence.
    fn context(&self, tokens: &Tokens<'_>, hits: &Hits, cues: &Cues, at: usize) -> u16 {
        let run = self.run(at);
        let (start, end) = if run.is_empty() {
            (at, at + 1)
        } else {
            (run.start, run.end)
        };
        let before = at.checked_sub(1);
        let head = start.checked_sub(1);
        let set = |token: Option<usize>| token.map_or(0, |token| hits.set(token));
        let word = |token: Option<usize>| token.map_or("", |token| tokens.lower(token));
        let own = hits.set(at);
        let figure = tokens.lower(end) == "("
            && tokens
                .get(end + 1)
                .is_some_and(|t| t.number.is_some_and(|n| n.plain && n.digits == 2))
            && tokens.lower(end + 2) == ")";
        let bits = [
            (set(before) | set(head)) & cues.titles != 0,
            set(before) & cues.given != 0 && before >= Some(start),
            set(head) & cues.kinship != 0,
            (set(head) | hits.set(end)) & cues.speech != 0,
            matches!(word(head), "di" | "ke" | "dari"),
            figure,
            self.in_parens(at),
            own & cues.places != 0,
            own & cues.organisations != 0,
            hits.set(start) & cues.organisation_heads != 0,
            hits.set(start) & cues.place_heads != 0,
            own & cues.given != 0,
        ];
        bits.iter()
            .enumerate()
            .fold(0, |all, (bit, &on)| all | u16::from(on) << bit)
    }
}
