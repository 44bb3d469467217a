//! `annotate`: articles in, one JSON object a line out, in the same order.

use super::article::Reject;
use super::filter::Filter;
use super::input::{Entry, InputArgs};
use super::output::{Output, Rejects, refuse_overwriting};
use super::{AnnotatorArg, Outcome, pretty};
use crate::error::{Error, Result};
use crate::pipeline::{Annotator, Threads};
use crate::schema::{Annotation, Article, Offsets};
use std::io::IsTerminal;
use std::path::PathBuf;

/// A batch is full at so many articles or so much text: memory stays bounded on input of any size.
const MOST_ARTICLES: usize = 256;
const MOST_TEXT: usize = 4 << 20;

/// Arguments of `annotate`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    annotator: AnnotatorArg,
    #[command(flatten)]
    filter: Filter,
    /// Number of threads [default: one a core]; the output is the same for any number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Write with every annotation the rule, lexicon entry or model that found it
    #[arg(long)]
    explain: bool,
    /// Unit of the offsets
    #[arg(long, value_name = "UNIT", value_enum, default_value = "chars")]
    offsets: Unit,
    /// Write for people: each event on one line
    #[arg(long)]
    pretty: bool,
    /// Write here instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// List here the articles that could not be annotated
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Unit {
    /// Unicode characters, as in Python
    Chars,
    /// Bytes of UTF-8, as in Rust
    Bytes,
}

/// Annotates batch after batch.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    refuse_overwriting(
        &args.input.inputs,
        &[args.output.as_deref(), args.rejects.as_deref()],
    )?;
    let annotator = args
        .annotator
        .load()?
        .explaining(true)
        .offsets(match args.offsets {
            Unit::Chars => Offsets::Chars,
            Unit::Bytes => Offsets::Bytes,
        });
    let threads = Threads::new(args.threads.map(usize::from))?;
    let mut output = Output::open(args.output.as_deref())?;
    let mut rejects = Rejects::open(args.rejects.as_deref())?;
    let colour = args.output.is_none() && std::io::stdout().is_terminal();
    let write = |mut annotation: Annotation| -> Result<String, String> {
        args.filter.apply(&mut annotation);
        if !args.explain {
            annotation.without_explanation();
        }
        if args.pretty {
            return Ok(pretty::article(&annotation, colour));
        }
        let mut line = serde_json::to_string(&annotation).map_err(|e| e.to_string())?;
        line.push('\n');
        Ok(line)
    };

    let mut entries = args.input.entries();
    let mut total = 0;
    loop {
        let batch = next_batch(&mut entries);
        if batch.is_empty() {
            break;
        }
        total += batch.len();
        annotate_batch(
            batch,
            &annotator,
            &threads,
            &write,
            &mut output,
            &mut rejects,
        )?;
    }
    match rejects.count() {
        0 => Ok(Outcome::Good),
        count => {
            super::message(format_args!("{count} of {total} articles not annotated"));
            Ok(Outcome::Flawed)
        }
    }
}

fn next_batch(entries: &mut impl Iterator<Item = Entry>) -> Vec<Entry> {
    let mut batch = Vec::new();
    let mut size = 0;
    while batch.len() < MOST_ARTICLES && size < MOST_TEXT {
        let Some(entry) = entries.next() else { break };
        size += entry.article.as_ref().map_or(0, |a| a.text.len());
        batch.push(entry);
    }
    batch
}

fn annotate_batch(
    mut batch: Vec<Entry>,
    annotator: &Annotator,
    threads: &Threads,
    write: &(impl Fn(Annotation) -> Result<String, String> + Sync),
    output: &mut Output,
    rejects: &mut Rejects,
) -> Result<()> {
    let articles: Vec<Article> = batch
        .iter_mut()
        .filter_map(|entry| entry.article.as_mut().ok().map(std::mem::take))
        .collect();
    let written = threads.run(|| annotator.map_all(&articles, write));
    let mut written = written.into_iter();
    for entry in &batch {
        if let Err(reject) = &entry.article {
            rejects.push(entry, reject)?;
            continue;
        }
        let result = written
            .next()
            .ok_or_else(|| Error::input("an annotation is missing"))?;
        match result.and_then(|line| line) {
            Ok(line) => output.write(&line)?,
            Err(why) => rejects.push(entry, &Reject::new("internal", internal(&why)))?,
        }
    }
    rejects.flush()?;
    output.flush()
}

fn internal(why: &str) -> String {
    format!("a fault of the program, please report it with the article: {why}")
}
