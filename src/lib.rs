//! peristiwa: Indonesian news in, structured events out: who did what, to whom, where and when.
//!
//! [`Models`] holds what the program knows, [`Annotator`] runs every stage, an [`Article`] goes in and an
//! [`Annotation`] comes out. Loading may fail, loudly; annotating may not.
//!
//! ```
//! use peristiwa::{Annotator, Article, Models};
//!
//! let annotator = Annotator::new(&Models::bundled()?)?;
//! let article = Article::new("Budi Santoso dilantik sebagai Bupati Sleman pada Selasa (13/8).")
//!     .published("2024-08-14".parse().unwrap());
//! let annotation = annotator.annotate(&article);
//! assert_eq!(annotation.entities[0].name, "Budi Santoso");
//! assert_eq!(annotation.times[0].value, "2024-08-13");
//! assert_eq!(&*annotation.events[0].kind, "personnel.start");
//!
//! // many at once, in parallel, in the same order
//! let annotations = annotator.annotate_all(&[article.clone().id("a1"), article.id("a2")]);
//! assert_eq!(annotations[1].id, "a2");
//! # Ok::<(), peristiwa::Error>(())
//! ```
//!
//! The path of an article, a module each: `token` (words, sentences, clauses), `entity` (the tagger),
//! `time` and `quantity` (rules over `pattern`), `coreference`, `relation`, `quote`, `event`; `pipeline`
//! joins them. [`TimeFinder`], [`QuantityFinder`] and [`EntityFinder`] work alone over the [`Tokens`] of a
//! [`Tokenizer`]. [`score()`] measures an output, [`mod@check`] looks after the data files, [`view`] makes pages to look at,
//! `table` makes Arrow tables of many annotations.
//!
//! Features: `bundled` embeds `models/`, `cli` is the command, `serve` its HTTP server, `arrow` the tables, `parquet` and
//! `warc` formats of the command, `train` makes weights from corpora,
//! `train-neural` those of the recurrent tagger; `bert` runs transformers as the tagger ([`Annotator::bert`], [`Bert`]) and
//! needs libtorch, without it loading one is an error that says so.

// a build without the command has no use for what only the command calls
#![cfg_attr(not(feature = "cli"), allow(dead_code, unused_imports))]

pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
mod coreference;
mod entity;
mod error;
mod event;
mod models;
mod pattern;
mod pipeline;
mod quantity;
mod quote;
mod relation;
mod schema;
pub mod score;
#[cfg(feature = "serve")]
mod serve;
#[cfg(feature = "arrow")]
pub mod table;
mod time;
mod token;
#[cfg(feature = "train")]
mod train;
pub mod view;

pub use entity::{Bert, EntityFinder, TaggerKind};
pub use error::{Error, ErrorKind, Result};
pub use models::Models;
pub use pipeline::Annotator;
pub use quantity::QuantityFinder;
pub use schema::*;
pub use score::score;
pub use time::{FoundTimes, TimeFinder};
pub use token::{Tokenizer, Tokens};
