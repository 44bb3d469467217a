//! `score`: an output against gold, as a table or as JSON.
//!
//! Without an output the gold's articles are annotated here and now; `--conll` compares tags in CoNLL
//! files instead. An article that the output lacks counts as empty, is named, and gives exit code 1.

use super::input::unpacked;
use super::output::{Output, refuse_overwriting};
use super::{AnnotatorArg, Outcome, message};
use crate::error::{Error, Result};
use crate::pipeline::Threads;
use crate::schema::{Annotation, Article, Gold, SCHEMA};
use crate::score::{Report, conll, score};
use crate::view::{Run, scores};
use rustc_hash::FxHashSet;
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

/// Arguments of `score`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Folder of gold pairs (ID.txt with marks, ID.json); with --conll a file of tokens and tags
    gold: PathBuf,
    /// What `annotate` wrote, - for standard input, or a folder of gold pairs; without it the gold's
    /// articles are annotated now; with --conll a second file, or none where the first has both columns
    output: Option<PathBuf>,
    /// Write JSON
    #[arg(long)]
    json: bool,
    /// List what was missed or wrong, one a line
    #[arg(long)]
    errors: bool,
    /// Write a page too: bars, confusions, errors in context
    #[arg(long, value_name = "FILE", conflicts_with_all = ["conll", "articles"])]
    html: Option<PathBuf>,
    /// With --html: a second output, to see what changes from the first to it
    #[arg(long, value_name = "OUTPUT2", requires = "html")]
    compare: Option<PathBuf>,
    /// Compare the chunks of CoNLL files, as conlleval does
    #[arg(long, conflicts_with_all = ["errors", "articles"])]
    conll: bool,
    /// Write the gold's articles without their marks, as input for `annotate`, and end
    #[arg(long, conflicts_with_all = ["output", "json", "errors"])]
    articles: bool,
    #[command(flatten)]
    annotator: AnnotatorArg,
}

/// Prints the scores.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let mut output = Output::open(None)?;
    let outcome = match (args.conll, args.articles) {
        (true, _) => chunks(args, &mut output)?,
        (_, true) => articles(args, &mut output)?,
        _ => layers(args, &mut output)?,
    };
    output.flush()?;
    Ok(outcome)
}

fn layers(args: &Args, output: &mut Output) -> Result<Outcome> {
    let read: Vec<PathBuf> = args.output.iter().chain(&args.compare).cloned().collect();
    refuse_overwriting(&read, &[args.html.as_deref()])?;
    let golds = Gold::read_folder(&args.gold)?;
    let (found, unknown) = match &args.output {
        Some(path) => outputs(path, &golds)?,
        None => {
            let annotator = args.annotator.load(None)?;
            let annotator = annotator.explaining(args.html.is_some());
            let articles: Vec<Article> = golds.iter().map(|gold| gold.article.clone()).collect();
            let found = Threads::new(None)?.run(|| annotator.annotate_all(&articles));
            (found, 0)
        }
    };
    let mut report = score(&golds, &found);
    report.unknown += unknown;
    for warning in &report.warnings {
        message(warning);
    }
    if report.unknown > 0 {
        message(format!(
            "{} articles without gold, left out",
            report.unknown
        ));
    }
    if let Some(path) = &args.html {
        page(args, path, &golds, &report, &found)?;
    }
    if !args.errors {
        report.slips.clear();
    }
    if args.json {
        output.write(&json(&report)?)?;
    } else {
        output.write(&report.table())?;
        if args.errors {
            output.write("\n")?;
            output.write(&report.errors())?;
        }
    }
    Ok(match report.warnings.is_empty() {
        true => Outcome::Good,
        false => Outcome::Flawed,
    })
}

/// What `annotate` wrote, or a folder of pairs.
fn outputs(path: &Path, golds: &[Gold]) -> Result<(Vec<Annotation>, usize)> {
    if !path.is_dir() {
        return read(path, golds);
    }
    let pairs = Gold::read_folder(path)?;
    let found = pairs.into_iter().map(|pair| pair.annotation);
    Ok((found.collect(), 0))
}

/// Writes the page of `--html`.
fn page(
    args: &Args,
    path: &Path,
    golds: &[Gold],
    report: &Report,
    found: &[Annotation],
) -> Result<()> {
    let name = |path: &Path| path.display().to_string();
    let first = args.output.as_deref().map_or("this program".into(), name);
    let mut runs = vec![Run {
        name: &first,
        report,
        found,
    }];
    let other = match &args.compare {
        Some(path) => {
            let (found, _) = outputs(path, golds)?;
            Some((name(path), score(golds, &found), found))
        }
        None => None,
    };
    if let Some((name, report, found)) = &other {
        runs.push(Run {
            name,
            report,
            found,
        });
    }
    let mut page = Output::open(Some(path))?;
    page.write(&scores(golds, &runs)?)?;
    page.flush()
}

