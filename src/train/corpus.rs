//! What taggers learn from: CoNLL files and gold folders, as texts with labelled spans.

use crate::error::{Error, Result};
use crate::schema::{MarkId, Span, marks};
use crate::token::{Tokenizer, Tokens};
use std::path::Path;

/// One text, or one sentence of a CoNLL file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Passage {
    pub text: String,
    /// Byte spans of the words, where the source has cut them.
    pub words: Option<Vec<Span>>,
    /// Byte spans with their labels; roles may hold others.
    pub spans: Vec<(Span, String)>,
}

/// All passages of one source.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Its name in messages and in the card.
    pub name: String,
    pub passages: Vec<Passage>,
    /// Whether it follows the guidelines.
    pub gold: bool,
    /// The labels that the source marks throughout; what else its words are is unknown.
    pub labels: Vec<String>,
}

impl Passage {
    /// The tokens, cut as the source has cut them where it has.
    pub(crate) fn tokens<'t>(&'t self, tokenizer: &Tokenizer) -> Tokens<'t> {
        match &self.words {
            Some(words) => tokenizer.tokenize_words(&self.text, words),
            None => tokenizer.tokenize(&self.text),
        }
    }

    /// The same passage with every letter mapped; letters whose length changes stay.
    pub(crate) fn with_letters(&self, case: Case) -> Self {
        let mut text = String::with_capacity(self.text.len());
        let mut start = true;
        for c in self.text.chars() {
            let upper = match case {
                Case::Lower => false,
                Case::Upper => true,
                Case::Title => start,
            };
            start = c.is_whitespace() || (start && !c.is_alphanumeric());
            let mapped: String = match upper {
                true => c.to_uppercase().collect(),
                false if case == Case::Title => c.to_string(),
                false => c.to_lowercase().collect(),
            };
            if mapped.len() == c.len_utf8() {
                text.push_str(&mapped);
            } else {
                text.push(c);
            }
        }
        Self {
            text,
            ..self.clone()
        }
    }
}

/// How to change the letters of a passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    Lower,
    Upper,
    /// Every word with a capital, as in headlines.
    Title,
}

impl Source {
    /// A gold folder or a CoNLL file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        if path.is_dir() {
            Self::gold(path)
        } else {
            Self::conll(path)
        }
    }

    /// A gold folder: every `.txt` with its marks.
    pub(crate) fn gold(folder: &Path) -> Result<Self> {
        let entries = std::fs::read_dir(folder).map_err(|e| Error::io(folder, e))?;
        let mut paths = Vec::new();
        for entry in entries {
            let path = entry.map_err(|e| Error::io(folder, e))?.path();
            if path.extension().is_some_and(|extension| extension == "txt") {
                paths.push(path);
            }
        }
        paths.sort();
        let mut passages = Vec::new();
        for path in &paths {
            let marked = read(path)?;
            let (text, marks) = marks::strip(&marked).map_err(|e| e.at(path.display()))?;
            let spans = marks.into_iter().filter_map(|(span, id)| match id {
                MarkId::Entity(label, _) => Some((span, label.to_string())),
                _ => None,
            });
            passages.push(Passage {
                spans: spans.collect(),
                words: None,
                text,
            });
        }
        if passages.is_empty() {
            return Err(Error::input(format!(
                "{}: no .txt file there",
                folder.display()
            )));
        }
        let labels = crate::schema::Label::ALL
            .iter()
            .map(|label| label.to_string())
            .collect();
        Ok(Self {
            name: name(folder),
            passages,
            gold: true,
            labels,
        })
    }

    /// A CoNLL file: `token TAB tag`, a blank line after each sentence.
    pub(crate) fn conll(path: &Path) -> Result<Self> {
        let content = read(path)?;
        let passages = parse_conll(&content).map_err(|e| e.at(path.display()))?;
        let mut labels: Vec<String> = passages
            .iter()
            .flat_map(|passage| passage.spans.iter().map(|(_, label)| label.clone()))
            .collect();
        labels.sort();
        labels.dedup();
        Ok(Self {
            name: name(path),
            passages,
            gold: false,
            labels,
        })
    }
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|e| Error::io(path, e))
}

/// The last two parts of a path: `nergrit/train.conll`.
fn name(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts[parts.len().saturating_sub(2)..].join("/")
}

fn parse_conll(content: &str) -> Result<Vec<Passage>> {
    let mut passages = Vec::new();
    let mut lines: Vec<(&str, &str)> = Vec::new();
    for (number, line) in content.lines().chain([""]).enumerate() {
        if line.trim().is_empty() {
            if !lines.is_empty() {
                passages.push(sentence(&lines));
                lines.clear();
            }
            continue;
        }
        let mut columns = line.split(['\t', ' ']).filter(|column| !column.is_empty());
        let (word, tag) = (columns.next(), columns.next_back());
        match (word, tag) {
            (Some(word), Some(tag))
                if tag == "O" || tag.starts_with("B-") || tag.starts_with("I-") =>
            {
                lines.push((word, tag));
            }
            _ => {
                return Err(Error::input(format!(
                    "line {}: expected token TAB tag (O, B-X or I-X), found {line:?}",
                    number + 1
                )));
            }
        }
    }
    Ok(passages)
}

/// Chunks as conlleval has them: an `I-X` that follows nothing of X begins one.
fn sentence(lines: &[(&str, &str)]) -> Passage {
    let mut text = String::new();
    let mut words = Vec::new();
    let mut spans: Vec<(Span, String)> = Vec::new();
    let mut open: Option<String> = None;
    for (word, tag) in lines {
        if !text.is_empty() {
            text.push(' ');
        }
        let start = text.len();
        text.push_str(word);
        let span = Span::new(start, text.len());
        words.push(span);
        let label = tag.get(2..).unwrap_or("");
        if tag.starts_with("I-") && open.as_deref() == Some(label) {
            if let Some((last, _)) = spans.last_mut() {
                *last = last.join(span);
            }
        } else if *tag == "O" {
            open = None;
        } else {
            spans.push((span, label.to_owned()));
            open = Some(label.to_owned());
        }
    }
    Passage {
        text,
        words: Some(words),
        spans,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_conll() {
        let passages =
            parse_conll("Budi\tB-PER\nAli\tI-PER\ndi\tO\nSolo\tI-LOC\n\nYa\tO\n").unwrap();
        assert_eq!(passages.len(), 2);
        let spans: Vec<_> = passages[0]
            .spans
            .iter()
            .map(|(span, label)| (span.of(&passages[0].text), label.as_str()))
            .collect();
        assert_eq!(spans, [("Budi Ali", "PER"), ("Solo", "LOC")]);
        assert!(
            parse_conll("Budi\tX\n")
                .unwrap_err()
                .to_string()
                .contains("line 1")
        );
    }

    #[test]
    fn case_variants_keep_the_spans() {
        let passage = parse_conll("Éko\tB-PER\nmundur\tO\n").unwrap().remove(0);
        assert_eq!(passage.with_letters(Case::Upper).text, "ÉKO MUNDUR");
        assert_eq!(passage.with_letters(Case::Lower).text, "éko mundur");
        assert_eq!(passage.with_letters(Case::Title).text, "Éko Mundur");
    }
}
