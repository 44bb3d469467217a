//! What a source gives, and what becomes of it.

use super::super::article::{self, Parts, Reject};
use super::Context;
#[cfg(feature = "warc")]
use super::warc::Page;
use crate::schema::Article;
use std::sync::Arc;

/// Where an article stands, for messages.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Place {
    pub(super) file: Arc<str>,
    pub(super) line: Option<u64>,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

/// How much of the input is read when a record has been: where a run may go on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(in crate::cli) struct Position {
    /// Index of the input.
    pub(super) input: u64,
    /// Records of that input.
    pub(super) record: u64,
}

/// What a source gives for one article.
pub(super) struct Item {
    /// Line, row or record, counted from 1; none where the file is one article.
    pub(super) line: Option<u64>,
    pub(super) raw: Raw,
}

impl Item {
    pub(super) fn bad(reject: Reject) -> Self {
        Self {
            line: None,
            raw: Raw::Bad(reject),
        }
    }
}

/// An article as it was read.
pub(super) enum Raw {
    /// A line of JSON.
    Json(Vec<u8>),
    /// A plain text.
    Text(Vec<u8>),
    /// A row of a table.
    Row(Parts),
    /// A page of a web archive.
    #[cfg(feature = "warc")]
    Page(Box<Page>),
    /// Nothing, and why.
    Bad(Reject),
}

/// One article as it was read, with all that is needed to make an [`Entry`] of it.
pub(in crate::cli) struct Record {
    place: Place,
    id: String,
    raw: Raw,
    /// Where a run may go on that has done with this record.
    pub(in crate::cli) after: Position,
    context: Arc<Context>,
}

/// One article, or why there is none.
pub(in crate::cli) struct Entry {
    pub place: Place,
    pub id: String,
    pub article: Result<Article, Reject>,
}

impl Record {
    pub(super) fn new(
        place: Place,
        id: String,
        item: Item,
        after: Position,
        context: Arc<Context>,
    ) -> Self {
        Self {
            place,
            id,
            raw: item.raw,
            after,
            context,
        }
    }

    /// Roughly the memory that it takes.
    pub(in crate::cli) fn size(&self) -> usize {
        match &self.raw {
            Raw::Json(bytes) | Raw::Text(bytes) => bytes.len(),
            Raw::Row(parts) => parts.text.as_ref().map_or(0, String::len),
            #[cfg(feature = "warc")]
            Raw::Page(page) => page.size(),
            Raw::Bad(_) => 0,
        }
    }

    /// Where it stands, and the id that it has from there.
    pub(in crate::cli) fn origin(&self) -> (Place, String) {
        (self.place.clone(), self.id.clone())
    }

    /// The article.
    pub(in crate::cli) fn entry(self) -> Entry {
        let args = &self.context.args;
        let (id, article) = match self.raw {
            Raw::Json(line) => article::from_json(&line, &args.columns),
            Raw::Text(bytes) => (None, article::from_text(bytes)),
            Raw::Row(parts) => article::from_parts(parts, &args.columns),
            #[cfg(feature = "warc")]
            Raw::Page(page) => {
                let languages = &self.context.languages;
                page.article((!args.any_language).then_some(languages))
            }
            Raw::Bad(reject) => (None, Err(reject)),
        };
        let id = id.unwrap_or(self.id);
        Entry {
            place: self.place,
            article: article.map(|mut article| {
                article.id = Some(id.clone());
                article.published = article.published.or(args.published);
                article
            }),
            id,
        }
    }
}
