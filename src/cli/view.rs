//! `view`: an output, or articles, as one page to look at.

use super::input::{Entry, entries_of, unpacked};
use super::output::{Output, refuse_overwriting};
use super::{AnnotatorArg, Outcome, article, message};
use crate::error::{Error, Result};
use crate::pipeline::Threads;
use crate::schema::{Annotation, Article, SCHEMA};
use crate::view::{Shown, report};
use rustc_hash::FxHashMap;
use std::io::BufRead;
use std::path::{Path, PathBuf};

/// Arguments of `view`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// JSONL files: what `annotate` wrote, or articles, which are annotated now; - for standard input
    #[arg(value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// The articles of the output, which itself holds no text: what `annotate` read; may stand several times
    #[arg(long, value_name = "FILE")]
    articles: Vec<PathBuf>,
    /// Write the page here instead of to standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    annotator: AnnotatorArg,
}

/// One line of the input.
enum Line {
    Annotated(Box<Annotation>),
    Article(Article),
    /// A line of a rejects file.
    Rejected,
}

/// Writes the page.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let read = [args.inputs.as_slice(), &args.articles].concat();
    refuse_overwriting(&read, &[args.output.as_deref()])?;
    let (mut texts, mut outcome) = texts(&args.articles);
    let (mut shown, mut pending, mut rejected) = (Vec::new(), Vec::new(), 0usize);
    let standard = [PathBuf::from("-")];
    let inputs = match args.inputs.as_slice() {
        [] => &standard,
        inputs => inputs,
    };
    for path in inputs {
        for line in lines(path)? {
            match line? {
                Line::Annotated(annotation) => {
                    let text = texts.remove(&annotation.id);
                    shown.push(Some(Shown::new(*annotation, text)));
                }
                Line::Article(article) => {
                    pending.push((shown.len(), article));
                    shown.push(None);
                }
                Line::Rejected => rejected += 1,
            }
        }
    }
    if !pending.is_empty() {
        annotate(pending, &mut shown, &args.annotator)?;
    }
    let shown: Vec<Shown> = shown.into_iter().flatten().collect();
    if let Some(bad) = shown.iter().find(|shown| !shown.fits()) {
        return Err(Error::input(format!(
            "{}: the text is not the one that was annotated (or \"id\" means another article); give the input of annotate",
            bad.id()
        )));
    }
    let missing = shown.iter().filter(|shown| !shown.has_text()).count();
    if missing > 0 {
        message(format!(
            "{missing} of {} articles without a text: an output holds offsets only; give the articles with --articles FILE",
            shown.len()
        ));
        if !args.articles.is_empty() {
            outcome = Outcome::Flawed;
        }
    }
    if rejected > 0 {
        message(format!("{rejected} lines of rejects left out"));
    }
    let mut output = Output::open(args.output.as_deref())?;
    output.write(&report(&shown)?)?;
    output.flush()?;
    Ok(outcome)
}

/// The texts by id; what cannot be read is said.
fn texts(files: &[PathBuf]) -> (FxHashMap<String, String>, Outcome) {
    let (mut texts, mut outcome) = (FxHashMap::default(), Outcome::Good);
    if files.is_empty() {
        return (texts, outcome);
    }
    for Entry { place, id, article } in entries_of(files) {
        match article {
            Ok(article) => {
                texts.insert(id, article.text);
            }
            Err(reject) => {
                message(format_args!("{place}: {}", reject.message));
                outcome = Outcome::Flawed;
            }
        }
    }
    (texts, outcome)
}

fn lines(path: &Path) -> Result<impl Iterator<Item = Result<Line>>> {
    let (reader, name) = unpacked(path)?;
    let numbered = reader.lines().enumerate();
    let wanted = numbered.filter(|(_, line)| !matches!(line, Ok(line) if line.trim().is_empty()));
    Ok(wanted.map(move |(at, line)| {
        let line = line.map_err(|e| Error::io(Path::new(&name), e))?;
        self::line(&line, at + 1).map_err(|error| error.at(format_args!("{name}:{}", at + 1)))
    }))
}

/// What a line says of itself.
#[derive(serde::Deserialize)]
struct Head {
    schema: Option<u32>,
    error: Option<serde::de::IgnoredAny>,
}

fn line(line: &str, number: usize) -> Result<Line> {
    let wrong = |e: serde_json::Error| Error::input(e.to_string()).because(e);
    let line = line.trim_start_matches('\u{feff}');
    let head: Head = serde_json::from_str(line).map_err(wrong)?;
    match head.schema {
        _ if head.error.is_some() => Ok(Line::Rejected),
        Some(SCHEMA) => Ok(Line::Annotated(serde_json::from_str(line).map_err(wrong)?)),
        Some(other) => Err(Error::input(format!(
            "schema {other}; this build reads schema {SCHEMA}"
        ))),
        None => {
            let (id, article) = article::from_json(line.as_bytes(), &article::Columns::default());
            let article = article.map_err(|reject| Error::input(reject.message))?;
            Ok(Line::Article(
                article.id(id.unwrap_or_else(|| number.to_string())),
            ))
        }
    }
}

/// Annotates the articles and puts each in its place.
fn annotate(
    pending: Vec<(usize, Article)>,
    shown: &mut [Option<Shown>],
    annotator: &AnnotatorArg,
) -> Result<()> {
    let annotator = annotator.load(None)?.explaining(true);
    let (places, articles): (Vec<usize>, Vec<Article>) = pending.into_iter().unzip();
    let annotations = Threads::new(None)?.run(|| annotator.annotate_all(&articles));
    for ((place, article), annotation) in places.into_iter().zip(articles).zip(annotations) {
        if let Some(slot) = shown.get_mut(place) {
            *slot = Some(Shown::new(annotation, Some(article.text)));
        }
    }
    Ok(())
}
