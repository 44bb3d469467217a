//! peristiwa: Indonesian news in, structured events out.

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
mod time;
mod token;
#[cfg(feature = "train")]
mod train;

pub use entity::EntityFinder;
pub use error::{Error, ErrorKind, Result};
pub use models::Models;
pub use pipeline::Annotator;
pub use quantity::QuantityFinder;
pub use schema::*;
pub use score::score;
pub use time::{FoundTimes, TimeFinder};
pub use token::{Tokenizer, Tokens};
