//! Quantities: MONEY PERCENT AGE COUNT MEASURE.
//!
//! In: tokens, the times found in them, and mentions. Out: every [`Quantity`](crate::schema::Quantity) in
//! order, with its number and unit; what lies inside a time or a name is none. The pipeline later drops
//! counts, measures and ages that no event or relation uses. Rules in `models/rules/quantity`.
//!
//! ```
//! use peristiwa::{Models, QuantityFinder, Tokenizer};
//! let models = Models::bundled()?;
//! let (tokenizer, finder) = (Tokenizer::new(&models)?, QuantityFinder::new(&models)?);
//! let tokens = tokenizer.tokenize("Kerugian mencapai Rp 8,03 triliun.");
//! let found = finder.find(&tokens, &[], &[]);
//! assert_eq!((found[0].text.as_str(), found[0].value), ("Rp 8,03 triliun", 8.03e12));
//! # Ok::<(), peristiwa::Error>(())
//! ```

mod examples;
mod find;
#[cfg(test)]
mod tests;

pub(crate) use examples::check_examples;
pub use find::QuantityFinder;
