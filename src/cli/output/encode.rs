//! An article with its annotation to what is written of it.

use super::{Format, Piece, brat, conll, events, pretty, timeml};
use crate::cli::filter::{Filter, Layer};
use crate::pipeline::convert;
use crate::schema::{Annotation, Article, Offsets};
use crate::token::Tokenizer;

/// The unit of offsets.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(in crate::cli) enum Unit {
    /// Unicode characters, as in Python
    Chars,
    /// Bytes of UTF-8, as in Rust
    Bytes,
}

/// Writes one article; shared by all threads.
pub(in crate::cli) struct Encoder<'a> {
    pub format: Format,
    pub filter: &'a Filter,
    /// Whether the names of rules and models stay.
    pub explain: bool,
    pub offsets: Unit,
    pub colour: bool,
    pub tokenizer: &'a Tokenizer,
}

/// What stands at the beginning of each file of a format.
pub(super) fn header(format: Format) -> Option<String> {
    match format {
        Format::Csv => Some(events::header(b',')),
        Format::Tsv => Some(events::header(b'\t')),
        _ => None,
    }
}

impl Encoder<'_> {
    /// The piece of an article whose annotation has spans in bytes and is explained.
    ///
    /// # Errors
    /// Where it cannot be written, in words.
    pub(in crate::cli) fn encode(
        &self,
        article: &Article,
        mut annotation: Annotation,
    ) -> Result<Piece, String> {
        self.filter.apply(&mut annotation);
        if !self.explain {
            annotation.without_explanation();
        }
        let text = article.text.as_str();
        let id = annotation.id.clone();
        Ok(match self.format {
            #[cfg(not(feature = "parquet"))]
            Format::Parquet => return Err("this build cannot write Parquet".to_owned()),
            #[cfg(feature = "parquet")]
            Format::Parquet => {
                self.convert(&mut annotation, text);
                Piece::Annotation(Box::new(annotation))
            }
            Format::Jsonl => {
                self.convert(&mut annotation, text);
                let mut line = serde_json::to_string(&annotation).map_err(|e| e.to_string())?;
                line.push('\n');
                Piece::Text(line)
            }
            Format::Csv => Piece::Text(events::rows(&annotation, text, b',')),
            Format::Tsv => Piece::Text(events::rows(&annotation, text, b'\t')),
            Format::Conll => {
                let layers = match self.filter.layers() {
                    [] => &[Layer::Entities],
                    layers => layers,
                };
                let tokens = self.tokenizer.tokenize(text);
                Piece::Text(conll::article(&annotation, &tokens, layers))
            }
            Format::Brat => {
                convert(&mut annotation, text, Offsets::Chars);
                let marks = brat::article(&annotation, text);
                Piece::Files(id, vec![("txt", text.to_owned()), ("ann", marks)])
            }
            Format::Timeml => {
                let day = annotation.reference_time.value.as_deref();
                let day = day.and_then(|day| day.parse().ok());
                let document = timeml::write(&id, text, day, &annotation.times);
                Piece::Files(id, vec![("tml", document)])
            }
            Format::Pretty => Piece::Text(pretty::article(&annotation, self.colour)),
        })
    }

    fn convert(&self, annotation: &mut Annotation, text: &str) {
        let offsets = match self.offsets {
            Unit::Chars => Offsets::Chars,
            Unit::Bytes => Offsets::Bytes,
        };
        convert(annotation, text, offsets);
    }
}
