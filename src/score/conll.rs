//! conlleval: F1 of chunks in CoNLL files.
//!
//! In: a file with `token TAB gold TAB predicted`, or two files with `token TAB tag`; a blank line ends a
//! sentence. Out: a [`ConllReport`] with micro and macro averages, each label and token accuracy. Chunks are
//! those of conlleval: `I-X` after `O` or after another type opens one.

use super::counts::{Accuracy, Counts};
use super::report::Table;
use crate::error::{Error, Result};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The scores of one CoNLL comparison.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ConllReport {
    /// Equal tags of all tokens.
    pub tokens: Accuracy,
    /// All chunks together: what conlleval calls overall.
    pub micro: Counts,
    /// The unweighted means over the labels seen in gold or predictions.
    #[serde(rename = "macro")]
    pub mean: Mean,
    /// Each label.
    pub labels: BTreeMap<String, Counts>,
}

/// Unweighted means over labels; a rate that a label has not counts as 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Mean {
    /// Mean precision.
    pub precision: Option<f64>,
    /// Mean recall.
    pub recall: Option<f64>,
    /// Mean of the labels' F1.
    pub f1: Option<f64>,
}

/// Scores a file whose last two columns are gold and predicted tags.
pub fn score_columns(text: &str) -> Result<ConllReport> {
    let mut sums = Sums::default();
    for (number, line) in text.lines().enumerate() {
        let mut cells = columns(line);
        match (cells.pop(), cells.pop(), cells.pop()) {
            (None, ..) => sums.end_sentence(),
            (Some(found), Some(gold), Some(_)) => sums.add(gold, found),
            _ => {
                let problem = "expected token, gold tag and predicted tag";
                return Err(Error::input(format!("line {}: {problem}", number + 1)));
            }
        }
    }
    Ok(sums.report())
}

/// Scores two files of the same tokens; the last column of each is its tag.
pub fn score_files(gold: &str, found: &str) -> Result<ConllReport> {
    let mut sums = Sums::default();
    let (mut gold, mut found) = (rows(gold), rows(found));
    loop {
        match (gold.next(), found.next()) {
            (None, None) => return Ok(sums.report()),
            (Some(Row::Blank), Some(Row::Blank)) => sums.end_sentence(),
            (Some(Row::Token(_, one, gold)), Some(Row::Token(line, other, found))) => {
                if one != other {
                    let problem = format!("line {line}: token {other:?} where gold has {one:?}");
                    return Err(Error::input(problem));
                }
                sums.add(gold, found);
            }
            (Some(Row::Bad(line)), _) | (_, Some(Row::Bad(line))) => {
                return Err(Error::input(format!("line {line}: expected token and tag")));
            }
            (Some(Row::Token(line, token, _)), _) => {
                let problem = format!("sentences differ at {token:?}, line {line} of the gold");
                return Err(Error::input(problem));
            }
            (_, Some(Row::Token(line, token, _))) => {
                let problem = format!("sentences differ at {token:?}, line {line}");
                return Err(Error::input(problem));
            }
            (Some(Row::Blank), None) | (None, Some(Row::Blank)) => sums.end_sentence(),
        }
    }
}

enum Row<'a> {
    Token(usize, &'a str, &'a str),
    Blank,
    Bad(usize),
}

/// The rows of a file; blank lines in a row are one, those at the beginning and the end none.
fn rows(text: &str) -> impl Iterator<Item = Row<'_>> {
    let mut any = false;
    let mut lines = text.trim_end().lines().enumerate().peekable();
    std::iter::from_fn(move || {
        loop {
            let (number, line) = lines.next()?;
            let cells = columns(line);
            let next = lines.peek().map(|(_, line)| line.trim().is_empty());
            return Some(match (cells.first(), cells.last()) {
                (Some(token), Some(tag)) if cells.len() > 1 => {
                    any = true;
                    Row::Token(number + 1, token, tag)
                }
                (Some(_), _) => Row::Bad(number + 1),
                _ if !any || next == Some(true) => continue,
                _ => Row::Blank,
            });
        }
    })
}

