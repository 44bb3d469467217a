//! Single mentions judged as right or wrong, in articles that nobody annotated in full.

use crate::error::{Error, Result};
use crate::schema::{Article, Span};
use rustc_hash::FxHashMap;
use std::io::BufRead;
use std::path::Path;

/// An article with what was said of some of its mentions.
pub(super) struct Judged {
    pub article: Article,
    /// Type, place, and whether the words name an event of the type.
    pub verdicts: Vec<(String, Span, bool)>,
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

/// Reads lines `article TAB start TAB end TAB type TAB yes|no` (characters) and the articles that they
/// name from JSON lines; verdicts on articles that are not there are left out.
pub(super) fn read(verdicts: &Path, texts: &Path) -> Result<Vec<Judged>> {
    let lines = std::fs::read_to_string(verdicts).map_err(|e| Error::io(verdicts, e))?;
    let mut said: FxHashMap<&str, Vec<(usize, usize, &str, bool)>> = FxHashMap::default();
    for (number, line) in lines.lines().enumerate() {
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        let fail = || {
            let place = format!("{}:{}", verdicts.display(), number + 1);
            Error::input("expected article, start, end, type and yes or no, by tabs").at(place)
        };
        let fields: Vec<&str> = line.split('\t').collect();
        let [article, start, end, kind, verdict] = fields[..] else {
            return Err(fail());
        };
        let (Ok(start), Ok(end)) = (start.parse(), end.parse()) else {
            return Err(fail());
        };
        let yes = match verdict {
            "yes" => true,
            "no" => false,
            _ => return Err(fail()),
        };
        said.entry(article)
            .or_default()
            .push((start, end, kind, yes));
    }
    let file = std::fs::File::open(texts).map_err(|e| Error::io(texts, e))?;
    let mut judged = Vec::new();
    for line in std::io::BufReader::new(file).lines() {
        let line = line.map_err(|e| Error::io(texts, e))?;
        let article: Article = serde_json::from_str(&line)
            .map_err(|e| Error::input(e.to_string()).at(texts.display()).because(e))?;
        let Some(own) = article.id.as_deref().and_then(|id| said.remove(id)) else {
            continue;
        };
        let mut bytes: Vec<usize> = article.text.char_indices().map(|(at, _)| at).collect();
        bytes.push(article.text.len());
        let verdicts = own.into_iter().filter_map(|(start, end, kind, yes)| {
            let span = Span::new(*bytes.get(start)?, *bytes.get(end)?);
            Some((kind.to_owned(), span, yes))
        });
        let verdicts = verdicts.collect();
        judged.push(Judged { article, verdicts });
    }
    Ok(judged)
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
            "# what: a\na1\t3\t10\tlife.marry\tyes\nb\t0\t1\tx.y\tno\n",
        )
        .unwrap();
        std::fs::write(
            &texts,
            "{\"id\": \"a1\", \"text\": \"É: menikah.\"}\n{\"text\": \"x\"}\n",
        )
        .unwrap();
        let judged = read(&verdicts, &texts).unwrap();
        assert_eq!(judged.len(), 1);
        let (_, span, yes) = &judged[0].verdicts[0];
        assert_eq!((span.of(&judged[0].article.text), *yes), ("menikah", true));
        assert_eq!(judged[0].verdict("life.marry", *span), Some(true));
        assert_eq!(judged[0].verdict("life.die", *span), None);
        std::fs::write(&verdicts, "a1\t3\tlife.marry\tyes\n").unwrap();
        assert!(read(&verdicts, &texts).is_err());
    }
}
