//! Named entities and roles: mentions of PER ORG LOC LAW WORK NEV ROL.
//!
//! In: [`Tokens`]. Out: [`Mention`]s with byte spans, labels and calibrated scores, in order of
//! position, an outer one before those inside it.
//!
//! Two linear-chain taggers read one row of weights a feature: one for the flat labels, one for ROL,
//! which alone may contain others. `[[Menteri [[Kominfo|ORG]]|ROL]]` thus comes out as two mentions.
//!
//! ```ignore
//! let finder = EntityFinder::new(&models)?;
//! let mentions = finder.find(&tokenizer.tokenize("Budi Santoso tiba di Medan."));
//! assert_eq!(mentions[0].text, "Budi Santoso");
//! ```

mod article;
mod bert;
mod clusters;
mod decode;
mod either;
mod features;
mod find;
mod finder;
mod gazetteer;
mod linear;
pub(crate) mod neural;
mod rules;
mod second;
mod word;

pub use bert::Bert;
#[cfg(feature = "bert")]
pub(crate) use bert::{WEIGHTS, read_weights};
pub(crate) use clusters::Clusters;
pub use either::TaggerKind;
pub use find::EntityFinder;
pub(crate) use rules::check_examples;
#[cfg(feature = "train")]
pub(crate) use {
    clusters::Cluster,
    decode::{Lattice, Tags, viterbi},
    either::{encoder, pooled},
    features::{Extractor, TEMPLATES, Workspace},
    finder::Tagger,
    linear::{Calibration, Linear, TaggerModel},
};