/// Columns apart by tabs, or by blanks where there is no tab; none on a blank line.
fn columns(line: &str) -> Vec<&str> {
    match line.trim().is_empty() {
        true => Vec::new(),
        // A token may hold a blank or be one.
        false if line.contains('\t') => line.split('\t').map(str::trim).collect(),
        false => line.split_whitespace().collect(),
    }
}

/// Adds up sentence by sentence.
#[derive(Default)]
struct Sums<'a> {
    gold: Vec<&'a str>,
    found: Vec<&'a str>,
    report: ConllReport,
}

impl<'a> Sums<'a> {
    fn add(&mut self, gold: &'a str, found: &'a str) {
        self.report.tokens.add(gold == found);
        self.gold.push(gold);
        self.found.push(found);
    }

    fn end_sentence(&mut self) {
        let (gold, found) = (chunks(&self.gold), chunks(&self.found));
        for (chunks, side) in [(&gold, 0), (&found, 1)] {
            for &(_, _, label) in chunks {
                let counts = self.report.labels.entry(label.to_owned()).or_default();
                counts.gold += usize::from(side == 0);
                counts.found += usize::from(side == 1);
            }
        }
        for &(.., label) in gold.intersection(&found) {
            self.report
                .labels
                .entry(label.to_owned())
                .or_default()
                .right += 1;
        }
        self.gold.clear();
        self.found.clear();
    }

    fn report(mut self) -> ConllReport {
        self.end_sentence();
        let mut report = self.report;
        for counts in report.labels.values() {
            report.micro += *counts;
        }
        let mean = |rate: fn(Counts) -> Option<f64>| {
            let sum: f64 = report
                .labels
                .values()
                .map(|c| rate(*c).unwrap_or(0.0))
                .sum();
            (!report.labels.is_empty()).then(|| sum / report.labels.len() as f64)
        };
        report.mean = Mean {
            precision: mean(Counts::precision),
            recall: mean(Counts::recall),
            f1: mean(Counts::f1),
        };
        report
    }
}

/// The chunks of a sentence: first token, end, label.
fn chunks<'a>(tags: &[&'a str]) -> BTreeSet<(usize, usize, &'a str)> {
    let mut chunks = BTreeSet::new();
    let mut open: Option<(usize, &str)> = None;
    let mut ended = true;
    for (place, tag) in tags.iter().enumerate() {
        let (prefix, label) = match tag.split_once('-') {
            Some((prefix, label)) => (prefix, label),
            None if *tag == "O" => ("O", ""),
            None => ("I", *tag),
        };
        let inside = prefix != "O";
        let opens = ended
            || matches!(prefix, "B" | "S" | "U")
            || open.is_none_or(|(_, current)| current != label);
        if let Some((start, current)) = open
            && (!inside || opens)
        {
            chunks.insert((start, place, current));
            open = None;
        }
        if inside && opens {
            open = Some((place, label));
        }
        // In BIOES and BILOU the last token says that it is.
        ended = matches!(prefix, "E" | "S" | "L" | "U");
    }
    if let Some((start, current)) = open {
        chunks.insert((start, tags.len(), current));
    }
    chunks
}

impl ConllReport {
    /// The scores as an aligned table.
    pub fn table(&self) -> String {
        let mut table = Table::default();
        table.section("chunks", 1);
        table.counts("micro", self.micro);
        let mean = self.mean;
        table.row("macro", [mean.precision, mean.recall, mean.f1], [None; 3]);
        for (label, counts) in &self.labels {
            table.counts(label, *counts);
        }
        table.accuracy("token accuracy", self.tokens);
        table.0
    }
}

impl std::fmt::Display for ConllReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.table())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn show(tags: &str) -> String {
        let tags: Vec<_> = tags.split(' ').collect();
        let chunks = chunks(&tags);
        let each = chunks
            .iter()
            .map(|(from, to, label)| format!("{label}{from}-{to}"));
        each.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn chunks_as_conlleval_has_them() {
        for (tags, expected) in [
            ("B-X I-X O", "X0-2"),
            ("I-X I-X O I-X", "X0-2 X3-4"),
            ("B-X I-Y", "X0-1 Y1-2"),
            ("B-X B-X I-X", "X0-1 X1-3"),
            ("O I-X B-X", "X1-2 X2-3"),
            ("S-X S-X B-X E-X I-X", "X0-1 X1-2 X2-4 X4-5"),
            ("X X O", "X0-2"),
            ("O O", ""),
            ("B-A-B I-A-B", "A-B0-2"),
        ] {
            assert_eq!(show(tags), expected, "{tags}");
        }
    }

