//! The rule language, its matcher, and the one conflict policy.
//!
//! In: pattern texts of the rule files, tokens, and what earlier stages marked on them ([`Marks`]).
//! Out: [`Match`]es with named captures, and with [`select`] those that win.
//!
//! | pattern | meets |
//! | --- | --- |
//! | `'word'` | that word, in any case, with or without a clitic; `'('` also marks; `'US$'` several tokens |
//! | `<months>` | an entry of `lexicon/months.tsv`, of one word or more, longest first |
//! | `<months:VALUE>` | an entry whose value is `VALUE`; several: `<titles:office,rank>` |
//! | `#` | a number in figures or words with its scale: `8,03 triliun`, `dua ratus` |
//! | `#1-31` | a whole number from 1 to 31, in plain digits or as one number phrase |
//! | `#2d1-31` | the same, printed with exactly two digits |
//! | `#clock` | figures `14.30`, `14,30` or `14.30.05` in one token, the value is hours + minutes / 100 |
//! | `{PER\|ORG}` | something marked: an entity label, `DATE` `TIME` `DURATION` `SET`, `MONEY` …, or a room's own label |
//! | `~vonis.passive\|noun` | forms of a root in these voices; without voices all; `~resmi+kan` with a suffix |
//! | `@capital` `@lower` `@upper` `@word` `@number` `@quote` `@punct` `@any` `@roman` | a token of that kind |
//! | `a b` | one after the other, inside one sentence |
//! | `a \| b`, `( … )` | either; grouping |
//! | `x?` `x*` `x+` | optional; any number of times; once or more (at most 12) |
//! | `..4` | up to four tokens, as few as possible |
//! | `name:x` | captures what `x` meets; nothing where `x` meets nothing |
//! | `!x` `&x` | looks ahead: must not, must follow; meets nothing |
//! | `^` `$` | begin and end of the sentence |
//! | `_` | no white space before the next token |

mod call;
mod compile;
mod given;
mod link;
mod matcher;
mod select;
mod syntax;

pub(crate) use call::{Call, Functions};
pub(crate) use compile::{Compiler, Pattern, PatternSet};
pub(crate) use given::Given;
pub(crate) use link::{Link, LinkSet, List};
pub(crate) use matcher::{Capture, Captured, Mark, Marks, Match};
pub(crate) use select::select;
