//! The input.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One article to annotate. Only `text` is required.
///
/// ```
/// use peristiwa::Article;
/// let article = Article::new("Budi Santoso dilantik pada Selasa (13/8).").published("2024-08-14".parse().unwrap());
/// assert_eq!(article.id, None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// Carried through to the output; a reader fills in the line number where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The article itself, never changed.
    pub text: String,
    /// Publication date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Date>,
    /// Headline, carried through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Outlet, carried through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Article {
    /// An article of which only the text is known.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// The same article with an id.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The same article with a publication date.
    pub fn published(mut self, date: Date) -> Self {
        self.published = Some(date);
        self
    }
}
