//! What was missed or wrong, with its surroundings: the material of error analysis.

use super::align::Pair;
use crate::schema::Span;
use serde::Serialize;

/// How something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SlipKind {
    /// In the gold, not found.
    Missed,
    /// Found, not in the gold.
    False,
    /// Found, with something wrong about it.
    Wrong,
}

/// One difference between gold and output.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Slip {
    /// `entities`, `times`, `values`, `events`, `arguments` and so on.
    pub layer: &'static str,
    /// How it is wrong.
    pub kind: SlipKind,
    /// Label, type or role.
    pub label: String,
    /// Id of the article.
    pub article: String,
    /// Where, in bytes of the text without marks.
    #[serde(skip)]
    pub span: Span,
    /// The text with what is around it, marked by `[` and `]`.
    pub context: String,
    /// What was wanted and found instead, in words.
    pub note: String,
}

/// Letters shown on each side.
const AROUND: usize = 50;

/// Collects the slips of one report.
#[derive(Default)]
pub(super) struct Slips(pub Vec<Slip>);

impl Slips {
    pub(super) fn add(
        &mut self,
        (layer, kind): (&'static str, SlipKind),
        pair: &Pair,
        span: Span,
        label: impl ToString,
        note: impl Into<String>,
    ) {
        self.0.push(Slip {
            layer,
            kind,
            label: label.to_string(),
            article: pair.gold.annotation.id.clone(),
            span,
            context: context(pair.text(), span),
            note: note.into(),
        });
    }
}

/// The covered text in brackets between the text around it, on one line.
fn context(text: &str, span: Span) -> String {
    let (Some(before), Some(behind)) = (
        text.get(..span.start as usize),
        text.get(span.end as usize..),
    ) else {
        return String::new();
    };
    let from = before.char_indices().rev().take(AROUND).last();
    let to = behind.char_indices().nth(AROUND);
    let around = format!(
        "{}[{}]{}",
        &before[from.map_or(before.len(), |(at, _)| at)..],
        span.of(text),
        &behind[..to.map_or(behind.len(), |(at, _)| at)],
    );
    around.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn context_is_cut_on_letters() {
        assert_eq!(
            context("kata  Sari\nlagi", Span::new(6, 10)),
            "kata [Sari] lagi"
        );
        let long = format!("{}Sari{}", "é".repeat(80), "–".repeat(80));
        let expected = format!("{}[Sari]{}", "é".repeat(50), "–".repeat(50));
        assert_eq!(context(&long, Span::new(160, 164)), expected);
        assert_eq!(context("kata", Span::new(3, 99)), "");
    }
}
