//! Event types, frames, slots and triggers as the finder uses them; `load` reads them from the files.

use crate::models::RuleFile;
use crate::schema::Modality;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// How a trigger stands in its clause; picks the table of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Voice {
    Active,
    Passive,
    Noun,
    State,
}

impl Voice {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Voice::Active => "active",
            Voice::Passive => "passive",
            Voice::Noun => "noun",
            Voice::State => "state",
        }
    }
}

/// A grammatical function, or the preposition that governs a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Function {
    Subject,
    Object,
    By,
    Of,
    /// The noun phrase of which a noun trigger is said: `Budi, lulusan X`.
    Left,
    /// Subject of a light verb that acts: `KPK melakukan …`.
    Light,
    /// Subject of a light verb that undergoes: `Budi menjalani …`.
    Undergo,
    Preposition(u16),
}

impl Function {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Function::Subject => "subject",
            Function::Object => "object",
            Function::By => "by",
            Function::Of => "of",
            Function::Left => "left",
            Function::Light => "light",
            Function::Undergo => "undergo",
            Function::Preposition(_) => "preposition",
        }
    }
}

/// One event type as the finder uses it: roles are numbers in the ontology's list.
#[derive(Debug)]
pub(super) struct Kind {
    pub name: Arc<str>,
    pub roles: Vec<RoleSpec>,
    /// Roles whose fillers tell two events apart.
    pub keys: Vec<usize>,
    /// Roles taken from another event of the family.
    pub share: Vec<usize>,
    /// Roles filled from the relations of the person or the post.
    pub relate: Vec<usize>,
    /// Roles filled with the article's first phrase for that role.
    pub seek: Vec<usize>,
    /// Roles filled from what happened at the same time.
    pub borrow: Vec<Borrow>,
    /// Mentions by different rules are different events.
    pub apart: bool,
    /// Happens together with other incidents: they share time and place.
    pub incident: bool,
    /// The role of the person that a sentence without a named one is about.
    pub topic: Option<usize>,
    /// Roles that together may hold `pool_most` fillers.
    pub pool: Vec<usize>,
    pub pool_most: usize,
    /// Whether a time or place alone is enough.
    pub bare: bool,
    /// In the first sentences it takes the day that the article opens with.
    pub lead: bool,
    /// Nobody plans it: what lies ahead is possible.
    pub befalls: bool,
    /// Number of the family: the part of the name before the dot.
    pub family: usize,
}

impl Kind {
    /// What such an event is when it lies in the future.
    pub(super) fn ahead(&self) -> Modality {
        match self.befalls {
            true => Modality::Possible,
            false => Modality::Planned,
        }
    }
}

/// A role that takes what another event of the same incident has.
#[derive(Debug)]
pub(super) struct Borrow {
    pub role: usize,
    pub from: usize,
    /// The lender's role; none for its trigger as a phrase.
    pub their: Option<usize>,
}

/// A role with what may fill it.
#[derive(Debug)]
pub(super) struct RoleSpec {
    pub name: Arc<str>,
    pub fillers: Vec<String>,
    pub phrase: bool,
}

impl RoleSpec {
    pub(super) fn accepts(&self, label: &str) -> bool {
        self.fillers.iter().any(|f| f == label)
    }
}

impl Kind {
    pub(super) fn role(&self, name: &str) -> Option<usize> {
        self.roles.iter().position(|role| &*role.name == name)
    }
}

/// Which function gives which roles, by voice.
#[derive(Debug)]
pub(super) struct Frame {
    pub kind: usize,
    pub(super) maps: FxHashMap<(Voice, Function), Vec<usize>>,
    pub(super) any: FxHashMap<Function, Vec<usize>>,
    pub(super) voices: FxHashSet<Voice>,
    /// Roles that a subject or object without a label may fill.
    pub words: Vec<usize>,
    pub slots: Vec<usize>,
    pub clause: Vec<(usize, Option<String>)>,
}

impl Frame {
    /// The roles of a function; empty where the frame gives none.
    pub(super) fn roles(&self, voice: Voice, function: Function) -> &[usize] {
        let own = self.maps.get(&(voice, function));
        own.or_else(|| self.any.get(&function))
            .map_or(&[], |roles| roles)
    }

    pub(super) fn has(&self, voice: Voice) -> bool {
        self.voices.contains(&voice)
    }
}

/// A phrase that fills a role.
#[derive(Debug)]
pub(super) struct Slot {
    pub id: Arc<str>,
    pub role: String,
    pub extend: bool,
    pub after: bool,
}

/// What the finder knows of a rule beside its pattern.
#[derive(Debug)]
pub(super) struct Trigger {
    pub id: Arc<str>,
    pub frame: usize,
    pub voice: Option<Voice>,
    /// First words that make the trigger a noun.
    pub nouns: FxHashSet<String>,
    /// All lines must hold: one of the roles filled.
    pub needs: Vec<Vec<usize>>,
    /// As `needs`, but a mention that fails is dropped even where an event of its type stands nearby.
    pub strict: Vec<Vec<usize>>,
    /// Whether a time must stand in the clause.
    pub timed: bool,
    /// Pattern of which the sentence must hold a match.
    pub near: Option<String>,
    /// Pattern that makes up for a failed `strict` or `timed` where the clause holds a match.
    pub waive: Option<String>,
    /// In a list, each further filler of this role is an event of its own.
    pub further: Option<usize>,
    /// Roles need this many fillers together.
    pub least: usize,
    /// Whether a place is enough.
    pub place_ok: bool,
    /// Whether the trigger is itself a name, which fills the first role of `noun.of`.
    pub inside: bool,
    /// Whether it names an event only now and then: proposed where a judge sits.
    pub loose: bool,
}

/// Everything in the files, names resolved.
pub(super) struct Frames {
    pub kinds: Vec<Kind>,
    pub frames: Vec<Frame>,
    pub slots: Vec<Slot>,
    /// Whether some frame asks for the slot.
    pub asked: Vec<bool>,
    pub slot_files: Vec<RuleFile>,
    pub triggers: Vec<Trigger>,
    pub files: Vec<RuleFile>,
    /// Prepositions named by frames, by number.
    pub prepositions: Vec<String>,
}
