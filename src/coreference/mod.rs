//! Mentions to entities, and what pronouns and nominals stand for.

use crate::schema::{Entity, EntityId};
use std::ops::Range;

/// Something unnamed that stands for an entity: `ia`, `-nya`, `pria itu`, `perusahaan tersebut`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Anaphor {
    /// Its tokens; for the clitic -nya the whole word.
    pub tokens: Range<usize>,
    /// What it stands for.
    pub entity: EntityId,
}

/// What the stage gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Coreference {
    /// Entities by first mention, ids from 1.
    pub entities: Vec<Entity>,
    /// Resolved pronouns and nominals in order.
    pub anaphors: Vec<Anaphor>,
}
