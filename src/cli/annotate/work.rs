//! What the workers do: a group of records to what is written of them.

use crate::cli::article::Reject;
use crate::cli::input::{Entry, Position, Record, Records};
use crate::cli::output::{Encoder, Piece};
use crate::pipeline::{Annotator, GROUP, caught};
use crate::schema::Article;
use std::time::{Duration, Instant};

/// A group is full with so many bytes: long articles go alone, so that memory stays bounded.
const MOST_BYTES: usize = 512 << 10;

/// Records in groups, as the tagger likes to read them.
pub(super) struct Groups(pub Records);

impl Iterator for Groups {
    type Item = Vec<Record>;

    fn next(&mut self) -> Option<Vec<Record>> {
        let (mut group, mut size) = (Vec::new(), 0);
        while group.len() < GROUP && size < MOST_BYTES {
            let Some(record) = self.0.next() else { break };
            size += record.size();
            group.push(record);
        }
        (!group.is_empty()).then_some(group)
    }
}

/// What an article may cost.
pub(super) struct Limits {
    /// Bytes of text.
    pub size: usize,
    pub time: Option<Duration>,
}

/// What became of a record.
pub(super) struct Done {
    pub place: Box<dyn std::fmt::Display + Send>,
    pub id: String,
    /// Where a run may go on that has done with it.
    pub after: Position,
    pub words: u64,
    pub result: Result<Piece, Reject>,
}

/// Everything that the workers share.
pub(super) struct Work<'a> {
    pub annotator: &'a Annotator,
    pub encoder: Encoder<'a>,
    pub limits: Limits,
}

impl Work<'_> {
    /// What is written of each record, in order; a panic costs its own article only.
    pub(super) fn group(&self, records: Vec<Record>) -> Vec<Done> {
        let (mut articles, mut done) = (Vec::new(), Vec::with_capacity(records.len()));
        for record in records {
            let (after, (place, id)) = (record.after, record.origin());
            let entry = caught(|| record.entry()).unwrap_or_else(|why| Entry {
                place,
                id,
                article: Err(fault(&why)),
            });
            let article = entry.article.and_then(|article| self.fits(article));
            let words = article.as_ref().map_or(0, |article| {
                article.text.split_ascii_whitespace().count() as u64
            });
            let result = article.map(|article| articles.push(article));
            done.push((entry.place, entry.id, after, words, result));
        }
        let mut pieces = self.pieces(&articles).into_iter();
        let done = done.into_iter().map(|(place, id, after, words, result)| {
            let piece = |()| {
                let piece = pieces.next();
                piece.unwrap_or_else(|| Err(fault("an annotation is missing")))
            };
            Done {
                place: Box::new(place),
                id,
                after,
                words,
                result: result.and_then(piece),
            }
        });
        done.collect()
    }

    fn fits(&self, article: Article) -> Result<Article, Reject> {
        let (size, most) = (article.text.len(), self.limits.size);
        match size > most {
            true => Err(Reject::new(
                "too_large",
                format!(
                    "the text has {size} bytes, more than {most}: split it or raise --max-size"
                ),
            )),
            false => Ok(article),
        }
    }

    fn pieces(&self, articles: &[Article]) -> Vec<Result<Piece, Reject>> {
        match self.limits.time {
            None => {
                let encode = |article: &_, annotation| self.encoder.encode(article, annotation);
                let pieces = self.annotator.map_group(articles, encode).into_iter();
                let flat = pieces.map(|piece| piece.and_then(|p| p).map_err(|why| fault(&why)));
                flat.collect()
            }
            // one by one: in a group nobody can say whose time it is
            Some(limit) => articles.iter().map(|a| self.within(limit, a)).collect(),
        }
    }

    fn within(&self, limit: Duration, article: &Article) -> Result<Piece, Reject> {
        let begin = Instant::now();
        let go_on = || match begin.elapsed() > limit {
            true => Err(Reject::new(
                "too_slow",
                format!(
                    "not done within {} s: split it or raise --max-time",
                    limit.as_secs_f64()
                ),
            )),
            false => Ok(()),
        };
        let annotated = caught(|| {
            let annotation = self.annotator.annotate_while(article, go_on)?;
            let piece = self.encoder.encode(article, annotation);
            piece.map_err(|why| fault(&why))
        });
        annotated.unwrap_or_else(|why| Err(fault(&why)))
    }
}

fn fault(why: &str) -> Reject {
    let message = format!("a fault of the program, please report it with the article: {why}");
    Reject::new("internal", message)
}
