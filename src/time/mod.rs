//! Time expressions with TIMEX3 values.
//!
//! In: tokens, the publication date where one is known, and mentions inside which a date is part of a
//! name. Out: [`FoundTimes`]. Two steps: *recognise* (`find`: rules of `models/rules/time` in layers,
//! each rule gives a `partial` of what the text says through a closed list of functions) and *resolve*
//! (`resolve`: filled from the publication date, the weekday and the times before).
//!
//! ```
//! use peristiwa::{Models, TimeFinder, Tokenizer};
//! let models = Models::bundled()?;
//! let (tokenizer, finder) = (Tokenizer::new(&models)?, TimeFinder::new(&models)?);
//! let tokens = tokenizer.tokenize("Ia dilantik pada Selasa (13/8) pukul 14.30 WIB.");
//! let found = finder.find(&tokens, Some("2024-08-14".parse().unwrap()), &[]);
//! assert_eq!(found.times[0].text, "Selasa (13/8) pukul 14.30 WIB");
//! assert_eq!(found.times[0].value, "2024-08-13T14:30+07:00");
//! # Ok::<(), peristiwa::Error>(())
//! ```

mod calendar;
mod captures;
mod examples;
mod facts;
mod find;
mod function;
mod names;
mod nearest;
mod partial;
mod range;
mod reference;
mod resolve;
#[cfg(test)]
mod tests;
mod timex;
mod value;

pub(crate) use examples::check_examples;
pub use find::{FoundTimes, TimeFinder};
pub(crate) use function::FUNCTIONS;
pub(crate) use partial::LABELS;
