//! One line of JSON Lines, or one plain text, to an [`Article`], or to the reason why not.

use crate::schema::Article;
use serde_json::{Map, Value};

/// Why an article could not be annotated, as the rejects file has it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub(crate) struct Reject {
    /// One word for programs.
    pub code: &'static str,
    /// A sentence for people: what was expected, what was found.
    pub message: String,
}

/// The code of a page of a web archive in another language.
pub(super) const OTHER_LANGUAGE: &str = "other_language";

/// The code of a page of a web archive without an article.
pub(super) const NO_ARTICLE: &str = "no_article";

impl Reject {
    /// Whether this is as it should be: of a web archive most pages are no Indonesian articles.
    pub(super) fn is_expected(&self) -> bool {
        self.code == OTHER_LANGUAGE || self.code == NO_ARTICLE
    }

    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

/// What the parts of an article are called in the input.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Columns {
    /// Field or column with the article
    #[arg(
        id = "text_column",
        long = "text-column",
        value_name = "NAME",
        default_value = "text",
        help_heading = "Input"
    )]
    pub text: String,
    /// Field or column with its id
    #[arg(
        id = "id_column",
        long = "id-column",
        value_name = "NAME",
        default_value = "id",
        help_heading = "Input"
    )]
    pub id: String,
    /// Field or column with its date of publication
    #[arg(
        id = "published_column",
        long = "published-column",
        value_name = "NAME",
        default_value = "published",
        help_heading = "Input"
    )]
    pub published: String,
    /// Field or column with its headline
    #[arg(
        id = "title_column",
        long = "title-column",
        value_name = "NAME",
        default_value = "title",
        help_heading = "Input"
    )]
    pub title: String,
    /// Field or column with its outlet
    #[arg(
        id = "source_column",
        long = "source-column",
        value_name = "NAME",
        default_value = "source",
        help_heading = "Input"
    )]
    pub source: String,
}

impl Default for Columns {
    fn default() -> Self {
        let [text, id, published, title, source] =
            ["text", "id", "published", "title", "source"].map(str::to_owned);
        Self {
            text,
            id,
            published,
            title,
            source,
        }
    }
}

impl Columns {
    /// Why a table with these columns gives no articles.
    pub(super) fn no_text<S: AsRef<str>>(&self, names: &[S]) -> Reject {
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        Reject::new(
            "missing_text",
            format!(
                "no column {:?}; the columns are {}: name that of the articles with --text-column",
                self.text,
                names.join(", ")
            ),
        )
    }
}

/// An article as a table has it.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    pub id: Option<String>,
    pub text: Option<String>,
    pub published: Option<String>,
    pub title: Option<String>,
    pub source: Option<String>,
}

/// The article of one JSON object, and the id that it gives itself.
pub(super) fn from_json(
    line: &[u8],
    columns: &Columns,
) -> (Option<String>, Result<Article, Reject>) {
    let text = match from_utf8(line) {
        Ok(text) => text,
        Err(reject) => return (None, Err(reject)),
    };
    match serde_json::from_str(text) {
        Ok(fields) => from_fields(fields, columns),
        Err(error) => (None, Err(not_json(&error))),
    }
}

/// The same, of an object that is already read and has the usual names.
#[cfg(feature = "serve")]
pub(crate) fn from_object(fields: Map<String, Value>) -> (Option<String>, Result<Article, Reject>) {
    from_fields(fields, &Columns::default())
}

fn from_fields(
    mut fields: Map<String, Value>,
    columns: &Columns,
) -> (Option<String>, Result<Article, Reject>) {
    let id = match fields.remove(&columns.id) {
        None | Some(Value::Null) => None,
        Some(Value::String(id)) => Some(id),
        Some(Value::Number(id)) => Some(id.to_string()),
        Some(other) => return (None, Err(wrong_type(&columns.id, &other))),
    };
    let mut part = |name: &str| optional(&mut fields, name);
    let mut parts = || {
        Ok(Parts {
            id: None,
            text: part(&columns.text)?,
            published: part(&columns.published).map_err(|reject| Reject {
                code: "bad_published",
                ..reject
            })?,
            title: part(&columns.title)?,
            source: part(&columns.source)?,
        })
    };
    let article = parts().and_then(|parts| article(parts, columns));
    (id, article)
}