    const GOLD: [&str; 7] = ["B-PER", "I-PER", "O", "B-LOC", "O", "", "B-ORG"];
    const FOUND: [&str; 7] = ["B-PER", "I-PER", "O", "B-ORG", "B-LOC", "", "I-ORG"];

    fn check(report: &ConllReport) {
        // PER 1 of 1 and 1; LOC 0 of 1 and 1; ORG 1 of 2 found and 1 wanted.
        let counts = |right, found, gold| Counts { right, found, gold };
        assert_eq!(report.labels["PER"], counts(1, 1, 1));
        assert_eq!(report.labels["LOC"], counts(0, 1, 1));
        assert_eq!(report.labels["ORG"], counts(1, 2, 1));
        assert_eq!(report.micro, counts(2, 4, 3));
        let third = |value: f64| Some(value / 3.0);
        assert_eq!(report.mean.precision, third(1.5));
        assert_eq!(report.mean.recall, third(2.0));
        assert_eq!(report.mean.f1, third(1.0 + 2.0 / 3.0));
        assert_eq!((report.tokens.right, report.tokens.of), (3, 6));
    }

    #[test]
    fn columns_by_hand() {
        let line = |(place, (gold, found)): (usize, (&&str, &&str))| match gold.is_empty() {
            true => "\n".to_owned(),
            false => format!("kata{place}\t{gold}\t{found}\n"),
        };
        let text: String = GOLD.iter().zip(&FOUND).enumerate().map(line).collect();
        check(&score_columns(&text).unwrap());
        let error = score_columns("kata\tO\tO\nkata\tO\n").unwrap_err();
        assert!(error.to_string().starts_with("line 2: expected token"));
    }

    #[test]
    fn two_files_by_hand() {
        let file = |tags: &[&str], gap: &str| -> String {
            let line = |(place, tag): (usize, &&str)| match tag.is_empty() {
                true => gap.to_owned(),
                false => format!("kata{place}\t{tag}\n"),
            };
            tags.iter().enumerate().map(line).collect()
        };
        let (gold, found) = (
            file(&GOLD, "\n"),
            format!("\n{}\n\n", file(&FOUND, " \n\n")),
        );
        check(&score_files(&gold, &found).unwrap());
        let error = |gold: &str, found: &str| score_files(gold, found).unwrap_err().to_string();
        assert_eq!(
            error("a\tO\n", "b\tO\n"),
            "line 1: token \"b\" where gold has \"a\""
        );
        assert!(error("a\tO\nb\tO", "a\tO\n\nb\tO").contains("sentences differ at \"b\""));
        assert!(error("a\tO\nb\tO", "a\tO").contains("sentences differ at \"b\""));
        assert!(error("a\tO", "a\tO\nb\tO").contains("sentences differ at \"b\""));
        assert_eq!(error("a\tO", "a"), "line 1: expected token and tag");
    }

    #[test]
    fn nothing_gives_no_rates() {
        let report = score_columns("").unwrap();
        assert_eq!((report.micro.f1(), report.mean.f1), (None, None));
        assert!(report.table().contains("–"));
    }

    proptest! {
        #[test]
        fn any_text_is_taken(gold in "([a-c]|[BIO]-?[XY]?|[\t\n -])*", found in "([a-c\t\n]|[BIOES]-X)*") {
            let _ = score_columns(&gold);
            let _ = score_files(&gold, &found);
        }

        #[test]
        fn a_file_equals_itself(tags in prop::collection::vec("O|[BIES]-[XYZ]", 1..30)) {
            let text: String = tags.iter().map(|tag| format!("kata\t{tag}\n")).collect();
            let report = score_files(&text, &text).unwrap();
            prop_assert!(report.micro.f1().is_none_or(|f1| f1 == 1.0));
            prop_assert!(report.mean.f1.is_none_or(|f1| f1 == 1.0));
        }
    }
}
