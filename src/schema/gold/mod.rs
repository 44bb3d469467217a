//! Gold pairs: `ID.txt` with inline marks and `ID.json` with what marks cannot hold.
//!
//! The format is that of the annotation guidelines, sections 1 and 8. [`Gold::read_folder`] reads a
//! folder of pairs, [`Gold::parse`] one pair from memory, [`Gold::write`] is the way back.

mod assemble;
mod write;

use super::marks::strip;
use super::{
    Annotation, Article, Basis, EntityId, EventId, Meta, Modality, Offsets, Polarity, QuantityId,
    QuantityType, Ref, ReferenceTime, SCHEMA, TimeId, TimeType,
};
use crate::error::{Error, Result};
use assemble::Reader;
use jiff::civil::Date;
use rustc_hash::FxHashSet;
use serde::Deserialize;
use std::{collections::BTreeMap, path::Path, sync::Arc};

/// One annotated article. Ids are those of the file, spans count bytes of the text without marks.
///
/// ```
/// use peristiwa::Gold;
/// let marked = "[[Sari Dewi|PER:e1]] [[mundur|EVT:v1]] [[kemarin|TMX:t1]].";
/// let json = r#"{"id": "a1", "published": "2024-08-14",
///   "times": {"t1": {"type": "DATE", "value": "2024-08-13"}},
///   "events": {"v1": {"type": "personnel.end", "args": [["person", "e1"]], "time": "t1"}}}"#;
/// let gold = Gold::parse(marked, json).unwrap();
/// assert_eq!(gold.article.text, "Sari Dewi mundur kemarin.");
/// assert_eq!(gold.annotation.events[0].triggers[0].text, "mundur");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Gold {
    /// The article without marks.
    pub article: Article,
    /// What is annotated. A time or quantity that is marked several times is there several times, with
    /// one id; an event may have no trigger; a phrase or quote that the text lacks has an empty span.
    pub annotation: Annotation,
    /// Offices that stand for a named person: the ROL and the person.
    pub mentions_of: Vec<(EntityId, EntityId)>,
    /// The annotated layers, where not all are; what another layer lacks is unknown.
    pub layers: Option<Vec<String>>,
    /// Topic of the article.
    pub topic: Option<String>,
    /// Quantities that are a range (`3-4 persen`) with its upper end; `value` is the lower end.
    pub ranges: Vec<(QuantityId, f64)>,
}

#[derive(Deserialize)]
struct File {
    id: Option<String>,
    published: Option<String>,
    source: Option<String>,
    topic: Option<String>,
    layers: Option<Vec<String>>,
    #[serde(default)]
    times: BTreeMap<TimeId, FileTime>,
    #[serde(default)]
    quantities: BTreeMap<QuantityId, FileQuantity>,
    #[serde(default)]
    events: BTreeMap<EventId, FileEvent>,
    #[serde(default)]
    relations: Vec<(Arc<str>, Ref, Ref)>,
    #[serde(default)]
    mentions_of: Vec<(EntityId, EntityId)>,
    #[serde(default)]
    quotes: Vec<FileQuote>,
}

#[derive(Deserialize)]
struct FileTime {
    #[serde(rename = "type")]
    kind: TimeType,
    value: String,
    #[serde(rename = "mod")]
    modifier: Option<String>,
    quant: Option<String>,
    freq: Option<String>,
}

#[derive(Deserialize)]
struct FileQuantity {
    #[serde(rename = "type")]
    kind: QuantityType,
    value: Amount,
    unit: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Amount {
    One(f64),
    Range(f64, f64),
    /// A range as times write it, `3/4`.
    Text(String),
}

#[derive(Deserialize)]
struct FileEvent {
    #[serde(rename = "type")]
    kind: Arc<str>,
    #[serde(default)]
    args: Vec<(Arc<str>, String)>,
    time: Option<TimeId>,
    begin: Option<TimeId>,
    end: Option<TimeId>,
    place: Option<String>,
    polarity: Option<Polarity>,
    modality: Option<Modality>,
}

#[derive(Deserialize)]
struct FileQuote {
    speaker: Option<EntityId>,
    text: String,
}

impl Gold {
    /// An article that is annotated in all layers.
    pub fn new(article: Article, annotation: Annotation) -> Self {
        Self {
            article,
            annotation,
            mentions_of: Vec::new(),
            layers: None,
            topic: None,
            ranges: Vec::new(),
        }
    }

