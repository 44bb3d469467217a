//! The data files are in order: every rule's examples come out as written, every lexicon is sorted.

use peristiwa::{Models, check};
use std::path::Path;

#[test]
fn check_passes() {
    let report = check::check(&Models::bundled().unwrap());
    let problems: Vec<_> = report.problems.iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{}\n{report}", problems.join("\n"));
    assert!(report.entries > 0);
}

#[test]
fn a_folder_is_as_good_as_what_is_built_in() {
    let bundled = check::check(&Models::bundled().unwrap());
    let folder = Models::from_dir(crate::samples::project("models")).unwrap();
    assert_eq!(check::check(&folder), bundled);
}

/// A copy of `models/` with one file changed.
fn changed(file: &str, change: impl Fn(&str) -> String) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    copy(&crate::samples::project("models"), folder.path());
    let path = folder.path().join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, change(&text)).unwrap();
    match Models::from_dir(folder.path()) {
        Err(error) => vec![error.to_string()],
        Ok(models) => {
            let problems = check::check(&models).problems;
            problems.iter().map(ToString::to_string).collect()
        }
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap().path();
        let target = to.join(entry.file_name().unwrap());
        match entry.is_dir() {
            true => copy(&entry, &target),
            false => drop(std::fs::copy(&entry, &target).unwrap()),
        }
    }
}

#[track_caller]
fn says(problems: &[String], start: &str, parts: &[&str]) {
    let right = |p: &&String| p.starts_with(start) && parts.iter().all(|part| p.contains(part));
    assert!(
        problems.iter().any(|p| right(&p)),
        "{start} … {parts:?} in\n{}",
        problems.join("\n")
    );
}

#[test]
fn lexicons_in_disorder_are_named() {
    let problems = changed("lexicon/zones.tsv", |text| format!("{text}AAA\t+1\n"));
    says(&problems, "models/lexicon/zones.tsv:", &["\"AAA\"", "sort"]);
    let problems = changed("lexicon/zones.tsv", |text| {
        text.replacen("WIB", "WIB\t+07:00\nWIB", 1)
    });
    says(
        &problems,
        "models/lexicon/zones.tsv:",
        &["\"WIB\"", "twice"],
    );
    let problems = changed("lexicon/zones.tsv", |text| {
        text.replacen("# licence", "# x", 1)
    });
    says(&problems, "models/lexicon/zones.tsv:3:", &["# licence"]);
    let problems = changed("lexicon/zones.tsv", |text| text.replace("WIB\t", "WIB  \t"));
    says(
        &problems,
        "lexicon/zones.tsv: line",
        &["form TAB value TAB note"],
    );
}

#[test]
fn rules_in_disorder_are_named() {
    let rule = "published = \"2024-08-14\"\n[[rule]]\nid = \"same\"\nmatch = \"<nowhere>\"\nno = [\"a\"]\n\
                [[rule]]\nid = \"same\"\nmatch = \"'a' (\"\nyes = [[\"a\", \"a\"]]\n";
    let problems = changed("rules/new/new.toml", |_| rule.to_owned());
    let place = "models/rules/new/new.toml:3: rule same: ";
    says(&problems, place, &["at least one example"]);
    says(&problems, place, &["unknown lexicon <nowhere>", "known:"]);
    says(&problems, place, &["stands twice"]);
    let problems = changed("rules/new/new.toml", |_| "[[rule]\n".to_owned());
    says(&problems, "models/rules/new/new.toml", &[]);
}

#[test]
fn weights_want_a_card() {
    let problems = changed("weights/new.bin", |_| "x".to_owned());
    says(&problems, "models/weights/new.bin", &["weights/new.toml"]);
}
