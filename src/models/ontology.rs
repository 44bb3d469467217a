//! Event types with their roles and relation types, from `ontology/*.toml`.

use super::Models;
use crate::error::{Error, Result};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::sync::Arc;

/// An event type.
#[derive(Clone, Debug, PartialEq)]
pub struct EventType {
    /// Its name, such as `personnel.end`.
    pub name: Arc<str>,
    /// What it means, in a line.
    pub meaning: String,
    /// Its roles, in the guidelines' order.
    pub roles: Vec<Role>,
}

/// A role of an event type, or one end of a relation.
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// Its name, such as `person`.
    pub name: Arc<str>,
    /// What may fill it: entity labels, quantity types, `DURATION`, `phrase`.
    pub fillers: Vec<String>,
}

/// A relation type.
#[derive(Clone, Debug, PartialEq)]
pub struct RelationType {
    /// Its name, such as `position`.
    pub name: Arc<str>,
    /// What it means, in a line.
    pub meaning: String,
    /// What its first member may be.
    pub from: Vec<String>,
    /// What its second member may be.
    pub to: Vec<String>,
}

/// What there is to find.
#[derive(Clone, Debug, Default)]
pub struct Ontology {
    events: Vec<EventType>,
    relations: Vec<RelationType>,
    event_index: FxHashMap<Arc<str>, usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventsFile {
    roles: FxHashMap<String, Vec<String>>,
    event: Vec<EventRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventRow {
    name: String,
    meaning: String,
    roles: Vec<String>,
    #[serde(default)]
    fillers: FxHashMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RelationsFile {
    relation: Vec<RelationRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RelationRow {
    name: String,
    meaning: String,
    from: Vec<String>,
    to: Vec<String>,
}

/// What a role may be filled with, by name.
pub(crate) const FILLERS: [&str; 14] = [
    "PER", "ORG", "LOC", "LAW", "WORK", "NEV", "ROL", "MONEY", "PERCENT", "AGE", "COUNT",
    "MEASURE", "DURATION", "phrase",
];

impl Ontology {
    pub(super) fn read(models: &Models) -> Result<Self> {
        let path = "ontology/events.toml";
        let file: EventsFile = toml::from_str(models.text(path)?)
            .map_err(|e| Error::models(format!("models/{path}: {e}")))?;
        let mut ontology = Self::default();
        for row in file.event {
            let mut roles = Vec::new();
            for role in &row.roles {
                let fillers = row.fillers.get(role).or_else(|| file.roles.get(role));
                let fillers = fillers.ok_or_else(|| {
                    Error::models(format!(
                        "models/{path}: event {}: role {role:?} has no fillers; add it to [roles]",
                        row.name
                    ))
                })?;
                check_fillers(path, &row.name, fillers)?;
                roles.push(Role {
                    name: role.as_str().into(),
                    fillers: fillers.clone(),
                });
            }
            let name: Arc<str> = row.name.into();
            let index = ontology.events.len();
            if ontology.event_index.insert(name.clone(), index).is_some() {
                return Err(Error::models(format!(
                    "models/{path}: event {name} stands twice; remove one"
                )));
            }
            ontology.events.push(EventType {
                name,
                meaning: row.meaning,
                roles,
            });
        }
        let path = "ontology/relations.toml";
        let file: RelationsFile = toml::from_str(models.text(path)?)
            .map_err(|e| Error::models(format!("models/{path}: {e}")))?;
        for row in file.relation {
            check_fillers(path, &row.name, &row.from)?;
            check_fillers(path, &row.name, &row.to)?;
            ontology.relations.push(RelationType {
                name: row.name.into(),
                meaning: row.meaning,
                from: row.from,
                to: row.to,
            });
        }
        Ok(ontology)
    }

    /// All event types, in file order.
    pub fn events(&self) -> &[EventType] {
        &self.events
    }

    /// The event type of that name.
    pub fn event(&self, name: &str) -> Option<&EventType> {
        self.event_index.get(name).map(|&i| &self.events[i])
    }

    /// All relation types, in file order.
    pub fn relations(&self) -> &[RelationType] {
        &self.relations
    }

    /// The relation type of that name.
    pub fn relation(&self, name: &str) -> Option<&RelationType> {
        self.relations.iter().find(|r| &*r.name == name)
    }
}

impl EventType {
    /// The role of that name.
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| &*role.name == name)
    }
}

impl Role {
    /// Whether something of that label or type may fill it.
    pub fn accepts(&self, filler: &str) -> bool {
        self.fillers.iter().any(|f| f == filler)
    }
}

fn check_fillers(path: &str, name: &str, fillers: &[String]) -> Result<()> {
    match fillers.iter().find(|f| !FILLERS.contains(&f.as_str())) {
        Some(unknown) => Err(Error::models(format!(
            "models/{path}: {name}: unknown filler {unknown:?}; known: {}",
            FILLERS.join(" ")
        ))),
        None => Ok(()),
    }
}