/// The article of a row of a table, and the id that it gives itself.
pub(super) fn from_parts(
    mut parts: Parts,
    columns: &Columns,
) -> (Option<String>, Result<Article, Reject>) {
    let id = parts.id.take();
    (id, article(parts, columns))
}

fn article(parts: Parts, columns: &Columns) -> Result<Article, Reject> {
    let text = parts.text.ok_or_else(|| {
        let message = format!("no {:?}: expected the article as a string", columns.text);
        Reject::new("missing_text", message)
    })?;
    let published = match parts.published {
        None => None,
        Some(day) => Some(Article::parse_published(&day).map_err(|why| {
            Reject::new("bad_published", format!("{:?}: {why}", columns.published))
        })?),
    };
    not_empty(Article {
        published,
        title: parts.title,
        source: parts.source,
        ..Article::new(text)
    })
}

/// The article of a plain text file.
pub(super) fn from_text(bytes: Vec<u8>) -> Result<Article, Reject> {
    let text = from_utf8(&bytes)?.to_owned();
    not_empty(Article::new(text))
}

fn not_empty(article: Article) -> Result<Article, Reject> {
    if article.text.trim().is_empty() {
        return Err(Reject::new("empty_text", "the text is empty"));
    }
    Ok(article)
}

pub(super) fn from_utf8(bytes: &[u8]) -> Result<&str, Reject> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let byte = bytes.get(at).copied().unwrap_or(0);
        let line = memchr::memchr_iter(b'\n', bytes.get(..at).unwrap_or(&[])).count() + 1;
        let place = match line {
            1 => String::new(),
            _ => format!(" on line {line}"),
        };
        Reject::new(
            "invalid_utf8",
            format!("not UTF-8: byte {} (0x{byte:02X}){place}", at + 1),
        )
    })
}

fn not_json(error: &serde_json::Error) -> Reject {
    let text = error.to_string();
    let reason = text.split(" at line ").next().unwrap_or(&text);
    Reject::new(
        "not_json",
        format!(
            "not a JSON object: {reason} at column {}; expected one object a line, such as {{\"text\": \"…\"}}",
            error.column()
        ),
    )
}

/// A string field that may be missing or null.
fn optional(fields: &mut Map<String, Value>, name: &str) -> Result<Option<String>, Reject> {
    match fields.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(wrong_type(name, &other)),
    }
}

fn wrong_type(name: &str, found: &Value) -> Reject {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    Reject::new(
        "wrong_type",
        format!("\"{name}\": expected a string, found {found}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(line: &str) -> &'static str {
        from_json(line.as_bytes(), &Columns::default())
            .1
            .unwrap_err()
            .code
    }

    #[test]
    fn reads_what_it_should() {
        let (id, article) = from_json(
            br#"{"id": 7, "text": "Budi tiba.", "published": "2024-08-14T10:00:00+07:00", "x": [1]}"#,
            &Columns::default(),
        );
        let article = article.unwrap();
        assert_eq!(id.as_deref(), Some("7"));
        assert_eq!(article.text, "Budi tiba.");
        assert_eq!(article.published.unwrap().to_string(), "2024-08-14");
        assert!(
            from_json(br#"{"text": "a", "published": null}"#, &Columns::default())
                .1
                .is_ok()
        );
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!(code("bukan json"), "not_json");
        assert_eq!(code("[1]"), "not_json");
        assert_eq!(code("{}"), "missing_text");
        assert_eq!(code(r#"{"text": null}"#), "missing_text");
        assert_eq!(code(r#"{"text": " \n"}"#), "empty_text");
        assert_eq!(code(r#"{"text": 5}"#), "wrong_type");
        for date in ["kemarin", "2024-02-30", "14/08/2024", "", "2024-08-14x"] {
            let line = format!(r#"{{"text": "a", "published": "{date}"}}"#);
            assert_eq!(code(&line), "bad_published");
        }
        assert_eq!(code(r#"{"text": "a", "published": 2024}"#), "bad_published");
        let reject = from_json(b"{\"text\": \"a\xff\"}", &Columns::default())
            .1
            .unwrap_err();
        assert_eq!(reject.message, "not UTF-8: byte 12 (0xFF)");
    }
}
