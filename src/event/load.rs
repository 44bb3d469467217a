//! Reads `rules/event/*.toml`: event types, frames, slots, and the rules that point at them.

use super::frames::{Borrow, Frame, Frames, Function, Kind, RoleSpec, Slot, Trigger, Voice};
use crate::error::{Error, Result};
use crate::models::{Models, RuleFile};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct RawFile {
    #[serde(default, rename = "type")]
    kinds: Vec<RawKind>,
    #[serde(default)]
    frame: Vec<RawFrame>,
    #[serde(default)]
    slot: Vec<RawSlot>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawKind {
    event: String,
    keys: Vec<String>,
    #[serde(default)]
    share: Vec<String>,
    #[serde(default)]
    relate: Vec<String>,
    #[serde(default)]
    seek: Vec<String>,
    #[serde(default)]
    apart: bool,
    #[serde(default)]
    incident: bool,
    #[serde(default)]
    borrow: RawMap,
    #[serde(default)]
    topic: Option<String>,
    #[serde(default)]
    pool: Vec<String>,
    #[serde(default)]
    pool_most: usize,
    #[serde(default)]
    bare: bool,
    #[serde(default)]
    lead: bool,
    #[serde(default)]
    befalls: bool,
}

type RawMap = BTreeMap<String, String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFrame {
    id: String,
    event: String,
    #[serde(default)]
    active: RawMap,
    #[serde(default)]
    passive: RawMap,
    #[serde(default)]
    noun: RawMap,
    #[serde(default)]
    state: RawMap,
    #[serde(default)]
    any: RawMap,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    slots: Vec<String>,
    #[serde(default)]
    clause: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSlot {
    id: String,
    role: String,
    #[serde(rename = "match")]
    patterns: toml::Value,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    extend: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTrigger {
    frame: String,
    #[serde(default)]
    voice: Option<String>,
    #[serde(default)]
    noun: Vec<String>,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    strict: Vec<String>,
    #[serde(default)]
    timed: bool,
    #[serde(default)]
    near: Option<String>,
    #[serde(default)]
    waive: Option<String>,
    #[serde(default)]
    further: Option<String>,
    #[serde(default)]
    least: usize,
    #[serde(default)]
    place_ok: bool,
    #[serde(default)]
    inside: bool,
    #[serde(default)]
    loose: bool,
}

impl Frames {
    pub(super) fn read(models: &Models) -> Result<Self> {
        let mut frames = Self {
            kinds: Vec::new(),
            frames: Vec::new(),
            slots: Vec::new(),
            asked: Vec::new(),
            slot_files: Vec::new(),
            triggers: Vec::new(),
            files: models.rules("event")?,
            prepositions: Vec::new(),
        };
        let mut raw = Vec::new();
        for path in models.paths("rules/event/") {
            let file: RawFile = toml::from_str(models.text(path)?)
                .map_err(|e| Error::models(format!("models/{path}: {e}")))?;
            raw.push((path.to_owned(), file));
        }
        frames.read_kinds(models, &raw)?;
        frames.read_slots(&raw)?;
        let mut ids = FxHashMap::default();
        for (path, file) in &raw {
            for frame in &file.frame {
                let place = format!("models/{path}: frame {}", frame.id);
                let read = frames.frame(frame).map_err(|e| e.at(&place))?;
                if ids.insert(frame.id.clone(), frames.frames.len()).is_some() {
                    return Err(Error::models(format!(
                        "{place}: the id stands twice; rename one"
                    )));
                }
                frames.frames.push(read);
            }
        }
        let asks = |slot: usize| frames.frames.iter().any(|f| f.slots.contains(&slot));
        frames.asked = (0..frames.slots.len()).map(asks).collect();
        frames.read_triggers(&ids)?;
        Ok(frames)
    }

    fn kind(&self, name: &str) -> Result<usize> {
        self.kinds
            .iter()
            .position(|kind| &*kind.name == name)
            .ok_or_else(|| {
                Error::models(format!(
                    "unknown event type {name:?}; add it to models/ontology/events.toml"
                ))
            })
    }

    fn read_kinds(&mut self, models: &Models, raw: &[(String, RawFile)]) -> Result<()> {
        let mut families: Vec<String> = Vec::new();
        for event in models.ontology().events() {
            let family = event.name.split('.').next().unwrap_or_default();
            let family = families
                .iter()
                .position(|f| f == family)
                .unwrap_or_else(|| {
                    families.push(family.to_owned());
                    families.len() - 1
                });
            let roles = event.roles.iter().map(|role| RoleSpec {
                name: role.name.clone(),
                fillers: role.fillers.clone(),
                phrase: role.accepts("phrase"),
            });
            self.kinds.push(Kind {
                name: event.name.clone(),
                roles: roles.collect(),
                keys: Vec::new(),
                share: Vec::new(),
                relate: Vec::new(),
                seek: Vec::new(),
                topic: None,
                borrow: Vec::new(),
                incident: false,
                apart: false,
                pool: Vec::new(),
                pool_most: usize::MAX,
                bare: false,
                lead: false,
                befalls: false,
                family,
            });
        }
        for (path, file) in raw {
            for row in &file.kinds {
                let place = format!("models/{path}: type {}", row.event);
                let index = self.kind(&row.event).map_err(|e| e.at(&place))?;
                let names = |list: &[String]| -> Result<Vec<usize>> {
                    let kind = &self.kinds[index];
                    list.iter()
                        .map(|name| role(kind, name).map_err(|e| e.at(&place)))
                        .collect()
                };
                let (keys, share, relate) =
                    (names(&row.keys)?, names(&row.share)?, names(&row.relate)?);
                let (seek, pool) = (names(&row.seek)?, names(&row.pool)?);
                let topic = row
                    .topic
                    .as_deref()
                    .map(|name| role(&self.kinds[index], name))
                    .transpose()?;
                let mut borrow = Vec::new();
                for (name, sources) in &row.borrow {
                    let own = role(&self.kinds[index], name).map_err(|e| e.at(&place))?;
                    for source in sources.split_whitespace() {
                        borrow.push(self.borrow(own, source).map_err(|e| e.at(&place))?);
                    }
                }
                let kind = &mut self.kinds[index];
                (kind.borrow, kind.incident, kind.apart) = (borrow, row.incident, row.apart);
                kind.topic = topic;
                (kind.keys, kind.share, kind.relate) = (keys, share, relate);
                (kind.seek, kind.pool, kind.bare) = (seek, pool, row.bare);
                (kind.lead, kind.befalls) = (row.lead, row.befalls);
                if row.pool_most > 0 {
                    kind.pool_most = row.pool_most;
                }
            }
        }
        Ok(())
    }

    /// `type.role` for the fillers of a role, `type!` for the trigger.
    fn borrow(&self, own: usize, source: &str) -> Result<Borrow> {
        if let Some(name) = source.strip_suffix('!') {
            return Ok(Borrow {
                role: own,
                from: self.kind(name)?,
                their: None,
            });
        }
        let (name, their) = source
            .rsplit_once('.')
            .ok_or_else(|| Error::models(format!("{source:?}: expected type.role or type!")))?;
        let from = self.kind(name)?;
        Ok(Borrow {
            role: own,
            from,
            their: Some(role(&self.kinds[from], their)?),
        })
    }

    fn read_slots(&mut self, raw: &[(String, RawFile)]) -> Result<()> {
        for (path, file) in raw {
            let mut rules = Vec::new();
            for slot in &file.slot {
                let place = format!("models/{path}: slot {}", slot.id);
                if self.slots.iter().any(|known| *known.id == *slot.id) {
                    return Err(Error::models(format!(
                        "{place}: the id stands twice; rename one"
                    )));
                }
                let patterns = match &slot.patterns {
                    toml::Value::String(one) => vec![one.clone()],
                    toml::Value::Array(many) => many
                        .iter()
                        .filter_map(|p| p.as_str().map(str::to_owned))
                        .collect(),
                    _ => {
                        return Err(Error::models(format!(
                            "{place}: match must be a text or a list"
                        )));
                    }
                };
                self.slots.push(Slot {
                    id: slot.id.as_str().into(),
                    role: slot.role.clone(),
                    extend: slot.extend == "noun",
                    after: slot.scope == "after",
                });
                rules.push(crate::models::Rule {
                    id: slot.id.clone(),
                    patterns,
                    not_before: None,
                    not_after: None,
                    yes: Vec::new(),
                    no: Vec::new(),
                    fields: toml::Table::new(),
                });
            }
            self.slot_files.push(RuleFile {
                path: path.clone(),
                published: None,
                rules,
            });
        }
        Ok(())
    }

    fn preposition(&mut self, word: &str) -> u16 {
        let known = self.prepositions.iter().position(|p| p == word);
        known.unwrap_or_else(|| {
            self.prepositions.push(word.to_owned());
            self.prepositions.len() - 1
        }) as u16
    }

    fn function(&mut self, name: &str) -> Function {
        match name {
            "subject" => Function::Subject,
            "object" => Function::Object,
            "by" => Function::By,
            "of" => Function::Of,
            "left" => Function::Left,
            "light" => Function::Light,
            "undergo" => Function::Undergo,
            word => Function::Preposition(self.preposition(word)),
        }
    }

    fn frame(&mut self, raw: &RawFrame) -> Result<Frame> {
        let kind = self.kind(&raw.event)?;
        let mut frame = Frame {
            kind,
            maps: FxHashMap::default(),
            any: FxHashMap::default(),
            voices: FxHashSet::default(),
            words: Vec::new(),
            slots: Vec::new(),
            clause: Vec::new(),
        };
        let voices = [
            (Voice::Active, &raw.active),
            (Voice::Passive, &raw.passive),
            (Voice::Noun, &raw.noun),
            (Voice::State, &raw.state),
        ];
        for (voice, map) in voices {
            for (name, roles) in map {
                let roles = self.roles(kind, roles)?;
                let function = self.function(name);
                frame.maps.insert((voice, function), roles);
                frame.voices.insert(voice);
            }
        }
        for (name, roles) in &raw.any {
            let roles = self.roles(kind, roles)?;
            let function = self.function(name);
            frame.any.insert(function, roles);
        }
        for name in &raw.words {
            frame.words.push(role(&self.kinds[kind], name)?);
        }
        for name in &raw.slots {
            let index = self.slots.iter().position(|slot| *slot.id == **name);
            let index = index.ok_or_else(|| Error::models(format!("unknown slot {name:?}")))?;
            role(&self.kinds[kind], &self.slots[index].role)?;
            frame.slots.push(index);
        }
        for entry in &raw.clause {
            let (name, label) = match entry.split_once(':') {
                Some((name, label)) => (name, Some(label.to_owned())),
                None => (entry.as_str(), None),
            };
            frame.clause.push((role(&self.kinds[kind], name)?, label));
        }
        Ok(frame)
    }

    fn roles(&self, kind: usize, names: &str) -> Result<Vec<usize>> {
        names
            .split_whitespace()
            .map(|name| role(&self.kinds[kind], name))
            .collect()
    }

    fn read_triggers(&mut self, ids: &FxHashMap<String, usize>) -> Result<()> {
        let mut triggers = Vec::new();
        for file in &self.files {
            for rule in &file.rules {
                let place = format!("models/{}: rule {}", file.path, rule.id);
                let fail = |message: String| Error::models(format!("{place}: {message}"));
                let raw: RawTrigger = toml::Value::Table(rule.fields.clone())
                    .try_into()
                    .map_err(|e| fail(e.to_string()))?;
                let frame = *ids
                    .get(&raw.frame)
                    .ok_or_else(|| fail(format!("unknown frame {:?}", raw.frame)))?;
                let kind = &self.kinds[self.frames[frame].kind];
                let lines = |list: &[String]| -> Result<Vec<Vec<usize>>> {
                    let line =
                        |line: &String| line.split('|').map(|name| role(kind, name)).collect();
                    list.iter().map(line).collect()
                };
                let voice = match raw.voice.as_deref() {
                    None => None,
                    Some("active") => Some(Voice::Active),
                    Some("passive") => Some(Voice::Passive),
                    Some("noun") => Some(Voice::Noun),
                    Some("state") => Some(Voice::State),
                    Some(other) => {
                        return Err(fail(format!(
                            "unknown voice {other:?}; known: active passive noun state"
                        )));
                    }
                };
                triggers.push(Trigger {
                    id: rule.id.as_str().into(),
                    frame,
                    voice,
                    nouns: raw.noun.into_iter().collect(),
                    needs: lines(&raw.needs).map_err(|e| e.at(&place))?,
                    strict: lines(&raw.strict).map_err(|e| e.at(&place))?,
                    timed: raw.timed,
                    near: raw.near,
                    waive: raw.waive,
                    further: raw
                        .further
                        .as_deref()
                        .map(|name| role(kind, name))
                        .transpose()
                        .map_err(|e| e.at(&place))?,
                    least: raw.least,
                    place_ok: raw.place_ok,
                    inside: raw.inside,
                    loose: raw.loose,
                });
            }
        }
        self.triggers = triggers;
        Ok(())
    }
}

fn role(kind: &Kind, name: &str) -> Result<usize> {
    kind.role(name).ok_or_else(|| {
        let known: Vec<_> = kind.roles.iter().map(|role| &*role.name).collect();
        Error::models(format!(
            "event {} has no role {name:?}; known: {}",
            kind.name,
            known.join(" ")
        ))
    })
}