    /// Whether `layer` (`entities`, `times`, `quantities`, `events`, `relations`, `quotes`) is annotated.
    pub fn has(&self, layer: &str) -> bool {
        let layers = self.layers.as_ref();
        layers.is_none_or(|layers| layers.iter().any(|known| known == layer))
    }

    /// Reads all pairs of a folder, sorted by stem. An error names the file.
    pub fn read_folder(folder: impl AsRef<Path>) -> Result<Vec<Gold>> {
        let folder = folder.as_ref();
        let io = |cause| Error::io(folder, cause);
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(io)? {
            let path = entry.map_err(io)?.path();
            if path.extension().is_some_and(|extension| extension == "txt") {
                paths.push(path);
            }
        }
        if paths.is_empty() {
            return Err(Error::input(format!(
                "{}: no gold files; expected pairs ID.txt and ID.json",
                folder.display()
            )));
        }
        paths.sort();
        let mut known = FxHashSet::default();
        let mut golds = Vec::with_capacity(paths.len());
        for path in &paths {
            let gold = Gold::read(path)?;
            if !known.insert(gold.annotation.id.clone()) {
                let id = &gold.annotation.id;
                return Err(Error::input(format!("id {id:?} is taken")).at(path.display()));
            }
            golds.push(gold);
        }
        Ok(golds)
    }

    /// Reads one pair, given its `.txt`. An error names the file.
    pub fn read(txt: impl AsRef<Path>) -> Result<Gold> {
        let txt = txt.as_ref();
        let json = txt.with_extension("json");
        let text_of = |path: &Path| std::fs::read_to_string(path).map_err(|e| Error::io(path, e));
        let (marked, rest) = (text_of(txt)?, text_of(&json)?);
        let file = File::parse(&rest).map_err(|error| error.at(json.display()))?;
        let mut gold = file
            .join(&marked)
            .map_err(|error| error.at(txt.display()))?;
        if gold.article.id.is_none() {
            let stem = txt.file_stem().unwrap_or_default().to_string_lossy();
            gold.annotation.id = stem.clone().into_owned();
            gold.article.id = Some(stem.into_owned());
        }
        Ok(gold)
    }

    /// Reads one pair from memory.
    pub fn parse(marked: &str, json: &str) -> Result<Gold> {
        File::parse(json)?.join(marked)
    }
}

impl File {
    fn parse(json: &str) -> Result<Self> {
        serde_json::from_str(json).map_err(|cause| Error::input(cause.to_string()).because(cause))
    }

    fn join(self, marked: &str) -> Result<Gold> {
        let (text, marks) = strip(marked)?;
        let published = match self.published.as_deref().map(str::parse::<Date>) {
            Some(Err(cause)) => {
                return Err(Error::input(format!("published: {cause}")).because(cause));
            }
            Some(Ok(date)) => Some(date),
            None => None,
        };
        let read = Reader::new(&text, &marks, &self)?;
        let annotation = Annotation {
            schema: SCHEMA,
            id: self.id.clone().unwrap_or_default(),
            meta: Meta {
                published: self.published.clone(),
                source: self.source.clone(),
                title: None,
            },
            offsets: Offsets::Bytes,
            reference_time: ReferenceTime {
                value: published.map(|date| date.to_string()),
                basis: published.map_or(Basis::None, |_| Basis::Published),
            },
            sentences: Vec::new(),
            entities: read.entities()?,
            times: read.times()?,
            quantities: read.quantities()?,
            events: read.events()?,
            relations: read.relations()?,
            quotes: read.quotes(),
            warnings: Vec::new(),
        };
        let ranges = self.quantities.iter().filter_map(|(&id, quantity)| {
            let (low, high) = quantity.value.ends()?;
            (low != high).then_some((id, high))
        });
        Ok(Gold {
            ranges: ranges.collect(),
            article: Article {
                id: self.id,
                text,
                published,
                title: None,
                source: self.source,
            },
            annotation,
            mentions_of: self.mentions_of,
            layers: self.layers,
            topic: self.topic,
        })
    }
}

impl Amount {
    fn ends(&self) -> Option<(f64, f64)> {
        match self {
            Amount::One(value) => Some((*value, *value)),
            Amount::Range(low, high) => Some((*low, *high)),
            Amount::Text(text) => {
                let (low, high) = text.split_once('/').unwrap_or((text, text));
                Some((low.trim().parse().ok()?, high.trim().parse().ok()?))
            }
        }
    }
}

#[cfg(test)]
mod tests;
