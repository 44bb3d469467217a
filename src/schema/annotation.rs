//! The output: one [`Annotation`] an article, serialised as the schema says.

use super::{
    EntityId, EventId, Label, Modality, Offsets, Polarity, QuantityId, QuantityType, Ref, Span,
    TimeId, TimeType,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The schema version written into every output line.
pub const SCHEMA: u32 = 1;

/// The name of the rule, lexicon entry or model that made an annotation; written with `--explain` only.
pub type FoundBy = Option<Arc<str>>;

/// Everything found in one article.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Annotation {
    /// Schema version, 1.
    pub schema: u32,
    /// The article's id.
    pub id: String,
    /// What was given with the article.
    #[serde(default, skip_serializing_if = "Meta::is_empty")]
    pub meta: Meta,
    /// Unit of all offsets; written only where it is not `chars`.
    #[serde(default, skip_serializing_if = "is_chars")]
    pub offsets: Offsets,
    /// The date against which relative dates were resolved.
    #[serde(default)]
    pub reference_time: ReferenceTime,
    /// Sentences in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sentences: Vec<Span>,
    /// Entities by first mention.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
    /// Time expressions in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<Time>,
    /// Quantities in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quantities: Vec<Quantity>,
    /// Events by first trigger.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
    /// Relations, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    /// Direct quotations in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quotes: Vec<Quote>,
    /// What the reader should know, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

fn is_chars(offsets: &Offsets) -> bool {
    *offsets == Offsets::Chars
}

/// What was given with the article.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Meta {
    /// Publication date, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// Outlet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Headline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

impl Meta {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The date against which relative dates were resolved.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReferenceTime {
    /// As precise as known: `2024-08-14` or `2024`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Where it comes from.
    pub basis: Basis,
}

/// Where the reference date comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// Given with the article.
    Published,
    /// Worked out from weekdays and other dates of the text.
    Inferred,
    /// Not known.
    #[default]
    None,
}

/// One mention of an entity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    /// Where.
    #[serde(flatten)]
    pub span: Span,
    /// The covered text.
    pub text: String,
    /// The label; written with the entity.
    #[serde(skip, default = "label_of_entity")]
    pub label: Label,
    /// Probability that span and label are right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f32>,
    /// What made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_by: FoundBy,
}

fn label_of_entity() -> Label {
    Label::Per
}

/// One referent with all its mentions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// Id.
    pub id: EntityId,
    /// Label.
    pub label: Label,
    /// The fullest name that the article gives.
    pub name: String,
    /// In order of position; never empty.
    pub mentions: Vec<Mention>,
}

/// A time expression with its TIMEX3 value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Time {
    /// Id.
    pub id: TimeId,
    /// Where.
    #[serde(flatten)]
    pub span: Span,
    /// The covered text.
    pub text: String,
    /// TIMEX3 type.
    #[serde(rename = "type")]
    pub kind: TimeType,
    /// TIMEX3 value; a range is `begin/end`.
    pub value: String,
    /// TIMEX3 `mod`.
    #[serde(rename = "mod", default, skip_serializing_if = "Option::is_none")]
    pub modifier: Option<String>,
    /// TIMEX3 `quant` of a SET.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quant: Option<String>,
    /// TIMEX3 `freq` of a SET.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub freq: Option<String>,
    /// First and last day, where the value is a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// What made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_by: FoundBy,
}

/// From one day to another, both inclusive; an open side is left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// An amount.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quantity {
    /// Id.
    pub id: QuantityId,
    /// Where.
    #[serde(flatten)]
    pub span: Span,
    /// The covered text.
    pub text: String,
    /// Kind of amount.
    #[serde(rename = "type")]
    pub kind: QuantityType,
    /// The number.
    pub value: f64,
    /// ISO 4217 code, thing counted or unit; none for AGE and PERCENT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_by: FoundBy,
}

/// A piece of the text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extract {
    /// Where.
    #[serde(flatten)]
    pub span: Span,
    /// The covered text.
    pub text: String,
}

