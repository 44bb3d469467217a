//! Example sentences whose entities, times and quantities are given in the sentence itself.
//!
//! Rules over marks need marks in their examples. They are written as in the gold files, with the label
//! alone or with an id and a value: `[[Budi|PER]] lahir pada [[1990|DATE=1990]]`,
//! `[[Menteri [[Kominfo|ORG]]|ROL]]`, `[[KPK|ORG:e1]]`. Mentions with the same id, or without id the same
//! label and surface, are one entity. Times take a TIMEX3 type, quantities a quantity type as label.
//!
//! ```text
//! let given = Given::parse("[[Budi|PER]] tiba di [[Medan|LOC]].")?;
//! let tokens = tokenizer.tokenize(&given.text);
//! let layers = Layers::given(&tokens, &given);
//! ```

use super::{Mark, Marks};
use crate::error::{Error, Result};
use crate::schema::{
    Entity, EntityId, Label, Mention, Quantity, QuantityId, QuantityType, Span, Time, TimeId,
    TimeType,
};
use crate::token::Tokens;

/// A sentence with what is marked in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    /// The sentence without marks.
    pub text: String,
    /// Entities by first mention, ids from 1.
    pub entities: Vec<Entity>,
    /// Times in order, ids from 1.
    pub times: Vec<Time>,
    /// Quantities in order, ids from 1.
    pub quantities: Vec<Quantity>,
}

/// A mark as written: `[[surface|label:id=value]]`.
struct Marked {
    span: Span,
    label: String,
    id: String,
    value: String,
}

impl Given {
    /// Reads a marked sentence.
    ///
    /// # Errors
    /// Where a mark is not closed or its label is not known.
    pub(crate) fn parse(source: &str) -> Result<Self> {
        let (text, mut marks) = strip(source)?;
        marks.sort_by_key(|m| (m.span.start, std::cmp::Reverse(m.span.end)));
        let mut given = Self {
            text,
            ..Self::default()
        };
        let mut names: Vec<String> = Vec::new();
        for mark in marks {
            given.add(mark, &mut names)?;
        }
        Ok(given)
    }

    /// What is given as marks for patterns; an entity's index counts all mentions, in order of entities.
    pub(crate) fn marks(&self, tokens: &Tokens<'_>) -> Marks {
        let mut marks = Vec::new();
        let mut push = |label: &'static str, span: Span, index: usize| {
            let range = tokens.covered(span);
            marks.push(Mark {
                label,
                start: range.start,
                end: range.end,
                index,
            });
        };
        let mentions = self.entities.iter().flat_map(|e| &e.mentions);
        for (index, mention) in mentions.enumerate() {
            push(mention.label.as_str(), mention.span, index);
        }
        for (index, time) in self.times.iter().enumerate() {
            push(time.kind.as_str(), time.span, index);
        }
        for (index, quantity) in self.quantities.iter().enumerate() {
            push(quantity.kind.as_str(), quantity.span, index);
        }
        Marks::new(marks, tokens.len())
    }

    fn add(&mut self, mark: Marked, names: &mut Vec<String>) -> Result<()> {
        let text = mark.span.of(&self.text).to_owned();
        let label = mark.label.as_str();
        if let Ok(label) = label.parse::<Label>() {
            let name = match mark.id.as_str() {
                "" => format!("{label} {text}"),
                id => id.to_owned(),
            };
            let mention = Mention {
                span: mark.span,
                text,
                label,
                score: None,
                found_by: None,
            };
            match names.iter().position(|known| *known == name) {
                Some(index) => self.entities[index].mentions.push(mention),
                None => {
                    names.push(name);
                    self.entities.push(Entity {
                        id: EntityId(names.len() as u32),
                        label,
                        name: mention.text.clone(),
                        mentions: vec![mention],
                    });
                }
            }
        } else if let Ok(kind) = label.parse::<TimeType>() {
            self.times.push(Time {
                id: TimeId(self.times.len() as u32 + 1),
                span: mark.span,
                text,
                kind,
                value: mark.value,
                modifier: None,
                quant: None,
                freq: None,
                interval: None,
                found_by: None,
            });
        } else if let Ok(kind) = label.parse::<QuantityType>() {
            self.quantities.push(Quantity {
                id: QuantityId(self.quantities.len() as u32 + 1),
                span: mark.span,
                text,
                kind,
                value: mark.value.parse().unwrap_or_default(),
                unit: None,
                found_by: None,
            });
        } else {
            return Err(Error::models(format!(
                "unknown label {label:?} of {text:?}; expected an entity label, a TIMEX3 type or a quantity type"
            )));
        }
        Ok(())
    }
}

/// The plain text and the marks of `source`.
fn strip(source: &str) -> Result<(String, Vec<Marked>)> {
    let fail = |what: &str| Error::models(format!("marked sentence {source:?}: {what}"));
    let mut text = String::with_capacity(source.len());
    let mut open: Vec<usize> = Vec::new();
    let mut marks = Vec::new();
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("[[") {
            open.push(text.len());
            rest = after;
        } else if let (Some(after), Some(&start)) = (rest.strip_prefix('|'), open.last()) {
            let close = after
                .find("]]")
                .ok_or_else(|| fail("a mark lacks its closing ]]"))?;
            let (label, value) = after[..close]
                .split_once('=')
                .unwrap_or((&after[..close], ""));
            let (label, id) = label.split_once(':').unwrap_or((label, ""));
            marks.push(Marked {
                span: Span::new(start, text.len()),
                label: label.to_owned(),
                id: id.to_owned(),
                value: value.to_owned(),
            });
            open.pop();
            rest = &after[close + 2..];
        } else {
            text.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    if open.is_empty() {
        Ok((text, marks))
    } else {
        Err(fail("a mark lacks its |LABEL]]"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_marks() {
        let given = Given::parse(
            "[[Menteri [[Kominfo|ORG:e1]]|ROL]] [[Budi|PER]] ([[54|AGE=54]]) dan [[Budi|PER]], [[13 Mei|DATE=2024-05-13]] di [[kementerian|ORG:e1]].",
        )
        .unwrap();
        assert_eq!(
            given.text,
            "Menteri Kominfo Budi (54) dan Budi, 13 Mei di kementerian."
        );
        let names: Vec<_> = given
            .entities
            .iter()
            .map(|e| (e.name.as_str(), e.label, e.mentions.len()))
            .collect();
        assert_eq!(
            names,
            [
                ("Menteri Kominfo", Label::Rol, 1),
                ("Kominfo", Label::Org, 2),
                ("Budi", Label::Per, 2)
            ]
        );
        assert_eq!(given.times[0].value, "2024-05-13");
        assert_eq!(given.quantities[0].value, 54.0);
        for mention in given.entities.iter().flat_map(|e| &e.mentions) {
            assert_eq!(mention.span.of(&given.text), mention.text);
        }
    }

    #[test]
    fn errors_say_what() {
        for (source, expected) in [
            ("[[Budi", "lacks its |LABEL]]"),
            ("[[Budi|PER", "closing ]]"),
            ("[[Budi|HUM]]", "unknown label"),
        ] {
            let message = Given::parse(source).unwrap_err().to_string();
            assert!(message.contains(expected), "{source}: {message}");
        }
    }
}
