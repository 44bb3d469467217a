//! Word lists: `form TAB value TAB note`, comment lines with `#`.

use crate::error::{Error, Result};

/// One line of a lexicon.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The words as printed; matched without regard to case.
    pub form: String,
    /// What they stand for; empty where the file gives nothing.
    pub value: String,
    /// A third column, free; empty where the file gives nothing.
    pub note: String,
    /// 1-based line in the file.
    pub line: u32,
}

/// A list of words or phrases with values.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    /// File name without `.tsv`.
    pub name: String,
    /// In file order.
    pub entries: Vec<Entry>,
    /// The comment lines at the top, without `# `.
    pub header: Vec<String>,
}

impl Lexicon {
    pub(crate) fn parse(name: &str, text: &str) -> Result<Self> {
        let mut lexicon = Self {
            name: name.to_owned(),
            ..Self::default()
        };
        for (index, line) in text.lines().enumerate() {
            if let Some(comment) = line.strip_prefix('#') {
                if lexicon.entries.is_empty() {
                    lexicon.header.push(comment.trim().to_owned());
                }
                continue;
            }
            if line.trim().is_empty() {
                continue;
            }
            let mut columns = line.split('\t');
            let form = columns.next().unwrap_or("");
            let value = columns.next().unwrap_or("");
            let note = columns.next().unwrap_or("");
            if form.trim() != form || form.is_empty() || columns.next().is_some() {
                return Err(Error::models(format!(
                    "line {}: expected form TAB value TAB note, found {line:?}",
                    index + 1
                )));
            }
            lexicon.entries.push(Entry {
                form: form.to_owned(),
                value: value.to_owned(),
                note: note.to_owned(),
                line: index as u32 + 1,
            });
        }
        Ok(lexicon)
    }
}
