//! Single mentions judged as right or wrong, in articles that nobody annotated in full.

use crate::error::{Error, Result};
use crate::schema::{Article, Span};
use crate::train::text::lines;
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};

/// An article with what was said of some of its mentions.
pub(super) struct Judged {
    pub article: Article,
    /// Type, place, and whether the words name an event of the type.
    pub verdicts: Vec<(String, Span, bool)>,
    /// Role, place of its filler, and whether it has the role, for the verdict of that number.
    pub arguments: Vec<(Argument, bool)>,
}

/// An argument by the words of its trigger and of its filler.
#[derive(Debug, PartialEq)]
pub(super) struct Argument {
    pub kind: String,
    pub trigger: Span,
    pub role: String,
    pub filler: Span,
}

impl Judged {
    /// The verdict on a mention, where there is one.
    pub(super) fn verdict(&self, kind: &str, span: Span) -> Option<bool> {
        let own = self.verdicts.iter();
        own.into_iter()
            .find(|(known, place, _)| known == kind && place.overlaps(span))
            .map(|(_, _, yes)| *yes)
    }
}

/// Reads lines `article TAB start TAB end TAB type TAB yes|no` (characters), for an argument with `role TAB
/// start TAB end` before the verdict, and the articles that they name from JSON lines; verdicts on
/// articles that are not there are left out.
pub(super) fn read(files: &[PathBuf], texts: &Path) -> Result<Vec<Judged>> {
    let mut said: FxHashMap<String, Vec<Vec<String>>> = FxHashMap::default();
    for path in files {
        let lines = std::fs::read_to_string(path).map_err(|e| Error::io(path, e))?;
        for (number, line) in lines.lines().enumerate() {
            if line.starts_with('#') || line.is_empty() {
                continue;
            }
            let fields: Vec<String> = line.split('\t').map(str::to_owned).collect();
            let figures = |from: usize| {
                let mut pair = fields.iter().skip(from).take(2);
                pair.all(|f| f.parse::<usize>().is_ok())
            };
            let long = fields.len() == 8 && figures(5);
            let verdict = matches!(fields.last().map(String::as_str), Some("yes" | "no"));
            if !(fields.len() == 5 || long) || !figures(1) || !verdict {
                let place = format!("{}:{}", path.display(), number + 1);
                let message = "expected article, start, end, type, for an argument role, start, end, \
                               then yes or no, by tabs";
                return Err(Error::input(message).at(place));
            }
            said.entry(fields[0].clone()).or_default().push(fields);
        }
    }
    let mut judged = Vec::new();
    lines(texts, |line| {
        let article: Article =
            serde_json::from_str(line).map_err(|e| Error::input(e.to_string()).because(e))?;
        if let Some(own) = article.id.as_ref().and_then(|id| said.remove(id)) {
            judged.push(lesson(article, &own));
        }
        Ok(())
    })?;
    Ok(judged)
}

/// The verdicts on an article, in bytes of its text; what lies outside of it is left out.
fn lesson(article: Article, said: &[Vec<String>]) -> Judged {
    let mut bytes: Vec<usize> = article.text.char_indices().map(|(at, _)| at).collect();
    bytes.push(article.text.len());
    let span = |start: &str, end: &str| {
        let byte = |at: &str| bytes.get(at.parse::<usize>().ok()?).copied();
        Some(Span::new(byte(start)?, byte(end)?))
    };
    let (mut verdicts, mut arguments) = (Vec::new(), Vec::new());
    for fields in said {
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        match fields[..] {
            [_, start, end, kind, verdict] => {
                if let Some(place) = span(start, end) {
                    verdicts.push((kind.to_owned(), place, verdict == "yes"));
                }
            }
            [_, start, end, kind, role, from, to, verdict] => {
                if let (Some(trigger), Some(filler)) = (span(start, end), span(from, to)) {
                    let argument = Argument {
                        kind: kind.to_owned(),
                        trigger,
                        role: role.to_owned(),
                        filler,
                    };
                    arguments.push((argument, verdict == "yes"));
                }
            }
            _ => {}
        }
    }
    Judged {
        article,
        verdicts,
        arguments,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_find_their_words() {
        let folder = tempfile::tempdir().unwrap();
        let (verdicts, texts) = (folder.path().join("v.tsv"), folder.path().join("t.jsonl"));
        std::fs::write(
            &verdicts,
            "# what: a\na1\t3\t10\tlife.marry\tyes\nb\t0\t1\tx.y\tno\na1\t3\t10\tlife.marry\tperson\t0\t1\tno\n",
        )
        .unwrap();
        std::fs::write(
            &texts,
            "{\"id\": \"a1\", \"text\": \"É: menikah.\"}\n{\"text\": \"x\"}\n",
        )
        .unwrap();
        let files = [verdicts.clone()];
        let judged = read(&files, &texts).unwrap();
        assert_eq!(judged.len(), 1);
        let (_, span, yes) = &judged[0].verdicts[0];
        assert_eq!((span.of(&judged[0].article.text), *yes), ("menikah", true));
        assert_eq!(judged[0].verdict("life.marry", *span), Some(true));
        assert_eq!(judged[0].verdict("life.die", *span), None);
        assert_eq!(
            judged[0].arguments[0].0.filler.of(&judged[0].article.text),
            "É"
        );
        std::fs::write(&verdicts, "a1\t3\tlife.marry\tyes\n").unwrap();
        assert!(read(&files, &texts).is_err());
    }
}
