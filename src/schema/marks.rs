//! Inline marks: `[[surface|LABEL:id]]`, nested but never crossing.
//!
//! In an odd run of `[` the first is text. [`strip`] takes the marks out, [`insert`] puts them in; what
//! one writes the other reads back unchanged, or `insert` says why it cannot.

use super::{EntityId, EventId, Label, QuantityId, Span, TimeId};
use crate::error::{Error, Result};
use std::fmt;

/// What a mark says of its span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkId {
    /// A mention of an entity.
    Entity(Label, EntityId),
    /// `TMX`.
    Time(TimeId),
    /// `QTY`.
    Quantity(QuantityId),
    /// `EVT`: a trigger.
    Event(EventId),
}

impl fmt::Display for MarkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MarkId::Entity(label, id) => write!(f, "{label}:{id}"),
            MarkId::Time(id) => write!(f, "TMX:{id}"),
            MarkId::Quantity(id) => write!(f, "QTY:{id}"),
            MarkId::Event(id) => write!(f, "EVT:{id}"),
        }
    }
}

impl MarkId {
    fn parse(label: &str, id: &str) -> Result<Self, String> {
        match label {
            "TMX" => id.parse().map(MarkId::Time),
            "QTY" => id.parse().map(MarkId::Quantity),
            "EVT" => id.parse().map(MarkId::Event),
            _ => Ok(MarkId::Entity(label.parse()?, id.parse()?)),
        }
    }
}

/// Takes the marks out: the plain text and the marks in order of position, an outer one first.
pub(crate) fn strip(marked: &str) -> Result<(String, Vec<(Span, MarkId)>)> {
    let bytes = marked.as_bytes();
    let mut text = String::with_capacity(marked.len());
    // Places in `marks` of the marks that are still open.
    let mut open: Vec<usize> = Vec::new();
    let mut marks: Vec<(Span, Option<MarkId>)> = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'[', b'|', &bytes[at..]) {
        text.push_str(&marked[at..at + found]);
        at += found;
        if bytes[at] == b'[' {
            let run = bytes[at..].iter().take_while(|&&b| b == b'[').count();
            text.push_str(&marked[at..at + run % 2]);
            for _ in 0..run / 2 {
                open.push(marks.len());
                marks.push((Span::new(text.len(), text.len()), None));
            }
            at += run;
            continue;
        }
        let Some((label, id, len)) = closing(&marked[at..]).filter(|_| !open.is_empty()) else {
            text.push('|');
            at += 1;
            continue;
        };
        if let Some(mark) = open.pop().and_then(|index| marks.get_mut(index)) {
            let start = mark.0.start as usize;
            let surface = &text[start..];
            if surface.is_empty() || surface.trim() != surface {
                return Err(Error::input(format!(
                    "mark {label}:{id} covers {surface:?}: empty or blank at an edge"
                )));
            }
            let kind = MarkId::parse(label, id).map_err(|problem| {
                Error::input(format!("mark {label}:{id} on {surface:?}: {problem}"))
            })?;
            *mark = (Span::new(start, text.len()), Some(kind));
        }
        at += len;
    }
    text.push_str(&marked[at..]);
    if let Some(&index) = open.first() {
        let rest = &text[marks[index].0.start as usize..];
        let near: String = rest.chars().take(40).collect();
        return Err(Error::input(format!("unclosed [[ near {near:?}")));
    }
    let marks = marks
        .into_iter()
        .filter_map(|(span, kind)| Some((span, kind?)))
        .collect();
    Ok((text, marks))
}

/// Label, id and length of the `|LABEL:id]]` at the beginning of `rest`.
fn closing(rest: &str) -> Option<(&str, &str, usize)> {
    let inner = rest.strip_prefix('|')?;
    let colon = inner.bytes().take_while(u8::is_ascii_uppercase).count();
    let after = inner[colon..].strip_prefix(':')?;
    let kind = matches!(after.bytes().next()?, b'e' | b't' | b'q' | b'v');
    let digits = after.bytes().skip(1).take_while(u8::is_ascii_digit).count();
    let id = after.get(..1 + digits)?;
    let closed = after[id.len()..].starts_with("]]");
    (colon > 0 && kind && digits > 0 && closed).then_some((
        &inner[..colon],
        id,
        1 + colon + 1 + id.len() + 2,
    ))
}

