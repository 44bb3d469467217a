//! Brackets in names: a bracketed abbreviation at the end of a name is a mention of its own, and a name
//! does not end inside a bracket.

use crate::schema::{Label, Mention, Span};

/// Inner words that are a part of the name before them.
const PARTS: [&str; 6] = ["Persero", "Purn", "Purn.", "P", "Perseroda", "Pol"];

/// Cuts mentions at brackets that they open or close alone; splits off abbreviations at their end.
pub(super) fn balance(text: &str, mentions: &mut Vec<Mention>) {
    let mut further = Vec::new();
    for mention in mentions.iter_mut() {
        let surface = mention.span.of(text);
        let open = surface.rfind('(');
        let close = surface.rfind(')');
        let (head, inner) = match (open, close) {
            (None, None) => continue,
            (Some(open), close) if close.is_none_or(|close| close < open) => {
                (open, surface.get(open + 1..))
            }
            (None, Some(close)) => (close, None),
            (Some(open), Some(close)) if close + 1 == surface.len() => {
                // `Program Indonesia Pintar (PIP) 2023` goes on after the bracket
                let after = text.get(mention.span.end as usize..).unwrap_or("");
                let goes_on = after
                    .strip_prefix(' ')
                    .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
                match surface.get(open + 1..close) {
                    Some(inner) if !goes_on && mention.label != Label::Rol && single(inner) => {
                        (open, Some(inner))
                    }
                    _ => continue,
                }
            }
            _ => continue,
        };
        let kept = surface.get(..head).unwrap_or("").trim_end();
        if kept.is_empty() {
            continue;
        }
        if let Some(inner) = inner.filter(|inner| single(inner)) {
            let start = mention.span.start as usize + head + 1;
            further.push(Mention {
                span: Span::new(start, start + inner.len()),
                text: inner.to_owned(),
                ..mention.clone()
            });
        }
        mention.span.end = mention.span.start + kept.len() as u32;
        mention.text = kept.to_owned();
    }
    mentions.append(&mut further);
}

/// Whether what stands in a bracket is one word that names.
fn single(inner: &str) -> bool {
    !PARTS.contains(&inner)
        && inner.starts_with(char::is_uppercase)
        && inner
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '&' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str, label: Label, surface: &str) -> Vec<String> {
        let start = text.find(surface).unwrap();
        let mut mentions = vec![Mention {
            span: Span::new(start, start + surface.len()),
            text: surface.to_owned(),
            label,
            score: None,
            found_by: None,
        }];
        balance(text, &mut mentions);
        for m in &mentions {
            assert_eq!(m.text, m.span.of(text));
        }
        mentions.into_iter().map(|m| m.text).collect()
    }

    #[test]
    fn names_do_not_end_inside_brackets() {
        let text = "Kata Dinas Sosial (Dinsos) Solo itu.";
        assert_eq!(
            after(text, Label::Org, "Dinas Sosial (Dinsos"),
            ["Dinas Sosial", "Dinsos"]
        );
        assert_eq!(after(text, Label::Org, "Dinsos) Solo"), ["Dinsos"]);
        assert_eq!(
            after(text, Label::Org, "Dinas Sosial (Dinsos)"),
            ["Dinas Sosial", "Dinsos"]
        );
        let whole = "Dinas Sosial (Dinsos) Solo";
        assert_eq!(after(text, Label::Org, whole), [whole]);
    }

    #[test]
    fn parts_in_brackets_stay() {
        let text = "PT Maju (Persero) dan Program Pintar (PIP) 2023.";
        for surface in ["PT Maju (Persero)", "Program Pintar (PIP)"] {
            assert_eq!(after(text, Label::Org, surface), [surface]);
        }
    }
}
