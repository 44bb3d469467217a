//! Relations between entities.

use crate::schema::{EntityId, Relation};

/// What the stage gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Relations {
    /// Triples, each once.
    pub relations: Vec<Relation>,
    /// A ROL entity that alone stands for a person, with that person.
    pub mentions_of: Vec<(EntityId, EntityId)>,
}