/// Puts marks into a text; of two marks on one span the earlier in `marks` is the outer one.
pub(crate) fn insert(text: &str, marks: &[(Span, MarkId)]) -> Result<String> {
    let mut ordered = marks.to_vec();
    ordered.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
    let mut marked = String::with_capacity(text.len() + marks.len() * 12);
    let mut open: Vec<(Span, MarkId)> = Vec::new();
    let mut at = 0;
    let mut copy = |marked: &mut String, to: u32| -> Result<()> {
        let piece = text.get(at..to as usize).ok_or_else(|| {
            Error::input(format!(
                "a mark ends at byte {to}, inside another or a letter"
            ))
        })?;
        marked.push_str(piece);
        at = to as usize;
        Ok(())
    };
    for &(span, kind) in &ordered {
        while let Some((outer, outer_kind)) = open.pop_if(|(outer, _)| outer.end <= span.start) {
            copy(&mut marked, outer.end)?;
            marked.push_str(&format!("|{outer_kind}]]"));
        }
        copy(&mut marked, span.start)?;
        marked.push_str("[[");
        open.push((span, kind));
    }
    while let Some((span, kind)) = open.pop() {
        copy(&mut marked, span.end)?;
        marked.push_str(&format!("|{kind}]]"));
    }
    copy(&mut marked, text.len() as u32)?;
    // Brackets of the text beside a mark can make it unreadable: the reader is the judge.
    match strip(&marked) {
        Ok((same_text, same_marks)) if same_text == text && same_marks == ordered => Ok(marked),
        Ok(_) => Err(Error::input(
            "the text cannot be marked: its brackets would be read as part of a mark",
        )),
        Err(error) => Err(error.at("the text cannot be marked")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn show(marked: &str) -> String {
        match strip(marked) {
            Ok((text, marks)) => {
                let list: Vec<_> = marks
                    .iter()
                    .map(|(span, kind)| format!("{}={kind}", span.of(&text)))
                    .collect();
                format!("{text} / {}", list.join(", "))
            }
            Err(error) => format!("error: {error}"),
        }
    }

    #[test]
    fn marks_are_read() {
        for (marked, expected) in [
            ("kata [[Sari|PER:e1]]resmi", "kata Sariresmi / Sari=PER:e1"),
            (
                "[[Menteri [[Kominfo|ORG:e3]]|ROL:e4]]",
                "Menteri Kominfo / Menteri Kominfo=ROL:e4, Kominfo=ORG:e3",
            ),
            ("[[[AS|LOC:e5]]]", "[AS] / AS=LOC:e5"),
            ("[[[[a|PER:e1]]|ROL:e2]]", "a / a=ROL:e2, a=PER:e1"),
            ("[[[[[a|PER:e1]] b|ROL:e2]]", "[a b / a b=ROL:e2, a=PER:e1"),
            ("a | b |PER:e1]] [", "a | b |PER:e1]] [ / "),
            ("[[a|b|c|TMX:t1]]", "a|b|c / a|b|c=TMX:t1"),
        ] {
            assert_eq!(show(marked), expected, "{marked}");
        }
    }

    #[test]
    fn malformed_marks_are_errors() {
        for (marked, part) in [
            ("a [[b", "unclosed [[ near \"b\""),
            ("[[b|FOO:e1]]", "unknown Label"),
            ("[[b|PER:t1]]", "expected an id such as e1"),
            ("[[b|EVT:e1]]", "expected an id such as v1"),
            ("[[|PER:e1]]", "empty"),
            ("[[b |PER:e1]]", "blank"),
            ("[[b|PER:e99999999999]]", "expected an id"),
        ] {
            assert!(show(marked).contains(part), "{marked}: {}", show(marked));
        }
    }

    #[test]
    fn what_cannot_be_marked_is_an_error() {
        let id = MarkId::Time(TimeId(1));
        let crossing = [(Span::new(0, 3), id), (Span::new(2, 5), id)];
        assert!(insert("a b c", &crossing).is_err());
        assert!(insert("[a", &[(Span::new(0, 2), id)]).is_err());
        assert!(insert("[[a", &[]).is_err());
        assert!(insert("a", &[(Span::new(0, 9), id)]).is_err());
        assert_eq!(
            insert("[a]", &[(Span::new(1, 2), id)]).unwrap(),
            "[[[a|TMX:t1]]]"
        );
    }

    #[test]
    fn many_brackets_take_linear_time() {
        assert!(strip(&"[".repeat(1_000_000)).is_err());
        assert!(strip(&"|".repeat(1_000_000)).is_ok());
    }

    proptest! {
        #[test]
        fn any_text_is_taken(marked in "([\\[\\]|:]|\\|PER:e1\\]\\]|\\[\\[|[ a-e1é]){0,40}") {
            if let Ok((text, marks)) = strip(&marked) {
                prop_assert_eq!(insert(&text, &marks).unwrap(), marked);
            }
        }

        #[test]
        fn any_characters_are_taken(marked in "\\PC*") {
            let _ = strip(&marked);
        }
    }
}
