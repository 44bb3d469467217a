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

    /// The day of publication as people write it: `YYYY-MM-DD`; a time of the day after it is allowed and dropped.
    ///
    /// # Errors
    /// Where the text is no such day, in words.
    ///
    /// ```
    /// use peristiwa::Article;
    /// assert_eq!(Article::parse_published("2024-08-14T09:30:00+07:00"), Ok("2024-08-14".parse().unwrap()));
    /// assert!(Article::parse_published("14/08/2024").is_err());
    /// ```
    pub fn parse_published(text: &str) -> Result<Date, String> {
        let wrong = || format!("expected a date such as 2024-08-14, found {text:.40?}");
        let (day, rest) = text.split_at_checked(10).ok_or_else(wrong)?;
        let shaped = day.bytes().enumerate().all(|(i, byte)| match i {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
        if !shaped || !(rest.is_empty() || rest.starts_with(['T', 't', ' '])) {
            return Err(wrong());
        }
        day.parse().map_err(|_| wrong())
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