/// What fills a role: something annotated or a phrase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Filler {
    /// An entity, a time or a quantity.
    Ref {
        /// Its id.
        #[serde(rename = "ref")]
        id: Ref,
    },
    /// The shortest phrase.
    Phrase(Extract),
}

/// One role of an event with what fills it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Argument {
    /// A role of the event's type, as the ontology names it.
    pub role: Arc<str>,
    /// What fills it.
    #[serde(flatten)]
    pub filler: Filler,
    /// Probability that it fills the role in this event; written with `--explain` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f32>,
    /// What made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_by: FoundBy,
}

/// When an event happens: days, months or years as precise as the text is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct When {
    /// The expression that says so, where one does.
    #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
    pub id: Option<TimeId>,
    /// Begin; left out where open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// End; left out where open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// Something that happened, will happen, or did not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Id.
    pub id: EventId,
    /// An event type of the ontology, such as `personnel.end`.
    #[serde(rename = "type")]
    pub kind: Arc<str>,
    /// Every place where the text names it, in order; never empty.
    pub triggers: Vec<Extract>,
    /// Its roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<Argument>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<When>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Filler>,
    /// Whether it happened.
    pub polarity: Polarity,
    /// How it is put forward.
    pub modality: Modality,
    /// Probability that trigger and type are right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f32>,
    /// What made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_by: FoundBy,
}

/// A relation of the guidelines' section 6.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Relation {
    /// A relation type of the ontology, such as `position`.
    #[serde(rename = "type")]
    pub kind: Arc<str>,
    /// The first member.
    pub from: Ref,
    /// The second member.
    pub to: Ref,
    /// Probability that it is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f32>,
    /// What made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_by: FoundBy,
}

/// A direct quotation; the span leaves the quotation marks out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    /// Where.
    #[serde(flatten)]
    pub span: Span,
    /// Who says it, where the text tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<EntityId>,
    /// What made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_by: FoundBy,
}

impl Annotation {
    /// An annotation in which nothing was found.
    pub fn empty(id: impl Into<String>, offsets: Offsets) -> Self {
        Self {
            schema: SCHEMA,
            id: id.into(),
            meta: Meta::default(),
            offsets,
            reference_time: ReferenceTime::default(),
            sentences: Vec::new(),
            entities: Vec::new(),
            times: Vec::new(),
            quantities: Vec::new(),
            events: Vec::new(),
            relations: Vec::new(),
            quotes: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Applies `map` to every span.
    pub(crate) fn map_spans(&mut self, mut map: impl FnMut(&mut Span)) {
        self.sentences.iter_mut().for_each(&mut map);
        for entity in &mut self.entities {
            entity.mentions.iter_mut().for_each(|m| map(&mut m.span));
        }
        self.times.iter_mut().for_each(|time| map(&mut time.span));
        self.quantities.iter_mut().for_each(|q| map(&mut q.span));
        self.quotes
            .iter_mut()
            .for_each(|quote| map(&mut quote.span));
        for event in &mut self.events {
            event.triggers.iter_mut().for_each(|t| map(&mut t.span));
            let fillers = event.arguments.iter_mut().map(|a| &mut a.filler);
            for filler in fillers.chain(event.place.as_mut()) {
                if let Filler::Phrase(extract) = filler {
                    map(&mut extract.span);
                }
            }
        }
    }

    /// Drops the names of rules and models, as an output without `--explain` has it.
    pub fn without_explanation(&mut self) {
        for entity in &mut self.entities {
            entity.mentions.iter_mut().for_each(|m| m.found_by = None);
        }
        self.times.iter_mut().for_each(|time| time.found_by = None);
        self.quantities.iter_mut().for_each(|q| q.found_by = None);
        self.relations.iter_mut().for_each(|r| r.found_by = None);
        self.quotes
            .iter_mut()
            .for_each(|quote| quote.found_by = None);
        for event in &mut self.events {
            event.found_by = None;
            for argument in &mut event.arguments {
                argument.found_by = None;
                argument.score = None;
            }
        }
    }
}
