//! The built program: what goes in, what comes out, what it says, with which exit code.

use crate::samples::{SENTENCE, articles, project};
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs the program in `folder` with `stdin`.
fn run_in(folder: &Path, arguments: &[&str], stdin: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_peristiwa"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let stdin = stdin.to_vec();
    // On a thread: the program may write before it has read everything.
    let writer = std::thread::spawn(move || drop(pipe.write_all(&stdin)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn run(arguments: &[&str], stdin: &str) -> Output {
    run_in(Path::new("."), arguments, stdin.as_bytes())
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn lines(bytes: &[u8]) -> Vec<Value> {
    text(bytes)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn ids(bytes: &[u8]) -> Vec<String> {
    let lines = lines(bytes);
    lines
        .iter()
        .map(|line| line["id"].as_str().unwrap().to_owned())
        .collect()
}

#[track_caller]
fn code(output: &Output, expected: i32) {
    assert_eq!(
        output.status.code(),
        Some(expected),
        "standard error: {}",
        text(&output.stderr)
    );
}

#[test]
fn annotates_the_sample() {
    let sample = project("corpus/articles.jsonl");
    let output = run(&["annotate", sample.to_str().unwrap()], "");
    code(&output, 0);
    assert!(output.stderr.is_empty());
    let expected: Vec<_> = articles()
        .into_iter()
        .map(|article| article.id.unwrap())
        .collect();
    assert_eq!(ids(&output.stdout), expected);
    for threads in ["1", "2", "7"] {
        let again = run(
            &["annotate", "--threads", threads, sample.to_str().unwrap()],
            "",
        );
        assert!(again.stdout == output.stdout, "{threads} threads");
    }
}

#[test]
fn every_kind_of_input() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    std::fs::create_dir(folder.path().join("texts")).unwrap();
    write("texts/b.txt", b"Budi tiba.");
    write("texts/a.TXT", "\u{feff}Ani pergi.\r\nBudi tiba.".as_bytes());
    write("texts/c.md", b"bukan artikel");
    write("one.txt", b"{ini bukan JSON}");
    write("two.jsonl", "\u{feff}{\"text\": \"Ani pergi.\"}\r\n\r\n{\"id\": \"x\", \"text\": \"Budi\", \"lain\": [{}]}".as_bytes());
    write("unnamed", b"  {\"text\": \"Ani pergi.\"}\n");
    let get = |arguments: &[&str], stdin: &[u8]| {
        let output = run_in(folder.path(), arguments, stdin);
        code(&output, 0);
        output.stdout
    };
    let json = b"\n {\"text\": \"Budi tiba.\"}";
    assert_eq!(ids(&get(&["annotate"], json)), ["2"]);
    assert_eq!(ids(&get(&["annotate", "-"], b"Budi tiba.\n")), ["1"]);
    assert_eq!(
        ids(&get(&["annotate", "--input-format", "text"], json)),
        ["1"]
    );
    assert_eq!(ids(&get(&["annotate", "texts"], b"")), ["a", "b"]);
    assert_eq!(ids(&get(&["annotate", "unnamed"], b"")), ["1"]);
    let all = get(&["annotate", "two.jsonl", "one.txt", "-", "texts"], json);
    // The blank line counts as a line, as an editor counts.
    assert_eq!(ids(&all), ["1", "x", "one", "2", "a", "b"]);
    // A byte order mark is no part of the text, a carriage return is.
    let marked = &lines(&get(&["annotate", "texts/a.TXT"], b""))[0];
    assert_eq!(marked["sentences"][0]["start"], 0);
    assert_eq!(marked["sentences"][1]["start"], 12);
    assert!(get(&["annotate"], b"").is_empty());
    assert!(get(&["annotate"], b"\n\n").is_empty());
}

#[test]
fn bad_input() {
    let folder = tempfile::tempdir().unwrap();
    let mut input = Vec::new();
    for line in [
        br#"{"id": "good", "text": "Budi tiba."}"#.as_slice(),
        b"bukan json",
        br#"{"id": "no-text"}"#,
        br#"{"id": "empty", "text": "  "}"#,
        br#"{"id": "date", "text": "Budi tiba.", "published": "kemarin"}"#,
        b"{\"id\": \"bytes\", \"text\": \"Budi \xff\xfe tiba.\"}",
        br#"{"id": "number", "text": 5}"#,
        br#"["text"]"#,
        b"{\"id\": \"cut\", \"text\": \"Budi",
        "{\"id\": \"emoji\", \"text\": \"😀😀😀\"}".as_bytes(),
        br#"{"id": "brackets", "text": "(((("}"#,
        br#"{"id": "last", "text": "Ani pergi."}"#,
    ] {
        input.extend_from_slice(line);
        input.push(b'\n');
    }
    std::fs::write(folder.path().join("in.jsonl"), input).unwrap();
    std::fs::write(folder.path().join("broken.txt"), b"baris\nsatu \xe9").unwrap();
    std::fs::write(folder.path().join("empty.txt"), b"").unwrap();
    std::fs::create_dir(folder.path().join("bare")).unwrap();
    let output = run_in(
        folder.path(),
        &[
            "annotate",
            "in.jsonl",
            "none.txt",
            "none.jsonl",
            "broken.txt",
            "empty.txt",
            "bare",
            "--rejects",
            "rejects.jsonl",
        ],
        b"",
    );
    code(&output, 1);
    assert_eq!(ids(&output.stdout), ["good", "emoji", "brackets", "last"]);
    let rejects = std::fs::read(folder.path().join("rejects.jsonl")).unwrap();
    let found: Vec<_> = lines(&rejects)
        .iter()
        .map(|reject| {
            assert_eq!(reject["schema"], 1);
            assert!(!reject["error"]["message"].as_str().unwrap().is_empty());
            let get = |value: &Value| value.as_str().unwrap().to_owned();
            (get(&reject["id"]), get(&reject["error"]["code"]))
        })
        .collect();
    let expected = [
        ("2", "not_json"),
        ("no-text", "missing_text"),
        ("empty", "empty_text"),
        ("date", "bad_published"),
        ("6", "invalid_utf8"),
        ("number", "wrong_type"),
        ("8", "not_json"),
        ("9", "not_json"),
        ("none", "unreadable"),
        ("none", "unreadable"),
        ("broken", "invalid_utf8"),
        ("empty", "empty_text"),
        ("bare", "unreadable"),
    ];
    let found: Vec<_> = found
        .iter()
        .map(|(id, code)| (id.as_str(), code.as_str()))
        .collect();
    assert_eq!(found, expected);
    assert!(
        text(&rejects).starts_with(
            "{\"schema\":1,\"id\":\"2\",\"error\":{\"code\":\"not_json\",\"message\":"
        )
    );
    let messages: Vec<_> = text(&output.stderr).lines().collect();
    let starts = [
        "in.jsonl:2: not a JSON object",
        "in.jsonl:3: no \"text\"",
        "in.jsonl:4: the text is empty",
        "in.jsonl:5: \"published\": expected a date such as 2024-08-14, found \"kemarin\"",
        "in.jsonl:6: not UTF-8",
        "in.jsonl:7: \"text\": expected a string, found a number",
        "in.jsonl:8: not a JSON object",
        "in.jsonl:9: not a JSON object",
        "none.txt: no such file",
        "none.jsonl: no such file",
        "broken.txt: not UTF-8: byte 12 (0xE9) on line 2",
        "empty.txt: the text is empty",
        "bare: a folder without .txt files",
        "13 of 17 articles not annotated",
    ];
    assert_eq!(messages.len(), starts.len(), "{messages:#?}");
    for (message, start) in messages.iter().zip(starts) {
        assert!(
            message.starts_with(&format!("peristiwa: {start}")),
            "{message}"
        );
    }
}

#[test]
fn huge_articles_among_small_ones() {
    // `linear` has one of five megabytes.
    let big = SENTENCE.repeat(1_000_000 / SENTENCE.len());
    let endless = "Budi pergi ke pasar bersama Ani dan ".repeat(100_000 / 7);
    let article = |id: &str, text: &str| serde_json::json!({"id": id, "text": text}).to_string();
    let input = [
        article("a", "Budi tiba."),
        article("big", &big),
        article("endless", &endless),
        article("z", "Ani pergi."),
    ];
    let output = run(&["annotate", "--only", "quotes"], &input.join("\n"));
    code(&output, 0);
    assert_eq!(ids(&output.stdout), ["a", "big", "endless", "z"]);
}

#[test]
fn an_empty_rejects_file_says_that_all_is_well() {
    let folder = tempfile::tempdir().unwrap();
    let output = run_in(
        folder.path(),
        &["annotate", "--rejects", "r", "-o", "out"],
        b"Budi tiba.",
    );
    code(&output, 0);
    assert!(output.stdout.is_empty());
    assert_eq!(std::fs::read(folder.path().join("r")).unwrap(), b"");
    assert_eq!(
        ids(&std::fs::read(folder.path().join("out")).unwrap()),
        ["1"]
    );
}

#[test]
fn wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("in.txt"), "Budi tiba.").unwrap();
    for arguments in [
        &["annotate", "--threads", "0"][..],
        &["annotate", "--only", "feelings"],
        &["annotate", "--published", "14/8"],
        &["annotate", "--min-score", "2"],
        &["annotate", "--models", "nowhere"],
        &["annotate", "--no-such-option"],
        &["annotate", "in.txt", "-o", "no/such/folder"],
        &["annotate", "in.txt", "-o", "./in.txt"],
        &["annotate", "in.txt", "-o", "same", "--rejects", "same"],
        &["conquer"],
        &[],
    ] {
        let output = run_in(folder.path(), arguments, b"");
        code(&output, 2);
        assert!(
            output.stdout.is_empty() && !output.stderr.is_empty(),
            "{arguments:?}"
        );
    }
    assert_eq!(
        std::fs::read(folder.path().join("in.txt")).unwrap(),
        b"Budi tiba."
    );
}

#[test]
fn options_change_what_they_say() {
    let get = |arguments: &[&str]| {
        let output = run(
            &[&["annotate"], arguments].concat(),
            &format!("\u{1f600} {SENTENCE}"),
        );
        code(&output, 0);
        lines(&output.stdout).remove(0)
    };
    let plain = get(&[]);
    assert!(plain.get("offsets").is_none() && plain.get("meta").is_none());
    assert_eq!(plain["sentences"][0]["start"], 0);
    let bytes = get(&["--offsets", "bytes"]);
    assert_eq!(bytes["offsets"], "bytes");
    let end = |value: &Value| value["sentences"][0]["end"].as_u64().unwrap();
    assert_eq!(
        end(&bytes),
        end(&plain) + 3,
        "the emoji is one character, four bytes"
    );
    let dated = get(&["--published", "2024-08-14"]);
    assert_eq!(dated["meta"]["published"], "2024-08-14");
    let only = get(&["--only", "entities,times"]);
    for layer in ["sentences", "quantities", "events", "relations", "quotes"] {
        assert!(only.get(layer).is_none(), "{layer}");
    }
    assert_eq!(only.get("entities"), plain.get("entities"));
    assert_eq!(only.get("times"), plain.get("times"));
}

/// A date of the article wins over the one for all.
#[test]
fn published_is_a_default() {
    let input = "{\"text\": \"a\", \"published\": \"2020-01-02\"}\n{\"text\": \"b\"}\n";
    let output = run(&["annotate", "--published", "2024-08-14"], input);
    let dates: Vec<_> = lines(&output.stdout)
        .iter()
        .map(|line| line["meta"]["published"].clone())
        .collect();
    assert_eq!(dates, ["2020-01-02", "2024-08-14"]);
}

#[test]
fn pretty_is_for_people() {
    let input = format!(
        "{{\"id\": \"p1\", \"text\": {SENTENCE:?}, \"title\": \"Judul\"}}\n{{\"id\": \"p2\", \"text\": \"a\"}}"
    );
    let output = run(
        &["annotate", "--pretty", "--published", "2024-08-14"],
        &input,
    );
    code(&output, 0);
    let page = text(&output.stdout);
    assert!(
        page.starts_with("p1") && page.contains("Judul") && page.contains("\n\np2"),
        "{page}"
    );
    assert!(!page.contains('\u{1b}'), "no colours but on a terminal");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_peristiwa"))
        .arg("annotate")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    for _ in 0..2000 {
        if writeln!(stdin, "{{\"text\": \"Budi tiba.\"}}").is_err() {
            break;
        }
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    code(&output, 0);
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}

#[test]
fn tokenize_shows_words() {
    let output = run(&["tokenize"], "😀 PT Maju untung. Rp 8,03 triliun.");
    code(&output, 0);
    let expected = "# 1\n0\t1\t😀\tsymbol\n2\t4\tPT\tword\n5\t9\tMaju\tword\n10\t16\tuntung\tword\n16\t17\t.\tpunctuation\n\n";
    assert!(
        text(&output.stdout).starts_with(expected),
        "{}",
        text(&output.stdout)
    );
    code(&run(&["tokenize", "nowhere.txt"], ""), 1);
}

#[test]
fn check_reads_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    code(
        &run(&["check", "--models", folder.path().to_str().unwrap()], ""),
        2,
    );
    let models = project("models");
    let listed = run(
        &["check", "--list", "--models", models.to_str().unwrap()],
        "",
    );
    code(&listed, 0);
    let list = text(&listed.stdout);
    for known in [
        "zones",
        "{PER|ORG}",
        "personnel.end",
        "position=ROL",
        "located_in",
    ] {
        assert!(list.contains(known), "{known} in\n{list}");
    }
}
