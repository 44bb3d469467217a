//! The page about accuracy: bars, confusions, errors in context, two runs side by side.

use super::page::{self, Kind};
use crate::error::Result;
use crate::schema::{Annotation, Gold};
use crate::score::{Confusion, Report, confusions};
use rustc_hash::FxHashMap;
use serde::Serialize;

/// One output that was scored.
pub struct Run<'a> {
    /// How the page calls it, such as the name of its file.
    pub name: &'a str,
    /// Its scores, with the errors one by one.
    pub report: &'a Report,
    /// The output.
    pub found: &'a [Annotation],
}

#[derive(Serialize)]
struct Data<'a> {
    runs: Vec<RunData<'a>>,
    articles: Vec<ArticleData<'a>>,
}

#[derive(Serialize)]
struct RunData<'a> {
    name: &'a str,
    report: &'a Report,
    /// Start and end of each error of the report, in bytes.
    places: Vec<(u32, u32)>,
    confusions: Vec<Confusion>,
}

#[derive(Serialize)]
struct ArticleData<'a> {
    id: &'a str,
    text: &'a str,
    gold: &'a Annotation,
    /// In the order of the runs.
    found: Vec<Option<&'a Annotation>>,
}

/// One page about how good one output is, or several of the same gold.
///
/// # Errors
/// Where an annotation cannot be written as JSON.
pub fn scores(golds: &[Gold], runs: &[Run]) -> Result<String> {
    let by_id: Vec<FxHashMap<&str, &Annotation>> = runs
        .iter()
        .map(|run| run.found.iter().map(|a| (a.id.as_str(), a)).collect())
        .collect();
    let articles = golds.iter().map(|gold| ArticleData {
        id: &gold.annotation.id,
        text: &gold.article.text,
        gold: &gold.annotation,
        found: by_id
            .iter()
            .map(|found| found.get(gold.annotation.id.as_str()).copied())
            .collect(),
    });
    let data = Data {
        articles: articles.collect(),
        runs: runs
            .iter()
            .map(|run| RunData {
                name: run.name,
                report: run.report,
                places: (run.report.slips.iter())
                    .map(|slip| (slip.span.start, slip.span.end))
                    .collect(),
                confusions: confusions(golds, run.found),
            })
            .collect(),
    };
    Ok(page::inline(Kind::Scores, &super::json(&data)?))
}
