//! Pages to look at an output: articles with their marks, events, a timeline, who is linked with whom.
//!
//! In: annotations, with the texts where they are known. Out: one HTML page that needs nothing else, no
//! network and no folder beside it. What an article says reaches the page as data only: the JSON inside it
//! has no `<`, and the page's script makes text nodes of it.
//!
//! ```
//! use peristiwa::view::{Shown, report};
//! use peristiwa::{Annotator, Article, Models};
//!
//! let annotator = Annotator::new(&Models::bundled()?)?.explaining(true);
//! let article = Article::new("Budi Santoso dilantik. </script><script>alert(1)</script>");
//! let shown = Shown::new(annotator.annotate(&article), Some(article.text));
//! let page = report(&[shown])?;
//! assert!(page.contains("Budi Santoso") && !page.contains("<script>alert"));
//! # Ok::<(), peristiwa::Error>(())
//! ```

mod page;
mod scores;
mod shown;

#[cfg(feature = "serve")]
pub(crate) use page::Linked;
pub use scores::{Run, scores};
pub use shown::Shown;

use crate::error::{Error, Result};

/// One page about these articles.
///
/// # Errors
/// Where an annotation cannot be written as JSON.
pub fn report(articles: &[Shown]) -> Result<String> {
    #[derive(serde::Serialize)]
    struct Data<'a> {
        articles: &'a [Shown],
    }
    Ok(page::inline(page::Kind::Report, &json(&Data { articles })?))
}

/// JSON that may stand inside a script element: no `<` ends the element or opens a comment.
fn json(value: &impl serde::Serialize) -> Result<String> {
    let text = serde_json::to_string(value);
    let text = text.map_err(|e| Error::input(e.to_string()).because(e))?;
    Ok(text.replace('<', "\\u003c"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Annotation, Offsets};

    fn annotation() -> Annotation {
        let json = r#"{"schema": 1, "id": "</script>", "reference_time": {"basis": "none"},
            "entities": [{"id": "e1", "label": "PER", "name": "é <!-- é",
                          "mentions": [{"start": 2, "end": 3, "text": "é"}]}]}"#;
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn nothing_of_an_article_is_markup() {
        let text = "é é </script><script>alert(1)</script><!-- \u{2028}";
        let page = report(&[Shown::new(annotation(), Some(text.to_owned()))]).unwrap();
        let data = page
            .split_once("<script type=\"application/json\" id=\"data\">")
            .and_then(|(_, rest)| rest.split_once("</script>"))
            .unwrap()
            .0;
        assert!(!data.contains('<'));
        let data: serde_json::Value = serde_json::from_str(data).unwrap();
        assert_eq!(data["articles"][0]["text"], text);
        assert_eq!(data["articles"][0]["id"], "</script>");
        assert_eq!(page.matches("</script>").count(), 2);
        // No network: nothing is loaded from anywhere.
        let loads = ["src=", "href=\"http", "url(", "@import", "fetch(\"http"];
        assert!(loads.iter().all(|word| !page.contains(word)));
    }

    #[test]
    fn a_text_must_be_the_one_of_its_offsets() {
        assert!(Shown::new(annotation(), Some("é é".to_owned())).fits());
        assert!(Shown::new(annotation(), None).fits());
        assert!(!Shown::new(annotation(), Some("é".to_owned())).fits());
        let mut bytes = annotation();
        bytes.offsets = Offsets::Bytes;
        assert!(!Shown::new(bytes, Some("é é".to_owned())).fits());
    }
}
