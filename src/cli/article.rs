//! One line of JSON Lines, or one plain text, to an [`Article`], or to the reason why not.

use crate::schema::Article;
use jiff::civil::Date;
use serde_json::{Map, Value};

/// Why an article could not be annotated, as the rejects file has it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub(crate) struct Reject {
    /// One word for programs.
    pub code: &'static str,
    /// A sentence for people: what was expected, what was found.
    pub message: String,
}

impl Reject {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

/// The article of one JSON object, and the id that it gives itself.
pub(super) fn from_json(line: &[u8]) -> (Option<String>, Result<Article, Reject>) {
    let text = match from_utf8(line) {
        Ok(text) => text,
        Err(reject) => return (None, Err(reject)),
    };
    match serde_json::from_str(text) {
        Ok(fields) => from_object(fields),
        Err(error) => (None, Err(not_json(&error))),
    }
}

/// The same, of an object that is already read.
pub(crate) fn from_object(
    mut fields: Map<String, Value>,
) -> (Option<String>, Result<Article, Reject>) {
    let id = match fields.remove("id") {
        None | Some(Value::Null) => None,
        Some(Value::String(id)) => Some(id),
        Some(Value::Number(id)) => Some(id.to_string()),
        Some(other) => return (None, Err(wrong_type("id", &other))),
    };
    let article = from_fields(fields);
    (id, article)
}

fn from_fields(mut fields: Map<String, Value>) -> Result<Article, Reject> {
    let text = optional(&mut fields, "text")?.ok_or_else(|| {
        Reject::new(
            "missing_text",
            "no \"text\": expected the article as a string",
        )
    })?;
    let published = match optional(&mut fields, "published")? {
        None => None,
        Some(date) => Some(self::date(&date).map_err(|why| Reject::new("bad_published", why))?),
    };
    let article = Article {
        published,
        title: optional(&mut fields, "title")?,
        source: optional(&mut fields, "source")?,
        ..Article::new(text)
    };
    not_empty(article)
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

fn from_utf8(bytes: &[u8]) -> Result<&str, Reject> {
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
    let code = match name {
        "published" => "bad_published",
        _ => "wrong_type",
    };
    Reject::new(
        code,
        format!("\"{name}\": expected a string, found {found}"),
    )
}

/// A day as `YYYY-MM-DD`; a time of the day after it is allowed and dropped.
pub(super) fn date(text: &str) -> Result<Date, String> {
    let wrong = || format!("\"published\": expected a date such as 2024-08-14, found {text:.40?}");
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

#[cfg(test)]
mod tests {
    use super::*;

    fn code(line: &str) -> &'static str {
        from_json(line.as_bytes()).1.unwrap_err().code
    }

    #[test]
    fn reads_what_it_should() {
        let (id, article) = from_json(
            br#"{"id": 7, "text": "Budi tiba.", "published": "2024-08-14T10:00:00+07:00", "x": [1]}"#,
        );
        let article = article.unwrap();
        assert_eq!(id.as_deref(), Some("7"));
        assert_eq!(article.text, "Budi tiba.");
        assert_eq!(article.published.unwrap().to_string(), "2024-08-14");
        assert!(from_json(br#"{"text": "a", "published": null}"#).1.is_ok());
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
        let reject = from_json(b"{\"text\": \"a\xff\"}").1.unwrap_err();
        assert_eq!(reject.message, "not UTF-8: byte 12 (0xFF)");
    }
}
