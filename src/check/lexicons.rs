//! Lexicons: a header, tabs, byte order, no entry twice.

use super::Report;
use crate::models::{Lexicon, Models};
use rustc_hash::FxHashSet;

/// What the first comment lines must say, in this order.
const HEADER: [&str; 4] = ["what", "source", "licence", "made"];

pub(super) fn check(models: &Models, report: &mut Report) {
    for lexicon in models.lexicons() {
        report.lexicons += 1;
        report.entries += lexicon.entries.len();
        let path = format!("lexicon/{}.tsv", lexicon.name);
        check_header(&path, lexicon, report);
        check_entries(&path, lexicon, report);
        if let Ok(text) = models.text(&path) {
            check_lines(&path, text, report);
        }
    }
}

fn check_header(path: &str, lexicon: &Lexicon, report: &mut Report) {
    for (index, key) in HEADER.into_iter().enumerate() {
        let line = lexicon.header.get(index).map_or("", String::as_str);
        let value = line
            .strip_prefix(key)
            .and_then(|rest| rest.strip_prefix(':'));
        if value.is_none_or(|value| value.trim().is_empty()) {
            report.add(
                path,
                Some(index as u32 + 1),
                format!("expected \"# {key}: …\", found {line:?}"),
            );
        }
    }
    if lexicon.entries.is_empty() {
        report.add(path, None, "no entries: fill it or remove it");
    }
}

fn check_entries(path: &str, lexicon: &Lexicon, report: &mut Report) {
    let mut seen = FxHashSet::default();
    for pair in lexicon.entries.windows(2) {
        let [before, entry] = pair else { continue };
        if entry.form.as_bytes() < before.form.as_bytes() {
            report.add(
                path,
                Some(entry.line),
                format!(
                    "{:?} stands after {:?}: sort the file by the bytes of the form (LC_ALL=C sort)",
                    entry.form, before.form
                ),
            );
        }
    }
    for entry in &lexicon.entries {
        if !seen.insert((&entry.form, &entry.value)) {
            report.add(
                path,
                Some(entry.line),
                format!("{:?} with value {:?} stands twice", entry.form, entry.value),
            );
        }
    }
}

fn check_lines(path: &str, text: &str, report: &mut Report) {
    if !text.is_empty() && !text.ends_with('\n') {
        report.add(path, None, "the last line has no line break");
    }
    for (index, line) in text.split('\n').enumerate() {
        let number = Some(index as u32 + 1);
        if line.contains('\r') {
            report.add(path, number, "carriage return: use Unix line breaks");
        }
        if line.starts_with('#') {
            continue;
        }
        for cell in line.split('\t') {
            if cell.trim() != cell || cell.contains("  ") {
                report.add(path, number, format!("stray blanks in {cell:?}"));
            }
        }
    }
}