fn chunks(args: &Args, output: &mut Output) -> Result<Outcome> {
    let text = |path: &Path| match path.as_os_str() == "-" {
        true => io::read_to_string(io::stdin()).map_err(|e| Error::io(Path::new(STDIN), e)),
        false => std::fs::read_to_string(path).map_err(|e| Error::io(path, e)),
    };
    let gold = text(&args.gold)?;
    let report = match &args.output {
        Some(path) => {
            let found = text(path)?;
            conll::score_files(&gold, &found).map_err(|e| e.at(path.display()))?
        }
        None => conll::score_columns(&gold).map_err(|e| e.at(args.gold.display()))?,
    };
    output.write(&match args.json {
        true => json(&report)?,
        false => report.table(),
    })?;
    Ok(Outcome::Good)
}

fn articles(args: &Args, output: &mut Output) -> Result<Outcome> {
    for gold in Gold::read_folder(&args.gold)? {
        let line = serde_json::to_string(&gold.article);
        output.write(&line.map_err(|e| Error::input(e.to_string()).because(e))?)?;
        output.write("\n")?;
    }
    Ok(Outcome::Good)
}

fn json(value: &impl serde::Serialize) -> Result<String> {
    let text = serde_json::to_string_pretty(value);
    let text = text.map_err(|e| Error::input(e.to_string()).because(e))?;
    Ok(text + "\n")
}

const STDIN: &str = "standard input";

/// A line of the output, as far as it says whether it is wanted.
#[derive(serde::Deserialize)]
struct Head {
    schema: u32,
    id: String,
    error: Option<serde::de::IgnoredAny>,
}

/// The annotations of a JSONL file that have gold, and how many have none. Lines of a rejects file are no
/// annotations.
fn read(path: &Path, golds: &[Gold]) -> Result<(Vec<Annotation>, usize)> {
    let (reader, name) = unpacked(path)?;
    let name = Path::new(&name);
    let wanted: FxHashSet<&str> = golds
        .iter()
        .map(|gold| gold.annotation.id.as_str())
        .collect();
    let (mut found, mut unknown) = (Vec::new(), 0);
    for (number, line) in reader.lines().enumerate() {
        let line = line.map_err(|e| Error::io(name, e))?;
        if line.trim().is_empty() {
            continue;
        }
        let at = |error: Error| error.at(format!("{}:{}", name.display(), number + 1));
        let wrong = |e: serde_json::Error| at(Error::input(e.to_string()).because(e));
        let head: Head = serde_json::from_str(&line).map_err(wrong)?;
        if head.schema != SCHEMA {
            let problem = format!("schema {}; this build reads schema {SCHEMA}", head.schema);
            return Err(at(Error::input(problem)));
        }
        if head.error.is_some() {
            continue;
        }
        if wanted.contains(head.id.as_str()) {
            found.push(serde_json::from_str(&line).map_err(wrong)?);
        } else {
            unknown += 1;
        }
    }
    Ok((found, unknown))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = r#"{"schema": 1, "id": "ID", "reference_time": {"basis": "none"}}"#;

    fn read_text(text: &str) -> Result<(Vec<Annotation>, usize)> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keluaran.jsonl");
        std::fs::write(&path, text).unwrap();
        read(&path, &[Gold::parse("a", r#"{"id": "a1"}"#).unwrap()])
    }

    #[test]
    fn lines_with_gold_are_read() {
        let text = format!(
            "{}\n\n{}\n{}\n",
            EMPTY.replace("ID", "a1"),
            EMPTY.replace("ID", "a2"),
            r#"{"schema": 1, "id": "a1", "error": {"code": "empty", "message": "no text"}}"#,
        );
        let (found, unknown) = read_text(&text).unwrap();
        assert_eq!((found.len(), unknown), (1, 1));
    }

    #[test]
    fn a_bad_line_is_named() {
        let good = EMPTY.replace("ID", "a2");
        for (line, part) in [
            ("{", "EOF"),
            (r#"{"id": "a1"}"#, "schema"),
            (
                r#"{"schema": 2, "id": "a1"}"#,
                "schema 2; this build reads schema 1",
            ),
            (
                r#"{"schema": 1, "id": "a1", "times": [{}]}"#,
                "missing field",
            ),
        ] {
            let error = read_text(&format!("{good}\n{line}\n"))
                .unwrap_err()
                .to_string();
            assert!(
                error.contains("keluaran.jsonl:2: ") && error.contains(part),
                "{error}"
            );
        }
    }
}
