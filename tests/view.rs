//! `view` and `score --html` of the built program: what the pages hold, what is said where something lacks.

use crate::samples::{articles, project};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_peristiwa"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

/// The data inside a page.
fn data(folder: &Path, name: &str) -> Value {
    let page = std::fs::read_to_string(folder.join(name)).unwrap();
    let (_, rest) = page
        .split_once("<script type=\"application/json\" id=\"data\">")
        .unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn an_output_with_its_articles_and_articles_alone_give_one_page() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let sample = project("corpus/articles.jsonl");
    let sample = sample.to_str().unwrap();
    let done = run(
        folder,
        &["annotate", sample, "--explain", "-o", "out.jsonl"],
    );
    assert_eq!(done.status.code(), Some(0), "{}", errors(&done));
    let both = run(
        folder,
        &["view", "out.jsonl", "--articles", sample, "-o", "both.html"],
    );
    assert_eq!(both.status.code(), Some(0), "{}", errors(&both));
    let alone = run(folder, &["view", sample, "-o", "alone.html"]);
    assert_eq!(alone.status.code(), Some(0), "{}", errors(&alone));
    let page = data(folder, "both.html");
    assert_eq!(page, data(folder, "alone.html"));
    let shown = page["articles"].as_array().unwrap();
    assert_eq!(shown.len(), articles().len());
    for (shown, article) in shown.iter().zip(articles()) {
        assert_eq!(shown["text"], article.text);
    }
}

#[test]
fn a_missing_or_another_text_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write(
        "a.jsonl",
        "{\"id\": \"a\", \"text\": \"Budi Santoso dilantik di Bogor.\"}\n",
    );
    write(
        "b.jsonl",
        "{\"id\": \"a\", \"text\": \"Di Bogor Budi Santoso dilantik.\"}\n",
    );
    assert!(
        run(folder, &["annotate", "a.jsonl", "-o", "out.jsonl"])
            .status
            .success()
    );

    let bare = run(folder, &["view", "out.jsonl", "-o", "bare.html"]);
    assert_eq!(bare.status.code(), Some(0));
    assert!(
        errors(&bare).contains("--articles FILE"),
        "{}",
        errors(&bare)
    );
    assert!(
        data(folder, "bare.html")["articles"][0]
            .get("text")
            .is_none()
    );

    let other = run(
        folder,
        &[
            "view",
            "out.jsonl",
            "--articles",
            "b.jsonl",
            "-o",
            "other.html",
        ],
    );
    assert_eq!(other.status.code(), Some(2));
    assert!(
        errors(&other).contains("a: the text is not the one"),
        "{}",
        errors(&other)
    );

    write(
        "bad.jsonl",
        "{\"id\": \"a\", \"text\": \"Budi.\"}\n{\"schema\": 7}\n",
    );
    let bad = run(folder, &["view", "bad.jsonl"]);
    assert_eq!(bad.status.code(), Some(2));
    assert!(
        errors(&bad).contains("bad.jsonl:2: schema 7"),
        "{}",
        errors(&bad)
    );
}

#[test]
fn scores_as_a_page_of_one_run_and_of_two() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let gold = project("corpus/test");
    let gold = gold.to_str().unwrap();
    let done = run(folder, &["score", gold, gold, "--html", "same.html"]);
    assert_eq!(done.status.code(), Some(0), "{}", errors(&done));
    let page = data(folder, "same.html");
    assert_eq!(page["runs"].as_array().unwrap().len(), 1);
    assert_eq!(page["runs"][0]["report"]["entities"]["all"]["f1"], 1.0);
    for cell in page["runs"][0]["confusions"][0]["cells"]
        .as_array()
        .unwrap()
    {
        assert_eq!(cell[0], cell[1]);
    }

    let articles = run(folder, &["score", gold, "--articles"]);
    std::fs::write(folder.join("in.jsonl"), articles.stdout).unwrap();
    assert!(
        run(folder, &["annotate", "in.jsonl", "-o", "out.jsonl"])
            .status
            .success()
    );
    let done = run(
        folder,
        &[
            "score",
            gold,
            "out.jsonl",
            "--compare",
            gold,
            "--html",
            "two.html",
        ],
    );
    assert_eq!(done.status.code(), Some(0), "{}", errors(&done));
    let page = data(folder, "two.html");
    let (first, second) = (&page["runs"][0], &page["runs"][1]);
    let slips = first["report"]["errors"].as_array().unwrap();
    assert!(!slips.is_empty() && slips.len() == first["places"].as_array().unwrap().len());
    assert_eq!(second["report"]["entities"]["all"]["f1"], 1.0);
    assert_eq!(page["articles"][0]["found"].as_array().unwrap().len(), 2);
    // The table stays as it was.
    assert!(String::from_utf8_lossy(&done.stdout).contains("PER+ORG+LOC"));
}
