//! Articles of Python values: a string, or a mapping as one line of the command's input.

use crate::failure::Failure;
use jiff::civil::Date;
use peristiwa::Article;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDate, PyMapping, PyString};

/// The article that `value` is, with its id or else `number`; the id comes with a failure too.
///
/// The outer error is one of Python itself, such as an interrupt inside a mapping of the caller's.
pub(crate) fn article(
    value: &Bound<'_, PyAny>,
    number: usize,
) -> PyResult<(String, Result<Article, Failure>)> {
    if let Ok(text) = value.cast::<PyString>() {
        let article = self::text(text, "text").map(Article::new);
        let id = number.to_string();
        return Ok((id.clone(), article.map(|article| article.id(id))));
    }
    let Ok(fields) = value.cast::<PyMapping>() else {
        let found = Failure::new(
            "wrong_type",
            format!(
                "expected an article as a string or a mapping with \"text\", found {}",
                kind(value)
            ),
        );
        return Ok((number.to_string(), Err(found)));
    };
    let field = |name: &str| -> PyResult<Option<Bound<'_, PyAny>>> {
        match fields.contains(name)? {
            true => Ok(Some(fields.get_item(name)?).filter(|value| !value.is_none())),
            false => Ok(None),
        }
    };
    let id = match id(field("id")?.as_ref()) {
        Ok(id) => id.unwrap_or_else(|| number.to_string()),
        Err(failure) => return Ok((number.to_string(), Err(failure))),
    };
    let (text, published) = (field("text")?, field("published")?);
    let (title, source) = (field("title")?, field("source")?);
    let article = || {
        let text = string(text.as_ref(), "text")?.ok_or_else(missing_text)?;
        Ok(Article {
            published: published.as_ref().map(date).transpose()?,
            title: string(title.as_ref(), "title")?,
            source: string(source.as_ref(), "source")?,
            ..Article::new(text)
        })
    };
    let article = article().map(|article| article.id(id.clone()));
    Ok((id, article))
}

pub(crate) fn missing_text() -> Failure {
    Failure::new(
        "missing_text",
        "no \"text\": expected the article as a string",
    )
}

fn id(value: Option<&Bound<'_, PyAny>>) -> Result<Option<String>, Failure> {
    let Some(value) = value else { return Ok(None) };
    let number = value.extract::<i64>().ok();
    match number.filter(|_| !value.is_instance_of::<PyBool>()) {
        Some(number) => Ok(Some(number.to_string())),
        None => string(Some(value), "id"),
    }
}

fn string(value: Option<&Bound<'_, PyAny>>, name: &str) -> Result<Option<String>, Failure> {
    let Some(value) = value else { return Ok(None) };
    let wrong = |_| {
        Failure::new(
            "wrong_type",
            format!("\"{name}\": expected a string, found {}", kind(value)),
        )
    };
    text(value.cast::<PyString>().map_err(wrong)?, name).map(Some)
}

fn text(value: &Bound<'_, PyString>, name: &str) -> Result<String, Failure> {
    let lone = |_| {
        Failure::new(
            "invalid_utf8",
            format!("\"{name}\": holds a lone surrogate, which no UTF-8 text can"),
        )
    };
    value.extract::<String>().map_err(lone)
}

fn kind(value: &Bound<'_, PyAny>) -> String {
    let name = value.get_type().qualname().map(|name| name.to_string());
    name.unwrap_or_else(|_| "something else".to_owned())
}

/// A `datetime.date` or `datetime.datetime`, or a string that begins with a day.
pub(crate) fn date(value: &Bound<'_, PyAny>) -> Result<Date, Failure> {
    let written = match value.is_instance_of::<PyDate>() {
        true => value.call_method0("isoformat").ok(),
        false => Some(value.clone()),
    };
    let written = written.and_then(|value| value.extract::<String>().ok());
    match written {
        Some(written) => day(&written),
        None => Err(Failure::new(
            "bad_published",
            format!(
                "\"published\": expected a date or a string such as 2024-08-14, found {}",
                kind(value)
            ),
        )),
    }
}

/// What [`Article::parse_published`] reads.
pub(crate) fn day(text: &str) -> Result<Date, Failure> {
    Article::parse_published(text)
        .map_err(|why| Failure::new("bad_published", format!("\"published\": {why}")))
}
